"""NewsML 1.x: the items of a file as AFP, EFE, Belga and others send them.

Source: IPTC NewsML 1.2. The identity of an item is its provider, its date and its id; the
revision is its version. The standard gives every file a DTD; files that name it are refused,
like all with a document type, before this module sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires import facts
from provenance.notices.wires.item import Item, Note
from provenance.notices.wires.strict_xml import child, children, flat, lines, local, words

FORMAT = "newsml-1"
_VERSION = re.compile(r":\d{1,9}[NUA]?$")
_NOTE = re.compile(r"(?i)advis|ednote|editor|note|correct|kill|alert|warn|embargo|instruct")
_FOR_READERS = frozenset({"caption", "body", "headline", "title", "lead", "byline"})
_COUNTRY_CODE = re.compile(r"[A-Z]{2,3}")
_LINES = {
    "HeadLine": Property.HEADLINE,
    "SubHeadLine": Property.HEADLINE,
    "CreditLine": Property.CREDIT_LINE,
    "CopyrightLine": Property.COPYRIGHT_NOTICE,
    "RightsLine": Property.USAGE_TERMS,
    "SlugLine": Property.TITLE,
    "KeywordLine": Property.KEYWORDS,
}
_LOCATION = {
    "City": Property.CITY,
    "CountryArea": Property.PROVINCE_STATE,
    "Country": Property.COUNTRY_NAME,
    "SubLocation": Property.SUBLOCATION,
}
_TEXT_FORMATS = ("text", "nitf", "xhtml", "html")


def is_newsml(root: etree._Element) -> bool:
    """Whether a document is a NewsML 1 file, by the name of its first element."""
    return local(root) == "NewsML"


def items(root: etree._Element) -> tuple[Item, ...]:
    """Every news item of a file, those inside others too, in order.

    An item that only defines a vocabulary (``TopicSet``) is none. An item that does not say
    its identity has an empty ``guid``.
    """
    return tuple(item for item, _ in stories(root))


def stories(root: etree._Element) -> Iterator[tuple[Item, str]]:
    """The same, each with the words of its story; a caption is none."""
    for one in root.iter():
        if local(one) == "NewsItem" and child(one, "TopicSet") is None:
            bodies = [
                lines(child(content, "DataContent"))
                for component in _components(one)
                if _role(component) != "caption"
                for content in _contents(component)
            ]
            yield _item(one), "\n\n".join(body for body in bodies if body)


def _item(element: etree._Element) -> Item:
    identification = child(element, "Identification")
    management = child(element, "NewsManagement")
    components = tuple(_components(element))
    kind = _item_class(components)
    spoken = tuple(one for one in components if kind is not ItemClass.TEXT or not _is_photo(one))
    pubstatus, strange = _pubstatus(management)
    revision = child(child(identification, "NewsIdentifier"), "RevisionId")
    return Item(
        format=FORMAT,
        guid=_guid(identification),
        version=words(revision),
        provider=_provider(identification, components),
        item_class=kind,
        pubstatus=pubstatus,
        signals=facts.once((*strange, *_signals(management, revision))),
        notes=tuple(dict.fromkeys(_notes(spoken))),
        sent=facts.moment(words(child(management, "ThisRevisionCreated"))),
        embargoed=_embargoed(management, pubstatus, strange),
        identifiers=facts.once(_identifiers(identification, spoken, kind)),
        filenames=facts.once(_files(spoken)) if kind is not ItemClass.TEXT else (),
        values=facts.collected(tuple(_values(identification, spoken, kind))),
        related=tuple(dict.fromkeys(_related(management))),
        language=_language(element, components),
    )


def _formal(element: etree._Element | None) -> str:
    return "" if element is None else flat(element.get("FormalName", ""))


def _guid(identification: etree._Element | None) -> str:
    """Provider, date and id as the standard joins them, without the revision."""
    identifier = child(identification, "NewsIdentifier")
    parts = [words(child(identifier, name)) for name in ("ProviderId", "DateId", "NewsItemId")]
    if parts[0] and parts[2]:
        return ":".join(["urn:newsml", *(part for part in parts if part)])
    return _VERSION.sub("", words(child(identifier, "PublicIdentifier")))


def _components(element: etree._Element) -> Iterator[etree._Element]:
    """The news components of an item, outer before inner; those of items inside it are theirs."""
    waiting = list(children(element, "NewsComponent"))[::-1]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(list(children(one, "NewsComponent"))[::-1])


def _role(component: etree._Element) -> str:
    return _formal(child(component, "Role")).casefold()


def _item_class(components: tuple[etree._Element, ...]) -> ItemClass | None:
    """By the main content; a caption is text that goes with a picture."""
    found: list[ItemClass] = []
    for one in components:
        kinds = [kind for content in _contents(one) if (kind := _content_class(content))]
        if kinds and _role(one) == "main":
            return kinds[0]
        if _role(one) != "caption":
            found += kinds
    if ItemClass.TEXT in found:
        return ItemClass.TEXT
    return found[0] if found else None


def _contents(component: etree._Element) -> Iterator[etree._Element]:
    yield from children(component, "ContentItem")
    for one in children(component, "Basis"):
        yield from children(one, "ContentItem")


def _content_class(content: etree._Element) -> ItemClass | None:
    kinds = [_formal(child(content, name)) for name in ("MediaType", "MimeType", "Format")]
    said = [kind.casefold() for kind in kinds if kind]
    if any(word in kind for kind in said for word in _TEXT_FORMATS):
        return ItemClass.TEXT
    classes = [facts.item_class(kind) for kind in said]
    if ItemClass.PICTURE in classes:
        return ItemClass.PICTURE
    if said:
        return ItemClass.OTHER
    return ItemClass.TEXT if words(child(content, "DataContent")) else None


def _is_photo(component: etree._Element) -> bool:
    return any(_content_class(one) is ItemClass.PICTURE for one in _contents(component))


def _pubstatus(management: etree._Element | None) -> tuple[Pubstatus, tuple[str, ...]]:
    code = _formal(child(management, "Status"))
    known = facts.status(code)
    if known is not None or not code:
        return known or Pubstatus.USABLE, ()
    return Pubstatus.USABLE, (f"pubstatus:{code}",)


def _signals(management: etree._Element | None, revision: etree._Element | None) -> Iterator[str]:
    for one in children(management, "Instruction"):
        yield f"instruction:{_formal(one)}" if _formal(one) else ""
    update = "" if revision is None else flat(revision.get("Update", ""))
    if update not in {"", "N"}:
        yield f"update:{update}"


def _embargoed(
    management: etree._Element | None, pubstatus: Pubstatus, strange: tuple[str, ...]
) -> str | None:
    """When an embargoed or withheld item becomes usable, where it says so."""
    change = child(management, "StatusWillChange")
    future = facts.status(_formal(child(change, "FutureStatus")))
    held = bool(strange) or pubstatus is not Pubstatus.USABLE
    if change is None or future is not Pubstatus.USABLE or not held:
        return None
    return facts.embargo(words(child(change, "DateAndTime")))


def _notes(components: tuple[etree._Element, ...]) -> Iterator[Note]:
    for printed in _lines(components):
        for one in children(printed, "NewsLine"):
            role = _formal(child(one, "NewsLineType"))
            if _NOTE.search(role) is None or role.casefold() in _FOR_READERS:
                continue
            for text in children(one, "NewsLineText"):
                if said := words(text):
                    yield Note(said, role)


def _lines(components: tuple[etree._Element, ...]) -> Iterator[etree._Element]:
    for component in components:
        yield from children(component, "NewsLines")


def _parties(components: tuple[etree._Element, ...], name: str) -> Iterator[etree._Element]:
    for component in components:
        for about in children(component, "AdministrativeMetadata"):
            for one in children(about, name):
                yield from children(one, "Party")


def _provider(
    identification: etree._Element | None, components: tuple[etree._Element, ...]
) -> str | None:
    said = [_formal(one) for one in _parties(components, "Provider")]
    identifier = child(identification, "NewsIdentifier")
    return facts.provider([*said, words(child(identifier, "ProviderId"))])


def _language(element: etree._Element, components: tuple[etree._Element, ...]) -> str:
    said = [element, *components]
    tags = [one.get("{http://www.w3.org/XML/1998/namespace}lang", "") for one in said]
    tags += [
        _formal(one)
        for component in components
        for about in children(component, "DescriptiveMetadata")
        for one in children(about, "Language")
    ]
    tag = next((flat(tag) for tag in tags if tag.strip()), "")
    return tag.lower() if tag.isupper() else tag


def _identifiers(
    identification: etree._Element | None,
    components: tuple[etree._Element, ...],
    kind: ItemClass | None,
) -> Iterator[str]:
    identifier = child(identification, "NewsIdentifier")
    yield words(child(identifier, "NewsItemId"))
    if kind is not ItemClass.TEXT:
        for one in _file_names(components):
            if facts.filename(one) is None:
                yield one


def _file_names(components: tuple[etree._Element, ...]) -> Iterator[str]:
    for component in components:
        for about in children(component, "AdministrativeMetadata"):
            yield from (words(one) for one in children(about, "FileName"))


def _files(components: tuple[etree._Element, ...]) -> Iterator[str | None]:
    yield from (facts.filename(one) for one in _file_names(components))
    for component in components:
        for one in _contents(component):
            yield facts.filename(one.get("Href", ""))


def _related(management: etree._Element | None) -> Iterator[tuple[str, str]]:
    for one in children(management, "DerivedFrom", "AssociatedWith"):
        other = flat(one.get("NewsItem", ""))
        if other:
            yield local(one), other


def _values(
    identification: etree._Element | None,
    components: tuple[etree._Element, ...],
    kind: ItemClass | None,
) -> Iterator[tuple[Property, str]]:
    yield from _people(components)
    for printed in _lines(components):
        yield from _line_values(printed)
    yield from _captions(components)
    yield Property.TITLE, words(child(identification, "NameLabel"))
    if kind is not ItemClass.TEXT:
        for label in children(identification, "Label"):
            if _formal(child(label, "LabelType")) == "CodeName":
                yield Property.JOBID, words(child(label, "LabelText"))
    yield from _described(components)
    for rights in _rights(components):
        for one in children(rights, "Limitations", "RestrictionsOnUse"):
            yield Property.USAGE_TERMS, words(one)


def _line_values(printed: etree._Element) -> Iterator[tuple[Property, str]]:
    for one in printed:
        prop = _LINES.get(local(one))
        if prop is not None:
            yield prop, words(one)
    for one in children(printed, "NewsLine"):
        if _formal(child(one, "NewsLineType")).casefold() == "caption":
            yield Property.DESCRIPTION, words(child(one, "NewsLineText"))


def _people(components: tuple[etree._Element, ...]) -> Iterator[tuple[Property, str]]:
    for printed in _lines(components):
        for one in children(printed, "ByLine"):
            yield Property.CREATOR_NAMES, facts.byline(words(one))
    for one in _parties(components, "Creator"):
        if one.get("Topic", "").upper() != "EDITOR":
            source = facts.agency(_formal(one)) is not None
            yield (Property.SOURCE if source else Property.CREATOR_NAMES), _formal(one)
    for one in _parties(components, "Source"):
        yield Property.SOURCE, _formal(one)
    for one in _parties(components, "Contributor"):
        roles = [prop.get("Value", "").casefold() for prop in children(one, "Property")]
        if "captionwriter" in roles:
            yield Property.CAPTION_WRITER, _formal(one)


def _captions(components: tuple[etree._Element, ...]) -> Iterator[tuple[Property, str]]:
    for component in components:
        if _role(component) == "caption":
            for content in _contents(component):
                yield Property.DESCRIPTION, words(child(content, "DataContent"))


def _described(components: tuple[etree._Element, ...]) -> Iterator[tuple[Property, str]]:
    for component in components:
        for about in children(component, "DescriptiveMetadata"):
            for location in children(about, "Location"):
                for one in children(location, "Property"):
                    yield from _place(_formal(one), flat(one.get("Value", "")))
            for one in children(about, "Property"):
                if _formal(one) == "Keyword":
                    yield Property.KEYWORDS, one.get("Value", "")


def _place(name: str, value: str) -> Iterator[tuple[Property, str]]:
    prop = _LOCATION.get(name)
    if prop is Property.COUNTRY_NAME and _COUNTRY_CODE.fullmatch(value):
        yield Property.COUNTRY_CODE, value
    elif prop is not None:
        yield prop, value


def _rights(components: tuple[etree._Element, ...]) -> Iterator[etree._Element]:
    for component in components:
        for one in children(component, "RightsMetadata"):
            yield from children(one, "UsageRights")
