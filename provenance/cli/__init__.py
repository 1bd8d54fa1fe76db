"""The command line: parse arguments, call the pipeline, render."""

from __future__ import annotations

import io
import os
import signal
import sys
from types import FrameType
from typing import Final

import typer

import provenance
from provenance.cli import (
    answering,
    audit,
    deciding,
    fixing,
    importing,
    inspecting,
    logs,
    machine,
    noticing,
    quarantine,
    reporting,
    review,
    showing,
    third_parties,
)

# Pictures are small matrices: threads inside each worker take the processors from one another.
_ONE_THREAD: Final = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
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


for room in (
    audit,
    reporting,
    inspecting,
    noticing,
    showing,
    fixing,
    quarantine,
    deciding,
    third_parties,
    answering,
    review,
    logs,
    importing,
    machine,
):
    room.register(app)


def _asked_to_end(number: int, frame: FrameType | None) -> None:
    """End as after Ctrl-C: worker processes are ended in order, what was done is kept."""
    del number, frame
    raise KeyboardInterrupt


def _open_standard_streams() -> None:
    """Put something behind standard streams that the caller has closed.

    Else the next file that is opened, such as the registry, would get the number of stdout.
    What stands for stdout refuses to be written, as a closed one does: data never vanish.
    """
    for number, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)
    # The interpreter has none where it found them closed, whatever the types say.
    if not sys.stdout:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for good
    if not sys.stderr:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for good


def main() -> None:
    """Run the program; the exit codes are those of ``docs/json.md``.

    A request to end (SIGTERM: a service that is stopped, a time limit) is heard as Ctrl-C is.
    """
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    signal.signal(signal.SIGTERM, _asked_to_end)
    _open_standard_streams()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows few letters shows the others as escapes; none ends the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()
