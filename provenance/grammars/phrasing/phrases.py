"""The sentences of a message, and the values that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provenance.wording import squeeze

Span = tuple[int, int]


def word_set(listing: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(listing.split())


# "?" is never the end of a sentence: a lost quote looks like that.
_STOP = re.compile(
    "(?P<word>[^\\W_]{0,12})(?P<mark>[.!…]{1,3})[\"”“»’'?)\\]]{0,3}(?=\\s|$)"
    "|(?P<para>\n[^\\S\n]{0,40}\n|\r\r)|(?P<cjk>。)"
)
_ABBREVIATIONS = word_set(
    "abs al approx apr art aug av bzw ca capt co col dec dept dez dr eds ee feb fig fr gen gov hon"
    " inc insb jan jr jul jun kap lt ltd maj mar mr mrs ms mt no nov nr núm oct okt pg pic po pres"
    " prof rep resp rev sen sep sept sgt sr sra st stellv sts usw vgl vol vs zb"
)
_SHORT_NUMBER = 2

_OPENERS = "«»„“”\"'‘’\u201a\u2039\u203a`?\ufffd([【「『\x91\x93"
_CLOSERS = "«»„“”\"'‘’\u201a\u2039\u203a`?\ufffd)]】」』\x92\x94"
_EDGE = " \t\r\n\u00a0.,;:!–—"
_JUNIOR = re.compile(r"(?:^|\s)(?:Jr|Sr|JR|SR)$")


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The spans of the sentences of a text, without the white space around them.

    A blank line ends one; "2. Absatz", "J. Smith" and common abbreviations do not.
    """
    end = len(text) if end is None else end
    at = start
    for match in _STOP.finditer(text, start, end):
        if match["mark"] == "." and _abbreviates(match["word"]) and match.end() < end:
            continue
        stop = match.start() if match["para"] else match.end()
        yield from _trimmed(text, at, stop)
        at = match.end()
    yield from _trimmed(text, at, end)


def _abbreviates(word: str) -> bool:
    if word.isdigit():
        return len(word) <= _SHORT_NUMBER
    return len(word) == 1 or word.lower() in _ABBREVIATIONS


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    if lead < len(piece):
        yield start + lead, start + len(piece.rstrip())


def value(words: str) -> str | None:
    """A value as a notice prints it, without the quotes and marks around it."""
    words = _bare(squeeze(words))
    before = ""
    while before != words:
        before = words
        if words and words[0] in _OPENERS and not _opens_inside(words):
            words = _bare(words[1:])
        if words and words[-1] in _CLOSERS and not _closes_inside(words):
            words = _bare(words[:-1])
    return words or None


def _bare(words: str) -> str:
    """Without marks at its edges; the full stop of "Jr." is the name's own."""
    bare = words.strip(_EDGE)
    return bare + "." if words.startswith(bare + ".") and _JUNIOR.search(bare) else bare


def _opens_inside(words: str) -> bool:
    """Whether the first bracket is closed before the last character: it is the value's own."""
    if words[0] not in "([":
        return False
    close = words.find(")" if words[0] == "(" else "]")
    return 0 < close < len(words) - 1


def _closes_inside(words: str) -> bool:
    if words[-1] not in ")]":
        return False
    opening = words.find("(" if words[-1] == ")" else "[")
    return opening > 0


def without_lead(right: str, wrong: str) -> tuple[str, str]:
    """Both values without the small words they share at their beginning (``vuonna 2002``)."""
    ours, theirs = right.split(), wrong.split()
    while len(ours) > 1 and len(theirs) > 1 and ours[0] == theirs[0] and ours[0][:1].islower():
        del ours[0], theirs[0]
    return " ".join(ours), " ".join(theirs)
