"""What is known of one picture, and which records speak of a notice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES, PICTURE, desk, tiny

from provenance.errors import RegistryError, UsageError
from provenance.pipeline import Session, audit, known, plan, records_of_notice, remediate
from provenance.reporting.family import MemberState, TieKind


def test_copies_are_told_by_their_strongest_reason(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.jpg").write_bytes(tiny())
    shutil.copy(tree / "a.jpg", tree / "same-file.jpg")
    (tree / "same-scan.jpg").write_bytes(tiny(code="000_1111111", caption="Other words."))
    (tree / "same-id.jpg").write_bytes(tiny(shade=7))
    (tree / "other.jpg").write_bytes(tiny(code="000_2222222", shade=9))
    audit(session, [str(tree)])
    members = known(session, str(tree / "a.jpg")).family.members
    assert {Path(one.path).name: one.tie and one.tie.kind for one in members} == {
        "a.jpg": None,
        "same-file.jpg": TieKind.FILE,
        "same-scan.jpg": TieKind.IMAGE,
        "same-id.jpg": TieKind.IDENTIFIER,
    }


def test_an_unreadable_file_is_known_but_has_no_copies(tmp_path: Path, session: Session) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "b.jpg").touch()
    audit(session, [str(tmp_path / "a.jpg"), str(tmp_path / "b.jpg")])
    told = known(session, str(tmp_path / "a.jpg"))
    (alone,) = told.family.members
    assert alone.state is MemberState.UNREADABLE
    assert [one.rule.value for one in told.findings] == ["unreadable"]


def test_what_was_never_seen(tmp_path: Path, session: Session) -> None:
    with pytest.raises(UsageError, match="never-seen"):
        known(session, str(tmp_path / "never-seen.jpg"))


def test_the_records_about_a_notice(
    tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.pipeline.recalling._PAGE", 2)
    tree = desk(tmp_path / "tree")
    (notice,) = audit(session, [str(tree)], [str(NOTICES / NOTICE)]).notices
    remediate(session, plan(session).plan)
    with session.registry.read() as tx:
        told = records_of_notice(tx, notice.notice_id)
        assert told == records_of_notice(tx, notice.notice_id[:8])
        with pytest.raises(RegistryError):
            records_of_notice(tx, "afp-none")
    assert len(told) == 4  # taken up, intended, done, proven by the scan
    assert list(told) == sorted(told)
    assert known(session, str(tree / PICTURE)).history[0].log_index == told[-2]
