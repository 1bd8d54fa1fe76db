"""The evidence, and the program in it, run as an outsider runs it."""

from __future__ import annotations

import ast
import base64
import json
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from auditlog.events import NOW, append
from lxml import html

from provenance.auditlog import export
from provenance.errors import LogError
from provenance.model import Agent, Change, Event, EventObject

HOSTILE = "<script>alert(1)</script>\x1b]52;c;\x07\u202e{{ 7654321 * 7654321 }}"


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = files("provenance.auditlog").joinpath("verify_standalone.py")
    return subprocess.run(
        [sys.executable, "-I", str(script), str(place), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


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
            "index.html",
            "log.vkey",
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
    assert "3 of 3 records proved" in done.stdout
    assert "fix.commit success, 2 disclosed words fit" in done.stdout
    assert done.stderr == ""
    (tmp_path / "key").write_text(vkey + "\n")
    assert run(evidence, "--vkey", str(tmp_path / "key")).returncode == 0


def test_unpacked_evidence_is_proved_by_the_program_in_it(evidence, tmp_path) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(evidence) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "compare it" in done.stdout


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
    "look-alike": (added("records/02.json", b"{}"), 2),
    "stowaway": (added("records/2.json.html", b"x"), 2),
    "too-large": (added("records/2.json", b" " * (9 << 20)), 2),
    "key-gone": (without("log.vkey"), 2),
    "key-octets": (added("log.vkey", b"\xff"), 2),
    "key-other": (
        added("log.vkey", b"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
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
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert run(evidence, "--vkey", other).returncode == 1
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
    source = files("provenance.auditlog").joinpath("verify_standalone.py").read_text("utf-8")
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


def test_page_says_what_was_done(evidence) -> None:
    text = html.document_fromstring(members(evidence)["index.html"]).text_content()
    assert "Record 2: a correction was written into this file" in text
    assert "Aaref WATAD 2" in text
    assert "Bakr ALKASEM" in text
    assert "It does not prove that what was recorded is true" in text


def test_words_may_be_kept_back(registry_path, ready, registry, tmp_path) -> None:
    path = tmp_path / "evidence.zip"
    with registry.read() as transaction:
        export(transaction.connection, path, [2], disclose=False)
    content = members(path)
    assert not any(b"Aaref" in data or b"Bakr" in data for data in content.values())
    assert "(not disclosed)" in content["index.html"].decode()
    assert run(path).returncode == 0


def test_disclosed_words_fit_by_hand(evidence) -> None:
    (old, _) = json.loads(members(evidence)["disclosed/2.json"])[::-1]
    assert old["name"] == "change/0/old"
    assert old["value"] == "Aaref WATAD 2"
    assert len(base64.b64decode(old["salt"])) == 16


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
