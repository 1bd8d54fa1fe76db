"""The PDF's first pages in figures: what the charts and tables of the overview show."""

from __future__ import annotations

from typing import Final

from provenance.model import Rule
from provenance.reporting import owed, wording
from provenance.reporting.overview import AgeBucket, Overview, Pace, Tally, overview
from provenance.reporting.report import ComplianceReport
from provenance.reporting.text import one_line
from provenance.reporting.third_parties import STATES

Json = dict[str, object]

_MOST_ROWS: Final = 30
_MOST_RUNS: Final = 24
_MOST_NAME: Final = 120


def told(report: ComplianceReport) -> Json:
    """The overview as JSON values: counts as numbers for the bars, all else as words."""
    found = overview(report)
    titles = {rule.value: wording.RULES[rule][0] for rule in Rule}
    senders = {one.notice.notice_id: wording.sender(one.notice) for one in report.notices}
    return {
        "figures": _figures(report, found),
        "ages": [_age(one) for one in found.ages],
        "rules": _tallies(found.rules, titles),
        "agencies": _tallies(found.agencies, {}),
        "paces": [_pace(one) for one in found.paces],
        "paces_note": owed.at_once(found.paces),
        "overdue": [
            [
                _name(senders.get(one.notice_id, one.notice_id)),
                _name(one.notice_id),
                owed.MILESTONES[one.milestone],
                _name(wording.moment(one.due)),
                wording.lasted(one.late),
            ]
            for one in found.overdue[:_MOST_ROWS]
        ],
        "more_overdue": max(0, len(found.overdue) - _MOST_ROWS),
        "trend": [
            [_name(wording.moment(one.when)), one.open, one.held, one.settled]
            for one in found.trend[-_MOST_RUNS:]
        ],
        "earlier_runs": max(0, len(found.trend) - _MOST_RUNS),
        "parties": [[STATES[state], f"{number:,}"] for state, number in found.parties],
    }


def _figures(report: ComplianceReport, found: Overview) -> list[list[str]]:
    stages = [item.stage for item in report.items]
    rows = [
        ("Files scanned", report.assets),
        ("Notices", found.notices),
        ("Notices open", found.open),
        ("Notices overdue", found.overdue_notices),
        *((label, stages.count(stage)) for stage, label in wording.STAGES.items()),
        ("Unreadable", len(report.unreadable)),
    ]
    return [[label, f"{number:,}"] for label, number in rows]


def _age(one: AgeBucket) -> list[object]:
    return [owed.age(one), one.notices, one.overdue]


def _tallies(found: tuple[Tally, ...], titles: dict[str, str]) -> Json:
    rows = [
        [_name(titles.get(one.key, one.key)), one.ready, one.person, one.done, one.dismissed]
        for one in found[:_MOST_ROWS]
    ]
    return {"rows": rows, "more": max(0, len(found) - _MOST_ROWS)}


def _pace(one: Pace) -> list[str]:
    return [
        owed.MILESTONES[one.milestone],
        f"{one.reached:,}",
        f"{one.pending:,}",
        f"{one.overdue:,}",
        wording.lasted(one.median) or "\N{EN DASH}",
        wording.lasted(one.worst) or "\N{EN DASH}",
    ]


def _name(text: str) -> str:
    return one_line(text[:_MOST_NAME])
