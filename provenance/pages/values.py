"""What a page says about its pictures, and where exactly it says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from provenance.model import CreditLine, Property, ReadWarning


class Kind(StrEnum):
    """In what of a page a caption stands."""

    FIGCAPTION = "figcaption"
    CLASS = "class"
    ATTRIBUTE = "attribute"
    META = "meta"
    JSON_LD = "json-ld"
    JSON = "json"
    FEED = "feed"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a page, as a person and a browser find it.

    Attributes:
        kind: what it is.
        path: a CSS selector of the element, for ``document.querySelector``.
        line: the line of the page's source on which the element begins, from 1.
        attribute: the attribute that holds the text; empty where the element does.
        pointer: JSON Pointer (RFC 6901) inside the element or attribute; ``#1`` before it
            is the second value that a script holds. Where a string holds JSON or markup of
            its own, ``!`` stands before the place inside that string.
        part: which of the texts between the element's blocks, from 1.
        start: first character of the caption in the whole text of the place.
        end: behind its last; ``start`` and ``end`` are 0 where the caption is all of it.
    """

    kind: Kind
    path: str
    line: int
    attribute: str = ""
    pointer: str = ""
    part: int = 1
    start: int = 0
    end: int = 0

    @property
    def locator(self) -> str:
        """The place in words: ``html > body > figure > img @alt line 12``."""
        words = [self.path]
        if self.attribute:
            words.append(f"@{self.attribute}")
        if self.pointer:
            words.append(self.pointer)
        words.append(f"line {self.line}")
        if self.part > 1:
            words.append(f"text {self.part}")
        if self.end:
            words.append(f"chars {self.start}-{self.end}")
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One picture that a page shows.

    Attributes:
        number: from 1, in the order of the page.
        urls: as written in ``src``, ``srcset``, ``contentUrl`` and their like.
        identifiers: agencies' identifiers in those addresses, as written there.
        places: where each identifier stands, by index.
    """

    number: int
    urls: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class PageCaption:
    """One text about one picture, with every place where the page says it.

    Attributes:
        text: exactly as a reader or a program gets it.
        property: what it is: a description, a credit line, a creator, a copyright notice.
        picture: the picture it belongs to.
        places: each place that holds this very text about this picture.
        kind: in what of the page it stands first.
        credit: the credit line: in the text, else in an element of its own beside it.
    """

    text: str
    property: Property
    picture: PagePicture
    places: tuple[Place, ...]
    kind: Kind
    credit: CreditLine | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """All that one page says about pictures.

    Attributes:
        captions: in the order of the page, picture by picture.
        pictures: those that captions or identifiers speak of.
        warnings: what was left out, and why.
        feed: it is an RSS or Atom feed.
    """

    captions: tuple[PageCaption, ...] = ()
    pictures: tuple[PagePicture, ...] = ()
    warnings: tuple[ReadWarning, ...] = ()
    feed: bool = False
