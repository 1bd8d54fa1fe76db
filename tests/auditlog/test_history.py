from __future__ import annotations

import pytest
from auditlog.events import sql

from provenance.auditlog import entries, log_size


def numbers(registry, *window: int) -> list[int]:
    with registry.read() as transaction:
        return [entry.index for entry in entries(transaction.connection, *window)]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ((), list(range(11))),
        ((3, 2), [3, 4]),
        ((-2,), [9, 10]),
        ((-2, 1), [9]),
        ((-99, 2), [0, 1]),
        ((9, 100), [9, 10]),
        ((11, 5), []),
        ((10**30, 5), []),
        ((0, 0), []),
        ((0, -5), []),
    ],
)
def test_entries_window(registry_path, ready, registry, window, expected) -> None:
    assert numbers(registry, *window) == expected


def test_entries_of_no_log(registry) -> None:
    assert numbers(registry) == []
    with registry.read() as transaction:
        assert log_size(transaction.connection) == 0


def test_damaged_record_is_shown_empty(registry_path, ready, registry) -> None:
    sql(
        registry_path,
        "UPDATE audit_leaf SET rec = x'ff', leaf_hash = 'text' WHERE idx = 4",
        "DELETE FROM audit_leaf WHERE idx = 5",
        "UPDATE audit_payload SET value = x'ff' WHERE idx = 6 AND name = 'change/0/old'",
    )
    with registry.read() as transaction:
        found = {entry.index: entry for entry in entries(transaction.connection)}
    assert found[4].record == {}
    assert found[4].leaf_hash == ""
    assert 5 not in found
    assert found[6].words == {"change/0/new": "Bakr ALKASEM"}
    assert found[7].record["act"] == "fix.commit"
