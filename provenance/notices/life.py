"""The life of a notice: which of the versions of one item speaks now.

An item goes from usable to corrected, perhaps again, to killed, and perhaps back: Reuters
followed a picture kill with the corrected version. A notice that a later version replaced
finds nothing any more, but is kept and shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from provenance import captions
from provenance.model import Authority, Correction, ItemClass, Notice, NoticeKind, Pubstatus
from provenance.notices.wires.item import Item, Mark, marks, moment, order


def standing(notices: Sequence[Notice], items: Sequence[Item] = ()) -> tuple[Notice, ...]:
    """The same notices, each with the later version of its item that speaks in its place.

    - A correction gives way to a later one of the same item that corrects the same
      properties, unless the later one speaks of other wrong values: copies may still hold
      those that only the earlier one names.
    - A withdrawal gives way to a correction of a higher version of the same item, or to such
      a version that is usable without mark; never to what is only newer at the desk. Else
      both stand, and a person decides.
    - A restriction (an embargo) gives way to the next version that is not restricted, or
      restricted otherwise.
    - A withdrawal does not supersede a correction: it stands beside it, and wins.
    - What stood in a picture supersedes nothing that a person brought; what is retracted
      supersedes nothing, and is not superseded.

    Args:
        notices: of any items; those without an item are as they were, but stand.
        items: known versions of those items, notices or not.
    """
    by_item: dict[str, list[Notice]] = {}
    for one in notices:
        if one.item and one.retracted is None:
            by_item.setdefault(one.item, []).append(one)
    usable: dict[str, list[Item]] = {}
    for item in items:
        if item.guid in by_item and _is_plain(item):
            usable.setdefault(item.guid, []).append(item)
    return tuple(replace(one, superseded_by=_successor(one, by_item, usable)) for one in notices)


def _successor(
    one: Notice, by_item: dict[str, list[Notice]], usable: dict[str, list[Item]]
) -> str | None:
    if not one.item or one.retracted is not None:
        return None
    others = [other for other in by_item[one.item] if _may_replace(other, one)]
    later = sorted((o for o in others if _replaces(o, one)), key=_order)
    if later:
        # The newest one speaks; those between are superseded, too.
        return later[-1].notice_id
    if one.kind is NoticeKind.CORRECTION:
        return None
    plain = [item for item in usable.get(one.item, ()) if _is_higher(_as_item(one), item)]
    if not plain:
        return None
    newest = max(plain, key=order)
    return f"version {newest.version} of {newest.guid}" if newest.version else newest.guid


def _may_replace(other: Notice, one: Notice) -> bool:
    """Whether it has the authority, speaks for the same agency, and is another notice."""
    embedded = other.authority is Authority.EMBEDDED and one.authority is not Authority.EMBEDDED
    strangers = other.provider and one.provider and other.provider != one.provider
    return other.notice_id != one.notice_id and not embedded and not strangers


def _replaces(other: Notice, one: Notice) -> bool:
    higher = _is_higher(_as_item(one), _as_item(other))
    if one.kind is NoticeKind.WITHDRAWAL:
        lifts = other.kind is NoticeKind.CORRECTION and other.pubstatus is Pubstatus.USABLE
        return lifts and higher
    if one.kind is NoticeKind.RESTRICTION:
        return higher and other.kind is not NoticeKind.WITHDRAWAL
    return (
        other.kind is NoticeKind.CORRECTION
        and _is_later(one, other)
        and _corrected(one) <= _corrected(other)
        and all(_still_said(pair, other) for pair in one.corrections)
    )


def follows(other: Notice, one: Notice) -> bool:
    """Whether ``other`` is a later correction of the same item, with the authority to say so."""
    corrections = one.kind is other.kind is NoticeKind.CORRECTION
    same_item = one.item != "" and one.item == other.item
    return corrections and same_item and _may_replace(other, one) and _is_later(one, other)


def _still_said(pair: Correction, later: Notice) -> bool:
    """Whether the later notice finds what the pair finds, or has it for right after all."""
    of_property = [one for one in later.corrections if one.property is pair.property]
    # Without a wrong value, any difference is found.
    if pair.wrong is None or any(one.wrong is None for one in of_property):
        return True
    spoken_of = {value for one in of_property for value in (one.wrong, one.right) if value}
    return captions.normalise(pair.wrong) in set(map(captions.normalise, spoken_of))


def _corrected(one: Notice) -> frozenset[str]:
    """What it corrects; a pair whose property is not named is known by its wrong value."""
    if not one.corrections:
        return frozenset({"?"})
    return frozenset(map(_subject, one.corrections))


def _subject(pair: Correction) -> str:
    if pair.property is not None:
        return pair.property.value
    return f"?{captions.normalise(pair.wrong or '')}"


def _is_later(one: Notice, other: Notice) -> bool:
    """Whether ``other`` is later: by version, then by the time of sending, then of receipt."""
    ours, theirs = order(_as_item(one)), order(_as_item(other))
    if ours[0] and theirs[0] and ours[0] != theirs[0]:
        return ours[0] < theirs[0]
    sent = _earlier(one.sent, other.sent)
    if sent is not None:
        return sent
    return bool(_earlier(one.received, other.received))


def _is_higher(one: Item, other: Item) -> bool:
    """Whether the agency itself says that ``other`` is later: nothing may speak against it."""
    ours, theirs = order(one)[0], order(other)[0]
    sent = _earlier(one.sent, other.sent)
    if ours and theirs and ours != theirs:
        return ours < theirs and sent is not False
    return bool(sent)


def _earlier(one: str | None, other: str | None) -> bool | None:
    """Whether the first moment is before the second; None where that cannot be told."""
    first, second = moment(one or ""), moment(other or "")
    return None if first is None or second is None or first == second else first < second


def _order(one: Notice) -> tuple[object, ...]:
    received = moment(one.received or "")
    return (*order(_as_item(one)), received.isoformat() if received else "", one.notice_id)


def _as_item(one: Notice) -> Item:
    return Item("", one.item, one.version, sent=one.sent)


def _is_plain(item: Item) -> bool:
    """Whether a version is usable and says nothing against itself."""
    return (
        item.pubstatus is Pubstatus.USABLE
        and item.item_class is not ItemClass.TEXT
        and not marks(item) - {Mark.UPDATED, Mark.CORRECTED}
    )


def newest(items: Iterable[Item]) -> tuple[Item, ...]:
    """Of each item its newest known version, in the order in which the items first came.

    Of versions in no known order the one that came last counts. An item without an identity
    has no versions: each stays.
    """
    found: dict[object, Item] = {}
    for number, item in enumerate(items):
        key: object = item.guid or number
        held = found.get(key)
        if held is None or order(held) <= order(item):
            found[key] = item
    return tuple(found.values())
