"""The report on paper: what stands in it, what cannot get into it, and that it is the same twice."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from report_material import Size
from report_material import report as sized

from provenance import isolation
from provenance.errors import UsageError
from provenance.model import Edit, Property
from provenance.reporting.printed import pdf, pdf_setting
from provenance.reporting.printed.pdf import Paper, PrintError, render
from provenance.reporting.printed.pdf_content import IN_FULL, MOST_IN_FULL, content
from provenance.reporting.printed.pdf_setting import Printed, Sheet
from provenance.reporting.report import ComplianceReport, Facts, Stamp, build
from provenance.reporting.thumbnails import NoThumbnails, PictureThumbnails

pytest.importorskip("typst")
pypdf = pytest.importorskip("pypdf")

MAKE = Callable[[str], ComplianceReport]


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """All text in reading order, on one line."""
    pages = (page.extract_text() for page in read(data).pages)
    return " ".join(" ".join(pages).split())


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    """Each report is typeset once for all tests."""
    return {}


@pytest.fixture
def paper(
    report: ComplianceReport, thumbnails: PictureThumbnails, printed: dict[str, bytes]
) -> bytes:
    if "week" not in printed:
        printed["week"] = render(report, thumbnails)
    return printed["week"]


def test_the_first_page_says_what_who_when_and_by_which_log(paper: bytes) -> None:
    first = " ".join(read(paper).pages[0].extract_text().split())
    for words in (
        "4 corrections ready to apply",
        "desk web archive incoming freelancers",
        "3 December 2024, 08:00 UTC",
        "anna.editor",
        "provenance-auditor/9f21c07be4d35a18",
        "58",
        "c4b1f2e6a0d97385" * 4,
        "provenance log verify",
    ):
        assert words in first, words


def test_every_notice_has_its_words_copies_decisions_and_log_entries(paper: bytes) -> None:
    text = text_of(paper)
    for words in (
        "Correction by AFP",
        "1 December 2024, 06:14 UTC",
        "Failure to promptly comply with these instructions will entail liability",
        "desk/2024-11-30_syria/000_36NV2QL.jpg",
        "XMP dc:description",
        "anna.editor held this on 1 December 2024, 09:30 UTC: Waiting for the agency’s answer",
        "log entry 41",
        "MANDATORY KILL",
        "until 31 December 2026",
        "The file ends in the middle of a segment. Ask the sender for the whole file.",
        "incoming/link-to-shared",
    ):
        assert words.replace("’", "'") in text.replace("’", "'"), words


def test_what_goes_and_what_comes_stand_apart(paper: bytes) -> None:
    assert re.search(r"Photo by Aaref WATAD Bakr ALKASEM / AFP", text_of(paper))


def test_pages_are_numbered_and_name_the_report(paper: bytes) -> None:
    pages = read(paper).pages
    told = json.loads(json.dumps(read(paper).metadata.get("/Keywords")))
    (name,) = re.findall(r"report ((?:[0-9a-f]{4}-){3}[0-9a-f]{4})", told)
    for number, page in enumerate(pages, start=1):
        words = page.extract_text()
        assert f"{number} of {len(pages)}" in words
        assert number == 1 or f"Report {name}" in words


def test_it_has_a_title_a_language_bookmarks_and_tags(paper: bytes) -> None:
    document = read(paper)
    assert "Credit compliance report" in (document.metadata.title or "")
    assert document.metadata.author == "anna.editor"
    catalog = document.trailer["/Root"]
    assert catalog["/Lang"] == "en"
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    outline = json.dumps([str(one) for one in _flat(document.outline)])
    for words in ("Overview", "Notices", "Bakr ALKASEM, not Aaref WATAD", "Unreadable files"):
        assert words in outline


def _flat(outline: list[object]) -> list[str]:
    found: list[str] = []
    for one in outline:
        found += _flat(one) if isinstance(one, list) else [one.title]  # type: ignore[attr-defined]
    return found


def test_it_says_that_it_is_for_archives_and_for_everybody(paper: bytes) -> None:
    packet = read(paper).xmp_metadata.rdf_root.toxml()
    assert re.search(r"part>2<|part=.2.", packet)
    assert re.search(r"pdfuaid:part(>|=.)1", packet)


def test_every_picture_is_there_and_described(paper: bytes) -> None:
    document = read(paper)
    drawn = {image.name for page in document.pages for image in page.images}
    assert len(drawn) >= 5
    told = _alternatives(document.trailer["/Root"]["/StructTreeRoot"])
    assert any("Anti-government fighters" in one for one in told)


def _alternatives(node: object) -> list[str]:
    found: list[str] = []
    left = [node]
    while left:
        one = left.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, dict):
            if "/Alt" in one:
                found.append(str(one["/Alt"]))
            if "/K" in one:
                left.append(one["/K"])
        elif isinstance(one, list):
            left.extend(one)
    return found


def test_the_same_report_is_the_same_octets(report: ComplianceReport) -> None:
    assert render(report, NoThumbnails()) == render(report, NoThumbnails())


def test_its_date_is_that_of_the_report(paper: bytes) -> None:
    assert read(paper).metadata.creation_date.isoformat().startswith("2024-12-03T08:00:00")


def test_letter_is_letter(report: ComplianceReport, paper: bytes) -> None:
    letter = render(report, NoThumbnails(), paper=Paper.LETTER)
    sizes = [
        [round(float(one)) for one in read(data).pages[1].mediabox[2:]] for data in (paper, letter)
    ]
    assert sizes == [[595, 842], [612, 792]]


COMMANDS = (
    '#read("/etc/passwd")',
    "#panic()",
    '#import "@preview/cetz:0.3.0": *',
    '#include "report.typ"',
    '"#eval("1+1")',
    "*bold* _emph_ $x^2$ `raw` <label> @ref // gone /* gone */",
    "\\u{202e} #sym.arrow ]] }} ))",
    '#set page(fill: red)#image("/etc/hostname")',
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_to_typst_is_shown_and_not_obeyed(hostile_report: MAKE, command: str) -> None:
    text = text_of(render(hostile_report(command), NoThumbnails()))
    assert text.count(" ".join(command.split())) > 10
    assert "root:" not in text


def test_what_would_hide_or_turn_text_is_shown_as_a_number(hostile_report: MAKE) -> None:
    text = text_of(
        render(hostile_report("a\u202eb\u200bc\x1bd\udce9\ufeff\u2066\u00ad"), NoThumbnails())
    )
    for number in ("U+202E", "U+200B", "U+001B", "0xE9", "U+FEFF", "U+2066", "U+00AD"):
        assert f"⟨{number}⟩" in text
    assert not re.search("[\u202e\u2066\x1b\ufeff\u00ad]", text)


def test_scripts_that_a_desk_meets(week: Facts) -> None:
    words = "Cumhuriyet Meydanı İğdır şçöü Москва Ελλάδα Đặng Wąż ﻿"
    notice = replace(week.notices[0], text=words + " مظاهرة في معرة النعمان")
    text = text_of(render(build(replace(week, notices=(notice,)), _stamp()), NoThumbnails()))
    for word in words.split()[:7]:
        assert word in text, word


def _stamp() -> Stamp:
    return Stamp("2024-12-03T08:00:00+00:00", "anna.editor", "provenance 0.1.0")


def test_a_character_without_a_font_is_shown_by_its_number_and_told(week: Facts) -> None:
    """Private use: no font has it, on whatever machine."""
    notice = replace(week.notices[0], text="Before \U000f1234 and \U0010fffd after")
    data = render(build(replace(week, notices=(notice,)), _stamp()), NoThumbnails())
    text = text_of(data)
    assert "Before ⟨U+F1234⟩ and ⟨U+10FFFD⟩ after" in text
    assert "2 characters are shown as a number" in text


def test_a_report_of_nothing_is_a_document_too() -> None:
    empty = build(Facts(assets=0), _stamp())
    text = text_of(render(empty, NoThumbnails()))
    assert "Nothing was ever logged" in text
    assert "every credit that was read is in order" in text


def test_times_that_are_none_do_not_stop_it(week: Facts) -> None:
    stamp = Stamp("yesterday", "", "")
    assert render(build(week, stamp), NoThumbnails()).startswith(b"%PDF-")


def huge(week: Facts, text: str) -> ComplianceReport:
    first = week.findings[0]
    edit = Edit(first.uri, first.edits[0].container, text, Property.DESCRIPTION, text, text + "!")
    found = replace(first, message=text, edits=(edit,) * 3, evidence=first.evidence)
    notice = replace(week.notices[0], text=text, byline=text, unparsed=text)
    facts = replace(week, findings=(found, *week.findings[1:]), notices=(notice, *week.notices[1:]))
    return build(facts, replace(_stamp(), generated_by=text, scope=(text,)))


@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "\n",
        "\u202e",
        *(
            pytest.param(one, marks=pytest.mark.soak)
            for one in ("word ", "日", "#", "a\u0301\u0327")
        ),
    ],
)
def test_a_caption_of_a_megabyte_is_cut_and_says_so(week: Facts, piece: str) -> None:
    report = huge(week, piece * (1_000_000 // len(piece)))
    told = content(report, lambda _picture, _edge: {"reason": ""})
    assert len(json.dumps(told, ensure_ascii=False)) < 200_000
    data = render(report, NoThumbnails())
    assert len(read(data).pages) < 60
    assert "more characters]" in text_of(data)


def test_ten_thousand_copies_are_a_table_and_not_a_book() -> None:
    report = sized(Size(findings=2_000, copies=400))
    drawn: list[object] = []
    told = content(report, lambda picture, _edge: drawn.append(picture) or {"reason": ""})
    sections = [*told["notices"], *told["rules"]]
    assert all(len(one["entries"]) <= IN_FULL for one in sections)
    looks = [look for one in sections for entry in one["entries"] for look in entry["looks"]]
    assert len(drawn) == len(looks)
    assert sum(len(one["entries"]) for one in sections) <= MOST_IN_FULL
    shown = sum(
        len(entry["files"]) * len(entry["findings"]) for one in sections for entry in one["entries"]
    )
    assert shown + sum(len(row["files"]) for one in sections for row in one["rest"]) == 2_000


def test_pictures_are_limited(report: ComplianceReport, thumbnails: PictureThumbnails) -> None:
    data = render(report, thumbnails, most_thumbnails=1)
    assert len({image.name for page in read(data).pages for image in page.images}) == 1
    assert "to keep this document small" in text_of(data)


def test_without_typst_it_says_what_to_install(
    report: ComplianceReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(UsageError) as raised:
        render(report, NoThumbnails())
    assert "pip install 'provenance-auditor[report]'" in raised.value.remedy


def answer_of(answer: object, _sheet: object) -> object:
    """What a worker says that a picture has taken over."""
    return answer


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (isolation.Died("parser-too-slow", "took longer than 900 s."), "took longer"),
        (Printed(problem="typst refused: no."), "typst refused"),
        (Printed(pdf=b"<script>"), "made as PDF"),
        ("a word", "no PDF"),
    ],
)
def test_what_is_no_pdf_is_an_error_with_a_remedy(
    report: ComplianceReport, monkeypatch: pytest.MonkeyPatch, answer: object, words: str
) -> None:
    monkeypatch.setattr(pdf.isolation, "run", lambda *_, **__: iter([answer]))
    with pytest.raises(PrintError, match=words) as raised:
        render(report, NoThumbnails())
    assert "--format html" in raised.value.remedy


def test_typst_reads_nothing_but_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """The template itself, were it taken over: neither a file, nor a link, nor a package."""
    monkeypatch.setattr(pdf_setting, "_TEMPLATES", ())
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    for source in (
        f'#read("{secret}")',
        '#read("../../../../../../../..' + str(secret) + '")',
        f'#read("/../..{secret}")',
        '#import "@preview/cetz:0.3.0": *',
        '#import "@local/x:0.1.0": *',
    ):

        def lay_out(folder: str, _sheet: object, source: str = source) -> None:
            pdf_setting._put(folder, "report.typ", source.encode())

        monkeypatch.setattr(pdf_setting, "_lay_out", lay_out)
        made = pdf_setting.typeset(Sheet({}, (), "a4", 0))
        assert made.pdf == b"", source
        assert "typst refused" in made.problem
