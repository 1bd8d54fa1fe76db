"""From an asset and the notices that may concern it to findings, and from a finding to a verdict.

Pure: no database, no clock; the ``Policy`` is passed in.
"""

from __future__ import annotations

from collections.abc import Sequence

from provenance.matching import Picture, embedded_notices, match
from provenance.matching.match import UNSURE_FORM
from provenance.model import (
    NOTHING_BESIDE,
    Beside,
    Confidence,
    Finding,
    Match,
    MetadataRecord,
    Notice,
    NoticeKind,
    Policy,
    Rule,
    Unreadable,
)
from provenance.rules.amending import Amended, Proposal, amend, as_proposed, most_octets, proposals
from provenance.rules.corrections import correction_findings
from provenance.rules.deciding import SHAKEN, Judged, decide, is_in_time, judge, undecided
from provenance.rules.findings import Answer, Grounds, finding
from provenance.rules.intrinsic import intrinsic_findings
from provenance.rules.leaks import leak_findings
from provenance.rules.reasons import covers, fallen_silent, grounds_of
from provenance.rules.renditions import Known, rendition_findings
from provenance.rules.restrictions import restriction_findings
from provenance.rules.silent import silent_correction_findings
from provenance.rules.unsaid import is_unsaid, unsaid_findings
from provenance.rules.versions import History, Version

__all__ = [
    "SHAKEN",
    "Amended",
    "History",
    "Judged",
    "Proposal",
    "Version",
    "amend",
    "as_proposed",
    "covers",
    "decide",
    "examine",
    "examine_unreadable",
    "fallen_silent",
    "grounds_of",
    "is_in_time",
    "is_unsaid",
    "judge",
    "most_octets",
    "proposals",
    "undecided",
]

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
    active = [
        (notice, picture)
        for notice, picture in notices
        if notice.retracted is None and notice.superseded_by is None
    ]
    matched = [
        (one, picture)
        for notice, picture in active
        if (one := match(notice, picture, record, beside)) is not None
    ]
    matches = [one for one, _ in matched]
    renditions = tuple(
        rendition_findings(record, matched, Known(active, siblings, beside, policy.aliases))
    )
    embedded = [history.known.under_known_id(one) for one in embedded_notices(record)]
    found = [
        *correction_findings(record, matched, policy.aliases),
        *unsaid_findings(record, matches, history),
        *leak_findings(record, embedded, withdrawn=_withdrawn(matched)),
        *renditions,
        *(
            one
            for one in intrinsic_findings(record)
            if not (renditions and one.rule is Rule.CREDIT_MISSING)
        ),
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
