"""A picture's versions differ, and nothing says that one corrects the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

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
from provenance.rules.versions import (
    ITEM,
    Difference,
    History,
    Version,
    differences,
    later,
    of_record,
)

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
    own = of_record(record, seen=history.seen)
    found = list(_differing(own, siblings, history))
    if not found:
        return
    other, is_later, changed = min(found, key=_first_told)
    more = [one for one, _, _ in found if one is not other]
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


def _differing(
    own: Version, siblings: Sequence[MetadataRecord], history: History
) -> Iterator[tuple[Version, bool | None, tuple[Difference, ...]]]:
    others = [
        *history.items,
        *(
            of_record(one, seen=history.siblings.get(one.ref.uri))
            for one in siblings
            if not one.is_running_text
        ),
    ]
    # Most copies of a picture say the same as another copy.
    known: dict[tuple[object, ...], tuple[Difference, ...]] = {}
    for other in others:
        is_later = later(own, other)
        said = (other.values, other.marked, is_later)
        if said not in known:
            known[said] = _silent(own, other, is_later)
        changed = known[said]
        if changed:
            yield other, is_later, changed
    for former in history.former:
        # An undone fix wrote both ways.
        written = [former, _edited(former, history.edits), _edited(former, _undone(history.edits))]
        if all(_silent(own, one, is_later=False) for one in written):
            yield former, False, _silent(own, former, is_later=False)


def _silent(own: Version, other: Version, is_later: bool | None) -> tuple[Difference, ...]:
    """What differs between the two where the later one does not say that it corrects.

    Of two versions in no known order both must say what the other does not: else one of
    them only holds an old value beside the new one.
    """
    if is_later is None:
        if own.marked != other.marked or not differences(other, own):
            return ()
        return differences(own, other)
    before, after = (own, other) if is_later else (other, own)
    return () if after.marked and not before.marked else differences(before, after)


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


def _first_told(
    one: tuple[Version, bool | None, tuple[Difference, ...]],
) -> tuple[int, str]:
    """What came later than this asset is told before what came earlier."""
    other, is_later, _ = one
    return {True: 0, None: 1, False: 2}[is_later], other.name


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
    for also in more[:_MOST_TOLD]:
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
