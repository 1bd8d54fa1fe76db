"""Every command that takes a notice takes the beginning of its id, and says what to do if not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import audit, desk, run

from provenance import registry
from provenance.registry import open_registry

COMMANDS = (
    ("notices", "show", "NOTICE"),
    ("notices", "duty", "NOTICE"),
    ("notices", "duty", "NOTICE", "acknowledged", "--done"),
    ("letters", "NOTICE"),
    ("letters", "NOTICE", "--out", "OUT"),
    ("letters", "NOTICE", "--sent-all"),
    ("answered", "NOTICE", "Radio", "--complied"),
    ("answer", "NOTICE", "--out", "OUT"),
    ("quarantine", "NOTICE"),
    ("quarantine", "NOTICE", "--release"),
    ("undo", "NOTICE"),
    ("undo", "NOTICE", "--dry-run"),
    ("undo", "NOTICE", "--by-value"),
    ("log", "export", "--notice", "NOTICE", "-o", "OUT/e.zip"),
    ("log", "show", "--notice", "NOTICE"),
    ("review", "--terminal", "--notice", "NOTICE"),
    ("notices", "retract", "NOTICE", "--reason", "x"),
)
FINDINGS = (("fix",), ("accept", "--reason", "x"), ("hold", "--reason", "x"))


@pytest.fixture
def known(tmp_path: Path, own_state: Path) -> tuple[str, str]:
    """A notice, and a second one whose id begins alike."""
    told = audit(desk(tmp_path / "tree"))
    name: str = told["notices"][0]["noticeId"]
    with open_registry(f"sqlite:///{own_state}/registry.db") as opened, opened.write() as tx:
        other = replace(registry.notice(tx, name), notice_id=f"{name[:12]}-other")
        registry.put_notices(tx, [other], "2024-12-08T12:00:00.000Z")
    return name, other.notice_id


def given(words: tuple[str, ...], notice: str, out: Path) -> list[str]:
    return [one.replace("NOTICE", notice).replace("OUT", str(out)) for one in words]


def test_a_beginning_stands_for_the_one_notice(known: tuple[str, str], tmp_path: Path) -> None:
    name, _ = known
    for words in COMMANDS:
        done = run(*given(words, name[:14], tmp_path / "out"))
        # Whatever comes of the command, it is not the name that it stumbles over.
        assert "no notice" not in done.err, words
        assert "begins with" not in done.err, words
        assert f"{name[:14]!r}" not in done.err, words


def test_a_beginning_of_two_names_both_and_one_of_none_says_what_to_do(
    known: tuple[str, str], tmp_path: Path
) -> None:
    name, other = known
    for words in COMMANDS:
        short = run(*given(words, name[:12], tmp_path / "out"))
        assert short.code == 2, words
        assert f"begins with {name[:12]!r}: {other}, {name}." in short.err, words
        assert "Give more of the id." in short.err, words
        none = run(*given(words, "afp-ffff", tmp_path / "out"))
        assert (none.code, "afp-ffff" in none.err) == (2, True), words
        wanted = "provenance log show" if words[0] == "undo" else "provenance notices list --all"
        assert wanted in none.err, words
    for first, *rest in FINDINGS:
        done = run(first, name[:14], *rest)
        assert done.code == 2
        assert f"{name[:14]!r} names a notice, and a finding is wanted" in done.err
        assert "provenance audit" in done.err
