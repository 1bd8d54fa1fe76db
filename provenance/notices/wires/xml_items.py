"""XML wire files: NewsML-G2, NewsML 1 and NITF, read strictly, to notices and captions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import etree

from provenance.errors import NoticeError
from provenance.model import Notice, Pubstatus
from provenance.notices import carrier
from provenance.notices.carrier import ParsedCaption, ParsedCarrier
from provenance.notices.identity import merge
from provenance.notices.wires import items as wire_items
from provenance.notices.wires import newsml_1, newsml_g2, nitf, strict_xml
from provenance.notices.wires.item import Item


def parse(name: str, data: bytes) -> ParsedCarrier:
    """The items of an XML wire file, and the notices and captions in them.

    A message without news (an empty one, a package, a concept) gives nothing and is no error.
    In the story of an item a notice counts whose form is sure in any text: agencies send the
    withdrawal of a picture as an advisory of text too.

    Args:
        name: the file, for the errors and the occurrences.
        data: its bytes.

    Raises:
        NoticeError: it is too large, damaged or too deep, holds a DTD or an entity, or is of
            another format.
    """
    document = strict_xml.read(name, data)
    stories = tuple(_stories(name, document.root))
    said = wire_items.carried([item for item, _ in stories], source=name, text=document.text)
    told = [_advised(name, item, story) for item, story in stories]
    return replace(
        said,
        notices=merge([*said.notices, *(notice for one in told for notice in one.notices)]),
        captions=(*said.captions, *_noticed(told)),
    )


def items(name: str, data: bytes) -> tuple[Item, ...]:
    """The items alone.

    Raises:
        NoticeError: as :func:`parse`.
    """
    return tuple(item for item, _ in _stories(name, strict_xml.read(name, data).root))


def _stories(name: str, root: etree._Element) -> Iterator[tuple[Item, str]]:
    if newsml_g2.is_g2(root):
        return newsml_g2.stories(root)
    if newsml_1.is_newsml(root):
        return newsml_1.stories(root)
    if nitf.is_nitf(root):
        return nitf.stories(root)
    space = strict_xml.namespace(root)
    called = f"{strict_xml.local(root)!r}" + (f" of {space!r}" if space else " without a namespace")
    raise NoticeError(
        f"{name} is XML, but no NewsML-G2, NewsML 1 or NITF: its first element is {called}.",
        code="carrier-unknown",
        remedy="Ask the agency for the item in one of these formats, or save the notice's words"
        " as a text file.",
    )


def _advised(name: str, item: Item, story: str) -> ParsedCarrier:
    """The notices in the words of a story that itself stands."""
    if not story or item.pubstatus is not Pubstatus.USABLE:
        return ParsedCarrier()
    read = carrier.read(story, source=name, locator=f"{item.format} story")
    return replace(read, notices=tuple(_of(item, notice) for notice in read.notices))


def _of(item: Item, notice: Notice) -> Notice:
    """A notice of a story, as part of the item that the story is."""
    return replace(
        notice,
        provider=notice.provider or item.provider,
        item=item.guid,
        version=item.version,
        sent=notice.sent or item.sent,
    )


def _noticed(told: Iterable[ParsedCarrier]) -> tuple[ParsedCaption, ...]:
    """The captions of stories that a notice is bound to; others are no pictures of the wire."""
    return tuple(caption for one in told for caption in one.captions if caption.notice_ids)
