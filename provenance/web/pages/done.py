"""The message about what was just decided: read from the registry, never from the address."""

from __future__ import annotations

from dataclasses import dataclass

from provenance import registry
from provenance.errors import RegistryError
from provenance.model import Decision, Finding, Verdict
from provenance.pipeline.deciding import word_of
from provenance.pipeline.reaching import outside
from provenance.pipeline.session import Session
from provenance.reporting import wording
from provenance.web.surroundings import Scope

UNDONE = "Taken back at once on the review page."
"""The reason that the log holds where a decision is undone with one click."""


@dataclass(frozen=True, slots=True)
class Done:
    """A decision that was just made.

    Attributes:
        finding: about which.
        path: of its asset.
        decision: the newest.
        words: what was done, in a word.
        copies: findings on copies that it speaks for, too.
        outside: so many of them lie outside what is reviewed.
        undoable: whether it stands and can be withdrawn.
        word: names the decision to ``withdraw``, so that no later one is taken back for it.
    """

    finding: Finding
    path: str
    decision: Decision
    words: str
    copies: int
    outside: int
    undoable: bool
    word: str


def done_of(session: Session, finding_id: str, limits: Scope) -> Done | None:
    """What was last decided about a finding; None where there is nothing to tell.

    What lies outside what is reviewed is told of, and cannot be undone from here.
    """
    if not finding_id:
        return None
    try:
        with session.registry.read() as tx:
            one = registry.finding(tx, finding_id)
            newest = registry.decisions(tx, [one.decision_key]).get(one.decision_key)
            every = registry.findings_of_keys(tx, [one.decision_key])
            asset = registry.stored(tx, [one.uri])[one.uri]
    except RegistryError as error:
        if error.code in {"not-found", "ambiguous"}:
            return None
        raise
    if newest is None:
        return None
    word = wording.VERDICTS[newest.verdict]
    taken_back = newest.verdict is Verdict.WITHDRAW
    return Done(
        finding=one,
        path=asset.result.ref.display,
        decision=newest,
        words="taken back" if taken_back else word,
        copies=len(every) - 1,
        outside=len(outside(every, limits.uris)),
        undoable=not taken_back and limits.holds(one),
        word=word_of(newest),
    )
