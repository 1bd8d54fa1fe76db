"""The page of the evidence: what it tells, and that nothing in it can act."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from provenance.auditlog.outsiders.acts import SAID, said
from provenance.auditlog.outsiders.evidence_page import ERASED, WITHHELD, Told, render, visible
from provenance.auditlog.record import ACTS
from provenance.model import Checkpoint

CHECKPOINT = Checkpoint("log.example", 9, bytes(32), "log.example\n9\nroot\n\n\u2014 sig\n")
PATH = "/archive/a.jpg"


def told(index: int, act: str, **more) -> Told:
    words = more.pop("words", {})
    kept = frozenset(more.pop("kept", words))
    document = {"act": act, "at": "2026-11-22T12:05:13.123Z", "outcome": "success", **more}
    return Told(index, document, words, kept)


def moved(old: str, new: str, source: str = PATH, outcome: str = PATH, img: str = "i") -> list:
    return [
        {"role": "source", "path": source, "sha256": old, "img": "i"},
        {"role": "outcome", "path": outcome, "sha256": new, "img": img},
    ]


def written(index: int, act: str, old: str, new: str, **more) -> Told:
    change = [{"f": "IIM 2:80", "old": "c:1", "new": "c:2"}]
    words = {"change/0/old": old, "change/0/new": new}
    return told(index, act, change=change, words=words, **more)


def text(*records: Told, notice: bytes | None = None, notice_id: str = "n") -> str:
    page = render(records, CHECKPOINT, "vkey", notice_id, notice)
    return " ".join(" ".join(html.document_fromstring(page).itertext()).split())


def test_every_act_has_words() -> None:
    assert set(SAID) == set(ACTS)
    assert said("fix.commit") == "a correction was written into this file"
    assert "time.travel" in said("time.travel")


def test_what_stood_first_and_stands_last() -> None:
    page = text(
        written(1, "fix.commit", "Ana LIM", "Rosa TEIXEIRA", objects=moved("a", "b")),
        written(2, "fix.commit", "Rosa TEIXEIRA", "R. Teixeira", objects=moved("b", "c")),
    )
    assert "What stood there Ana LIM What stands there now R. Teixeira" in page
    assert "SHA-256) before: a and after: c" in page
    assert "1 picture " in page


@pytest.mark.parametrize("end", [None, "fix.abort", "fix.conflict"])
def test_what_was_only_begun_is_told(end: str | None) -> None:
    """Nothing was written into this picture: there is no before and after to show."""
    records = [written(1, "fix.intent", "Ana LIM", "Rosa TEIXEIRA", objects=moved("a", "b"))]
    if end is not None:
        records.append(told(2, end, objects=moved("a", "b")[:1]))
    page = text(*records)
    assert "a correction of this file was begun" in page
    assert f"Last on record: {said(end or 'fix.intent')}" in page
    assert "SHA-256) before" not in page
    assert "No pixel" not in page


def test_path_that_is_no_base64_is_shown_as_it_is() -> None:
    assert "odd!" in text(told(1, "fix.intent", objects=[{"path": {"b64": "odd!"}}]))


def test_undone_is_told_as_the_same_again() -> None:
    page = text(
        written(1, "fix.commit", "Ana LIM", "Rosa", objects=moved("a", "b")),
        written(2, "undo.commit", "Rosa", "Ana LIM", objects=moved("b", "a")),
    )
    assert "What stands there now: the same again Ana LIM" in page
    assert "Last on record: a correction was undone" in page


@pytest.mark.parametrize(
    ("image", "words", "never"),
    [
        ("i", "No pixel was changed.", "picture data differs"),
        ("other", "The picture data differs", "No pixel"),
        ("", "the records", "No pixel"),
    ],
)
def test_pixels(image: str, words: str, never: str) -> None:
    page = text(written(1, "fix.commit", "a", "b", objects=moved("a", "b", img=image)))
    assert words in page.replace("All records", "the records")
    assert never not in page


def test_a_file_that_was_put_away_stays_the_same_picture() -> None:
    away = "/quarantine/1.bin"
    page = text(
        told(1, "quarantine.commit", objects=moved("a", "a", outcome=away)),
        told(2, "release.commit", objects=moved("a", "a", source=away, outcome=PATH)),
        told(3, "quarantine.commit", objects=moved("a", "a", outcome=away)),
        told(4, "destroy.commit", objects=moved("a", "a", outcome=away)[:1]),
    )
    assert "1 picture " in page
    assert "Last on record: this withdrawn file was deleted, on a named decision" in page


def test_words_that_are_not_given() -> None:
    change = [{"f": "IIM 2:80", "old": "c:1", "new": "c:2"}, {"f": "x", "old": None, "new": "c:3"}]
    one = told(1, "fix.commit", change=change, objects=moved("a", "b"), kept=("change/0/old",))
    page = text(one)
    assert WITHHELD in page
    assert ERASED in page
    assert "(nothing)" in page
    assert "the same again" not in page


def test_what_differs_is_marked() -> None:
    old, new = "Fishers. (Photo by Ana LIM / AFP)", "Fishers. (Photo by Rosa TEIXEIRA / AFP)"
    page = render(
        [written(1, "fix.commit", old, new, objects=moved("a", "b"))], CHECKPOINT, "v", "", None
    )
    marks = [one.text for one in html.document_fromstring(page).iter("mark")]
    assert marks == ["Ana LIM", "Rosa TEIXEIRA"]
    assert old in text(written(1, "fix.commit", old, new, objects=moved("a", "b")))


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "</style><style>*{display:none}",
    "<meta http-equiv=refresh content=0>",
    "{{ 7 * 7 }}{% raw %}",
    "\x1b]52;c;\x07\u202e\u2066",
    "]]><!--",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_in_the_page_can_act(words: str) -> None:
    record = written(
        1,
        "fix.commit",
        words,
        words + "x",
        objects=moved(words, words, source=words, outcome=words),
        agents=[{"role": words, "id": words}],
        why={"notice": "n"},
        detail={"reason": words, "provider": words},
    )
    arrival = told(
        0,
        "notice.import",
        why={"notice": "n", "authority": words},
        detail={"provider": words, "kind": words, "received": words},
    )
    page = render([arrival, record], CHECKPOINT, "v", "n", words.encode())
    tree = html.document_fromstring(page)
    shown = {"html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "p", "dl", "dt", "dd", "code", "pre", "bdi", "blockquote", "article", "ul", "ol", "li", "div", "span", "mark", "strong", "em", "br", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    assert {one.tag for one in tree.iter() if isinstance(one.tag, str)} <= shown
    assert len(tree.xpath("//style")) == 1
    assert len(tree.xpath("//meta")) == 4
    names = {name for one in tree.iter() for name in one.attrib}
    assert names <= {"lang", "charset", "name", "content", "http-equiv", "class", "dir", "value"}
    assert visible(words) in tree.text_content()
    assert not set("\x1b\x07\u202e\u2066") & set(page)


@example("", " ")
@example("Rosa", "Rosa TEIXEIRA")
@example("a", " a")
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_come_out_whole(old: str, new: str) -> None:
    page = render(
        [written(1, "fix.commit", old, new, objects=moved("a", "b"))], CHECKPOINT, "v", "", None
    )
    found = html.document_fromstring(page).xpath("//div[@class='pair']//bdi")
    kept = [one.text_content() for one in found]
    assert kept == [visible(old), visible(new)]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"act": 7, "at": [], "agents": {}, "objects": "x", "why": [], "detail": 5, "change": 9},
        {"act": "fix.commit", "objects": [7, {}], "change": [7, {}], "agents": [7, {}]},
        {"act": "notice.import", "why": {"notice": {"b64": "//8="}}, "detail": {"text": []}},
    ],
)
def test_a_record_of_any_shape_is_shown(document) -> None:
    page = render([Told(3, document, {}, frozenset())], CHECKPOINT, "v", "n", None)
    assert html.document_fromstring(page).xpath("//td[text()='3']")
