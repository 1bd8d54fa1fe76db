"""The command line: parse arguments, call the pipeline, render."""

from __future__ import annotations

import io
import sys

import typer

import provenance
from provenance.cli import (
    audit,
    deciding,
    fixing,
    importing,
    inspecting,
    logs,
    machine,
    noticing,
    showing,
)

app = typer.Typer(
    name="provenance",
    no_args_is_help=True,
    help="Find every copy of a picture that a correction notice touches, correct it, prove it.",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"provenance {provenance.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", help="Show the version.", is_eager=True, callback=_version
    ),
) -> None:
    del version


for room in (audit, inspecting, noticing, showing, fixing, deciding, logs, importing, machine):
    room.register(app)


def main() -> None:
    """Run the program; the exit codes are those of ``docs/json.md``."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows few letters shows the others as escapes; none ends the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()
