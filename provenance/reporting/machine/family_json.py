"""A picture's family and the standing of notices, in the forms of the JSON documents."""

from __future__ import annotations

from typing import Final

from provenance.reporting.family import Family, Member, NoticeStanding, Standing, Tie
from provenance.reporting.report import FixDone, NoticeSection, NoticeState

Json = dict[str, object]

_STATES: Final = {
    NoticeState.OPEN: NoticeStanding.OPEN,
    NoticeState.DONE: NoticeStanding.CLOSED,
    NoticeState.NOTHING_FOUND: NoticeStanding.NOTHING_FOUND,
    NoticeState.RETRACTED: NoticeStanding.RETRACTED,
}


def section_state(section: NoticeSection) -> NoticeStanding:
    """The state of a notice in a report: open where a finding or a copy anywhere is open."""
    return _STATES[section.state]


def state_json(state: NoticeStanding, standing: Standing | None) -> Json:
    """``state`` and ``members`` of a notice; null where its copies were not looked up."""
    return {"state": state.value, "members": None if standing is None else _members(standing)}


def _members(standing: Standing) -> Json:
    return {
        "total": standing.total,
        "clean": standing.clean,
        "gone": standing.gone,
        "quarantined": standing.quarantined,
        "complete": not standing.more,
        "unclean": [{"path": path, "state": state.value} for path, state in standing.unclean],
    }


def family_json(family: Family) -> Json:
    """``complete`` is false where there are more members than are listed."""
    paths = {one.uri: one.path for one in family.members}
    return {
        "complete": not family.more,
        "members": [_member(one, family.asked, paths) for one in family.members],
    }


def _member(one: Member, asked: str, paths: dict[str, str]) -> Json:
    return {
        "path": one.path,
        "asked": one.uri == asked,
        "sure": one.sure,
        "state": one.state.value,
        "below": paths.get(one.parent),
        "mediaType": one.media_type or None,
        "width": one.size[0] or None,
        "height": one.size[1] or None,
        "creators": list(one.creators),
        "creditLine": one.credit_line or None,
        "ties": [_tie(tie, paths) for tie in one.ties],
        "findings": [
            {"findingId": ident, "rule": rule, "status": status}
            for ident, rule, status in one.findings
        ],
        "publications": list(one.publications),
        "away": one.away or None,
    }


def _tie(tie: Tie, paths: dict[str, str]) -> Json:
    return {
        "kind": tie.kind.value,
        "with": paths[tie.other],
        "sure": tie.is_sure,
        "detail": tie.detail or None,
    }


def fix_json(one: FixDone) -> Json:
    """One file of one run of ``fix`` or ``undo``, or of a move."""
    return {
        "runId": one.run_id,
        "act": one.act,
        "when": one.when,
        "by": one.agent,
        "state": one.state,
        "findingIds": list(one.finding_ids),
        "logIndex": one.log_index,
        "place": one.place or None,
    }
