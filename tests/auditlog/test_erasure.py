"""Words go; records, hashes and proofs stay; what remains elsewhere is told."""

from __future__ import annotations

import json
from pathlib import Path

import postgres_server
import pytest
from auditlog.events import NOW, append, fix_event, sql

from provenance.auditlog import entries, prove, verify
from provenance.auditlog.closing import closed, renewal
from provenance.auditlog.erasing import erasure, removal
from provenance.auditlog.erasing.erasure import Wanted
from provenance.errors import LogError, RegistryError
from provenance.model import Agent, Change, Event
from provenance.registry import open_registry

ANNA = Agent("authorizer", "user:anna.editor")
WHY = "request 17/2026"
NAME = "Aaref WATAD"


def erase(registry, log, *, records=(), names=(), reason=WHY) -> erasure.Erased:
    return erasure.erase(log, registry, Wanted(records, names), ANNA, reason, NOW)


def shown(registry):
    with registry.read() as transaction:
        return entries(transaction.connection, 0, 10_000)


def octets(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_records_lose_their_words_and_every_proof_holds(registry, log, fill, check) -> None:
    fill(5)
    with registry.read() as transaction:
        before = [prove(transaction.connection, log.state, index) for index in range(6)]
    done = erase(registry, log, records=(2, 3, 3, 99))
    assert (done.values, done.records, done.closed) == (4, (2, 3), 0)
    assert check().ok
    found = shown(registry)
    assert [len(one.words) for one in found] == [0, 2, 0, 0, 2, 2, 0]
    record = found[-1].record
    assert record["act"] == "payload.erase"
    assert record["detail"] == {"reason": WHY, "values": 4, "record": [2, 3]}
    assert record["agents"][0]["id"] == "user:anna.editor"
    with registry.read() as transaction:
        again = [prove(transaction.connection, log.state, index) for index in range(6)]
    assert len(again) == len(before)


def test_name_goes_wherever_it_stands(registry, log, check) -> None:
    changes = (
        Change("IIM 2:80", "AAREF  watad", "Bakr ALKASEM"),
        Change("IIM 2:120", "By \u201cAaref Watad\u201d, AFP", "By Bakr ALKASEM, AFP"),
        Change("IIM 2:122", "Somebody else", ""),
    )
    append(registry, log, Event("fix.commit", changes=changes), fix_event(1))
    log.checkpoint(registry, NOW)
    done = erase(registry, log, names=(NAME,))
    assert (done.values, done.records) == (3, (1, 2))
    found = shown(registry)
    assert found[1].words == {
        "change/0/new": "Bakr ALKASEM",
        "change/1/new": "By Bakr ALKASEM, AFP",
        "change/2/old": "Somebody else",
        "change/2/new": "",
    }
    assert check().ok
    assert NAME not in json.dumps([one.record for one in found])


def test_octets_are_gone_from_every_file(registry, log, fill, tmp_path, state) -> None:
    fill(400)
    with registry.write() as transaction:  # rows deleted earlier leave octets in the file, too
        query = "INSERT INTO run VALUES ('r', 'fix', 'x', 'x', 'x', 'Aaref WATAD')"
        transaction.connection.exec_driver_sql(query)
    with registry.write() as transaction:
        transaction.connection.exec_driver_sql("DELETE FROM run")
    assert NAME.encode() in octets(tmp_path)
    done = erase(registry, log, names=(NAME,))
    assert done.values == 400
    assert done.purged
    assert NAME.encode() not in octets(tmp_path)
    registry.close()
    assert NAME.encode() not in octets(tmp_path)


def test_many_records_take_several_events(registry, log, fill, check) -> None:
    fill(2_500)
    done = erase(registry, log, names=(NAME,))
    assert done.values == 2_500
    told = [one.record for one in shown(registry) if one.record["act"] == "payload.erase"]
    assert [len(one["detail"]["record"]) for one in told] == [1000, 1000, 500]
    assert [one["detail"]["values"] for one in told] == [1000, 1000, 500]
    assert check().ok


def test_preview_changes_nothing(registry, log, fill, state) -> None:
    fill(3)
    before = shown(registry)
    planned = erasure.preview(registry, state, Wanted((1,), (NAME,)))
    assert (planned.values, planned.records) == (4, (1, 2, 3))
    assert shown(registry) == before


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"names": ("",)}, "words-too-short"),
        ({"names": (" .!",)}, "words-too-short"),
        ({"names": ("a",)}, "words-too-short"),
        ({"names": ("Nobody KNOWN",)}, "nothing-to-erase"),
        ({"records": (0, 99, -1, 10**30)}, "nothing-to-erase"),
        ({"names": (NAME,), "reason": "asked for by aaref watad"}, "reason-tells"),
    ],
)
def test_refusals_erase_nothing(registry, log, fill, wanted, code) -> None:
    fill(2)
    before = shown(registry)
    with pytest.raises(LogError) as caught:
        erase(registry, log, **wanted)
    assert caught.value.code == code
    assert caught.value.remedy
    assert shown(registry) == before


def test_words_of_closed_logs_go_too(registry, log, fill, check) -> None:
    fill(3)
    done = renewal.renew(log, registry, ANNA, "a new machine", NOW)
    path = closed.words_path(done.kept.path)
    path.write_bytes(path.read_bytes() + b'{"value": "Aaref WATAD", damaged\n')
    erased = erase(registry, log, names=(NAME,))
    assert (erased.values, erased.closed) == (0, 4)
    assert NAME not in path.read_text()
    assert path.read_text().count("Bakr ALKASEM") == 3
    assert shown(registry)[-1].record["detail"]["closedValues"] == 4
    found = check()
    assert found.ok, "the closed log's own file is as it was"
    with pytest.raises(LogError, match="keeps no such words"):
        erase(registry, log, names=(NAME,))


def test_what_remains_is_told(registry, log, fill, registry_path) -> None:
    fill(1)
    registry.close()
    name = "J\u00f6rg A\u017eman"
    document = json.dumps({"credit": name}).replace("\\", "\\\\")
    sql(
        registry_path,
        "INSERT INTO run VALUES ('r', 'fix', 'anna', 'now', 'now', '{}')",
        "INSERT INTO fix (fix_id, run_id, uri, asset_uri, state, before_sha256, before_size,"
        " after_sha256, after_size, patch, tmp_name, created, settled, document)"
        " VALUES ('f', 'r', 'u', 'u', 'commit', 'a', 1, 'b', 1, x'', '', 'now', 'now',"
        f" '{document}')",
        "INSERT INTO decision (id, decision_key, finding_id, verdict, agent, decided, reason)"
        f" VALUES (1, 'k', 'f', 'accept', 'anna', 'now', 'asked {name}, 100%')",
    )
    event = Event(
        "waive",
        changes=(Change("IIM 2:80", name, None),),
        detail=(("reason", f"as {name} says"),),
    )
    append(registry, log, event)
    done = erase(registry, log, names=(name,))
    places = {one.place.split(",")[0]: one.count for one in done.remains}
    assert places == {
        "fixes": 1,
        "reasons given for decisions": 1,
        "records of the log itself: a file's path": 1,
    }
    assert all(one.remedy for one in done.remains)
    assert not any(one.remedy.startswith("It ") for one in done.remains), "they are several"
    with registry.read() as transaction:
        connection = transaction.connection
        assert not erasure.remains(connection, ["100_"]), "a wild card is a letter here"
        assert erasure.remains(connection, ["100%"])
        assert erasure.remains(connection, []) == ()


def test_database_that_cannot_be_rewritten_is_told(registry, log, fill, monkeypatch) -> None:
    fill(2)

    def refused(*_given) -> None:
        raise RegistryError("locked", code="registry-locked")

    monkeypatch.setattr(erasure, "purge", refused)
    done = erase(registry, log, names=(NAME,))
    assert not done.purged
    assert done.values == 2


def test_purge_leaves_the_registry_as_it_works(registry, fill, check) -> None:
    fill(3)
    with registry.read() as transaction:
        connection = transaction.connection
    removal.purge(connection)
    fill(3, start=10)
    assert check().ok


def test_on_postgresql(log, state) -> None:
    """Erased, rewritten, told what remains; then the log is renewed, and the guard stands."""
    binaries = postgres_server.programs()
    if binaries is None:
        pytest.skip("PostgreSQL's programs are not on this machine")
    pytest.importorskip("psycopg")
    with postgres_server.server(binaries) as url, open_registry(url) as registry:
        waived = Event("waive", detail=(("reason", f"as {NAME} says"),))
        append(registry, log, fix_event(1), fix_event(2), waived)
        log.checkpoint(registry, NOW)
        with registry.write() as transaction:
            query = "INSERT INTO run VALUES ('r', 'fix', 'x', 'x', 'x', 'by aaref watad')"
            transaction.connection.exec_driver_sql(query)
        done = erase(registry, log, names=(NAME,))
        assert (done.values, done.records, done.purged) == (2, (1, 2), True)
        assert {one.place.split(":")[0]: one.count for one in done.remains} == {
            "accounts of former runs": 1,
            "records of the log itself": 1,
        }
        renewed = renewal.renew(log, registry, ANNA, "a new machine", NOW)
        assert renewed.problem == ""
        assert renewed.kept is not None
        assert renewed.kept.size == 6
        append(registry, log, fix_event(3))
        log.checkpoint(registry, NOW)
        with registry.read() as transaction:
            found = verify(transaction.connection, state)
        assert found.ok, found.problems
        with pytest.raises(RegistryError, match="append-only"), registry.write() as transaction:
            transaction.connection.exec_driver_sql("DELETE FROM audit_leaf")


def test_words_that_a_killed_closing_left_over_go_too(registry, log, fill) -> None:
    fill(2)
    folder = closed.closed_folder(log.state)
    folder.mkdir()
    left = folder / ".words.0123456789abcdef.tmp"
    left.write_text(f'{{"index": 1, "name": "change/0/old", "salt": "", "value": "{NAME}"}}\n')
    erase(registry, log, names=(NAME,))
    assert not left.exists()
    assert NAME.encode() not in octets(log.state)
