"""Versions of one picture: which is the later one, and what it says differently."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from provenance import captions, grammars
from provenance.model import (
    Container,
    Edit,
    MetadataRecord,
    Property,
    PropertyValue,
)
from provenance.notices.identity import Aliases
from provenance.notices.wires.item import Item, Mark, marks, moment, order
from provenance.rules.sameness import COMPARED, comparable, same, tells

if TYPE_CHECKING:
    from provenance.rules.sayings import Sayings

MOST_VALUES: Final = 200
"""Of a property with more values nothing is compared: each would be held against each of another
version's. A picture has one for each of its containers."""

ITEM: Final = "item"
"""The locator of values that a wire item states outside of any file."""

# Words by which a version says itself that it corrects; capitals, as the wires set them.
_MARK = re.compile(
    r"\b(?:REFILE|CORRECT(?:S|ED|ING|ION|IVE)|CLARIF(?:IES|IED|YING|ICATION)|BERICHTIGUNG|KORREKTUR"
    r"|RECTIFICATI(?:F|ON)|CORRECCI[OÓ]N|CORREZIONE|CORRE[CÇ][AÃ]O)\b"
    r"|(?i:\bthis\s+(?:version|caption|photo)\s+corrects\b|\b(?:korrigiert|berichtigt)\b)"
)
_SAID_IN = frozenset(
    {Property.DESCRIPTION, Property.HEADLINE, Property.TITLE, Property.INSTRUCTIONS}
)


@dataclass(frozen=True, slots=True)
class Version:
    """What was said of a picture at one time.

    Attributes:
        name: how to tell it to a person: a path, ``version 4 of the item ...``.
        values: what it says.
        uri: of the asset whose version it is, empty for a wire item.
        item: the item's guid; version numbers are compared within one item only.
        rank: orders the versions of one item (``notices.item.order``); empty without a version.
        sent: RFC 3339, when the agency sent it, where it says so.
        seen: RFC 3339, when the desk first had it.
        read: RFC 3339, when this version of the file was last read, where it was changed since.
        marked: it says itself that it corrects.
        said: the number of what it says among the copies of its picture (``rules.sayings``):
            equal ones say the same. 0 where it was not numbered.
    """

    name: str
    values: tuple[PropertyValue, ...]
    uri: str = ""
    item: str = ""
    rank: tuple[object, ...] = ()
    sent: str | None = None
    seen: str | None = None
    read: str | None = None
    marked: bool = False
    said: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that another stands in the place of."""

    before: PropertyValue
    after: PropertyValue

    @property
    def property(self) -> Property:
        """Of which property; a caption's credit line names the creator."""
        return self.before.property


def of_record(record: MetadataRecord, *, seen: str | None = None) -> Version:
    """The asset as it now reads.

    Args:
        record: the asset.
        seen: when it was first registered.
    """
    return Version(
        name=record.ref.display,
        values=record.values,
        uri=record.ref.uri,
        seen=seen,
        marked=any(map(_is_marked, _texts(record.values))),
    )


def of_former(record: MetadataRecord, read: str) -> Version:
    """The asset as it read before it was changed; ``read`` is when that was last seen."""
    return Version(
        name=f"{record.ref.display} as read on {read[:10]}",
        values=record.values,
        uri=record.ref.uri,
        read=read,
        marked=any(map(_is_marked, _texts(record.values))),
    )


def of_item(item: Item, *, seen: str | None = None) -> Version:
    """What a wire item says of its picture."""
    where = f"version {item.version} of the item {item.guid}" if item.version else item.guid
    grouped: dict[Property, list[str]] = {}
    for prop, text in item.values:
        grouped.setdefault(prop, []).append(text)
    signalled = bool(marks(item) - {Mark.UPDATED, Mark.HELD})
    noted = any(_is_marked(note.words) for note in item.notes)
    values = tuple(
        PropertyValue(prop, Container.TEXT, tuple(texts), ITEM) for prop, texts in grouped.items()
    )
    return Version(
        name=where,
        values=values,
        item=item.guid,
        rank=order(item)[0],
        sent=item.sent,
        seen=seen,
        marked=signalled or noted or any(map(_is_marked, _texts(values))),
    )


def later(one: Version, other: Version) -> bool | None:
    """Whether ``other`` is later than ``one``; None where nothing tells.

    A version number tells within one item, the time of sending between any two. A file that
    was changed where it stood is later than what it said before. Else only the day on which
    the desk first had each tells, and only of two files.
    """
    if one.item and one.item == other.item and one.rank and other.rank:
        return _after(one.rank, other.rank)
    if one.uri and one.uri == other.uri and (one.read or other.read):
        return _after(moment(one.read or "") or _NOW, moment(other.read or "") or _NOW)
    if one.sent and other.sent:
        return _after(moment(one.sent), moment(other.sent))
    if bool(one.sent) != bool(other.sent):
        # A file that was here before the item was sent cannot be its later version.
        sent, seen = (one.sent, other.seen) if one.sent else (other.sent, one.seen)
        known = _after(moment(seen or ""), moment(sent or ""))
        return (bool(other.sent) or None) if known else None
    return _after(moment(one.seen or ""), moment(other.seen or ""))


_NOW: Final = datetime.max.replace(tzinfo=UTC)


def _after(one: Any, other: Any) -> bool | None:
    """Whether the first comes before the second, both of one kind; None where they tell nothing."""
    if one is None or other is None or one == other:
        return None
    return bool(one < other)


def differences(
    before: Version, after: Version, only: Collection[Property] | None = None
) -> tuple[Difference, ...]:
    """What ``after`` says that nothing in ``before`` said, beside what stood in its place.

    A property that one side does not have is no difference, nor is a container. Where both
    have the same field, its values are compared; where they share no field of a property,
    any one. A property with more than ``MOST_VALUES`` on one side is left out (``is_crowded``).

    Args:
        before: the earlier version.
        after: the later one.
        only: the properties to compare; None for all that can be corrected.
    """
    found: list[Difference] = []
    for prop in COMPARED:
        if only is not None and prop not in only:
            continue
        if prop is Property.COUNTRY_NAME and _one_country(before, after):
            continue
        said = _voices(before, prop), _voices(after, prop)
        if max(map(len, said)) <= MOST_VALUES:
            found.extend(_changed(*said))
    return tuple(found)


def is_crowded(version: Version) -> bool:
    """Whether a version has so many values of a property that they are not compared."""
    return len(version.values) > MOST_VALUES and any(
        len(_voices(version, prop)) > MOST_VALUES for prop in COMPARED
    )


def _changed(
    before: Sequence[PropertyValue], after: Sequence[PropertyValue]
) -> Iterator[Difference]:
    stood = {(value.container, value.locator): value for value in before}
    shared = any((value.container, value.locator) in stood for value in after)
    for value in after:
        if any(same(former, value) for former in before):
            continue
        partner = stood.get((value.container, value.locator))
        if partner is None and not shared and before:
            partner = before[0]
        if partner is not None and comparable(partner, value):
            yield Difference(partner, value)


def _voices(version: Version, prop: Property) -> list[PropertyValue]:
    """What a version says of a property; its captions' credits name the creator, too."""
    found = [value for value in version.values if value.property is prop and tells(value)]
    if prop is Property.CREATOR_NAMES:
        for value in version.values:
            if value.property is Property.DESCRIPTION and not value.locator.endswith("]"):
                credited = tuple(
                    line.creator
                    for text in value.values
                    for line in captions.credit_lines(text)
                    if line.creator
                )
                named = PropertyValue(
                    prop, value.container, credited, f"{value.locator} (credit)", value.uri
                )
                found += [named] if credited and tells(named) else []
    return found


def _one_country(before: Version, after: Version) -> bool:
    """Whether both name one country by its code, however they write its name."""
    codes = [
        {
            text.strip().upper()
            for value in version.values
            if value.property is Property.COUNTRY_CODE
            for text in value.values
        }
        for version in (before, after)
    ]
    return bool(codes[0] & codes[1])


def _texts(values: Sequence[PropertyValue]) -> Iterator[str]:
    for value in values:
        if value.property in _SAID_IN:
            yield from value.values


def _is_marked(text: str) -> bool:
    return bool(_MARK.search(text)) or bool(grammars.find(text))


def _unheard(uri: str) -> None:
    del uri


@dataclass(frozen=True, slots=True)
class History:
    """What is known of an asset beside what it now says.

    Attributes:
        seen: RFC 3339, when it was first registered.
        former: what it said before, newest first.
        items: the newest version of each wire item of its picture.
        superseded: versions of those items that a newer one replaced.
        copies: the other assets of the picture as versions, and perhaps it itself and further
            ones, by uri; those that are not here count as registered at no known time.
        sayings: what these say differently, as far as it was compared; None to compare anew.
        uncompared: takes up the uri of an asset of which not all other versions were compared.
        edits: what this program wrote into it.
        stated: the version of the picture that came with a notice, by the notice's id.
        known: the notices that are known, to tell which of them an asset's own one is.
    """

    seen: str | None = None
    former: tuple[Version, ...] = ()
    items: tuple[Version, ...] = ()
    superseded: tuple[Version, ...] = ()
    copies: Mapping[str, Version] = field(default_factory=dict)
    sayings: Sayings | None = None
    uncompared: Callable[[str], None] = _unheard
    edits: tuple[Edit, ...] = ()
    stated: Mapping[str, Version] = field(default_factory=dict)
    known: Aliases = field(default_factory=lambda: Aliases(()))
