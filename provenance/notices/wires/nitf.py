"""NITF: what a document of PA, AP, AAP, The Canadian Press or ANSA says of itself.

Source: IPTC NITF 3.x, element ``docdata`` and what stands around it. A document may announce
the fate of another (``management-doc-idref``): then that one is an item too.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires import facts
from provenance.notices.wires.item import Item, Note
from provenance.notices.wires.strict_xml import child, children, flat, lines, local, words

FORMAT = "nitf"


def is_nitf(root: etree._Element) -> bool:
    """Whether a document is an NITF document, by the name of its first element."""
    return local(root) == "nitf"


def items(root: etree._Element) -> tuple[Item, ...]:
    """The document, and the other one whose new status it announces, if it does.

    A document that does not say its identity has an empty ``guid``.
    """
    head = child(root, "head")
    about = child(head, "docdata")
    status, strange = _status(about, "management-status")
    notes = tuple(dict.fromkeys(_notes(root, head, about)))
    item = Item(
        format=FORMAT,
        guid=_attribute(about, "doc-id", "id-string"),
        version=_attribute(about, "du-key", "version"),
        provider=_provider(root, about),
        item_class=ItemClass.TEXT,
        pubstatus=status,
        signals=(*strange, *_signals(about)),
        notes=notes,
        sent=_sent(head, about),
        embargoed=_embargoed(about, held=bool(strange) or status is not Pubstatus.USABLE),
        values=facts.collected(tuple(_values(root, about))),
        related=tuple(_related(about)),
        language=_language(root),
    )
    return (item, *_announced(item, about))


def stories(root: etree._Element) -> Iterator[tuple[Item, str]]:
    """The same, the document with the words of its story."""
    body = lines(child(child(root, "body"), "body.content"))
    for number, item in enumerate(items(root)):
        yield item, "" if number else body


def _announced(item: Item, about: etree._Element | None) -> Iterator[Item]:
    """The other document, where this one withdraws it or holds it back."""
    other = "" if about is None else flat(about.get("management-doc-idref", ""))
    status, _ = _status(about, "management-idref-status")
    if other and other != item.guid and status is not Pubstatus.USABLE:
        yield Item(
            format=FORMAT,
            guid=other,
            provider=item.provider,
            item_class=ItemClass.TEXT,
            pubstatus=status,
            notes=item.notes,
            sent=item.sent,
            related=(("announced-by", item.guid),) if item.guid else (),
            language=item.language,
        )


def _attribute(element: etree._Element | None, name: str, attribute: str) -> str:
    said = (flat(one.get(attribute, "")) for one in children(element, name))
    return next((value for value in said if value), "")


def _status(about: etree._Element | None, attribute: str) -> tuple[Pubstatus, tuple[str, ...]]:
    code = "" if about is None else flat(about.get(attribute, ""))
    known = facts.status(code)
    if known is not None or not code:
        return known or Pubstatus.USABLE, ()
    return Pubstatus.USABLE, (f"pubstatus:{code}",)


def _signals(about: etree._Element | None) -> tuple[str, ...]:
    return ("nitf:correction",) if child(about, "correction") is not None else ()


def _notes(
    root: etree._Element, head: etree._Element | None, about: etree._Element | None
) -> Iterator[Note]:
    for one in children(about, "correction"):
        yield from _note(flat(one.get("info", "")) or words(one), "correction")
    for one in children(about, "ed-msg"):
        yield from _note(flat(one.get("info", "")), flat(one.get("msg-type", "")) or "ed-msg")
    for one in children(head, "revision-history"):
        yield from _note(flat(one.get("comment", "")), "revision-history")
    for one in children(child(child(root, "body"), "body.head"), "note"):
        role = flat(one.get("noteclass", ""))
        if role.casefold() not in {"cpyrt", "copyright"}:
            yield from _note(words(one), role)


def _note(said: str, role: str) -> Iterator[Note]:
    if said:
        yield Note(said, role)


def _sent(head: etree._Element | None, about: etree._Element | None) -> str | None:
    issued = _attribute(about, "date.issue", "norm")
    published = _attribute(head, "pubdata", "date.publication") or _attribute(
        about, "pubdata", "date.publication"
    )
    return facts.moment(issued) or facts.moment(published)


def _embargoed(about: etree._Element | None, *, held: bool) -> str | None:
    """The time of release, where the document is held back until then.

    A release that lies behind the issue is an embargo whatever the status says.
    """
    released = _attribute(about, "date.release", "norm")
    issued = facts.moment(_attribute(about, "date.issue", "norm"))
    status = "" if about is None else about.get("management-status", "").casefold()
    if status == "embargoed":
        return facts.embargo(released)
    later = facts.later(facts.moment(released), issued)
    return facts.moment(released, late=True) if held or later else None


def _provider(root: etree._Element, about: etree._Element | None) -> str | None:
    top = child(child(root, "body"), "body.head")
    said = [words(one) for one in children(top, "distributor")]
    said.append(_attribute(about, "doc-id", "regsrc"))
    for one in children(about, "del-list"):
        said += [flat(source.get("src-name", "")) for source in children(one, "from-src")]
    said.append(_attribute(about, "doc.rights", "agent"))
    said.append(_attribute(about, "doc.copyright", "holder"))
    return facts.provider(said)


def _related(about: etree._Element | None) -> Iterator[tuple[str, str]]:
    for one in children(about, "correction"):
        other = flat(one.get("id-string", ""))
        if other:
            yield "correction", other
    other = "" if about is None else flat(about.get("management-doc-idref", ""))
    if other:
        yield "management-doc-idref", other
    key = _attribute(about, "du-key", "key")
    if key:
        yield "du-key", key


def _values(root: etree._Element, about: etree._Element | None) -> Iterator[tuple[Property, str]]:
    top = child(child(root, "body"), "body.head")
    for one in children(top, "byline"):
        people = [words(person) for person in children(one, "person")]
        for name in people or [facts.byline(flat(one.text or ""))]:
            yield Property.CREATOR_NAMES, name
    for headline in children(top, "hedline"):
        yield from ((Property.HEADLINE, words(one)) for one in children(headline, "hl1", "hl2"))
    yield Property.TITLE, words(child(child(root, "head"), "title"))
    for one in children(about, "key-list"):
        for keyword in children(one, "keyword"):
            yield Property.KEYWORDS, keyword.get("key", "") or words(keyword)
    holder, year = (_attribute(about, "doc.copyright", name) for name in ("holder", "year"))
    yield Property.COPYRIGHT_NOTICE, f"{year} {holder}" if holder else ""
    yield Property.USAGE_TERMS, _attribute(about, "doc.rights", "limitations")


def _language(root: etree._Element) -> str:
    tag = root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("baselang") or ""
    return flat(tag)
