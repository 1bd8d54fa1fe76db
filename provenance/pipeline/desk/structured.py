"""JSON exports an object at a time: a list, an object with a list in it, an object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from provenance.errors import ProvenanceError
from provenance.pipeline.desk.columns import field_of

Cells = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
Found = tuple[int, Cells, str]
"""Position from 1, columns and cells, or what is wrong with it."""

_NOTHING: Final[Cells] = ((), ())
_LISTS: Final = frozenset({"assets", "records", "items", "rows", "results", "data", "images"})
_WITHIN: Final = frozenset(
    {"properties", "metadata", "iptc", "xmp", "exif", "fields", "attributes"}
)
_WORDS_IN: Final = ("values", "value", "text", "name", "title", "url", "href")
_SPACE: Final = " \t\r\n"
_MOST_WORDS: Final = 1_000
_DEEPEST: Final = 8
# What is a number stays as it was written: an identifier may begin with zeros or be long.
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_BROKEN: Final = (ValueError, RecursionError)


def is_json_lines(begin: bytes) -> bool:
    """Whether the first line is an object by itself, and another line follows."""
    line, _, rest = begin.lstrip().partition(b"\n")
    if not rest.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(_DECODER.decode(line.decode("utf-8", "replace")), dict)
    except _BROKEN:
        return False


def json_lines(lines: Any) -> Iterator[Found]:
    """One object a line; a line that is none is told of, and the next one read."""
    for line in lines:
        lines.since = 0
        if not line.strip():
            continue
        try:
            value = _DECODER.decode(line)
        except _BROKEN:
            yield lines.number, _NOTHING, "is no JSON"
            continue
        yield _found(lines.number, value)


class Json:
    """A JSON document as it comes, a block of text at a time.

    Args:
        blocks: its text.
        refuse: makes the error that the file is refused with, of a message and a remedy.
        longest: characters that one value may have.
    """

    def __init__(
        self, blocks: Iterator[str], refuse: Callable[[str, str], ProvenanceError], longest: int
    ) -> None:
        self._blocks = blocks
        self._refuse = refuse
        self._longest = longest
        self._text = ""
        self._at = 0
        self._ended = False
        self._number = 0

    def objects(self) -> Iterator[Found]:
        """Each object of the list, with its columns and cells.

        Raises:
            ProvenanceError: it is no JSON, or a value of it is too long.
        """
        if self._next() == "[":
            yield from self._list()
        else:
            yield from self._document()
        if self._next():
            raise self._broken("goes on behind its end")

    def _list(self) -> Iterator[Found]:
        self._at += 1
        if self._next() == "]":
            self._at += 1
            return
        while True:
            value = self._value()
            self._number += 1
            yield _found(self._number, value)
            if self._punctuation(",]") == "]":
                return

    def _document(self) -> Iterator[Found]:
        """An object with a list of objects in it; without one it is the only object."""
        own: dict[str, Any] = {}
        listed = False
        if self._punctuation("{") and self._next() == "}":
            self._at += 1
            return
        while True:
            name = self._value()
            self._punctuation(":")
            if name in _LISTS and self._next() == "[":
                listed = True
                yield from self._list()
            elif isinstance(name, str):
                own[name] = self._value()
            else:
                raise self._broken("has a name that is no text")
            if self._punctuation(",}") == "}":
                break
        if not listed:
            self._number += 1
            yield _found(self._number, own)

    def _punctuation(self, wanted: str) -> str:
        here = self._next()
        if not here or here not in wanted:
            raise self._broken(f"lacks one of {' '.join(wanted)}")
        self._at += 1
        return here

    def _next(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if self._ended:
                return ""
            self._more()

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise self._broken("is nested too deeply") from error
            except ValueError as error:
                if self._ended or len(self._text) - self._at > self._longest:
                    raise self._broken(f"is no JSON ({getattr(error, 'msg', error)})") from error
            else:
                # A number that ends with the text may go on.
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
            self._more()

    def _more(self) -> None:
        """Read as much again as is waiting, so that a long value is not tried too often."""
        parts = [self._text[self._at :]]
        wanted, length = len(parts[0]), 0
        self._at = 0
        while length <= wanted and not self._ended:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
            else:
                parts.append(block)
                length += len(block)
        self._text = "".join(parts)

    def _broken(self, how: str) -> ProvenanceError:
        return self._refuse(
            f"{how}, behind object {self._number}.",
            "Export it again, or as CSV, or one object a line (.jsonl).",
        )


def _found(number: int, value: Any) -> Found:
    if not isinstance(value, dict):
        return number, _NOTHING, "is no object"
    columns: list[str] = []
    cells: list[tuple[str, ...]] = []
    for name, one in value.items():
        inner = one.items() if isinstance(one, dict) and _is_within(name) else ((name, one),)
        for column, held in inner:
            columns.append(column.strip())
            cells.append(tuple(_words(held, 0)))
    return number, (tuple(columns), tuple(cells)), ""


def _is_within(name: str) -> bool:
    """Whether a name stands for a group of fields, not for a field."""
    return name.casefold() in _WITHIN and field_of(name) is None


def _words(value: Any, depth: int) -> list[str]:
    """The words of a value: of a text, a list of them, an object that wraps some."""
    if isinstance(value, str):
        return [value]
    if value is None or depth > _DEEPEST:
        return []
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, dict):
        wrapped = next((value[name] for name in _WORDS_IN if name in value), None)
        inner = list(value.values()) if wrapped is None else [wrapped]
    else:
        inner = value
    found: list[str] = []
    for one in inner:
        if len(found) >= _MOST_WORDS:
            break
        found += _words(one, depth + 1)
    return found
