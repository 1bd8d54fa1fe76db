"""What stands around credits and is neither credit nor caption prose.

Usage restrictions, notes to editors, tags and slugs follow a credit in upper case. They
belong to the caption whose credit they follow; they are never a correction.
"""

from __future__ import annotations

import re

_OPENING = re.compile(
    r"(?:RESTRICTED\s+TO|ATTENTION\s+EDITORS|ATENCI[ÓO]N\s+EDITORES|(?:THIS|THESE)\s+(?:IMAGE|PICTURE)"
    r"|MANDATORY\s+CREDIT|NO\s+(?:MARKETING|ARCHIVE|RESALE|SALES|MOBILE|COMMERCIAL|USE|THIRD)"
    r"|(?:FOR\s+)?EDITORIAL\s+USE|EDITOR['’?]?S['’?]?\s+NOTE|EDS\s+NOTE|TPX\s+IMAGES|NOT\s+FOR\s+"
    r"|[A-Z]{2,20}\s+OUT\b|QUALITY\s+FROM|SEARCH\s+[\"“?]|DISTRIBUTED\s+AS|TEMPLATE\s+OUT"
    r"|ONE\s+TIME\s+USE|STRICTLY|BEST\s+QUALITY|ACHTUNG\b)"
)
_OPENINGS_START = frozenset("RATMNFEDSQOCIBUKPWGHJLVXYZ")
_BETWEEN = re.compile(r"[\s/\"“”'’?«»|.,;+–—-]{0,12}")
_GROUP = re.compile(
    r"\((?:[^()a-z]{2,80}-\s{0,2}Tags:[^()]{0,200}|ACHTUNG[^()]{0,400}|[Zz]u\s+dpa[^()]{0,200}"
    r"|[0-9]{4,9}[a-z]{1,3})\)|\[CopyrightNotice:[^\[\]]{0,200}\]|dpa-Bildfunk"
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\r\r")
_NOT_LOWER = re.compile(r"[^a-zà-öø-ÿ]*")
_CLOSING_WORDS = frozenset(
    ["CLIENTS", "DAY", "ARCHIVES", "RESALES", "SALES", "CAMPAIGNS", "PARTY", "USE", "ONLY", "OUT"]
)
_MOST_PIECES = 12
_LONGEST_RUN = 1000


def opens_at(text: str, position: int) -> bool:
    """Whether a restriction or a note to editors begins exactly here."""
    return text[position : position + 1] in _OPENINGS_START and bool(_OPENING.match(text, position))


def holds(text: str) -> bool:
    """Whether a restriction or a note to editors begins anywhere in this short text."""
    return _OPENING.search(text) is not None


def behind(text: str, position: int) -> int:
    """The end of the furniture that follows a credit; ``position`` where none follows.

    A blank line ends it. Where an upper-case run meets the next caption, the next
    caption keeps its first letter.
    """
    end = position
    for _ in range(_MOST_PIECES):
        between = _BETWEEN.match(text, end)
        start = end if between is None else between.end()
        if start > end and _BLANK_LINE.search(text, end, start):
            return end
        group = _GROUP.match(text, start)
        if group is not None:
            end = group.end()
        elif opens_at(text, start):
            end = _upper_run(text, start)
        else:
            return end
    return end


def _upper_run(text: str, start: int) -> int:
    opening = _OPENING.match(text, start)
    floor = start if opening is None else opening.end()
    reach = min(len(text), floor + _LONGEST_RUN)
    run = _NOT_LOWER.match(text, floor, reach)
    stop = floor if run is None else run.end()
    blank = _BLANK_LINE.search(text, floor, stop)
    if blank is not None:
        stop = blank.start()
    elif stop < reach:
        stop = _first_of_sentence(text, floor, stop)
    return floor + len(text[floor:stop].rstrip(' \t\r\n"“”?«»'))


def _first_of_sentence(text: str, floor: int, lower: int) -> int:
    # "DAYAnti-government" and "DAY Anti": the capital before the first small letter.
    at = lower - 1
    if at > floor and not text[at].isupper():
        # "DAY A boat", "CLIENTSA man": the article belongs to the sentence.
        word = text.rfind(" ", floor, at) + 1
        at = at - 1 if text[word : at - 1] in _CLOSING_WORDS and text[at - 1] == "A" else word - 1
    return max(at, floor)
