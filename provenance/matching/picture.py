"""What is known about the one picture that a notice speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from provenance import captions, grammars, identifiers, notices
from provenance.captions.dates import moment
from provenance.matching.keys import (
    CAPTION,
    DAY,
    FILENAME,
    ID,
    IMAGE,
    NAME,
    NAME_DATE,
    SCAN,
    SHA256,
    Key,
    caption_bodies,
    caption_body,
    caption_key,
    creator_names,
    days,
    picture_identifiers,
)
from provenance.model import (
    RUNNING_TEXT,
    Authority,
    Container,
    Look,
    MetadataRecord,
    Notice,
    NoticeKind,
    Occurrence,
    Property,
    PropertyValue,
    Target,
    TargetKind,
)
from provenance.notices.advice import advised

_DIGEST_KINDS = {"sha256": SHA256, "scan": SCAN, "image": IMAGE}
_CANONICAL = re.compile(r"(?:afp|getty|ap|reuters|epa|dpa|alamy|rex|guid|supplier):\S+")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTHS = {name: number for number, name in enumerate(MONTHS, start=1)}
WORD_MARKS: Final = re.compile(r"[^\w'-]+")
"""What stands between words, where the words of two captions are compared."""
NOTHING: Final[frozenset[str]] = frozenset()
# Two words and more: "A view" alone begins many captions of one day.
_SHORTEST_PHRASE = 12
_WRITTEN_DAY = re.compile(
    r"\b(" + "|".join(_MONTHS) + r")\s+(\d{1,2}),?\s+(\d{4})\b",
    # Without ASCII, a dotless i would match in "April", and be no month.
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """The keys of a notice's picture: from its targets, then from the assets proven to be it.

    Attributes:
        identifiers: canonical agency identifiers that the notice itself names.
        digests: keys ``(sha256|scan|image, hex)`` that the notice itself names.
        filenames: casefolded base names.
        captions: normalised caption bodies, among them what the wrong caption must have read.
        bylines: normalised names (a kill by byline).
        phrases: words of the caption by which a withdrawal names its picture beside a day.
        dates: days (``YYYY-MM-DD``) by which a withdrawal names its picture.
        name_days: ``name|YYYY-MM-DD`` of the wrong and the right name.
        proven_scans: scan digests of assets already proven to be the picture.
        proven_identifiers: canonical identifiers of those assets.
        rivals: identifiers of different pictures that fit the notice equally well.
        looks: how the picture looks, by the notice's own word or as a proven asset shows it.
    """

    identifiers: frozenset[str] = frozenset()
    digests: frozenset[Key] = frozenset()
    filenames: frozenset[str] = frozenset()
    captions: frozenset[str] = frozenset()
    bylines: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    name_days: frozenset[str] = frozenset()
    proven_scans: frozenset[str] = frozenset()
    proven_identifiers: frozenset[str] = frozenset()
    rivals: frozenset[str] = frozenset()
    looks: frozenset[Look] = frozenset()

    def proving_keys(self) -> frozenset[Key]:
        """Keys under which assets are found that can be proven to be the picture."""
        return frozenset(
            {(ID, value) for value in self.identifiers}
            | self.digests
            | {(SCAN, value) for value in self.proven_scans}
        )

    def suggesting_keys(self) -> frozenset[Key]:
        """Keys under which assets are found that may be the picture, or another of the scene."""
        return frozenset(
            {(CAPTION, caption_key(body)) for body in self.captions}
            | {(FILENAME, name) for name in self.filenames}
            | {(NAME, name) for name in self.bylines}
            | {(NAME_DATE, key) for key in self.name_days}
            | ({(DAY, day) for day in self.dates} if self.phrases or self.bylines else set())
        )


def picture_of(
    notice: Notice, proven: Sequence[MetadataRecord] = (), looks: Iterable[Look] = ()
) -> Picture:
    """What ``notice`` and the assets ``proven`` to be its picture say about that picture.

    Args:
        notice: the notice.
        proven: assets that are its picture beyond doubt.
        looks: how those assets look, as far as they were looked at.
    """
    by_kind: dict[TargetKind, list[str]] = {}
    for target in notice.targets:
        by_kind.setdefault(target.kind, []).append(target.value)
    bodies = {
        body
        for text in by_kind.get(TargetKind.CAPTION, ())
        for body in _backwards(caption_body(text), notice)
    }
    for record in proven:
        bodies.update(caption_bodies(record))
    names = _names_of(notice)
    dates = set().union(*(days(record) for record in proven)) if proven else set()
    for text in by_kind.get(TargetKind.CAPTION, ()):
        dates.update(_written_days(text))
    withdrawn = notice.kind is NoticeKind.WITHDRAWAL
    bylines = by_kind.get(TargetKind.BYLINE, []) if withdrawn else []
    spoken = frozenset(filter(None, map(day_written, by_kind.get(TargetKind.DATE, ()))))
    named = {
        canonical
        for value in by_kind.get(TargetKind.IDENTIFIER, ())
        for canonical in canonical_identifiers(value)
    }
    return Picture(
        identifiers=frozenset(named),
        digests=frozenset(_digest_key(value) for value in by_kind.get(TargetKind.DIGEST, ())),
        filenames=frozenset(
            value.rpartition("/")[2].casefold() for value in by_kind.get(TargetKind.FILENAME, ())
        ),
        captions=frozenset(bodies),
        # A kill that names a picture too is a kill of that picture, not of a whole byline.
        bylines=frozenset(map(captions.normalise_name, [] if named else bylines)),
        phrases=_phrases(by_kind.get(TargetKind.CAPTION, ())) if withdrawn and spoken else NOTHING,
        dates=spoken if withdrawn else NOTHING,
        name_days=frozenset(f"{name}|{day}" for name in names for day in dates),
        proven_scans=frozenset(r.scan_digest for r in proven if r.scan_digest),
        proven_identifiers=frozenset().union(*(picture_identifiers(r) for r in proven)),
        looks=frozenset(looks),
    )


def canonical_identifiers(written: str) -> tuple[str, ...]:
    """The canonical forms of an identifier as written in a notice.

    What is no agency's code may be the picture's GUID or its supplier's own number; a
    word that is too short or too uniform for that has no canonical form.
    """
    if _CANONICAL.fullmatch(written):
        return (written,)
    found = tuple(identifiers.canonical(one) for one in identifiers.find(written))
    if found:
        return found
    own = (identifiers.canonical_guid(written), identifiers.canonical_supplier(written))
    return tuple(one for one in own if one)


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


def day_written(text: str) -> str | None:
    """The day (``YYYY-MM-DD``) that a date names, as agencies write dates; None if it is none."""
    found = moment(text, 0)
    return found.until[:10] if found is not None and found.until is not None else None


def _phrases(written: Iterable[str]) -> frozenset[str]:
    """The words of captions as they are looked for in another; too few say nothing."""
    plain = (
        " ".join(WORD_MARKS.sub(" ", captions.normalise(captions.body(text))).split())
        for text in written
    )
    return frozenset(words for words in plain if len(words) >= _SHORTEST_PHRASE and " " in words)


def _digest_key(written: str) -> Key:
    kind, _, value = written.rpartition(":")
    return (_DIGEST_KINDS.get(kind, SHA256), value.lower())


def _backwards(body: str, notice: Notice) -> Iterable[str]:
    """The caption as sent, and as it must have read before each correction."""
    if not body:
        return
    yield body
    wrong_body = body
    for correction in notice.corrections:
        right = captions.normalise(correction.right or "")
        wrong = captions.normalise(correction.wrong or "")
        # A right value of quotes alone is empty here, and would stand between all letters.
        if right and wrong:
            wrong_body = wrong_body.replace(right, wrong)
    if wrong_body != body:
        yield wrong_body


def _names_of(notice: Notice) -> frozenset[str]:
    names = (
        name
        for correction in notice.corrections
        if correction.property is Property.CREATOR_NAMES
        for name in (correction.wrong, correction.right)
        if name
    )
    return frozenset(map(captions.normalise_name, names))


def _written_days(text: str) -> Iterable[str]:
    for month, day, year in _WRITTEN_DAY.findall(text):
        yield f"{year}-{_MONTHS[month.casefold()]:02d}-{int(day):02d}"


__all__ = ["Picture", "canonical_identifiers", "creator_names", "embedded_notices", "picture_of"]
