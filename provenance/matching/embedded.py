"""The notices that a picture, or a text, carries in its own captions."""

from __future__ import annotations

from dataclasses import replace

from provenance import grammars, notices
from provenance.matching.keys import picture_identifiers
from provenance.model import (
    RUNNING_TEXT,
    Authority,
    Container,
    MetadataRecord,
    Notice,
    Occurrence,
    Property,
    PropertyValue,
    Target,
    TargetKind,
)
from provenance.notices.advice import advised


def embedded_notices(record: MetadataRecord) -> tuple[Notice, ...]:
    """The notices in the record's own captions, and what its IIM advises (2:42).

    A notice in a picture names that picture's identifiers and scan digest as its targets;
    one in running text names the caption it belongs to. Neither carries a person's authority.
    """
    # Copies of one caption stand in several containers: each text is looked at once, and
    # the grammar is only asked where a notice's own words stand.
    parsed: dict[str, tuple[Notice, ...]] = {}
    found: list[Notice] = []
    advises = False
    for value in record.values:
        advises = advises or value.property is Property.ACTION_ADVISED
        if value.property not in _SPEAKING:
            continue
        for text in value.values:
            if text not in parsed:
                parsed[text] = _parse(text, record) if grammars.find(text) else ()
            found.extend(_bind(notice, record, value) for notice in parsed[text])
    if advises:
        found.extend(advised(record))
    return notices.merge(found) if found else ()


_SPEAKING = frozenset(
    {
        Property.DESCRIPTION,
        Property.HEADLINE,
        Property.TITLE,
        Property.COPYRIGHT_NOTICE,
        Property.INSTRUCTIONS,
    }
)


def _parse(text: str, record: MetadataRecord) -> tuple[Notice, ...]:
    stated = _credit_values(record)
    return notices.parse_text(text, source=record.ref.display, credits=stated)


def _bind(notice: Notice, record: MetadataRecord, value: PropertyValue) -> Notice:
    occurrences = tuple(_placed(one, record, value) for one in notice.occurrences)
    if value.container in RUNNING_TEXT:
        return replace(notice, occurrences=occurrences, authority=Authority.EMBEDDED)
    own = sorted(picture_identifiers(record))
    bound = [f"id:{one}" for one in own] or [f"scan:{record.scan_digest or record.digest}"]
    targets = [Target(TargetKind.IDENTIFIER, one) for one in own]
    if record.scan_digest:
        targets.append(Target(TargetKind.DIGEST, f"scan:{record.scan_digest}"))
    captioned = [t for t in notice.targets if t.kind in {TargetKind.CAPTION, TargetKind.BYLINE}]
    return replace(
        notice,
        notice_id=notices.notice_id(notice.provider, notice.text, bound),
        targets=(*targets, *captioned),
        occurrences=occurrences,
        authority=Authority.EMBEDDED,
        source_digest=record.digest or "",
    )


def _placed(one: Occurrence, record: MetadataRecord, value: PropertyValue) -> Occurrence:
    shift = 0
    if value.container is Container.TEXT:
        shift = int(value.locator.split()[1].partition("-")[0])
    return Occurrence(record.ref.display, one.start + shift, one.end + shift, value.locator)


def _credit_values(record: MetadataRecord) -> tuple[str, ...]:
    return tuple(
        text
        for value in record.values
        if value.property in {Property.CREATOR_NAMES, Property.CREDIT_LINE}
        for text in value.values
    )
