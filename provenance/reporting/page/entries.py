"""Copies about which the same is to be said stand together, and it is said once.

Within one entry each copy has a number. What holds for all of them is told without numbers,
what holds for some is told with theirs, so that nothing that is true of one copy is lost.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from provenance.model import MetadataRecord, Property
from provenance.reporting import wording
from provenance.reporting.page import findings
from provenance.reporting.page.findings import Change, Reason, Value
from provenance.reporting.report import Item, Picture, Stage

MOST_TOGETHER: Final = 24
"""Copies of one entry; what is said of more than these is said again."""

_ALT_LENGTH: Final = 120
_CAPTION_FIRST = (Property.DESCRIPTION, Property.HEADLINE, Property.TITLE)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and of which copies it is true; ``of`` is empty where of all."""

    text: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Spots:
    """Places in files, and in which of the copies they are; ``of`` is empty where in all."""

    places: tuple[str, ...]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """One value and what becomes of it, wherever it stands alike."""

    change: Change
    spots: tuple[Spots, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One finding, the same in every copy of its entry.

    ``reasons`` were not told before in this section; ``again`` names those that were.
    """

    rule: str
    stage: str
    label: str
    message: str
    standing: str
    reasons: tuple[Reason, ...]
    again: str
    changes: tuple[Shared, ...]
    decisions: tuple[Said, ...]
    proposed: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class FileView:
    """A copy: its number within the entry (0 where it stands alone), and where it was published."""

    number: int
    path: str
    published: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """A picture to draw, and which copies look so.

    ``instead`` where there is none to draw: a web page or a text; ``large`` where the section
    draws it for the first time.
    """

    picture: Picture
    alt: str
    of: str
    instead: str
    large: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """Copies, how they look, and what is to be said of all of them."""

    looks: tuple[Look, ...]
    files: tuple[FileView, ...]
    findings: tuple[Told, ...]
    fixes: tuple[Said, ...]


Kin = Sequence[Sequence[Picture]]
"""The pictures of one section, copies of one picture together."""


def looks(kin: Kin) -> tuple[tuple[tuple[Picture, bool], ...], ...]:
    """Entry by entry the pictures to be drawn, and whether each is drawn for the first time."""
    return tuple(tuple((look, large) for look, _, large in entry) for _, entry in _placed(kin))


def entries(kin: Kin, today: str) -> tuple[Entry, ...]:
    """The entries of one section: those first in which somebody has to move.

    Args:
        kin: copies of one picture together, in the order in which they are to be read.
        today: the desk's date, from which the days left of a decision count.
    """
    teller = _Teller(today)
    return tuple(teller.entry(pictures, shown) for pictures, shown in _placed(kin))


_Shown = list[tuple[Picture, list[int], bool]]


def _placed(kin: Kin) -> list[tuple[tuple[Picture, ...], _Shown]]:
    """Pictures of equal words together, each with what it looks like."""
    groups: dict[tuple[object, ...], list[tuple[int, Picture]]] = {}
    for at, family in enumerate(kin):
        for picture in family:
            groups.setdefault(_words(picture), []).append((at, picture))
    drawn: set[int] = set()
    placed = []
    for group in sorted(groups.values(), key=lambda one: _press(one[0][1])):
        for start in range(0, len(group), MOST_TOGETHER):
            some = group[start : start + MOST_TOGETHER]
            placed.append((tuple(one for _, one in some), _shown(some, drawn)))
    return placed


def _shown(some: Sequence[tuple[int, Picture]], drawn: set[int]) -> _Shown:
    """One picture for each family among the copies, with the numbers of those that look so."""
    numbers: dict[int, list[int]] = {}
    first: dict[int, Picture] = {}
    for number, (at, picture) in enumerate(some, start=1):
        numbers.setdefault(at, []).append(number)
        if at not in first or first[at].record is None:
            first[at] = picture
    leading = next(iter(numbers))
    fresh = leading not in drawn
    drawn.add(leading)
    return [(first[at], numbers[at], fresh and at == leading) for at in numbers]


def _words(picture: Picture) -> tuple[object, ...]:
    return tuple(
        (
            item.finding.rule,
            findings.stage_code(item),
            wording.stage_label(item),
            item.finding.message,
            wording.standing(item),
        )
        for item in picture.items
    )


def _press(picture: Picture) -> int:
    stages = list(Stage)
    return min(stages.index(item.stage) for item in picture.items)


class _Teller:
    """Tells a section entry by entry, and remembers which evidence it has told."""

    def __init__(self, today: str) -> None:
        self._today = today
        self._told: dict[str, set[str]] = {}

    def entry(self, pictures: tuple[Picture, ...], shown: _Shown) -> Entry:
        every = len(pictures)
        return Entry(
            looks=tuple(
                Look(one, alt_text(one), _of(numbers, every), instead(one.record), large)
                for one, numbers, large in shown
            ),
            files=tuple(
                FileView(number if every > 1 else 0, one.path, one.published)
                for number, one in enumerate(pictures, start=1)
            ),
            findings=tuple(
                self._finding(tuple(one.items[at] for one in pictures), pictures)
                for at in range(len(pictures[0].items))
            ),
            fixes=_fixes(pictures),
        )

    def _finding(self, items: tuple[Item, ...], pictures: Sequence[Picture]) -> Told:
        first, every = items[0], len(items)
        reasons, again = self._reasons(items)
        decided = _Gathered(every)
        proposals = _Gathered(every)
        for number, item in enumerate(items, start=1):
            decided.put(findings.decision(item, self._today), number, item.decision_index)
            for words in findings.proposed(item.finding):
                proposals.put(words, number)
        return Told(
            rule=wording.RULES[first.finding.rule][0],
            stage=findings.stage_code(first),
            label=wording.stage_label(first),
            message=first.finding.message,
            standing=wording.standing(first),
            reasons=reasons,
            again=again,
            changes=_changes(items, pictures),
            decisions=decided.said(),
            proposed=proposals.said(),
        )

    def _reasons(self, items: tuple[Item, ...]) -> tuple[tuple[Reason, ...], str]:
        """What was not told yet in sentences, and by its name what was."""
        found: dict[Reason, list[int]] = {}
        for number, item in enumerate(items, start=1):
            for one in dict.fromkeys(map(findings.reason, item.finding.evidence)):
                found.setdefault(one, []).append(number)
        new: list[Reason] = []
        again: list[str] = []
        for one, numbers in found.items():
            of = _of(numbers, len(items))
            if self._told.get(one.name) == {one.text}:
                copies = f", {of}" if of else ""
                again.append(f"{one.name} {one.weight}".strip() + copies)
            else:
                new.append(replace(one, of=of))
        for one in found:
            self._told.setdefault(one.name, set()).add(one.text)
        return tuple(new), "; ".join(again)


class _Gathered:
    """Sentences with the copies of which they are true, and the log's entries about each."""

    def __init__(self, every: int) -> None:
        self._every = every
        self._found: dict[str, list[tuple[int, int | None]]] = {}

    def put(self, words: str, number: int, index: int | None = None) -> None:
        if words:
            self._found.setdefault(words, []).append((number, index))

    def said(self) -> tuple[Said, ...]:
        return tuple(self._one(words, held) for words, held in self._found.items())

    def _one(self, words: str, held: list[tuple[int, int | None]]) -> Said:
        of = _of([number for number, _ in held], self._every)
        entries_of: dict[int, list[int]] = {}
        for number, index in held:
            if index is not None:
                entries_of.setdefault(index, []).append(number)
        if not entries_of:
            return Said(words, of)
        if len(entries_of) == 1:
            index = next(iter(entries_of))
            if words.endswith("."):
                return Said(f"{words[:-1]}, log entry {index}.", of)
            return Said(findings.logged(words, index), of)
        told = ", ".join(
            f"{index} for {_of(numbers, self._every)}" for index, numbers in entries_of.items()
        )
        return Said(f"{words.removesuffix('.')} (log entries {told})")


def _fixes(pictures: Sequence[Picture]) -> tuple[Said, ...]:
    gathered = _Gathered(len(pictures))
    for number, picture in enumerate(pictures, start=1):
        for fix in dict.fromkeys(fix for item in picture.items for fix in item.fixes):
            gathered.put(wording.fix(replace(fix, log_index=None)), number, fix.log_index)
    return gathered.said()


def _changes(items: Sequence[Item], pictures: Sequence[Picture]) -> tuple[Shared, ...]:
    """Each value once, with the places where it stands in each of the copies."""
    found: dict[Value, dict[str, list[int]]] = {}
    for number, (item, picture) in enumerate(zip(items, pictures, strict=True), start=1):
        for value, where in findings.places(item.finding, picture.path).items():
            spots = found.setdefault(value, {})
            for place in dict.fromkeys(where):
                spots.setdefault(place, []).append(number)
    return tuple(
        Shared(findings.change(value), _spots(spots, len(items))) for value, spots in found.items()
    )


def _spots(found: dict[str, list[int]], every: int) -> tuple[Spots, ...]:
    """Places that the same copies have stand together."""
    together: dict[str, list[str]] = {}
    for place, numbers in found.items():
        together.setdefault(_of(numbers, every), []).append(place)
    return tuple(Spots(tuple(where), of) for of, where in together.items())


def _of(numbers: Sequence[int], every: int) -> str:
    """``copies 1-3, 5`` with a proper dash; empty where it is all of them."""
    distinct = sorted(set(numbers))
    if len(distinct) == every:
        return ""
    runs: list[list[int]] = []
    for one in distinct:
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    told = ", ".join(
        f"{run[0]}\N{EN DASH}{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs
    )
    return f"{'copy' if len(distinct) == 1 else 'copies'}\N{NO-BREAK SPACE}{told}"


def alt_text(picture: Picture) -> str:
    """What the picture shows, by its own caption; at most 120 characters."""
    caption = _caption(picture.record) if picture.record else ""
    text = " ".join(caption.split())
    if not text:
        return f"Picture without a caption: {posixpath.basename(picture.path)}"
    if len(text) <= _ALT_LENGTH:
        return text
    cut = text[: _ALT_LENGTH - 1]
    whole_words = cut.rsplit(" ", 1)[0] if " " in cut else cut
    return whole_words.rstrip(" ,;:-") + "…"


def instead(record: MetadataRecord | None) -> str:
    """What to say where there is no picture to draw; empty where there may be one."""
    kind = record.media_type.partition(";")[0] if record else ""
    if not kind.startswith("text/"):
        return ""
    return "A web page" if kind == "text/html" else "A text file"


def _caption(record: MetadataRecord) -> str:
    texts: Iterable[str] = (
        text for prop in _CAPTION_FIRST for value in record.of(prop) for text in value.values
    )
    return next((text for text in texts if text.strip()), "")
