"""A page's octets to its captions."""

from __future__ import annotations

from provenance.errors import UnreadableError
from provenance.model import ReadWarning
from provenance.pages import feeds
from provenance.pages.characters import decode
from provenance.pages.document import Document
from provenance.pages.grouping import grouped
from provenance.pages.mapped import Mapped
from provenance.pages.markup import Markup
from provenance.pages.statements import Found
from provenance.pages.values import Page, PageCaption

LARGEST = 10_000_000
"""Octets of a page that is read."""

_MOST_PLACES = 20_000
_FEED_NAMES = (".rss", ".atom", ".xml")


def captions_of(name: str, data: bytes) -> tuple[PageCaption, ...]:
    """Every caption of a page and each place where it stands.

    Broken markup is read as far as a browser would. Nothing is fetched.

    Args:
        name: the page's name; ``.rss``, ``.atom`` and ``.xml`` are read as XML.
        data: its octets.

    Raises:
        UnreadableError: more than 10 MB or 500,000 elements, or entities of its own.
    """
    return read(name, data).captions


def read(name: str, data: bytes, charset: str = "") -> Page:
    """All that a page says about pictures.

    Args:
        name: the page's name.
        data: its octets.
        charset: what the server said in its ``Content-Type``, if it did.

    Raises:
        UnreadableError: as :func:`captions_of`.
    """
    found, document, left_out = statements(name, data, charset)
    warnings = []
    if len(found.statements) > _MOST_PLACES:
        left_out += len(found.statements) - _MOST_PLACES
        del found.statements[_MOST_PLACES:]
    if left_out or document.cut:
        warnings.append(
            ReadWarning(
                "page-cut",
                "Parts of this page stand too deep, are too long or too many, and were not read.",
            )
        )
    said, pictures = grouped(found)
    return Page(said, pictures, tuple(warnings), feed=document.xml)


def statements(name: str, data: bytes, charset: str = "") -> tuple[Found, Document, int]:
    """What each place of a page says, the page, and how much was left out."""
    if len(data) > LARGEST:
        raise UnreadableError(
            f"{name} has {len(data):,} octets; pages of {LARGEST:,} are read.",
            code="too-large",
            remedy="Look at this page by hand.",
        )
    text = decode(data, charset).text
    whole = Mapped.of(text, 0, len(text))
    found = Found()
    if name.lower().endswith(_FEED_NAMES) and _looks_like_xml(text):
        if "<!ENTITY" in text:
            raise UnreadableError(
                f"{name} declares entities of its own, which is how XML is made to explode.",
                code="entities",
                remedy="Look at this feed by hand.",
            )
        document = Document.of(whole, name, xml=True)
        if feeds.is_feed(document.root):
            feed = feeds.Feed(document, found)
            feed.read()
            return found, document, feed.left_out
    document = Document.of(whole, name)
    markup = Markup(document, found)
    markup.read()
    return found, document, markup.left_out


def _looks_like_xml(text: str) -> bool:
    return any(f"<{root}" in text[:4_000].lower() for root in ("rss", "feed", "rdf:rdf"))
