"""The outside of the program: its commands, their options, what the README says of them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from desk_material import run

import provenance
from provenance.cli import app

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden" / "commands.txt"

COMMON = (
    "--registry",
    "--by",
    "--expect-count",
    "--jobs",
    "-j",
    "--quiet",
    "-q",
    "--verbose",
    "-v",
    "--no-color",
    "--progress",
    "--config",
    "-c",
)
WRITING = ("--keep-originals", "--break-hardlink", "--force-readonly", "--keep-mtime")
COMMANDS = {
    "audit": ("--notices", "--format", "--output", "-o", "--report", "--all", "--fetch"),
    "scan": ("--hash",),
    "report": ("--path", "--format", "--output", "--paper", "--verify"),
    "inspect": ("--format", "--digests"),
    "show": ("--format", "--report"),
    "fix": ("--apply", "--plan", "--unsafe-fixes", "--patch", *WRITING, "--format"),
    "quarantine": ("--apply", "--to", "--release", "--delete", "--reason", "--format"),
    "undo": ("--by-value", "--property", "--finding", "--dry-run", *WRITING, "--format"),
    "accept": ("--reason", "--until", "--value"),
    "hold": ("--reason", "--until"),
    "reject": ("--reason", "--until"),
    "waive": ("--reason", "--until"),
    "decisions list": ("--unused", "--expired", "--all", "--format"),
    "decisions withdraw": ("--reason",),
    "registry import": ("--map", "--root", "--source", "--dry-run", "--format"),
    "registry list": ("--format",),
    "registry forget": (),
    "doctor": (),
    "config": (),
    "notices add": ("--format",),
    "notices new": ("--wrong", "--right", "--property", "--target", "--format"),
    "notices parse": ("--format",),
    "notices list": ("--format", "--all"),
    "notices show": ("--format",),
    "notices retract": ("--reason",),
    "notices due": ("--overdue", "--all", "--format"),
    "notices duty": (
        "--done",
        "--waive",
        "--reopen",
        "--evidence",
        "--reason",
        "--until",
        "--format",
    ),
    "distributed": ("--to", "--on", "--contact", "--import", "--root", "--preview", "--format"),
    "letters": (
        "--out",
        "--reminders",
        "--language",
        "--desk",
        "--from",
        "--until",
        "--sent",
        "--sent-all",
        "--on",
        "--format",
    ),
    "answered": (
        "--complied",
        "--refused",
        "--not-held",
        "--other",
        "--evidence",
        "--words",
        "--format",
    ),
    "answer": ("--out", "--without-evidence"),
    "review": ("--port", "--no-browser", "--notice", "--terminal"),
    "log show": ("--format", "--start", "--limit", "--notice", "--file", "--act", "--closed"),
    "log verify": ("--format", "--witnessed", "--witness", "--closed"),
    "log prove": ("--output", "--closed"),
    "log export": ("--output", "--notice", "--index", "--withhold", "--closed"),
    "log checkpoint": ("--output", "--closed"),
    "log erase": ("--reason", "--record", "--name", "--notice", "--apply"),
    "log rotate-key": ("--reason",),
    "log renew": ("--reason", "--sound"),
    "log consistency": ("--from", "--to", "--output", "--closed"),
}


def commands() -> Iterator[tuple[str, object]]:
    root = typer.main.get_command(app)
    for name, command in root.commands.items():
        if hasattr(command, "commands"):
            for child, inner in command.commands.items():
                yield f"{name} {child}", inner
        else:
            yield name, command


def outline() -> str:
    """Every command with its parameters and the words of its help, whatever draws the help."""
    lines = []
    for name, command in sorted(commands()):
        first, *_ = (command.help or "").splitlines()
        lines.append(f"provenance {name}: {first}")
        for one in command.params:
            shown = " ".join(one.opts) if one.param_type_name == "option" else one.metavar
            if shown.split()[0] not in COMMON and shown != "--help":
                default = getattr(one.default, "value", one.default)
                need = "required" if one.required else f"default {default}"
                lines.append(f"    {shown}: {one.help or ''} [{need}]")
    return "\n".join(lines) + "\n"


def test_the_commands_are_exactly_those_promised() -> None:
    assert {name for name, _ in commands()} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_every_option(name: str) -> None:
    done = run(*name.split(), "--help", COLUMNS="200")
    assert done.code == 0
    missing = [one for one in (*COMMON, *COMMANDS[name]) if not _mentions(done.out, one)]
    assert missing == []


def _mentions(help_text: str, option: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", help_text) is not None


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_known_to_the_table_and_has_words(name: str) -> None:
    command = dict(commands())[name]
    options = [one for one in command.params if one.param_type_name == "option"]
    known = {*COMMON, *COMMANDS[name], "--help"}
    assert [one.opts for one in options if not known & set(one.opts)] == []
    assert [one.opts for one in options if not (one.help or "").strip()] == []


def test_outline_is_the_golden_one() -> None:
    """To take up a wanted change: ``python tests/cli/test_help.py > tests/cli/golden/commands.txt``."""
    assert outline() == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("name", ["watch", "serve"])
def test_what_later_work_brings_is_not_there_as_a_stub(name: str) -> None:
    done = run(name)
    assert done.code == 2
    assert "No such command" in done.err


def test_no_command_shows_the_help_and_is_a_usage_error() -> None:
    done = run()
    assert done.code == 2
    assert "audit" in done.out + done.err


def test_version() -> None:
    done = run("--version")
    assert (done.code, done.out) == (0, f"provenance {provenance.__version__}\n")


def examples(page: Path) -> Iterator[list[str]]:
    """The command lines of the program in the code blocks of a page."""
    for block in re.findall(r"^```\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            for part in line.split("&&"):
                words = shlex.split(part, comments=True)
                if words and words[0].endswith("provenance"):
                    yield words[1:]


@pytest.mark.parametrize("words", [*examples(ROOT / "README.md")], ids=" ".join)
def test_readme_shows_commands_and_options_that_exist(words: list[str]) -> None:
    known = dict(commands())
    name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
    assert name in known
    options = {opt for one in known[name].params for opt in one.opts}
    used = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert used <= options


def test_readme_has_examples() -> None:
    assert len(list(examples(ROOT / "README.md"))) > 10


def test_start_up_loads_no_heavy_library() -> None:
    """``provenance --help`` answers before a person looks up."""
    heavy = "('sqlalchemy', 'sqlmodel', 'alembic', 'lxml', 'PIL', 'cryptography', 'jinja2')"
    code = (
        "import sys, provenance.cli\n"
        "sys.argv = ['provenance', '--help']\n"
        "try: provenance.cli.main()\n"
        "except SystemExit: pass\n"
        f"print('LOADED', [one for one in {heavy} if one in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "audit" in done.stdout
    assert done.stdout.splitlines()[-1] == "LOADED []"


if __name__ == "__main__":
    sys.stdout.write(outline())
