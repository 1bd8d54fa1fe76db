"""Reasons of circumstance: file name, name, day, place, agency, the history of a file.

None of them proves a picture: a day's work of one photographer shares them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from provenance import captions
from provenance.matching.evidence import reasons
from provenance.matching.evidence.case import Case
from provenance.matching.keys import file_name
from provenance.matching.lineage import lineage_of
from provenance.matching.picture import places_of
from provenance.model import Evidence, MetadataRecord, NoticeKind, Property


def name_of_file(case: Case) -> Iterator[Evidence]:
    """The file name that the notice gives, where such a name can tell pictures apart."""
    if case.picture.filenames and file_name(case.record) in case.picture.filenames:
        yield reasons.FILE_NAME.because("Has the file name that the notice gives.")


def lineage(case: Case) -> Iterator[Evidence]:
    """An id of the editing history; one template gives it to many pictures."""
    if case.picture.lineage and (shared := lineage_of(case.record) & case.picture.lineage):
        yield reasons.LINEAGE.because(
            f"Shares an editing history with a proven file (document id {min(shared)}); files "
            "made from one template do so, too."
        )


def byline(case: Case) -> Iterator[Evidence]:
    """A kill of all the pictures of a man, or of those of one day."""
    if case.notice.kind is not NoticeKind.WITHDRAWAL or not case.picture.bylines:
        return
    made = case.days if case.picture.dates else frozenset()
    dated = sorted(made & case.picture.dates)
    # Beside a date, a source ("a photo of the palace on March 10") may stand for a byline.
    named = case.names | (_sources(case.record) if dated else frozenset())
    shared = named & case.picture.bylines
    # A man works for several agencies; each withdraws only what it sent.
    if not shared or (made and not dated) or case.of_another_agency:
        return
    if dated:
        yield reasons.BYLINE_DATE.because(
            f"Is credited to {min(shared)} and was made on {dated[0]}, as the withdrawal says."
        )
    else:
        yield reasons.BYLINE.because(f"Is credited to {min(shared)}, whose pictures are withdrawn.")


def name_date_place(case: Case) -> Iterator[Evidence]:
    """The wrong or the right name, on the picture's day, in a place of its caption."""
    picture = case.picture
    if not picture.name_days or not case.days or not case.names:
        return
    said = "Same name"
    if not any(f"{name}|{day}" in picture.name_days for name in case.names for day in case.days):
        if not _sounds(case):
            return
        said = "A name that is written alike in Arabic"
    places = places_of(case.record)
    here = sorted(p for p in places if any(p in caption for caption in picture.captions))
    if here:
        yield reasons.NAME_DATE_PLACE.because(
            f"{said}, same day, same place ({here[0]}): a candidate only."
        )


def other_date(case: Case) -> Iterator[Evidence]:
    """Made on another day than the withdrawal says, or than every proven file says."""
    picture = case.picture
    if case.notice.kind is NoticeKind.WITHDRAWAL and picture.dates:
        if picture.identifiers or picture.digests or not case.days or case.days & picture.dates:
            return
        yield reasons.OTHER_DATE.because(
            f"Was made on {min(case.days)}; the withdrawal says {min(picture.dates)}."
        )
    elif picture.made and case.days and not any(_around(day) & picture.made for day in case.days):
        yield reasons.OTHER_DATE.because(
            f"Was made on {min(case.days)}; the proven picture was made on {min(picture.made)}."
        )


def other_agency(case: Case) -> Iterator[Evidence]:
    """Credited to other agencies: each sends its own picture of what all of them saw."""
    if case.of_another_agency:
        yield reasons.OTHER_AGENCY.because(
            f"Credits another agency, and not {case.notice.provider}, which sent the notice."
        )


def same_day_and_place(case: Case) -> Iterator[Evidence]:
    """What it shares with the proven files beside what makes it a candidate."""
    if shared := case.days & case.picture.made:
        yield reasons.SAME_DAY.because(f"Was made on {min(shared)}, as the proven picture was.")
    if case.picture.places and (here := places_of(case.record) & case.picture.places):
        yield reasons.SAME_PLACE.because(f"Names the place of the proven picture ({min(here)}).")


def tie(case: Case) -> Iterator[Evidence]:
    """Several different pictures that fit the notice equally well, all named."""
    rivals = sorted(case.picture.rivals)
    if len(rivals) < _FEWEST_RIVALS or case.is_named_by_digest:
        return
    told = ", ".join(rivals[:_MOST_RIVALS_TOLD])
    more = f" and {len(rivals) - _MOST_RIVALS_TOLD} more" if rivals[_MOST_RIVALS_TOLD:] else ""
    yield reasons.TIE.because(f"{len(rivals)} different pictures fit equally: {told}{more}.")


_FEWEST_RIVALS = 2
_MOST_RIVALS_TOLD = 20


def _sounds(case: Case) -> bool:
    if not case.picture.name_sounds:
        return False
    sounds = {sound for name in case.names if (sound := captions.name_key(name))}
    return any(
        f"{sound}|{day}" in case.picture.name_sounds for sound in sounds for day in case.days
    )


def _sources(record: MetadataRecord) -> frozenset[str]:
    return frozenset(
        captions.normalise_name(text)
        for prop in (Property.SOURCE, Property.CREDIT_LINE)
        for value in record.of(prop)
        for text in value.values
    ) - {""}


@lru_cache(maxsize=512)
def _around(day: str) -> frozenset[str]:
    """A day and its neighbours: somewhere on earth it is one of these at the same hour."""
    try:
        middle = date.fromisoformat(day)
        return frozenset((middle + timedelta(days=step)).isoformat() for step in (-1, 0, 1))
    except (ValueError, OverflowError):
        # What is no day of the calendar is compared as it is written.
        return frozenset({day})
