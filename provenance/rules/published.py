"""What is wrong with a published page: the same rules, one picture of it at a time.

Scope is one picture (design rule 1): on a page the next caption is another picture's, so
each picture of the page is examined as if it stood alone. All findings are shown only; a
page is mended where it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from provenance import captions, pages, rules
from provenance.matching import Picture
from provenance.model import (
    Evidence,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    Policy,
    Property,
    PropertyValue,
    Rule,
)
from provenance.rules.findings import Answer, Grounds, finding

_ROLES = frozenset({"handout", "pool"})
_MOST_NAMED = 6


def examine_page(
    record: MetadataRecord, notices: Sequence[tuple[Notice, Picture]], policy: Policy
) -> tuple[Finding, ...]:
    """Everything that is wrong with one page, with the exact places.

    Args:
        record: the page.
        notices: the active notices that its keys reach, each with what is known of its picture.
        policy: the desk's rules and today's date.
    """
    found: dict[str, Finding] = {}
    for picture in pages.pictures_of(record):
        for one in rules.examine(picture, notices, (), policy):
            if one.rule is not Rule.CREDIT_INCOMPLETE:
                _add(found, _placed(one, picture))
        for one in _incomplete(picture):
            _add(found, one)
    return tuple(found.values())


def _add(found: dict[str, Finding], one: Finding) -> None:
    """Take up a finding; where the page shows a picture twice, both places are named."""
    known = found.get(one.finding_id)
    if known is None:
        found[one.finding_id] = one
        return
    more = tuple(reason for reason in one.evidence if reason not in known.evidence)
    found[one.finding_id] = replace(known, evidence=(*known.evidence, *more))


def _placed(one: Finding, picture: MetadataRecord) -> Finding:
    """The finding with its place on the page, shown only."""
    where = [edit.locator for edit in one.edits] or [value.locator for value in picture.values]
    where = list(dict.fromkeys(where))
    words = "; ".join(where[:_MOST_NAMED])
    if len(where) > _MOST_NAMED:
        words += f"; and {len(where) - _MOST_NAMED} more places"
    return replace(
        one,
        fixability=Fixability.DISPLAY_ONLY,
        evidence=(*one.evidence, Evidence("place", 0.0, f"On the page: {words}.")),
    )


def _incomplete(picture: MetadataRecord) -> Iterator[Finding]:
    """An agency without a photographer: one finding per credit line, with all its places."""
    said: dict[str, list[str]] = {}
    named = any(value.property is Property.CREATOR_NAMES for value in picture.values)
    for value in picture.values:
        for text in value.values:
            for raw in _without_name(value, text, named=named):
                said.setdefault(raw, []).append(value.locator)
    for raw, where in said.items():
        yield finding(
            Rule.CREDIT_INCOMPLETE,
            picture,
            f"An agency is credited, but no photographer: {raw} ({where[0]}).",
            Answer(),
            Grounds(
                evidence=(
                    Evidence("credit", 0.0, raw),
                    Evidence("place", 0.0, f"On the page: {'; '.join(where[:_MOST_NAMED])}."),
                ),
                before=(raw, *where),
            ),
        )


def _without_name(value: PropertyValue, text: str, *, named: bool) -> Iterator[str]:
    lines = captions.credit_lines(text)
    if value.property is Property.DESCRIPTION:
        for line in lines:
            if line.agencies and not line.creator and line.role not in _ROLES:
                yield line.raw
    elif value.property is Property.CREDIT_LINE and not named:
        alone = captions.agency_named(text) is not None
        handed = any(line.creator or line.role in _ROLES for line in lines)
        if alone or (lines and not handed):
            yield text
