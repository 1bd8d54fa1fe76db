"""A closed log is checked, shown, proved and given as evidence from its file alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from auditlog.events import NOW, append, codes, fix_event, indexes, sql
from evidence_material import check as run
from evidence_material import members
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.auditlog import AuditLog, Verification, entries, export, prove, verify
from provenance.auditlog.closing import closed, renewal
from provenance.auditlog.closing.reopened import reopened
from provenance.auditlog.keys import key_path, load_or_make_key
from provenance.auditlog.outsiders.proof import Prover, TlogProof
from provenance.errors import LogError
from provenance.model import Agent
from provenance.registry import open_registry

ANNA = Agent("authorizer", "user:anna.editor")


def renew(registry, log) -> Path:
    done = renewal.renew(log, registry, ANNA, "the disk is gone", NOW)
    assert done.kept is not None
    return done.kept.path


def check(path: Path, state: Path, **options) -> Verification:
    with reopened(path) as connection:
        return verify(connection, state, closed=True, **options)


@pytest.fixture
def path(ready, registry, log) -> Path:
    """A log of 12 records, closed in good order; another one stands in its place."""
    made = renew(registry, log)
    append(registry, log, fix_event(70))
    log.checkpoint(registry, NOW)
    return made


def test_closed_log_holds(path, state) -> None:
    found = check(path, state)
    assert found.ok, found.problems
    assert found.size == 12
    assert any("Records 0 to 11" in one for one in found.proved)
    assert any(one.startswith("20 ") for one in found.proved)
    assert not any("key is yours" in one for one in found.not_proved)


def test_records_and_words_are_those_of_the_old_log(ready, registry, log) -> None:
    with registry.read() as transaction:
        before = entries(transaction.connection, 0, 100)
    with reopened(renew(registry, log)) as connection:
        again = entries(connection, 0, 100)
    assert again[:-1] == before
    assert again[-1].record["act"] == "log.close"


def test_evidence_from_a_closed_log_is_proved(path, state, tmp_path) -> None:
    with reopened(path) as connection:
        prover = Prover(connection, state, closed=True)
        export(connection, tmp_path / "e.zip", [3, 11], prover=prover)
        proof = TlogProof.parse(prove(connection, state, 7, closed=True))
        (entry,) = entries(connection, 7, 1)
    content = members(tmp_path / "e.zip")
    assert b"Aaref WATAD" in content["disclosed/3.json"]
    done = run(tmp_path / "e.zip", "--vkey", content["log.vkey"].decode())
    assert done.returncode == 0, done.stdout
    assert "log.close" in done.stdout
    assert entry.record["seq"] == proof.index == 7


def test_elsewhere_without_the_state_folder(path, state, tmp_path) -> None:
    """Nothing but the file: what it cannot show is said, and the key to compare is named."""
    found = check(shutil.copy(path, tmp_path / "elsewhere.jsonl"), tmp_path / "none")
    assert found.ok, found.problems
    (said,) = (one for one in found.not_proved if "key is yours" in one)
    assert vkey(path, state) in said
    assert not (tmp_path / "none").exists()


def vkey(path: Path, state: Path) -> str:
    with reopened(path) as connection:
        return Prover(connection, state, closed=True).verifier.vkey


def test_lost_key(ready, registry, log, state, tmp_path) -> None:
    """Single proofs were signed in time; a new list of files cannot be signed any more."""
    key_path(state).unlink()
    path = renew(registry, log)
    load_or_make_key(state)  # some other log's
    found = check(path, state)
    assert found.ok, found.problems
    assert any("key is yours" in one for one in found.not_proved)
    with reopened(path) as connection:
        assert prove(connection, state, 3, closed=True)
        with pytest.raises(LogError, match="list of files") as caught:
            export(
                connection,
                tmp_path / "e.zip",
                [3],
                prover=Prover(connection, state, closed=True),
            )
    assert "log prove" in caught.value.remedy
    assert not (tmp_path / "e.zip").exists()


def test_backup_is_told_and_still_proves_what_it_covers(
    ready, registry, log, state, registry_path, tmp_path
) -> None:
    registry.close()
    shutil.copy(registry_path, tmp_path / "backup.db")
    for number in range(3):
        append(registry, log, fix_event(40 + number))
        log.checkpoint(registry, NOW)
    registry.close()
    shutil.copy(tmp_path / "backup.db", registry_path)
    path = renew(registry, log)
    assert codes(check(path, state)) == {"log-behind"}
    with reopened(path) as connection:
        prover = Prover(connection, state, closed=True)
        assert prover.checkpoint.size == 11
        export(connection, tmp_path / "e.zip", [10], prover=prover)
    assert run(tmp_path / "e.zip").returncode == 0


def test_key_changed_before_the_log_was_closed(ready, registry, log, state, tmp_path) -> None:
    with registry.read() as transaction:
        old = Prover(transaction.connection, state).verifier.vkey
    log.rotate(registry, ANNA, "the laptop was stolen", NOW)
    path = renew(registry, log)
    assert check(path, state).ok
    with reopened(path) as connection:
        export(connection, tmp_path / "e.zip", [2], prover=Prover(connection, state, closed=True))
    done = run(tmp_path / "e.zip", "--vkey", old)
    assert done.returncode == 0, done.stdout


ALTERED = {
    "record": (b'fix.commit\\"', b'fix.abort\\"', "leaf-moved"),
    "words": (b"", b"", "payload-altered"),
    "heading": (b'"log": "provenance-auditor/', b'"log": "another/', "head-altered"),
    "size": (b'"size": 12}\n', b'"size": 15}\n', "leaf-missing"),
    "checkpoint": (b'"checkpoint": "', b'"checkpoint": "x', "checkpoint-damaged"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_altered_file_is_told(path, state, name: str) -> None:
    old, new, code = ALTERED[name]
    place = path
    if name == "words":
        place, old, new = closed.words_path(path), b"Aaref WATAD 3", b"Omara WATAD 3"
    data = place.read_bytes()
    assert old in data
    place.write_bytes(data.replace(old, new, 1))
    found = check(path, state)
    assert code in codes(found) or (name == "record" and "root-differs" in codes(found))


def test_record_taken_out(path, state) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:6] + lines[7:]))
    found = check(path, state)
    assert 5 in indexes(found)
    assert "leaf-missing" in codes(found)
    with reopened(path) as connection, pytest.raises(LogError):
        Prover(connection, state, closed=True).prove(5)


def test_whole_file_of_somebody_else(path, state, tmp_path) -> None:
    """A made-up log under the old one's name: the outside checkpoints contradict it."""
    with reopened(path) as connection:
        origin = entries(connection, 0, 1)[0].record["log"]
    thief = AuditLog(tmp_path / "thief", origin=origin)
    with open_registry(str(tmp_path / "thief.db")) as other:
        append(other, thief, *(fix_event(number) for number in range(11)))
        thief.checkpoint(other, NOW)
        forged = renewal.renew(thief, other, ANNA, "mine", NOW).kept
    found = check(forged.path, state)
    assert "checkpoint-damaged" in codes(found)


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'{"index":1,"record":[]}',
        b'{"index":"1","record":"x"}',
        b'{"index":1e3,"record":"x"}',
        b'{"index":99999999999999999999,"record":"x"}',
        b'{"index":2,"record":"x"}',
        b'{"index":3,"record":"\\ud800"}',
        b'{"checkpoint":7,"size":1,"issued":"x"}',
        b"[" * 100_000,
        b"9" * 5_000,
        b"\xff",
    ],
)
def test_damaged_line_is_named(path, line: bytes) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join((*lines[:4], line + b"\n", *lines[4:])))
    with pytest.raises(LogError, match=r"Line [56] of the closed log is damaged") as caught:
        check(path, path.parent)
    assert str(path) in caught.value.message


@pytest.mark.parametrize("line", [b"{}", b'{"index":1,"name":1,"salt":"","value":""}', b"x"])
def test_damaged_words_are_named(path, line: bytes) -> None:
    beside = closed.words_path(path)
    beside.write_bytes(line + b"\n")
    with pytest.raises(LogError, match="Line 1 of the closed log") as caught:
        check(path, path.parent)
    assert str(beside) in caught.value.message


@given(st.binary(max_size=300), st.integers(0, 4000), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_file_that_holds_has_the_records_that_were_kept(kept, data, at: int, cut: int) -> None:
    path, state = kept
    whole = path.read_bytes()
    place = path.with_name("hostile.jsonl")
    place.write_bytes(whole[:at] + data + whole[at + cut :])
    try:
        holds = check(place, state).ok
    except LogError:
        return  # named a damaged line: nothing is taken for true
    assert not holds or records(place) == records(path)


def records(path: Path) -> list[closed.Record]:
    return [one for one in closed.entries(path) if isinstance(one, closed.Record)]


@pytest.fixture(scope="module")
def kept(grown, tmp_path_factory) -> tuple[Path, Path]:
    """A closed log without its words, and the state folder."""
    folder = tmp_path_factory.mktemp("kept")
    shutil.copytree(grown, folder / "desk")
    state = folder / "desk" / "state"
    with open_registry(str(folder / "desk" / "registry.db")) as registry:
        path = renew(registry, AuditLog(state))
    return Path(shutil.copy(path, folder / "kept.jsonl")), state


def test_closed_log_is_found_by_its_name(path, state, tmp_path) -> None:
    with reopened(path) as connection:
        origin = entries(connection, 0, 1)[0].record["log"]
    assert closed.find(state, origin) == path
    assert closed.find(state, str(path)) == path
    with pytest.raises(LogError, match="no closed log") as caught:
        closed.find(state, "another")
    assert str(path) in caught.value.remedy
    shutil.copy(path, path.with_name(path.name.replace(".jsonl", ".2.jsonl")))
    with pytest.raises(LogError, match="2 closed logs") as caught:
        closed.find(state, origin)
    assert str(path) in caught.value.remedy


def test_damaged_log_is_reopened_as_it_was_found(
    ready, registry, log, state, registry_path
) -> None:
    registry.close()
    sql(
        registry_path,
        "DELETE FROM audit_leaf WHERE idx = 4",
        "UPDATE audit_leaf SET rec = x'ff00' WHERE idx = 7",
    )
    with open_registry(str(registry_path)) as again:
        path = renew(again, log)
    found = check(path, state)
    assert {4, 7} <= indexes(found)
    with reopened(path) as connection, pytest.raises(LogError):
        prove(connection, state, 4, closed=True)
    assert json.loads(path.read_bytes().splitlines()[0])["size"] == 12
