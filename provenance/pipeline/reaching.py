"""How far a decision reaches beyond the folders that a person looks at.

A decision is about a picture, not about a file: it speaks for every copy, wherever it lies.
Whoever reviews one folder is told of the copies elsewhere before the decision, and of no others
is anything decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provenance import rules
from provenance.model import Finding, Verdict
from provenance.pipeline.deciding import with_copies
from provenance.registry import Transaction
from provenance.storage.folder import is_inside


def reached(tx: Transaction, named: Sequence[Finding], verdict: Verdict) -> list[Finding]:
    """The findings for which a decision about some of them would speak, themselves included.

    Args:
        tx: any transaction.
        named: findings on record that a person looked at.
        verdict: an acceptance reaches those copies alone that get the same values and bear no
            caution of their own; every other word reaches all that are not settled.
    """
    found: list[Finding] = []
    ids = {one.finding_id for one in named}
    for some in with_copies(tx, named).values():
        seen = [one for one in some if one.finding_id in ids]
        found += (
            one
            for one in some
            if verdict is not Verdict.APPLY or one.finding_id in ids or rules.covers(seen, one)
        )
    return found


def outside(found: Iterable[Finding], roots: Sequence[str]) -> tuple[Finding, ...]:
    """Those on assets that stand neither at nor below a root; without roots nothing does."""
    return tuple(one for one in found if not is_below(one.uri, roots))


def is_below(uri: str, roots: Sequence[str]) -> bool:
    """Whether a file stands at or below one of the absolute paths; without them any does."""
    return not roots or any(is_inside(uri, root) for root in roots)
