"""Changes of a packet's octets, and text as XML writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from provenance.errors import RewriteRefusedError

_FORBIDDEN: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PIECE: Final = re.compile(rb"<!\[CDATA\[.*?\]\]>|(<!--.*?-->|<\?.*?\?>)", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Octets ``start`` to ``end`` of a packet's text, and the markup that takes their place."""

    start: int
    end: int
    markup: str


def escaped(text: str, quote: str, locator: str) -> str:
    """Text as the content of an element, or of an attribute in that quote.

    Raises:
        RewriteRefusedError: ``value-form`` where XML cannot hold a character (XML 1.0, 2.2).
    """
    bad = _FORBIDDEN.search(text)
    if bad is not None:
        raise RewriteRefusedError(
            f"XML cannot hold the character {bad[0]!r} that {text!r} has for {locator}.",
            code="value-form",
            remedy="Write the value without it.",
        )
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("\r", "&#13;")
    if not quote:
        return text
    text = text.replace("\t", "&#9;").replace("\n", "&#10;")
    return text.replace(quote, "&quot;" if quote == '"' else "&apos;")


def content_changes(text: bytes, inner: tuple[int, int], markup: str) -> list[Change]:
    """Give an element other content; comments and instructions inside of it stay.

    Args:
        text: the packet.
        inner: the octets between the element's tags; it has no child elements.
        markup: takes the place of the first run of text, or comes first where there is none.
    """
    start, end = inner
    pieces: list[tuple[int, int]] = []
    for kept in _PIECE.finditer(text, start, end):
        if kept[1] is not None:
            pieces.append((start, kept.start()))
            start = kept.end()
    pieces.append((start, end))
    first = next((piece for piece in pieces if text[slice(*piece)].strip()), pieces[0])
    return [
        Change(*piece, markup if piece == first else "")
        for piece in pieces
        if piece == first or piece[0] < piece[1]
    ]
