"""Find credit lines in running text, and rewrite the names inside them.

A credit line is found from the words that only credits have (an agency's name, ``Photo
by``), then outward: to its parentheses, or along its chain of separators. Every search
is bounded, so that the cost grows with the length of the text only.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from provenance.captions import furniture
from provenance.captions.agencies import AGENCY, ROLE
from provenance.captions.chain import Credit, Element, Kind, credit, elements, single_names
from provenance.captions.hits import MARKER, PHOTO_MARKER, STRONG_MARKER, Hit
from provenance.captions.hits import hits as hits_of
from provenance.captions.names import normalise_name
from provenance.captions.persons import VERB, is_name, is_sentence, name_end

_PARENTHESIS = 400
_BEFORE_HIT = 250
_BEFORE_AGENCY = 160
_LONGEST_SUPPLIER = 110
_MOST_NESTED = 4
_MOST_MARKERS = 3
_MOST_HITS = 12
_MOST_ELEMENTS = 12

_AGENCY_HERE = re.compile(AGENCY)
_ROLE_HERE = re.compile(ROLE)
_NEXT = re.compile(
    r"[^\S\n]{0,3}[/|][^\S\n]{0,3}(?:\r?\n[^\S\n]{0,3})?(?:[Vv][ií]a[^\S\n]{1,3})?|,?[^\S\n]{1,3}(?:[Vv][ií]a|VIA)[^\S\n]{1,3}"
)
_ROLE_SUFFIX = re.compile(rf",\s{{0,2}}{ROLE}")
_SENTENCE = re.compile(r"[.!?…:;)\]\"”»][)\]\"”»'’]{0,3}\s{1,4}|\t")
_INITIAL_BEFORE = re.compile(r"(?:^|[\s.(/-])[^\W\d_]\.\s{1,4}$")
_LONGEST_INITIAL = 8
_INITIAL = re.compile(r"\b[^\W\d_]\. ")
_OPENER = re.compile(r"AFP PHOTO\s{0,3}/")
_HANDOUT_BY = re.compile(r"-\s?(?=[^\W\d_])")
_DASH_AHEAD = re.compile(r"\s{0,3}(?:[-–—_]|--)")
_YEAR_AHEAD = re.compile(r"[\s,]{1,3}(?:19|20)\d\d")
_CLOSED = re.compile(r"[^\S\n]{0,3}(?:$|[\n)\]])")
_MOST_FREE = 2
_FIRST_ELEMENT = re.compile(r"[^/|\n]{1,80}")
_BAR_SUPPLIER = re.compile(
    r"\s{0,3}/\s{0,3}[^|/\n.;:]{1,60}?(?:/[^|/\n.;:]{1,40}?)?\s{0,3}\|\s{0,3}"
)
_TAIL = re.compile(r"/(?:TT|NTB|AP|dpa|PA|ANP|EPA|AFP|[A-Z]{2,8})(?!\w)")
_LOWER_AHEAD = re.compile(r"[^\S\n]{1,3}[a-zà-öø-ÿ]")


def find(text: str, blank: Sequence[tuple[int, int]] = ()) -> tuple[Credit, ...]:
    """Every credit line of the text, in order, none overlapping another.

    Args:
        text: the text.
        blank: spans (of notices) that are no part of any credit.
    """
    text = _blanked(text, blank)
    hits = hits_of(text)
    reach = _next_agencies(hits) if len(hits) > 1 else [sys.maxsize]
    found: list[Credit] = []
    floor = 0
    for index, hit in enumerate(hits):
        if hit.start < floor or (hit.marker and not _may_lead(text, hit, reach[index])):
            continue
        one = _parenthesised(text, hit.start, floor) or _bare(text, hits, index, floor)
        if one is not None:
            found.append(one)
            floor = one.line.end
    return tuple(found)


def _blanked(text: str, blank: Sequence[tuple[int, int]]) -> str:
    """The text with line breaks, which no credit crosses, in place of these spans."""
    if not blank:
        return text
    pieces, at = [], 0
    for start, end in blank:
        pieces += [text[at:start], "\n" * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _next_agencies(hits: Sequence[Hit]) -> list[int]:
    """For each hit, where the next agency stands; a large number behind the last."""
    following, offsets = sys.maxsize, [0] * len(hits)
    for index in range(len(hits) - 1, -1, -1):
        offsets[index] = following
        if not hits[index].marker:
            following = hits[index].start
    return offsets


def _may_lead(text: str, hit: Hit, agency: int) -> bool:
    """Whether a marker can lead to a credit at all: an agency is near, or parentheses are."""
    return agency - hit.end < _PARENTHESIS or text.rfind("(", max(0, hit.start - 8), hit.start) >= 0


def _parenthesised(text: str, hit: int, floor: int) -> Credit | None:
    opening = text.rfind("(", max(floor, hit - _BEFORE_HIT), hit)
    if opening < 0 or text.find(")", opening, hit) >= 0:
        return None
    close = _closing(text, opening)
    strong = STRONG_MARKER.match(text, opening + 1) is not None
    inner = _behind_markers(text, opening + 1)
    if close < 0:
        return _unclosed(text, opening, inner) if strong else None
    chain = elements(text, inner, close)
    photo = not strong and PHOTO_MARKER.match(text, opening + 1) is not None
    if (
        strong
        or (photo and _names_somebody(text, chain))
        or _is_credit(text, (opening, close), inner, chain)
    ):
        return credit(text, (opening, close + 1), chain, cut=False) if chain else None
    return None


def _behind_markers(text: str, start: int) -> int:
    """The offset behind up to three markers (``Foto: (c) Jane Roe``) that stand at ``start``."""
    for _ in range(_MOST_MARKERS):
        marker = MARKER.match(text, start)
        if marker is None:
            break
        start = marker.end()
    return start


def _names_somebody(text: str, chain: tuple[Element, ...]) -> bool:
    """``(Foto: Jane Roe)`` without an agency: two to four words, all of them of a name."""
    if not chain or chain[0].kind is not Kind.NAME or len(chain) > _MOST_FREE:
        return False
    return is_name(text[chain[0].start : chain[0].end])


def _closing(text: str, opening: int) -> int:
    """Offset of the matching parenthesis within reach, or -1."""
    limit = opening + _PARENTHESIS
    close, depth_from = text.find(")", opening, limit), opening + 1
    for _ in range(_MOST_NESTED):
        nested = text.find("(", depth_from, close) if close >= 0 else -1
        if nested < 0:
            return close
        depth_from = nested + 1
        close = text.find(")", close + 1, limit)
    return -1


def _unclosed(text: str, opening: int, inner: int) -> Credit | None:
    """``(Photo by Bakr ALK``: an octet limit or a CMS cut the line."""
    limit = min(len(text), opening + _PARENTHESIS)
    end = text.find("\n", inner, limit)
    if end < 0:
        if limit < len(text):
            return None
        end = limit
    end = opening + len(text[opening:end].rstrip(" /\t\r"))
    chain = elements(text, inner, end)
    return credit(text, (opening, end), chain, cut=True) if chain else None


def _is_credit(text: str, span: tuple[int, int], inner: int, chain: tuple[Element, ...]) -> bool:
    """Whether parentheses without ``Photo by`` hold a credit, and not prose or a dateline."""
    opening, close = span
    content = text[inner:close]
    agencies = [element for element in chain if element.kind is Kind.AGENCY]
    if furniture.holds(content) or not agencies or not _all_names(chain):
        return False
    # "(dpa/lni) -" and "(AP) _" are datelines.
    if inner > opening + 1:
        return True
    if _DASH_AHEAD.match(text, close + 1) and all(
        one.kind in (Kind.AGENCY, Kind.SUPPLIER) for one in chain
    ):
        return False
    if len(chain) > 1:
        return True
    if " " in content.strip() and "hoto" in content.lower():
        return True
    # "BEIRUT (AP) —" and "Agence France-Presse (AFP) said" are prose.
    before = text[max(0, opening - 8) : opening].rstrip()
    return before[-1:] in '.!?"”»)' and before != "" and not _DASH_AHEAD.match(text, close + 1)


def _all_names(chain: tuple[Element, ...]) -> bool:
    return all(
        element.kind is not Kind.NAME
        or (len(element.value) <= _LONGEST_SUPPLIER and not _sentence_ends(element.value))
        for element in chain
    )


def _sentence_ends(words: str) -> bool:
    return ". " in words and ". " in _plain(words)


def _bare(text: str, hits: Sequence[Hit], index: int, floor: int) -> Credit | None:
    hit = hits[index]
    if hit.marker:
        return _marked(text, hits, index)
    start = _chain_start(text, hit.start, floor)
    if start is None or _in_address(text, hit.start):
        return None
    end, grown = _chain_end(text, hit.end)
    if start < hit.start and _is_title(text, start, hit.start, end):
        # "Quarterback im Dress der Trojans | Getty Images/Jane Roe": the title, then the credit.
        start = hit.start
    if (start == hit.start and not grown) or _LOWER_AHEAD.match(text, end):
        return None
    return _checked(text, (start, end), start)


def _marked(text: str, hits: Sequence[Hit], index: int) -> Credit | None:
    """``Foto: Tom Weller/dpa``: a marker, perhaps names, and an agency within reach."""
    start = hits[index].start
    inner = _behind_markers(text, start)
    limit = inner + _LONGEST_SUPPLIER
    for agency in hits[index + 1 : index + _MOST_HITS]:
        if agency.start > limit:
            return None
        if agency.marker or agency.start < inner:
            continue
        before = text[inner : agency.start]
        if "\n" in before or _SENTENCE.search(_plain(before)):
            return None
        if not before or before.endswith("-") or _led_to(text, agency.start):
            if is_sentence(before):
                return None
            end, _ = _chain_end(text, agency.end)
            if text[start] == "©" and not before and _YEAR_AHEAD.match(text, end):
                return None
            return _checked(text, (start, end), inner)
    return None


def _in_address(text: str, at: int) -> bool:
    """Whether this stands in a web address: ``https://example.org/AFP/x``."""
    scheme = text.rfind("://", max(0, at - _BEFORE_AGENCY), at)
    return scheme >= 0 and not any(map(str.isspace, text[scheme:at]))


def _is_title(text: str, start: int, agency: int, end: int) -> bool:
    """Whether what a ``|`` parts from an agency-first credit is a title, and no photographer."""
    before = text[start:agency].rstrip()
    if not before.endswith("|"):
        return False
    chain = elements(text, agency, end)
    return any(one.kind is Kind.NAME for one in chain) or not is_name(before[:-1].strip())


def _led_to(text: str, agency: int) -> bool:
    """Whether a separator of credit chains stands right before an agency."""
    before = text[max(0, agency - 8) : agency].rstrip(" \t\xa0")
    if before.endswith(("/", "|")):
        return True
    return before.lower().endswith(("via", "vía")) and not before[-4:-3].isalnum()


def _plain(before: str) -> str:
    """The words before an agency, without the dots of initials."""
    return _INITIAL.sub("", before)


def _checked(text: str, span: tuple[int, int], inner: int) -> Credit | None:
    chain = elements(text, inner, span[1])
    if not any(element.kind is Kind.AGENCY for element in chain) or not _all_names(chain):
        return None
    opened = text[span[0] - 1 : span[0]] == "(" and span[1] == len(text)
    return credit(text, (span[0] - opened, span[1]), chain, cut=opened)


def _chain_start(text: str, agency: int, floor: int) -> int | None:
    """Where the chain that leads to the agency begins; None where prose leads to it."""
    if not _led_to(text, agency) or _OPENER.match(text, agency):
        return agency
    start = max(floor, agency - _BEFORE_AGENCY)
    line = text.rfind("\n", start, agency) + 1
    start = max(start, line)
    left = text[start:agency]
    boundary = 0 if start in {floor, line} else None
    for mark in _SENTENCE.finditer(left):
        behind = mark.end()
        if not _INITIAL_BEFORE.search(left, max(0, behind - _LONGEST_INITIAL), behind):
            boundary = mark.end()
    if left.rstrip("/| ").endswith((" -", "\n-")) or left.rstrip("/| ") == "-":
        boundary = left.rindex("-")
    bar = left.rstrip("/| \t\xa0").rfind("|")
    boundary = boundary if bar < 0 else max(boundary or 0, bar + 1)
    if boundary is None:
        return None
    supplier = left[boundary:].lstrip(" /\t\r")
    if not supplier or furniture.holds(supplier) or len(supplier) > _LONGEST_SUPPLIER:
        return agency
    if VERB.search(supplier):
        return agency
    if not (supplier[0].isupper() or supplier[0] in "@-" or supplier[0].isdigit()):
        return agency
    return _wrapped_start(text, agency - len(supplier), max(floor, agency - _BEFORE_AGENCY))


def _wrapped_start(text: str, start: int, floor: int) -> int:
    """The start of the name whose first words a line break parts from the rest."""
    if text[start - 1 : start] != "\n" or start < 2:
        return start
    above = text[max(floor, text.rfind("\n", floor, start - 1) + 1) : start - 1]
    marks = list(_SENTENCE.finditer(above))
    if not marks:
        return start
    first = above[marks[-1].end() :]
    rest = _FIRST_ELEMENT.match(text, start)
    joined = f"{first.strip()} {rest[0].strip() if rest else ''}"
    broken = first.strip() and is_name(joined) and len(first.split()) <= 2
    return start - 1 - len(first) if broken else start


def _chain_end(text: str, end: int) -> tuple[int, bool]:
    """Where the chain ends that goes on behind an agency, and whether it goes on at all."""
    supplied = _BAR_SUPPLIER.match(text, end)
    if supplied is not None and _ends_alliance(text, end):
        # "picture alliance / SUPPLIER | NAME": the bar leads to the photographer.
        stop = _name_end(text, supplied.end())
        end = stop if stop > supplied.end() else end
        tail = _TAIL.match(text, end) if stop > supplied.end() else None
        return (end if tail is None else tail.end()), stop > supplied.end()
    grown = named = False
    for _ in range(_MOST_ELEMENTS):
        role = _ROLE_SUFFIX.match(text, end)
        if role is not None:
            return role.end(), True
        separator = _NEXT.match(text, end)
        if separator is None:
            return end, grown
        at = separator.end()
        known = _AGENCY_HERE.match(text, at) or _ROLE_HERE.match(text, at)
        if known is not None:
            supplier = _HANDOUT_BY.match(text, known.end())
            end = known.end() if supplier is None else _name_end(text, supplier.end())
            grown = True
            continue
        stop = _name_end(text, at)
        if stop == at or (named and not (_NEXT.match(text, stop) or _CLOSED.match(text, stop))):
            return end, grown
        end, grown, named = stop, True, True
    return end, grown


def _ends_alliance(text: str, end: int) -> bool:
    return text[max(0, end - 8) : end].lower() == "alliance"


def _name_end(text: str, start: int) -> int:
    return name_end(text, start, min(len(text), start + _LONGEST_SUPPLIER))


def replace_creator(text: str, wrong: str, right: str, blank: Sequence[tuple[int, int]]) -> str:
    """The text with ``right`` where a credit line names ``wrong``; all else as it was."""
    key = normalise_name(wrong)
    if not key:
        return text
    spans = [
        span for one in find(text, blank) for name in one.names for span in _naming(text, name, key)
    ]
    for start, end in reversed(spans):
        text = text[:start] + right + text[end:]
    return text


def _naming(text: str, name: tuple[int, int], key: str) -> tuple[tuple[int, int], ...]:
    matching = tuple(
        (start, end)
        for start, end in single_names(text, *name)
        if normalise_name(
            re.sub(r"\s{0,4}(?:\.\.\.|…)\s{0,4}(?:\[\+\])?\s{0,4}", " ", text[start:end])
        )
        == key
    )
    return matching[:1] if matching and matching[0] == name else matching
