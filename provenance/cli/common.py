"""What every command has in common: its options, its session, its exit codes.

Commands stay small: they take a ``Desk``, call the pipeline, render, return an exit code.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from provenance.cli.config import Config, load
from provenance.errors import LogError, ProvenanceError, UsageError

OK = 0
OPEN = 1
USAGE = 2
INCOMPLETE = 3
LOG_FAILED = 4
INTERRUPTED = 130


class Format(StrEnum):
    """How a command writes what it found."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="table or json.")]


@dataclass(frozen=True, slots=True)
class Desk:
    """One command's options, and the way to a session.

    Attributes:
        config: the merged configuration.
        expect_count: the number of files that the user expects a notice to touch.
        quiet: no progress, no summary.
        verbose: more on stderr.
    """

    config: Config
    expect_count: int | None = None
    quiet: bool = False
    verbose: bool = False

    @property
    def color(self) -> bool:
        """Whether colours are wanted."""
        return self.config.flag("color")

    @property
    def by(self) -> str:
        """The person who asks."""
        return self.config.text("by")

    @contextmanager
    def session(self, *, create: bool = True, reads: bool = False) -> Iterator[Any]:
        """Open the registry and its log.

        Args:
            create: make a registry where there is none; False for commands that only look.
            reads: files will be read, so that workers had better be on their way.
        """
        from provenance import isolation  # noqa: PLC0415 - start-up stays quick

        jobs = int(self.config.number("jobs")) or isolation.default_jobs()
        if reads:
            # Before the log's key is anywhere near: workers are forks of this process.
            isolation.prepare("provenance.pipeline.reading", clean=True)
        from provenance.auditlog import AuditLog  # noqa: PLC0415
        from provenance.cli.console import progress  # noqa: PLC0415
        from provenance.model import Policy  # noqa: PLC0415
        from provenance.pipeline.session import Session, local_day  # noqa: PLC0415
        from provenance.registry import open_registry  # noqa: PLC0415

        policy = Policy(
            today=local_day(),
            flood_files=int(self.config.number("flood_files")),
            flood_share=self.config.number("flood_share"),
            expect_count=self.expect_count,
            aliases=self.config.aliases(),
            look_at_most=int(self.config.number("look_at_most")),
            deadlines=self.config.deadlines(),
            remind_after_days=int(self.config.number("letters.remind_after_days")),
        )
        kind = self.config.text("progress")
        with open_registry(self.config.text("registry"), create=create) as registry:
            yield Session(
                registry=registry,
                log=AuditLog(),
                agent=self.by,
                policy=policy,
                jobs=jobs,
                progress=progress(kind, color=self.color, quiet=self.quiet),
            )


_OPTIONS: tuple[tuple[str, Any, Any], ...] = (
    (
        "registry",
        Annotated[
            str | None,
            typer.Option(metavar="URL", help="Registry: a SQLite file or an SQLAlchemy URL."),
        ],
        None,
    ),
    ("by", Annotated[str | None, typer.Option(metavar="NAME", help="On whose word.")], None),
    (
        "expect_count",
        Annotated[
            int | None,
            typer.Option(metavar="N", help="Number of files you expect one notice to touch."),
        ],
        None,
    ),
    (
        "jobs",
        Annotated[
            int | None, typer.Option("-j", "--jobs", help="Processes; 0: one per processor.")
        ],
        None,
    ),
    ("quiet", Annotated[bool, typer.Option("-q", "--quiet", help="Data and errors only.")], False),
    ("verbose", Annotated[bool, typer.Option("-v", "--verbose", help="Say more.")], False),
    ("no_color", Annotated[bool, typer.Option("--no-color", help="No colours.")], False),
    (
        "progress",
        Annotated[str | None, typer.Option(metavar="KIND", help="auto, bar, plain, json or none.")],
        None,
    ),
    (
        "config",
        Annotated[Path | None, typer.Option("-c", "--config", help="A provenance.toml to use.")],
        None,
    ),
)


def require_paths(paths: Iterable[str]) -> None:
    """Refuse an empty path: from an unset variable it would mean the working folder.

    Raises:
        UsageError: one of ``paths`` is empty.
    """
    if any(not path for path in paths):
        raise UsageError(
            "A path is empty.", remedy="Check the variable it came from; the working folder is `.`."
        )


def require_there(paths: Iterable[str]) -> None:
    """Refuse to look at nothing at all.

    Of several paths that are not all there, those that are there are worked on, and the
    others told of.

    Raises:
        UsageError: one of ``paths`` is empty, or none of them is there.
    """
    given = tuple(paths)
    require_paths(given)
    if given and not any(os.path.lexists(path) for path in given):
        raise UsageError(
            f"There is no file or folder {given[0]}.", remedy="Check the path and the share."
        )


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., int]], Callable[..., None]]:
    """Register a command: ``function(desk, own options...) -> exit code``.

    The common options are added to its own; our errors become a message and an exit code.
    """

    def register(function: Callable[..., int]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(**given: Any) -> None:
            raise typer.Exit(_guarded(function, given))

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        shared = [
            inspect.Parameter(
                option, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default
            )
            for option, kind, default in _OPTIONS
        ]
        positional = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        run.__signature__ = inspect.Signature([*positional, *shared])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in (*own, *shared)}
        app.command(name)(run)
        return run

    return register


def _guarded(function: Callable[..., int], given: dict[str, Any]) -> int:
    shared = {option: given.pop(option) for option, _, _ in _OPTIONS}
    color = not shared["no_color"]
    try:
        desk = _desk(shared)
        color = desk.color
        return function(desk, **given)
    except KeyboardInterrupt:
        return _interrupted()
    except Exception as error:
        # Ctrl-C within a clean-up, or between a lock's taking and its use, shows as what it broke.
        if _began_with_an_interrupt(error):
            return _interrupted()
        if not isinstance(error, ProvenanceError):
            raise
        from provenance.cli.console import say_error  # noqa: PLC0415

        say_error(error, color=color)
        return _exit_code(error)


def _interrupted() -> int:
    sys.stderr.write(
        "provenance: interrupted. What was done is logged; give the command again to go on.\n"
    )
    return INTERRUPTED


def _began_with_an_interrupt(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _desk(shared: dict[str, Any]) -> Desk:
    given = {name: shared[name] for name in ("registry", "by", "jobs", "progress")}
    given["color"] = False if shared["no_color"] else None
    return Desk(
        config=load(given, shared["config"]),
        expect_count=shared["expect_count"],
        quiet=shared["quiet"],
        verbose=shared["verbose"],
    )


# What the user asked for is not there or cannot be had; the log itself is as it should be.
_ASKED_WRONGLY = frozenset(
    {
        "ambiguous",
        "closed-unknown",
        "export-unwritable",
        "no-log",
        "no-such-record",
        "not-found",
        "nothing-to-erase",
        "nothing-to-export",
        "reason-tells",
        "state-unreadable",
        "state-unwritable",
        "words-too-short",
        "wrong-order",
    }
)


def _exit_code(error: ProvenanceError) -> int:
    if isinstance(error, UsageError) or error.code in _ASKED_WRONGLY:
        return USAGE
    if isinstance(error, LogError):
        return LOG_FAILED
    return USAGE if error.code.startswith("registry") else INCOMPLETE
