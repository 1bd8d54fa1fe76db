"""The page that draws a family: whole, nested rightly, hostile values made harmless."""

from __future__ import annotations

from itertools import pairwise

import pytest
from lxml import html

from provenance.model import AssetRef, Confidence, Notice, NoticeKind, Pubstatus
from provenance.reporting.family import (
    WORDS,
    Family,
    Member,
    MemberState,
    NoticeStanding,
    Standing,
    Tie,
    TieKind,
    best_first,
    counted,
)
from provenance.reporting.machine.family_json import family_json
from provenance.reporting.page import family_page
from provenance.reporting.page.family_page import FamilyReport
from provenance.reporting.report import Stamp
from provenance.reporting.thumbnails import NoThumbnails

STAMP = Stamp("2024-12-03T09:00:00+00:00", "anna.editor", "provenance 0.1.0")
NOTICE = Notice("afp-1", "AFP", NoticeKind.CORRECTION, Pubstatus.USABLE, "text")


def member(name: str, parent: str = "", kind: TieKind = TieKind.SCAN, **of: object) -> Member:
    ties = (Tie(kind, f"/{parent}"),) if parent else ()
    ref = AssetRef(f"/{name}", 2_000, "1")
    given = {"media_type": "image/jpeg", "parent": f"/{parent}" if parent else ""}
    return Member(f"/{name}", f"{name}.jpg", ref, ties, **(given | of))  # type: ignore[arg-type]


def drawn(*members: Member, more: bool = False, **of: object) -> str:
    report = FamilyReport(Family(members[0].uri, members, more), (), STAMP)
    return family_page.render(report, NoThumbnails(), **of)  # type: ignore[arg-type]


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def depth_of(page: str) -> dict[str, int]:
    """How many lists each member's heading stands in."""
    found: dict[str, int] = {}
    for heading in html.fromstring(page).iter("h3"):
        found[heading.text_content()] = sum(1 for _ in heading.iterancestors("ol"))
    return found


def test_each_hangs_below_the_one_that_ties_it() -> None:
    page = drawn(
        member("a"), member("b", "a"), member("c", "b"), member("d", "c"), member("e", "a")
    )
    assert depth_of(page) == {"a.jpg": 1, "b.jpg": 2, "c.jpg": 3, "d.jpg": 4, "e.jpg": 2}


def test_a_long_chain_stays_on_the_page_and_every_list_is_closed() -> None:
    names = [f"m{number}" for number in range(300)]
    chain = [member(names[0]), *(member(one, above) for above, one in pairwise(names))]
    page = drawn(*chain)
    assert len(depth_of(page)) == 300
    assert max(depth_of(page).values()) == 5
    assert page.count("<ol") == page.count("</ol>")
    assert page.count("<li") == page.count("</li>")


def test_ties_states_and_credits_are_told() -> None:
    text = text_of(
        drawn(
            member("a", creators=("Bakr ALKASEM",), credit_line="AFP"),
            member("b", "a", TieKind.CROP, state=MemberState.HELD),
            member("c", "a", TieKind.LOOK, sure=False, state=MemberState.NOT_LOOKED_AT),
            member("d", "a", publications=("Front page, 1 December",), state=MemberState.GONE),
        )
    )
    for words in (
        "Bakr ALKASEM / AFP", WORDS[TieKind.CROP], WORDS[TieKind.LOOK], "waits for a person",
        "Names nobody", "Front page, 1 December", "The file is no longer there.", "1 not clean",
    ):  # fmt: skip
        assert words in text


def test_hostile_values_are_shown_and_do_nothing() -> None:
    evil = '<script>alert("x")</script>\u202e{{ 7*7 }}\x07'
    page = drawn(
        member("a", credit_line=evil, creators=(evil,)),
        member("b", "a", publications=(evil,), findings=((evil, evil, evil),), media_type=evil),
    )
    assert "<script" not in page
    assert "49" not in text_of(page)
    assert "\u202e" not in page
    assert "\x07" not in page
    tags = {one.tag for one in html.fromstring(page).iter() if isinstance(one.tag, str)}
    assert not tags & {"script", "iframe", "object", "link", "form"}


def test_only_so_many_pictures_are_drawn_and_more_members_are_told_of() -> None:
    page = drawn(member("a"), member("b", "a"), member("c", "a"), more=True, most=1)
    assert page.count("Not drawn, to keep this page small.") == 2
    assert "There are more copies than are shown here." in page


def test_a_notice_stands_above_with_its_state() -> None:
    closed = Standing(NoticeStanding.CLOSED, 2, 2)
    report = FamilyReport(Family("/a", (member("a"),)), [(NOTICE, closed)], STAMP)
    text = text_of(family_page.render(report, NoThumbnails()))
    assert "closed" in text
    assert "2 of 2 copies clean" in text
    assert NOTICE.confidence is Confidence.STRONG


@pytest.mark.parametrize(
    ("creators", "line", "credit"),
    [
        (("Bakr ALKASEM",), "AFP", "Bakr ALKASEM / AFP"),
        (("Bakr ALKASEM",), "Bakr Alkasem/AFP", "Bakr Alkasem/AFP"),
        ((), "AFP", "AFP"),
        (("A", "B"), "", "A, B"),
        ((), "", ""),
    ],
)
def test_the_credit_is_printed_once(creators: tuple[str, ...], line: str, credit: str) -> None:
    assert member("a", creators=creators, credit_line=line).credit == credit


def test_the_best_is_proven_there_credited_and_large() -> None:
    ranked = best_first(
        (
            member("maybe", sure=False, creators=("A",), size=(9000, 9000)),
            member("gone", state=MemberState.GONE, creators=("A",), size=(9000, 9000)),
            member("nameless", size=(8000, 8000)),
            member("small", creators=("A",), size=(640, 400)),
            member("large", creators=("A",), size=(4000, 3000)),
        )
    )
    assert [one.path for one in ranked] == [
        "large.jpg", "small.jpg", "nameless.jpg", "gone.jpg", "maybe.jpg",
    ]  # fmt: skip


def test_states_are_counted_in_words() -> None:
    states = (MemberState.HELD, MemberState.CLEAN, MemberState.HELD)
    assert counted(states) == "1 clean, 2 waiting for a person"


def test_the_json_names_paths_and_never_uris() -> None:
    document = family_json(Family("/b", (member("a"), member("b", "a")), more=True))
    assert document["complete"] is False
    first, second = document["members"]  # type: ignore[misc]
    assert (first["below"], second["below"], second["asked"]) == (None, "a.jpg", True)
    assert second["ties"] == [
        {"kind": "scan-digest", "with": "a.jpg", "sure": True, "detail": None}
    ]
