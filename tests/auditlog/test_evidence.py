"""The evidence, and the program in it, run as an outsider runs it."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from auditlog.events import NOW, append, fix_event
from evidence_material import OTHER_KEY, SCRIPT, members, pack, unpack
from evidence_material import check as run
from lxml import html

from provenance.auditlog import About, entries, export
from provenance.auditlog.checkpoint import issue
from provenance.auditlog.keys import load_key
from provenance.auditlog.note import Verifier
from provenance.auditlog.outside import CheckpointStore
from provenance.errors import LogError
from provenance.model import Agent, Change, Event, EventObject
from provenance.registry import open_registry

HOSTILE = "<script>alert(1)</script>\x1b]52;c;\x07\u202e{{ 7654321 * 7654321 }}"


@pytest.fixture
def evidence(registry_path, ready, registry, tmp_path) -> Path:
    path = tmp_path / "evidence.zip"
    with registry.read() as transaction:
        export(transaction.connection, path, [7, 2, 3, 2])
    return path


def test_evidence_is_whole_and_repeatable(evidence, registry, tmp_path) -> None:
    content = members(evidence)
    assert sorted(content) == sorted(
        [
            *(f"records/{number}.json" for number in (2, 3, 7)),
            *(f"proofs/{number}.tlog-proof" for number in (2, 3, 7)),
            *(f"disclosed/{number}.json" for number in (2, 3, 7)),
            "checkpoint.txt",
            "index.html",
            "log.vkey",
            "manifest.txt",
            "verify.py",
        ]
    )
    with registry.read() as transaction:
        export(transaction.connection, tmp_path / "again.zip", [2, 3, 7])
    assert (tmp_path / "again.zip").read_bytes() == evidence.read_bytes()


def test_good_evidence_is_proved(evidence, tmp_path) -> None:
    vkey = members(evidence)["log.vkey"].decode().strip()
    done = run(evidence, "--vkey", vkey)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 records of log " in done.stdout
    assert " at 11 records, root " in done.stdout
    assert "fix.commit, 2 words fit" in done.stdout
    assert done.stdout.endswith("\nall proved\n")
    assert done.stderr == ""
    (tmp_path / "key").write_text(vkey + "\n")
    assert run(evidence, "--vkey", str(tmp_path / "key")).returncode == 0


def test_unpacked_evidence_is_proved_by_the_program_in_it(evidence, tmp_path) -> None:
    folder = unpack(evidence, tmp_path / "unpacked")
    (folder / "consistency.txt").write_text("what the reader keeps beside it is no matter")
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "now compare the key" in done.stdout
    (folder / "records" / "5.json").write_text("{}")
    assert run(folder).returncode == 1


def another(name: str):
    return lambda content: content.update({name: content[name.replace("2", "3")]})


def changed(name: str, old: bytes, new: bytes):
    def change(content: dict[str, bytes]) -> None:
        assert old in content[name]
        content[name] = content[name].replace(old, new, 1)

    return change


def without(name: str):
    return lambda content: content.pop(name)


def added(name: str, data: bytes):
    return lambda content: content.update({name: data})


TAMPERINGS = {
    "record-altered": (changed("records/2.json", b"success", b"failure"), 1),
    "record-spaced": (changed("records/2.json", b"{", b"{ "), 1),
    "record-swapped": (another("records/2.json"), 1),
    "record-gone": (without("records/2.json"), 1),
    "record-empty": (added("records/2.json", b""), 1),
    "proof-swapped": (another("proofs/2.tlog-proof"), 1),
    "proof-gone": (without("proofs/2.tlog-proof"), 1),
    "proof-index": (changed("proofs/2.tlog-proof", b"index 2", b"index 3"), 1),
    "proof-size": (changed("proofs/2.tlog-proof", b"\n11\n", b"\n12\n"), 1),
    "proof-octets": (added("proofs/2.tlog-proof", b"\xff\xfe"), 1),
    "proof-cut": (lambda c: c.update({"proofs/2.tlog-proof": c["proofs/2.tlog-proof"][:80]}), 1),
    "words-altered": (changed("disclosed/2.json", b"Bakr", b"Omar"), 1),
    "words-swapped": (another("disclosed/2.json"), 1),
    "words-renamed": (changed("disclosed/2.json", b"change/0/old", b"change/7/old"), 1),
    "words-malformed": (added("disclosed/2.json", b'[{"name": 7}]'), 1),
    "words-deep": (added("disclosed/2.json", b"[" * 100_000), 1),
    "record-more": (added("records/5.json", b"{}"), 1),
    "look-alike": (added("records/02.json", b"{}"), 1),
    "stowaway": (added("records/2.json.html", b"x"), 1),
    "page-altered": (changed("index.html", b"Aaref", b"Omara"), 1),
    "program-altered": (changed("verify.py", b"NOT PROVED", b"all proved"), 1),
    "checkpoint-gone": (without("checkpoint.txt"), 1),
    "manifest-gone": (without("manifest.txt"), 1),
    "manifest-shorter": (lambda c: c.update({"manifest.txt": c["manifest.txt"][120:]}), 1),
    "key-gone": (without("log.vkey"), 2),
    "key-octets": (added("log.vkey", b"\xff"), 2),
    "key-other": (
        added("log.vkey", OTHER_KEY.encode()),
        1,
    ),
}


@pytest.mark.parametrize("case", TAMPERINGS)
def test_tampered_evidence_is_not_proved(evidence, tmp_path, case: str) -> None:
    tamper, code = TAMPERINGS[case]
    content = members(evidence)
    tamper(content)
    done = run(pack(tmp_path / "bad.zip", content))
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if code == 1:
        assert "NOT PROVED" in done.stdout


def test_evidence_signed_by_another_key_is_not_proved(evidence) -> None:
    assert run(evidence, "--vkey", OTHER_KEY).returncode == 1
    assert run(evidence, "--vkey", "nonsense").returncode == 2


def test_damaged_zip_is_not_proved(evidence, tmp_path) -> None:
    data = bytearray(evidence.read_bytes())
    for name, content in (
        ("cut.zip", data[: len(data) // 2]),
        ("empty.zip", b""),
        ("none.zip", b"PK\x05\x06" + bytes(18)),
    ):
        (tmp_path / name).write_bytes(content)
        done = run(tmp_path / name)
        assert done.returncode in {1, 2}
        assert "Traceback" not in done.stderr
    assert run(tmp_path / "absent.zip").returncode == 2


def test_name_given_twice_is_refused(evidence, tmp_path) -> None:
    bad = pack(tmp_path / "bad.zip", members(evidence))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(bad, "a") as archive:
        archive.writestr("records/2.json", b"{}")
    assert run(bad).returncode == 2


def test_verifier_stands_alone() -> None:
    source = SCRIPT.read_text("utf-8")
    ast.parse(source, feature_version=(3, 9))
    assert len(source.splitlines()) <= 200
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_hostile_words_stay_words(registry, log, tmp_path) -> None:
    event = Event(
        "fix.commit",
        agents=(Agent(HOSTILE, HOSTILE),),
        objects=(EventObject("source", "a/\udcff" + HOSTILE, "ab"),),
        why=(("notice", HOSTILE),),
        changes=(Change(HOSTILE, HOSTILE, "lone \ud800"), Change("x", None, "new")),
        detail=(("text", HOSTILE),),
    )
    append(registry, log, event)
    log.checkpoint(registry, NOW)
    path = tmp_path / "evidence.zip"
    with registry.read() as transaction:
        export(transaction.connection, path, [0, 1])
    done = run(path)
    assert done.returncode == 0, done.stdout
    assert "\x1b" not in done.stdout
    page = members(path)["index.html"].decode()
    tree = html.document_fromstring(page)
    assert tree.xpath("//script") == []
    assert str(7654321 * 7654321) not in page
    assert "(nothing)" in tree.text_content()
    assert "a/\\xff<script>alert(1)</script>" in tree.text_content()
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_page_says_what_was_done(evidence) -> None:
    text = html.document_fromstring(members(evidence)["index.html"]).text_content()
    assert "a correction was written into this file" in text
    assert "Aaref WATAD 2" in text
    assert "Bakr ALKASEM" in text
    assert "No pixel was changed." in text
    assert "That what was recorded is true" in text


def test_words_may_be_kept_back(registry_path, ready, registry, tmp_path) -> None:
    path = tmp_path / "evidence.zip"
    with registry.read() as transaction:
        export(transaction.connection, path, [2], disclose=False)
    content = members(path)
    assert not any(b"Aaref" in data or b"Bakr" in data for data in content.values())
    assert "(not disclosed)" in content["index.html"].decode()
    assert run(path).returncode == 0


def test_disclosed_words_fit_by_hand(evidence) -> None:
    told = {one["name"]: one for one in json.loads(members(evidence)["disclosed/2.json"])}
    old = told["change/0/old"]
    assert old["value"] == "Aaref WATAD 2"
    assert len(base64.b64decode(old["salt"])) == 16


TEXT = "Please read Bakr ALKASEM instead of Aaref WATAD.\n"


def arrival(text: str = TEXT, notice: str = "n-1") -> Event:
    detail = (("provider", "AFP"), ("text", hashlib.sha256(text.encode()).hexdigest()))
    return Event("notice.import", why=(("notice", notice),), detail=detail)


def test_the_notice_is_given_where_a_record_commits_to_it(registry, log, tmp_path) -> None:
    append(registry, log, arrival(), fix_event(1))
    log.checkpoint(registry, NOW)
    given, other = tmp_path / "given.zip", tmp_path / "other.zip"
    with registry.read() as transaction:
        export(transaction.connection, given, [1, 2], about=About("n-1", TEXT))
        export(transaction.connection, other, [1, 2], about=About("n-1", TEXT + "more"))
        export(
            transaction.connection,
            tmp_path / "w.zip",
            [1],
            about=About("n-1", TEXT),
            disclose=False,
        )
    content = members(given)
    assert content["notice.txt"] == TEXT.encode()
    assert TEXT.strip() in html.document_fromstring(content["index.html"]).text_content()
    assert "notice.txt" not in members(other)
    assert "not part of this evidence" in members(other)["index.html"].decode()
    assert not any(b"instead of" in data for data in members(tmp_path / "w.zip").values())
    assert [run(one).returncode for one in (given, other, tmp_path / "w.zip")] == [0, 0, 0]


def test_words_of_other_notices_stay_undisclosed(registry, log, tmp_path) -> None:
    event = Event(
        "fix.commit",
        objects=(EventObject("source", "a.jpg", "ab"), EventObject("outcome", "a.jpg", "cd")),
        why=(("notice", "n-1"), ("notice", "n-2")),
        changes=(Change("IIM 2:80", "Ours", "Right"), Change("IIM 2:110", "Theirs", "Secret")),
    )
    append(registry, log, event)
    log.checkpoint(registry, NOW)
    path = tmp_path / "evidence.zip"
    with registry.read() as transaction:
        about = About("n-1", locators={1: frozenset({"IIM 2:80"})})
        export(transaction.connection, path, [1], about=about)
    content = members(path)
    assert {one["value"] for one in json.loads(content["disclosed/1.json"])} == {"Ours", "Right"}
    assert not any(b"Theirs" in data or b"Secret" in data for data in content.values())
    assert "(not disclosed)" in content["index.html"].decode()
    assert run(path).returncode == 0


def test_erased_words_are_told_as_erased(registry, log, tmp_path) -> None:
    append(registry, log, fix_event(1))
    with registry.write() as transaction:
        transaction.connection.exec_driver_sql("DELETE FROM audit_payload")
    log.checkpoint(registry, NOW)
    path = tmp_path / "evidence.zip"
    with registry.read() as transaction:
        export(transaction.connection, path, [1])
    assert "(erased from the log)" in members(path)["index.html"].decode()
    assert run(path).returncode == 0


def test_whoever_holds_the_old_key_follows_to_the_new_ones(registry, log, tmp_path) -> None:
    """Evidence of each time, checked with the key of each time."""
    places, vkeys = [], []
    for number in range(3):
        if number:
            log.rotate(registry, Agent("implementer", "user:anna.editor"), "lost", NOW)
        append(registry, log, fix_event(number))
        log.checkpoint(registry, NOW)
        places.append(tmp_path / f"{number}.zip")
        with registry.read() as transaction:
            export(transaction.connection, places[-1], [1])
        vkeys.append(members(places[-1])["log.vkey"].decode().strip())
    assert len(set(vkeys)) == 3
    for made, place in enumerate(places):
        for held, vkey in enumerate(vkeys):
            assert run(place, "--vkey", vkey).returncode == (0 if held <= made else 1), (made, held)
    content = members(places[2])
    (first, second) = sorted(name for name in content if name.startswith("keys/"))
    content.pop(first)
    assert run(pack(tmp_path / "cut.zip", content), "--vkey", vkeys[0]).returncode == 1
    content = members(places[2])
    content[first], content[second] = content[second], content[first]
    assert run(pack(tmp_path / "swapped.zip", content), "--vkey", vkeys[0]).returncode == 1


def test_export_refuses_and_leaves_the_old_file(registry_path, ready, registry, tmp_path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(b"old")
    with registry.read() as transaction:
        for indexes, code in (([], "nothing-to-export"), ([2, 99], "no-such-record")):
            with pytest.raises(LogError) as caught:
                export(transaction.connection, path, indexes)
            assert caught.value.code == code
        with pytest.raises(LogError) as caught:
            export(transaction.connection, tmp_path / "absent" / "e.zip", [2])
        assert caught.value.code == "export-unwritable"
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("what", ["garbage", "unsigned", "forked"])
def test_damaged_note_of_a_change_of_key_does_not_stop_the_evidence(
    ready, registry, log, registry_path, state, tmp_path, what: str
) -> None:
    """Who knows only the older key cannot follow then; all else is proved as ever."""
    keys = []
    for number in range(2):
        keys.append(load_key(state, origin_of(registry)))
        log.rotate(registry, Agent("authorizer", "user:anna"), "spring", NOW)
        append(registry, log, fix_event(30 + number))
        log.checkpoint(registry, NOW)
    keys.append(load_key(state, origin_of(registry)))
    spoil(registry, registry_path, state, what, keys[:2])
    path = tmp_path / "evidence.zip"
    with open_registry(str(registry_path)) as again, again.read() as transaction:
        made = export(transaction.connection, path, [2, 3])
    origin = made.origin
    assert run(path, "--vkey", Verifier.of(origin, keys[2]).vkey).returncode == 0
    assert run(path, "--vkey", Verifier.of(origin, keys[0]).vkey).returncode == 1


def origin_of(registry) -> str:
    with registry.read() as transaction:
        return str(entries(transaction.connection, 0, 1)[0].record["log"])


def spoil(registry, registry_path, state, what: str, keys) -> None:
    """Damage every copy of the note that the first two keys signed."""
    origin = origin_of(registry)
    store = CheckpointStore(state, origin)
    note = next(one.note for one in store.history().issued if "\n12\n" in one.note)
    if what == "garbage":
        new = "garbage"
    elif what == "unsigned":
        new = note.replace("\n12\n", "\n13\n")
    else:  # both keys signed another tree: a fork
        new = issue(origin, 12, b"\x07" * 32, *keys).note
    history = store.folder / f"{origin.replace('/', '%2F')}.log"
    history.write_text(history.read_text().replace(json.dumps(note), json.dumps(new)))
    registry.close()
    with sqlite3.connect(registry_path) as database:
        database.execute("UPDATE audit_checkpoint SET note = ? WHERE size = 12", (new,))
    database.close()
