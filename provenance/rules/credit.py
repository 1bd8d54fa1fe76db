"""Where a wrong name stands in an asset's credit, and what would stand there instead.

Scope is credit context only: byline fields whole, credit, copyright and source where a
part between separators is the name, captions inside their credit line. Prose is never
touched here; a name that is merely contained in another name is another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from provenance import captions
from provenance.metadata import reconcile
from provenance.metadata.properties import octet_limit
from provenance.model import (
    NO_ALIASES,
    Aliases,
    Container,
    Correction,
    Edit,
    Evidence,
    MetadataRecord,
    Property,
    PropertyValue,
)

# What can stand between or before names in a credit, copyright or source value. White
# space is left to the parts: a hostile run of it must not be looked at again and again.
_SEPARATOR = re.compile(
    r"""[/|;,()\[\]©®]|(?<=\s)[-–—](?=\s)|\(c\)
    |\b(?:via|for|by|copyright|photo|foto|image|picture|photographer|credit|courtesy(?:\sof)?)\b:?
    |\b(?:19|20)\d\d\b|\ball\srights\sreserved\b\.?""",
    re.IGNORECASE | re.VERBOSE,
)
# What joins two names of one credit; a name may hold it, too ("Ortega y Gasset").
_JOINT = re.compile(r"(?<=\s)(?:and|und|et|y|&|\+)(?=\s)", re.IGNORECASE)
_PART_PROPERTIES = (Property.CREDIT_LINE, Property.COPYRIGHT_NOTICE, Property.SOURCE)
_CAPTION_PROPERTIES = (
    Property.DESCRIPTION,
    Property.HEADLINE,
    Property.TITLE,
    Property.INSTRUCTIONS,
)


@dataclass(frozen=True, slots=True)
class Carrier:
    """One value that holds the wrong name.

    Attributes:
        edit: what would correct it.
        cut: the wrong name stands there cut at its octet limit.
        overflow: the corrected value exceeds the octet limit and had to be cut.
        doubled: the right name stood beside the wrong one, and would stand there twice.
    """

    edit: Edit
    cut: bool = False
    overflow: bool = False
    doubled: bool = False


def carriers(record: MetadataRecord, corrections: Sequence[Correction]) -> tuple[Carrier, ...]:
    """Every value of ``record`` that credits a wrong name, with the value that should stand there.

    Args:
        record: the asset.
        corrections: of credits, each with its wrong value; without a right one the name is
            to go from byline fields. A correction of the creator concerns every credit; one
            of the credit line, the source or the copyright notice that property alone.
    """
    return tuple(
        found for value in record.values for found in _in_value(record, value, corrections)
    )


def credits_name(record: MetadataRecord, name: str) -> bool:
    """Whether any byline, credit or credit line of the record names ``name``."""
    return any(
        corrected(value.property, text, name, f"{name}\0") != text
        for value in record.values
        for text in value.values
    )


@dataclass(frozen=True, slots=True)
class Variant:
    """A correction for another spelling of its wrong name, and why that may be the same name.

    Attributes:
        correction: as the notice's, with ``wrong`` as the record spells it.
        reason: ``other-spelling`` or ``alias``. Either way a person looks at it first.
    """

    correction: Correction
    reason: Evidence


def variants(
    record: MetadataRecord, correction: Correction, aliases: Aliases = NO_ALIASES
) -> tuple[Variant, ...]:
    """The correction for each other spelling in which the record credits the wrong name.

    Agencies print one man as ``Joerg`` and ``JORG``, another as ``ALKASEM`` and ``al-Qasim``.
    That two spellings can be one name (``captions.name_forms``, ``captions.name_key``), or
    are one in the desk's table, finds candidates and is no proof. A spelling that may as well
    be the right name's is none.
    """
    wrong, right = correction.wrong or "", correction.right or ""
    if not _key(wrong):
        return ()
    alike = _Likeness(wrong)
    # Where the notice itself corrects such a spelling, the other one is the right one.
    if alike.meets(right):
        return ()
    agencies = _agencies(record) if aliases.rows else ()
    table = captions.known_as(aliases, wrong, agencies)
    rights = captions.known_as(aliases, right, agencies) | {_key(right)}
    found: list[Variant] = []
    for key, name in _credited(record).items():
        if key == _key(wrong) or key in rights:
            continue
        if key in table:
            said = f"{name}: the table of names has it for {wrong}."
            found.append(Variant(replace(correction, wrong=name), Evidence("alias", 0.0, said)))
        elif alike.meets(name):
            said = f"{name}: may be the wrong name in another spelling, or not."
            reason = Evidence("other-spelling", 0.0, said)
            found.append(Variant(replace(correction, wrong=name), reason))
    return tuple(found)


class _Likeness:
    """What other spellings of one name have in common with it."""

    def __init__(self, name: str) -> None:
        self._forms = captions.name_forms(name)
        self._sound = captions.name_key(name)

    def meets(self, other: str) -> bool:
        """Whether both can be one name."""
        if self._forms & captions.name_forms(other):
            return True
        return self._sound != "" and self._sound == captions.name_key(other)


def _agencies(record: MetadataRecord) -> tuple[str, ...]:
    """The agencies that the record's credits name."""
    found: dict[str, None] = {}
    for value in record.values:
        if value.property not in {*_PART_PROPERTIES, Property.DESCRIPTION}:
            continue
        for text in value.values:
            named = captions.agency_named(text)
            lines = captions.credit_lines(text)
            found.update(dict.fromkeys((named,) if named else ()))
            found.update(dict.fromkeys(agency for line in lines for agency in line.agencies))
    return tuple(found)


def _credited(record: MetadataRecord) -> dict[str, str]:
    """The names in byline fields and credit lines, by what makes them equal."""
    found: dict[str, str] = {}
    for value in record.values:
        if value.property not in {*_PART_PROPERTIES, *_CAPTION_PROPERTIES, Property.CREATOR_NAMES}:
            continue
        for text in value.values:
            named = [line.creator for line in captions.credit_lines(text) if line.creator]
            if value.property not in _CAPTION_PROPERTIES:
                named = [*named, text]
            found.update((_key(name), name) for name in named)
    return found


def _in_value(
    record: MetadataRecord, value: PropertyValue, corrections: Sequence[Correction]
) -> Iterator[Carrier]:
    concerned = [one for one in corrections if _concerns(one, value.property)]
    named = {text: _key(text) for text in value.values}
    for text in dict.fromkeys(value.values):
        after, cut = _after(value, text, concerned)
        if after == text:
            continue
        doubled = any(_doubled(value.property, text, after, one.right) for one in concerned)
        if value.property is Property.CREATOR_NAMES and after is not None:
            others = {key for other, key in named.items() if other != text}
            # Two wrong names may have one right name, too: it is listed once.
            named[text] = _key(after)
            after = None if _key(after) in others else after
        fitted = _fit(value, after)
        edit = Edit(
            uri=value.uri or record.ref.uri,
            container=value.container,
            locator=value.locator,
            property=value.property,
            before=text,
            after=fitted,
        )
        yield Carrier(edit, cut=cut, overflow=fitted != after, doubled=doubled)


def _concerns(correction: Correction, prop: Property) -> bool:
    named = correction.property
    return correction.wrong is not None and named in {None, Property.CREATOR_NAMES, prop}


def _after(
    value: PropertyValue, text: str, corrections: Sequence[Correction]
) -> tuple[str | None, bool]:
    """The corrected text, and whether the wrong name stood in it cut off."""
    after: str | None = text
    cut = False
    written: set[str] = set()
    for one in corrections:
        # What one pair wrote, a later pair neither takes back nor carries on.
        if after is None or one.wrong is None or _key(one.wrong) in written:
            continue
        tail = _cut_tail(value, after, one.wrong)
        if tail is None:
            new = corrected(value.property, after, one.wrong, one.right)
        else:
            head = after[: len(after) - len(tail)]
            new = after if one.right is None else head + one.right
        if new != after:
            cut = cut or tail is not None
            written.add(_key(one.right or ""))
        after = new
    return after, cut


def corrected(prop: Property, text: str, wrong: str, right: str | None) -> str | None:
    """``text`` with ``wrong`` replaced in credit context; ``text`` itself where it is not there."""
    if prop is Property.CREATOR_NAMES:
        if _same(text, wrong):
            return right
        return _in_parts(text, wrong, right) if right is not None else text
    if right is None:
        return text
    if prop in _PART_PROPERTIES:
        return right if _same(text, wrong) else _in_parts(text, wrong, right)
    if prop in _CAPTION_PROPERTIES:
        return captions.replace_creator(text, wrong, right)
    return text


def _in_parts(text: str, wrong: str, right: str, marks: re.Pattern[str] = _SEPARATOR) -> str:
    """Replace each part between separators that is the whole name."""
    out: list[str] = []
    at = 0
    for separator in [*marks.finditer(text), None]:
        end = separator.start() if separator else len(text)
        part = text[at:end]
        stripped = part.strip()
        if _same(stripped, wrong):
            part = part.replace(stripped, right, 1)
        elif marks is _SEPARATOR:
            part = _in_parts(part, wrong, right, _JOINT)
        out.append(part)
        if separator:
            out.append(separator.group())
            at = separator.end()
    return "".join(out)


def _same(left: str, right: str) -> bool:
    """Whether two spellings are one name; what has no letters is no name."""
    key = _key(left)
    return key != "" and key == _key(right)


def _key(name: str) -> str:
    return captions.normalise_name(name)


def _cut_tail(value: PropertyValue, text: str, wrong: str) -> str | None:
    """The end of an IIM value that is the beginning of the wrong name, cut at the octet limit."""
    if value.container is not Container.IIM or value.property not in (
        Property.CREATOR_NAMES,
        *_PART_PROPERTIES,
    ):
        return None
    start = max((separator.end() for separator in _SEPARATOR.finditer(text)), default=0)
    tail = text[start:].lstrip()
    head = text[: len(text) - len(tail)]
    # Behind other words, an initial alone may begin many names.
    telling = tail and (not head or " " in tail.strip())
    return tail if telling and reconcile.is_cut_of(text, head + wrong, value.property) else None


def _doubled(prop: Property, before: str, after: str | None, right: str | None) -> bool:
    """Whether one credit would name the right name twice because it named it already."""
    if not right or after is None:
        return False
    key = _key(right)
    return _most(prop, before, key) >= 1 and _most(prop, after, key) > 1


def _most(prop: Property, text: str, key: str) -> int:
    """How often one credit of the text names the name, at most."""
    if prop in _CAPTION_PROPERTIES:
        credits_of = [line.raw for line in captions.printed_credits(text)]
    else:
        credits_of = [text]
    whole = re.compile(rf"(?<!\w){re.escape(key)}(?!\w)")
    return max((len(whole.findall(_key(credit))) for credit in credits_of), default=0)


def _fit(value: PropertyValue, after: str | None) -> str | None:
    """Cut at the octet limit of an IIM dataset, between characters; shown, never silent."""
    limit = octet_limit(value.property)
    if after is None or limit is None or value.container is not Container.IIM:
        return after
    encoded = after.encode("utf-8", "surrogatepass")
    if len(encoded) <= limit:
        return after
    return encoded[:limit].decode("utf-8", "ignore").rstrip()
