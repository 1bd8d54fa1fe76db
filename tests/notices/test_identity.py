"""Ids and merging: one notice seen twice is one; two pictures are two."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from notice_material import BOATS, CAFE, NOTICE

from provenance.model import (
    Authority,
    Correction,
    Notice,
    NoticeKind,
    Pubstatus,
    Target,
    TargetKind,
)
from provenance.notices import canonical, merge, notice_id, parse_text
from provenance.notices.identity import Aliases


def _notice(text: str = f"{BOATS} / ?{NOTICE}?", source: str = "t") -> Notice:
    (found,) = parse_text(text, source=source)
    return found


def test_id_is_stable_through_damage_and_order() -> None:
    one = notice_id("AFP", NOTICE, ["afp:48KT7NQ", "sha256:ab"])
    assert one == notice_id("AFP", f" {NOTICE.upper()} ", ["sha256:ab", "afp:48KT7NQ", "sha256:ab"])
    assert one.startswith("afp-")
    assert len(one) == len("afp-") + 16


def test_id_tells_pictures_and_words_apart() -> None:
    ids = {
        notice_id("AFP", NOTICE, ["afp:48KT7NQ"]),
        notice_id("AFP", NOTICE, ["afp:34L82NW"]),
        notice_id("AFP", NOTICE, []),
        notice_id("AFP", NOTICE + " x", ["afp:48KT7NQ"]),
        notice_id(None, NOTICE, ["afp:48KT7NQ"]),
    }
    assert len(ids) == 5
    assert _notice().notice_id != _notice(f"{CAFE} / ?{NOTICE}?").notice_id


def test_id_does_not_join_two_keys_into_one() -> None:
    assert notice_id("AFP", NOTICE, ["a", "b"]) != notice_id("AFP", NOTICE, ["ab"])


def test_canonical_targets() -> None:
    assert canonical(Target(TargetKind.IDENTIFIER, "000_48kt7nq")) == "afp:48KT7NQ"
    assert canonical(Target(TargetKind.DIGEST, "sha256:AB")) == "digest:sha256:AB"
    assert canonical(Target(TargetKind.CAPTION, " A  b ")) == canonical(
        Target(TargetKind.CAPTION, "a b")
    )


def test_merge_keeps_the_earliest_receipt_and_all_that_was_seen() -> None:
    early = replace(
        _notice(source="a"),
        received="2024-12-01T00:00:00+00:00",
        received_by="anna",
        authority=Authority.BROUGHT,
    )
    late = replace(
        _notice(source="b"),
        received="2024-12-05T00:00:00+00:00",
        received_by="ben",
        authority=Authority.BROUGHT,
    )
    leaked = _notice(source="c")
    (joined,) = merge([leaked, late, early])
    assert [one.source for one in joined.occurrences] == ["c", "b", "a"]
    assert (joined.received, joined.received_by, joined.authority) == (
        early.received,
        "anna",
        Authority.BROUGHT,
    )
    assert merge([joined, joined]) == (joined,)


def test_merge_joins_a_cut_notice_to_the_whole_one() -> None:
    cut = _notice(f"{BOATS} / ?{NOTICE[:400]}", source="cut")
    whole = _notice()
    assert cut.notice_id != whole.notice_id
    (joined,) = merge([cut, whole])
    assert (joined.notice_id, joined.complete) == (whole.notice_id, True)
    assert {one.source for one in joined.occurrences} == {"cut", "t"}


def test_merge_keeps_a_cut_notice_about_another_picture() -> None:
    cut = _notice(f"{CAFE} / ?{NOTICE[:400]}")
    assert len(merge([cut, _notice()])) == 2


WORDS = "Our picture was credited to the wrong photographer: use it with the right name only."


def _made(words: str = WORDS, *targets: Target, **of: object) -> Notice:
    named = targets or (Target(TargetKind.IDENTIFIER, "000_48KT7NQ"),)
    ident = notice_id("AFP", words, [canonical(one) for one in named])
    made = Notice(ident, "AFP", NoticeKind.WITHDRAWAL, Pubstatus.CANCELED, words, targets=named)
    return replace(made, **of)  # type: ignore[arg-type]


def _id(written: str) -> Target:
    return Target(TargetKind.IDENTIFIER, written)


@pytest.mark.parametrize(
    "other",
    [
        _made(WORDS, _id("AFP_48kt7nq")),
        _made(WORDS, _id("afp:48KT7NQ")),  # as a picture's own notice names it
        _made(WORDS, _id("000_48KT7NQ"), Target(TargetKind.DIGEST, "scan:ab")),
        _made(f"MANDATORY KILL - {WORDS}"),
        _made(WORDS.replace(":", "&#58;").replace("photographer", "&quot;photographer&quot;")),
        _made(WORDS.replace(" ", "\n").upper()),
        _made(WORDS.replace("photographer", "?photographer?")),
        _made(provider=None),
        _made(item="urn:x:1", version="3"),
    ],
)
def test_one_notice_through_two_carriers_is_one(other: Notice) -> None:
    early = replace(_made(), received="2024-12-01T00:00:00Z")
    late = replace(other, received="2024-12-02T00:00:00Z")
    for order in ((early, late), (late, early)):
        (joined,) = merge(order)
        assert joined.received == early.received
        assert joined.item == other.item


@pytest.mark.parametrize(
    "other",
    [
        _made(WORDS, _id("000_34L82NW")),
        _made(WORDS, _id("000_48KT7NQ"), _id("000_34L82NW")),
        _made("Please remove it."),
        _made(f"{WORDS} {WORDS.upper()[::-1] * 2}"),
        _made(provider="AP"),
        _made(kind=NoticeKind.CORRECTION),
        _made(pubstatus=Pubstatus.WITHHELD),
        _made(corrections=(Correction(wrong="A", right="B"),)),
        _made(WORDS, Target(TargetKind.BYLINE, "Luc MARIN")),
    ],
)
def test_what_asks_for_something_else_is_another_notice(other: Notice) -> None:
    other = replace(other, notice_id="other")
    assert len(merge([_made(), other])) == 2


def test_two_versions_of_one_item_are_two_notices() -> None:
    one, other = (replace(_made(), notice_id=n, item="urn:x:1", version=n) for n in ("2", "3"))
    assert len(merge([one, other])) == 2


def test_an_embedded_copy_widens_no_brought_notice() -> None:
    brought = replace(_made(), authority=Authority.BROUGHT)
    forged = _made(WORDS, _id("000_48KT7NQ"), Target(TargetKind.DIGEST, "scan:ff"))
    for order in ((brought, forged), (forged, brought)):
        (joined,) = merge(order)
        assert (joined.targets, joined.notice_id) == (brought.targets, brought.notice_id)


def test_aliases_give_the_id_that_is_known() -> None:
    known = Aliases([_made()])
    copy = _made(f"MANDATORY KILL - {WORDS}")
    assert copy.notice_id != _made().notice_id
    assert known.under_known_id(copy).notice_id == _made().notice_id
    stranger = _made(WORDS, _id("000_34L82NW"))
    assert known.under_known_id(stranger) == stranger


HARBOUR = Target(TargetKind.CAPTION, "A container ship leaves the port, on December 2, 2024.")
SAID = "The byline of this photo should read Tilda Osterkamp, desk {} told us on the same evening."


def _about_one_picture(count: int, *, cut: bool = False) -> list[Notice]:
    """Notices of one caption: every other one of its own words, the rest of their own item."""
    pair = (Correction(None, wrong="Jonas Weidner", right="Tilda Osterkamp"),)
    base = Notice(
        "", "AFP", NoticeKind.CORRECTION, Pubstatus.USABLE, "", corrections=pair,
        targets=(HARBOUR,), complete=not cut,
    )  # fmt: skip
    return [
        replace(
            base,
            notice_id=f"n{number}-{cut}",
            text=SAID.format(number if number % 2 or cut else "?"),
            item="" if number % 2 else f"urn:{number}",
        )
        for number in range(count)
    ]


def test_many_notices_about_one_picture_cost_no_square() -> None:
    def seconds(count: int) -> float:
        given = [*_about_one_picture(count), *_about_one_picture(count, cut=True)]
        begun = time.process_time()
        assert len(merge(given)) >= count
        return time.process_time() - begun

    small, large = seconds(200), seconds(1_600)
    assert large < 24 * max(small, 0.005), "eight times as many take eight times as long"


def test_a_repeat_is_found_behind_many_other_wordings() -> None:
    others = _about_one_picture(400)
    again = replace(others[399], notice_id="again", text=f" {others[399].text.upper()} ")
    index = Aliases(others)
    assert index.of(again) == others[399]
    assert index.under_known_id(again).notice_id == others[399].notice_id
    assert index.of(replace(again, targets=(Target(TargetKind.CAPTION, "Other"),))) is None
