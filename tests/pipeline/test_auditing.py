"""Audit: what is examined, under which path it is shown, and where a flood is stopped."""

from __future__ import annotations

import io
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import LIFE, NEWSROOM, NOTICE, NOTICES, PICTURE, desk, tiny
from PIL import Image

from provenance.model import (
    Confidence,
    Container,
    Edit,
    Finding,
    Fixability,
    Policy,
    Property,
    Rule,
    Severity,
    Status,
)
from provenance.pipeline import Session, audit, recall, scan
from provenance.pipeline.flood import guard

BROUGHT = [str(NOTICES / NOTICE)]


def finding(number: int, notice: str = "afp-1", **more: object) -> Finding:
    uri = f"/p/{number}.jpg"
    edit = Edit(uri, Container.IIM, "IIM 2:80", Property.CREATOR_NAMES, "A", "B")
    made = Finding(
        finding_id=f"f-{number:016x}", decision_key=f"k{number}", rule=Rule.ERRONEOUS_CREDIT,
        severity=Severity.ERROR, confidence=Confidence.STRONG, fixability=Fixability.SAFE,
        status=Status.OPEN, uri=uri, notice_id=notice, message="m", edits=(edit,),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def guarded(session: Session, stand: list[Finding], held: int = 100, **policy: object) -> list:
    found, problems = guard(replace(session, policy=Policy(**policy)), stand, held)  # type: ignore[arg-type]
    assert [one.finding_id for one in found] == [one.finding_id for one in stand]
    stopped = [one for one in found if any(e.name == "flood" for e in one.evidence)]
    assert all((o.status, o.fixability) == (Status.HELD, Fixability.UNSAFE) for o in stopped)
    return [stopped, problems]


def test_two_hundred_files_are_no_flood_and_one_more_is(session: Session) -> None:
    many = [finding(number) for number in range(201)]
    assert guarded(session, many[:200]) == [[], []]
    stopped, (problem,) = guarded(session, many)
    assert len(stopped) == 201
    assert (problem.code, problem.path) == ("flood-guard", "afp-1")
    assert "--expect-count 201" in problem.remedy


def test_the_number_expected_must_be_the_number(session: Session) -> None:
    many = [finding(number) for number in range(201)]
    assert guarded(session, many, expect_count=201) == [[], []]
    assert len(guarded(session, many, expect_count=200)[0]) == 201
    assert len(guarded(session, many, expect_count=999)[0]) == 201


@pytest.mark.parametrize(("held", "stopped"), [(19_999, 0), (20_000, 0), (25_000, 0), (100, 0)])
def test_a_share_only_lowers_the_limit_of_large_registries(
    session: Session, held: int, stopped: int
) -> None:
    many = [finding(number) for number in range(200)]
    assert len(guarded(session, many, held)[0]) == stopped


def test_the_share_of_a_large_registry(session: Session) -> None:
    many = [finding(number) for number in range(151)]
    assert guarded(session, many, 30_000, flood_share=0.005)[0] != []
    assert guarded(session, many[:150], 30_000, flood_share=0.005) == [[], []]
    assert guarded(session, many, 19_999, flood_share=0.005) == [[], []]


def test_a_flood_of_one_notice_holds_no_other(session: Session) -> None:
    many = [finding(number) for number in range(201)] + [finding(500, "afp-2")]
    stopped, _ = guarded(session, many)
    assert {one.notice_id for one in stopped} == {"afp-1"}


def test_files_are_counted_not_findings_and_only_those_to_be_touched(session: Session) -> None:
    twice = [finding(number % 150) for number in range(300)]
    found, problems = guard(session, twice, 100)
    assert (found, problems) == (twice, [])
    for more in (
        {"status": Status.FIXED},
        {"status": Status.REJECTED},
        {"edits": ()},
        {"fixability": Fixability.DISPLAY_ONLY},
        {"notice_id": None},
    ):
        many = [finding(number, **more) for number in range(201)]  # type: ignore[arg-type]
        assert guard(session, many, 300) == (many, [])


def test_a_notice_that_comes_later_reaches_files_read_before(
    tmp_path: Path, session: Session
) -> None:
    tree = desk(tmp_path / "tree")
    assert audit(session, [str(tree)]).findings == ()
    later = audit(session, [str(tree)], BROUGHT)
    assert later.scanned.read == 0
    assert [one.uri for one in later.findings] == [str(tree / PICTURE)]


def test_findings_elsewhere_are_not_told_here(tmp_path: Path, session: Session) -> None:
    desk(tmp_path / "a")
    desk(tmp_path / "ab")
    audit(session, [str(tmp_path)], BROUGHT)
    told = audit(session, [str(tmp_path / "a")], BROUGHT)
    assert [one.uri for one in told.findings] == [str(tmp_path / "a" / PICTURE)]
    assert len(recall(session).findings) == 2
    assert len(recall(session, [str(tmp_path / "ab")]).findings) == 1


def test_a_file_mended_elsewhere_has_no_finding_any_more(tmp_path: Path, session: Session) -> None:
    tree = desk(tmp_path / "tree")
    assert len(audit(session, [str(tree)], BROUGHT).findings) == 1
    other = f"{LIFE}/000_36QM4RC.jpg"
    (tree / PICTURE).write_bytes((NEWSROOM / other).read_bytes())
    told = audit(session, [str(tree)], BROUGHT)
    assert [one for one in told.findings if one.status is Status.OPEN] == []


def test_paths_are_those_of_this_command(
    tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = desk(tmp_path / "tree")
    monkeypatch.chdir(tmp_path)
    scan(session, ["tree"])
    for given, shown in (
        (["tree"], f"tree/{PICTURE}"),
        ([str(tree)], f"{tree}/{PICTURE}"),
        ([f"tree/{PICTURE}"], f"tree/{PICTURE}"),
        (["./tree/../tree/"], f"./tree/../tree/{PICTURE}"),
        (["tree/desk", "."], os.path.join("tree", PICTURE)),
    ):
        assert set(audit(session, given, BROUGHT).paths.values()) == {shown}
    assert set(recall(session).paths.values()) == {f"tree/{PICTURE}"}


def test_a_forged_notice_recredits_no_archive(tmp_path: Path, session: Session) -> None:
    """A freelancer's file with a notice in it that names an archive picture's identifier."""
    tree = desk(tmp_path / "tree", "archive/2024/000_36KB7TD.jpg", "freelancers/dorn")
    told = audit(session, [str(tree)])
    victim = [one for one in told.findings if "archive" in one.uri]
    assert victim
    assert all(one.fixability is not Fixability.SAFE for one in victim)
    assert all(one.status is not Status.OPEN for one in victim if one.edits)


def test_an_audit_of_an_empty_folder(tmp_path: Path, session: Session) -> None:
    (tmp_path / "empty").mkdir()
    told = audit(session, [str(tmp_path / "empty")])
    assert (told.findings, told.problems, told.scanned.total) == ((), (), 0)


def test_one_picture_by_its_file(tmp_path: Path, session: Session) -> None:
    (tmp_path / "one.jpg").write_bytes(tiny())
    (tmp_path / "two.jpg").write_bytes(tiny())
    told = audit(session, [str(tmp_path / "one.jpg")], BROUGHT)
    assert [one.uri for one in told.findings] == [str(tmp_path / "one.jpg")]


def test_what_is_gone_needs_nothing_until_it_is_back(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    picture = tree / "a.jpg"
    uncredited = io.BytesIO()
    Image.new("L", (8, 8)).save(uncredited, "JPEG")
    picture.write_bytes(uncredited.getvalue())
    (tree / "other.jpg").write_bytes(uncredited.getvalue() + b"other")

    def open_findings() -> set[str]:
        told = audit(session, [str(tree)]).findings
        return {Path(one.uri).name for one in told if one.status is Status.OPEN}

    assert open_findings() == {"a.jpg", "other.jpg"}
    away = tmp_path / "away.jpg"
    picture.rename(away)
    assert open_findings() == {"other.jpg"}
    away.rename(picture)
    assert open_findings() == {"a.jpg", "other.jpg"}


def test_notices_by_hand_are_neither_archive_nor_gone(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "newsroom"
    shutil.copytree(NEWSROOM, tree)
    notices = tree / "notices"
    scan(session, [str(tree)])
    told = audit(session, [str(tree)], [str(notices)])
    assert told.scanned.gone == ()
    assert not [one for one in told.findings if one.uri.startswith(str(notices))]
