from __future__ import annotations

import base64
import hashlib
import itertools
import re
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from compliance_material import owing
from html_material import text_of, tree
from PIL import Image

from provenance.model import Rule, Severity
from provenance.reporting.page.entries import MOST_TOGETHER
from provenance.reporting.page.html import MOST_THUMBNAILS, SHOWN_AT_ONCE, render
from provenance.reporting.report import ComplianceReport, Facts, Stamp, build
from provenance.reporting.thumbnails import NoThumbnails, PictureThumbnails, Thumbnail

ACCENT = (0x12, 0x4E, 0x6B)
STAMP = Stamp("2024-12-03T08:00:00+00:00", "anna.editor", "provenance 1")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
def page(report: ComplianceReport, thumbnails: PictureThumbnails) -> str:
    return render(report, thumbnails)


@pytest.fixture
def full_page(week: Facts, thumbnails: PictureThumbnails) -> str:
    return render(build(owing(week), STAMP), thumbnails)


def test_the_same_report_gives_the_same_page(
    page: str, report: ComplianceReport, thumbnails: PictureThumbnails
) -> None:
    assert render(report, thumbnails) == page


def test_the_page_loads_and_runs_nothing(page: str) -> None:
    root = tree(page)
    assert not root.xpath("//script | //link | //iframe | //object | //embed | //form | //base")
    assert not root.xpath("//@*[starts-with(name(), 'on')] | //@style | //@srcset | //@action")
    assert all(link.startswith("#") for link in root.xpath("//@href"))
    assert all(source.startswith("data:image/jpeg;base64,") for source in root.xpath("//@src"))
    style = root.xpath("string(//style)")
    assert not re.search(r"url\(|@import|expression\(", style)


def test_the_policy_allows_exactly_our_style(page: str) -> None:
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = tree(page).xpath("string(//meta[@http-equiv]/@content)")
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert f"style-src 'sha256-{digest}';" in policy
    assert "</" not in style


def test_every_finding_is_on_the_page(page: str, week: Facts) -> None:
    text = text_of(tree(page))
    for finding in week.findings:
        path = week.records[finding.uri].ref.path if finding.uri in week.records else "broken.jpg"
        assert path in text
        assert finding.message in text
        for reason in finding.evidence:
            assert reason.detail in text
        for edit in finding.edits:
            assert edit.locator in text


def test_wrong_and_right_are_marked(page: str) -> None:
    root = tree(page)
    assert (
        text_of(root.xpath("//h2[@id='title-of-notice-2']")[0]) == "Bakr ALKASEM, not Aaref WATAD"
    )
    row = root.xpath("//dl[@class='changes']//dd")[0]
    assert text_of(row) == "wrong: Aaref WATAD right: Bakr ALKASEM"
    assert root.xpath("//h2//ins[text()='Bakr ALKASEM']")
    assert root.xpath("//h2//del[text()='Aaref WATAD']")


def test_what_each_reason_weighs_is_said(page: str) -> None:
    root = tree(page)
    told = {text_of(one) for one in root.xpath("//ul[@class='reasons']/li")}
    assert "For: Its caption equals that of the notice's picture. +2.0" in told
    against = "Against: Carries 000_36NV2QX: another picture of the same agency. \N{MINUS SIGN}5.0"
    assert against in told
    assert "The file has no digest in common with the picture." in told


def test_who_did_what_when_is_said(page: str) -> None:
    text = text_of(tree(page))
    for said in (
        "Received 1 December 2024, 06:14 UTC, brought by anna.editor; open for 2 days 1 h.",
        "AFP asks you to remove the error from all online services",
        "There will be no replacement.",
        "Corrected on 1 December 2024, 07:02 UTC by anna.editor, run r-20241201-0702, log entry 41.",
        "m.okafor waived this on 1 December 2024, 10:02 UTC, until 31 December 2026",
        "provenance-auditor/9f21c07be4d35a18",
        "provenance log verify",
        "Failure to promptly comply with these instructions",
    ):
        assert said in text


def test_headings_do_not_skip_a_level_and_landmarks_are_named(page: str) -> None:
    root = tree(page)
    levels = [int(node.tag[1]) for node in root.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert len(root.xpath("//main")) == len(root.xpath("//nav[@aria-label]")) == 1
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    for reference in root.xpath("//@aria-labelledby"):
        assert set(reference.split()) <= set(ids)
    for link in root.xpath("//@href"):
        assert link[1:] in ids


def test_every_picture_has_a_text_in_its_place(page: str) -> None:
    root = tree(page)
    assert root.xpath("//img")
    assert all(alt.strip() and len(alt) <= 120 for alt in root.xpath("//img/@alt"))
    assert len(root.xpath("//img")) == len(root.xpath("//img/@alt"))
    missing = root.xpath("//div[contains(@class, 'missing')]")
    assert [text_of(one) for one in missing] == [
        (
            "Picture without a caption: stadium-640.jpg. web/renditions/stadium-640.jpg is no longer "
            "there."
        )
    ]


def test_a_report_about_nothing_says_so() -> None:
    empty = build(Facts(assets=12), Stamp("2024-12-03T08:00:00Z", "anna", "p 1"))
    text = text_of(tree(render(empty, NoThumbnails())))
    assert "Nothing to correct in 12 files" in text
    assert "every credit that was read is in order" in text
    assert "The whole registry" in text
    assert "Nothing has been logged yet" in text


def test_hidden_characters_are_shown(hostile_report) -> None:
    page = render(hostile_report("a\u202eb\u200bc\x1bd\udce9\ufeff"), NoThumbnails())
    assert "a⟨U+202E⟩b⟨U+200B⟩c⟨U+001B⟩d⟨0xE9⟩⟨U+FEFF⟩" in page
    assert not set("\u202e\u200b\x1b\udce9\ufeff") & set(page)
    page.encode("utf-8")


@pytest.mark.parametrize(
    ("language", "shown"), [("fr", "fr"), ("zh-Hant-TW", "zh-Hant-TW"), ("", "und"), ("x y", "und")]
)
def test_a_notice_is_marked_with_its_language(week: Facts, language: str, shown: str) -> None:
    notices = (replace(week.notices[0], language=language),)
    page = render(build(replace(week, notices=notices), Stamp("", "a", "p")), NoThumbnails())
    assert tree(page).xpath("//blockquote/@lang") == [shown]


def test_a_report_after_a_fixed_only_run_is_not_alarming(week: Facts) -> None:
    facts = replace(week, findings=week.findings[4:5], unreadable=(), problems=(), standings={})
    text = text_of(tree(render(build(facts, Stamp("2024-12-03", "a", "p")), NoThumbnails())))
    assert "All 1 finding settled" in text
    assert "Complied with" in text
    assert "Unreadable files" not in text


def test_a_copy_that_is_not_clean_elsewhere_keeps_its_notice_open(week: Facts) -> None:
    facts = replace(week, findings=week.findings[4:5], unreadable=(), problems=())
    text = text_of(tree(render(build(facts, Stamp("2024-12-03", "a", "p")), NoThumbnails())))
    assert "Settled here; 1 notice open elsewhere" in text
    assert "Complied with" not in text
    assert "In the whole registry: 3 of 6 copies clean" in text
    assert "share/unmounted/000_36NV2QL.tif" in text


def test_where_a_file_was_published_stands_beside_its_path(page: str) -> None:
    (place,) = [one for one in tree(page).iter("p") if text_of(one).startswith("Published: ")]
    assert text_of(place) == "Published: Front page, 1 December 2024"
    assert "000_36NV2QL.jpg" in text_of(place.getparent())


def many(week: Facts, number: int) -> ComplianceReport:
    """A report with twice ``number`` findings, half of them with edits under one notice."""
    base, other = week.findings[0], week.findings[8]
    record = week.records[base.uri]
    findings, records = [], {}
    for index in range(number):
        uri = f"/pictures/many/{index:05}.jpg"
        ref = replace(record.ref, uri=uri, path=uri[10:])
        records[uri] = replace(record, ref=ref, scan_digest=f"{index:064x}")
        edits = tuple(replace(edit, uri=uri) for edit in base.edits[:5])
        findings.append(replace(base, finding_id=f"a{index}", uri=uri, edits=edits))
        findings.append(replace(other, finding_id=f"b{index}", uri=uri, severity=Severity.NOTE,
                                rule=Rule.CREDIT_INCOMPLETE))  # fmt: skip
    facts = replace(week, findings=tuple(findings), records=records)
    return build(facts, Stamp("2024-12-03T08:00:00Z", "anna", "p 1"))


class Painted:
    """Thumbnails that cost nothing and count how often they are asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def of(self, ref: object, edge: int = 0) -> Thumbnail:
        self.asked += 1
        return Thumbnail(b"A" * 12_000, 320, 213)


def test_two_thousand_findings_are_folded_and_quick(week: Facts) -> None:
    report, gallery = many(week, 1_000), Painted()
    begun = time.perf_counter()
    page = render(report, gallery)
    assert time.perf_counter() - begun < 8
    assert gallery.asked == MOST_THUMBNAILS
    assert len(page) < 12_000_000
    root = tree(page)
    section = root.xpath("//section[@class='notice'][.//article]")[0]
    alone = -(-1_000 // MOST_TOGETHER)
    assert len(section.xpath(".//article")) == alone <= SHOWN_AT_ONCE
    files = section.xpath(".//article//ol[@class='files']/li")
    assert len(files) == 1_000
    assert len(root.xpath("//section[@id='other']//article//ol[@class='files']/li")) == 1_000


def _shot(page: str, folder: Path, *options: str) -> Path:
    source, shot = folder / "report.html", folder / "shot.png"
    source.write_text(page, encoding="utf-8")
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--disable-background-networking", "--disable-dev-shm-usage",
        f"--user-data-dir={folder / 'profile'}", *options, source.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=folder)
    return shot


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.parametrize("width", [390, 800, 1440])
def test_a_browser_draws_it_without_running_over_the_edge(
    full_page: str, tmp_path: Path, width: int
) -> None:
    """The browser must apply the style that the policy allows, and nothing may stick out."""
    shot = _shot(full_page, tmp_path, f"--screenshot={tmp_path / 'shot.png'}",
                 f"--window-size={width},2000")  # fmt: skip
    with Image.open(shot) as image:
        assert image.width == width
        edge = image.convert("L").crop((width - 6, 0, width, image.height))
        assert edge.getextrema() == (255, 255)
        assert image.convert("L").getextrema()[0] < 60
        colours = {colour for _, colour in image.convert("RGB").getcolors(2**24)}
        assert ACCENT in colours, "the style was not applied"


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_it_prints(full_page: str, tmp_path: Path) -> None:
    _shot(full_page, tmp_path, f"--print-to-pdf={tmp_path / 'out.pdf'}", "--no-pdf-header-footer")
    printed = (tmp_path / "out.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 4 <= pages <= 14
