"""The outcome as Markdown tables, as docs/fidelity.md has them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Final

from fidelity.attempts import Pixels, Verdict, Written
from fidelity.outcomes import Outcome, eligible, refused

_PATCH_GOAL: Final = 5_000
_HEADINGS: Final = (
    "format", "files", "incomplete", "Content Credentials", "rest", "written", "refused", "rate",
    "unplanned differences", "pixels equal", "not decoded",
)  # fmt: skip


def by_format(found: Sequence[Outcome], *, aided: bool) -> str:
    """Files by what became of them, of the formats that ExifTool writes, or of the others."""
    lines = [f"| {' | '.join(_HEADINGS)} |", f"|---|{'---:|' * (len(_HEADINGS) - 1)}"]
    chosen = _chosen(found, aided=aided)
    groups = _grouped(chosen)
    return "\n".join(
        [
            *lines,
            *(_counts(kind, groups[kind]) for kind in sorted(groups)),
            _counts("**all**", chosen),
        ]
    )


def _chosen(found: Iterable[Outcome], *, aided: bool) -> list[Outcome]:
    return [
        one
        for one in found
        if one.attempt.aided is aided and one.attempt.verdict is not Verdict.FOREIGN
    ]


def _grouped(found: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in found:
        groups[one.attempt.kind].append(one)
    return groups


def _counts(kind: str, group: Sequence[Outcome]) -> str:
    verdicts = Counter(one.attempt.verdict for one in group)
    pixels = Counter(one.pixels for one in _written(group))
    cells = (
        len(group),
        verdicts[Verdict.INCOMPLETE],
        verdicts[Verdict.CREDENTIALS],
        len(eligible(group)),
        verdicts[Verdict.WRITTEN],
        verdicts[Verdict.REFUSED],
        rate(len(refused(group)), len(eligible(group))),
        sum(len(one.unplanned) for one in group),
        pixels[Pixels.EQUAL],
        pixels[Pixels.UNKNOWN],
    )
    return f"| {kind} | {' | '.join(map(str, cells))} |"


def rate(part: int, number: int) -> str:
    """A part in a hundred, rounded up; empty where there is nothing."""
    return f"{math.ceil(10_000 * part / number) / 100:.2f} %" if number else ""


def _written(found: Iterable[Outcome]) -> Iterator[Written]:
    return (one.attempt.written for one in found if one.attempt.written is not None)


def growth(found: Sequence[Outcome]) -> str:
    """Octets beyond the new text: in XMP, by whether there was a packet, and in all the rest."""
    lines = [
        "| format | with XMP | median | largest | without | new packet | rest: median | largest |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for aided in (False, True):
        groups = _grouped(_chosen(found, aided=aided))
        lines += [_grown(kind, list(_written(groups[kind]))) for kind in sorted(groups)]
    return "\n".join(lines)


def _grown(kind: str, group: Sequence[Written]) -> str:
    old = [one.in_xmp for one in group if not one.new_packet]
    new = [one.in_xmp for one in group if one.new_packet]
    rest = [one.growth - one.in_xmp for one in group]
    cells = (len(old), *_spread(old), len(new), max(new, default=""), *_spread(rest))
    return f"| {kind} | {' | '.join(map(str, cells))} |"


def _spread(numbers: Sequence[int]) -> tuple[int | str, int | str]:
    return (round(median(numbers)), max(numbers)) if numbers else ("", "")


def undo(found: Sequence[Outcome]) -> str:
    """How many files come back octet by octet, and how long the patches are."""
    every = list(_written(found))
    sizes = sorted(one.patch for one in every)
    over = sum(size >= _PATCH_GOAL for size in sizes)
    row = (
        len(every),
        sum(one.undone for one in every),
        round(median(sizes)),
        sizes[math.ceil(0.95 * len(sizes)) - 1],
        sizes[-1],
        over,
    )
    lines = [
        "| files | byte-exact | patch: median | 95 of 100 below | largest | of 5,000 octets or more |",
        "|---:|---:|---:|---:|---:|---:|",
        f"| {' | '.join(map(str, row))} |",
    ]
    return "\n".join(lines)


def consequences(found: Sequence[Outcome]) -> Counter[int]:
    """How many tags each rule explains; 0 is the plan itself."""
    total: Counter[int] = Counter()
    for one in found:
        total.update(one.explained)
    return total


def refusals(found: Sequence[Outcome]) -> str:
    """Every whole file that is not written."""
    lines = ["| file | format | code |", "|---|---|---|"]
    lines += [
        f"| `{one.attempt.key[0]}` | {one.attempt.kind} | {one.attempt.code} |"
        for one in sorted(refused(found), key=lambda one: one.attempt.key)
    ]
    return "\n".join(lines)
