"""What an audit of files that are nearly one another asks for, at two sizes: never its square.

Counted, not timed: statements of SQL, and versions of a picture that are held against another.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from alike_material import alike, copies, numbered

from provenance import registry
from provenance.auditlog import AuditLog
from provenance.model import Rule
from provenance.pipeline import Session, audit, scan
from provenance.pipeline.candidates import Candidates, siblings_of
from provenance.pipeline.looking import look
from provenance.pipeline.noticing import bring
from provenance.registry import open_registry
from provenance.rules import sayings
from provenance.rules.versions import differences

SIZES = (12, 24)
NEARLY_TWICE = 2.3


def asked(session: Session, pictures: Path, mail: Path) -> int:
    """How many statements it takes to say which files the notices reach, and who is whose copy."""
    bring(session, [str(mail)])
    scanned = scan(session, [str(pictures)])
    statements: list[str] = []
    with session.registry.read() as tx:
        raw = tx.connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(statements.append)
        candidates = Candidates(scanned, "test")
        for one in registry.notices(tx):
            candidates.add(tx, one)
        stored = registry.stored(tx, candidates.to_examine(tx))
        siblings_of(tx, [one.result for one in stored.values()])
        raw.set_trace_callback(None)
    return len(statements)


@pytest.mark.parametrize("made", [copies, numbered])
def test_one_notice_on_many_files_takes_no_more_statements(
    made: object, tmp_path: Path, session: Session
) -> None:
    counts = []
    for size in SIZES:
        folders = made(tmp_path / str(size), size)  # type: ignore[operator]
        counts.append(asked(session, *folders))
    # A file may have keys of its own, and each is a look-up.
    assert 0 < counts[1] <= NEARLY_TWICE * counts[0]


def test_statements_grow_with_the_notices(tmp_path: Path, session: Session) -> None:
    few = asked(session, *alike(tmp_path / "few", SIZES[1], SIZES[0]))
    # The same notices and as many again, on the same pictures.
    many = asked(session, *alike(tmp_path / "many", SIZES[1], SIZES[1]))
    assert 0 < few < many <= NEARLY_TWICE * few


def test_copies_that_all_differ_are_compared_a_few_times_each(
    tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[None] = []

    def counted(*given: object) -> object:
        calls.append(None)
        return differences(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sayings, "differences", counted)
    counts = []
    for size in SIZES:
        calls.clear()
        pictures, _ = copies(tmp_path / str(size), size)
        with open_registry(str(tmp_path / f"{size}.db")) as opened:
            told = audit(replace(session, registry=opened, log=AuditLog()), [str(pictures)])
        found = {one.uri for one in told.findings if one.rule is Rule.SILENT_CORRECTION}
        assert len(found) == size
        counts.append(len(calls))
    assert 0 < counts[1] <= NEARLY_TWICE * counts[0]


def test_what_is_left_for_the_next_run_is_told_and_done_then(
    tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.pipeline.looking._MOST_IN_ALL", 4)
    pictures, mail = alike(tmp_path, 4, 4)
    bring(session, [str(mail)])
    scan(session, [str(pictures)])
    with session.registry.read() as tx:
        notices = registry.notices(tx)
    told = [{one.code for one in look(session, [str(pictures)], notices)} for _ in range(3)]
    assert "comparisons-left" in told[0]
    assert told[1] == told[2] == set()
