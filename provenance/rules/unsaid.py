"""A correction that does not say what was wrong: found by what its own picture says.

Reuters sets ``REFILE - CORRECTING ...`` before a caption, dpa writes ``Ortsname
korrigiert``: which value was wrong is told by the difference to what the desk holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provenance import captions, notices
from provenance.matching.match import UNSURE_FORM
from provenance.metadata.properties import octet_limit
from provenance.model import (
    Confidence,
    Container,
    Correction,
    Edit,
    Evidence,
    Finding,
    Fixability,
    Match,
    MetadataRecord,
    Notice,
    NoticeKind,
    Property,
    PropertyValue,
    Rule,
    Status,
)
from provenance.rules.credit import carriers
from provenance.rules.findings import Answer, Grounds, finding
from provenance.rules.sameness import names, same
from provenance.rules.versions import Difference, History, Version, differences, of_record

_CREDITS = frozenset({Property.CREATOR_NAMES, Property.CREDIT_LINE})


def is_unsaid(notice: Notice) -> bool:
    """Whether the notice is a correction that does not say what was wrong."""
    return notice.kind is NoticeKind.CORRECTION and all(
        pair.wrong is None for pair in notice.corrections
    )


def unsaid_findings(
    record: MetadataRecord, matched: Sequence[Match], history: History
) -> Iterator[Finding]:
    """What an asset says otherwise than the version that came with a correction without values.

    Never safe: the notice does not state the values. Where no corrected version is known,
    a held finding asks a person.
    """
    for match in matched:
        if not is_unsaid(match.notice) or not _is_meant(match):
            continue
        stated = history.stated.get(match.notice.notice_id) or _from_rights(match.notice)
        if stated is None:
            if not _stands_corrected(record, match.notice):
                yield _nothing_to_compare(record, match)
        elif not _is_itself(stated, record):
            yield from _compared(record, match, stated, history)


def _is_meant(match: Match) -> bool:
    return match.confidence is not Confidence.LOW or any(
        reason.name == UNSURE_FORM for reason in match.evidence
    )


def _from_rights(notice: Notice) -> Version | None:
    """What the notice says should stand, where it says that and no more."""
    values = tuple(
        PropertyValue(pair.property, Container.TEXT, (pair.right,), "notice")
        for pair in notice.corrections
        if pair.property is not None
        and pair.property is not Property.DESCRIPTION
        and pair.right is not None
    )
    return Version("the notice", values) if values else None


def _stands_corrected(record: MetadataRecord, notice: Notice) -> bool:
    """Whether the notice gives right values, and the asset has them all."""
    rights = [captions.normalise(pair.right) for pair in notice.corrections if pair.right]
    said = [captions.normalise(text) for value in record.values for text in value.values]
    return bool(rights) and all(any(right in text for text in said) for right in rights)


def _is_itself(stated: Version, record: MetadataRecord) -> bool:
    return bool(stated.uri) and stated.uri == record.ref.uri


def _named(notice: Notice) -> frozenset[Property]:
    return frozenset(pair.property for pair in notice.corrections if pair.property is not None)


def _compared(
    record: MetadataRecord, match: Match, stated: Version, history: History
) -> Iterator[Finding]:
    here = of_record(record, seen=history.seen)
    changed = [
        one
        for one in differences(here, stated, _named(match.notice) or None)
        if not _is_the_desks(one, stated, history)
    ]
    for rule, of_credit in ((Rule.ERRONEOUS_CREDIT, True), (Rule.ERRONEOUS_MENTION, False)):
        some = [one for one in changed if (one.property in _CREDITS) is of_credit]
        if some:
            yield _finding(rule, record, match, (stated, some, history))


def _is_the_desks(one: Difference, stated: Version, history: History) -> bool:
    """Whether the agency's version before said what it says now: then the desk changed it."""
    former = [v for v in history.superseded if v.item and v.item == stated.item]
    said = [v for f in former for v in f.values if v.property is one.property]
    return bool(said) and all(same(v, one.after) for v in said)


def _finding(
    rule: Rule,
    record: MetadataRecord,
    match: Match,
    what: tuple[Version, Sequence[Difference], History],
) -> Finding:
    stated, changed, history = what
    edits = tuple(dict.fromkeys(edit for one in changed for edit in _edits(record, one)))
    told = "; ".join(
        f"{one.property.value} “{_line(one.before)}” → “{_line(one.after)}”" for one in changed
    )
    evidence = (
        *match.evidence,
        *(
            Evidence(
                one.property.value,
                0.0,
                f"“{_line(one.before)}” ({record.ref.display}, {one.before.locator}) → "
                f"“{_line(one.after)}” ({stated.name})",
            )
            for one in changed
        ),
        *_said_before(stated, changed, history),
        Evidence(
            "no-values",
            0.0,
            "The notice does not say what was wrong: it follows from the difference between "
            f"{record.ref.display} and {stated.name}, and a person must confirm it.",
        ),
    )
    who = match.notice.provider or "The sender"
    return finding(
        rule,
        record,
        f"{who} corrects this picture without saying what was wrong; its version differs: {told}.",
        Answer(match.confidence, _fixability(record, match, edits), Status.HELD),
        Grounds(
            match.notice.notice_id,
            evidence,
            edits,
            tuple(f"{one.before.locator}={_line(one.before)}" for one in changed),
        ),
    )


def _fixability(record: MetadataRecord, match: Match, edits: Sequence[Edit]) -> Fixability:
    shown = (
        not edits
        or record.is_running_text
        or record.content_credentials is not None
        or any(reason.name == "other-identifier" for reason in match.evidence)
    )
    return Fixability.DISPLAY_ONLY if shown else Fixability.UNSAFE


def _said_before(
    stated: Version, changed: Sequence[Difference], history: History
) -> Iterator[Evidence]:
    for former in history.superseded:
        if not former.item or former.item != stated.item:
            continue
        for one in changed:
            said = [v for v in former.values if v.property is one.property]
            if any(same(value, one.before) for value in said):
                yield Evidence(
                    "earlier-version",
                    0.0,
                    f"{former.name} said “{_line(one.before)}”, "
                    f"{stated.name} says “{_line(one.after)}”.",
                )


def _edits(record: MetadataRecord, one: Difference) -> Iterator[Edit]:
    """What would put the new value in every place that holds the old one."""
    if one.property is Property.CREATOR_NAMES:
        wrong, right = names(one.before.values), names(one.after.values)
        if len(wrong) == len(right) == 1:
            pair = Correction(one.property, wrong=wrong[0], right=right[0])
            found = carriers(record, [pair])
            yield from (carrier.edit for carrier in found if not carrier.overflow)
        return
    after = _line(one.after)
    if one.property is Property.DESCRIPTION:
        after = notices.strip("\n".join(one.after.values)).text
    for value in record.of(one.property):
        if not same(value, one.before) or len(value.values) != 1:
            continue
        limit = octet_limit(one.property) if value.container is Container.IIM else None
        # What does not fit is for a person to shorten, never cut in silence.
        if limit is None or len(after.encode("utf-8", "surrogatepass")) <= limit:
            yield Edit(
                value.uri or record.ref.uri,
                value.container,
                value.locator,
                value.property,
                value.values[0],
                after,
            )


def _line(value: PropertyValue) -> str:
    return "; ".join(value.values)


def _nothing_to_compare(record: MetadataRecord, match: Match) -> Finding:
    notice = match.notice
    named = _named(notice)
    what = f" ({', '.join(sorted(named))})" if named else ""
    rule = Rule.ERRONEOUS_CREDIT if named and named <= _CREDITS else Rule.ERRONEOUS_MENTION
    return finding(
        rule,
        record,
        f"{notice.provider or 'The sender'} corrects this picture{what}, but does not say what "
        "was wrong, and no corrected version is known to compare it with.",
        Answer(match.confidence, Fixability.DISPLAY_ONLY, Status.HELD),
        Grounds(
            notice.notice_id,
            (
                *match.evidence,
                Evidence(
                    "nothing-to-compare",
                    0.0,
                    "Fetch the corrected version and give it with --notices, or compare by eye.",
                ),
            ),
            before=("nothing-to-compare",),
        ),
    )
