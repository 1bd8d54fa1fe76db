"""What the values will be once the edits are made: the yardstick of every write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from provenance.errors import RewriteRefusedError
from provenance.model import Edit, PropertyValue

Substitutions = Mapping[tuple[str, str], str | None]
"""(locator, value that stands there) to the value that will; None removes it."""


def substitutions(edits: Sequence[Edit]) -> Substitutions:
    """The edits of one container, by the place and value they speak of.

    Raises:
        RewriteRefusedError: ``edits-conflict`` where two edits want different
            things of the same value.
    """
    found: dict[tuple[str, str], str | None] = {}
    for edit in edits:
        key = (edit.locator, edit.before)
        if key in found and found[key] != edit.after:
            raise RewriteRefusedError(
                f"Two edits of {edit.locator} ask for different values in the place of "
                f"{edit.before!r}.",
                code="edits-conflict",
                remedy="Decide which one is right and apply that one alone.",
            )
        found[key] = edit.after
    return found


def planned(values: Sequence[PropertyValue], edits: Sequence[Edit]) -> tuple[PropertyValue, ...]:
    """The values as they must read after the edits, and no other value changed.

    A value that is empty, or white space only, says nothing and is not listed; a
    property value that is left without any is not listed either.

    Args:
        values: what one block says now.
        edits: what is to change; each applies to every equal value at its locator.

    Raises:
        RewriteRefusedError: ``value-changed`` where the value to replace is not
            there exactly, ``edits-conflict`` where two edits contradict each other.
    """
    wanted = substitutions(edits)
    missing = dict(wanted)
    after: list[PropertyValue] = []
    for value in values:
        items: list[str] = []
        for item in value.values:
            key = (value.locator, item)
            missing.pop(key, None)
            new = wanted.get(key, item)
            if new is not None and new.strip():
                items.append(new)
        if items:
            after.append(replace(value, values=tuple(items)))
    for locator, before in missing:
        raise value_changed(locator, before)
    return tuple(after)


def value_changed(locator: str, before: str) -> RewriteRefusedError:
    """The refusal for a value that is not there as it was read."""
    return RewriteRefusedError(
        f"{locator} does not hold {before!r}: it was changed, or it is written in a way "
        "that cannot be edited without touching other bytes.",
        code="value-changed",
        remedy="Read the file again and make the edit from what it says now.",
    )


def readback_differs(what: str) -> RewriteRefusedError:
    """The refusal for a write that would not read back as planned."""
    return RewriteRefusedError(
        f"{what} would not read back as planned after the edit; nothing was changed.",
        code="readback-differs",
        remedy="Correct this file with another editor, and report the file to us.",
    )
