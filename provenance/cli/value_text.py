"""One value for the eye: short enough, harmless, its credit and notices marked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from rich.text import Text

from provenance import captions, grammars
from provenance.model import CreditLine, Property, PropertyValue
from provenance.reporting import difference
from provenance.reporting.text import one_line, paragraphs

CONFLICT: Final = "bold red"
CREDIT: Final = "bold green"
NOTICE: Final = "bold magenta"
PLACE: Final = "dim"
ATTENTION: Final = "yellow"

_LONGEST: Final = 600
_LONGEST_CAPTION: Final = 2_000
"""Characters of a value that are shown; every caption that IIM allows is shown whole."""
_MOST_LINES: Final = 24
_SEARCHED: Final = 20_000
"""Characters of a caption in which credit lines are looked for, with ``-v`` too."""
_JOINT: Final = "; "
_BLANKS: Final = re.compile(r"\n\s*\n")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})


def shown(value: PropertyValue, *, whole: bool) -> str:
    """A value's texts as one, its line ends kept, with nothing in it that steers a terminal.

    Args:
        value: hostile or not.
        whole: however long it is; else what is left out is counted at the end.
    """
    if whole:
        return _BLANKS.sub("\n\n", paragraphs(_JOINT.join(value.values)).strip())
    caption = value.property is Property.DESCRIPTION
    said = _JOINT.join(_up_to(value.values, _LONGEST_CAPTION if caption else _LONGEST))
    left = sum(map(len, value.values)) + len(_JOINT) * (len(value.values) - 1) - len(said)
    lines = _BLANKS.sub("\n\n", paragraphs(said).strip()).split("\n")
    if len(lines) > _MOST_LINES:
        left += sum(map(len, lines[_MOST_LINES:])) + len(lines) - _MOST_LINES
        lines = lines[:_MOST_LINES]
    text = "\n".join(lines).rstrip()
    return f"{text}... ({left:,} more character{'s' if left > 1 else ''})" if left else text


def in_brief(text: str, length: int = 80) -> str:
    """The beginning of a text, on one line."""
    line = one_line(text[: 4 * length])
    return line if len(line) <= length and len(text) <= 4 * length else f"{line[:length]} …"


def styled(prop: Property, text: str, style: str = "") -> Text:
    """A shown text; of a caption with its credit lines and the words of notices marked."""
    made = Text(text)
    made.stylize(style)
    if prop is Property.DESCRIPTION:
        for line in captions.credit_lines(text[:_SEARCHED]):
            made.stylize(CREDIT, line.start, line.end)
    for one in grammars.find(text[:_SEARCHED]):
        made.stylize(NOTICE, one.frame.outer_start, one.frame.outer_end)
    return made


def mark_difference(made: Text, other: str) -> None:
    """Mark the words of a shown text that another one does not have."""
    at = 0
    for run in difference.words(other, made.plain):
        if run.kind is difference.Kind.NEW:
            made.stylize(CONFLICT, at, at + len(run.text))
        if run.kind is not difference.Kind.GONE:
            at += len(run.text)


def credits_in_words(value: PropertyValue) -> str:
    """How the credit lines of a caption are understood; empty where it has none."""
    found = [line for text in value.values for line in captions.credit_lines(text[:_SEARCHED])]
    return one_line(" | ".join(dict.fromkeys(map(_in_words, found))))


def has_notice(values: Iterable[PropertyValue]) -> bool:
    """Whether words of an agency's notice stand in one of the values."""
    return any(grammars.find(text[:_SEARCHED]) for value in values for text in value.values)


def runs_right_to_left(text: str) -> bool:
    """Whether a terminal may write it from the right, through what stands beside it."""
    return not text.isascii() and any(
        unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text
    )


def _up_to(values: Sequence[str], length: int) -> list[str]:
    """The first texts, as many as begin within a length, the last one cut there."""
    taken: list[str] = []
    for text in values:
        if length <= 0:
            break
        taken.append(text[:length])
        length -= len(text) + len(_JOINT)
    return taken


def _in_words(line: CreditLine) -> str:
    parts = [line.creator or "no photographer"]
    agencies = [name for name in line.agencies if name != line.via]
    if agencies:
        parts.append("/".join(agencies))
    if line.via:
        parts.append(f"via {line.via}")
    if line.role:
        parts.append(line.role)
    if line.truncated:
        parts.append("the line is cut")
    return ", ".join(parts)
