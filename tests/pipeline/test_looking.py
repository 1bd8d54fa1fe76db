"""What a notice's picture looks like: its copies are found, its neighbours are left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES
from look_material import DAY, credited, from_behind, resaved, scene, sent

from provenance import registry
from provenance.auditlog import AuditLog
from provenance.errors import PictureError
from provenance.model import (
    AssetRef,
    Confidence,
    Finding,
    Fixability,
    LikenessKind,
    Policy,
    Rule,
    Status,
)
from provenance.pipeline import Audited, Session, audit, decoding, scan
from provenance.pipeline.looking import look
from provenance.pipeline.sitters import Comparison, Sitter
from provenance.pipeline.subjects import mirrored
from provenance.pixels.pdq import look as seen
from provenance.registry import open_registry
from provenance.storage import LocalStore

BROUGHT = [str(NOTICES / NOTICE)]
BURST = ("road-1", "road-2", "road-3")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The agency's picture, copies that lost everything, frames of the same burst, others."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "sent.jpg").write_bytes(sent("road-0"))
    (tree / "web.jpg").write_bytes(credited(resaved(scene("road-0"))))
    (tree / "behind.jpg").write_bytes(credited(from_behind(scene("road-0"))))
    for name in BURST:
        (tree / f"{name}.jpg").write_bytes(credited(resaved(scene(name))))
    (tree / "camp.jpg").write_bytes(credited(scene("camp-0")))
    (tree / "cut.jpg").write_bytes(credited(scene("camp-1"))[:9_000])
    return tree


def credit_findings(audited: Audited) -> dict[str, Finding]:
    return {
        Path(one.uri).stem: one for one in audited.findings if one.rule is Rule.ERRONEOUS_CREDIT
    }


def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the functions that decode, each time one is called."""
    calls: list[str] = []
    for name in ("look", "luminance"):
        real = getattr(decoding, name)

        def counted(*given: object, name: str = name, real: object = real) -> object:
            calls.append(name)
            return real(*given)  # type: ignore[operator]

        monkeypatch.setattr(decoding, name, counted)
    return calls


def test_a_stripped_copy_is_found_and_the_burst_is_not(tree: Path, session: Session) -> None:
    told = audit(session, [str(tree)], BROUGHT)
    found = credit_findings(told)
    assert set(found) == {"sent", "web", "behind"}
    assert (found["sent"].confidence, found["sent"].fixability) == (
        Confidence.STRONG, Fixability.SAFE,
    )  # fmt: skip
    names = {reason.name for reason in found["web"].evidence}
    assert "picture-same" in names
    assert found["web"].confidence is Confidence.STRONG
    assert "picture-mirrored" in {reason.name for reason in found["behind"].evidence}
    # A look alone is never safe (design rule 8).
    for one in ("web", "behind"):
        assert (found[one].fixability, found[one].status) == (Fixability.UNSAFE, Status.HELD)


def test_a_picture_that_cannot_be_decoded_ends_nothing_and_is_told(
    tree: Path, session: Session
) -> None:
    told = audit(session, [str(tree)], BROUGHT)
    (problem,) = [one for one in told.problems if one.code.startswith("pictures-")]
    assert (problem.code, problem.path) == ("pictures-not-decoded", str(tree / "cut.jpg"))
    assert problem.message


@pytest.mark.usefixtures("workers_here")
def test_nothing_is_decoded_twice(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = decoded(monkeypatch)
    first = audit(session, [str(tree)], BROUGHT)
    assert calls.count("look") == len(list(tree.iterdir()))
    calls.clear()
    again = audit(session, [str(tree)], BROUGHT)
    assert calls == []
    assert credit_findings(again) == credit_findings(first)
    (tree / "late.jpg").write_bytes(credited(resaved(scene("road-0"), 45, 0.5)))
    later = audit(session, [str(tree)], BROUGHT)
    assert "late" in credit_findings(later)
    assert calls.count("look") == 1


def test_a_notice_that_reaches_nothing_proven_costs_nothing(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "sent.jpg").unlink()
    calls = decoded(monkeypatch)
    told = audit(session, [str(tree)], BROUGHT)
    assert (credit_findings(told), calls) == ({}, [])


def test_pictures_of_another_day_are_not_looked_at(tree: Path, session: Session) -> None:
    elsewhere = "A lake lies still before a storm over the hills."
    for name, day in (("older", "2023-01-01"), ("same-day", DAY)):
        picture = sent("lake-0", code="000_36QM4RZ", day=day, caption=elsewhere)
        (tree / f"{name}.jpg").write_bytes(picture)
    (tree / "told-alike.jpg").write_bytes(sent("harbour-0", code="000_36QM4RY", day="2023-01-01"))
    audit(session, [str(tree)], BROUGHT)
    with session.registry.read() as tx:
        looks = registry.looks_of(tx, [str(one) for one in tree.iterdir()])
    assert str(tree / "same-day.jpg") in looks
    assert str(tree / "older.jpg") not in looks
    # What has the same caption may be the picture, whatever day it says.
    assert str(tree / "told-alike.jpg") in looks


def test_what_is_left_for_the_next_run_is_told_and_done_then(tree: Path, session: Session) -> None:
    own = replace(session, policy=Policy(today="2026-11-22", look_at_most=4))
    first = audit(own, [str(tree)], BROUGHT)
    (problem,) = [one for one in first.problems if one.code == "pictures-not-looked-at"]
    assert "scan --hash" in problem.remedy
    assert "4" in problem.message
    second = audit(own, [str(tree)], BROUGHT)
    assert not [one for one in second.problems if one.code == "pictures-not-looked-at"]
    assert set(credit_findings(second)) == {"sent", "web", "behind"}


def test_one_process_or_two_give_the_same(
    tree: Path, tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("hashing", "looking"):
        monkeypatch.setattr(f"provenance.pipeline.{module}._FEW", 1)
    monkeypatch.setattr("provenance.pipeline.looking._TASK", 1)
    told = []
    for jobs in (1, 2):
        with open_registry(str(tmp_path / f"jobs-{jobs}.db")) as opened:
            own = replace(session, registry=opened, log=AuditLog(), jobs=jobs)
            audited = audit(own, [str(tree)], BROUGHT)
            with opened.read() as tx:
                looks = registry.looks_of(tx, [str(one) for one in tree.iterdir()])
                compared = registry.likeness_with(tx, {one.basis for one in looks.values()})
            told.append((audited.findings, audited.problems, looks, compared))
    assert told[0] == told[1]
    assert len(told[0][3]) > 3


def test_pairs_beyond_the_bound_are_told(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.pipeline.looking._MOST_PAIRS", 2)
    told = audit(session, [str(tree)], BROUGHT)
    (problem,) = [one for one in told.problems if one.code == "pictures-not-compared"]
    assert "by hand" in problem.remedy
    # The nearest come first: the copy, and the one from behind.
    assert "picture-same" in {reason.name for reason in credit_findings(told)["web"].evidence}


def test_the_proven_picture_may_stand_outside_of_what_is_audited(
    tree: Path, tmp_path: Path, session: Session
) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    (tree / "web.jpg").rename(desk / "web.jpg")
    scan(session, [str(tree)])
    told = audit(session, [str(desk)], BROUGHT)
    assert set(credit_findings(told)) == {"web"}
    with session.registry.read() as tx:
        looks = registry.looks_of(tx, [str(one) for one in tree.iterdir()])
    assert set(looks) == {str(tree / "sent.jpg")}


def test_a_proven_file_that_went_away_is_told_not_guessed(tree: Path, session: Session) -> None:
    """The archive's share is offline: nothing can be laid on the picture that it holds."""
    desk = tree.parent / "desk"
    desk.mkdir()
    (tree / "web.jpg").rename(desk / "web.jpg")
    scan(session, [str(tree)])
    with session.registry.read() as tx:
        waiting = registry.to_hash(tx, [str(tree / "sent.jpg")])
    assert len(waiting) == 1
    tree.rename(tree.parent / "unmounted")
    told = audit(session, [str(desk)], BROUGHT)
    assert credit_findings(told) == {}
    (problem,) = [one for one in told.problems if one.code.startswith("pictures-")]
    assert "sent.jpg" in problem.message


def test_looking_without_notices_asks_for_nothing(tree: Path, session: Session) -> None:
    assert look(session, (str(tree),), ()) == ()


def test_comparing_says_unsure_of_what_cannot_be_decoded_and_keeps_no_word_of_what_is_not_there(
    tmp_path: Path,
) -> None:
    names = {"whole": scene("road-0"), "cut": scene("camp-1")[:9_000]}
    sitters = {}
    for name, data in names.items():
        (tmp_path / name).write_bytes(data)
        sitters[name] = Sitter(name, (AssetRef(str(tmp_path / name), len(data), ""),))
    missing = AssetRef(str(tmp_path / "missing"), 0, "")
    sitters["missing"] = Sitter("missing", (missing,))
    # Of two files the one that is there will do.
    sitters["either"] = Sitter("either", (missing, *sitters["whole"].refs))
    asked = Comparison(
        sitters["whole"], tuple(sitters[name] for name in ("cut", "missing", "either"))
    )
    cut, gone, either = decoding.compare_batch(LocalStore(), asked)
    assert cut.likeness is not None
    assert cut.likeness.kind is LikenessKind.UNSURE
    assert (gone.likeness, gone.trouble is not None) == (None, True)
    assert either.likeness is not None
    assert either.likeness.kind is LikenessKind.SAME
    (other,) = decoding.compare_batch(
        LocalStore(), Comparison(sitters["missing"], asked.others[:1])
    )
    assert other.likeness is None


def test_an_error_that_is_no_picture_error_is_not_swallowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jpg").write_bytes(scene("road-0"))
    sitter = Sitter("a", (AssetRef(str(tmp_path / "a.jpg"), 0, ""),))

    def fail(_: bytes, _basis: str) -> None:
        raise PictureError("no picture", remedy="Look at it.")

    monkeypatch.setattr(decoding, "look", fail)
    (seen,) = decoding.look_batch(LocalStore(), [sitter])
    assert seen.failure == "no picture Look at it."
    monkeypatch.setattr(decoding, "look", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        decoding.look_batch(LocalStore(), [sitter])


def test_the_hash_from_behind_is_near_without_decoding() -> None:
    front, behind = seen(scene("road-0")), seen(from_behind(scene("road-0")))
    assert front.distance(behind) > 90
    assert replace(front, pdq=mirrored(front.pdq)).distance(behind) < 40
    assert mirrored(mirrored(front.pdq)) == front.pdq
