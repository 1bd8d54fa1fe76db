"""NewsML-G2: the items of a message, and what each says of its picture or story.

Source: IPTC NewsML-G2 2.x (namespace ``http://iptc.org/std/nar/2006-10-01/``), the IPTC
NewsCodes, and Reuters' extension attributes. Only a ``newsItem`` carries news; packages,
concepts and plans are walked past.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from provenance.captions import agency_named
from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires import facts
from provenance.notices.wires.item import Item, Note
from provenance.notices.wires.schemes import Schemes
from provenance.notices.wires.strict_xml import (
    child,
    children,
    flat,
    lines,
    local,
    namespace,
    words,
)

FORMAT = "newsml-g2"
_NAMESPACE = re.compile(r"https?://(?:www\.)?iptc\.org/std/(?:nar|newsml-g2)/[0-9-]{4,10}/?")
_ITEMS = frozenset(
    ["newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"]
)
_REUTERS = re.compile(r"https?://(?:www\.)?(?:thomson)?reuters\.com/")

# Words of the IPTC's vocabulary of signals, as some send them without naming it.
_SIGNALS = frozenset(["correction", "update", "repeat"])
# Roles by the local part of their codes; each agency has its own vocabulary for them.
_CAPTIONS = frozenset(["caption", "videocaption", ""])
_WRITERS = frozenset(["capwriter", "descrwriter", "captionwriter", "writereditor"])
_NO_AUTHORS = frozenset(["source", "origprov", "provider", "publisher", "distributor"])
# A transmission reference is used again for other pictures: it is a job id and names none.
_JOBS = frozenset(["otr", "transref", "transmissionreference", "systemref", "jobid"])
_NO_NAMES = frozenset(
    ["editnumber", "recordsequencenumber", "runningnumber", "sequencenumber", "filebin", "fileorig"]
)
_KINDS = {
    "city": "city",
    "geoareacity": "city",
    "statprov": "statprov",
    "geoareaprovstate": "statprov",
    "country": "country",
    "geoareacountry": "country",
}
# Reuters types every place alike and says by a facet which it is.
_FACETS = {"geoProp:8": "city", "geoProp:7": "statprov", "geoProp:5": "country"}


def is_g2(root: etree._Element) -> bool:
    """Whether a document is a NewsML-G2 message or item, by its namespace and its name."""
    known = _NAMESPACE.fullmatch(namespace(root)) is not None
    return known and local(root) in {*_ITEMS, "newsMessage"}


def items(root: etree._Element) -> tuple[Item, ...]:
    """Every news item of a message, or the one that the document is, in order.

    An item that does not say its identity has an empty ``guid``.
    """
    return tuple(item for item, _ in stories(root))


def stories(root: etree._Element) -> Iterator[tuple[Item, str]]:
    """The same, each with the words of its story; empty where it carries none in the file."""
    header = child(root, "header")
    schemes = Schemes().with_catalogs(header)
    for one in _news(root):
        bodies = [
            lines(part)
            for content in children(one, "contentSet")
            for part in children(content, "inlineXML", "inlineData")
        ]
        yield _item(one, header, schemes), "\n\n".join(body for body in bodies if body)


def _news(root: etree._Element) -> Iterator[etree._Element]:
    if local(root) == "newsItem":
        yield root
    elif local(root) == "newsMessage":
        for item_set in children(root, "itemSet"):
            yield from children(item_set, "newsItem")


def _item(element: etree._Element, header: etree._Element | None, schemes: Schemes) -> Item:
    schemes = schemes.with_catalogs(element)
    about, content = child(element, "itemMeta"), child(element, "contentMeta")
    kind = _item_class(about, schemes)
    pubstatus, strange = _pubstatus(about, schemes)
    files = tuple(_files(element, about, kind))
    return Item(
        format=FORMAT,
        guid=flat(element.get("guid", "")),
        version=flat(element.get("version", "")),
        provider=_provider(about, header, schemes),
        item_class=kind,
        pubstatus=pubstatus,
        signals=facts.once((*strange, *_signals(about, schemes))),
        notes=tuple(_notes(about, schemes)),
        sent=_sent(about, header),
        embargoed=_embargoed(about),
        identifiers=facts.once(_identifiers(element, content, schemes)),
        filenames=facts.once(files),
        values=facts.collected(tuple(_values(element, kind, schemes))),
        related=tuple(dict.fromkeys(_related(about, schemes))),
        language=_language(element, content),
    )


def _item_class(about: etree._Element | None, schemes: Schemes) -> ItemClass | None:
    element = child(about, "itemClass")
    if element is None:
        return None
    codes = schemes.codes(element)
    return facts.item_class(codes[0].code) if codes else None


def _pubstatus(about: etree._Element | None, schemes: Schemes) -> tuple[Pubstatus, tuple[str, ...]]:
    """The status, and the words of one that the standard does not know (``pubstatus:x``)."""
    strange: list[str] = []
    for element in children(about, "pubStatus"):
        for code in schemes.codes(element):
            known = facts.status(code.code)
            if known is not None:
                return known, ()
            strange.append(f"pubstatus:{code.code}")
    return Pubstatus.USABLE, tuple(strange)


def _signals(about: etree._Element | None, schemes: Schemes) -> Iterator[str]:
    """The signals, each with its scheme's usual alias, and Reuters' type of message."""
    for element in children(about, "signal"):
        for code in schemes.codes(element):
            plain = not code.scheme and code.code.casefold() in _SIGNALS
            yield f"sig:{code.code.casefold()}" if plain else code.written
    for element in children(about, "itemClass"):
        for key, value in element.attrib.items():
            space, _, attribute = str(key).rpartition("}")
            if attribute == "msgType" and _REUTERS.match(space.removeprefix("{")):
                yield f"msgType:{flat(str(value))}"


def _notes(about: etree._Element | None, schemes: Schemes) -> Iterator[Note]:
    for element in children(about, "edNote"):
        said = words(element)
        if said:
            yield Note(said, _role(element, schemes))


def _role(element: etree._Element, schemes: Schemes, attribute: str = "role") -> str:
    code = schemes.attribute(element, attribute)
    return code.code if code is not None else ""


def _provider(
    about: etree._Element | None, header: etree._Element | None, schemes: Schemes
) -> str | None:
    said: list[str] = []
    for element in children(about, "provider"):
        names = [words(name) for name in children(element, "name")]
        codes = schemes.codes(element)
        # A name is more to be read by a person than a code; known codes are surer than names.
        known = [code.code for code in codes if facts.agency(code.code)]
        hosts = [code.uri for code in codes if facts.agency(code.uri)]
        said += [*known, *hosts, *names, *(code.code or code.uri for code in codes)]
    return facts.provider(said or [words(one) for one in children(header, "sender")])


def _sent(about: etree._Element | None, header: etree._Element | None) -> str | None:
    created = words(child(about, "versionCreated")) or words(child(header, "sent"))
    return facts.moment(created)


def _embargoed(about: etree._Element | None) -> str | None:
    element = child(about, "embargoed")
    # The standard gives an empty element the meaning of an embargo without an end.
    return None if element is None else facts.embargo(words(element))


def _language(element: etree._Element, content: etree._Element | None) -> str:
    tags = [flat(one.get("tag", "")) for one in children(content, "language")]
    default = flat(element.get("{http://www.w3.org/XML/1998/namespace}lang", ""))
    return next((tag for tag in tags if tag), default)


def _identifiers(
    element: etree._Element, content: etree._Element | None, schemes: Schemes
) -> Iterator[str]:
    for one in _alternatives(element, content):
        kind = _role(one, schemes, "type").lower()
        if kind not in _JOBS and kind not in _NO_NAMES:
            yield words(one)


def _alternatives(
    element: etree._Element, content: etree._Element | None
) -> Iterator[etree._Element]:
    yield from children(content, "altId")
    for remote in _remote(element):
        yield from children(remote, "altId")


def _remote(element: etree._Element) -> Iterator[etree._Element]:
    for content in children(element, "contentSet"):
        yield from children(content, "remoteContent")
        for alternative in children(content, "alternative"):
            yield from children(alternative, "remoteContent")


def _files(
    element: etree._Element, about: etree._Element | None, kind: ItemClass | None
) -> Iterator[str | None]:
    for remote in _remote(element):
        yield facts.filename(remote.get("href", ""))
        for one in remote:
            if local(one) == "altId" and one.get("type", "").lower().endswith(":filebin"):
                yield facts.filename(words(one))
    if kind is not ItemClass.TEXT:
        for one in children(about, "fileName"):
            yield facts.filename(words(one))


def _related(about: etree._Element | None, schemes: Schemes) -> Iterator[tuple[str, str]]:
    """The links to other items; links to pages have no identity of an item."""
    for element in children(about, "link"):
        other = flat(element.get("residref") or element.get("guidref") or "")
        if other:
            code = schemes.attribute(element, "rel")
            yield (code.written if code is not None else "", other)


def _values(
    element: etree._Element, kind: ItemClass | None, schemes: Schemes
) -> Iterator[tuple[Property, str]]:
    about, content = child(element, "itemMeta"), child(element, "contentMeta")
    yield from _people(content, schemes)
    for prop, name in (
        (Property.CREDIT_LINE, "creditline"),
        (Property.HEADLINE, "headline"),
        (Property.DATE_CREATED, "contentCreated"),
        (Property.KEYWORDS, "keyword"),
    ):
        yield from ((prop, words(one)) for one in children(content, name))
    yield from _captions(content, kind, schemes)
    titles = (*children(about, "title"), *children(content, "slugline"))
    yield from ((Property.TITLE, words(one)) for one in titles)
    for one in _alternatives(element, content):
        if _role(one, schemes, "type").lower() in _JOBS:
            yield Property.JOBID, words(one)
    for located in children(content, "located"):
        yield from _places(located, schemes)
    for rights in children(element, "rightsInfo"):
        for one in children(rights, "usageTerms"):
            yield Property.USAGE_TERMS, words(one)
        for one in children(rights, "copyrightNotice"):
            yield Property.COPYRIGHT_NOTICE, words(one)


def _people(content: etree._Element | None, schemes: Schemes) -> Iterator[tuple[Property, str]]:
    """Who made it, whose it is, who wrote the caption; a code alone is no name."""
    for one in children(content, "by"):
        yield Property.CREATOR_NAMES, facts.byline(words(one))
    for one in children(content, "creator"):
        agency = _role(one, schemes).lower() in _NO_AUTHORS
        for name in _names(one):
            source = agency or agency_named(name) is not None
            yield (Property.SOURCE if source else Property.CREATOR_NAMES), name
    for one in children(content, "infoSource"):
        yield from ((Property.SOURCE, name) for name in _names(one))
    for one in children(content, "contributor"):
        if _role(one, schemes).lower() in _WRITERS:
            yield from ((Property.CAPTION_WRITER, name) for name in _names(one))


def _names(element: etree._Element) -> list[str]:
    names = [words(one) for one in children(element, "name")]
    return [name for name in names if name][:1] or [flat(element.get("literal", ""))]


def _captions(
    content: etree._Element | None, kind: ItemClass | None, schemes: Schemes
) -> Iterator[tuple[Property, str]]:
    described = list(children(content, "description"))
    captions = [one for one in described if _role(one, schemes).lower() in _CAPTIONS]
    if kind is ItemClass.PICTURE and not captions:
        captions = described
    yield from ((Property.DESCRIPTION, words(one)) for one in captions)


def _places(located: etree._Element, schemes: Schemes) -> Iterator[tuple[Property, str]]:
    """City, state and country, where the place says which of them it is."""
    for one in (located, *children(located, "broader")):
        kind = _KINDS.get(_role(one, schemes, "type").lower(), "")
        for facet in children(one, "facet"):
            for code in schemes.codes(facet):
                kind = kind or _FACETS.get(code.written, "")
        prop = facts.place(kind)
        if prop is not None:
            yield from ((prop, name) for name in _names(one))
