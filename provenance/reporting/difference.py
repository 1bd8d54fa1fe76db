"""What changed between two values, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")

# SequenceMatcher is worse than quadratic on hostile values: beyond this many token pairs the
# middle is shown as replaced, and its neglect of very frequent tokens (autojunk) stays on.
_MOST_PAIRS = 1_000_000

_ABBREVIATE_FROM = 60
_HEAD, _TAIL = 28, 10


class Kind(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text with one fate. ``SKIPPED`` carries a remark instead of the value's text."""

    kind: Kind
    text: str


def words(before: str, after: str) -> tuple[Run, ...]:
    """Compare two values by words.

    Joining the ``SAME`` and ``GONE`` runs gives ``before``, joining ``SAME`` and
    ``NEW`` gives ``after``, both character for character.

    Args:
        before: the value as it stands.
        after: the value as it will stand.

    Returns:
        Runs in reading order; what goes stands before what comes.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    runs = [Run(Kind.SAME, "".join(old[:head]))]
    runs += _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    runs.append(Run(Kind.SAME, "".join(old[len(old) - tail :])))
    return tuple(run for run in runs if run.text)


def shortened(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Cut long runs for reading: both ends stay, a remark counts the words left out."""
    return tuple(piece for run in runs for piece in _cut(run))


def _shared(old: list[str], new: list[str]) -> int:
    """Length of the common beginning, in tokens."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _middle(old: list[str], new: list[str]) -> list[Run]:
    if len(old) * len(new) > _MOST_PAIRS:
        return [Run(Kind.GONE, "".join(old)), Run(Kind.NEW, "".join(new))]
    runs = []
    for tag, old_from, old_to, new_from, new_to in _blocks(old, new):
        if tag == "equal":
            runs.append(Run(Kind.SAME, "".join(old[old_from:old_to])))
        else:
            runs.append(Run(Kind.GONE, "".join(old[old_from:old_to])))
            runs.append(Run(Kind.NEW, "".join(new[new_from:new_to])))
    return runs


def _blocks(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Opcodes in which two changes parted by nothing but space or a mark are one change.

    ``Aaref WATAD`` to ``Bakr ALKASEM`` is one change to a reader, not two.
    """
    merged: list[tuple[str, int, int, int, int]] = []
    for block in SequenceMatcher(None, old, new).get_opcodes():
        tag, _, old_to, _, new_to = block
        if len(merged) > 1 and tag != "equal" and _only_space(merged[-1], old):
            _, old_from, _, new_from, _ = merged[-2]
            merged[-2:] = [("replace", old_from, old_to, new_from, new_to)]
        else:
            merged.append(block)
    return merged


def _only_space(block: tuple[str, int, int, int, int], old: list[str]) -> bool:
    tag, old_from, old_to, _, _ = block
    return tag == "equal" and not "".join(old[old_from:old_to]).strip()


def _cut(run: Run) -> tuple[Run, ...]:
    tokens = _TOKEN.findall(run.text)
    count = sum(1 for token in tokens if token[0].isalnum())
    if count <= _ABBREVIATE_FROM:
        return (run,)
    head, tail = _first_words(tokens, _HEAD), _first_words(tokens[::-1], _TAIL)
    left_out = count - _HEAD - _TAIL
    return (
        Run(run.kind, "".join(tokens[:head])),
        Run(Kind.SKIPPED, f"[{left_out} more words]"),
        Run(run.kind, "".join(tokens[len(tokens) - tail :])),
    )


def _first_words(tokens: list[str], wanted: int) -> int:
    """How many tokens hold the first ``wanted`` words."""
    seen = 0
    for index, token in enumerate(tokens):
        seen += token[0].isalnum()
        if seen == wanted:
            return index + 1
    return len(tokens)
