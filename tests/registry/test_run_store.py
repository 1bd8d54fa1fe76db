from __future__ import annotations

from dataclasses import replace

import pytest
from registry.values import LATER, NOW

from provenance.errors import RegistryError
from provenance.registry import Registry, Run, finish_run, run, runs, start_run

RUN = Run("0190-b", "scan", "anna", LATER, ("/p", "/caf\udce9"))


def test_a_run_starts_and_ends(registry: Registry) -> None:
    with registry.write() as tx:
        start_run(tx, RUN)
        start_run(tx, Run("0190-c", "fix", "bert", NOW))
    with registry.read() as tx:
        assert runs(tx) == (Run("0190-c", "fix", "bert", NOW), RUN)
        assert runs(tx, ["0190-b", "none"]) == (RUN,)
    with registry.write() as tx:
        done = finish_run(tx, "0190-b", LATER, {"unreadable": 1, "assets": 2})
    assert done == replace(RUN, finished=LATER, counts=(("assets", 2), ("unreadable", 1)))
    with registry.read() as tx:
        assert run(tx, "0190-b") == done


def test_a_run_that_is_not_there_or_there_already_is_refused(registry: Registry) -> None:
    with registry.write() as tx:
        start_run(tx, RUN)
        with pytest.raises(RegistryError, match="already a run"):
            start_run(tx, RUN)
        with pytest.raises(RegistryError, match="no run none"):
            finish_run(tx, "none", LATER)
        assert finish_run(tx, "0190-b", LATER).counts == ()


@pytest.mark.parametrize(
    ("prefix", "code"), [("", "not-found"), ("z", "not-found"), ("019", "ambiguous")]
)
def test_a_prefix_must_name_one_run(registry: Registry, prefix: str, code: str) -> None:
    with registry.write() as tx:
        start_run(tx, RUN)
        start_run(tx, replace(RUN, run_id="0191"))
    with registry.read() as tx, pytest.raises(RegistryError) as caught:
        run(tx, prefix)
    assert caught.value.code == code
