"""The inside of a credit line: a chain of names, roles and agencies.

``Ohad Zwigenberg/Pool via REUTERS`` and ``picture alliance/dpa | Daniel Vogl`` are chains
of elements with separators; who stands where differs from agency to agency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from provenance.captions.agencies import ROLE, agency_named, role_named
from provenance.captions.names import is_placeholder
from provenance.model import CreditLine
from provenance.wording import squeeze

_SEPARATOR = re.compile(
    r"\s{0,4}[/|#]\s{0,4}(?:(?P<via1>[Vv][ií]a|VIA)\s{1,4})?"
    r"|,?\s{1,4}(?P<via2>[Vv][ií]a|VIA)\s{1,4}"
    r"|\s{1,4}-\s{1,4}|-(?=USA\s)|\s{1,4}for\s{1,4}(?=[^/]{1,40}/)"
)
_LEADING_VIA = re.compile(r"(?:[Vv][ií]a|VIA)\s{1,4}")
_ROLE_SUFFIX = re.compile(rf",\s{{0,3}}({ROLE})\s*$")
_HANDOUT_PREFIX = re.compile(r"(?:HO|Handout|HANDOUT)\s?-\s?(?=\w)")
_ELISION = re.compile(r"\s{0,4}(?:\.\.\.|…)\s{0,4}(?:\[\+\])?\s{0,4}")
_PAIR = re.compile(r"\s{0,3},\s{0,3}|\s{1,3}(?:and|AND|und|et|y|&)\s{1,3}")
_PICTURE_ID = re.compile(r"(?:RT[RSX]|RC[12]|GM1)[0-9A-Z]{4,10}")


class Kind(Enum):
    """What an element of a chain is."""

    NAME = "name"
    NOBODY = "nobody"
    AGENCY = "agency"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Element:
    """One element, with its span in the text; ``value`` is the name in canonical form."""

    kind: Kind
    value: str
    start: int
    end: int
    via: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit line and where in the text its names stand."""

    line: CreditLine
    names: tuple[tuple[int, int], ...]


def elements(text: str, start: int, end: int) -> tuple[Element, ...]:
    """The chain between two offsets, taken apart in printed order."""
    return tuple(_elements(text, start, end))


def _elements(text: str, start: int, end: int) -> Iterator[Element]:
    at, via = start, False
    for separator in _SEPARATOR.finditer(text, start, end):
        yield from _element(text, at, separator.start(), via=via)
        at = separator.end()
        via = bool(separator["via1"] or separator["via2"])
    yield from _element(text, at, end, via=via)


def _element(text: str, start: int, end: int, *, via: bool) -> Iterator[Element]:
    start, end = _trimmed(text, start, end)
    leading = _LEADING_VIA.match(text, start, end)
    if leading is not None:
        start, via = leading.end(), True
    if start >= end:
        return
    suffix = _ROLE_SUFFIX.search(text, start, end)
    stop = end if suffix is None else suffix.start()
    handout = _HANDOUT_PREFIX.match(text, start, stop)
    if handout is not None:
        yield Element(Kind.NOBODY, "handout", start, start)
        start = handout.end()
    yield from _split_double(text, start, stop, via=via)
    if suffix is not None:
        role = role_named(suffix[1]) or "file"
        yield Element(Kind.ROLE, role, suffix.start(1), suffix.end(1))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\r\n\xa0\"“”'":
        start += 1
    while end > start and text[end - 1] in " \t\r\n\xa0\"“”',;":
        end -= 1
    return start, end


def _split_double(text: str, start: int, end: int, *, via: bool) -> Iterator[Element]:
    """A name glued to itself (``KARIM SAHIBKARIM SAHIB``) is printed twice by some feeds."""
    half = start + (end - start) // 2
    if (end - start) % 2 == 0 and end - start >= 6 and _same(text, start, half, end):
        yield _classified(text, start, half, via=via)
        yield _classified(text, half, end, via=via)
    else:
        yield _classified(text, start, end, via=via)


def _same(text: str, start: int, half: int, end: int) -> bool:
    return text[start:half].casefold() == text[half:end].casefold()


def _classified(text: str, start: int, end: int, *, via: bool) -> Element:
    printed = squeeze(_ELISION.sub(" ", text[start:end]))
    agency = agency_named(printed)
    if agency is not None:
        return Element(Kind.AGENCY, agency, start, end, via)
    role = role_named(printed)
    if role is not None:
        return Element(Kind.ROLE, role, start, end, via)
    if is_placeholder(printed) or _PICTURE_ID.fullmatch(printed):
        return Element(Kind.NOBODY, printed, start, end, via)
    return Element(Kind.NAME, printed, start, end, via)


def credit(text: str, span: tuple[int, int], chain: tuple[Element, ...], *, cut: bool) -> Credit:
    """The credit line printed at ``span``, whose chain is ``chain``.

    The first name is the creator, unless an anonymous byline (``-``, ``STR``,
    ``Handout``) stands before it: then the names behind are suppliers.
    """
    creator: str | None = None
    named: list[tuple[int, int]] = []
    anonymous = False
    for element in chain:
        if element.kind is Kind.NAME and not element.via:
            named.append((element.start, element.end))
            if creator is None and not anonymous:
                creator = element.value
        elif creator is None and not _handout_of(element):
            anonymous = anonymous or element.kind in {Kind.NOBODY, Kind.ROLE}
    raw = text[span[0] : span[1]]
    line = CreditLine(
        raw=raw,
        creator=creator,
        agencies=tuple(dict.fromkeys(e.value for e in chain if e.kind is Kind.AGENCY)),
        via=next((e.value for e in chain if e.via), None),
        role=_role(chain),
        start=span[0],
        end=span[1],
        truncated=cut or bool(re.search(r"(?:\.\.\.|…)\s{0,4}\[\+\]", raw)),
    )
    return Credit(line, tuple(named))


def _handout_of(element: Element) -> bool:
    """``HO-Name``: the empty element that the prefix leaves; the name behind it is the creator."""
    return element.kind is Kind.NOBODY and element.start == element.end


def _role(chain: tuple[Element, ...]) -> str | None:
    for element in chain:
        if element.kind is Kind.ROLE or _handout_of(element):
            return element.value
    return None


def single_names(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The spans of the persons in one name element: ``A and B``, ``A, B``; first the whole."""
    spans = [(start, end)]
    at = start
    for joint in _PAIR.finditer(text, start, end):
        spans.append((at, joint.start()))
        at = joint.end()
    if at > start:
        spans.append((at, end))
    return tuple(spans)
