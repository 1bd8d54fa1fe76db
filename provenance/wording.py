"""Wording made equal for comparing: white space, quotes, dashes, lost characters."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
# A quote or an apostrophe is dropped: some systems turn it into "?" and others lose it.
_DROPPED = "\"'`\u00b4?\ufffd“”„‟‘’\u201a\u201b«»\u2039\u203a′″\uff02\uff07\x91\x92\x93\x94¿"
_DASHES = "\u2010\u2011\u2012\u2013\u2014―\u2212\ufe58﹣\uff0d\x96\x97"
_FOLD = str.maketrans(
    dict.fromkeys(_DROPPED + _INVISIBLE, "") | dict.fromkeys(_DASHES, "-") | {"…": "..."}
)
_SPACE_AT_MARK = re.compile(r" (?=[.,;:)\]])|(?<=[(\[]) ")
_SPACES = re.compile(r"\s+")


def squeeze(text: str) -> str:
    """The text with every run of white space as one space, trimmed; else unchanged."""
    return " ".join(text.split())


def normalise(text: str) -> str:
    """The text as compared: no case, compatibility forms, quotes, doubled spaces.

    Quotes, apostrophes and ``?`` (what a damaged quote becomes) are dropped, dashes are
    one hyphen with one space or none as printed. Two texts with the same result are the
    same caption.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_FOLD)).casefold().translate(_FOLD)
    return _SPACE_AT_MARK.sub("", _SPACES.sub(" ", folded)).strip()
