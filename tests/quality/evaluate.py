"""Measure how well notices are understood, over real texts and over the project's own set.

``python tests/quality/evaluate.py [--real FILE]`` writes the tables of ``docs/notices.md``.

Each text is given to the program as words alone: without its sender, without the status
that its carrier had. A value counts as right only when the whole value is equal, white
space, case and quotes aside.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from provenance.grammars import Context
from provenance.model import Notice
from provenance.notices import carrier
from provenance.wording import normalise

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "fixtures" / "wording" / "notices.jsonl"
HELD_OUT = ROOT / "fixtures" / "wording" / "held_out.jsonl"
PAGE = ROOT / "docs" / "notices.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_FIRES = {"text-correction": "correction"}


@dataclass(frozen=True, slots=True)
class Case:
    """One text and what a reader knows it to say.

    Attributes:
        name: of the case.
        sender: the agency, for the table.
        text: the words.
        kind: ``correction``, ``withdrawal`` or ``none``.
        provider: the agency that the words themselves name, None where they name none.
        pairs: property, wrong, right of each correction.
        caption: the text is a caption of an archive, not a message.
        fields: the truth names the corrected properties, too.
    """

    name: str
    sender: str
    text: str
    kind: str
    provider: str | None
    pairs: tuple[tuple[str | None, str | None, str | None], ...]
    caption: bool = False
    fields: bool = True


@dataclass(slots=True)
class Tally:
    """Hits among what was said and what should have been said."""

    right: int = 0
    said: int = 0
    due: int = 0

    def count(self, said: object, due: object) -> None:
        """One answer: ``None`` is silence."""
        self.said += said is not None
        self.due += due is not None
        self.right += said is not None and said == due

    def __str__(self) -> str:
        return f"{_share(self.right, self.said)} / {_share(self.right, self.due)}"


@dataclass(slots=True)
class Score:
    """The figures of one group of cases."""

    cases: int = 0
    notice: Tally = field(default_factory=Tally)
    kind: Tally = field(default_factory=Tally)
    provider: Tally = field(default_factory=Tally)
    wrong: Tally = field(default_factory=Tally)
    right: Tally = field(default_factory=Tally)
    property: Tally = field(default_factory=Tally)
    swapped: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def own_cases(path: Path = OWN) -> list[Case]:
    """A set of the project's own: the agencies' forms with invented names, and furniture."""
    return [
        Case(
            row["id"],
            row["sender"] or "any sender",
            row["text"],
            row["fires"],
            row["provider"],
            tuple((one["property"], one["wrong"], one["right"]) for one in row["corrections"]),
            row["where"] == "caption",
        )
        for row in map(json.loads, path.read_text("utf-8").splitlines())
    ]


def real_cases(path: Path) -> list[Case]:
    """Published texts with their annotation; the annotated field is prose, so no property is due."""
    cases = []
    for number, row in enumerate(map(json.loads, path.read_text("utf-8").splitlines()), start=1):
        fires = row["fires"]
        pairs = ((None, row["wrong"], row["right"]),) if row["wrong"] or row["right"] else ()
        cases.append(
            Case(
                f"real-{number:02d}",
                row["agency"].split(" (")[0].split("/")[0].split(" via ")[0].split(":")[0],
                row["text"],
                _FIRES.get(fires, fires),
                None,
                pairs,
                fields=False,
            )
        )
    return cases


def understood(case: Case) -> tuple[Notice, ...]:
    """What the program reads in the text: as a caption of an archive, or as a message."""
    context = None if case.caption else Context()
    return carrier.read(case.text, source=case.name, context=context).notices


def measure(cases: Iterable[Case]) -> dict[str, Score]:
    """The score of each sender, and of all of them under ``all``."""
    scores: dict[str, Score] = {}
    for case in cases:
        found = understood(case)
        for name in (case.sender, "all"):
            _count(scores.setdefault(name, Score()), case, found)
    return scores


def _count(score: Score, case: Case, found: Sequence[Notice]) -> None:
    score.cases += 1
    kinds = {one.kind.value for one in found}
    due = None if case.kind == "none" else case.kind
    said = case.kind if case.kind in kinds else next(iter(sorted(kinds)), None)
    score.notice.count("notice" if said else None, "notice" if due else None)
    score.kind.count(said, due)
    if said and not due:
        score.alarms.append(case.name)
    if due and not said:
        score.missed.append(case.name)
    if not due or not said:
        return
    named = next((one.provider for one in found if one.provider), None)
    if case.provider or named:
        score.provider.count(named, case.provider or named)
    got = [
        (None if p.property is None else p.property.value, p.wrong, p.right)
        for one in found
        for p in one.corrections
    ]
    _count_pairs(score, case, got)


def _count_pairs(
    score: Score, case: Case, got: Sequence[tuple[str | None, str | None, str | None]]
) -> None:
    for index in range(max(len(case.pairs), len(got))):
        prop, wrong, right = case.pairs[index] if index < len(case.pairs) else (None, None, None)
        mine = got[index] if index < len(got) else (None, None, None)
        score.wrong.count(_key(mine[1]), _key(wrong))
        score.right.count(_key(mine[2]), _key(right))
        if case.fields and (prop is not None or index >= len(case.pairs)):
            score.property.count(mine[0], prop)
        if (_key(mine[1]), _key(mine[2])) != (_key(wrong), _key(right)):
            score.differing.append(f"{case.name}: {mine[1]!r} -> {mine[2]!r}")
        if (
            _key(wrong)
            and _key(right)
            and (_key(mine[1]), _key(mine[2])) == (_key(right), _key(wrong))
        ):
            score.swapped.append(case.name)


def _key(value: str | None) -> str | None:
    return None if value is None else normalise(value).strip(" .,;:()[]")


def _share(part: int, whole: int) -> str:
    return "–" if not whole else f"{100 * part / whole:.0f} %"


def table(scores: dict[str, Score]) -> str:
    """The figures as Markdown: precision / recall of each part."""
    lines = [
        "| sender | n | is a notice | kind | provider | wrong | right | property | swapped |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name in [*sorted(set(scores) - {"all"}, key=str.casefold), "all"]:
        one = scores[name]
        parts = (one.notice, one.kind, one.provider, one.wrong, one.right, one.property)
        lines.append(
            f"| {name} | {one.cases} | {' | '.join(map(str, parts))} | {len(one.swapped)} |"
        )
    return "\n".join(lines)


def _told(scores: dict[str, Score]) -> str:
    whole = scores["all"]
    return "\n".join(
        f"- {what}: {', '.join(f'`{one}`' for one in names) or 'none'}."
        for what, names in (
            ("False alarms", whole.alarms),
            ("Missed", whole.missed),
            ("Values that differ", whole.differing),
        )
    )


def figures(real: Path | None) -> str:
    """Everything between the page's marks."""
    parts: list[str] = []
    for title, path in (("The project's own set", OWN), ("Held out", HELD_OUT)):
        scores = measure(own_cases(path))
        parts += [f"### {title}", "", table(scores), "", _told(scores), ""]
    if real is not None:
        found = measure(real_cases(real))
        parts += ["### Published texts", "", table(found), "", _told(found)]
    return "\n".join(parts).rstrip()


def main() -> int:
    """Write the figures into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, help="published texts with their annotation (JSONL)")
    real = parser.parse_args().real
    page = PAGE.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    tail = rest.partition(END)[2]
    PAGE.write_text(f"{head}{BEGIN}\n\n{figures(real)}\n\n{END}{tail}", "utf-8")
    print(figures(real))
    return 0


if __name__ == "__main__":
    sys.exit(main())
