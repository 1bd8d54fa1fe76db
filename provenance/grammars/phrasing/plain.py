"""A text as its writer typed it: entities, invisible characters and wrongly read quotes undone.

Grammars read that text; what they find is told in offsets of the text as it was given.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass

_UNIT = re.compile(
    r"&(?:[A-Za-z]{2,8}|#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,5});"
    "|[\u200b\u2060\ufeff\u00ad]"
    # Typographic quotes and dashes of UTF-8 read as Windows-1252, and of GBK as Latin-1.
    "|\u00e2\u20ac(?:[\u201c\u201d\u02dc\u2122\u0153\u009d]|\x9d|\x9c|\x99|\x98)|¡°|¡±|¡®|¡¯"
)
_WRONGLY_READ = {
    "\u00e2\u20ac\u0153": "“", "\u00e2\u20ac\u009d": "”", "\u00e2\u20ac\u2122": "’",
    "\u00e2\u20ac\u02dc": "‘", "\u00e2\u20ac\u201c": "–", "\u00e2\u20ac\u201d": "—",
    "\u00e2\u20ac\x9c": "“", "\u00e2\u20ac\x99": "’", "\u00e2\u20ac\x98": "‘",
    "¡°": "“", "¡±": "”", "¡®": "‘", "¡¯": "’",
}  # fmt: skip
_SIGNS = ("&", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u00e2\u20ac", "¡")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without damage.

    Attributes:
        text: what grammars read.
        ends: for each unit that was undone, the offset behind it in ``text``.
        shifts: by how much the given text is ahead from there on; one more than ``ends``.
    """

    text: str
    ends: tuple[int, ...] = ()
    shifts: tuple[int, ...] = (0,)

    def given(self, offset: int) -> int:
        """The offset in the text as it was given."""
        return offset + self.shifts[bisect_right(self.ends, offset)]


def plain(text: str) -> Plain:
    """Undo what a web page or a wrong charset did to a text; the same text where nothing did."""
    if not any(sign in text for sign in _SIGNS):
        return Plain(text)
    pieces: list[str] = []
    ends: list[int] = []
    shifts = [0]
    at = length = 0
    for unit in _UNIT.finditer(text):
        meant = _meant(unit[0])
        if meant == unit[0]:
            continue
        pieces += [text[at : unit.start()], meant]
        length += unit.start() - at + len(meant)
        at = unit.end()
        ends.append(length)
        shifts.append(at - length)
    if not ends:
        return Plain(text)
    return Plain("".join([*pieces, text[at:]]), tuple(ends), tuple(shifts))


def _meant(unit: str) -> str:
    if unit[0] == "&":
        return html.unescape(unit)
    return _WRONGLY_READ.get(unit, unit if len(unit) > 1 else "")
