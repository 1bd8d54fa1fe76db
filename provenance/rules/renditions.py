"""A copy of a picture that names nobody, and the credit that should stand in it again.

Content systems strip metadata from what they resize. That a picture is proven to be a
notice's, or is the same as one that is credited, says whose it is; what is written into it
is never the wrong credit, also where its original still has it. Design rule 6: this is a fix
of its own and never safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from provenance import captions
from provenance.matching import Picture, match, picture_identifiers
from provenance.matching.evidence.look import is_whole
from provenance.matching.keys import basis, field_identifiers
from provenance.metadata import reconcile
from provenance.model import (
    NO_ALIASES,
    NOTHING_BESIDE,
    Aliases,
    Beside,
    Confidence,
    Correction,
    Evidence,
    Finding,
    Fixability,
    LikenessKind,
    Match,
    MetadataRecord,
    Notice,
    NoticeKind,
    Property,
    Rule,
    Status,
)
from provenance.rules.contending import Contending
from provenance.rules.corrections import Matched, stronger, why_not_safe
from provenance.rules.credit import corrected, credits_name, variants
from provenance.rules.findings import Answer, Grounds, finding
from provenance.rules.restoring import setting
from provenance.rules.sameness import names

_CHANGED_FORMS = frozenset({"picture-crop", "picture-mirrored", "picture-printed"})
_CREDITS = (Property.CREATOR_NAMES, Property.CREDIT_LINE)
_CREDITED_IN_WORDS = (Property.DESCRIPTION, Property.HEADLINE)
# A stand-in for missing pictures has thousands of copies; a few of them say what it says.
_MOST_MEMBERS = 50

_NOBODY = Evidence(
    "names-nobody", 0.0, "No creator, no credit line and no credit in a caption stands in it."
)
_RESTORED = Evidence(
    "credit-restored",
    0.0,
    "A credit would be written where none stands: a person looks at the picture first.",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the asset's own words.

    Attributes:
        notices: the active notices that may concern the asset or its siblings.
        siblings: other assets that may be the same picture.
        beside: what the asset was compared with.
        aliases: the desk's table of names.
    """

    notices: Sequence[tuple[Notice, Picture]] = ()
    siblings: Sequence[MetadataRecord] = ()
    beside: Beside = NOTHING_BESIDE
    aliases: Aliases = NO_ALIASES


@dataclass(frozen=True, slots=True)
class _Credit:
    """Who is to be named, and who says so.

    Attributes:
        names: the photographers, in order.
        line: the credit line; empty where nobody says one.
        source: the asset that says so, for a person; empty where it is the notice.
        reasons: what a person must know before it is written.
        disputed: those who could say it disagree, or may themselves be wrong.
    """

    names: tuple[str, ...] = ()
    line: str = ""
    source: str = ""
    reasons: tuple[Evidence, ...] = ()
    disputed: bool = False

    def __bool__(self) -> bool:
        return bool(self.names or self.line)

    @property
    def said(self) -> str:
        """As a credit line prints it."""
        return " / ".join(part for part in (", ".join(self.names), self.line) if part)


def names_nobody(record: MetadataRecord) -> bool:
    """Whether a picture has no creator, no credit line and no credit in a caption at all.

    A sidecar speaks for its picture: what is credited there is credited.
    """
    if record.is_running_text:
        return False
    stated = (text for prop in _CREDITS for value in record.of(prop) for text in value.values)
    if any(text.strip() for text in stated):
        return False
    return not any(
        captions.credit_lines(text)
        for prop in _CREDITED_IN_WORDS
        for value in record.of(prop)
        for text in value.values
    )


def rendition_findings(
    record: MetadataRecord, matched: Sequence[Matched], known: Known
) -> Iterator[Finding]:
    """What a picture that names nobody should say, at most one finding for each answer.

    On a notice's word where the picture is proven to be the notice's; else on that of a
    copy which is proven to be the same picture. A picture that may be withdrawn gets nothing.

    Args:
        record: the asset.
        matched: the notices held against it, each with what is known of its picture.
        known: what else is known.
    """
    if not names_nobody(record) or _may_be_withdrawn(matched):
        return
    members = tuple(islice(_members(record, known), _MOST_MEMBERS))
    contending = Contending(one for one, _ in matched)
    found: dict[object, Finding] = {}
    for one, picture in matched:
        if one.notice.kind is NoticeKind.CORRECTION and _is_the_picture(one):
            asked = _asked(one.notice, members, known.aliases)
            if asked:
                made = _by_notice(record, (one, picture), contending, asked)
                key = (asked.names, asked.line)
                found[key] = stronger(found[key], made) if key in found else made
    if found:
        yield from found.values()
    elif members:
        yield from _by_member(record, matched, members, known)


def _is_the_picture(one: Match) -> bool:
    """Whether it is proven, or its pixels show it cut, mirrored or printed over, and no more."""
    if one.confidence is not Confidence.MEDIUM:
        return one.confidence is Confidence.STRONG
    seen = any(reason.name in _CHANGED_FORMS for reason in one.evidence)
    return seen and all(reason.weight >= 0 for reason in one.evidence)


def _may_be_withdrawn(matched: Sequence[Matched]) -> bool:
    return any(
        one.notice.kind is NoticeKind.WITHDRAWAL and one.confidence is not Confidence.LOW
        for one, _ in matched
    )


@dataclass(frozen=True, slots=True)
class _Member:
    """A copy that is credited, and why it is the same picture."""

    record: MetadataRecord
    names: tuple[str, ...]
    line: str
    tie: Evidence
    is_proven: bool


def _members(record: MetadataRecord, known: Known) -> Iterator[_Member]:
    """The siblings that are credited and are the same picture, in order of their places."""
    for sibling in sorted(known.siblings, key=lambda one: one.ref.uri):
        tie = _tie(record, sibling, known.beside)
        if tie is None or names_nobody(sibling) or sibling.is_running_text:
            continue
        named, line = _named(sibling), _line(sibling)
        if named or line:
            reason, is_proven = tie
            yield _Member(sibling, named, line, reason, is_proven)


def _tie(
    record: MetadataRecord, sibling: MetadataRecord, beside: Beside
) -> tuple[Evidence, bool] | None:
    """Why two assets are one picture, and whether that is proven; None where they are not."""
    where = sibling.ref.display
    if record.scan_digest and record.scan_digest == sibling.scan_digest:
        said = f"Holds the same compressed picture data as {where}."
        return Evidence("scan-digest", 5.0, said), True
    likeness = beside.likeness.get(basis(sibling))
    if likeness is not None and is_whole(likeness):
        return Evidence("picture-same", 5.0, f"Shows the same picture as {where}."), True
    if likeness is not None and likeness.kind is LikenessKind.OTHER:
        return None
    # A number in the file name alone is what anybody may call a file.
    shared = sorted(picture_identifiers(record) & picture_identifiers(sibling))
    if not shared:
        return None
    said = f"Carries the identifier {shared[0]}, as {where} does."
    return Evidence("identifier", 5.0, said), shared[0] in field_identifiers(record)


def _named(record: MetadataRecord) -> tuple[str, ...]:
    """The photographers that a record names, as its speaking container does."""
    chosen = reconcile.preferred(record, Property.CREATOR_NAMES)
    found = names(chosen.values) if chosen is not None else ()
    if found:
        return found
    lines = (
        line.creator
        for value in record.of(Property.DESCRIPTION)
        for text in value.values
        for line in captions.credit_lines(text)
    )
    return tuple(dict.fromkeys(name for name in lines if name))


def _line(record: MetadataRecord) -> str:
    chosen = reconcile.preferred(record, Property.CREDIT_LINE)
    texts = chosen.values if chosen is not None else ()
    return next((text.strip() for text in texts if text.strip()), "")


def _asked(notice: Notice, members: Sequence[_Member], aliases: Aliases) -> _Credit:
    """What a notice says should be credited; co-authors and line from copies that agree."""
    pairs = tuple(pair for pair in notice.corrections if _is_of_creator(pair, notice, members))
    rights = tuple(dict.fromkeys(pair.right.strip() for pair in pairs if pair.right))
    lines = [pair.right for pair in notice.corrections if pair.property is Property.CREDIT_LINE]
    line = next((text.strip() for text in lines if text), "")
    if not rights and not line:
        return _Credit()
    restored = _restored(members, notice.corrections, aliases)
    if restored.disputed:
        return _Credit(rights, line, reasons=restored.reasons)
    keys = {_key(name) for name in rights}
    whole = restored.names if keys <= {_key(name) for name in restored.names} else rights
    return _Credit(whole, line or restored.line, restored.source if restored.line else "")


def _is_of_creator(pair: Correction, notice: Notice, members: Sequence[_Member]) -> bool:
    """Whether a photographer is corrected: the property is named, or the values are bylines."""
    if pair.property is not None:
        return pair.property is Property.CREATOR_NAMES
    values = {_key(value) for value in (pair.wrong, pair.right) if value} - {""}
    bylines = {_key(notice.byline or "")} - {""}
    bylines.update(_key(name) for member in members for name in member.names)
    return bool(values & bylines)


def _restored(
    members: Sequence[_Member], corrections: Sequence[Correction], aliases: Aliases
) -> _Credit:
    """What the copies say once every correction is applied, the first one's spelling."""
    found: dict[tuple[frozenset[str], str], _Credit] = {}
    for member in members:
        pairs = [pair for pair in corrections if pair.wrong]
        pairs += [
            one.correction
            for pair in tuple(pairs)
            for one in variants(member.record, pair, aliases)
        ]
        named = _corrected(member.names, pairs)
        line = _corrected((member.line,), pairs, Property.CREDIT_LINE)
        if named or line:
            key = (frozenset(map(_key, named)), captions.normalise(line[0]) if line else "")
            where = member.record.ref.display
            found.setdefault(key, _Credit(named, line[0] if line else "", where))
    people = [one for one in found.values() if one.names]
    told = people or list(found.values())
    if not told:
        return _Credit()
    if len({frozenset(map(_key, one.names)) for one in told}) > 1:
        said = "; ".join(f"{one.source} says {one.said}" for one in told[:3])
        reason = Evidence("copies-disagree", 0.0, f"Copies of it credit others: {said}.")
        return replace(told[0], reasons=(reason,), disputed=True)
    with_line = next((one for one in told if one.line), None)
    return with_line or told[0]


def _corrected(
    texts: Sequence[str],
    pairs: Sequence[Correction],
    prop: Property = Property.CREATOR_NAMES,
) -> tuple[str, ...]:
    """The values with each wrong name replaced, or left out where nobody gives a right one."""
    found: dict[str, str] = {}
    for text in texts:
        after: str | None = text
        for pair in pairs:
            concerned = pair.property in {None, Property.CREATOR_NAMES, prop}
            if after is None or not concerned or not pair.wrong:
                continue
            if pair.right:
                after = corrected(prop, after, pair.wrong, pair.right)
            elif corrected(prop, after, pair.wrong, "\0") != after:
                after = None
        if after and after.strip():
            found.setdefault(_key(after), after.strip())
    return tuple(found.values())


def _by_notice(
    record: MetadataRecord, held: Matched, contending: Contending, asked: _Credit
) -> Finding:
    one, picture = held
    against = (*why_not_safe(one, picture), *contending.reasons(one))
    who = one.notice.provider or "The notice"
    message = f"This copy names nobody: by {who}'s correction it should credit {asked.said}."
    line = _told(asked, ", with the correction applied,") if asked.source else ()
    evidence = (*one.evidence, _NOBODY, *line, *asked.reasons, *against)
    return _finding(record, (message, one.confidence), asked, evidence, one.notice.notice_id)


def _told(credit: _Credit, how: str = "") -> tuple[Evidence, ...]:
    return (Evidence("credit-from", 0.0, f"{credit.source}{how} credits {credit.said}."),)


def _by_member(
    record: MetadataRecord,
    matched: Sequence[Matched],
    members: Sequence[_Member],
    known: Known,
) -> Iterator[Finding]:
    """On the word of a copy that is credited, where no notice speaks."""
    pairs = [
        pair
        for one, _ in matched
        if one.notice.kind is NoticeKind.CORRECTION
        for pair in one.notice.corrections
    ]
    credit = _restored(members, pairs, known.aliases)
    if not credit:
        return
    doubts = tuple(_doubts(members, known))
    if doubts:
        credit = replace(credit, reasons=(*credit.reasons, *doubts), disputed=True)
    first = next(one for one in members if one.record.ref.display == credit.source)
    message = f"This copy names nobody: {credit.source}, the same picture, credits {credit.said}."
    if credit.disputed:
        message = "This copy names nobody, and its copies do not say for certain who made it."
    confidence = Confidence.STRONG if first.is_proven else Confidence.MEDIUM
    evidence = (first.tie, _NOBODY, *_told(credit), *credit.reasons)
    yield _finding(record, (message, confidence), credit, evidence, None)


def _doubts(members: Sequence[_Member], known: Known) -> Iterator[Evidence]:
    """Notices that may mean a credited copy, and call what it says wrong."""
    for notice, picture in known.notices:
        if notice.kind is not NoticeKind.CORRECTION:
            continue
        for member in members:
            wrong = [pair.wrong for pair in notice.corrections if pair.wrong]
            if any(credits_name(member.record, one) for one in wrong) and match(
                notice, picture, member.record
            ):
                said = f"Notice {notice.notice_id} may correct {member.record.ref.display}."
                yield Evidence("credit-doubted", 0.0, said)
                break


def _finding(
    record: MetadataRecord,
    told: tuple[str, Confidence],
    credit: _Credit,
    evidence: tuple[Evidence, ...],
    notice_id: str | None,
) -> Finding:
    """The finding; its identity is that of a credit that is missing, whatever is proposed."""
    message, confidence = told
    edits, notes = ((), ()) if credit.disputed else setting(record, credit.names, credit.line)
    answer = Answer(confidence, Fixability.UNSAFE, Status.HELD)
    if not edits or record.content_credentials is not None:
        answer = Answer(confidence, Fixability.DISPLAY_ONLY, Status.OPEN)
    else:
        notes = (*notes, _RESTORED)
    if record.content_credentials is not None:
        said = "An edit would break its Content Credentials."
        notes = (*notes, Evidence("content-credentials", 0.0, said))
    grounds = Grounds(notice_id, (*evidence, *notes))
    return replace(finding(Rule.CREDIT_MISSING, record, message, answer, grounds), edits=edits)


def _key(name: str) -> str:
    return captions.normalise_name(name)
