"""Findings as SARIF 2.1.0, for code-scanning dashboards and build servers.

One rule per notice, and one for each of the program's own rules, all declared whether they
fired or not, so that settled alerts close; one result per finding, that is per asset.

Source: OASIS SARIF 2.1.0 with Errata 01; section numbers are its own.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from provenance.model import Finding, Fixability, Severity, Status
from provenance.reporting.decisions import decision_json
from provenance.reporting.machine import sarif_rules
from provenance.reporting.machine.places import Places
from provenance.reporting.machine.sarif_rules import said
from provenance.reporting.machine.wire import edited_path, finding_json, problem
from provenance.reporting.report import ComplianceReport, FileProblem, Item, Picture

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MEDIA_TYPE: Final = "application/sarif+json"

Json = dict[str, object]

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SUPPRESSED: Final = frozenset({Status.WAIVED, Status.REJECTED})
_CHARS: Final = re.compile(r"(?:.* )?chars (\d{1,12})-(\d{1,12})", re.DOTALL)
_LINE: Final = re.compile(r".* line (\d{1,9})(?: text \d+)?(?: chars \d+-\d+)?", re.DOTALL)
_MEDIA: Final = re.compile(r"[^/]+/.+")
_NAMES: Final = uuid.UUID("6f0d3a52-1d3b-5b0c-9d59-2c0f1f7c8e11")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The audit that results are compared with.

    Attributes:
        run_id: that audit.
        known: ids of the findings that it knew.
    """

    run_id: str
    known: frozenset[str]


def sarif_document(
    report: ComplianceReport, *, every: bool = False, baseline: Baseline | None = None
) -> Json:
    """The report as a SARIF log with one run.

    Open and held findings are results; waived and rejected ones are results with a
    suppression; corrected ones are left out, as what is no result any more is resolved.

    A correction of a picture's metadata cannot be written as a SARIF replacement, which knows
    only runs of characters or octets: other octets (lengths, digests, copies of the value) have
    to change with it. A safe finding's ``fixes`` therefore describe each edit in words and in
    ``properties``, and their replacements remove and insert nothing: a tool that applies them
    does no harm. ``provenance fix --apply`` makes the correction.

    Args:
        report: what to show.
        every: also corrected findings, as results of the kind ``pass``.
        baseline: the audit before the one that the report tells of, where there was one;
            without it no result has a ``baselineState``.
    """
    drawn = _Drawing(report, baseline)
    listed = [
        (item, picture)
        for picture in report.pictures
        for item in picture.items
        if every or item.finding.status is not Status.FIXED
    ]
    listed.sort(key=lambda pair: (pair[1].path, pair[0].finding.rule, pair[0].finding.finding_id))
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [drawn.run(listed)],
    }


class _Drawing:
    """What the parts of one run share: places, the indexes of rules and of artifacts."""

    def __init__(self, report: ComplianceReport, baseline: Baseline | None) -> None:
        self.report = report
        self.baseline = baseline
        self.places = Places(report.stamp.scope)
        self.rules = sarif_rules.declared(report)
        self.rule_at = {str(one["id"]): index for index, one in enumerate(self.rules)}
        self.artifacts: list[Json] = []
        self.artifact_at: dict[str, int] = {}

    def run(self, listed: Iterable[tuple[Item, Picture]]) -> Json:
        """Section 3.14."""
        report = self.report
        results = [self._result(item, picture) for item, picture in listed]
        name, _, version = report.stamp.program.partition(" ")
        driver: Json = {
            "name": name,
            "fullName": "provenance-auditor",
            "rules": self.rules,
            "notifications": sarif_rules.notifications(_problems(report)),
        }
        if version:
            driver["version"] = version
        run: Json = {
            "tool": {"driver": driver},
            "language": "en",
            "columnKind": "unicodeCodePoints",
            "automationDetails": self._automation(),
            "invocations": [self._invocation()],
            "artifacts": self.artifacts,
            "results": results,
            "properties": self._properties(),
        }
        if self.places.bases:
            run["originalUriBaseIds"] = {
                name: {"uri": uri} for name, uri in self.places.bases.items()
            }
        if self.baseline is not None:
            run["baselineGuid"] = self._guid(self.baseline.run_id)
        return run

    def _automation(self) -> Json:
        audits = [one.run_id for one in self.report.runs if one.run_id]
        details: Json = {"id": "provenance/" + (audits[-1] if audits else "")}
        return details | {"guid": self._guid(audits[-1])} if audits else details

    def _guid(self, run_id: str) -> str:
        """The same audit of the same log has the same GUID in every document."""
        origin = self.report.log.origin if self.report.log else ""
        return str(uuid.uuid5(_NAMES, f"{origin}/{run_id}"))

    def _properties(self) -> Json:
        stamp, log = self.report.stamp, self.report.log
        return {
            "generated": stamp.generated,
            "generatedBy": stamp.generated_by,
            "scope": list(stamp.scope),
            "assets": self.report.assets,
            "checkpoint": None
            if log is None
            else {"origin": log.origin, "size": log.size, "rootHash": log.root_hash},
        }

    def _invocation(self) -> Json:
        """Section 3.20: what could not be read is told here and stops no results."""
        told: Json = {
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                self._notification(path, problem(one)) for path, one in _problems(self.report)
            ],
        }
        ended = _utc(self.report.stamp.generated)
        return told | {"endTimeUtc": ended} if ended else told

    def _notification(self, path: str, told: Json) -> Json:
        return {
            "descriptor": {"id": str(told["code"])},
            "level": "warning",
            "message": said(str(told["message"])),
            "locations": [{"physicalLocation": {"artifactLocation": self._location(path)}}],
        }

    def _location(self, path: str) -> Json:
        place = self.places.of(path)
        location: Json = {"uri": place.uri}
        return location | {"uriBaseId": place.base} if place.base else location

    def _artifact(self, picture: Picture) -> int:
        """The index of a file among the artifacts; it is added where it is not there yet."""
        at = self.artifact_at.get(picture.uri)
        if at is not None:
            return at
        record = picture.record
        one: Json = {"location": self._location(picture.path), "roles": ["analysisTarget"]}
        if record is not None:
            one["length"] = record.ref.size
            if _MEDIA.fullmatch(record.media_type):
                one["mimeType"] = record.media_type
            if record.digest:
                one["hashes"] = {"sha-256": record.digest}
        self.artifacts.append(one)
        self.artifact_at[picture.uri] = len(self.artifacts) - 1
        return len(self.artifacts) - 1

    def _result(self, item: Item, picture: Picture) -> Json:
        """Section 3.27."""
        finding = item.finding
        noticed = finding.notice_id or ""
        rule = noticed if noticed in self.rule_at else finding.rule.value
        fixed = finding.status is Status.FIXED
        result: Json = {
            "ruleId": rule,
            "ruleIndex": self.rule_at[rule],
            "kind": "pass" if fixed else "fail",
            "level": "none" if fixed else _LEVELS[finding.severity],
            "message": said(finding.message),
            "locations": [self._physical(finding, picture)],
            "partialFingerprints": _fingerprints(finding, picture),
            "properties": _told(item, picture.path, self.report.stamp.day),
        }
        if not fixed:
            # An empty array says: looked at, and nobody's word stands (3.27.23).
            result["suppressions"] = _suppressions(item)
        if finding.fixability is Fixability.SAFE and finding.status is Status.OPEN:
            result |= self._fixes(finding, picture)
        if self.baseline is not None:
            result["baselineState"] = _since(item, self.baseline)
        return result

    def _physical(self, finding: Finding, picture: Picture) -> Json:
        location = self._location(picture.path) | {"index": self._artifact(picture)}
        physical: Json = {"artifactLocation": location}
        region = _region(finding)
        if region:
            physical["region"] = region
        logical = {
            (edit.locator, edit.container.value, edit.property.value): None
            for edit in finding.edits
        }
        found: Json = {"physicalLocation": physical}
        if logical:
            found["logicalLocations"] = [
                {"fullyQualifiedName": locator, "kind": container, "name": name}
                for locator, container, name in logical
            ]
        return found

    def _fixes(self, finding: Finding, picture: Picture) -> Json:
        """Section 3.55; see ``sarif_document`` for why nothing is replaced."""
        changes: dict[str, list[Json]] = {}
        for edit in finding.edits:
            path = edited_path(edit, finding.uri, picture.path)
            changes.setdefault(path, []).append(
                {
                    "deletedRegion": {"byteOffset": 0, "byteLength": 0},
                    "properties": {
                        "container": edit.container.value,
                        "locator": edit.locator,
                        "property": edit.property.value,
                        "before": edit.before,
                        "after": edit.after,
                    },
                }
            )
        if not changes:
            return {}
        what = "; ".join(_in_words(edit.locator, edit.after) for edit in finding.edits)
        words = (
            f"{what}. Metadata of a picture cannot be corrected by replacing octets alone: run"
            f" `provenance fix --apply {finding.finding_id}`."
        )
        described = {
            "description": said(words),
            "artifactChanges": [
                {"artifactLocation": self._location(path), "replacements": some}
                for path, some in changes.items()
            ],
            "properties": {"applicableAsText": False, "findingId": finding.finding_id},
        }
        return {"fixes": [described]}


def _in_words(locator: str, after: str | None) -> str:
    return f"Remove {locator}" if after is None else f"Set {locator} to “{after}”"


def _problems(
    report: ComplianceReport,
) -> Iterator[tuple[str, FileProblem]]:
    for unread in report.unreadable:
        path = unread.ref.display
        yield path, FileProblem(path, unread.error, unread.reason, unread.remedy)
    for one in report.problems:
        yield one.path, one


def _region(finding: Finding) -> Json | None:
    """Where in a text or a page the first value stands, as far as its locator says (3.30)."""
    for edit in finding.edits:
        if edit.container.value == "text":
            found = _CHARS.fullmatch(edit.locator)
            if found:
                start, end = int(found[1]), int(found[2])
                return {"charOffset": start, "charLength": max(end - start, 0)}
        if edit.container.value == "page":
            found = _LINE.fullmatch(edit.locator)
            if found and int(found[1]):
                return {"startLine": int(found[1])}
    return None


def _fingerprints(finding: Finding, picture: Picture) -> Json:
    """Section 3.27.17: notice or rule, content and fields, whatever the file is called.

    The content is the compressed picture, so that a result survives a move and a save that
    changes other metadata; a text is known by its path, for its content is what is corrected.
    """
    record = picture.record
    content = (record.scan_digest or record.image_digest or "") if record else ""
    fields = sorted({(one.container.value, one.locator) for one in finding.edits})
    parts = [finding.notice_id or "", finding.rule.value, content or picture.path]
    parts += [word for pair in fields for word in pair]
    digest = hashlib.sha256()
    for part in parts:
        octets = part.encode("utf-8", "surrogatepass")
        digest.update(len(octets).to_bytes(8, "big") + octets)
    return {"noticeContentFields/v1": digest.hexdigest(), "finding/v1": finding.finding_id}


def _suppressions(item: Item) -> list[Json]:
    """Section 3.35: what a named person waived or rejected."""
    finding, decision = item.finding, item.decision
    if finding.status not in _SUPPRESSED:
        return []
    one: Json = {"kind": "external", "status": "accepted"}
    if decision is None:
        return [one]
    return [
        one
        | {
            "justification": decision.reason,
            "properties": {
                "verdict": finding.status.value,
                "by": decision.agent,
                "decided": decision.decided,
                "until": decision.until,
                "logIndex": item.decision_index,
            },
        }
    ]


def _told(item: Item, path: str, today: str) -> Json:
    decision = item.decision
    return finding_json(item.finding, path) | {
        "state": item.state.value,
        "stage": item.stage.value,
        "decision": None
        if decision is None
        else decision_json(decision, decision.days_left(today)) | {"logIndex": item.decision_index},
    }


def _since(item: Item, baseline: Baseline) -> str:
    """Section 3.27.24. What was corrected and is back has changed since, whenever it was."""
    if item.finding.status is Status.FIXED:
        return "absent" if item.finding.finding_id in baseline.known else "new"
    if item.finding.finding_id not in baseline.known:
        return "new"
    return "updated" if item.fixes else "unchanged"


def _utc(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
