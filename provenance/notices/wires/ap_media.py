"""News items of the AP Media API (developer.ap.org, 1.1 and 2.0).

``altids.itemid`` is the identity of an item in all its versions; address and ``etag`` change
with each. Versions are whole numbers from 0. ``editorialtypes`` names corrections and kills
beside a ``pubstatus`` that may still be usable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires import facts
from provenance.notices.wires.item import Item, Note
from provenance.notices.wires.ninjs import (
    CLASSES,
    Read,
    filenames,
    folded,
    friendly,
    identity,
    related,
    status,
    unknown_status,
    unmarked,
)
from provenance.notices.wires.strict_json import mapping, sequence, string, strings

FORMAT = "ap-media-api"
_RELATIONS = ("derivedfrom", "refersto")
_SHORTEST_IDENTIFIER = 6


def is_item(document: Mapping[str, object]) -> bool:
    """Whether an object is an item of the API: an item id, and what only the API says beside it."""
    altids = mapping(document.get("altids"))
    if not string(altids.get("itemid")):
        return False
    api = "/media/v/content/" in string(document.get("uri"))
    return api or string(document.get("provider")) == "AP" or "editorialtypes" in document


def items(name: str, document: Mapping[str, object]) -> Read:
    """The item, then every item that it associates.

    Args:
        name: the file, for the errors.
        document: an object of which :func:`is_item` is true.

    Raises:
        NoticeError: a property stands twice, in two spellings and with two values.
    """
    fields = folded(name, document)
    found = [_item(name, fields)]
    problems = [unknown_status(name, found[0], fields)]
    held = fields.get("associations")
    for one in held.values() if isinstance(held, dict) else sequence(held):
        inner = folded(name, mapping(one))
        if string(mapping(inner.get("altids")).get("itemid")) or string(inner.get("uri")):
            found.append(_item(name, inner))
            problems.append(unknown_status(name, found[-1], inner))
    return Read(tuple(found), tuple(one for one in problems if one is not None))


def _item(name: str, fields: Mapping[str, object]) -> Item:
    altids = mapping(fields.get("altids"))
    guid = string(altids.get("itemid")) or identity(string(fields.get("uri")))
    created, embargoed = string(fields.get("versioncreated")), string(fields.get("embargoed"))
    sender = facts.agency(string(fields.get("provider")))
    return Item(
        format=FORMAT,
        guid=guid,
        version=string(fields.get("version")),
        provider=sender or "AP",
        item_class=_class(fields),
        pubstatus=status(fields) or Pubstatus.USABLE,
        signals=tuple(_signals(fields)),
        notes=tuple(Note(words) for words in strings(fields.get("ednote"))),
        sent=facts.moment(created or string(fields.get("changed"))),
        embargoed=facts.embargo(embargoed) if embargoed else None,
        identifiers=facts.once(_identifiers(altids, guid)),
        filenames=filenames(fields.get("renditions")),
        values=facts.collected(tuple(_values(name, fields))),
        related=tuple(_related(fields)),
        language=string(fields.get("language")),
    )


def _class(fields: Mapping[str, object]) -> ItemClass | None:
    return CLASSES.get(string(fields.get("type")).lower())


def _signals(fields: Mapping[str, object]) -> Iterator[str]:
    if string(fields.get("pubstatus")).lower() == "embargoed":
        yield "pubstatus:embargoed"
    for value in strings(fields.get("editorialtypes")):
        yield f"editorialtype:{value}"
    if role := string(fields.get("editorialrole")):
        yield f"editorialrole:{role}"


def _identifiers(altids: Mapping[str, object], guid: str) -> Iterator[str]:
    for role in ("friendlykey", "referenceid"):
        value = string(altids.get(role))
        # A text's reference is its slug, and a picture's is its friendly key once more.
        if value != guid and len(value) >= _SHORTEST_IDENTIFIER and value.isdigit():
            yield friendly("friendlykey", value)


def _values(name: str, fields: Mapping[str, object]) -> Iterator[tuple[Property, str]]:
    for maker in _makers(fields):
        yield Property.CREATOR_NAMES, facts.byline(maker)
    place = mapping(fields.get("datelinelocation"))
    credit = string(fields.get("description_creditline")) or string(fields.get("creditline"))
    caption = string(fields.get("description_caption")) or string(fields.get("description_summary"))
    yield from (
        (Property.CREDIT_LINE, credit),
        (Property.DESCRIPTION, unmarked(name, caption)),
        (Property.HEADLINE, string(fields.get("headline"))),
        (Property.DATE_CREATED, string(fields.get("contentcreated"))),
        (Property.CITY, string(place.get("city")) or string(fields.get("located"))),
        (Property.COUNTRY_NAME, string(place.get("countryname"))),
        (Property.COPYRIGHT_NOTICE, string(fields.get("copyrightnotice"))),
        (Property.USAGE_TERMS, "\n".join(strings(fields.get("usageterms")))),
    )


def _makers(fields: Mapping[str, object]) -> Iterator[str]:
    """The photographer, else the bylines."""
    held = fields.get("photographer")
    named = string(held) or string(mapping(held).get("name"))
    if named:
        yield named
        return
    for one in sequence(fields.get("bylines")):
        if by := string(mapping(one).get("by")):
            yield by


def _related(fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    held = fields.get("associations")
    parts = held.values() if isinstance(held, dict) else sequence(held)
    for named in related([one for one in parts if isinstance(one, dict)]):
        yield "association", identity(named)
    for relation in _RELATIONS:
        for named in related(fields.get(relation)):
            yield relation, identity(named)
