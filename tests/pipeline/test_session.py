"""Runs and moments."""

from __future__ import annotations

import re
from dataclasses import replace

from provenance.pipeline import Session
from provenance.pipeline.session import Silence, utc_now


def test_moments_are_utc_with_milliseconds() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", utc_now())


def test_runs_say_what_they_were_sort_by_time_and_are_never_the_same(session: Session) -> None:
    early = replace(session, clock=lambda: "2026-11-22T09:00:00.000Z")
    late = replace(session, clock=lambda: "2026-11-22T10:00:00.000Z")
    runs = [early.new_run("scan"), late.new_run("scan")]
    assert runs == sorted(runs)
    assert runs[0].startswith("scan-20261122T090000-")
    assert len({early.new_run("scan") for _ in range(50)}) == 50


def test_the_agents_are_the_program_and_the_person(session: Session) -> None:
    program, person = session.agents()
    assert program.id.startswith("pkg:pypi/provenance-auditor@")
    assert person.id == "user:anna.editor"


def test_silence_takes_any_number_of_steps() -> None:
    with Silence().task("Work", None) as advance:
        advance()
        advance(5)
