"""``log erase``, ``log rotate-key``, ``log renew`` as a person gives them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from desk_material import audit, desk, run
from typer.testing import CliRunner, Result

from provenance.auditlog.keys import key_path
from provenance.cli import log_keys

app = typer.Typer()
log_keys.register(app)


def give(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--no-color"], catch_exceptions=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = desk(tmp_path / "tree")
    audit(made)
    run("fix", "--apply")
    return made


def test_erase_shows_first_then_erases(tree: Path, own_state: Path) -> None:
    shown = give("erase", "--name", "Rosa TEIXEIRA", "--reason", "request 17")
    assert shown.exit_code == 1
    assert "would be erased" in shown.output
    assert "--apply" in shown.output
    assert "Rosa TEIXEIRA" in run("log", "show", "-f", "json", "--start", "0").out
    done = give("erase", "--name", "rosa teixeira", "--reason", "request 17", "--apply")
    assert done.exit_code == 0, done.output
    assert "were erased" in done.output
    assert "still stand elsewhere" in done.output
    assert "fixes, with the old and the new values" in done.output
    assert "notices" in done.output
    assert "TEIXEIRA" not in done.output
    records = run("log", "show", "-f", "json", "--start", "0").out
    assert "Rosa TEIXEIRA" not in records
    assert "payload.erase" in records
    assert run("log", "verify").code == 0


def test_erase_of_a_notice(tree: Path) -> None:
    listed = json.loads(run("notices", "list", "-f", "json").out)
    held = listed["notices"] if isinstance(listed, dict) else listed
    done = give("erase", "--notice", held[0]["noticeId"], "--reason", "its time is over", "--apply")
    assert done.exit_code == 0, done.output
    assert '"words": {}' in run("log", "show", "-f", "json", "--start", "-2").out


def test_refusals(tree: Path) -> None:
    for arguments, said in (
        (("erase", "--reason", "r"), "Say what to erase"),
        (("erase", "--name", "x", "--reason", "r"), "too short"),
        (("erase", "--record", "1", "--reason", " "), "reason is empty"),
        (("rotate-key", "--reason", ""), "reason is empty"),
        (("renew", "--reason", ""), "reason is empty"),
        (("erase", "--name", "Nobody KNOWN", "--reason", "r"), "keeps no such words"),
        (("erase", "--name", "Nobody KNOWN", "--reason", "r", "--apply"), "keeps no such words"),
    ):
        result = give(*arguments)
        assert result.exit_code == 2, arguments
        assert said in result.output


def test_rotate_key_then_go_on(tree: Path, own_state: Path) -> None:
    done = give("rotate-key", "--reason", "the laptop was stolen")
    assert done.exit_code == 0, done.output
    assert "has a new key" in done.output
    assert "old key's file was removed" in done.output
    assert not key_path(own_state).exists()
    assert run("scan", str(tree)).code == 0
    verified = run("log", "verify")
    assert verified.code == 0
    assert "changed once" in verified.out
    assert run("log", "prove", "0").code == 0


def test_old_registry_is_refused_and_renewed(tree: Path, own_state: Path) -> None:
    """Exit code 4, and the remedy names a command that does help."""
    shutil.copy(own_state / "registry.db", own_state / "registry.bak")
    assert run("scan", str(tree)).code == 0
    shutil.copy(own_state / "registry.bak", own_state / "registry.db")
    refused = run("scan", str(tree))
    assert refused.code == 4
    assert "put back from a backup" in refused.err
    assert "`provenance log renew --reason WHY`" in " ".join(refused.err.split())
    done = give("renew", "--reason", "the disk died")
    assert done.exit_code == 0, done.output
    assert "older than its newest checkpoint (log-behind)" in done.output
    assert "begins and names the old one" in done.output
    assert run("scan", str(tree)).code == 0
    verified = run("log", "verify")
    assert verified.code == 0
    assert "It follows the log provenance-auditor/" in verified.out
    assert "Not proved:" in verified.out


def test_a_backup_from_before_a_change_of_the_key_is_named(tree: Path, own_state: Path) -> None:
    """Every command tells the same of it: of when it is, and what to do."""
    shutil.copy(own_state / "registry.db", own_state / "registry.bak")
    assert give("rotate-key", "--reason", "the laptop was stolen").exit_code == 0
    shutil.copy(own_state / "registry.bak", own_state / "registry.db")
    for words in (("scan", str(tree)), ("log", "checkpoint"), ("log", "prove", "0")):
        refused = run(*words)
        assert refused.code == 4
        assert "put back from a backup of about" in " ".join(refused.err.split()), words
    verified = run("log", "verify")
    assert verified.code == 4
    assert "`provenance log renew --reason WHY`" in verified.out


def test_lost_key_is_refused_and_renewed(tree: Path, own_state: Path) -> None:
    key_path(own_state).unlink()
    refused = run("scan", str(tree))
    assert refused.code == 4
    assert "log renew" in refused.err
    assert give("renew", "--reason", "the key is lost").exit_code == 0
    assert run("scan", str(tree)).code == 0
    assert run("log", "verify").code == 0
