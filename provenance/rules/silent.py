"""A picture's versions differ, and nothing says that one corrects the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import heapify, heappop
from itertools import islice
from typing import NamedTuple

from provenance.model import (
    Edit,
    Evidence,
    Finding,
    MetadataRecord,
    Property,
    PropertyValue,
    Rule,
)
from provenance.rules.findings import Answer, Grounds, finding
from provenance.rules.sayings import Sayings, silent
from provenance.rules.versions import ITEM, Difference, History, Version, later

_SHOWN = 80
_BEFORE = 24
_MOST_TOLD = 3


def silent_correction_findings(
    record: MetadataRecord, siblings: Sequence[MetadataRecord], history: History
) -> Iterator[Finding]:
    """At most one finding: what another version of the same picture says, and this one does not.

    What this program wrote itself is no silent correction, nor is a version that says of
    itself that it corrects. Which version is later is only told where it is known.

    Args:
        record: the asset.
        siblings: other assets that share an identifier or the picture data.
        history: what is known beside it.
    """
    if record.is_running_text:
        return
    sayings = history.sayings or Sayings()
    own = history.copies.get(record.ref.uri) or sayings.version(record, history.seen)
    found = _differing(own, _others(own, siblings, history, sayings), history, sayings)
    if not found:
        return
    (other, is_later, changed), more = found[0], [one for one, _, _ in found[1:]]
    yield finding(
        Rule.SILENT_CORRECTION,
        record,
        _message(other, is_later, changed),
        Answer(),
        Grounds(
            evidence=tuple(_evidence(own, other, is_later, changed, more)),
            before=(other.uri or other.name, *(_change(one) for one in changed)),
        ),
    )


_Differing = tuple[Version, bool | None, tuple[Difference, ...]]


def _differing(
    own: Version, others: Iterable[_Other], history: History, sayings: Sayings
) -> list[_Differing]:
    """The version to tell of first, and the next few that differ, in the order they are known.

    Others are compared no longer than until these are found.
    """
    ordered = [*others, *_former(own, history, sayings)]
    queue = [(_first_told(one), number) for number, one in enumerate(ordered)]
    heapify(queue)
    is_whole, first = True, None
    while queue and first is None:
        _, number = heappop(queue)
        changed = _changed(own, ordered[number], sayings)
        is_whole = is_whole and changed is not None
        first = number if changed else None
    if first is None:
        if not is_whole:
            history.uncompared(own.uri)
        return []
    differing = (
        (one.version, one.is_later, changed)
        for number, one in enumerate(ordered)
        if number != first and (changed := _changed(own, one, sayings))
    )
    one = ordered[first]
    told = (one.version, one.is_later, _changed(own, one, sayings) or ())
    return [told, *islice(differing, _MOST_TOLD)]


class _Other(NamedTuple):
    """A version to hold against; ``changed`` where that was done already."""

    version: Version
    is_later: bool | None
    changed: tuple[Difference, ...] | None = None


def _changed(own: Version, one: _Other, sayings: Sayings) -> tuple[Difference, ...] | None:
    return one.changed or sayings.differ(own, one.version, one.is_later)


def _others(
    own: Version, siblings: Sequence[MetadataRecord], history: History, sayings: Sayings
) -> Iterator[_Other]:
    for item in history.items:
        yield _Other(item, later(own, item))
    # Of two files only the day on which the desk first had them tells.
    by_day: dict[str | None, bool | None] = {}
    for one in siblings:
        if one.is_running_text:
            continue
        other = history.copies.get(one.ref.uri) or sayings.version(one, None)
        if other.seen not in by_day:
            by_day[other.seen] = later(own, other)
        yield _Other(other, by_day[other.seen])


def _former(own: Version, history: History, sayings: Sayings) -> Iterator[_Other]:
    for former in history.former:
        if sayings.is_crowded(own) or sayings.is_crowded(former):
            yield _Other(former, is_later=False)
            continue
        # An undone fix wrote both ways.
        written = [former, _edited(former, history.edits), _edited(former, _undone(history.edits))]
        if all(silent(own, one, is_later=False) for one in written):
            told = silent(own, former, is_later=False)
            yield _Other(former, is_later=False, changed=told)


def _edited(version: Version, edits: Sequence[Edit]) -> Version:
    """The version as it reads when this program has written into it."""
    values = list(version.values)
    for edit in edits:
        for n, value in enumerate(values):
            if (value.property, value.locator) == (edit.property, edit.locator):
                values[n] = _written(value, edit)
    return replace(version, values=tuple(values))


def _written(value: PropertyValue, edit: Edit) -> PropertyValue:
    texts = tuple(
        text
        for old in value.values
        if (text := edit.after if old == edit.before else old) is not None
    )
    return replace(value, values=texts)


def _undone(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    return tuple(
        replace(edit, before=edit.after, after=edit.before)
        for edit in reversed(edits)
        if edit.after is not None
    )


def _first_told(one: _Other) -> tuple[int, str]:
    """What came later than this asset is told before what came earlier."""
    return _RANK[one.is_later], one.version.name


_RANK = {True: 0, None: 1, False: 2}


def _message(other: Version, is_later: bool | None, changed: Sequence[Difference]) -> str:
    if is_later is None:
        head = f"Two versions of this picture differ, this one and {other.name}"
    elif is_later:
        head = f"A later version of this picture, {other.name}, says something else"
    else:
        head = f"This version of the picture says something else than the earlier {other.name}"
    told = list(dict.fromkeys(_told(one) for one in changed))
    said = "; ".join(told[:_MOST_TOLD])
    more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return f"{head}, and no notice explains it: {said}{more}."


def _told(one: Difference) -> str:
    before, after = _apart("; ".join(one.before.values), "; ".join(one.after.values))
    return f"{one.property.value} “{before}” → “{after}”"


def _apart(before: str, after: str) -> tuple[str, str]:
    """Both on one line and short, with the place where they begin to differ."""
    left, right = " ".join(before.split()), " ".join(after.split())
    if max(len(left), len(right)) <= _SHOWN:
        return left, right
    shared = next(
        (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
        min(len(left), len(right)),
    )
    start = left.rfind(" ", 0, max(shared - _BEFORE, 0) + 1) + 1
    return _cut(left, start), _cut(right, start)


def _cut(text: str, start: int) -> str:
    head, rest = ("… " if start else ""), text[start:]
    return head + rest if len(rest) <= _SHOWN else f"{head}{rest[:_SHOWN].rstrip()} …"


def _evidence(
    own: Version,
    other: Version,
    is_later: bool | None,
    changed: Sequence[Difference],
    more: Sequence[Version],
) -> Iterator[Evidence]:
    """One reason for each change, with every place where it stands."""
    before, after = (own, other) if is_later is not False else (other, own)
    places: dict[tuple[Property, tuple[str, ...], tuple[str, ...]], list[Difference]] = {}
    for one in changed:
        said = (one.property, one.before.values, one.after.values)
        places.setdefault(said, []).append(one)
    for (prop, _, _), some in places.items():
        old = _said(before, [one.before for one in some])
        new = _said(after, [one.after for one in some])
        yield Evidence(prop.value, 0.0, f"{old} → {new}")
    if is_later is not None:
        yield Evidence("order", 0.0, _order(own, other, is_later))
    for also in more:
        yield Evidence("other-version", 0.0, f"{also.name} differs, too.")


def _said(version: Version, values: Sequence[PropertyValue]) -> str:
    where = dict.fromkeys(value.locator for value in values if value.locator != ITEM)
    place = f": {', '.join(where)}" if where else ""
    return f"“{'; '.join(values[0].values)}” ({version.name}{place})"


def _order(own: Version, other: Version, is_later: bool) -> str:
    first, second = (own, other) if is_later else (other, own)
    if first.item and first.item == second.item:
        return f"{second.name} follows {first.name}."
    if second.sent:
        return f"{second.name} was sent on {second.sent}."
    if first.read:
        return "The file was changed where it stands."
    return f"{second.name} was registered later, on {second.seen}, than {first.name}."


def _change(one: Difference) -> str:
    return f"{one.property}: {'; '.join(one.before.values)} > {'; '.join(one.after.values)}"
