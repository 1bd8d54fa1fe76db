"""Build findings with stable identities."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from provenance.model import (
    Confidence,
    Edit,
    Evidence,
    Finding,
    Fixability,
    MetadataRecord,
    Rule,
    Severity,
    Status,
)

_SEVERITY = {
    Rule.ERRONEOUS_CREDIT: Severity.ERROR,
    Rule.ERRONEOUS_MENTION: Severity.ERROR,
    Rule.LEAKED_NOTICE: Severity.ERROR,
    Rule.WITHDRAWN: Severity.ERROR,
    Rule.RESTRICTED: Severity.WARNING,
    Rule.SILENT_CORRECTION: Severity.WARNING,
    Rule.CREDIT_MISSING: Severity.WARNING,
    Rule.CREDIT_INCOMPLETE: Severity.NOTE,
    Rule.CONTAINERS_DISAGREE: Severity.WARNING,
    Rule.CREDIT_TRUNCATED: Severity.NOTE,
    Rule.ENCODING_DAMAGED: Severity.WARNING,
    Rule.CONTENT_CREDENTIALS: Severity.NOTE,
    Rule.UNREADABLE: Severity.ERROR,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How sure, and whether a machine may act: two answers, given separately."""

    confidence: Confidence = Confidence.STRONG
    fixability: Fixability = Fixability.DISPLAY_ONLY
    status: Status = Status.OPEN


@dataclass(frozen=True, slots=True)
class Grounds:
    """On what a finding rests.

    Attributes:
        notice_id: the authority, where there is one.
        evidence: every reason, named.
        edits: what is proposed.
        before: the values it is about, where it proposes no edit.
    """

    notice_id: str | None = None
    evidence: tuple[Evidence, ...] = ()
    edits: tuple[Edit, ...] = ()
    before: tuple[str, ...] = ()


def finding(
    rule: Rule, record: MetadataRecord, message: str, answer: Answer, grounds: Grounds
) -> Finding:
    """A finding whose ids follow from rule, notice, asset and before-values alone."""
    values = sorted(f"{edit.locator}={edit.before}" for edit in grounds.edits)
    values = values or sorted(grounds.before)
    notice = grounds.notice_id or ""
    picture = record.scan_digest or record.digest or record.ref.uri
    return Finding(
        finding_id=_hash("f", rule, notice, record.ref.uri, *values),
        decision_key=_hash("d", rule, notice, picture, *values),
        rule=rule,
        severity=_SEVERITY[rule],
        confidence=answer.confidence,
        fixability=answer.fixability,
        status=answer.status,
        uri=record.ref.uri,
        message=message,
        notice_id=grounds.notice_id,
        evidence=grounds.evidence,
        edits=grounds.edits,
    )


def _hash(prefix: str, *parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return f"{prefix}-{digest.hexdigest()[:16]}"
