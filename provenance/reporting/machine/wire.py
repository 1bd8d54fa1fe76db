"""The JSON documents of the command line: a frozen form with a version, not a dump of our types.

Key names and their order are promised to programs: within a ``schemaVersion`` keys are
only ever added. JSON holds raw values: nothing is shortened or made safe to show,
only escaped as JSON allows.
"""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Sequence

from provenance.metadata import reconcile
from provenance.model import (
    Caption,
    Correction,
    CreditLine,
    Edit,
    Finding,
    MetadataRecord,
    Notice,
    Occurrence,
    Property,
    PropertyValue,
    Restriction,
    Unreadable,
)
from provenance.reporting.decisions import decided_json
from provenance.reporting.family import Family, Standing
from provenance.reporting.machine.family_json import (
    family_json,
    fix_json,
    section_state,
    state_json,
)
from provenance.reporting.machine.outcome_json import outcome_json, recovered_json
from provenance.reporting.report import ComplianceReport, FixDone
from provenance.reporting.text import escape_hidden
from provenance.reporting.told import Problem, Recovered, SeenCaption, Settled, Verified

SCHEMA_VERSION = 1

Json = dict[str, object]


def dump(document: Json, *, indent: int | None = 2) -> str:
    r"""Write a document as JSON text (RFC 8259) ending in a line feed.

    The text can always be encoded as UTF-8: lone surrogates (from file names that are
    not UTF-8) and characters that would steer a terminal are written as ``\uXXXX``.

    Raises:
        ValueError: the document holds NaN or an infinity.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent)
    return escape_hidden(text) + "\n"


def inspect_document(
    records: Iterable[tuple[MetadataRecord, Sequence[Caption]]],
    errors: Iterable[Problem | Unreadable] = (),
) -> Json:
    """``provenance inspect``: what each file says, container by container.

    Args:
        records: of each file, with the captions in it.
        errors: of files that could not be read.
    """
    return {
        "schemaVersion": SCHEMA_VERSION,
        "assets": [_asset(record, said) for record, said in records],
        "errors": [problem(error) for error in errors],
    }


def notices_document(
    notices: Iterable[Notice],
    captions: Iterable[SeenCaption] = (),
    errors: Iterable[Problem] = (),
) -> Json:
    """``provenance notices parse``: the notices, and the captions they stand between."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "notices": [notice(one) for one in notices],
        "captions": [
            caption(seen.caption)
            | {"occurrences": seen.occurrences, "noticeIds": list(seen.notice_ids)}
            for seen in captions
        ],
        "errors": [problem(error) for error in errors],
    }


def audit_document(report: ComplianceReport, *, every: bool = False) -> Json:
    """``provenance audit``: notices, findings with their paths, and a summary of both.

    Args:
        report: what was audited.
        every: also findings that are fixed, waived or rejected; the summary counts what
            is listed.
    """
    findings = report.listed(every=every)
    by_rule = Counter(finding.rule.value for finding, _ in findings)
    by_severity = Counter(finding.severity.value for finding, _ in findings)
    decided = {item.finding.finding_id: item.decision for item in report.items}
    today = report.stamp.day
    return {
        "schemaVersion": SCHEMA_VERSION,
        "summary": {
            "assets": report.assets,
            "unreadable": len(report.unreadable),
            "notices": len(report.notices),
            "findings": {
                "byRule": dict(sorted(by_rule.items())),
                "bySeverity": dict(sorted(by_severity.items())),
            },
        },
        "notices": [
            notice(section.notice) | state_json(section_state(section), section.standing)
            for section in report.notices
        ],
        "findings": [
            finding_json(one, path) | decided_json(decided[one.finding_id], today)
            for one, path in findings
        ],
        "errors": [problem(error) for error in _errors(report)],
    }


def show_document(
    family: Family,
    findings: Iterable[Finding],
    notices: Iterable[tuple[Notice, Standing]],
    history: Iterable[FixDone],
) -> Json:
    """``provenance show``: a picture's family, and what was found and done about the picture."""
    asked = next(one for one in family.members if one.uri == family.asked)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "path": asked.path,
        "family": family_json(family),
        "notices": [notice(one) | state_json(stand.state, stand) for one, stand in notices],
        "findings": [finding_json(one, asked.path) for one in findings],
        "history": [fix_json(one) for one in history],
    }


def fix_document(
    run_ids: Sequence[str],
    outcomes: Iterable[Settled],
    errors: Iterable[Problem] = (),
    recovered: Iterable[Recovered] = (),
) -> Json:
    """``provenance fix --apply``: what became of each file; ``after`` only where it was changed.

    Args:
        run_ids: the runs, at least one; the last one is ``runId``.
        outcomes: what became of each file.
        errors: what else could not be used.
        recovered: what was settled first of interrupted runs.
    """
    return {
        "schemaVersion": SCHEMA_VERSION,
        "runId": run_ids[-1],
        "runIds": list(run_ids),
        "outcomes": [outcome_json(one) for one in outcomes],
        "recovered": [recovered_json(one) for one in recovered],
        "errors": [problem(error) for error in errors],
    }


def verify_document(verified: Verified) -> Json:
    """``provenance log verify``: ``rootHash`` is hex, ``index`` null where none can be named.

    ``proved`` and ``notProved`` are sentences, empty where there are problems.
    """
    root = verified.root_hash
    return {
        "schemaVersion": SCHEMA_VERSION,
        "ok": verified.ok,
        "size": verified.size,
        "rootHash": root if isinstance(root, str) else root.hex(),
        "problems": [
            {"index": one.index, "code": one.code, "message": one.message}
            for one in verified.problems
        ],
        "proved": list(verified.proved),
        "notProved": list(verified.not_proved),
    }


def notice(one: Notice) -> Json:
    """One notice. ``receivedBy``, ``authority`` and ``complete`` say how far it may be trusted."""
    return {
        "noticeId": one.notice_id,
        "provider": one.provider,
        "kind": one.kind.value,
        "pubstatus": one.pubstatus.value,
        "byline": one.byline,
        "corrections": [_correction(pair) for pair in one.corrections],
        "targets": [{"kind": target.kind.value, "value": target.value} for target in one.targets],
        "received": one.received,
        "replacement": one.replacement.value,
        "duties": [duty.value for duty in one.duties],
        "language": one.language,
        "occurrences": [_occurrence(place) for place in one.occurrences],
        "text": one.text,
        "unparsed": one.unparsed,
        "receivedBy": one.received_by,
        "authority": one.authority.value,
        "complete": one.complete,
        "form": one.form,
        "confidence": one.confidence.value,
        "instructions": [{"asks": said.asks, "words": said.words} for said in one.instructions],
        "restrictions": [restriction(limit) for limit in one.restrictions],
        "itemClass": None if one.item_class is None else one.item_class.value,
        "item": one.item or None,
        "version": one.version or None,
        "sent": one.sent,
        "retracted": one.retracted,
        "supersededBy": one.superseded_by,
    }


def restriction(one: Restriction) -> Json:
    """A limit on the use of a picture; ``until`` and ``days`` null where the words give none."""
    return {
        "limit": one.limit.value,
        "words": one.words,
        "until": one.until,
        "days": one.days,
        "territories": list(one.territories),
    }


def caption(one: Caption) -> Json:
    """A caption and its credit line, taken apart."""
    return {"text": one.text, "creditLine": _credit_line(one.credit)}


def finding_json(one: Finding, path: str) -> Json:
    """One finding; ``path`` is the picture's, the edits name the sidecar where that is edited."""
    return {
        "findingId": one.finding_id,
        "rule": one.rule.value,
        "severity": one.severity.value,
        "confidence": one.confidence.value,
        "fixability": one.fixability.value,
        "status": one.status.value,
        "path": path,
        "noticeId": one.notice_id,
        "message": one.message,
        "evidence": [
            {"name": reason.name, "weight": reason.weight, "detail": reason.detail}
            for reason in one.evidence
        ],
        "edits": [_edit(edit, one.uri, path) for edit in one.edits],
    }


def problem(error: Problem | Unreadable) -> Json:
    """One entry of ``errors``; the message says what happened and what to do."""
    if isinstance(error, Unreadable):
        path, code, happened = error.ref.display, error.error, error.reason
    else:
        path, code, happened = error.path, error.code, error.message
    return {"path": path, "code": code, "message": f"{happened} {error.remedy}".strip()}


def edited_path(edit: Edit, uri: str, path: str) -> str:
    """The display path of the file that an edit changes: the picture, or its sidecar beside it."""
    if edit.uri == uri:
        return path
    return posixpath.join(posixpath.dirname(path), posixpath.basename(edit.uri))


def _reconciled(record: MetadataRecord) -> Json:
    """Who speaks for each property, and of which properties the containers disagree."""
    chosen = [(prop, reconcile.preferred(record, prop)) for prop in Property]
    return {
        "speaks": {
            prop.value: {
                "container": one.value.container.value,
                "locator": one.value.locator,
                "values": list(one.values),
                "reason": one.reason.value,
                "repairedFrom": one.repaired_from and one.repaired_from.locator,
            }
            for prop, one in chosen
            if one is not None
        },
        "disagreements": [one.property.value for one in reconcile.disagreements(record)],
    }


def _asset(record: MetadataRecord, captions: Sequence[Caption]) -> Json:
    properties = {
        prop.value: [_value(value) for value in record.of(prop)]
        for prop in Property
        if record.of(prop)
    }
    return {
        "path": record.ref.display,
        "mediaType": record.media_type,
        "sha256": record.digest,
        "imageDigest": record.image_digest,
        "scanDigest": record.scan_digest,
        "properties": properties,
        "captions": [caption(one) for one in captions],
        "contentCredentials": record.content_credentials,
        "warnings": [{"code": one.code, "message": one.message} for one in record.warnings],
        **_reconciled(record),
    }


def _value(value: PropertyValue) -> Json:
    return {
        "container": value.container.value,
        "locator": value.locator,
        "values": list(value.values),
    }


def _credit_line(credit: CreditLine | None) -> Json | None:
    if credit is None:
        return None
    return {
        "raw": credit.raw,
        "creator": credit.creator,
        "agencies": list(credit.agencies),
        "via": credit.via,
    }


def _correction(pair: Correction) -> Json:
    name = None if pair.property is None else pair.property.value
    return {"property": name, "wrong": pair.wrong, "right": pair.right}


def _occurrence(place: Occurrence) -> Json:
    """``locator`` only where the source is a picture: offsets then count within that field."""
    found: Json = {"source": place.source, "start": place.start, "end": place.end}
    return found | {"locator": place.locator} if place.locator else found


def _edit(edit: Edit, uri: str, path: str) -> Json:
    return {
        "path": edited_path(edit, uri, path),
        "container": edit.container.value,
        "locator": edit.locator,
        "property": edit.property.value,
        "before": edit.before,
        "after": edit.after,
    }


def _errors(report: ComplianceReport) -> tuple[Problem | Unreadable, ...]:
    return (*report.unreadable, *report.problems)
