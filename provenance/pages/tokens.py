"""Markup cut into tokens with their places in the source; the tree itself is lxml's.

Only what is needed to find tags, attributes and texts again: HTML 13.2.5 without its
rarer states. What is read differently than lxml reads it is found out by comparing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

# Possessive: a tag without its end is tried once, and ends the reading.
_START = re.compile(r"""<([A-Za-z][^\s/>]{0,200})((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>""")
_NEXT = re.compile(r"<(?:[A-Za-z]|/[A-Za-z]|[!?/])")
_END = re.compile(r"</([A-Za-z][^\s/>]{0,200})[^>]*+>")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s=>/"'][^\s=>/]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)))?+"""
    r"""|[\s/]*+[="'>]"""
)
MOST_ATTRIBUTES = 200
"""Attributes of one element that are read."""

_CROWDED = 800
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}


class Sort(IntEnum):
    """What a token is."""

    START = 0
    END = 1
    TEXT = 2
    RAW = 3
    CDATA = 4


@dataclass(frozen=True, slots=True)
class Token:
    """``source[start:end]``; ``name`` of a tag in lower case (as written in XML)."""

    sort: Sort
    start: int
    end: int
    name: str = ""


def tokens(source: str, *, xml: bool = False) -> Iterator[Token]:
    """The tags and texts of a source, in order; comments and declarations are left out."""
    at = 0
    while True:
        found = _NEXT.search(source, at)
        stop = len(source) if found is None else found.start()
        if stop > at:
            yield Token(Sort.TEXT, at, stop)
        if found is None:
            return
        at = stop
        second = source[at + 1]
        if second.isalpha():
            tag = _START.match(source, at)
            if tag is None:
                return
            name = tag[1] if xml else tag[1].lower()
            yield Token(Sort.START, at, tag.end(), name)
            at = tag.end()
            if not xml and name in _RAW:
                ending = _RAW_END[name].search(source, at)
                stop = len(source) if ending is None else ending.start()
                yield Token(Sort.RAW, at, stop, name)
                at = stop
        elif second == "/" and (tag := _END.match(source, at)) is not None:
            yield Token(Sort.END, at, tag.end(), tag[1] if xml else tag[1].lower())
            at = tag.end()
        else:
            if xml and source.startswith("<![CDATA[", at):
                stop = source.find("]]>", at)
                yield Token(Sort.CDATA, at + 9, len(source) if stop < 0 else stop)
            at = _behind_declaration(source, at, xml=xml)
            if at < 0:
                return


def _behind_declaration(source: str, at: int, *, xml: bool) -> int:
    """Behind a comment, a declaration, an instruction; -1 where it has no end."""
    ending = ">"
    if source.startswith("<!--", at):
        if not xml and source.startswith((">", "->"), at + 4):
            return source.index(">", at) + 1
        ending = "-->"
    elif xml and source.startswith("<![CDATA[", at):
        ending = "]]>"
    elif xml and source.startswith("<?", at):
        ending = "?>"
    stop = source.find(ending, at + (4 if ending == "-->" else 2))
    return stop + len(ending) if stop >= 0 else -1


def overfull(source: str, tag: Token) -> int | None:
    """Where the attributes of a start tag become more than any page has; None where they do not.

    A parser looks each one up among the others: their number must be bounded.
    """
    if tag.end - tag.start < _CROWDED:
        return None
    start = _START.match(source, tag.start)
    if start is None:
        return None
    found = islice(_ATTRIBUTE.finditer(source, start.end(1), tag.end - 1), MOST_ATTRIBUTES, None)
    extra = next(found, None)
    return None if extra is None else extra.start()


def attributes(source: str, tag: Token) -> Iterator[tuple[str, int, int]]:
    """Name (lower case) and span of the value, without quotes, of each attribute of a start tag."""
    start = _START.match(source, tag.start)
    if start is None:
        return
    every = _ATTRIBUTE.finditer(source, start.end(1), tag.end - 1)
    for match in islice(every, MOST_ATTRIBUTES):
        for group in (2, 3, 4):
            if match[group] is not None:
                yield match[1].lower(), match.start(group), match.end(group)
                break
