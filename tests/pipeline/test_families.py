"""A picture in all its forms, and when a notice about it may be called closed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import CODE, NOTICE, NOTICES, RIGHT, tiny

from provenance import registry
from provenance.matching.keys import basis
from provenance.model import (
    Likeness,
    LikenessKind,
    MetadataRecord,
    Notice,
    PictureHash,
    Verdict,
)
from provenance.pipeline import Session, audit, decide, families, kinship, plan, remediate, scan
from provenance.registry import Transaction
from provenance.reporting.family import Family, MemberState, NoticeStanding, Standing, TieKind

LOOKS = PictureHash(bytes(range(32)), 90, 1600, 1000)
OTHER_CODE = "000_2222222"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


def put(tree: Path, name: str, **of: object) -> str:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tiny(**of))  # type: ignore[arg-type]
    return str(path)


def bare(tree: Path, name: str, shade: int) -> str:
    """A picture that says nothing of itself."""
    return put(tree, name, code="x", creator="", caption=" ", shade=shade)


def record(tx: Transaction, uri: str) -> MetadataRecord:
    found = registry.records(tx, [uri])[uri]
    assert isinstance(found, MetadataRecord)
    return found


def compared(session: Session, one: str, other: str, kind: LikenessKind) -> None:
    with session.registry.write() as tx:
        bases = [basis(record(tx, uri)) for uri in (one, other)]
        registry.put_likeness(tx, [(bases[0], bases[1], Likeness(kind, 0.1))])


def looked_at(session: Session, **looks: PictureHash) -> None:
    with session.registry.write() as tx:
        rows = [(uri, basis(record(tx, uri)), look) for uri, look in looks.items()]
        registry.put_hashes(tx, rows)


def near(distance: int) -> PictureHash:
    number = int.from_bytes(LOOKS.pdq) ^ ((1 << distance) - 1)
    return replace(LOOKS, pdq=number.to_bytes(32), width=640, height=400)


def family(session: Session, uri: str) -> Family:
    with session.registry.read() as tx:
        return families.family(tx, uri)


def told(found: Family) -> dict[str, tuple[TieKind | None, bool]]:
    return {
        Path(one.path).name: (one.tie.kind if one.tie else None, one.sure) for one in found.members
    }


def standing(session: Session) -> Standing:
    with session.registry.read() as tx:
        (notice,) = _corrections(tx)
        return families.standing(tx, notice, session.policy)


def _corrections(tx: Transaction) -> tuple[Notice, ...]:
    return tuple(one for one in registry.notices(tx, active_only=False) if one.received_by)


def unclean(found: Standing) -> dict[str, MemberState]:
    return {Path(path).name: state for path, state in found.unclean}


def test_comparing_joins_and_a_second_file_of_the_same_data_comes_along(
    tree: Path, session: Session
) -> None:
    original, small, cut = put(tree, "a.jpg"), bare(tree, "s.jpg", 3), bare(tree, "c.jpg", 4)
    shutil.copy(small, tree / "s2.jpg")
    scan(session, [str(tree)])
    compared(session, original, small, LikenessKind.SAME)
    compared(session, small, cut, LikenessKind.CROP)
    assert told(family(session, cut)) == {
        "a.jpg": (None, True),
        "s.jpg": (TieKind.SAME, True),
        "s2.jpg": (TieKind.SAME, True),
        "c.jpg": (TieKind.CROP, True),
    }


def test_a_chain_of_look_alikes_is_not_followed(tree: Path, session: Session) -> None:
    first, second, third = (bare(tree, f"{n}.jpg", n) for n in range(3))
    scan(session, [str(tree)])
    looked_at(session, **{first: LOOKS, second: near(20), third: near(40)})
    assert told(family(session, first)) == {
        "0.jpg": (None, True),
        "1.jpg": (TieKind.LOOK, False),
    }
    assert set(told(family(session, second))) == {"0.jpg", "1.jpg", "2.jpg"}


def test_what_was_compared_and_is_another_picture_is_no_member(
    tree: Path, session: Session
) -> None:
    one, burst, unsure = put(tree, "a.jpg"), put(tree, "b.jpg", shade=9), bare(tree, "u.jpg", 7)
    scan(session, [str(tree)])
    looked_at(session, **{one: LOOKS, burst: near(8), unsure: near(9)})
    assert told(family(session, one))["b.jpg"] == (TieKind.IDENTIFIER, True)
    compared(session, one, burst, LikenessKind.OTHER)
    compared(session, one, unsure, LikenessKind.UNSURE)
    assert told(family(session, one)) == {
        "a.jpg": (None, True),
        "u.jpg": (TieKind.UNSURE, False),
    }


def test_a_second_identifier_of_one_agency_does_not_join_another_picture(
    tree: Path, session: Session
) -> None:
    asked = put(tree, "a.jpg")
    put(tree, "mislabelled.jpg", code=OTHER_CODE)
    put(tree, "another.jpg", code=OTHER_CODE, shade=5)
    scan(session, [str(tree)])
    assert set(told(family(session, asked))) == {"a.jpg", "mislabelled.jpg"}


def test_a_stand_in_for_many_pictures_is_no_family(tree: Path, session: Session) -> None:
    asked = put(tree, "a.jpg", code="000_1111111", caption="One scene of the day, told at length")
    for number in range(2, 5):
        put(tree, f"{number}.jpg", code=f"000_{number}111111", caption=f"Another scene, {number}")
    scan(session, [str(tree)])
    with session.registry.read() as tx:
        assert len({record(tx, str(one)).scan_digest for one in tree.iterdir()}) == 1
    # Their image digests are equal, too, as only credit metadata sets them apart.
    assert TieKind.SCAN not in {tie for tie, _ in told(family(session, asked)).values()}


def test_more_than_fit_are_told_of(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinship, "MOST", 3)
    for number in range(5):
        put(tree, f"{number}.jpg")
    scan(session, [str(tree)])
    found = family(session, str(tree / "0.jpg"))
    assert (len(found.members), found.more) == (3, True)


def test_the_best_comes_first_and_each_has_its_state_and_credit(
    tree: Path, session: Session
) -> None:
    large, small = put(tree, "z-large.jpg"), put(tree, "a-small.jpg", shade=3)
    (tree / "b-gone.jpg").write_bytes(tiny())
    audit(session, [str(tree)], [str(NOTICES / NOTICE)])
    looked_at(session, **{large: LOOKS, small: near(40)})
    found = family(session, small)
    assert Path(found.members[0].path).name == "z-large.jpg"
    assert {one.state for one in found.members} == {MemberState.OPEN}
    assert found.members[0].credit == "Ana LIM / AFP"
    assert found.members[0].size == (1600, 1000)
    assert found.members[0].findings[0][1] == "erroneous-credit"


def test_a_notice_closes_when_every_copy_is_clean(tree: Path, session: Session) -> None:
    put(tree, "a.jpg")
    put(tree, "archive/b.jpg")
    audit(session, [str(tree)], [str(NOTICES / NOTICE)])
    before = standing(session)
    assert (before.state, before.total, before.clean) == (NoticeStanding.OPEN, 2, 0)
    assert unclean(before) == {"a.jpg": MemberState.OPEN, "b.jpg": MemberState.OPEN}
    remediate(session, plan(session).plan)
    after = standing(session)
    assert (after.state, after.total, after.clean, after.unclean) == (
        NoticeStanding.CLOSED, 2, 2, (),
    )  # fmt: skip


def test_a_copy_outside_the_audited_folder_keeps_it_open(tree: Path, session: Session) -> None:
    put(tree, "desk/a.jpg")
    put(tree, "archive/b.jpg")
    put(tree, "archive/right.jpg", creator=RIGHT)
    # The archive was in order as long as nobody had complained.
    audit(session, [str(tree)])
    audit(session, [str(tree / "desk")], [str(NOTICES / NOTICE)])
    remediate(session, plan(session).plan)
    found = standing(session)
    assert (found.state, found.total, found.clean) == (NoticeStanding.OPEN, 3, 2)
    assert unclean(found) == {"b.jpg": MemberState.NOT_LOOKED_AT}


def test_a_copy_that_was_only_scanned_is_not_looked_at(tree: Path, session: Session) -> None:
    put(tree, "a.jpg")
    audit(session, [str(tree)], [str(NOTICES / NOTICE)])
    remediate(session, plan(session).plan)
    put(tree, "new.jpg", creator=RIGHT)
    scan(session, [str(tree)])
    assert unclean(standing(session)) == {"new.jpg": MemberState.NOT_LOOKED_AT}


def test_what_only_looks_alike_and_was_not_compared_keeps_it_open(
    tree: Path, session: Session
) -> None:
    one, alike = put(tree, "a.jpg"), bare(tree, "alike.jpg", 7)
    audit(session, [str(tree)], [str(NOTICES / NOTICE)])
    remediate(session, plan(session).plan)
    looked_at(session, **{one: LOOKS, alike: near(6)})
    assert unclean(standing(session)) == {"alike.jpg": MemberState.NOT_LOOKED_AT}
    compared(session, one, alike, LikenessKind.OTHER)
    assert standing(session).state is NoticeStanding.CLOSED


def test_what_a_person_rejected_or_waived_is_settled(tree: Path, session: Session) -> None:
    put(tree, "a.jpg")
    (found,) = audit(session, [str(tree)], [str(NOTICES / NOTICE)]).findings
    decide(session, [found.finding_id], Verdict.WAIVE, "Library stock")
    assert standing(session).state is NoticeStanding.CLOSED


def test_gone_copies_do_not_count_and_unreadable_ones_do(tree: Path, session: Session) -> None:
    first, second = put(tree, "a.jpg"), put(tree, "b.jpg")
    audit(session, [str(tree)], [str(NOTICES / NOTICE)])
    Path(first).unlink()
    scan(session, [str(tree)])
    found = standing(session)
    assert (found.total, found.gone) == (1, 1)
    Path(second).write_bytes(b"\xff\xd8\xff")
    scan(session, [str(tree)])
    assert unclean(standing(session)) == {"b.jpg": MemberState.UNREADABLE}


def test_a_notice_that_reaches_nothing_and_one_that_was_taken_back(
    tree: Path, session: Session
) -> None:
    put(tree, "other.jpg", code=OTHER_CODE, caption="Another scene on another day, far away.")
    audit(session, [str(tree)], [str(NOTICES / NOTICE)])
    assert standing(session).state is NoticeStanding.NOTHING_FOUND
    assert standing(session).words == ""
    with session.registry.read() as tx:
        (notice,) = _corrections(tx)
        taken_back = replace(notice, retracted="2026-11-22T10:00:00Z")
        later = replace(notice, superseded_by="afp-2")
        assert families.standing(tx, taken_back, session.policy).state is NoticeStanding.RETRACTED
        assert families.standing(tx, later, session.policy).state is NoticeStanding.SUPERSEDED
    assert CODE not in OTHER_CODE
