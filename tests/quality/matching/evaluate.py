"""Measure matching on a set of which the truth is known; write the tables of docs/evaluation.md.

``python tests/quality/matching/evaluate.py [--real FOLDER] [--bases N] [--keep DIR] [-j JOBS]``

Without ``--real`` the set begins with the painted scenes of the fixtures. Nothing is fetched.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "fixtures")]

from quality.matching import bases, judging, world  # noqa: E402
from quality.matching.judging import LEVELS, Case, Judged  # noqa: E402
from quality.matching.renderings import WITHIN_TARGET  # noqa: E402

PAGE = ROOT / "docs" / "evaluation.md"
DRESSES = {
    "all": "all its words",
    "words": "caption and byline, no number",
    "none": "no metadata",
}
_HARDEST = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, audit, count, write; 1 where a target is missed."""
    given = _arguments(arguments)
    runs: list[tuple[str, str, Judged]] = []
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(given.keep or temporary)
        if given.real:
            runs.append(
                (
                    "real",
                    "Real pictures",
                    _run(bases.real(given.real, given.bases), place / "real", given.jobs),
                )
            )
        runs.append(
            ("own", "Painted scenes", _run(bases.own(given.bases), place / "own", given.jobs))
        )
    page = PAGE.read_text(encoding="utf-8")
    for name, title, judged in runs:
        page = _between(page, name, "\n".join(_told(title, judged)))
        print("\n".join(_told(title, judged)))
        if given.cases:
            _note(given.cases, name, judged)
    if given.write:
        PAGE.write_text(page, encoding="utf-8")
    return 0 if all(_holds(judged) for _, _, judged in runs) else 1


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, help="a folder of photographs with a MANIFEST.csv")
    parser.add_argument("--bases", type=int, default=1_000, help="at most so many pictures")
    parser.add_argument("--keep", type=Path, help="build here, and keep it")
    parser.add_argument("--cases", type=Path, help="write every case there, as JSON lines")
    parser.add_argument("--write", action="store_true", help="write docs/evaluation.md")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


def _run(begin_with: Sequence[bases.Base], place: Path, jobs: int) -> Judged:
    built = world.build(place, begin_with)
    return judging.judge(built, place / "held", jobs=jobs)


def _note(place: Path, name: str, judged: Judged) -> None:
    with place.open("a", encoding="utf-8") as out:
        for case in judged.cases:
            out.write(json.dumps({"set": name, **asdict(case)}) + "\n")


def _between(page: str, name: str, text: str) -> str:
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    head, _, rest = page.partition(begin)
    _, _, tail = rest.partition(end)
    return f"{head}{begin}\n{text}\n{end}{tail}"


def _holds(judged: Judged) -> bool:
    right, said = judged.decided("strong")
    innocents_safe = sum(one.safe for one in judged.cases if not one.is_copy)
    return right >= 0.999 * said and innocents_safe == 0


def _told(title: str, judged: Judged) -> Iterator[str]:
    safe = sum(one.safe for one in judged.cases)
    wrongly = sum(one.safe for one in judged.cases if not one.is_copy)
    yield f"### {title}"
    yield ""
    yield (
        f"{judged.notices} notices, {judged.files} files, {len(judged.cases)} pairs of a notice and a "
        f"file. Called safe: {safe}, of other pictures {wrongly}."
    )
    yield ""
    yield from _reliability(judged)
    yield ""
    yield from _recall(judged)
    yield ""
    yield from _innocents(judged)
    yield ""
    yield from _hardest(judged.cases)


def _reliability(judged: Judged) -> Iterator[str]:
    yield "| level | pairs | of them the picture | share | 95 % certain to be above |"
    yield "|---|---:|---:|---:|---:|"
    for level in LEVELS[:3]:
        right, said = judged.decided(level)
        share = f"{100 * right / said:.2f} %" if said else "–"
        yield f"| {level} | {said} | {right} | {share} | {_lower(right, said):.2f} % |"


def _lower(right: int, said: int) -> float:
    """The lower end of Wilson's interval (95 %, one-sided), in per cent."""
    if not said:
        return 0.0
    z = 1.645
    share = right / said
    middle = share + z * z / (2 * said)
    spread = z * math.sqrt(share * (1 - share) / said + z * z / (4 * said * said))
    return 100 * (middle - spread) / (1 + z * z / said)


def _recall(judged: Judged) -> Iterator[str]:
    yield "Copies of a picture that the notice names by number or by digest:"
    yield ""
    yield "| copy | metadata | files | strong | medium | low | not found | found |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    yield from _rows(judged.copies(), found=True)
    bare = [
        level
        for (what, dress), levels in judged.copies().items()
        if what in WITHIN_TARGET and dress == "none"
        for level in levels.elements()
    ]
    if bare:
        met = sum(level != "none" for level in bare)
        yield ""
        yield (
            f"Re-saved, resized and in another format, without metadata: "
            f"{met} of {len(bare)} found ({100 * met / len(bare):.2f} %)."
        )


def _innocents(judged: Judged) -> Iterator[str]:
    yield "Pictures that are not the notice's:"
    yield ""
    yield "| picture | metadata | files | strong | medium | low | not matched |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    yield from _rows(judged.neighbours(), found=False)


def _rows(counted: Mapping[tuple[str, str], Counter[str]], *, found: bool) -> Iterator[str]:
    for (what, dress), levels in counted.items():
        total = sum(levels.values())
        cells = " | ".join(str(levels[level]) for level in LEVELS)
        share = f" | {100 * (total - levels['none']) / total:.1f} %" if found else ""
        yield f"| {what} | {DRESSES[dress]} | {total} | {cells}{share} |"


def _hardest(cases: Iterable[Case]) -> Iterator[str]:
    yield "The hardest cases, and what the program says of each:"
    yield ""
    kinds: set[tuple[str, str]] = set()
    shown = 0
    for case in sorted(cases, key=_hardness):
        kind = case.truth.what, case.truth.dress
        if kind in kinds:
            continue
        kinds.add(kind)
        shown += 1
        truth = "a copy" if case.is_copy else "not the picture"
        yield f"{shown}. **{case.truth.what}**, {DRESSES[case.truth.dress]} ({truth}): {case.level}"
        said = case.evidence or ("nothing speaks for it: it is not shown",)
        yield from (f"   - {reason}" for reason in said)
        if shown == _HARDEST:
            return


def _hardness(case: Case) -> tuple[int, int, int, str]:
    """Wrong answers first, then the nearest to them; what has no proven file to look at, last."""
    rank = LEVELS.index(case.level)
    wrongness = rank if case.is_copy else 2 * (3 - rank)
    return case.told_by == "caption", -wrongness, -len(case.evidence), case.path


if __name__ == "__main__":
    raise SystemExit(main())
