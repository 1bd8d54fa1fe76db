"""What a picture's own IIM advises of an earlier object: IPTC-IIM 4.2, 2:42 Action Advised.

01 Object Kill, 02 Object Replace, 03 Object Append, 04 Object Reference. The datasets 2:45
Reference Service, 2:47 Reference Date and 2:50 Reference Number name the earlier object;
they repeat together. No public sample of a picture uses 2:42: the meaning of the codes is
the standard's, how agencies fill the references is general knowledge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from provenance import captions, identifiers
from provenance.model import (
    Authority,
    Confidence,
    Container,
    ItemClass,
    MetadataRecord,
    Notice,
    NoticeKind,
    Occurrence,
    Property,
    PropertyValue,
    Pubstatus,
    Replacement,
    Target,
    TargetKind,
)
from provenance.notices.identity import canonical, merge, notice_id

FORM = "iim.action-advised"
_KILL = "01"
_REPLACE = "02"
_MOST_REFERENCES = 50


def advised(record: MetadataRecord) -> tuple[Notice, ...]:
    """The notices that a picture's Action Advised is, one for each earlier object it names.

    A kill (01) withdraws the object that the references name, and this one where none is
    named. A replacement (02) withdraws the earlier object, in whose place this one comes;
    without a reference it says nothing of another picture and is no notice. Append and
    reference (03, 04) withdraw nothing.

    An earlier object is named by an agency's own identifier where the references hold one.
    Else it is known by an envelope's service, date and number, which no file carries: such a
    notice names no picture, has low confidence, and a person must find it.

    Returns:
        In the order of the record; each ``EMBEDDED``, its text the locators and values as
        they stand (``IIM 2:42 01, 2:45 AFP, 2:47 20241130``).
    """
    found: list[Notice] = []
    for value in record.of(Property.ACTION_ADVISED):
        action = value.values[0].strip().zfill(2)
        if value.container is Container.IIM and action in {_KILL, _REPLACE}:
            found += _of_block(record, value, action)
    return merge(found)


def _of_block(record: MetadataRecord, value: PropertyValue, action: str) -> list[Notice]:
    """The notices of one IIM block; the references of another block are not its own."""
    block = value.locator.partition(" ")[0]
    services, dates, numbers = (
        _stated(record, prop, block)
        for prop in (
            Property.REFERENCE_SERVICE,
            Property.REFERENCE_DATE,
            Property.REFERENCE_NUMBER,
        )
    )
    stated = value.values[0].strip()
    if not (services or dates or numbers):
        return [_of_this(record, value, stated)] if action == _KILL else []
    references = list(zip_longest(services, dates, numbers, fillvalue=""))[:_MOST_REFERENCES]
    return [_of_earlier(record, value, (stated, *one)) for one in references]


def _stated(record: MetadataRecord, prop: Property, block: str) -> Sequence[str]:
    return [
        text.strip()
        for value in record.of(prop)
        if value.container is Container.IIM and value.locator.partition(" ")[0] == block
        for text in value.values
    ]


def _of_this(record: MetadataRecord, value: PropertyValue, stated: str) -> Notice:
    """The kill of the picture that carries it."""
    targets = tuple(
        Target(TargetKind.DIGEST, f"{kind}:{digest}")
        for kind, digest in (("scan", record.scan_digest), ("sha256", record.digest))
        if digest
    )
    return replace(
        _notice(record, value, f"{value.locator} {stated}", targets, None),
        confidence=Confidence.STRONG,
    )


def _of_earlier(
    record: MetadataRecord, value: PropertyValue, said: tuple[str, str, str, str]
) -> Notice:
    """The withdrawal of an earlier object, named by service, date and number."""
    stated, service, date, number = said
    words = ", ".join(
        [
            f"{value.locator} {stated}",
            *(
                f"{dataset} {text}"
                for dataset, text in (("2:45", service), ("2:47", date), ("2:50", number))
                if text
            ),
        ]
    )
    agency = captions.agency_named(service) if service else None
    coded = identifiers.find(f"{service} {number}")
    # The standard's own reference number is an envelope's: digits alone are no picture's code.
    alone = agency is not None and not coded and not number.isdigit()
    bare = identifiers.bare(number, agency) if alone and agency else None
    named = coded or ((bare,) if bare is not None else ())
    targets = tuple(Target(TargetKind.IDENTIFIER, _written(one)) for one in named)
    return _notice(record, value, words, targets, agency)


def _written(one: identifiers.Identifier) -> str:
    """The identifier so that it can be read alone: the canonical form of a bare code."""
    return one.written if identifiers.find(one.written) else identifiers.canonical(one)


def _notice(
    record: MetadataRecord,
    value: PropertyValue,
    words: str,
    targets: tuple[Target, ...],
    provider: str | None,
) -> Notice:
    replaced = value.values[0].strip().zfill(2) == _REPLACE
    bound = [canonical(one) for one in targets] or [f"in:{record.digest or record.ref.uri}"]
    return Notice(
        notice_id=notice_id(provider, words, bound),
        provider=provider,
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        text=words,
        targets=targets,
        replacement=Replacement.COMING if replaced else Replacement.UNKNOWN,
        language="und",
        occurrences=(Occurrence(record.ref.display, 0, len(words), value.locator),),
        authority=Authority.EMBEDDED,
        source_digest=record.digest or "",
        form=FORM,
        confidence=Confidence.STRONG if targets else Confidence.LOW,
        item_class=ItemClass.PICTURE,
    )
