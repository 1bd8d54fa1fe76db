"""JSON as pages carry it, each string with its place: pure, assigned in a script, pushed.

Read by a scanner of its own, because a script is rarely pure JSON, a key may stand twice,
and every string's place in the source is wanted. No recursion; each character is read a
bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from provenance.pages.mapped import Mapped, json_string

DEEPEST = 200
_MOST_VALUES = 1_000_000
_TOKEN = re.compile(
    r"""[\s,:;]*+(?:([{\[])|([}\]])|"((?:[^"\\]++|\\[\s\S])*+)"|'((?:[^'\\]++|\\[\s\S])*+)'"""
    r"""|([A-Za-z_$][\w$]*+|-?[\d.][\w.+-]*+)|(//[^\n]*+))"""
)
_BEGINNING = re.compile(r"""[=(,:]\s{0,99}(?=[{\["'])""")
_OPENING = re.compile(r"[{\[]")


@dataclass(frozen=True, slots=True)
class String:
    """A string: the span of its inside in the text that was scanned."""

    start: int
    end: int


@dataclass(slots=True)
class Object:
    """An object's members in order, repeated keys too."""

    members: list[tuple[str, Value]] = field(default_factory=list)


@dataclass(slots=True)
class Array:
    """An array's items; None for what is no string, object or array."""

    items: list[Value] = field(default_factory=list)


Value = String | Object | Array | None


def values(source: Mapped, *, pure: bool) -> Iterator[Value]:
    """The outermost objects and arrays in a text.

    Args:
        source: the inside of a script or an attribute.
        pure: it is JSON and nothing else; else each that is assigned or passed on.
    """
    text = source.text
    if pure:
        first = _OPENING.search(text)
        if first is not None:
            yield _scan(text, first.start())[0]
        return
    at, budget = 0, 4 * len(text) + 1_000
    while budget > 0 and (beginning := _BEGINNING.search(text, at)) is not None:
        start = beginning.end()
        value, stop, closed = _scan(text, start)
        budget -= stop - start
        if value is not None:
            yield value
        at = max(stop, start) if closed else start


def nested(text: Mapped) -> Value:
    """The JSON that a string holds, behind what may precede it (``5:[...]``)."""
    first = _OPENING.search(text.text, 0, 200)
    return None if first is None else _scan(text.text, first.start())[0]


def inside(source: Mapped, string: String) -> Mapped:
    """A string's value, its escapes resolved."""
    return json_string(source.part(string.start, string.end))


def _scan(text: str, start: int) -> tuple[Value, int, bool]:
    """The value that begins at an offset, where it ends, and whether it is closed.

    What is there of a value that breaks off is given: a page's script may hold more than
    JSON, and a caption in front of that is shown all the same.
    """
    stack: list[Object | Array] = []
    keys: list[str | None] = []
    first: Value = None
    at, number = start, 0
    while (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        number += 1
        opening, closing = token[1], token[2]
        if token[6] is not None:
            continue
        if closing:
            if stack:
                stack.pop()
                keys.pop()
            if not stack:
                return first, at, True
            continue
        value = _value(token)
        if not stack:
            if not opening:
                return value, at, True
            first = value
        else:
            _put(text, stack[-1], keys, value, token)
        if isinstance(value, Object | Array):
            if len(stack) >= DEEPEST or number > _MOST_VALUES:
                return first, at, False
            stack.append(value)
            keys.append(None)
    return first, at, False


def _value(token: re.Match[str]) -> Value:
    if token[1]:
        return Object() if token[1] == "{" else Array()
    for group in (3, 4):
        if token[group] is not None:
            return String(token.start(group), token.end(group))
    return None


def _put(
    text: str, into: Object | Array, keys: list[str | None], value: Value, token: re.Match[str]
) -> None:
    if isinstance(into, Array):
        into.items.append(value)
    elif keys[-1] is None:
        # A key is a string, or in a script a bare word.
        if isinstance(value, String):
            keys[-1] = text[value.start : value.end]
        else:
            keys[-1] = token[5] or ""
    else:
        into.members.append((keys[-1], value))
        keys[-1] = None
