"""News items in dpa-digitalwires (dpa-newslab, format ``digitalwires@0.9`` and later).

An item has one ``signal`` (``sig:correction``, ``sig:update``, ``sig:repeat``) and notes with
roles: under ``sig:correction`` a note of role ``correction`` tells what was wrong, under
``sig:update`` what was added. A picture is a ``composite`` without an article whose own image
is associated under its own urn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires import facts
from provenance.notices.wires.item import Item, Note
from provenance.notices.wires.ninjs import Read, filenames, status, unknown_status, unmarked
from provenance.notices.wires.strict_json import mapping, sequence, string

FORMAT = "dpa-digitalwires"
_FORMAT_NAME = "digitalwires@"
_CLASSES = {"image": ItemClass.PICTURE, "audio": ItemClass.OTHER, "video": ItemClass.OTHER}


def is_item(document: Mapping[str, object]) -> bool:
    """Whether an object names this format as its own."""
    return string(document.get("format")).startswith(_FORMAT_NAME)


def items(name: str, document: Mapping[str, object]) -> Read:
    """The item, then each image of another identity that it associates.

    Args:
        name: the file, for the errors.
        document: an object of which :func:`is_item` is true.

    Raises:
        NoticeError: a caption's markup is too large.
    """
    item = _item(name, document)
    problem = unknown_status(name, item, document)
    parts = [
        _part(name, one, item)
        for one in _associations(document)
        if string(one.get("urn")) not in {"", item.guid}
    ]
    return Read((item, *parts), () if problem is None else (problem,))


def _associations(document: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    return (mapping(one) for one in sequence(document.get("associations")))


def _item(name: str, document: Mapping[str, object]) -> Item:
    urn = string(document.get("urn"))
    item_class = _class(document, urn)
    embargoed = string(document.get("embargoed"))
    own = [one for one in _associations(document) if string(one.get("urn")) == urn]
    return Item(
        format=FORMAT,
        guid=urn,
        version=string(document.get("version")),
        provider=_provider(document, urn),
        item_class=item_class,
        pubstatus=status(document) or Pubstatus.USABLE,
        signals=tuple(dict.fromkeys(_signals(document))),
        notes=tuple(_notes(document)),
        sent=facts.moment(string(document.get("version_created"))),
        embargoed=facts.embargo(embargoed) if embargoed else None,
        filenames=tuple(file for one in own for file in filenames(one.get("renditions"))),
        values=facts.collected(tuple(_values(name, document, item_class))),
        related=tuple(
            ("association", other)
            for one in _associations(document)
            if (other := string(one.get("urn"))) not in {"", urn}
        ),
        language=string(document.get("language")),
    )


def _part(name: str, association: Mapping[str, object], whole: Item) -> Item:
    said = (
        (Property.CREDIT_LINE, string(association.get("creditline"))),
        (Property.DESCRIPTION, unmarked(name, string(association.get("caption")))),
        (Property.HEADLINE, string(association.get("headline"))),
    )
    return Item(
        format=FORMAT,
        guid=string(association.get("urn")),
        version=string(association.get("version")),
        provider=whole.provider,
        item_class=_CLASSES.get(string(association.get("type"))),
        sent=facts.moment(string(association.get("version_created"))),
        filenames=filenames(association.get("renditions")),
        values=facts.collected(said),
        language=whole.language,
    )


def _class(document: Mapping[str, object], urn: str) -> ItemClass | None:
    if string(document.get("article_html")):
        return ItemClass.TEXT
    found = [
        _CLASSES.get(string(one.get("type")))
        for one in _associations(document)
        if string(one.get("urn")) == urn
    ]
    return next((one for one in found if one is not None), None)


def _categories(document: Mapping[str, object], kind: str) -> Iterator[Mapping[str, object]]:
    for one in sequence(document.get("categories")):
        category = mapping(one)
        if string(category.get("type")) == f"dnltype:{kind}":
            yield category


def _provider(document: Mapping[str, object], urn: str) -> str | None:
    if "dpa.com:" not in urn:
        # Other agencies send through dpa: urn:newsml:europapress.es:...
        return facts.agency(string(document.get("creditline")))
    named = (string(one.get("name")) for one in _categories(document, "provider"))
    known = (facts.agency(one) for one in named)
    return next((one for one in known if one is not None), "dpa")


def _signals(document: Mapping[str, object]) -> Iterator[str]:
    if signal := string(document.get("signal")):
        yield signal
    for one in _categories(document, "signal"):
        if qcode := string(one.get("qcode")):
            yield qcode


def _notes(document: Mapping[str, object]) -> Iterator[Note]:
    for one in sequence(document.get("ednotes")):
        note = mapping(one)
        if words := string(note.get("ednote")):
            yield Note(words, string(note.get("role")).rpartition(":")[2])


def _values(
    name: str, document: Mapping[str, object], item_class: ItemClass | None
) -> Iterator[tuple[Property, str]]:
    yield Property.CREATOR_NAMES, facts.byline(_maker(document, item_class))
    yield Property.CREDIT_LINE, string(document.get("creditline"))
    for one in sequence(document.get("descriptions")):
        words = unmarked(name, string(mapping(one).get("description")))
        yield Property.DESCRIPTION, words
    yield from (
        (Property.HEADLINE, string(document.get("headline"))),
        (Property.DATE_CREATED, string(document.get("content_created"))),
        *_place(document),
        (Property.COPYRIGHT_NOTICE, string(document.get("copyrightnotice"))),
        (Property.USAGE_TERMS, string(document.get("usageterms"))),
    )


def _maker(document: Mapping[str, object], item_class: ItemClass | None) -> str:
    """The byline; a picture's creator. That of a text is the login of an editor."""
    byline = string(document.get("byline"))
    if byline or item_class is not ItemClass.PICTURE:
        return byline
    return next((string(one.get("name")) for one in _categories(document, "creator")), "")


def _place(document: Mapping[str, object]) -> Iterator[tuple[Property, str]]:
    for one in _categories(document, "locationcreated"):
        known = mapping(mapping(one.get("geojson")).get("properties"))
        yield Property.CITY, string(known.get("locality")) or string(one.get("name"))
        yield Property.COUNTRY_NAME, string(known.get("country"))
