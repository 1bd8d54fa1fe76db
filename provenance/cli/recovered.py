"""What is settled first of interrupted runs, and said at once: the rest may be refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provenance.cli.common import Desk
    from provenance.fixing import Settled
    from provenance.pipeline import Remedied, Session

_WORDS = {"commit": "finished", "abort": "not done", "conflict": "conflict", "intent": "still open"}
_ENDED_WELL = frozenset({"commit", "abort", "undone", "released", "deleted"})
_ACTS = {
    "fix": "correction",
    "undo": "undoing",
    "quarantine": "move into quarantine",
    "release": "way back from quarantine",
    "destroy": "deletion",
}


def settle(desk: Desk, session: Session) -> tuple[Settled, ...]:
    """Settle what interrupted runs left open, and say so on stderr."""
    from provenance import pipeline  # noqa: PLC0415

    settled = pipeline.recover(session)
    _say(desk, settled)
    return settled


def joined(desk: Desk, first: Sequence[Settled], done: Remedied) -> Remedied:
    """The result with all that was settled; what came to light only later is said now."""
    later = [one for one in done.recovered if one not in first]
    _say(desk, later)
    return replace(done, recovered=(*first, *later))


def needs_a_look(settled: Sequence[Settled]) -> bool:
    """Whether something is still open, in conflict, or kept for a person to look at."""
    return any(_is_odd(one) for one in settled)


def _is_odd(one: Settled) -> bool:
    return bool(one.kept) or one.state not in _ENDED_WELL


def _say(desk: Desk, settled: Sequence[Settled]) -> None:
    from provenance.cli.console import say  # noqa: PLC0415
    from provenance.reporting.text import one_line  # noqa: PLC0415

    told = [one for one in settled if _is_odd(one) or not desk.quiet]
    if told:
        say("An earlier run was interrupted; this was settled first:", color=desk.color)
    for one in told:
        why = f": {one.reason.removeprefix(f'{one.uri}: ')}" if one.reason else ""
        # Recovery's reasons name what is kept; the whole line is for a person to find it by.
        kept = f" (kept as {one.kept})" if one.kept and one.kept not in one.reason else ""
        word = _WORDS.get(one.state, "finished")
        act = _ACTS.get(one.act, one.act)
        say(one_line(f"  {one.uri}: {act} {word}{why}{kept}"), color=desk.color)
