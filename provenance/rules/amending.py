"""Values that a person puts in place of the proposed ones: what may be put, and where it goes.

A decision keeps them by place and in order, so that they reach every copy of the picture that
the decision speaks for. They never change what a finding is about: its ids follow from the
values that stand, not from those that are to come.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from provenance.errors import UsageError
from provenance.metadata.properties import octet_limit
from provenance.model import Container, Decision, Edit, Evidence, Finding, Property

AMENDED = "amended"
"""The remark on a finding in which a person put another value than the proposed one."""

LONGEST = 32_000
"""Characters of a value that a person may give; a caption in IIM has 2,000 octets."""

Amended = tuple[tuple[str, str, str], ...]

_REMOVED = ""
_QUOTED = 80
# Texts that are written as paragraphs; everything else is one line.
_PARAGRAPHS = frozenset(
    {Property.DESCRIPTION, Property.INSTRUCTIONS, Property.USAGE_TERMS, Property.COPYRIGHT_NOTICE}
)
_STEERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One value that a finding proposes, in every place where it proposes it.

    Attributes:
        property: which property.
        before: what stands there now; empty where nothing does.
        after: what is proposed; None where the value is to be removed.
        edits: one for each place.
    """

    property: Property
    before: str
    after: str | None
    edits: tuple[Edit, ...]


def most_octets(proposal: Proposal) -> int | None:
    """The most UTF-8 octets that a value may have in all its places; None: no limit.

    IPTC-IIM 4.2, chapter 6; EXIF and XMP set none.
    """
    if all(edit.container is not Container.IIM for edit in proposal.edits):
        return None
    return octet_limit(proposal.property)


def proposals(one: Finding) -> tuple[Proposal, ...]:
    """What a finding proposes, in the order of its edits, whoever amended it meanwhile."""
    grouped: dict[tuple[Property, str, str | None], list[Edit]] = {}
    for edit in one.proposed or one.edits:
        grouped.setdefault((edit.property, edit.before, edit.after), []).append(edit)
    return tuple(Proposal(*key, tuple(edits)) for key, edits in grouped.items())


def amend(one: Finding, values: Mapping[int, str]) -> Amended:
    """The values that a person wants written, as a decision keeps them.

    Args:
        one: a finding that proposes edits.
        values: by the number of the proposal (see ``proposals``, from 0); what is left out,
            or is as proposed, stays as proposed.

    Returns:
        Empty where everything stays as proposed.

    Raises:
        UsageError: there is no such proposal; a value is empty, too long for its place
            (``value-too-long``) or holds what no such field may hold (``value-refused``).
    """
    offered = proposals(one)
    for number in values:
        if not 0 <= number < len(offered):
            raise UsageError(
                f"The finding {one.finding_id} proposes {_values(len(offered))}.",
                remedy="Give a value for one of those.",
            )
    wanted: dict[tuple[str, str], str] = {}
    for number, given in values.items():
        proposal = offered[number]
        value = _value(given, proposal)
        if value != _as_typed(proposal):
            _require_possible(value, proposal)
            wanted |= {(e.locator, e.before): _broken_alike(value, e.after) for e in proposal.edits}
    touched = {locator for locator, _ in wanted}
    return tuple(
        (edit.container.value, edit.locator, wanted.get(place, edit.after or _REMOVED))
        for place, edit in _places(one.proposed or one.edits)
        if edit.locator in touched
    )


def amended(one: Finding, decision: Decision) -> Finding | None:
    """A finding with the values that a decision puts in, and a remark that says so.

    Args:
        one: as the rules say it.
        decision: in force.

    Returns:
        None where the values do not fit the finding's places (any more).
    """
    if not decision.amended:
        return one
    put: dict[str, list[str]] = {}
    for _, locator, value in decision.amended:
        put.setdefault(locator, []).append(value)
    after: dict[tuple[str, str], str] = {}
    for locator, values in put.items():
        places = [place for place, _ in _places(one.edits) if place[0] == locator]
        if len(places) != len(values):
            return None
        after |= dict(zip(places, values, strict=True))
    edits = tuple(
        replace(edit, after=after.get((edit.locator, edit.before), edit.after or _REMOVED) or None)
        for edit in one.edits
    )
    if edits == one.edits:
        return one
    remarks = _remarks(one.edits, edits, decision.agent)
    return replace(one, edits=edits, proposed=one.edits, evidence=(*one.evidence, *remarks))


def as_proposed(one: Finding) -> Finding:
    """The finding as the rules proposed it, without anybody's values; remarks stay."""
    return replace(one, edits=one.proposed, proposed=()) if one.proposed else one


def _values(number: int) -> str:
    return "one value" if number == 1 else f"{number or 'no'} values"


def _places(edits: Sequence[Edit]) -> list[tuple[tuple[str, str], Edit]]:
    """Each place and value that edits change, once, in an order that all copies share."""
    places: dict[tuple[str, str], Edit] = {}
    for edit in edits:
        places.setdefault((edit.locator, edit.before), edit)
    return sorted(places.items(), key=lambda pair: pair[0])


def _remarks(was: Sequence[Edit], now: Sequence[Edit], agent: str) -> tuple[Evidence, ...]:
    told: dict[tuple[Property, str], list[str]] = {}
    for old, new in zip(was, now, strict=True):
        if old.after != new.after:
            instead = "of removing the value" if old.after is None else f"of “{_cut(old.after)}”"
            told.setdefault((old.property, instead), []).append(old.locator)
    return tuple(
        Evidence(AMENDED, 0.0, f"{', '.join(where)}: value by {agent} instead {instead}.")
        for (_, instead), where in told.items()
    )


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"


def _value(given: str, proposal: Proposal) -> str:
    text = _plain(given)
    return text if proposal.property in _PARAGRAPHS else text.strip()


def _as_typed(proposal: Proposal) -> str | None:
    """The proposed value as a form gives it back when nobody has touched it."""
    if proposal.after is None:
        return None
    return _value(proposal.after, proposal)


def _plain(text: str) -> str:
    for mark, line_end in _BREAKS.items():
        text = text.replace(mark, line_end)
    return text


def _broken_alike(value: str, after: str | None) -> str:
    """The value with the line ends that the proposed one has: some programs write CR alone."""
    if after is None or "\n" not in value or "\n" in after.replace("\r\n", ""):
        return value
    mark = "\r\n" if "\r\n" in after else "\r" if "\r" in after else "\n"
    return value.replace("\n", mark)


def _require_possible(value: str, proposal: Proposal) -> None:
    where = ", ".join(dict.fromkeys(edit.locator for edit in proposal.edits))
    if not value.strip():
        raise UsageError(
            f"The value for {where} is empty.",
            code="value-refused",
            remedy="Write what is to stand there, or reject the finding.",
        )
    if value == _value(proposal.before, proposal):
        raise UsageError(
            f"The value for {where} is the one that stands there now.",
            code="value-refused",
            remedy="Write what is to stand there instead, or reject the finding.",
        )
    if len(value) > LONGEST:
        raise UsageError(
            f"The value for {where} has {len(value):,} characters; the most is {LONGEST:,}.",
            code="value-too-long",
            remedy="Shorten it.",
        )
    _require_clean(value, where, paragraphs=proposal.property in _PARAGRAPHS)
    octets, most = len(value.encode()), most_octets(proposal)
    if most is not None and octets > most:
        raise UsageError(
            f"The value for {where} takes {octets} octets in UTF-8; IIM has room for {most} there.",
            code="value-too-long",
            remedy=f"Shorten it by {octets - most} octets: accented and non-Latin letters "
            "take two to four each.",
        )


def _require_clean(value: str, where: str, *, paragraphs: bool) -> None:
    for char in value:
        if char == "\n" and paragraphs:
            continue
        category = unicodedata.category(char)
        if category in {"Cc", "Cs", "Cn"} or char in _STEERING:
            shown = "a line break" if char == "\n" else f"the character U+{ord(char):04X}"
            raise UsageError(
                f"The value for {where} holds {shown}, which does not belong there.",
                code="value-refused",
                remedy="Type the value anew instead of pasting it.",
            )
