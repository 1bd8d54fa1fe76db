"""Hold one notice against one asset: named, weighted reasons, then a level.

Levels (design rule 11): strong, the picture is proven; medium, the normalised caption,
with the correction applied backwards, is equal and nothing speaks against it; low, a
near-equal caption, or name with date and place. A match is never surer than the form of
words that its notice was read by. The number never leaves without its reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher

from provenance import captions
from provenance.matching.keys import (
    IMAGE,
    NO_AGENCY,
    SCAN,
    SHA256,
    agency_of,
    caption_bodies,
    creator_names,
    days,
    file_name,
    is_another_agencys,
    picture_identifiers,
)
from provenance.matching.picture import WORD_MARKS, Picture
from provenance.model import (
    NOTHING_BESIDE,
    Authority,
    Beside,
    Confidence,
    Evidence,
    ItemClass,
    Match,
    MetadataRecord,
    Notice,
    NoticeKind,
    Property,
)

PROOF = 5.0
CLAIM = 2.5
SUGGESTION = 2.0
HINT = 1.0

# Below this similarity two captions tell different stories (burst captions differ by a
# word or two; the same event by another sentence falls under 0.8).
_NEAR = 0.85
# What is longer is an article, or meant to keep a quadratic comparison busy.
_MOST_WORDS = 600

_RANK = {Confidence.LOW: 1, Confidence.MEDIUM: 2, Confidence.STRONG: 3}

UNSURE_FORM = "unsure-form"
"""The evidence of a match whose picture is surer than what its notice says of it."""
_UNSURE = Evidence(
    UNSURE_FORM,
    0.0,
    "The form of words is not one that its sender is known by: a person must say what it means.",
)

Test = Callable[[Notice, Picture, MetadataRecord], Evidence | None]


def match(
    notice: Notice, picture: Picture, record: MetadataRecord, beside: Beside = NOTHING_BESIDE
) -> Match | None:
    """Whether ``record`` is the picture of ``notice``, or None where nothing suggests it.

    Args:
        notice: the notice.
        picture: what is known of its picture, from ``picture_of``.
        record: the asset, with its digests.
        beside: what is known of the asset beside its own words.
    """
    del beside
    if notice.item_class is ItemClass.TEXT and not record.is_running_text:
        return None
    evidence = tuple(
        reason for test in _TESTS if (reason := test(notice, picture, record)) is not None
    )
    confidence = _level(evidence)
    if confidence is None:
        return None
    if _RANK[notice.confidence] < _RANK[confidence]:
        confidence = notice.confidence
        evidence = (*evidence, _UNSURE)
    return Match(notice=notice, asset=record, evidence=evidence, confidence=confidence)


def _level(evidence: tuple[Evidence, ...]) -> Confidence | None:
    best = max((reason.weight for reason in evidence), default=0.0)
    against = any(reason.weight < 0 for reason in evidence)
    if best >= PROOF:
        return Confidence.MEDIUM if against else Confidence.STRONG
    if best >= SUGGESTION:
        return Confidence.LOW if against else Confidence.MEDIUM
    if best >= HINT:
        near_caption = any(reason.name == "caption-near" for reason in evidence)
        return Confidence.LOW if near_caption or not against else None
    return None


def _identifier(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    own = picture_identifiers(record)
    shared = sorted(own & picture.identifiers)
    if not shared:
        return None
    if notice.authority is Authority.EMBEDDED:
        return Evidence(
            "identifier-claimed",
            CLAIM,
            f"Carries the identifier {shared[0]}, which the picture that brought the notice "
            "claims as its own; a picture's claim is no proof.",
        )
    return Evidence(
        "identifier", PROOF, f"Carries the identifier {shared[0]} that the notice names."
    )


def _digest(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    del notice
    for kind, value, words in (
        (SHA256, record.digest, "the very file"),
        (SCAN, record.scan_digest, "the same compressed picture data as the picture"),
        (IMAGE, record.image_digest, "the same picture, apart from its metadata, as the one"),
    ):
        if value and (kind, value) in picture.digests:
            return Evidence(f"{kind}-digest", PROOF, f"Is {words} that the notice names.")
    if record.scan_digest and record.scan_digest in picture.proven_scans:
        return Evidence(
            "scan-digest",
            PROOF,
            "Holds the same compressed picture data as a file proven to be the notice's picture.",
        )
    return None


def _other_identifier(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    del notice
    named = picture.identifiers or picture.proven_identifiers
    own = picture_identifiers(record)
    for agency in sorted({agency_of(value) for value in named} - NO_AGENCY):
        theirs = {value for value in own if agency_of(value) == agency}
        if theirs and not theirs & named:
            return Evidence(
                "other-identifier",
                -PROOF,
                f"Carries {min(theirs)}: another picture of the same agency.",
            )
    return None


def _caption(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    del notice
    bodies = caption_bodies(record)
    if bodies & picture.captions:
        return Evidence(
            "caption-equal", SUGGESTION, "Its caption equals that of the notice's picture."
        )
    return None


def _tie(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    del notice, record
    if len(picture.rivals) < 2:
        return None
    return Evidence(
        "tie",
        -HINT,
        f"{len(picture.rivals)} different pictures fit equally: "
        f"{', '.join(sorted(picture.rivals))}.",
    )


def _caption_near(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    del notice
    bodies = caption_bodies(record)
    if bodies & picture.captions:
        return None
    best = max((similarity(a, b) for a in bodies for b in picture.captions), default=0.0)
    if best < _NEAR:
        return None
    return Evidence(
        "caption-near", HINT, f"Its caption is nearly that of the picture ({best:.0%})."
    )


def similarity(left: str, right: str) -> float:
    """Share of equal words in order, 0..1, as far as it can reach ``_NEAR``; else 0.

    Linear upper bounds are tried first; texts of more than 600 words are not near.
    """
    ours, theirs = left.split(), right.split()
    if max(len(ours), len(theirs)) > _MOST_WORDS:
        return 0.0
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    if matcher.real_quick_ratio() < _NEAR or matcher.quick_ratio() < _NEAR:
        return 0.0
    return matcher.ratio()


def _filename(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    del notice
    if file_name(record) in picture.filenames:
        return Evidence("file-name", SUGGESTION, "Has the file name that the notice gives.")
    return None


def _byline(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    if notice.kind is not NoticeKind.WITHDRAWAL or not picture.bylines:
        return None
    made = days(record) if picture.dates else frozenset()
    dated = sorted(made & picture.dates)
    # Beside a date, a source ("a photo of the palace on March 10") may stand for a byline.
    named = creator_names(record) | (_sources(record) if dated else frozenset())
    shared = named & picture.bylines
    if not shared or (made and not dated):
        return None
    # A man works for several agencies; each withdraws only what it sent.
    if is_another_agencys(record, notice.provider):
        return None
    if dated:
        return Evidence(
            "byline-date",
            HINT,
            f"Is credited to {min(shared)} and was made on {dated[0]}, as the withdrawal says.",
        )
    return Evidence("byline", HINT, f"Is credited to {min(shared)}, whose pictures are withdrawn.")


def _sources(record: MetadataRecord) -> frozenset[str]:
    return frozenset(
        captions.normalise_name(text)
        for prop in (Property.SOURCE, Property.CREDIT_LINE)
        for value in record.of(prop)
        for text in value.values
    ) - {""}


def _caption_date(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    """A withdrawal names the picture by some words of its caption, and its day."""
    if notice.kind is not NoticeKind.WITHDRAWAL:
        return None
    dated = sorted(days(record) & picture.dates)
    bodies = caption_bodies(record)
    if not dated or bodies & picture.captions:
        return None
    for words in sorted(picture.phrases):
        if any(_holds(body, words) for body in bodies):
            return Evidence(
                "caption-date",
                HINT,
                f"Was made on {dated[0]}, and its caption holds “{words}”, as the withdrawal says.",
            )
    return None


def _holds(body: str, words: str) -> bool:
    plain = " ".join(WORD_MARKS.sub(" ", body).split())
    return f" {words} " in f" {plain} "


def _other_date(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    """A withdrawal that names no number, but a day, does not mean a picture of another day."""
    if notice.kind is not NoticeKind.WITHDRAWAL or picture.identifiers or picture.digests:
        return None
    made = days(record)
    if not picture.dates or not made or made & picture.dates:
        return None
    return Evidence(
        "other-date", -HINT, f"Was made on {min(made)}; the withdrawal says {min(picture.dates)}."
    )


def _name_date_place(notice: Notice, picture: Picture, record: MetadataRecord) -> Evidence | None:
    del notice
    own = {f"{name}|{day}" for name in creator_names(record) for day in days(record)}
    if not own & picture.name_days:
        return None
    places = {
        captions.normalise(text)
        for prop in (Property.CITY, Property.SUBLOCATION)
        for value in record.of(prop)
        for text in value.values
    } - {""}
    here = sorted(p for p in places if any(p in caption for caption in picture.captions))
    if not here:
        return None
    return Evidence(
        "name-date-place", HINT, f"Same name, same day, same place ({here[0]}): a candidate only."
    )


_TESTS: tuple[Test, ...] = (
    _identifier,
    _digest,
    _other_identifier,
    _caption,
    _caption_near,
    _tie,
    _caption_date,
    _filename,
    _byline,
    _other_date,
    _name_date_place,
)
