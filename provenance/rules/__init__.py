"""From an asset and the notices that may concern it to findings, and from a finding to a verdict.

Pure: no database, no clock; the ``Policy`` is passed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from provenance.matching import Picture, embedded_notices, match
from provenance.matching.match import UNSURE_FORM
from provenance.model import (
    NOTHING_BESIDE,
    Beside,
    Confidence,
    Decision,
    Finding,
    Fixability,
    Match,
    MetadataRecord,
    Notice,
    NoticeKind,
    Policy,
    Rule,
    Severity,
    Status,
    Unreadable,
    Verdict,
)
from provenance.rules.corrections import correction_findings
from provenance.rules.findings import Answer, Grounds, finding
from provenance.rules.intrinsic import intrinsic_findings
from provenance.rules.leaks import leak_findings
from provenance.rules.restrictions import restriction_findings
from provenance.rules.silent import silent_correction_findings
from provenance.rules.unsaid import is_unsaid, unsaid_findings
from provenance.rules.versions import History, Version

__all__ = ["History", "Version", "decide", "examine", "examine_unreadable", "is_unsaid"]

_NO_HISTORY = History()


def examine(
    record: MetadataRecord,
    notices: Sequence[tuple[Notice, Picture]],
    siblings: Sequence[MetadataRecord],
    policy: Policy,
    history: History = _NO_HISTORY,
    beside: Beside = NOTHING_BESIDE,
) -> tuple[Finding, ...]:
    """Everything that is wrong with one asset.

    Args:
        record: the asset, with digests.
        notices: the active notices that its keys reach, each with what is known of its picture.
        siblings: other assets that share an identifier or the scan digest.
        policy: the desk's rules and today's date.
        history: its former versions, the wire items of its picture, what was written into it.
        beside: how it looks, and what the desk's own system says of it.
    """
    matched = [
        (one, picture)
        for notice, picture in notices
        if notice.retracted is None
        and notice.superseded_by is None
        and (one := match(notice, picture, record, beside)) is not None
    ]
    matches = [one for one, _ in matched]
    embedded = [history.known.under_known_id(one) for one in embedded_notices(record)]
    found = [
        *correction_findings(record, matched, policy.aliases),
        *unsaid_findings(record, matches, history),
        *leak_findings(record, embedded, withdrawn=_withdrawn(matched)),
        *intrinsic_findings(record),
        *restriction_findings(record, policy, matches, seen=history.seen),
    ]
    if not any(map(_explains, matches)):
        found.extend(silent_correction_findings(record, siblings, history))
    return tuple({one.finding_id: one for one in found}.values())


def _explains(match: Match) -> bool:
    """Whether a notice about this very picture says that something was wrong with it."""
    return match.notice.kind is not NoticeKind.RESTRICTION and (
        match.confidence is not Confidence.LOW
        or any(reason.name == UNSURE_FORM for reason in match.evidence)
    )


def _withdrawn(matched: Sequence[tuple[Match, Picture]]) -> bool:
    return any(
        one.notice.kind is NoticeKind.WITHDRAWAL and one.confidence is not Confidence.LOW
        for one, _ in matched
    )


def examine_unreadable(asset: Unreadable) -> Finding:
    """The finding for a file that could not be read."""
    record = MetadataRecord(ref=asset.ref, media_type="")
    message = f"{asset.reason} {asset.remedy}".strip()
    return finding(Rule.UNREADABLE, record, message, Answer(), Grounds(before=(asset.error,)))


def decide(one: Finding, decision: Decision | None, policy: Policy) -> tuple[Verdict, Finding]:
    """What to do with a finding, and the finding with the status that follows.

    A named decision stands until its ``until`` date has passed; without one, only what is
    safe is applied. What is display-only is never applied, whoever asks.
    """
    if decision is not None and (decision.until is None or decision.until >= policy.today):
        if decision.verdict is Verdict.DISMISS:
            return Verdict.DISMISS, replace(one, status=Status.REJECTED)
        if decision.verdict is Verdict.WAIVE:
            return Verdict.WAIVE, replace(one, status=Status.WAIVED)
        if decision.verdict is Verdict.APPLY and one.fixability is not Fixability.DISPLAY_ONLY:
            return Verdict.APPLY, replace(one, status=Status.OPEN)
        return Verdict.HOLD, replace(one, status=Status.HELD)
    if one.fixability is Fixability.SAFE and one.severity is not Severity.NOTE:
        return Verdict.APPLY, one
    return Verdict.HOLD, one
