"""Ids and merging: one notice seen twice is one; two pictures are two."""

from __future__ import annotations

from dataclasses import replace

from notice_material import BOATS, CAFE, NOTICE

from provenance.model import Authority, Notice, Target, TargetKind
from provenance.notices import canonical, merge, notice_id, parse_text


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
