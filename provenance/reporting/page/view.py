"""The report as the page shows it: grouped, counted and cut to a length a person can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provenance.model import AssetRef, Notice, Rule
from provenance.reporting import owed, wording
from provenance.reporting.family import STATES, MemberState
from provenance.reporting.page import entries
from provenance.reporting.page.entries import Entry, alt_text
from provenance.reporting.page.findings import Change, FindingView, Reason, finding_view
from provenance.reporting.report import (
    ComplianceReport,
    NoticeSection,
    Picture,
    RuleSection,
    Stage,
    Stamp,
)

__all__ = [
    "Change",
    "CopyView",
    "FindingView",
    "NoticeView",
    "Reason",
    "RuleView",
    "alt_text",
    "finding_view",
    "looks",
    "notices",
    "rules",
]


@dataclass(frozen=True, slots=True)
class CopyView:
    """A copy about which nothing is left to say but how it stands."""

    ref: AssetRef
    state: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice's section; ``settled`` where nobody has to do anything about it."""

    anchor: str
    notice: Notice
    essences: tuple[wording.Essence, ...]
    state: str
    label: str
    clock: str
    counts: str
    members: str
    unclean: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    pictures: int
    settled: bool
    moments: tuple[owed.Moment, ...]
    remark: str
    duties: tuple[owed.Owed, ...]
    parties: tuple[owed.Party, ...]
    tidy: tuple[CopyView, ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule's section."""

    rule: str
    title: str
    remedy: str
    entries: tuple[Entry, ...]
    files: int


def notices(report: ComplianceReport) -> tuple[NoticeView, ...]:
    """The notices' sections, in the report's order."""
    return tuple(
        _notice(f"notice-{at}", section, report.stamp)
        for at, section in enumerate(report.notices, start=1)
    )


def rules(report: ComplianceReport) -> tuple[RuleView, ...]:
    """The rules' sections; unreadable files have a list of their own."""
    sections = (section for section in report.rules if section.rule is not Rule.UNREADABLE)
    return tuple(_rule(section, report.stamp.day) for section in sections)


def looks(report: ComplianceReport, each: int | None = None) -> Iterator[tuple[Picture, bool]]:
    """The pictures that the report draws, in its order, and whether each is drawn large.

    Args:
        report: whose.
        each: entries of one section that are shown with pictures; None for all.
    """
    for section in report.notices:
        for entry in entries.looks(_kin(section))[:each]:
            yield from entry
    for rule in report.rules:
        if rule.rule is not Rule.UNREADABLE:
            for entry in entries.looks(_alone(rule))[:each]:
                yield from ((picture, False) for picture, _ in entry)


def _notice(anchor: str, section: NoticeSection, stamp: Stamp) -> NoticeView:
    notice, clock = section.notice, section.clock
    return NoticeView(
        anchor=anchor,
        notice=notice,
        essences=wording.essences(notice),
        state=wording.notice_code(section),
        label=wording.notice_label(section),
        clock=_clock(section, stamp.generated),
        counts=_counts(section),
        members=section.standing.words if section.standing else "",
        unclean=tuple((path, STATES[state]) for path, state in _unclean(section)),
        entries=entries.entries(_kin(section), stamp.day),
        pictures=len(section.families),
        settled=section.is_settled,
        moments=tuple(owed.moment(one) for one in clock.milestones) if clock else (),
        remark=owed.remark(clock) if clock else "",
        duties=tuple(owed.duty(one, stamp.day) for one in clock.duties) if clock else (),
        parties=tuple(owed.party(one) for one in section.third_parties),
        tidy=_tidy(section),
    )


def _tidy(section: NoticeSection) -> tuple[CopyView, ...]:
    """The copies that are in order, or out of the way, and that no finding speaks of."""
    spoken = {picture.uri for family in section.families for picture in family.pictures}
    settled = section.standing.settled if section.standing else ()
    return tuple(CopyView(ref, STATES[state]) for ref, state in settled if ref.uri not in spoken)


def _unclean(section: NoticeSection) -> list[tuple[str, MemberState]]:
    """The copies that are not clean and that no finding here speaks of."""
    spoken = {picture.path for family in section.families for picture in family.pictures}
    unclean = section.standing.unclean if section.standing else ()
    told = {MemberState.OPEN, MemberState.HELD}
    return [(path, state) for path, state in unclean if path not in spoken or state not in told]


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
    told = entries.entries(_alone(section), today)
    return RuleView(section.rule.value, title, remedy, told, len(section.pictures))


def _kin(section: NoticeSection) -> entries.Kin:
    return [family.pictures for family in section.families]


def _alone(section: RuleSection) -> entries.Kin:
    return [(picture,) for picture in section.pictures]
