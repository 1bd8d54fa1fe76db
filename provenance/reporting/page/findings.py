"""One finding in words: what is wrong, why that is believed, what is to be written."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from provenance.model import Edit, Evidence, Finding, Property
from provenance.reporting import wording
from provenance.reporting.difference import Kind, Run, shortened, words
from provenance.reporting.machine.wire import edited_path
from provenance.reporting.report import Item, ItemState

_VALUE_LENGTH = 20_000

Value = tuple[Property, str, str | None]
"""A property, what stands there and what is to stand there; None where it is to go."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value and what becomes of it, in every place where it stands alike.

    ``before`` and ``after`` are set where ``runs`` leave words out.
    """

    label: str
    places: tuple[str, ...]
    removed: bool
    runs: tuple[Run, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of evidence; ``sign`` is ``+``, ``-`` or empty, and so is its ``weight``.

    ``name`` is the kind of evidence in a word or two; ``of`` names the copies of which it is
    said where it is not said of all that stand together.
    """

    sign: str
    text: str
    weight: str = ""
    name: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding, without the file it stands in.

    ``stage`` is that of the finding, or ``conflict``; ``proposed`` is what the program had
    proposed where a person put other values in.
    """

    rule: str
    stage: str
    label: str
    message: str
    standing: str
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    decision: str
    proposed: tuple[str, ...] = ()


def finding_view(item: Item, path: str, today: str) -> FindingView:
    """One finding as a page shows it by itself.

    Args:
        item: the finding with what was decided and done about it.
        path: of its asset, for a person.
        today: the desk's date, from which the days left of a decision count.
    """
    finding = item.finding
    return FindingView(
        rule=wording.RULES[finding.rule][0],
        stage=stage_code(item),
        label=wording.stage_label(item),
        message=finding.message,
        standing=wording.standing(item),
        reasons=tuple(reason(one) for one in finding.evidence),
        changes=tuple(change(value, found) for value, found in places(finding, path).items()),
        decision=logged(decision(item, today), item.decision_index),
        proposed=proposed(finding),
    )


def stage_code(item: Item) -> str:
    """The stage of a finding for a style sheet, or ``conflict``."""
    return "conflict" if item.state is ItemState.CONFLICT else item.stage.value


def proposed(finding: Finding) -> tuple[str, ...]:
    """What the program had proposed where a person put another value in."""
    written = {(edit.uri, edit.container, edit.locator): edit.after for edit in finding.edits}
    told = (
        f"{edit.locator}: {_within(edit.after or '(removed)')}"
        for edit in finding.proposed
        if written.get((edit.uri, edit.container, edit.locator)) != edit.after
    )
    return tuple(dict.fromkeys(told))


def decision(item: Item, today: str) -> str:
    """Who decided what, when and why; empty where nobody did."""
    return wording.decision(item.decision, today) if item.decision else ""


def logged(words: str, index: int | None) -> str:
    """The words, and which entry of the log holds what they say."""
    return words if index is None or not words else f"{words} (log entry {index})"


def reason(one: Evidence) -> Reason:
    """One sentence of evidence with its weight."""
    sign = "" if one.weight == 0 else "+" if one.weight > 0 else "-"
    weight = f"{one.weight:+.1f}".replace("-", "\N{MINUS SIGN}") if sign else ""
    return Reason(sign, one.detail, weight, one.name.replace("-", " "))


def places(finding: Finding, path: str) -> dict[Value, tuple[str, ...]]:
    """Each value that is to change, with the places where it stands alike."""
    found: dict[Value, list[str]] = {}
    for edit in finding.edits:
        key = (edit.property, edit.before, edit.after)
        found.setdefault(key, []).append(_place(edit, finding.uri, path))
    return {key: tuple(where) for key, where in found.items()}


def _place(edit: Edit, uri: str, path: str) -> str:
    if edit.uri == uri:
        return edit.locator
    return f"{edit.locator} in {posixpath.basename(edited_path(edit, uri, path))}"


def change(value: Value, where: Iterable[str] = ()) -> Change:
    """What becomes of one value, word by word."""
    prop, before, after = value
    runs = words(before, after or "")
    short = shortened(runs)
    cut = short != runs
    return Change(
        label=wording.PROPERTIES[prop],
        places=tuple(where),
        removed=after is None,
        runs=_joined(short),
        before=_within(before) if cut else "",
        after=_within(after or "") if cut else "",
    )


def _joined(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Limit the text of all runs together: a hostile value may be megabytes of one word."""
    kept: list[Run] = []
    left = _VALUE_LENGTH
    for run in runs:
        if left <= 0:
            kept.append(Run(Kind.SKIPPED, "[the rest is left out]"))
            break
        kept.append(Run(run.kind, _within(run.text, left)))
        left -= len(run.text)
    return tuple(kept)


def _within(text: str, length: int = _VALUE_LENGTH) -> str:
    more = len(text) - length
    return text if more <= 0 else f"{text[:length]} [{more:,} more characters]"
