"""The inside of a credit line: a chain of names, roles and agencies.

``Ohad Zwigenberg/Pool via REUTERS`` and ``picture alliance/dpa | Daniel Vogl`` are chains
of elements with separators; who stands where differs from agency to agency.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from provenance.captions.agencies import ROLE, agency_named, role_named
from provenance.captions.names import is_placeholder
from provenance.model import CreditLine
from provenance.wording import squeeze

# It begins with one class of characters, so that the search skips all others quickly. Its
# groups are the words "via".
_SEPARATOR = re.compile(
    r"[\s,/|#-](?:"
    r"(?<=[/|#])\s{0,4}(?:(?P<via1>[Vv][ií]a|VIA)\s{1,4})?"
    r"|(?<=\s)\s{0,3}(?:[/|#]\s{0,4}(?:(?P<via2>[Vv][ií]a|VIA)\s{1,4})?"
    r"|(?P<via3>[Vv][ií]a|VIA)\s{1,4}|-\s{1,4}|for\s{1,4}(?=[^/]{1,40}/))"
    r"|(?<=,)\s{1,4}(?P<via4>[Vv][ií]a|VIA)\s{1,4}"
    r"|(?<=-)(?:(?=USA\s)|(?<=[/\s]AP-)(?=[^\W\d_])))"
)
_LEADING_VIA = re.compile(r"(?:[Vv][ií]a|VIA)\s{1,4}")
_ROLE_SUFFIX = re.compile(rf",\s{{0,3}}({ROLE})\s*$")
_HANDOUT_PREFIX = re.compile(r"(?:HO|Handout|HANDOUT)\s?-\s?(?=\w)")
_YEAR = re.compile(r"(?:19|20)\d\d[\s,]{1,4}")
_DESK = re.compile(
    r"[a-z]{2,4}|[^\s/]{1,40}\.(?:com|net|org|info|de|at|ch|fr|es|it|uk|tv|eu)", re.ASCII
)
_FIRM = re.compile(
    r"\b(?:Films?|Pictures|Entertainment|News|Times|Post|Tribune|Herald|Journal|Gazette|Chronicle"
    r"|Globe|Star|Sun|Press|Media|Studios?|Bros|Inc|Ltd|Corp|Network|TV|Television|Magazine"
    r"|Agency|University|Ministry|Office|Department|Police|The)\b|\d"
)
_ELISION = re.compile(r"\s{0,4}(?:\.\.\.|…)\s{0,4}(?:\[\+\])?\s{0,4}")
_MORE = re.compile(r"(?:\.\.\.|…)\s{0,4}\[\+\]")
_PAIR = re.compile(r"\s{0,3},\s{0,3}|\s{1,3}(?:and|AND|und|et|y|&)\s{1,3}")
_PICTURE_ID = re.compile(r"(?:RT[RSX]|RC[12]|GM1)[0-9A-Z]{4,10}")


NO_BYLINE = "no-byline"
"""The role of a credit whose agency says, by ``-`` or its like, that it names nobody."""


class Kind(Enum):
    """What an element of a chain is."""

    NAME = "name"
    NOBODY = "nobody"
    AGENCY = "agency"
    ROLE = "role"
    SUPPLIER = "supplier"


class Element(NamedTuple):
    """One element, with its span in the text; ``value`` is the name in canonical form."""

    kind: Kind
    value: str
    start: int
    end: int
    via: bool = False


class Credit(NamedTuple):
    """A credit line and where in the text its names stand."""

    line: CreditLine
    names: tuple[tuple[int, int], ...]


def elements(text: str, start: int, end: int) -> tuple[Element, ...]:
    """The chain between two offsets, taken apart in printed order."""
    chain: list[Element] = []
    at, via = start, False
    for separator in _SEPARATOR.finditer(text, start, end):
        _element(chain, text, (at, separator.start()), via=via)
        at = separator.end()
        via = separator.lastgroup is not None
    _element(chain, text, (at, end), via=via)
    return tuple(chain)


def _element(chain: list[Element], text: str, span: tuple[int, int], *, via: bool) -> None:
    start, end = _trimmed(text, *span)
    if start >= end:
        return
    first = text[start]
    if first in "12" and (year := _YEAR.match(text, start, end)):
        start = year.end()
    elif first in "vV" and (leading := _LEADING_VIA.match(text, start, end)):
        start, via = leading.end(), True
    if start >= end:
        return
    suffix = _ROLE_SUFFIX.search(text, start, end) if text.find(",", start, end) >= 0 else None
    stop = end if suffix is None else suffix.start()
    handout = _HANDOUT_PREFIX.match(text, start, stop) if first == "H" else None
    if handout is not None:
        chain.append(Element(Kind.NOBODY, "handout", start, start))
        start = handout.end()
    half = start + (stop - start) // 2
    if stop - half == half - start and _is_double(text, start, half, stop):
        # A name glued to itself (``KARIM SAHIBKARIM SAHIB``) is printed twice by some feeds.
        chain.append(_classified(text, start, half, via=via))
        start = half
    chain.append(_classified(text, start, stop, via=via))
    if suffix is not None:
        role = role_named(suffix[1]) or "file"
        chain.append(Element(Kind.ROLE, role, suffix.start(1), suffix.end(1)))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\r\n\xa0\"“”'":
        start += 1
    while end > start and text[end - 1] in " \t\r\n\xa0\"“”',;":
        end -= 1
    return start, end


def _is_double(text: str, start: int, half: int, end: int) -> bool:
    if end - start < 6:
        return False
    if text[start].casefold() != text[half].casefold():
        return False
    return text[start:half].casefold() == text[half:end].casefold()


def _classified(text: str, start: int, end: int, *, via: bool) -> Element:
    kind, value = _meaning(text[start:end])
    return Element(kind, value, start, end, via)


# A caption's other words are its own; the elements of its credit are the same few thousand.
@lru_cache(maxsize=4096)
def _meaning(printed: str) -> tuple[Kind, str]:
    """What an element is, and its name in canonical form."""
    if "..." in printed or "…" in printed:
        printed = _ELISION.sub(" ", printed)
    printed = squeeze(printed)
    agency = agency_named(printed)
    if agency is not None:
        return Kind.AGENCY, agency
    role = role_named(printed)
    if role is not None:
        return Kind.ROLE, role
    if printed[:1].islower() or "." in printed or printed.isupper():
        desks = all(map(_DESK.fullmatch, printed.split(", ")))
        if desks or _PICTURE_ID.fullmatch(printed):
            return Kind.SUPPLIER, printed
    return (Kind.NOBODY if is_placeholder(printed) else Kind.NAME), printed


def credit(text: str, span: tuple[int, int], chain: tuple[Element, ...], *, cut: bool) -> Credit:
    """The credit line printed at ``span``, whose chain is ``chain``.

    Where a name begins the chain it is the creator, and other names are suppliers. Behind
    an agency the supplier stands first (``picture alliance / SUPPLIER | NAME``). An anonymous
    byline (``-``, ``STR``, ``Handout``) before any name leaves suppliers only.
    """
    names: list[Element] = []
    spans: list[tuple[int, int]] = []
    agencies: dict[str, None] = {}
    via = role = None
    anonymous = nobody = False
    for one in chain:
        if one.via:
            via = via or one.value
        if one.kind is Kind.AGENCY:
            agencies[one.value] = None
        elif one.kind is Kind.ROLE or _handout_of(one):
            role = role or one.value
            anonymous = anonymous or (one.kind is Kind.ROLE and not names)
        elif one.kind is Kind.NOBODY:
            nobody = True
            anonymous = anonymous or not names
        elif not one.via:
            # A desk's mark may be a name to one who corrects it.
            spans.append((one.start, one.end))
            if one.kind is Kind.NAME:
                names.append(one)
    raw = text[span[0] : span[1]]
    line = CreditLine(
        raw=raw,
        creator=_creator(chain, names) if names and not anonymous else None,
        agencies=tuple(agencies),
        via=via,
        role=role or (NO_BYLINE if nobody else None),
        start=span[0],
        end=span[1],
        truncated=cut or ("[+]" in raw and _MORE.search(raw) is not None),
    )
    return Credit(line, tuple(spans))


def _creator(chain: tuple[Element, ...], names: list[Element]) -> str:
    found = names[-1] if chain[0].kind is Kind.AGENCY else names[0]
    firm, comma, person = found.value.partition(", ")
    # "(AP Photo/The Daily Gazette, Jane Roe)": the paper, then its photographer.
    return person if comma and chain[0].value == "AP" and _FIRM.search(firm) else found.value


def _handout_of(element: Element) -> bool:
    """``HO-Name``: the empty element that the prefix leaves; the name behind it is the creator."""
    return element.kind is Kind.NOBODY and element.start == element.end


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
