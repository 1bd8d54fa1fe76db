"""The report as the page shows it: grouped, counted and cut to a length a person can read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from provenance.model import Edit, Finding, MetadataRecord, Notice, Property, Rule
from provenance.reporting import wording
from provenance.reporting.difference import Kind, Run, shortened, words
from provenance.reporting.family import STATES, MemberState
from provenance.reporting.report import (
    ComplianceReport,
    Family,
    Item,
    NoticeSection,
    Picture,
    RuleSection,
    Stage,
    Stamp,
)
from provenance.reporting.wire import edited_path

_ALT_LENGTH = 120
_VALUE_LENGTH = 20_000
_CAPTION_FIRST = (Property.DESCRIPTION, Property.HEADLINE, Property.TITLE)


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
    """One sentence of evidence; ``sign`` is ``+``, ``-`` or empty, and so is its ``weight``."""

    sign: str
    text: str
    weight: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding, without the file it stands in: copies that share it are shown once."""

    rule: str
    stage: str
    label: str
    message: str
    standing: str
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    decision: str


@dataclass(frozen=True, slots=True)
class FileView:
    """A path with the fixes made to it, and where it was published."""

    path: str
    fixes: tuple[str, ...]
    published: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """Copies about which the very same is to be said."""

    files: tuple[FileView, ...]
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class FamilyView:
    """One picture: what to draw, what to say in its place, and its copies."""

    picture: Picture
    alt: str
    copies: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice's section."""

    notice: Notice
    essences: tuple[wording.Essence, ...]
    state: str
    label: str
    clock: str
    counts: str
    members: str
    unclean: tuple[tuple[str, str], ...]
    families: tuple[FamilyView, ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule's section."""

    rule: str
    title: str
    remedy: str
    rows: tuple[FamilyView, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart: findings of one rule, by who has to move. Shares in percent."""

    label: str
    ready: int
    person: int
    settled: int
    unit: float

    @property
    def total(self) -> int:
        """All findings of the rule."""
        return self.ready + self.person + self.settled


def notices(report: ComplianceReport) -> tuple[NoticeView, ...]:
    """The notices' sections, in the report's order."""
    return tuple(_notice(section, report.stamp) for section in report.notices)


def rules(report: ComplianceReport) -> tuple[RuleView, ...]:
    """The rules' sections; unreadable files have a list of their own."""
    sections = (section for section in report.rules if section.rule is not Rule.UNREADABLE)
    return tuple(_rule(section, report.stamp.day) for section in sections)


def chart(report: ComplianceReport) -> tuple[Bar, ...]:
    """One bar per rule that was found, longest first."""
    tally: dict[Rule, list[Stage]] = {}
    for item in report.items:
        tally.setdefault(item.finding.rule, []).append(item.stage)
    most = max((len(stages) for stages in tally.values()), default=1)
    bars = [
        Bar(
            label=wording.RULES[rule][0],
            ready=stages.count(Stage.READY),
            person=stages.count(Stage.PERSON),
            settled=stages.count(Stage.DONE) + stages.count(Stage.DISMISSED),
            unit=100 / most,
        )
        for rule, stages in tally.items()
    ]
    return tuple(sorted(bars, key=lambda bar: (-bar.total, bar.label)))


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


def _notice(section: NoticeSection, stamp: Stamp) -> NoticeView:
    notice = section.notice
    return NoticeView(
        notice=notice,
        essences=wording.essences(notice),
        state=section.state.value,
        label=wording.STATES[section.state],
        clock=_clock(section, stamp.generated),
        counts=_counts(section),
        members=section.standing.words if section.standing else "",
        unclean=tuple((path, STATES[state]) for path, state in _unclean(section)),
        families=tuple(_family(family, stamp.day) for family in section.families),
    )


def _unclean(section: NoticeSection) -> tuple[tuple[str, MemberState], ...]:
    return section.standing.unclean if section.standing else ()


def _clock(section: NoticeSection, now: str) -> str:
    """How long it took, or has taken so far."""
    received = section.notice.received
    if section.completed:
        took = wording.elapsed(received, section.completed)
        return f"complied with {took} after receipt" if took else ""
    if section.state.value == "open":
        since = wording.elapsed(received, now)
        return f"open for {since}" if since else ""
    return ""


def _counts(section: NoticeSection) -> str:
    stages = [item.stage for item in section.items]
    parts = [
        f"{stages.count(stage):,} {wording.STAGES[stage].lower()}"
        for stage in Stage
        if stage in stages
    ]
    files = sum(len(family.pictures) for family in section.families)
    return f"{wording.count(files, 'file')}: {', '.join(parts)}" if files else ""


def _rule(section: RuleSection, today: str) -> RuleView:
    title, remedy = wording.RULES[section.rule]
    rows = tuple(_family(Family((picture,)), today) for picture in section.pictures)
    return RuleView(section.rule.value, title, remedy, rows)


def _family(family: Family, today: str) -> FamilyView:
    cards: dict[tuple[FindingView, ...], list[FileView]] = {}
    for picture in family.pictures:
        findings = tuple(_finding(item, picture.path, today) for item in picture.items)
        fixes = dict.fromkeys(wording.fix(fix) for item in picture.items for fix in item.fixes)
        file = FileView(picture.path, tuple(fixes), picture.published)
        cards.setdefault(findings, []).append(file)
    first = next((one for one in family.pictures if one.record), family.pictures[0])
    number = len(family.pictures)
    return FamilyView(
        picture=first,
        alt=alt_text(first),
        copies=f"{number} copies of one picture" if number > 1 else "",
        cards=tuple(Card(tuple(files), findings) for findings, files in cards.items()),
    )


def _finding(item: Item, path: str, today: str) -> FindingView:
    finding = item.finding
    return FindingView(
        rule=wording.RULES[finding.rule][0],
        stage=item.stage.value,
        label=wording.stage_label(item),
        message=finding.message,
        standing=wording.standing(item),
        reasons=tuple(_reason(one.weight, one.detail) for one in finding.evidence),
        changes=_changes(finding, path),
        decision=wording.decision(item.decision, today) if item.decision else "",
    )


def _reason(weight: float, detail: str) -> Reason:
    sign = "" if weight == 0 else "+" if weight > 0 else "-"
    return Reason(sign, detail, f"{weight:+.1f}".replace("-", "\N{MINUS SIGN}") if sign else "")


def _changes(finding: Finding, path: str) -> tuple[Change, ...]:
    """Edits that say the same about the same property are one row with several places."""
    places: dict[tuple[Property, str, str | None], list[str]] = {}
    for edit in finding.edits:
        key = (edit.property, edit.before, edit.after)
        places.setdefault(key, []).append(_place(edit, finding.uri, path))
    return tuple(_change(key, tuple(found)) for key, found in places.items())


def _place(edit: Edit, uri: str, path: str) -> str:
    if edit.uri == uri:
        return edit.locator
    return f"{edit.locator} in {posixpath.basename(edited_path(edit, uri, path))}"


def _change(key: tuple[Property, str, str | None], places: tuple[str, ...]) -> Change:
    prop, before, after = key
    runs = words(before, after or "")
    short = shortened(runs)
    cut = short != runs
    return Change(
        label=wording.PROPERTIES[prop],
        places=places,
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


def _caption(record: MetadataRecord) -> str:
    texts: Iterable[str] = (
        text for prop in _CAPTION_FIRST for value in record.of(prop) for text in value.values
    )
    return next((text for text in texts if text.strip()), "")
