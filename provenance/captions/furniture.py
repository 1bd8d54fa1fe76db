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
# What agencies and desks put before a caption; the same picture goes out without it, too.
_LEADING = re.compile(
    r"\s{0,8}(?:\(COMBO\)|FILE\s{1,2}PHOTO\b\s{0,2}[:–—-]?|FILE\s{0,2}[–—-](?=\s)"
    r"|(?:ARCHIV(?:BILD)?|HANDOUT)\s{0,2}[–—-](?=\s)|GRAPHIC\s{1,2}CONTENT\s{0,2}[:/]"
    r"|EDITOR['’?]?S['’?]?\s{1,2}NOTE\s{0,2}:[^/\n]{1,120}/|\(-{2,6}[^()]{1,400}-{2,6}\)"
    r"|\(?EDITOR['’?]?S['’?]?\s{1,2}NOTE:[^()\n]{1,300}\)|TPX\s{1,2}IMAGES\s{1,2}OF\s{1,2}THE\s{1,2}DAY)"
    r"\s{0,8}"
)
_TAGGED = re.compile(
    r"\((?:[^()a-z]{2,80}-\s{0,2}Tags:[^()]{0,200}|[Zz]u\s+dpa\b[^()]{0,200})\)"
    r"|\[CopyrightNotice:[^\[\]]{0,200}\]|(?:\+{3}\s{0,2})?dpa-Bildfunk(?:\s{0,2}\+{3})?"
)
_TAG_CUES = ("Tags:", "u dpa", "[CopyrightNotice:", "dpa-Bildfunk")
_MOST_LEADING = 4
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


def inside(text: str) -> list[tuple[int, int]]:
    """The spans of what is no word of a caption, before it and within: prefixes and tags."""
    spans: list[tuple[int, int]] = []
    end = 0
    for _ in range(_MOST_LEADING):
        leading = _LEADING.match(text, end)
        if leading is None:
            break
        end = leading.end()
    if end:
        spans.append((0, end))
    if any(cue in text for cue in _TAG_CUES):
        spans += [match.span() for match in _TAGGED.finditer(text)]
    return spans


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
