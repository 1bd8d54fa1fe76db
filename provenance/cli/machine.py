"""``doctor`` and ``config``: what is here, what is missing, what was set where."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from provenance.cli.common import OK, Desk, command, require_there
from provenance.cli.safety import Check, folder_checks, system_check

_PATIENCE = 10.0  # seconds
_NO_REGISTRY = (
    "It cannot be written, so only `inspect` and `notices parse` work."
    " Name another with --registry or in PROVENANCE_REGISTRY."
)
_NO_STATE = (
    "It cannot be written, so nothing can be logged, and what is not logged is not done."
    " Name another in PROVENANCE_STATE."
)
_NO_CACHE = "It cannot be written, so thumbnails are drawn anew for each report and page."
_EXTRAS = (
    ("typst", "No report as PDF; every other format can be made.", "report"),
    ("xlsxwriter", "No report as a workbook; CSV holds the same findings.", "report"),
    ("fastapi", "No review page in the browser; `review --terminal` works.", "web"),
    ("uvicorn", "No review page in the browser; `review --terminal` works.", "web"),
)
_PASSWORD = re.compile(r"(://[^:/@]*):.*@")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    command(app, "doctor")(doctor)
    command(app, "config")(config)


def doctor(
    desk: Desk,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH...]",
            help="Also try in these folders how safely files can be written there.",
        ),
    ] = None,
) -> int:
    """Say what is installed, what is missing, and what that costs."""
    from rich.table import Table  # noqa: PLC0415 - start-up stays quick
    from rich.text import Text  # noqa: PLC0415

    from provenance.cli import tables  # noqa: PLC0415
    from provenance.reporting.text import one_line  # noqa: PLC0415

    require_there(paths or ())
    marks = {True: ("ok", "green"), False: ("!", "yellow")}
    checks = _checks(desk, paths or ())
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in checks:
        mark, style = marks[one.ok]
        said = Text(one_line(one.found))
        if one.cost:
            said.append(f"  {one_line(one.cost)}", style="dim")
        table.add_row(Text(mark, style=style), Text(one_line(one.name)), said)
    tables.show([table], None, color=desk.color)
    return OK


def config(desk: Desk) -> int:
    """Show the merged configuration, with where each value came from."""
    from provenance.cli import tables  # noqa: PLC0415

    settings = sorted(desk.config.settings.values(), key=lambda one: one.name)
    rows = [(one.name, _shown(one.value), (one.origin, "dim")) for one in settings]
    tables.show([tables.plain(rows)], None, color=desk.color)
    return OK


def _shown(value: str | float | bool) -> str:
    """A setting as it is written in the file, but without a database's password."""
    if isinstance(value, bool):
        return str(value).lower()
    return _PASSWORD.sub(r"\1:***@", str(value))


def _checks(desk: Desk, paths: Sequence[str]) -> Iterator[Check]:
    yield Check("python", platform.python_version(), ok=sys.version_info >= (3, 11))
    for name in ("pillow", "lxml", "sqlmodel", "cryptography", "piexif", "pyexiftool"):
        yield Check(name, importlib.metadata.version(name), ok=True)
    yield _exiftool()
    yield _brotli()
    yield from _extras()
    yield _sqlite()
    yield from _places(desk)
    yield _isolation()
    yield system_check()
    yield from folder_checks(paths)


def _exiftool() -> Check:
    from provenance.metadata import exiftool  # noqa: PLC0415

    program = exiftool.program()
    if program is None:
        cost = f"{_without_exiftool()} {exiftool.INSTALL}"
        return Check("exiftool", "not found", ok=False, cost=cost)
    origin = program
    if os.environ.get(exiftool.VARIABLE):
        origin = f"{program}, by {exiftool.VARIABLE}"
    try:
        asked = subprocess.run(  # noqa: S603 - the program that the user has, no words of others
            [program, "-config", "", "-ver"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        found = f"{origin} does not start: {error}"
        return Check("exiftool", found, ok=False, cost=_without_exiftool())
    version = asked.stdout.strip()
    if exiftool.is_old(version):
        found = f"{version[:20]} ({origin}), {exiftool.OLDEST_TEXT} or newer is needed"
        return Check("exiftool", found, ok=False, cost=_without_exiftool())
    return Check("exiftool", f"{version} ({origin})", ok=True)


def _brotli() -> Check:
    try:
        return Check("brotli", importlib.metadata.version("brotli"), ok=True)
    except importlib.metadata.PackageNotFoundError:
        cost = "Packed metadata in JPEG XL files are not read. Install provenance-auditor[jxl]."
        return Check("brotli", "not found", ok=False, cost=cost)


def _extras() -> Iterator[Check]:
    """The libraries of reports and of the review page, and what goes without them."""
    for name, lost, extra in _EXTRAS:
        try:
            yield Check(name, importlib.metadata.version(name), ok=True)
        except importlib.metadata.PackageNotFoundError:
            cost = f"{lost} Install it: pip install 'provenance-auditor[{extra}]'."
            yield Check(name, "not found", ok=False, cost=cost)


def _without_exiftool() -> str:
    """What the absence of ExifTool costs, from the list of what is read and written without."""
    from provenance.metadata.formats.naming import called  # noqa: PLC0415
    from provenance.metadata.formats.recognition import FORMATS  # noqa: PLC0415

    whole = dict.fromkeys(called(one) for one, kind in FORMATS.items() if kind.replace is not None)
    read = dict.fromkeys(called(one) for one, kind in FORMATS.items() if kind.replace is None)
    only = f" Only read without it: {', '.join(read)}." if read else ""
    return f"Not needed for {', '.join(whole)}.{only} All other formats need it."


def _sqlite() -> Check:
    from provenance.registry import wal_is_safe  # noqa: PLC0415

    version = tuple(int(part) for part in sqlite3.sqlite_version.split("."))
    if wal_is_safe((version[0], version[1], version[2])):
        return Check("sqlite", f"{sqlite3.sqlite_version}, write-ahead log", ok=True)
    return Check(
        "sqlite",
        f"{sqlite3.sqlite_version}, rollback journal",
        ok=True,
        cost="This version can corrupt a write-ahead log, so none is used; 3.51.3 and newer may.",
    )


def _places(desk: Desk) -> Iterator[Check]:
    from provenance.auditlog import state_dir  # noqa: PLC0415

    url = desk.config.text("registry")
    origin = f"set by {desk.config.settings['registry'].origin}"
    file = _registry_file(url)
    held = file is None or _writable(file)
    cost = origin if held else f"{origin}. {_NO_REGISTRY}"
    yield Check("registry", _shown(url), ok=held, cost=cost)
    state = state_dir()
    there = "there" if state.is_dir() else "made on the first write"
    held = _writable(state)
    yield Check("state folder", f"{state} ({there})", ok=held, cost="" if held else _NO_STATE)
    yield _cache()


def _cache() -> Check:
    """Where thumbnails are kept; others must not be able to look into it."""
    from provenance.pipeline.thumbnail_cache import ThumbnailCache, cache_dir  # noqa: PLC0415

    folder = cache_dir()
    if not _writable(folder):
        return Check("cache folder", str(folder), ok=False, cost=_NO_CACHE)
    problem = ThumbnailCache(folder).problem
    there = "there" if folder.is_dir() else "made with the first thumbnail"
    return Check("cache folder", f"{folder} ({there})", ok=not problem, cost=problem)


def _registry_file(url: str) -> Path | None:
    """The file of a registry that is one."""
    if url.startswith("sqlite:///"):
        url = url.removeprefix("sqlite:///").partition("?")[0]
    return None if not url or "://" in url else Path(url).expanduser()


def _writable(folder: Path) -> bool:
    """Whether this may be written to, or made where it is not there yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)


def _isolation() -> Check:
    """What holds the processes that read files of strangers."""
    from provenance import isolation  # noqa: PLC0415 - start-up stays quick

    held = isolation.confinement()
    found = "; ".join(held.in_force) or "nothing is confined"
    cost = "; ".join(held.missing)
    return Check("isolation", found, ok=not held.missing, cost=f"Missing: {cost}." if cost else "")
