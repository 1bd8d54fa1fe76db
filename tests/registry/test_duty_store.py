"""Acts about duties are only added, in their order, whatever they hold."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from registry.values import HOSTILE_TEXT, NOW

from provenance.errors import RegistryError
from provenance.model import DutyAct, DutyState, Proof
from provenance.registry import Registry, duty_acts, put_duty_acts


def act(notice_id: str, duty: str = "remove-online", **given_: object) -> DutyAct:
    return DutyAct(notice_id, duty, DutyState.DONE, "anna", NOW, **given_)  # type: ignore[arg-type]


def test_acts_come_back_oldest_first_by_notice(registry: Registry) -> None:
    full = act(
        "n1", proof=Proof.SCAN, evidence="a.pdf", evidence_sha256="ab", reason="x", until="2026-12-31"
    )  # fmt: skip
    second, other = act("n1", "delete-servers"), act("n2")
    with registry.write() as tx:
        put_duty_acts(tx, [full, other])
        put_duty_acts(tx, [second])
        put_duty_acts(tx, [])
    with registry.read() as tx:
        assert duty_acts(tx, ["n1", "n2", "n3", "n1"]) == {"n1": (full, second), "n2": (other,)}
        assert duty_acts(tx, []) == {}


def test_a_reader_writes_nothing(registry: Registry) -> None:
    with registry.read() as tx, pytest.raises(RegistryError):
        put_duty_acts(tx, [act("n1")])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT)
def test_any_words_come_back(
    sqlite_registry: Registry, evidence: str, reason: str, agent: str
) -> None:
    given_ = DutyAct("n", "d", DutyState.WAIVED, agent, NOW, evidence=evidence, reason=reason)
    with sqlite_registry.write() as tx:
        put_duty_acts(tx, [given_])
    with sqlite_registry.read() as tx:
        assert duty_acts(tx, ["n"])["n"][-1] == given_
