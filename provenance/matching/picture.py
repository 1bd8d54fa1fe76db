"""What is known about the one picture that a notice speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from provenance import captions, identifiers
from provenance.captions.dates import moment
from provenance.matching import filenames
from provenance.matching.keys import (
    CAPTION,
    DAY,
    FILENAME,
    ID,
    IMAGE,
    LINEAGE,
    NAME,
    NAME_DATE,
    SCAN,
    SHA256,
    Key,
    caption_bodies,
    caption_body,
    caption_key,
    days,
    field_identifiers,
    picture_identifiers,
)
from provenance.matching.lineage import lineage_of
from provenance.model import (
    Authority,
    Look,
    MetadataRecord,
    Notice,
    NoticeKind,
    PictureHash,
    Property,
    TargetKind,
)
from provenance.model.look import BITS

_PDQ = re.compile(rf"pdq:([0-9a-f]{{{BITS // 4}}})", re.ASCII | re.IGNORECASE)
_BEST_QUALITY: Final = 100
_DIGEST_KINDS = {"sha256": SHA256, "scan": SCAN, "image": IMAGE}
_CANONICAL = re.compile(r"(?:afp|getty|ap|reuters|epa|dpa|alamy|rex|guid|supplier):\S+")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTHS = {name: number for number, name in enumerate(MONTHS, start=1)}
WORD_MARKS: Final = re.compile(r"[^\w'-]+")
"""What stands between words, where the words of two captions are compared."""
_PLACES: Final = frozenset({Property.CITY, Property.SUBLOCATION})
# Each is a key to look for, for every day that is known.
_MOST_FORMS: Final = 16
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
        filenames: casefolded base names that can tell one picture from another.
        captions: normalised caption bodies, among them what the wrong caption must have read.
        bylines: normalised names (a kill by byline).
        phrases: words of the caption by which a withdrawal names its picture beside a day.
        dates: days (``YYYY-MM-DD``) by which a withdrawal names its picture.
        name_days: ``name|YYYY-MM-DD`` of the wrong and the right name, in each spelling that
            agencies print.
        name_sounds: ``sound|YYYY-MM-DD`` of those names, as Arabic would write them.
        proven_scans: scan digests of assets that the notice itself identifies.
        seen_scans: scan digests of assets proven by their look, or by the desk's own records.
        proven_identifiers: canonical identifiers of those assets.
        rivals: names of different pictures that fit the notice equally well.
        is_numbered: some proven asset is named by the notice's digest, or carries its identifier
            inside: then a file that is only called by it must look like that asset.
        looks: how the picture looks, by the notice's own word or as a proven asset shows it.
        made: days on which the proven assets say that they were made.
        places: normalised cities and sublocations of the proven assets.
        lineage: ids of the proven assets, their originals and what they were made from.
    """

    identifiers: frozenset[str] = frozenset()
    digests: frozenset[Key] = frozenset()
    filenames: frozenset[str] = frozenset()
    captions: frozenset[str] = frozenset()
    bylines: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    name_days: frozenset[str] = frozenset()
    name_sounds: frozenset[str] = frozenset()
    proven_scans: frozenset[str] = frozenset()
    seen_scans: frozenset[str] = frozenset()
    proven_identifiers: frozenset[str] = frozenset()
    rivals: frozenset[str] = frozenset()
    is_numbered: bool = False
    looks: frozenset[Look] = frozenset()
    made: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    lineage: frozenset[str] = frozenset()

    def proving_keys(self) -> frozenset[Key]:
        """Keys under which assets are found that can be proven to be the picture."""
        return frozenset(
            {(ID, value) for value in self.identifiers}
            | self.digests
            | {(SCAN, value) for value in self.proven_scans | self.seen_scans}
        )

    def suggesting_keys(self) -> frozenset[Key]:
        """Keys under which assets are found that may be the picture, or another of the scene."""
        return frozenset(
            {(CAPTION, caption_key(body)) for body in self.captions}
            | {(FILENAME, name) for name in self.filenames}
            | {(NAME, name) for name in self.bylines}
            | {(NAME_DATE, key) for key in self.name_days}
            | {(LINEAGE, one) for one in self.lineage}
            | ({(DAY, day) for day in self.dates} if self.phrases or self.bylines else set())
        )

    def window_keys(self) -> frozenset[Key]:
        """Keys of the pictures that were made when this one was, or that do not say when.

        Empty where no day is known: then nothing says which pictures to look at.
        """
        made = self.made or self.dates
        return frozenset((DAY, day) for day in (*made, "")) if made else frozenset()


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
    written: set[str] = set()
    for text in by_kind.get(TargetKind.CAPTION, ()):
        written.update(_written_days(text))
    withdrawn = notice.kind is NoticeKind.WITHDRAWAL
    bylines = by_kind.get(TargetKind.BYLINE, []) if withdrawn else []
    spoken = frozenset(filter(None, map(day_written, by_kind.get(TargetKind.DATE, ()))))
    named = frozenset(
        canonical
        for value in by_kind.get(TargetKind.IDENTIFIER, ())
        for canonical in canonical_identifiers(value)
    )
    hashed, digests = _digests(by_kind.get(TargetKind.DIGEST, ()))
    names = (value.rpartition("/")[2].casefold() for value in by_kind.get(TargetKind.FILENAME, ()))
    told = Picture(
        identifiers=named,
        digests=digests,
        filenames=frozenset(filter(filenames.tells, names)),
        captions=frozenset(bodies),
        # A kill that names a picture too is a kill of that picture, not of a whole byline.
        bylines=frozenset(map(captions.normalise_name, [] if named else bylines)),
        phrases=_phrases(by_kind.get(TargetKind.CAPTION, ())) if withdrawn and spoken else NOTHING,
        dates=spoken if withdrawn else NOTHING,
        looks=hashed.union(looks),
    )
    return _shown_by(told, notice, proven, written)


def _shown_by(
    told: Picture, notice: Notice, proven: Sequence[MetadataRecord], written: Iterable[str]
) -> Picture:
    """What the notice tells, and what the assets proven to be its picture add to it."""
    proven = anchored(notice, told, proven)
    sure = identified(notice, told, proven)
    # What a look or an import proves tells its data; its words tell where nothing better does.
    telling = sure or proven
    made = frozenset().union(*map(days, telling))
    dated = made.union(written)
    names = _names_of(notice) if dated else ()
    forms = {form for name in names for form in sorted(captions.name_forms(name))[:_MOST_FORMS]}
    forms.update(map(captions.normalise_name, names))
    sounds = {sound for name in names if (sound := captions.name_key(name))}
    scans = frozenset(record.scan_digest for record in sure if record.scan_digest)
    every = frozenset(record.scan_digest for record in proven if record.scan_digest)
    return replace(
        told,
        captions=told.captions.union(*map(caption_bodies, telling)),
        name_days=frozenset(f"{form}|{day}" for form in forms for day in dated),
        name_sounds=frozenset(f"{sound}|{day}" for sound in sounds for day in dated),
        proven_scans=scans,
        seen_scans=every - scans,
        proven_identifiers=frozenset().union(*map(picture_identifiers, proven)),
        is_numbered=any(_carries(record, told) for record in proven),
        made=made,
        places=frozenset().union(*map(places_of, telling)),
        lineage=frozenset().union(*map(lineage_of, telling)),
    )


def anchored(
    notice: Notice, told: Picture, proven: Sequence[MetadataRecord]
) -> tuple[MetadataRecord, ...]:
    """The assets that show a notice's picture, without those that are only called by its number.

    Such a file may be a neighbour that was named wrongly. It is left out where another file
    carries the number inside, unless it holds the same picture data as that one.
    """
    inside = [record for record in proven if _carries(record, told)]
    if not inside:
        return tuple(proven)
    scans = {record.scan_digest for record in inside} - {None}
    return tuple(
        one
        for one in proven
        if one.scan_digest in scans or _carries(one, told) or not _is_identified(one, told, notice)
    )


def _carries(record: MetadataRecord, told: Picture) -> bool:
    """Whether the notice names the asset's data, or an identifier that stands inside it."""
    return bool(_own_digests(record) & told.digests or field_identifiers(record) & told.identifiers)


def _own_digests(record: MetadataRecord) -> frozenset[Key]:
    return frozenset(
        (kind, value)
        for kind, value in (
            (SHA256, record.digest),
            (SCAN, record.scan_digest),
            (IMAGE, record.image_digest),
        )
        if value
    )


def identified(
    notice: Notice, told: Picture, proven: Sequence[MetadataRecord]
) -> tuple[MetadataRecord, ...]:
    """The assets that the notice itself names, and not their look or the desk alone."""
    return tuple(record for record in proven if _is_identified(record, told, notice))


def _is_identified(record: MetadataRecord, told: Picture, notice: Notice) -> bool:
    """Whether the notice itself names the asset, and not its look or the desk alone.

    The number that a picture claims for itself names nothing.
    """
    if _own_digests(record) & told.digests:
        return True
    claimed = notice.authority is Authority.EMBEDDED
    return not claimed and bool(picture_identifiers(record) & told.identifiers)


def places_of(record: MetadataRecord) -> frozenset[str]:
    """The city and the place in it, normalised."""
    return frozenset(
        plain
        for value in record.values
        if value.property in _PLACES
        for text in value.values
        if (plain := captions.normalise(text))
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


def _digests(written: Iterable[str]) -> tuple[frozenset[Look], frozenset[Key]]:
    """How the picture looks, and its digests, as far as the notice names them."""
    looks: set[Look] = set()
    keys: set[Key] = set()
    for text in written:
        if (pdq := _PDQ.fullmatch(text.strip())) is not None:
            looks.add(Look("", PictureHash(bytes.fromhex(pdq[1]), _BEST_QUALITY)))
        elif not text.startswith("pdq:"):
            keys.add(_digest_key(text))
    return frozenset(looks), frozenset(keys)


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


def _names_of(notice: Notice) -> tuple[str, ...]:
    return tuple(
        name
        for correction in notice.corrections
        if correction.property is Property.CREATOR_NAMES
        for name in (correction.wrong, correction.right)
        if name
    )


def _written_days(text: str) -> Iterable[str]:
    for month, day, year in _WRITTEN_DAY.findall(text):
        yield f"{year}-{_MONTHS[month.casefold()]:02d}-{int(day):02d}"
