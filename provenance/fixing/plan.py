"""A plan: which file must hold what now, what each value becomes, and on whose word.

A plan is data until it is applied. It names the digest of every file it touches, so that
a file that changed after the plan was shown is left alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from provenance.errors import ProvenanceError, RewriteRefusedError
from provenance.fixing.compose import compose
from provenance.model import (
    Container,
    Decision,
    Edit,
    Finding,
    MetadataRecord,
    Property,
    Unreadable,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of an item: the picture, or a sidecar that speaks for it.

    Attributes:
        uri: absolute path.
        path: the path as the user gave it.
        expected_sha256: digest that the file must have, hex.
        edits: the values to change in it.
    """

    uri: str
    path: str
    expected_sha256: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class PlanItem:
    """What is to be done to one picture; its files are fixed together or not at all.

    Attributes:
        uri: the picture.
        path: the picture's path as the user gave it.
        files: the files to edit, the picture first where it is one of them.
        finding_ids: the findings that this item answers.
        notice_ids: the notices it acts on.
        decisions: the decision keys under which a named person accepted it.
        authority: the person on whose word it is done.
    """

    uri: str
    path: str
    files: tuple[PlannedFile, ...]
    finding_ids: tuple[str, ...]
    notice_ids: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    authority: str = ""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits of the item, file by file."""
        return tuple(edit for file in self.files for edit in file.edits)

    @property
    def is_authorised(self) -> bool:
        """A named person stands behind it, with a notice or a decision to cite."""
        return bool(self.authority.strip() and (self.notice_ids or self.decisions))


@dataclass(frozen=True, slots=True)
class HeldFinding:
    """A finding that the plan leaves to a person, and why."""

    finding_id: str
    uri: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a fix will do, complete before the first byte is written.

    Attributes:
        plan_id: names the plan.
        created: RFC 3339 with zone.
        agent: the person who made it.
        items: one for each picture.
        held: what was asked for and is not in it.
    """

    plan_id: str
    created: str
    agent: str
    items: tuple[PlanItem, ...]
    held: tuple[HeldFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Mandate:
    """On whose word findings may be fixed.

    Attributes:
        notices: notice id to the person who brought it; None where it came embedded in
            a picture, and then the person who makes the plan answers for it.
        decisions: decision key to the named decision.
    """

    notices: Mapping[str, str | None] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ValueDiff:
    """One value before and after. ``after`` is None where it is removed."""

    container: Container
    locator: str
    property: Property
    before: str
    after: str | None


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What a plan does to one file."""

    uri: str
    path: str
    values: tuple[ValueDiff, ...]


def diff(plan: Plan) -> tuple[FileDiff, ...]:
    """What the plan changes, file by file and container by container, for display."""
    return tuple(
        FileDiff(
            file.uri,
            file.path,
            tuple(
                ValueDiff(
                    edit.container,
                    edit.locator,
                    edit.property,
                    edit.before,
                    edit.after,
                )
                for edit in sorted(file.edits, key=lambda edit: (edit.container, edit.locator))
            ),
        )
        for item in plan.items
        for file in item.files
    )


def build_plan(
    findings: Sequence[Finding],
    records: Mapping[str, MetadataRecord | Unreadable],
    mandate: Mandate,
    digest: Callable[[str], str],
    *,
    agent: str,
    now: str,
) -> Plan:
    """Join the edits of all findings into one item for each picture.

    A finding goes in whole or not at all. One that has no authority, or that changes the
    same words as an earlier one, is held with a reason. Pictures that share a sidecar
    which is edited become one item.

    Args:
        findings: in order of precedence; those without edits are left out.
        records: uri of a picture to what was read from it.
        mandate: who brought the notices and made the decisions.
        digest: gives the SHA-256 (hex) of a file that no record has a digest of, that
            is of sidecars; may raise any of our errors, which holds the finding.
        agent: the person who makes the plan.
        now: RFC 3339 with zone.
    """
    drafts: dict[str, _Draft] = {}
    owners: dict[str, str] = {}
    held: list[HeldFinding] = []
    for finding in findings:
        if not finding.edits:
            continue
        record = records.get(finding.uri)
        try:
            word = _authority(finding, mandate, agent)
            joined = _joined(finding, _readable(record), drafts, owners)
            drafted = joined.with_finding(finding, word, digest)
        except ProvenanceError as error:
            path = record.ref.display if record else finding.uri
            held.append(HeldFinding(finding.finding_id, finding.uri, path, str(error)))
            continue
        for uri in [found for found, draft in drafts.items() if draft.uri in drafted.pictures]:
            del drafts[uri]
        drafts[drafted.uri] = drafted
        owners.update(dict.fromkeys((*drafted.files, *drafted.pictures), drafted.uri))
    items = tuple(draft.item() for draft in drafts.values())
    return Plan(uuid.uuid4().hex, now, agent, items, tuple(held))


@dataclass(frozen=True, slots=True)
class _Word:
    """A person, and what that person's word on a finding rests on."""

    person: str
    notices: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()


def _authority(finding: Finding, mandate: Mandate, agent: str) -> _Word:
    cited = (finding.notice_id,) if finding.notice_id else ()
    decision = mandate.decisions.get(finding.decision_key)
    if decision is not None and decision.verdict is Verdict.APPLY and decision.agent.strip():
        return _Word(decision.agent, cited, (finding.decision_key,))
    if finding.notice_id is not None and finding.notice_id in mandate.notices:
        person = mandate.notices[finding.notice_id] or agent
        if person.strip():
            return _Word(person, cited)
    raise RewriteRefusedError(
        "No authority: neither a notice that somebody brought nor a named decision asks for it.",
        code="no-authority",
        remedy="Bring the notice, or accept the finding under your name.",
    )


def _readable(record: MetadataRecord | Unreadable | None) -> MetadataRecord:
    if isinstance(record, MetadataRecord):
        if record.content_credentials is None:
            return record
        raise RewriteRefusedError(
            "The picture has Content Credentials, which an edit would break.",
            code="content-credentials",
        )
    if record is None:
        raise RewriteRefusedError(
            "The picture is not in the registry.", code="not-registered", remedy="Scan it again."
        )
    raise RewriteRefusedError(f"The picture cannot be read: {record.reason}", code="unreadable")


@dataclass(frozen=True, slots=True)
class _Draft:
    """An item while findings are still being added to it."""

    uri: str
    path: str
    pictures: frozenset[str]
    known: Mapping[str, tuple[str, str | None]]
    files: Mapping[str, PlannedFile] = field(default_factory=dict)
    finding_ids: tuple[str, ...] = ()
    notice_ids: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: MetadataRecord) -> _Draft:
        """An empty draft for one picture; knows the files that may be edited for it."""
        ref = record.ref
        known: dict[str, tuple[str, str | None]] = {ref.uri: (ref.display, record.digest)}
        known |= {sidecar.uri: (sidecar.display, None) for sidecar in ref.sidecars}
        return cls(ref.uri, ref.display, frozenset({ref.uri}), known)

    def with_finding(self, finding: Finding, word: _Word, digest: Callable[[str], str]) -> _Draft:
        """The draft with all edits of a finding; raises where one cannot go in."""
        files = dict(self.files)
        for edit in finding.edits:
            if edit.uri not in self.known:
                raise RewriteRefusedError(
                    f"It would edit {edit.uri}, which is neither the picture nor its sidecar.",
                    code="foreign-file",
                )
            path, sha256 = self.known[edit.uri]
            planned = files.get(edit.uri)
            if planned is None:
                planned = PlannedFile(edit.uri, path, sha256 or digest(edit.uri), ())
            earlier = self.files[edit.uri].edits if edit.uri in self.files else ()
            files[edit.uri] = replace(planned, edits=_with_edit(planned.edits, edit, earlier))
        return replace(
            self,
            files=files,
            finding_ids=_union(self.finding_ids, (finding.finding_id,)),
            notice_ids=_union(self.notice_ids, word.notices),
            decisions=_union(self.decisions, word.decisions),
            people=_union(self.people, (word.person,)),
        )

    def joined(self, other: _Draft) -> _Draft:
        """Both drafts as one; raises where they contradict each other."""
        files = dict(self.files)
        for uri, planned in other.files.items():
            edits = files[uri].edits if uri in files else ()
            for edit in planned.edits:
                edits = _with_edit(edits, edit, files[uri].edits if uri in files else ())
            files[uri] = replace(planned, edits=edits)
        return replace(
            self,
            pictures=self.pictures | other.pictures,
            known={**self.known, **other.known},
            files=files,
            finding_ids=_union(self.finding_ids, other.finding_ids),
            notice_ids=_union(self.notice_ids, other.notice_ids),
            decisions=_union(self.decisions, other.decisions),
            people=_union(self.people, other.people),
        )

    def item(self) -> PlanItem:
        """The finished item, the picture's own file first."""
        files = sorted(self.files.values(), key=lambda file: (file.uri != self.uri, file.uri))
        return PlanItem(
            self.uri,
            self.path,
            tuple(files),
            self.finding_ids,
            self.notice_ids,
            self.decisions,
            ", ".join(self.people),
        )


def _joined(
    finding: Finding,
    record: MetadataRecord,
    drafts: Mapping[str, _Draft],
    owners: Mapping[str, str],
) -> _Draft:
    """The draft that the finding belongs to: all drafts that share a file with it, joined."""
    touched = dict.fromkeys([finding.uri, *(edit.uri for edit in finding.edits)])
    sharing = dict.fromkeys(owners[uri] for uri in touched if uri in owners)
    draft = _Draft.of(record)
    for uri in sharing:
        draft = drafts[uri].joined(draft)
    return draft


def _with_edit(edits: tuple[Edit, ...], edit: Edit, earlier: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits with one more; two that change the same words become one, or contradict.

    Several edits of one finding that set one place give its values in their order; another
    finding must set that place to one of them.
    """
    if not edit.before and edit not in edits and not _sets(earlier, edit):
        return (*edits, edit)
    if edit in edits:
        return edits
    for at, planned in enumerate(edits):
        same_place = (planned.container, planned.locator, planned.before) == (
            edit.container,
            edit.locator,
            edit.before,
        )
        if same_place:
            after = compose(edit.before, planned.after, edit.after)
            return (*edits[:at], replace(planned, after=after), *edits[at + 1 :])
    return (*edits, edit)


def _sets(edits: tuple[Edit, ...], edit: Edit) -> bool:
    """Whether one of the edits sets the place that ``edit`` sets."""
    place = (edit.container, edit.locator, "")
    return any((one.container, one.locator, one.before) == place for one in edits)


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))
