"""What is wrong with an asset by itself, without any notice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from provenance import captions
from provenance.metadata import reconcile
from provenance.model import (
    Container,
    CreditLine,
    Evidence,
    Finding,
    MetadataRecord,
    Property,
    PropertyValue,
    Rule,
)
from provenance.rules.disagreement import disagreement_findings
from provenance.rules.findings import Answer, Grounds, finding

_CREDIT_LIKE = (
    Property.CREATOR_NAMES,
    Property.CREDIT_LINE,
    Property.SOURCE,
    Property.COPYRIGHT_NOTICE,
)
_AGENCY_PROPERTIES = (Property.CREDIT_LINE, Property.SOURCE)
_NO_PHOTOGRAPHER_EXPECTED = frozenset({"handout", "pool"})
_PROVIDED = re.compile(r"\W*(?:handouts?|ho|pool)(?:\s+photo)?\W*", re.IGNORECASE)
# UTF-8 read as Latin-1 or Windows-1252 leaves these pairs; no language writes them in a word.
# Marks and spaces do follow a capital that ends a word in capitals ("»GRÅ«").
_LEAD = "[\u00c2\u00c3\u00c4\u00c5]"
_SIGNS = "\u0080-\u009f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00beŒœŠšŸŽžƒ\u02c6\u02dc\u201a„†‡‰€™"
_MARKS = "\u00a0\u00ab\u00bb\u00bf\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u2039\u203a"
_DOUBLE_ENCODED = re.compile(
    f"{_LEAD}[{_SIGNS}]|(?<![A-Z\u00c0-\u00de]){_LEAD}[{_MARKS}]|â€|\ufffd"
)
_LONGEST_ROLE = 40


def intrinsic_findings(record: MetadataRecord) -> Iterator[Finding]:
    """All findings that need nothing but the record."""
    if record.is_running_text:
        yield from _incomplete_captions(record)
    else:
        yield from _missing_or_incomplete(record)
        yield from disagreement_findings(record)
        yield from _credentials(record)
    yield from _truncated(record)
    yield from _damaged(record)


def _missing_or_incomplete(record: MetadataRecord) -> Iterator[Finding]:
    lines = [
        line
        for value in record.of(Property.DESCRIPTION)
        for text in value.values
        for line in captions.credit_lines(text)
    ]
    stated = [text for prop in _CREDIT_LIKE for text in _texts(record, prop) if text.strip()]
    if not stated and not lines:
        yield finding(
            Rule.CREDIT_MISSING,
            record,
            "Nothing in this file says whose picture it is.",
            Answer(),
            Grounds(),
        )
        return
    # "Bakr ALKASEM/AFP" in a credit field names a photographer, "AFP" an agency alone.
    credited = [text for prop in _AGENCY_PROPERTIES for text in _texts(record, prop)]
    lines += [line for text in credited for line in captions.credit_lines(text)]
    names = [text for text in _texts(record, Property.CREATOR_NAMES) if _is_name(text)]
    names += [line.creator for line in lines if line.creator and _is_name(line.creator)]
    agency = [text for text in credited if _is_agency(text)]
    agency += [name for line in lines for name in line.agencies]
    if agency and not names and not _is_provided(record, lines):
        yield _incomplete(record, tuple(dict.fromkeys(agency)))


def _is_agency(text: str) -> bool:
    return captions.agency_named(text) is not None or bool(captions.credit_lines(text))


def _is_provided(record: MetadataRecord, lines: Sequence[CreditLine]) -> bool:
    """Whether the picture was handed out, or is a pool's: then nobody expects a name."""
    stated = (
        text
        for prop in (Property.CREATOR_NAMES, Property.CREATOR_JOBTITLE, *_AGENCY_PROPERTIES)
        for text in _texts(record, prop)
    )
    return any(line.role in _NO_PHOTOGRAPHER_EXPECTED for line in lines) or any(
        _PROVIDED.fullmatch(text[:_LONGEST_ROLE]) for text in stated
    )


def _incomplete_captions(record: MetadataRecord) -> Iterator[Finding]:
    for value in record.of(Property.DESCRIPTION):
        for line in (line for text in value.values for line in captions.credit_lines(text)):
            if line.agencies and not line.creator and line.role not in _NO_PHOTOGRAPHER_EXPECTED:
                yield _incomplete(record, (line.raw,), value.locator)


def _incomplete(record: MetadataRecord, stated: tuple[str, ...], where: str = "") -> Finding:
    place = f" ({where})" if where else ""
    return finding(
        Rule.CREDIT_INCOMPLETE,
        record,
        f"An agency is credited, but no photographer: {stated[0]}{place}.",
        Answer(),
        Grounds(evidence=(Evidence("credit", 0.0, ", ".join(stated)),), before=(*stated, where)),
    )


def _truncated(record: MetadataRecord) -> Iterator[Finding]:
    for value in record.values:
        for text in value.values:
            whole = _whole_of(record, value, text)
            if whole is not None:
                detail = f"{value.locator} holds “{text}”, cut from “{whole}”."
            elif value.property is Property.DESCRIPTION and any(
                line.truncated for line in captions.credit_lines(text)
            ):
                detail = f"The credit line in {value.locator} is cut."
            else:
                continue
            yield finding(
                Rule.CREDIT_TRUNCATED,
                record,
                detail,
                Answer(),
                Grounds(before=(f"{value.locator}={text}",)),
            )


def _whole_of(record: MetadataRecord, value: PropertyValue, text: str) -> str | None:
    """The longer value of another container that an IIM value at its limit was cut from."""
    if value.container is not Container.IIM or value.property not in _CREDIT_LIKE:
        return None
    for other in record.of(value.property):
        if other.container is Container.IIM:
            continue
        for longer in other.values:
            if reconcile.is_cut_of(text, longer, value.property):
                return longer
    return None


def _damaged(record: MetadataRecord) -> Iterator[Finding]:
    """One finding per property, however many containers repeat the damage."""
    found: dict[Property, list[tuple[str, str]]] = {}
    for value in record.values:
        for text in value.values:
            if _DOUBLE_ENCODED.search(text) is not None:
                found.setdefault(value.property, []).append((value.locator, text))
    for prop, places in found.items():
        yield finding(
            Rule.ENCODING_DAMAGED,
            record,
            f"The {prop.value} was decoded wrongly somewhere: {places[0][1][:80]}",
            Answer(),
            Grounds(
                evidence=tuple(Evidence("damaged", 0.0, f"{w}: {t}") for w, t in places),
                before=tuple(f"{where}={text}" for where, text in places),
            ),
        )


def _credentials(record: MetadataRecord) -> Iterator[Finding]:
    if record.content_credentials is not None:
        yield finding(
            Rule.CONTENT_CREDENTIALS,
            record,
            "This file carries Content Credentials: an edit of its metadata would break them.",
            Answer(),
            Grounds(),
        )


def _texts(record: MetadataRecord, prop: Property) -> Iterator[str]:
    for value in record.of(prop):
        yield from value.values


def _is_name(text: str) -> bool:
    return bool(text.strip()) and not captions.is_placeholder(text)
