"""Reasons of identity: numbers and digests that a notice names, and the desk's own records."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.matching.desk import desk_identifiers
from provenance.matching.evidence import reasons
from provenance.matching.evidence.case import Case
from provenance.matching.evidence.look import agrees
from provenance.matching.keys import IMAGE, NO_AGENCY, SCAN, SHA256, agency_of
from provenance.model import Authority, DeskRecord, Evidence


def identifier(case: Case) -> Iterator[Evidence]:
    """An agency's number that the notice names; a claim or a name must have the look's word.

    A notice that came in a picture borrows the identifier that it names: anybody can write
    one into a file. A file's name is the desk's word, and where another file carries the
    number inside, the desk may have named a neighbour by it. Beside the look of a file that is
    proven, both are that picture's (design rule 8).
    """
    if not case.claimed:
        return
    shared = min(case.claimed)
    embedded = case.notice.authority is Authority.EMBEDDED
    in_name_only = case.picture.is_numbered and not case.claimed_inside
    if not embedded and not in_name_only:
        yield reasons.IDENTIFIER.because(f"Carries the identifier {shared} that the notice names.")
    elif agrees(case):
        yield reasons.IDENTIFIER_AND_LOOK.because(
            f"Carries the identifier {shared} of the picture that brought the notice, and "
            "looks the same as that picture."
            if embedded
            else f"Is called {shared}, as the notice names its picture, and looks the same as a "
            "file that carries this identifier inside."
        )
    elif embedded:
        yield reasons.IDENTIFIER_CLAIMED.because(
            f"Carries the identifier {shared}, which the picture that brought the notice "
            "claims as its own; a picture's claim is no proof."
        )
    else:
        yield reasons.IDENTIFIER_IN_NAME.because(
            f"Is called {shared}, as the notice names its picture, but carries no identifier "
            "inside, as another file does: it may be named wrongly."
        )


def digest(case: Case) -> Iterator[Evidence]:
    """The very file, its picture data, or those of a file that is proven already."""
    record, picture = case.record, case.picture
    for kind, value, reason, words in (
        (SHA256, record.digest, reasons.FILE_DIGEST, "the very file"),
        (
            SCAN,
            record.scan_digest,
            reasons.SCAN_DIGEST,
            "the same compressed picture data as the picture",
        ),
        (
            IMAGE,
            record.image_digest,
            reasons.IMAGE_DIGEST,
            "the same picture, apart from its metadata, as the one",
        ),
    ):
        if value and (kind, value) in picture.digests:
            yield reason.because(f"Is {words} that the notice names.")
            return
    if record.scan_digest and record.scan_digest in picture.proven_scans:
        yield reasons.SCAN_DIGEST.because(
            "Holds the same compressed picture data as a file proven to be the notice's picture."
        )
    elif record.scan_digest and record.scan_digest in picture.seen_scans:
        yield reasons.SEEN_DIGEST.because(
            "Holds the same compressed picture data as a file that its look, or the desk's own "
            "record, shows to be the notice's picture."
        )


def other_identifier(case: Case) -> Iterator[Evidence]:
    """Another number of the same agency: frames of a burst differ in it alone."""
    other = _other(case.identifiers, case)
    if other is not None:
        yield reasons.OTHER_IDENTIFIER.because(
            f"Carries {other}: another picture of the same agency."
        )


def desk(case: Case) -> Iterator[Evidence]:
    """What the desk's own system says that the file's number is, for and against."""
    agreed: Evidence | None = None
    against: Evidence | None = None
    for record in case.beside.desk:
        own = desk_identifiers(record)
        shared = own & case.picture.identifiers
        if shared and agreed is None:
            agreed = _given(record, min(shared), case)
        other = _other(own, case)
        if other is not None and against is None:
            against = reasons.DESK_OTHER_IDENTIFIER.because(
                f"{source_of(record)} gives {other}: another picture of the same agency."
            )
    yield from (one for one in (agreed, against) if one is not None)


def _given(record: DeskRecord, shared: str, case: Case) -> Evidence:
    if case.notice.authority is Authority.EMBEDDED:
        return reasons.DESK_IDENTIFIER_CLAIMED.because(
            f"{source_of(record)} gives the identifier {shared}, which the picture that brought "
            "the notice claims as its own; a picture's claim is no proof."
        )
    return reasons.DESK_IDENTIFIER.because(
        f"{source_of(record)} gives the identifier {shared} that the notice names."
    )


def source_of(record: DeskRecord) -> str:
    """The beginning of a sentence that tells what the desk's own system says."""
    return f"The desk's own record ({record.source}, row {record.row})"


def _other(own: frozenset[str], case: Case) -> str | None:
    """A number of an agency that names the picture otherwise; None without one."""
    if not own:
        return None
    named = case.picture.identifiers or case.picture.proven_identifiers
    for agency in sorted({agency_of(value) for value in named} - NO_AGENCY):
        theirs = {value for value in own if agency_of(value) == agency}
        if theirs and not theirs & named:
            return min(theirs)
    return None
