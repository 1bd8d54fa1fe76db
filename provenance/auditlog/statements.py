"""What a check of the log showed and what it cannot show, in sentences for a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a check of a sound log reached.

    Attributes:
        size: records of the log.
        signed: how many of them the largest checkpoint covers that agreed.
        witnessed: how many checkpoints that others kept were held against it.
        words: how many words behind commitments were there and fit.
        rotations: how often its key was changed.
    """

    size: int
    signed: int
    witnessed: int
    words: int
    rotations: int


def proved(extent: Extent) -> tuple[str, ...]:
    """Say what a check without problems showed."""
    said = [f"All {extent.size} records are there, each in its place and as its hash says."]
    if extent.signed:
        said.append(
            f"Records 0 to {extent.signed - 1} are those that a signed checkpoint covers:"
            " since it was signed none was altered, removed, added or moved."
        )
    if extent.words:
        said.append(f"{extent.words} words kept beside the records are the ones recorded.")
    if extent.rotations:
        said.append(f"The key was changed {_times(extent.rotations)}, each time signed by both.")
    if extent.witnessed:
        said.append(f"It agrees with the {_given(extent.witnessed)} given that others have kept.")
    return tuple(said)


def not_proved(extent: Extent) -> tuple[str, ...]:
    """Say what a check without problems cannot show."""
    said = ["That what was recorded is true, and that all that was done was recorded."]
    if extent.signed < extent.size:
        said.append(
            f"Records {extent.signed} to {extent.size - 1} are not signed yet; the next command"
            " that writes will sign them."
        )
    if not extent.witnessed:
        said.append(
            "That nobody who holds both the key and the checkpoints kept beside it wrote the log"
            " anew: only a checkpoint that somebody else has kept shows that."
        )
    return tuple(said)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _given(number: int) -> str:
    return "checkpoint" if number == 1 else f"{number} checkpoints"
