"""Text with the place of each of its characters in the source, through every escaping.

A caption may stand in a JSON string in an attribute: each layer is taken off with its
places kept, so that a change of the text is a change of exactly those source characters.
"""

from __future__ import annotations

import html
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_REFERENCE = re.compile(
    r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});?", re.ASCII
)
_JSON_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|\r\n|.)",
    re.DOTALL,
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
BREAK = "\u2028"
"""Stands for a line break of the page (``br``, the border of a block) in unsqueezed text."""

_WHITE = f" \t\r\n\f{BREAK}"
_SPACES = re.compile(f"[{_WHITE}]+")
_LOST = "\ufffd"
_LAST = 0x10FFFF


class Layer(StrEnum):
    """One escaping around a text."""

    TEXT = "text"
    ATTRIBUTE = "attribute"
    JSON = "json"
    CDATA = "cdata"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text and where it comes from.

    Attributes:
        text: the characters.
        starts: for each, where it begins in the source.
        ends: for each, where it ends there.
        layers: the escapings, outermost first.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    layers: tuple[Layer, ...] = ()

    @classmethod
    def of(cls, source: str, start: int, end: int) -> Mapped:
        """A stretch of the source as it stands there."""
        return cls(source[start:end], range(start, end), range(start + 1, end + 1))

    def part(self, start: int, end: int) -> Mapped:
        """Some of it."""
        return Mapped(
            self.text[start:end], self.starts[start:end], self.ends[start:end], self.layers
        )


@dataclass(frozen=True, slots=True)
class Change:
    """``source[start:end]`` becomes ``text``."""

    start: int
    end: int
    text: str


Piece = tuple[str, int, int]


def composed(outer: Mapped, pieces: Iterator[Piece], layer: Layer | None) -> Mapped:
    """Take a layer off.

    Args:
        outer: the escaped text.
        pieces: text, and the span of ``outer`` that it stands for: as long as the text
            where it stands for it character by character.
        layer: its name; None where it is no escaping (white space made one).
    """
    words: list[str] = []
    starts, ends = array("q"), array("q")
    for text, a, b in pieces:
        words.append(text)
        if len(text) == b - a:
            starts.extend(outer.starts[a:b])
            ends.extend(outer.ends[a:b])
        elif text:
            starts.extend([outer.starts[a]] * len(text))
            ends.extend([outer.ends[b - 1]] * len(text))
    layers = outer.layers if layer is None else (*outer.layers, layer)
    return Mapped("".join(words), starts, ends, layers)


def references(outer: Mapped, layer: Layer) -> Mapped:
    """Character references resolved (HTML 13.2.5.72)."""
    if "&" not in outer.text:
        return Mapped(outer.text, outer.starts, outer.ends, (*outer.layers, layer))
    return composed(outer, _reference_pieces(outer.text, layer), layer)


def _reference_pieces(text: str, layer: Layer) -> Iterator[Piece]:
    at = 0
    for match in _REFERENCE.finditer(text):
        behind = text[match.end() : match.end() + 1]
        # "?a=1&copy=2" in an attribute is an address (HTML 13.2.5.73).
        bare = layer is Layer.ATTRIBUTE and not match[0].endswith(";") and behind == "="
        said = html.unescape(match[0])
        if bare or said == match[0]:
            continue
        yield text[at : match.start()], at, match.start()
        # "&notit;" is "¬it;": what stays as written stays character by character.
        kept = len(said) - 1 if len(said) > 1 and match[0].endswith(said[1:]) else 0
        stop = match.end() - kept
        yield said[: len(said) - kept], match.start(), stop
        at = stop
    yield text[at:], at, len(text)


def json_string(outer: Mapped) -> Mapped:
    """The value of a JSON or JavaScript string, without its quotes (RFC 8259, 7)."""
    if "\\" not in outer.text:
        return Mapped(outer.text, outer.starts, outer.ends, (*outer.layers, Layer.JSON))
    return composed(outer, _json_pieces(outer.text), Layer.JSON)


def _json_pieces(text: str) -> Iterator[Piece]:
    at = 0
    for match in _JSON_ESCAPE.finditer(text):
        yield text[at : match.start()], at, match.start()
        yield _json_character(match[0][1:]), match.start(), match.end()
        at = match.end()
    yield text[at:], at, len(text)


def _json_character(escape: str) -> str:
    if escape[0] in "ux" and len(escape) > 1:
        if len(escape) > 9:
            pair = (int(escape[1:5], 16), int(escape[-4:], 16))
            return chr(0x10000 + ((pair[0] - 0xD800) << 10) + pair[1] - 0xDC00)
        code = int(escape[1:].strip("{}"), 16)
        return _LOST if 0xD800 <= code <= 0xDFFF or code > _LAST else chr(code)
    return _SIMPLE.get(escape, "" if escape == "\r\n" else escape)


def squeeze(text: str) -> str:
    """White space as a browser shows it: one space or line break for each run, none at the ends."""
    return "".join(piece for piece, _, _ in _squeezed_pieces(text))


def squeezed(outer: Mapped) -> Mapped:
    """As :func:`squeeze`, with the places kept."""
    return composed(outer, _squeezed_pieces(outer.text), None)


def _squeezed_pieces(text: str) -> Iterator[Piece]:
    start, stop = len(text) - len(text.lstrip(_WHITE)), len(text.rstrip(_WHITE))
    at = start
    for match in _SPACES.finditer(text, start, stop):
        yield text[at : match.start()], at, match.start()
        # The first of the run stands for it: between the others a tag may stand.
        space = "\n" if BREAK in match[0] else " "
        yield space, match.start(), match.start() + 1
        at = match.end()
    if at < stop:
        yield text[at:stop], at, stop


def changes(place: Mapped, start: int, end: int, text: str) -> tuple[Change, ...] | None:
    """What makes ``place.text[start:end]`` read ``text``; None where it cannot be exact."""
    starts, ends = place.starts, place.ends
    if start > 0 and end > start and starts[start] == starts[start - 1]:
        return None
    if 0 < end < len(starts) and starts[end] == starts[end - 1]:
        return None
    written = encoded(text, place.layers)
    if written is None or not starts:
        return None
    if start == end:
        at = starts[start] if start < len(starts) else ends[-1]
        return (Change(at, at, written),)
    spans: list[list[int]] = []
    for a, b in zip(starts[start:end], ends[start:end], strict=True):
        if a == b:
            continue
        if spans and a <= spans[-1][1]:
            spans[-1][1] = max(b, spans[-1][1])
        else:
            spans.append([a, b])
    if not spans:
        return None
    first, *rest = spans
    return (Change(first[0], first[1], written), *(Change(a, b, "") for a, b in rest))


def encoded(text: str, layers: Sequence[Layer]) -> str | None:
    """The text in all its escapings; None where one of them cannot hold it."""
    for layer in reversed(layers):
        if layer is Layer.JSON:
            text = _as_json(text)
        elif layer in {Layer.TEXT, Layer.ATTRIBUTE}:
            text = html.escape(text, quote=layer is Layer.ATTRIBUTE)
        elif layer is Layer.CDATA and "]]>" in text:
            return None
    return text


def _as_json(text: str) -> str:
    """As the inside of a string that may stand in a script, in either kind of quotes."""
    out = []
    for character in text:
        if character in '\\"':
            out.append(f"\\{character}")
        elif character in "<>&'`$" or not " " <= character <= "~":
            units = character.encode("utf-16-be", "surrogatepass").hex()
            out.extend(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
        else:
            out.append(character)
    return "".join(out)
