"""Decisions are only added; the newest of a key holds."""

from __future__ import annotations

import pytest
from registry.values import decision

from provenance.errors import RegistryError
from provenance.model import Verdict
from provenance.registry import (
    Registry,
    decision_history,
    decision_key,
    decisions,
    every_decision,
    put_decision,
)


def test_the_newest_decision_holds_and_all_stay_on_record(registry: Registry) -> None:
    first = decision("k1", reason="for now", until="2026-12-31", finding_id="f1", grounds="asks:1")
    second = decision("k1", Verdict.APPLY)
    other = decision("k2", grounds="asks:2\nasks:3")
    with registry.write() as tx:
        for one in (first, other, second):
            put_decision(tx, one)
    with registry.read() as tx:
        assert decisions(tx, ["k1", "k2", "k3", "k1"]) == {"k1": second, "k2": other}
        assert decision_history(tx, "k1") == (first, second)
        assert decision_history(tx, "k3") == ()
        assert every_decision(tx) == (first, other, second)


@pytest.mark.parametrize(
    ("prefix", "code"),
    [("", "not-found"), ("e", "not-found"), ("d-1", "ambiguous"), ("_", "not-found")],
)
def test_a_prefix_must_name_one_decision(registry: Registry, prefix: str, code: str) -> None:
    with registry.write() as tx:
        for key in ("d-11", "d-12", "d-11", "d-2"):
            put_decision(tx, decision(key))
    with registry.read() as tx:
        assert decision_key(tx, "d-11") == "d-11"
        assert decision_key(tx, "d-2") == "d-2"
        with pytest.raises(RegistryError) as caught:
            decision_key(tx, prefix)
    assert caught.value.code == code
    assert caught.value.remedy
