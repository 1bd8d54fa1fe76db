"""A notice's own words with the wrong and the right values marked in them."""

from __future__ import annotations

import re
from typing import Final

from provenance.model import Notice
from provenance.reporting.difference import Kind, Run

_LONGEST: Final = 20_000
_MOST_VALUES: Final = 24
# Longer values are whole captions, of which a reader is told in the comparison beside.
_LENGTHS: Final = range(2, 161)


def marked(notice: Notice) -> tuple[Run, ...]:
    """The text of a notice in runs: ``GONE`` are its wrong values, ``NEW`` its right ones.

    Letters count whatever their case, as agencies write family names in capitals here and
    there; a value that is both wrong and right is left unmarked, and so is one of more than
    160 characters. Joined, the runs give the text; one that is longer than 20,000 characters
    ends in a remark.
    """
    text = notice.text[:_LONGEST]
    pairs = notice.corrections[:_MOST_VALUES]
    wrong = {_plain(one.wrong) for one in pairs if one.wrong}
    right = {_plain(one.right) for one in pairs if one.right}
    values = sorted(wrong ^ right, key=len, reverse=True)
    told = [value for value in values if len(value) in _LENGTHS]
    runs: list[Run] = []
    at = 0
    if told:
        pattern = re.compile("|".join(map(_spaced, told)), re.IGNORECASE)
        for found in pattern.finditer(text):
            kind = Kind.GONE if _plain(found[0]) in wrong else Kind.NEW
            runs += [Run(Kind.SAME, text[at : found.start()]), Run(kind, found[0])]
            at = found.end()
    runs.append(Run(Kind.SAME, text[at:]))
    more = len(notice.text) - len(text)
    if more:
        runs.append(Run(Kind.SKIPPED, f"[{more:,} more characters]"))
    return tuple(run for run in runs if run.text)


def _spaced(value: str) -> str:
    """A pattern for a value that may be broken across lines, and not begin within a word."""
    words = r"\s+".join(map(re.escape, value.split()))
    return rf"(?<!\w){words}(?!\w)"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
