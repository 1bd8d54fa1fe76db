"""``fix`` and ``undo``: show the plan, carry it out, put things back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli import recovered
from provenance.cli.common import INCOMPLETE, OK, OPEN, Desk, Format, FormatOption, command
from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.fixing import ApplyOptions, Settled
    from provenance.model import FixOutcome
    from provenance.pipeline import Remedied, Session

_KeepOriginals = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Keep a copy of each file in DIR before it is touched."),
]
_BreakHardlink = Annotated[
    bool,
    typer.Option(
        "--break-hardlink", help="Also files with other hard links; those keep the old bytes."
    ),
]
_ForceReadonly = Annotated[
    bool, typer.Option("--force-readonly", help="Also files that are read-only.")
]
_KeepMtime = Annotated[
    bool,
    typer.Option("--keep-mtime", help="Keep the time of modification, where the size differs."),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    command(app, "fix")(fix)
    command(app, "undo")(undo)


def fix(
    desk: Desk,
    findings: Annotated[
        list[str] | None, typer.Argument(metavar="[FINDING...]", help="Only these findings.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write it.")] = False,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save the plan; with --apply, carry this plan out."),
    ] = None,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Also what a machine may not do alone.")
    ] = False,
    patch: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Propose what would mend published pages, as a patch."),
    ] = None,
    keep_originals: _KeepOriginals = None,
    break_hardlink: _BreakHardlink = False,
    force_readonly: _ForceReadonly = False,
    keep_mtime: _KeepMtime = False,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Show what would be corrected, as a diff; with --apply, correct it."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import plans, published  # noqa: PLC0415

    allowed = (break_hardlink, force_readonly, keep_mtime)
    _must_apply(for_writing=keep_originals is not None or any(allowed), apply=apply)
    if patch is not None and (apply or plan is not None or unsafe_fixes):
        raise UsageError("A patch is only proposed: give findings beside it, and nothing else.")
    options = _options(desk, keep_originals, allowed)
    with desk.session(create=False, reads=apply) as session:
        if patch is not None:
            return published.propose(desk, session, findings or (), patch)
        if apply:
            asked = (plan, findings or (), unsafe_fixes)
            return _apply(desk, session, asked, options, output_format)
        proposed = pipeline.plan(session, findings or (), unsafe=unsafe_fixes)
    if plan is not None:
        plans.save(proposed.plan, plan)
    plans.show(proposed, as_json=output_format is Format.JSON, color=desk.color)
    return OPEN if proposed.plan.items or proposed.plan.held else OK


def _apply(
    desk: Desk,
    session: Session,
    asked: tuple[Path | None, Sequence[str], bool],
    options: ApplyOptions,
    kind: Format,
) -> int:
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import plans  # noqa: PLC0415

    saved, findings, unsafe = asked
    if saved is not None and (findings or unsafe):
        raise UsageError("A saved plan is carried out as it is: give nothing beside it.")
    made = plans.load(saved) if saved is not None else None
    # Before a plan is made, which then rests on what the files say by now.
    first = recovered.settle(desk, session)
    if made is None:
        proposed = pipeline.plan(session, findings, unsafe=unsafe)
        if proposed.problems:
            flood = proposed.problems[0]
            raise UsageError(flood.message, code=flood.code, remedy=flood.remedy)
        made = proposed.plan
    return _told(desk, first, pipeline.remediate(session, made, options), kind, undone=False)


def carry_out(desk: Desk, session: Session, findings: Sequence[str]) -> int:
    """Correct what these findings ask for, as ``fix FINDING... --apply`` does; the exit code.

    Raises:
        UsageError: a notice would touch more files than the desk's policy allows.
    """
    options = _options(desk, None, (False, False, False))
    return _apply(desk, session, (None, findings, False), options, Format.TABLE)


def _must_apply(*, for_writing: bool, apply: bool) -> None:
    if for_writing and not apply:
        raise UsageError(
            "--keep-originals, --break-hardlink, --force-readonly and --keep-mtime say how files"
            " are written, and nothing is written yet.",
            remedy="Give --apply with them.",
        )


def _options(desk: Desk, originals: Path | None, allowed: tuple[bool, bool, bool]) -> ApplyOptions:
    """How files are written: by the command line, then by the configuration."""
    from provenance.fixing import ApplyOptions, WriteOptions  # noqa: PLC0415

    break_hardlink, force_readonly, keep_mtime = allowed
    settled = desk.config.text("fix.keep_originals")
    if originals is None and settled:
        originals = Path(settled)
    write = WriteOptions(
        keep_mtime=keep_mtime,
        break_hardlink=break_hardlink,
        force_readonly=force_readonly,
        require_exchange=desk.config.flag("write.require_exchange"),
    )
    return ApplyOptions(write, originals=originals)


def undo(
    desk: Desk,
    what: Annotated[str, typer.Argument(metavar="RUN|NOTICE|FILE", help="What to take back.")],
    by_value: Annotated[
        bool,
        typer.Option(
            "--by-value", help="Put back values that stand as written; leave all else as it is."
        ),
    ] = False,
    properties: Annotated[
        list[str] | None,
        typer.Option(
            "--property", metavar="NAME", help="By value, only of this property; repeatable."
        ),
    ] = None,
    finding: Annotated[
        str | None,
        typer.Option("--finding", metavar="FINDING", help="By value, only what this changed."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be put back; write nothing.")
    ] = False,
    keep_originals: _KeepOriginals = None,
    break_hardlink: _BreakHardlink = False,
    force_readonly: _ForceReadonly = False,
    keep_mtime: _KeepMtime = False,
    output_format: FormatOption = Format.TABLE,
) -> int:
    """Put the former metadata back, byte for byte."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli import plans  # noqa: PLC0415

    options = _options(desk, keep_originals, (break_hardlink, force_readonly, keep_mtime))
    with desk.session(create=False, reads=True) as session:
        choice = pipeline.choice_of(session, properties or (), finding, by_value=by_value)
        if not choice.is_whole:
            _say_what_stays(desk, session, what)
        if not dry_run:
            first = recovered.settle(desk, session)
            done = pipeline.take_back(session, what, options, choice)
            return _told(desk, first, done, output_format, undone=True)
        seen = pipeline.foresee(session, what, options, choice)
    plans.show_preview(seen, as_json=output_format is Format.JSON, color=desk.color)
    if _any_went_wrong(one.result for one in seen.preview.refused):
        return INCOMPLETE
    return OPEN


def _say_what_stays(desk: Desk, session: Session, what: str) -> None:
    """Single values are taken out of fixes; what is in quarantine stays there."""
    from provenance import pipeline  # noqa: PLC0415
    from provenance.cli.console import say  # noqa: PLC0415

    kept = pipeline.kept_of(session, pipeline.whole_name(session, what))
    if kept:
        pictures = len({one.asset_uri for one in kept})
        number = "1 picture stays" if pictures == 1 else f"{pictures} pictures stay"
        say(
            f"{number} in quarantine: `provenance quarantine {kept[0].notice_id} --release`.",
            color=desk.color,
        )


def _told(
    desk: Desk, first: Sequence[Settled], done: Remedied, kind: Format, *, undone: bool
) -> int:
    """Report what came of it; the exit code follows from the worst outcome."""
    from provenance.cli import plans  # noqa: PLC0415
    from provenance.model import Held  # noqa: PLC0415

    done = recovered.joined(desk, first, done)
    as_json = kind is Format.JSON
    plans.show_outcomes(done, as_json=as_json, color=desk.color, undone=undone)
    results = [one.result for one in done.outcomes]
    if done.halted or _any_went_wrong(results) or recovered.needs_a_look(done.recovered):
        return INCOMPLETE
    if done.held or any(isinstance(one, Held) for one in results):
        return OPEN
    return OK


def _any_went_wrong(results: Iterable[FixOutcome]) -> bool:
    from provenance.model import Conflict, Failed  # noqa: PLC0415

    return any(isinstance(one, Conflict | Failed) for one in results)
