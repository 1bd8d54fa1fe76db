"""Pages in the pipeline: the same findings as a text, one picture at a time, and their mending."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import page_material as material
import pytest
from page_material import CLEAN, LEAKED, OTHER, RIGHT_CREDIT, WRONG_CREDIT, figure, page

from provenance import captions, pages
from provenance.errors import UsageError
from provenance.model import Container, Finding, Fixability, Property, Rule, Status
from provenance.pipeline import Session, audit, patching
from provenance.pipeline.auditing import Audited

WRONG = f"{material.HARBOUR} {WRONG_CREDIT}"
CODE = "000_36NW6CJ"
CORRECTION = f"{material.HARBOUR} {RIGHT_CREDIT} / {material.NOTICE}\n"
BY_CODE = f"Picture {CODE}\n\n{material.NOTICE}\n"
WITHDRAWAL = (
    f"MANDATORY KILL-DUE TO ERRONEOUS CONTENT THIS PHOTO NUMBER {CODE} GERMANY BY JONAS WEIDNER "
    "HAS BEEN WITHDRAWN FROM AFP SYSTEMS AND MAY NO LONGER BE USED. PLEASE IMMEDIATELY REMOVE IT "
    "FROM ALL YOUR ONLINE SERVICES AND DELETE IT FROM YOUR SERVERS."
)


def told(audited: Audited) -> set[tuple]:
    """Rules, notices, and what is to stand in place of what, without the places."""
    return {
        (one.rule, one.notice_id, edit.before, edit.after)
        for one in audited.findings
        for edit in one.edits
    } | {(one.rule, one.notice_id, "", "") for one in audited.findings}


def audited(session: Session, folder: Path, notice: str = "", **files: str | bytes) -> Audited:
    """Audit files, and perhaps a notice that a person brings."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / name.replace("__", ".")).write_bytes(data)
    brought = []
    if notice:
        (folder.parent / "notice.txt").write_text(notice, "utf-8")
        brought = [str(folder.parent / "notice.txt")]
    return audit(session, [str(folder)], brought)


def by_rule(found: Audited, rule: Rule) -> list[Finding]:
    return [one for one in listed(found) if one.rule is rule]


def listed(found: Audited) -> list[Finding]:
    """What is not yet dealt with."""
    return [one for one in found.findings if one.status in {Status.OPEN, Status.HELD}]


def seed_figures(text: str) -> str:
    found = captions.segment(text)
    return page("\n".join(figure(text[one.start : one.end]) for one in found))


def seed_gallery(text: str) -> str:
    found = [text[one.start : one.end] for one in captions.segment(text)]
    shown = [f'<img src="/g/{n}.jpg" alt="{html.escape(one)}">' for n, one in enumerate(found)]
    objects = [
        {"@type": "ImageObject", "contentUrl": f"https://x.example/g/{n}.jpg", "caption": one}
        for n, one in enumerate(found)
    ]
    graph = json.dumps({"@graph": [{"@type": "NewsArticle", "image": objects}]})
    return page("\n".join(shown), f'<script type="application/ld+json">{graph}</script>')


def seed_blob(text: str) -> str:
    return page("\n".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line))


def seed_one_paragraph(text: str) -> str:
    lines = [line for line in text.split("\n") if "(Photo by" in line or "(AFP Photo)" in line]
    return page(f"<div class='content'><p>{'<br>'.join(map(html.escape, lines))}</p></div>")


@pytest.mark.parametrize("build", [seed_figures, seed_gallery, seed_blob, seed_one_paragraph])
def test_the_seed_article_says_the_same_as_page_and_as_text(
    build, session: Session, shared: Path, tmp_path: Path
) -> None:
    text = (shared / "seed" / "article.txt").read_text("utf-8")
    as_text = audited(session, tmp_path / "text", article__txt=text)
    as_page = audited(session, tmp_path / "page", article__html=build(text))
    assert told(as_text) == told(as_page)
    rules = {one.rule for one in as_page.findings}
    assert rules == {Rule.LEAKED_NOTICE, Rule.CREDIT_INCOMPLETE}
    assert {one.fixability for one in as_page.findings} == {Fixability.DISPLAY_ONLY}


def test_every_place_is_named(session: Session, tmp_path: Path) -> None:
    found = audited(session, tmp_path / "www", a__html=material.everywhere(LEAKED))
    (leak,) = by_rule(found, Rule.LEAKED_NOTICE)
    locators = [edit.locator for edit in leak.edits]
    assert len(set(locators)) == len(locators) == 14
    assert {edit.after for edit in leak.edits} == {CLEAN}
    assert all(re.search(r" line \d+", one) for one in locators)
    assert all(edit.container is Container.PAGE for edit in leak.edits)
    assert any("html > body > figure > figcaption line 15" in one for one in locators)
    place = next(reason for reason in leak.evidence if reason.name == "place")
    assert "line 6" in place.detail


def test_the_next_caption_is_another_picture(session: Session, tmp_path: Path) -> None:
    """The man wrongly named on one picture of a page keeps his credit on the next one."""
    both = page(figure(WRONG, f"/m/{CODE}.jpg") + figure(OTHER, "/m/other.jpg"))
    found = audited(session, tmp_path / "www", CORRECTION, a__html=both)
    (credit,) = by_rule(found, Rule.ERRONEOUS_CREDIT)
    assert [(edit.before, edit.after) for edit in credit.edits] == [(WRONG, CLEAN)]
    assert "figure:nth-of-type(1)" in credit.edits[0].locator
    assert credit.fixability is Fixability.DISPLAY_ONLY


def test_an_identifier_in_the_address_proves_the_picture(session: Session, tmp_path: Path) -> None:
    body = figure(f"Hamburg. {WRONG_CREDIT}", f"https://cdn.example/2024/{CODE}-640x480.jpg?q=9")
    found = audited(session, tmp_path / "www", BY_CODE, a__html=page(body))
    (credit,) = by_rule(found, Rule.ERRONEOUS_CREDIT)
    assert any(reason.name == "identifier" for reason in credit.evidence)


@pytest.mark.parametrize(
    "body",
    [
        figure("Hamburg.", f"/m/{CODE}.jpg"),
        figure("Hamburg.", "/m/1.jpg").replace(
            "alt=", f'srcset="/m/1.jpg 1x, /m/{CODE}.jpg 2x" alt='
        ),
        f'<div data-caption="Hamburg" data-src="/m/{CODE}.jpg"></div>',
    ],
)
def test_a_withdrawn_picture_is_found_by_its_address(
    body: str, session: Session, tmp_path: Path
) -> None:
    found = audited(session, tmp_path / "www", WITHDRAWAL, a__html=page(body))
    (one,) = by_rule(found, Rule.WITHDRAWN)
    assert one.fixability is Fixability.DISPLAY_ONLY
    (place,) = [reason.detail for reason in one.evidence if reason.name == "place"]
    assert "html > body" in place
    assert "line" in place


def test_the_name_of_a_page_is_no_picture_of_it(session: Session, tmp_path: Path) -> None:
    found = audited(
        session, tmp_path / "www", WITHDRAWAL, **{f"doc_{CODE}__html": page(figure(OTHER))}
    )
    assert by_rule(found, Rule.WITHDRAWN) == []


def test_a_page_says_nothing_against_a_picture(session: Session, tmp_path: Path) -> None:
    """A page that shows a picture under another name is no second version of the file."""
    from desk_material import tiny  # noqa: PLC0415

    shows = page(figure(f"Somebody else's words. {WRONG_CREDIT}", "/m/000_36QM4RB.jpg"))
    alone = audited(session, tmp_path / "desk", a__jpg=tiny())
    beside = audited(session, tmp_path / "desk", b__html=shows)
    of_picture = [
        [one.rule for one in found.findings if one.uri.endswith(".jpg")]
        for found in (alone, beside)
    ]
    assert of_picture[0] == of_picture[1]


def test_a_credit_without_a_name_is_told_once_with_its_places(
    session: Session, tmp_path: Path
) -> None:
    caption = f"{material.TOWER} (AFP Photo)"
    found = audited(session, tmp_path / "www", a__html=material.everywhere(caption))
    (one,) = by_rule(found, Rule.CREDIT_INCOMPLETE)
    assert "(AFP Photo)" in one.message
    beside = page('<figure><img src="a.jpg"><figcaption>Hamburg</figcaption>'
                  '<span class="credit">AFP</span></figure>')  # fmt: skip
    (one,) = by_rule(audited(session, tmp_path / "w2", a__html=beside), Rule.CREDIT_INCOMPLETE)
    assert "AFP" in one.message
    named = material.linked_data(
        "Hamburg", "https://x/a.jpg", creditText="AFP", creator={"name": "Ann Lee"}
    )
    assert (
        by_rule(audited(session, tmp_path / "w3", a__html=page("", named)), Rule.CREDIT_INCOMPLETE)
        == []
    )


def test_feeds_are_pages_and_other_xml_is_not(session: Session, tmp_path: Path) -> None:
    feed = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:media="http://search.yahoo.com/mrss/"><channel><item><title>t</title>\n'
        f'<media:content url="https://x/{CODE}.jpg"><media:credit>Jonas WEIDNER / AFP</media:credit>'
        f"<media:description>{html.escape(LEAKED)}</media:description></media:content>\n"
        f"<description><![CDATA[<p>Hamburg</p><p>{html.escape(OTHER)}</p>]]></description>"
        "</item></channel></rss>\n"
    )
    found = audited(session, tmp_path / "www", BY_CODE, f__xml=feed, x__xml="<newsItem/>")
    assert found.scanned.total == 1
    assert found.scanned.others == 1
    (leak,) = by_rule(found, Rule.LEAKED_NOTICE)
    assert "media\\:description" in leak.edits[0].locator
    (credit,) = by_rule(found, Rule.ERRONEOUS_CREDIT)
    assert [(edit.property, edit.after) for edit in credit.edits] == [
        (Property.CREDIT_LINE, "Tilda OSTERKAMP / AFP")
    ]


def mended(folder: Path, made: patching.Patch) -> None:
    """Apply a proposal as a person would."""
    program = shutil.which("patch")
    if program is None:
        pytest.skip("there is no `patch` on this machine")
    done = subprocess.run(
        [program, "-p0", "--no-backup-if-mismatch"],
        input=made.text, cwd=made.folder, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(folder.glob("*.rej"))


PAGES = {
    "everywhere": material.everywhere(LEAKED).encode(),
    "windows": material.everywhere(LEAKED).replace("\n", "\r\n").encode(),
    "marked": b"\xef\xbb\xbf" + material.everywhere(LEAKED).encode(),
    "latin": material.everywhere("J\xf6rg: " + LEAKED).replace("utf-8", "iso-8859-1").encode("latin-1"),
    "one line": material.everywhere(LEAKED).replace("\n", "").encode(),
    "tags": page(f"<figure><figcaption><p>{material.HARBOUR}<br>\n {RIGHT_CREDIT} / "
                 f"{material.NOTICE.replace('servers', '<b>servers</b>').replace(' We ', ' <i>We</i> ')}"
                 "</p></figcaption></figure>").encode(),
    "feed": f"<rss><channel><item><description><![CDATA[<p>{LEAKED}</p>]]></description></item>"
            f"<item><description>&lt;p&gt;{html.escape(html.escape(LEAKED))}&lt;/p&gt;</description>"
            f"</item></channel></rss>".encode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAGES)
def test_a_patch_mends_every_place_and_nothing_else(
    kind: str, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "www site"
    name = "a b.rss" if kind == "feed" else "a b.html"
    found = audited(session, folder, **{name.replace(".", "__"): PAGES[kind]})
    (leak,) = by_rule(found, Rule.LEAKED_NOTICE)
    monkeypatch.chdir(tmp_path)
    made = patching.propose(session, [leak.finding_id])
    assert made.left == ()
    assert made.places == len(leak.edits)
    assert (folder / name).read_bytes() == PAGES[kind]
    mended(folder, made)
    again = audited(session, folder)
    assert by_rule(again, Rule.LEAKED_NOTICE) == []
    new = (folder / name).read_bytes()
    assert b"erroneous mention" not in new
    assert new.count(b"\r\n") == PAGES[kind].count(b"\r\n")
    assert new[:3] == PAGES[kind][:3]
    assert new.count(b"<") == PAGES[kind].count(b"<")


def test_a_wrong_credit_and_a_leak_are_mended_together(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "www"
    leaking_wrong = f"{material.HARBOUR} {WRONG_CREDIT} / {material.NOTICE}"
    one = material.everywhere(leaking_wrong, f"https://x.example/{CODE}.jpg")
    two = page(figure(OTHER))
    found = audited(session, folder, CORRECTION, a__html=one, b__html=two)
    assert {one.rule for one in found.findings} == {Rule.ERRONEOUS_CREDIT, Rule.LEAKED_NOTICE}
    monkeypatch.chdir(folder)
    made = patching.propose(session)
    assert (made.left, made.pages) == ((), 1)
    mended(folder, made)
    again = audited(session, folder)
    assert listed(again) == []
    assert (folder / "b.html").read_text() == two
    texts = {one.text for one in pages.captions_of("a.html", (folder / "a.html").read_bytes())}
    assert texts == {CLEAN}


def test_characters_that_the_page_cannot_hold_are_written_as_references(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "www"
    notice = CORRECTION.replace("Tilda OSTERKAMP", "Łucja OSTERKAMP")
    source = page(figure(WRONG, f"/{CODE}.jpg", alt=WRONG)).replace("utf-8", "iso-8859-1")
    audited(session, folder, notice, a__html=source.encode("latin-1"))
    monkeypatch.chdir(folder)
    made = patching.propose(session)
    assert made.left == ()
    mended(folder, made)
    new = (folder / "a.html").read_bytes()
    assert new.count(b"&#321;ucja OSTERKAMP") == 2
    assert by_rule(audited(session, folder), Rule.ERRONEOUS_CREDIT) == []


def test_what_cannot_be_mended_is_named(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "www"
    wide = "\ufeff" + page(figure(LEAKED))
    found = audited(session, folder, a__html=wide.encode("utf-16-le"), b__html=page(figure(LEAKED)))
    assert len(by_rule(found, Rule.LEAKED_NOTICE)) == 2
    (folder / "b.html").write_text("<p>another page by now", "utf-8")
    monkeypatch.chdir(folder)
    made = patching.propose(session)
    assert made.text == b""
    assert len(made.left) == 2
    reasons = " ".join(one.reason for one in made.left)
    assert "encoding" in reasons
    assert "audit it again" in reasons


def test_a_patch_is_for_pages(session: Session, tmp_path: Path) -> None:
    found = audited(
        session,
        tmp_path / "t",
        a__txt=LEAKED,
        b__html=page(figure(f"{material.TOWER} (AFP Photo)")),
    )
    for one in found.findings:
        with pytest.raises(UsageError) as caught:
            patching.propose(session, [one.finding_id])
        assert caught.value.remedy
    assert patching.propose(session).text == b""


def test_a_record_taken_apart_is_whole(tmp_path: Path, session: Session) -> None:
    from provenance import registry  # noqa: PLC0415

    both = page(figure(LEAKED, f"/m/{CODE}.jpg") + figure(OTHER, "/m/2.jpg"))
    audited(session, tmp_path / "www", a__html=both)
    uri = str(tmp_path / "www" / "a.html")
    with session.registry.read() as tx:
        record = registry.records(tx, [uri])[uri]
    apart = pages.pictures_of(record)
    assert len(apart) == 2
    assert sorted(v.locator for one in apart for v in one.values) == sorted(
        v.locator for v in record.values
    )
    assert replace(apart[0], values=()) == replace(record, values=())
    assert {value.property for value in apart[0].values} == {Property.JOBID, Property.DESCRIPTION}
