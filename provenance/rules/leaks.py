"""A notice's own words in a field that is published (design rule 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provenance import notices
from provenance.model import (
    Confidence,
    Edit,
    Evidence,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    NoticeKind,
    Property,
    Rule,
    Status,
)
from provenance.rules.findings import Answer, Grounds, finding

# Instructions are not published: a notice may stand there.
_PUBLISHED = frozenset(
    {Property.DESCRIPTION, Property.HEADLINE, Property.TITLE, Property.COPYRIGHT_NOTICE}
)


def leak_findings(
    record: MetadataRecord, embedded: Sequence[Notice], *, withdrawn: bool = False
) -> Iterator[Finding]:
    """One finding per notice that stands in a published field of the record.

    Args:
        record: the asset.
        embedded: the notices in its own fields.
        withdrawn: the picture is withdrawn, and never rewritten (design rule 7).
    """
    withdrawn = withdrawn or any(one.kind is NoticeKind.WITHDRAWAL for one in embedded)
    for notice in embedded:
        locators = {occurrence.locator for occurrence in notice.occurrences}
        edits: list[Edit] = []
        # One field is stripped of all its notices at once.
        beside = [one for one in embedded if locators & {o.locator for o in one.occurrences}]
        complete = all(map(_is_sure, beside))
        for value in record.values:
            if value.property not in _PUBLISHED or value.locator not in locators:
                continue
            for text in dict.fromkeys(value.values):
                stripped = notices.strip(text)
                if not stripped.removed:
                    continue
                complete = complete and stripped.complete
                edits.append(
                    Edit(
                        value.uri or record.ref.uri,
                        value.container,
                        value.locator,
                        value.property,
                        text,
                        stripped.text or None,
                    )
                )
        if edits:
            yield _leak(record, notice, tuple(edits), _answer(record, complete, withdrawn))


def _is_sure(notice: Notice) -> bool:
    return notice.complete and not notice.unparsed and notice.confidence is Confidence.STRONG


def _leak(
    record: MetadataRecord, notice: Notice, edits: tuple[Edit, ...], answer: Answer
) -> Finding:
    where = ", ".join(dict.fromkeys(edit.locator for edit in edits))
    evidence = [Evidence("notice-text", 5.0, f"The notice's own words stand in {where}.")]
    if answer.fixability is Fixability.UNSAFE:
        evidence.append(
            Evidence("cut", 0.0, "The notice is cut, or not surely understood: a person must look.")
        )
    who = f"{notice.provider}'s" if notice.provider else "A"
    return finding(
        Rule.LEAKED_NOTICE,
        record,
        f"{who} notice to its clients stands in a field that is published.",
        answer,
        Grounds(notice.notice_id, tuple(evidence), edits),
    )


def _answer(record: MetadataRecord, complete: bool, withdrawn: bool) -> Answer:
    if record.is_running_text or record.content_credentials is not None or withdrawn:
        return Answer(Confidence.STRONG, Fixability.DISPLAY_ONLY, Status.OPEN)
    if complete:
        return Answer(Confidence.STRONG, Fixability.SAFE, Status.OPEN)
    return Answer(Confidence.STRONG, Fixability.UNSAFE, Status.HELD)
