"""All reasons for and against one match, in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from provenance.matching.evidence import circumstance, identity, look, words
from provenance.matching.evidence.case import Case
from provenance.matching.evidence.reasons import (
    HINT,
    PICTURE_HASH,
    PROOF,
    SEEN_DIGEST,
    Kind,
    kind_of,
)
from provenance.model import Evidence, NoticeKind

Test = Callable[[Case], Iterator[Evidence]]

_FOR: Final[tuple[Test, ...]] = (
    identity.identifier,
    identity.digest,
    identity.desk,
    look.looks,
    words.captions,
    words.caption_and_date,
    circumstance.name_of_file,
    circumstance.byline,
    circumstance.name_date_place,
    circumstance.lineage,
)


def gather(case: Case) -> tuple[Evidence, ...]:
    """Every reason, or none where nothing suggests the match.

    What identity proves is not propped up by circumstances, and no circumstance speaks
    against it: dates are corrected, and agencies distribute one another's pictures.
    """
    found = _taken(_FOR, case)
    if max((one.weight for one in found), default=0.0) < HINT:
        return ()
    found = _not_idle(found)
    found += _taken((identity.other_identifier, circumstance.tie), case)
    proofs = {kind_of(one) for one in found if one.weight >= PROOF}
    if Kind.IDENTITY not in proofs:
        found += _taken((circumstance.other_date, circumstance.same_day_and_place), case)
    elif case.notice.kind is NoticeKind.WITHDRAWAL:
        found += circumstance.other_date(case)
    if not proofs:
        found += circumstance.other_agency(case)
    return tuple(found)


def _not_idle(found: list[Evidence]) -> list[Evidence]:
    """Without what adds nothing to a proof.

    A file that is proven by its own look is itself among the files whose data are known by a
    look: it is no witness for itself. And of what has a number or the data no hash is asked.
    """
    proofs = [one for one in found if one.weight >= PROOF]
    idle = {SEEN_DIGEST.name} if any(one.name != SEEN_DIGEST.name for one in proofs) else set()
    if any(kind_of(one) is Kind.IDENTITY for one in proofs):
        idle.add(PICTURE_HASH.name)
    return [one for one in found if one.name not in idle]


def _taken(tests: Iterable[Test], case: Case) -> list[Evidence]:
    return [one for test in tests for one in test(case)]
