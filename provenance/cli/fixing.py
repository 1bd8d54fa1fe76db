"""``fix`` and ``undo``: show the plan, carry it out, put things back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.common import INCOMPLETE, OK, OPEN, Desk, Format, FormatOption, command
from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.fixing import ApplyOptions, Plan
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
        if apply and plan is not None:
            if findings or unsafe_fixes:
                raise UsageError("A saved plan is carried out as it is: give nothing beside it.")
            return _apply(desk, session, plans.load(plan), options, output_format)
        proposed = pipeline.plan(session, findings or (), unsafe=unsafe_fixes)
        if apply:
            if proposed.problems:
                flood = proposed.problems[0]
                raise UsageError(flood.message, code=flood.code, remedy=flood.remedy)
            return _apply(desk, session, proposed.plan, options, output_format)
    if plan is not None:
        plans.save(proposed.plan, plan)
    plans.show(proposed, as_json=output_format is Format.JSON, color=desk.color)
    return OPEN if proposed.plan.items or proposed.plan.held else OK


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


def _apply(desk: Desk, session: Session, made: Plan, options: ApplyOptions, kind: Format) -> int:
    from provenance import pipeline  # noqa: PLC0415

    return _told(desk, pipeline.remediate(session, made, options), kind, undone=False)


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
        kept = pipeline.kept_of(session, what)
        if kept and not (by_value or properties or finding):
            _must_not_be_dry(kept[0].notice_id, dry_run=dry_run)
            done = pipeline.release(session, kept)
            return _told(desk, done, output_format, undone=True)
        choice = pipeline.choice_of(session, properties or (), finding, by_value=by_value)
        if not dry_run:
            done = pipeline.undo(session, what, options, choice)
            return _told(desk, done, output_format, undone=True)
        preview = pipeline.preview_undo(session, what, options, choice)
    plans.show_preview(preview, as_json=output_format is Format.JSON, color=desk.color)
    if _any_went_wrong(one.result for one in preview.refused):
        return INCOMPLETE
    return OPEN


def _must_not_be_dry(notice_id: str, *, dry_run: bool) -> None:
    if dry_run:
        raise UsageError(
            "Undoing this brings pictures back from quarantine.",
            remedy=f"See them with `provenance quarantine {notice_id} --release`.",
        )


def _told(desk: Desk, done: Remedied, kind: Format, *, undone: bool) -> int:
    """Report what came of it; the exit code follows from the worst outcome."""
    from provenance.cli import plans  # noqa: PLC0415
    from provenance.model import Held  # noqa: PLC0415

    as_json = kind is Format.JSON
    plans.show_outcomes(done, as_json=as_json, color=desk.color, undone=undone)
    results = [one.result for one in done.outcomes]
    if done.halted or _any_went_wrong(results):
        return INCOMPLETE
    if done.held or any(isinstance(one, Held) for one in results):
        return OPEN
    return OK


def _any_went_wrong(results: Iterable[FixOutcome]) -> bool:
    from provenance.model import Conflict, Failed  # noqa: PLC0415

    return any(isinstance(one, Conflict | Failed) for one in results)
