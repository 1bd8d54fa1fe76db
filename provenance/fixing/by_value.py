"""Which values an undo puts back, where it goes value by value and not by whole files.

A value is put back only where it still stands as the fix wrote it. One that somebody has
changed since is that person's word: it is left, and told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from provenance.model import Container, Edit, Finding, Property, PropertyValue
from provenance.registry import Fix

Place = tuple[Container, str]
"""A container and a locator in it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the fixes asked for is to be taken back.

    Attributes:
        by_value: put back values and leave the rest of the file as it is; else the former
            bytes of the whole file.
        properties: only values of these; empty for all. Implies ``by_value``.
        finding: only what this finding changed. Implies ``by_value``.
    """

    by_value: bool = False
    properties: frozenset[Property] = frozenset()
    finding: Finding | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the former file is wanted, byte for byte."""
        return not (self.by_value or self.properties or self.finding)


@dataclass(frozen=True, slots=True)
class Reversal:
    """What is to be done to a file so that values of a fix are put back.

    Attributes:
        edits: of values that stand as the fix wrote them.
        left: of values that are left as they are, why, for a person.
        in_part: other values of the fix go on standing.
    """

    edits: tuple[Edit, ...]
    left: tuple[str, ...]
    in_part: bool


def chosen(fix: Fix, choice: Choice) -> tuple[Edit, ...]:
    """The edits of a fix that a choice asks to take back, in the fix's order."""
    edits = fix.edits
    if choice.properties:
        edits = tuple(edit for edit in edits if edit.property in choice.properties)
    if choice.finding is None:
        return edits
    if choice.finding.finding_id not in fix.finding_ids:
        return ()
    if len(fix.finding_ids) == 1:
        return edits
    asked = {_spot(edit) for edit in choice.finding.edits}
    return tuple(edit for edit in edits if _spot(edit) in asked)


def joined_with_another(fix: Fix, edits: Sequence[Edit], choice: Choice) -> dict[Edit, str]:
    """Edits that were made for several findings in one: one of these cannot be taken out."""
    if choice.finding is None or len(fix.finding_ids) == 1:
        return {}
    own = {_spot(edit): edit.after for edit in choice.finding.edits}
    return {
        edit: f"{edit.locator} was corrected for another finding in the same step; undo it whole."
        for edit in edits
        if own.get(_spot(edit)) != edit.after
    }


def reversal(
    fix: Fix,
    asked: Sequence[Edit],
    values: Sequence[PropertyValue],
    former: Mapping[Place, tuple[str, ...]] | None,
) -> Reversal:
    """What puts the asked values back, from what the file says now.

    Args:
        fix: what was written.
        asked: the edits of the fix to take back.
        values: what the file says now.
        former: what stood in each place before the fix; None where the file is no longer
            what the fix wrote, and its former bytes cannot be had.
    """
    standing = at_places(values)
    edits: list[Edit] = []
    left: list[str] = []
    back: set[Edit] = set()
    for edit in asked:
        place = (edit.container, edit.locator)
        now = standing.get(place, ())
        reason = _why_left(edit, now, asked, None if former is None else former.get(place, ()))
        if reason:
            left.append(reason)
        elif _stands(edit, now):
            edits.append(replace(edit, before=edit.after or "", after=edit.before or None))
            back.add(edit)
    in_part = any(
        _stands(edit, standing.get((edit.container, edit.locator), ()))
        for edit in fix.edits
        if edit not in back
    )
    return Reversal(tuple(edits), tuple(left), in_part)


def at_places(values: Sequence[PropertyValue]) -> dict[Place, tuple[str, ...]]:
    """The texts that stand in each place, in order."""
    found: defaultdict[Place, tuple[str, ...]] = defaultdict(tuple)
    for value in values:
        found[value.container, value.locator] += value.values
    return dict(found)


def _spot(edit: Edit) -> tuple[str, Container, str, str]:
    return edit.uri, edit.container, edit.locator, edit.before


def _stands(edit: Edit, now: Sequence[str]) -> bool:
    """Whether a place is as the edit left it."""
    return not now if edit.after is None else edit.after in now


def _why_left(
    edit: Edit, now: Sequence[str], asked: Sequence[Edit], former: Sequence[str] | None
) -> str:
    """Why a value cannot be put back; empty where it can, or where it is back already."""
    if not _stands(edit, now):
        if edit.before in now or (not edit.before and not now):
            return ""
        if edit.after is None:
            return f"{edit.locator} holds another value now; what was removed is not put beside it."
        return f"{edit.locator} was changed since and is left as it is."
    if edit.after is None or now.count(edit.after) == 1:
        return ""
    # The value stands there more than once: which one the fix wrote, only the former file tells.
    back = {
        one.after: one.before
        for one in asked
        if (one.container, one.locator) == (edit.container, edit.locator)
    }
    if former is not None and [back.get(text, text) for text in now] == list(former):
        return ""
    return f"{edit.locator} holds the value more than once; which one to put back is not known."
