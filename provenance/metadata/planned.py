"""What the values will be once the edits are made: the yardstick of every write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from provenance.errors import RewriteRefusedError
from provenance.metadata.properties import IIM_ROWS, ROWS, TIME_CREATED, XMP_ROWS
from provenance.model import Container, Edit, Property, PropertyValue

Substitutions = Mapping[tuple[str, str], str | None]
"""(locator, value that stands there) to the value that will; None removes it."""

Additions = Mapping[str, tuple[str, ...]]
"""Locator that holds no value to the values that it will hold, in order."""


def substitutions(edits: Sequence[Edit]) -> Substitutions:
    """The edits of one container that change a value, by the place and value they speak of.

    Raises:
        RewriteRefusedError: ``edits-conflict`` where two edits want different
            things of the same value.
    """
    found: dict[tuple[str, str], str | None] = {}
    for edit in edits:
        key = (edit.locator, edit.before)
        if not edit.before:
            continue
        if key in found and found[key] != edit.after:
            raise RewriteRefusedError(
                f"Two edits of {edit.locator} ask for different values in the place of "
                f"{edit.before!r}.",
                code="edits-conflict",
                remedy="Decide which one is right and apply that one alone.",
            )
        found[key] = edit.after
    return found


def additions(edits: Sequence[Edit]) -> Additions:
    """The edits of one container that set what has no value yet, by place.

    Several edits of one place give its values in their order; equal ones are one.

    Raises:
        RewriteRefusedError: ``value-form`` where an edit sets a place to nothing.
    """
    found: dict[str, dict[str, None]] = {}
    for edit in edits:
        if edit.before:
            continue
        if edit.after is None or not edit.after.strip():
            raise RewriteRefusedError(
                f"An edit of {edit.locator} has neither a value to replace nor one to set.",
                code="value-form",
                remedy="Say which value is to be removed, or which one is to be set.",
            )
        found.setdefault(edit.locator, {})[edit.after] = None
    return {locator: tuple(texts) for locator, texts in found.items()}


def planned(values: Sequence[PropertyValue], edits: Sequence[Edit]) -> tuple[PropertyValue, ...]:
    """The values as they must read after the edits, and no other value changed.

    A value that is empty, or white space only, says nothing and is not listed; a
    property value that is left without any is not listed either. What is set where
    nothing stood comes last, wherever the container will put it: compare by ``alike``.

    Args:
        values: what one block says now.
        edits: what is to change; each applies to every equal value at its locator.

    Raises:
        RewriteRefusedError: ``value-changed`` where the value to replace is not
            there exactly, or a place to set has a value; ``edits-conflict`` where two
            edits contradict each other; ``value-form`` where an edit sets nothing.
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
            said = tuple(items)
            after.append(value if said == value.values else replace(value, values=said))
    for locator, before in missing:
        raise value_changed(locator, before)
    return (*after, *_set(values, edits))


def _set(values: Sequence[PropertyValue], edits: Sequence[Edit]) -> list[PropertyValue]:
    """The values that stand where nothing stood."""
    held = {value.locator for value in values}
    first = {edit.locator: edit for edit in reversed(edits) if not edit.before}
    found: list[PropertyValue] = []
    for locator, texts in additions(edits).items():
        if locator in held:
            raise already_set(locator)
        edit = first[locator]
        found.append(PropertyValue(edit.property, edit.container, texts, locator, edit.uri))
    return found


def alike(some: Iterable[PropertyValue], others: Iterable[PropertyValue]) -> bool:
    """Whether two readings say the same, in whatever order the places are listed."""
    return Counter(map(_said, some)) == Counter(map(_said, others))


def _said(value: PropertyValue) -> tuple[str, ...]:
    return (value.property, value.container, value.locator, *value.values)


def check_settable(edit: Edit) -> None:
    """Refuse to set a property at a place where its standard does not keep it.

    Only the places of the table are set, never an alias of old writers, nor a language
    beside the default one.

    Raises:
        RewriteRefusedError: ``not-settable``.
    """
    if edit.property in IIM_ROWS:
        raise RewriteRefusedError(
            f"{IIM_ROWS[edit.property].name} is the sender's own word; it is never set.",
            code="not-settable",
            remedy="Ask the agency for a new transmission.",
        )
    if edit.property in XMP_ROWS:
        raise RewriteRefusedError(
            f"{XMP_ROWS[edit.property].name} is the history of a file; it is never set.",
            code="not-settable",
            remedy="Leave it to the program that edits the picture.",
        )
    row = ROWS[edit.property]
    places: dict[Container, str | None] = {
        Container.EXIF: row.exif.locator if row.exif else None,
        Container.IIM: row.iim.name if row.iim else None,
        Container.XMP: row.xmp.qname,
        Container.SIDECAR: row.xmp.qname,
    }
    place = edit.locator.partition(" ")[2]
    expected = places.get(edit.container)
    if edit.property is Property.DATE_CREATED and edit.container is Container.IIM:
        place = place.removesuffix(f"+{TIME_CREATED.name}")
    if expected is None or place != expected:
        raise RewriteRefusedError(
            f"{row.name} cannot be set at {edit.locator}: its standard does not keep it there.",
            code="not-settable",
            remedy=f"Set it at XMP {row.xmp.qname}.",
        )


def value_changed(locator: str, before: str) -> RewriteRefusedError:
    """The refusal for a value that is not there as it was read."""
    return RewriteRefusedError(
        f"{locator} does not hold {before!r}: it was changed, or it is written in a way "
        "that cannot be edited without touching other bytes.",
        code="value-changed",
        remedy="Read the file again and make the edit from what it says now.",
    )


def already_set(locator: str) -> RewriteRefusedError:
    """The refusal to set a place that has a value."""
    return RewriteRefusedError(
        f"{locator} holds a value already; it would be set only where there is none.",
        code="value-changed",
        remedy="Read the file again and say which value is to be replaced.",
    )


def single_valued(locator: str, count: int) -> RewriteRefusedError:
    """The refusal to give a place more values than it can hold."""
    return RewriteRefusedError(
        f"{locator} cannot hold {count} values.",
        code="value-form",
        remedy="Set one value, or join them to one text.",
    )


def readback_differs(what: str) -> RewriteRefusedError:
    """The refusal for a write that would not read back as planned."""
    return RewriteRefusedError(
        f"{what} would not read back as planned after the edit; nothing was changed.",
        code="readback-differs",
        remedy="Correct this file with another editor, and report the file to us.",
    )
