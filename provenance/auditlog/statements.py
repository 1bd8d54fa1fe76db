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
        stranger: the verifier key of a closed log whose key is not in the state folder.
        unended: how many fixes had been begun and not ended when the log was closed.
    """

    size: int
    signed: int
    witnessed: int
    words: int
    rotations: int
    stranger: str = ""
    unended: int = 0


def proved(extent: Extent) -> tuple[str, ...]:
    """Say what a check without problems showed."""
    one = extent.size == 1
    there = "The one record is" if one else f"All {extent.size} records are"
    said = [f"{there} there, {'' if one else 'each '}in its place and as its hash says."]
    if extent.signed:
        covered = "Record 0 is what" if extent.signed == 1 else _those(extent.signed)
        said.append(
            f"{covered} a signed checkpoint covers:"
            " since it was signed none was altered, removed, added or moved."
        )
    if extent.words:
        many = "value that is kept beside the records is the one"
        if extent.words > 1:
            many = "values that are kept beside the records are those"
        said.append(f"{extent.words} {many} recorded.")
    if extent.rotations:
        said.append(f"The key was changed {_times(extent.rotations)}, each time signed by both.")
    if extent.witnessed:
        said.append(f"It agrees with the {_given(extent.witnessed)} given that others have kept.")
    return tuple(said)


def not_proved(extent: Extent) -> tuple[str, ...]:
    """Say what a check without problems cannot show."""
    said = ["That what was recorded is true, and that all that was done was recorded."]
    if extent.signed < extent.size:
        last = extent.size - 1
        alone = extent.signed == last
        rest = f"Record {last}" if alone else f"Records {extent.signed} to {last}"
        said.append(f"{rest}: no checkpoint covers {'it' if alone else 'them'}.")
    if extent.stranger:
        said.append(
            "That the key is yours: it is not in the state folder, and is known from the closed"
            f" log's own first record. Compare it with one you got before: {extent.stranger}"
        )
    if extent.unended:
        said.append(
            f"How {extent.unended} of the changes to files ended that were begun: their ends are"
            " in the log that follows."
        )
    if not extent.witnessed:
        said.append(
            "That nobody who holds both the key and the checkpoints kept beside it wrote the log"
            " anew: only a checkpoint that somebody else has kept shows that."
        )
    return tuple(said)


def _those(signed: int) -> str:
    return f"Records 0 to {signed - 1} are those that"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _given(number: int) -> str:
    return "checkpoint" if number == 1 else f"{number} checkpoints"
