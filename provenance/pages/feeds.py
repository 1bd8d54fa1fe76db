"""RSS 2.0, Atom and Media RSS: what a feed says of its pictures."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from provenance.model import Property
from provenance.pages.document import DEEPEST, Document, Element, local
from provenance.pages.mapped import Mapped
from provenance.pages.markup import Markup
from provenance.pages.statements import Found, Statement
from provenance.pages.values import Kind, Place

_MEDIA = "media"
_TEXTS = {
    "credit": Property.CREDIT_LINE,
    "description": Property.DESCRIPTION,
    "text": Property.DESCRIPTION,
    "title": Property.DESCRIPTION,
    "copyright": Property.COPYRIGHT_NOTICE,
}
_BODIES = frozenset({"description", "encoded", "content", "summary"})
_ITEMS = frozenset({"item", "entry"})
_GROUPS = frozenset({"content", "group", "thumbnail"})


def is_feed(root: Element | None) -> bool:
    """Whether XML is a feed (RSS 0.9x to 2.0, RSS 1.0, Atom)."""
    return root is not None and local(root) in {"rss", "feed", "rdf"}


class Feed:
    """The statements of one feed."""

    def __init__(self, document: Document, found: Found) -> None:
        self._document = document
        self._found = found
        self.left_out = 0

    def read(self) -> None:
        """Find everything, in the order of the feed."""
        root = self._document.root
        if root is None:
            return
        for element in root.iter():
            if isinstance(element.tag, str):
                self._element(element)

    def _element(self, element: Element) -> None:
        name, media = local(element), element.prefix == _MEDIA
        of_picture = (element.get("type") or "image").startswith("image")
        if (media and name in _GROUPS) or (name == "enclosure" and of_picture):
            self._url(element, "url")
        elif name == "link" and (element.get("type") or "").startswith("image"):
            self._url(element, "href")
        if media and name in _TEXTS:
            prop = _TEXTS[name]
            if name == "credit" and (element.get("role") or "").lower() in _PHOTOGRAPHERS:
                prop = Property.CREATOR_NAMES
            self._text(element, prop)
        elif not media and name in _BODIES and self._item(element) is not None:
            self._text(element, None)

    def _item(self, element: Element) -> Element | None:
        above = element.getparent()
        for _ in range(4):
            if above is None or local(above) in _ITEMS:
                return above
            above = above.getparent()
        return None

    def _context(self, element: Element) -> Hashable:
        """The picture: the nearest media element, else the item's own."""
        above: Element | None = element
        for _ in range(3):
            if above is None:
                break
            if above.prefix == _MEDIA and local(above) in _GROUPS:
                return above
            above = above.getparent()
        item = self._item(element)
        pictures = [] if item is None else [
            one for one in item.iterchildren() if one.prefix == _MEDIA and local(one) in _GROUPS
        ]  # fmt: skip
        return pictures[0] if len(pictures) == 1 else element if item is None else item

    def _place(self, element: Element, attribute: str = "") -> Place:
        path = self._document.path(element)
        return Place(Kind.FEED, path, self._document.line(element), attribute)

    def _url(self, element: Element, attribute: str) -> None:
        url = element.get(attribute) or ""
        self._found.show(self._context(element), url, self._place(element, attribute))

    def _text(self, element: Element, prop: Property | None) -> None:
        if self._document.depth(element) > DEEPEST:
            self.left_out += 1
            return
        number = self._document.index(element)
        written = "".join(str(one) for one in element.itertext())
        locate = partial(self._inside, number, written)
        place = self._place(element)
        if "<" in written and (mapped := locate()) is not None:
            markup = Markup(self._document, self._found)
            markup.fragment(mapped, place, self._context(element), prop)
            self.left_out += markup.left_out
        else:
            statement = Statement(
                prop or Property.DESCRIPTION, written, place, self._context(element), locate,
                whole=prop is not None,
            )  # fmt: skip
            self._found.say(statement)

    def _inside(self, number: int, written: str) -> Mapped | None:
        return self._document.verbatim(number, written) if number >= 0 else None


_PHOTOGRAPHERS = frozenset({"photographer", "photo", "creator", "author"})
