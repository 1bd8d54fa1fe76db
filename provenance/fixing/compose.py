"""Two corrections of one text become one, if they do not touch the same words.

A caption may hold a wrong credit and a leaked notice; each finding brings the whole
caption as it should read after its own correction. Both are changes of the same text and
go together only where they are apart.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from provenance.errors import RewriteRefusedError

_MAX_COMPARED = 6_000
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class _Change:
    """``base[start:end]`` becomes ``text``."""

    start: int
    end: int
    text: str


def compose(base: str, one: str | None, other: str | None) -> str | None:
    """The text with both corrections made.

    Args:
        base: the text both start from.
        one: the text as the first correction leaves it; None removes it.
        other: the text as the second leaves it; None removes it.

    Raises:
        RewriteRefusedError: ``edits-conflict`` where they touch the same words or the
            text is too long to be compared.
    """
    if other in {one, base}:
        return one
    if one == base:
        return other
    if one is None or other is None:
        raise _apart("one correction removes the value that the other changes")
    mine, theirs = _changes(base, one), _changes(base, other)
    merged: list[_Change] = []
    for change in sorted({*mine, *theirs}, key=lambda found: (found.start, found.end)):
        # Touching counts as overlapping: the order of two insertions would be a guess.
        if merged and change.start <= merged[-1].end:
            raise _apart("both corrections change the same words")
        merged.append(change)
    return _applied(base, merged)


def _apart(why: str) -> RewriteRefusedError:
    return RewriteRefusedError(
        f"Two corrections of one value cannot be joined: {why}.",
        code="edits-conflict",
        remedy="Apply the first one, scan again, and look at what is left.",
    )


def _applied(base: str, changes: list[_Change]) -> str:
    out, at = [], 0
    for change in changes:
        out += [base[at : change.start], change.text]
        at = change.end
    return "".join([*out, base[at:]])


def _changes(base: str, after: str) -> list[_Change]:
    """What turns ``base`` into ``after``, in whole words, in order."""
    front = _same_words(_TOKEN.findall(base), _TOKEN.findall(after))
    back = _same_words(
        _TOKEN.findall(base[front:])[::-1],
        _TOKEN.findall(after[front:])[::-1],
    )
    end, after_end = len(base) - back, len(after) - back
    old, new = _TOKEN.findall(base[front:end]), _TOKEN.findall(after[front:after_end])
    # The comparison is quadratic at worst: a hostile caption must not stop the desk.
    if len(old) + len(new) > _MAX_COMPARED and old and new:
        raise _apart("the text is too long to set two corrections beside each other")
    places = [front]
    for token in old:
        places.append(places[-1] + len(token))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        _Change(places[i], places[j], "".join(new[k:m]))
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]


def _same_words(one: list[str], other: list[str]) -> int:
    """Length in characters of the words that both begin with."""
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += len(mine)
    return length
