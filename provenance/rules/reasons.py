"""What a decision rests on, in a form that tells later what has changed since.

Kept are the names of the reasons with the facts in them, what the notice asks for and
what would be written. Not kept is what may change while nothing changes: the words of a
reason, its exact weight, the order, remarks of weight 0, where the file lies.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from provenance import wording
from provenance.model import Decision, Evidence, Finding, Notice, Verdict

# Where a file lies and how it is called is no fact of the picture: decisions survive a move.
_OF_PLACE = frozenset({"file-name"})
# Remarks by which an acceptance would come to decide what the person was not asked.
_CAUTIONS = frozenset({"contended", "withdrawal-claimed"})
# Canonical identifiers, as every reason prints them.
_FACT = re.compile(r"\b[a-z]{2,16}:[0-9A-Za-z][^\s,;]*[0-9A-Za-z]")
# Copies of one picture differ in few ways; what is beyond is asked about again.
_MOST_VARIANTS = 16

_ASKS, _VERSION, _EDITS = "asks:", "version:", "edits:"
_FOR, _AGAINST, _CAUTION = "+", "-", "!"
_NOTHING = "none"


@dataclass(frozen=True, slots=True)
class _Rests:
    """One set of grounds, taken apart.

    Attributes:
        asks: digest of what the notice asks for.
        version: digest of the notice's version; empty where it has none.
        edits: digest of what would be written.
        reasons: ``+name[:digest]``, ``-name``, ``!name``.
    """

    asks: str
    version: str
    edits: str
    reasons: frozenset[str]

    def __str__(self) -> str:
        version = (f"{_VERSION}{self.version}",) if self.version else ()
        head = (f"{_ASKS}{self.asks}", *version, f"{_EDITS}{self.edits}")
        return " ".join((*head, *sorted(self.reasons)))


def grounds_of(found: Iterable[tuple[Finding, Notice | None]]) -> str:
    """What a decision about these findings rests on: copies of one picture, one line each.

    Args:
        found: the findings that share a decision key, each with its notice.
    """
    lines = dict.fromkeys(str(_rests(one, notice)) for one, notice in found)
    return "\n".join(sorted(lines)[:_MOST_VARIANTS])


def news(decision: Decision, one: Finding, notice: Notice | None) -> tuple[str, ...]:
    """What has changed since the decision and bears on it, in words; empty where nothing has.

    A decision against a finding is not shaken by what speaks against the finding even
    more. An acceptance is shaken by every change, for what it allows is written into files.
    """
    if decision.verdict is Verdict.APPLY and notice is not None:
        silent = fallen_silent(notice)
        if silent:
            return (silent,)
    if not decision.grounds:
        return ()
    now = _rests(one, notice)
    told = [_told(decision.verdict, _parsed(line), now, one.evidence)
            for line in decision.grounds.split("\n")]  # fmt: skip
    return min(told, key=len)


def fallen_silent(notice: Notice) -> str:
    """Why nothing may be written on a notice's word any more, in words; empty where it speaks."""
    if notice.retracted is not None:
        return f"the notice was retracted on {notice.retracted[:10]}"
    if notice.superseded_by is not None:
        return f"the notice was replaced by {notice.superseded_by}"
    return ""


def covers(seen: Iterable[Finding], one: Finding) -> bool:
    """Whether who accepts the findings that were seen accepts this copy of theirs, too.

    It has to get the values that one of them gets, and to bear no caution that none of them
    bears: an acceptance must not come to decide what nobody was asked.
    """
    cautions: set[str] = set()
    alike = False
    for other in seen:
        cautions |= {reason.name for reason in other.evidence if reason.name in _CAUTIONS}
        alike = alike or set(_values(other)) == set(_values(one))
    return alike and all(
        reason.name in cautions for reason in one.evidence if reason.name in _CAUTIONS
    )


def _told(
    verdict: Verdict, then: _Rests, now: _Rests, evidence: Sequence[Evidence]
) -> tuple[str, ...]:
    words: list[str] = []
    if then.asks != now.asks:
        words.append("the notice asks for something else")
    elif then.version and now.version and then.version != now.version:
        words.append("the notice came in a new version")
    if verdict is Verdict.APPLY and then.edits != now.edits:
        words.append("something else would be written")
    details = {_mark(reason): reason.detail for reason in evidence if _bears(reason)}
    words.extend(
        f"new is {_name(mark)} ({details[mark].rstrip('.')})"
        for mark in sorted(now.reasons - then.reasons)
        if _shakes(verdict, mark, came=True)
    )
    words.extend(
        f"{_name(mark)} is gone"
        for mark in sorted(then.reasons - now.reasons)
        if _shakes(verdict, mark, came=False)
    )
    return tuple(words)


def _shakes(verdict: Verdict, mark: str, *, came: bool) -> bool:
    if verdict is Verdict.APPLY:
        return came or not mark.startswith(_CAUTION)
    return mark.startswith(_FOR if came else _AGAINST)


def _rests(one: Finding, notice: Notice | None) -> _Rests:
    edits = _values(one)
    return _Rests(
        asks=_NOTHING if notice is None else _asks(notice),
        version="" if notice is None or not notice.version else _digest(notice.version),
        edits=_digest(*(str(part) for edit in edits for part in edit)) if edits else _NOTHING,
        reasons=frozenset(_mark(reason) for reason in one.evidence if _bears(reason)),
    )


def _values(one: Finding) -> list[tuple[str, ...]]:
    """What a finding would write, whichever copy it is about."""
    return sorted(
        (edit.container, edit.locator, edit.property, edit.before, repr(edit.after))
        for edit in one.edits
    )


def _asks(notice: Notice) -> str:
    """A digest of what the notice asks for: other carriers give it other headings."""
    pairs = sorted(
        (
            pair.property.value if pair.property else "",
            wording.normalise(pair.wrong or ""),
            wording.normalise(pair.right or ""),
        )
        for pair in notice.corrections
    )
    flat = (part for pair in pairs for part in pair)
    return _digest(notice.kind.value, notice.pubstatus.value, *flat)


def _bears(reason: Evidence) -> bool:
    if reason.weight == 0:
        return reason.name in _CAUTIONS
    return reason.name not in _OF_PLACE


def _mark(reason: Evidence) -> str:
    if reason.weight == 0:
        return f"{_CAUTION}{reason.name}"
    if reason.weight < 0:
        return f"{_AGAINST}{reason.name}"
    facts = sorted(set(_FACT.findall(reason.detail)))
    return f"{_FOR}{reason.name}" + (f":{_digest(*facts)}" if facts else "")


def _name(mark: str) -> str:
    return mark[1:].partition(":")[0]


def _parsed(line: str) -> _Rests:
    parts = line.split(" ")
    return _Rests(
        _behind(parts, _ASKS),
        _behind(parts, _VERSION),
        _behind(parts, _EDITS),
        frozenset(part for part in parts if part[:1] in {_FOR, _AGAINST, _CAUTION}),
    )


def _behind(parts: Sequence[str], label: str) -> str:
    return next((part.removeprefix(label) for part in parts if part.startswith(label)), "")


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()[:16]
