"""When two notices are one: stable ids, and joining what was seen in several places."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from provenance import captions, identifiers
from provenance.model import Authority, Notice, Target, TargetKind

_T = TypeVar("_T")
_SEPARATOR = "\x1f"
_AUTHORITY = (Authority.EMBEDDED, Authority.BROUGHT, Authority.IN_HOUSE)


def notice_id(provider: str | None, text: str, bound: Sequence[str]) -> str:
    """A stable id: ``afp-`` and 16 hex digits of SHA-256 over the words and their pictures.

    The same words about another picture are another notice. Case, white space and
    damaged quotes do not count.

    Args:
        provider: the agency that speaks, or None.
        text: the notice's own words.
        bound: canonical keys of what the notice is bound to, in any order.
    """
    parts = [captions.normalise(text), *sorted(set(bound))]
    digest = hashlib.sha256(_SEPARATOR.join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    label = "".join(c for c in (provider or "agency").lower() if c.isalnum()) or "agency"
    return f"{label}-{digest[:16]}"


def canonical(target: Target) -> str:
    """The key under which differently written targets are the same."""
    if target.kind is TargetKind.IDENTIFIER:
        found = identifiers.find(target.value)
        return identifiers.canonical(found[0]) if found else f"identifier:{target.value.strip()}"
    if target.kind in {TargetKind.CAPTION, TargetKind.BYLINE}:
        return f"{target.kind}:{captions.normalise(target.value)}"
    return f"{target.kind}:{target.value}"


def merge(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """The notices with each one once, in order of first appearance.

    Notices of one id are joined: occurrences and targets are united, the earliest
    receipt and the stronger authority stay. A notice that was cut off is joined to the
    whole one that begins with its words and is bound to the same pictures.
    """
    joined: dict[str, Notice] = {}
    for notice in notices:
        known = joined.get(notice.notice_id)
        joined[notice.notice_id] = notice if known is None else _join(known, notice)
    for cut in [notice for notice in joined.values() if not notice.complete]:
        whole = next((other for other in joined.values() if _begins_with(other, cut)), None)
        if whole is not None:
            joined[whole.notice_id] = _join(whole, cut)
            del joined[cut.notice_id]
    return tuple(joined.values())


def _join(first: Notice, second: Notice) -> Notice:
    earlier = min((first, second), key=lambda notice: notice.received or "\uffff")
    stronger = max((first, second), key=lambda notice: _AUTHORITY.index(notice.authority))
    return replace(
        first,
        occurrences=_union(first.occurrences, second.occurrences),
        targets=_union(first.targets, second.targets),
        received=earlier.received,
        received_by=earlier.received_by or stronger.received_by,
        authority=stronger.authority,
        source_digest=earlier.source_digest or first.source_digest,
        retracted=first.retracted or second.retracted,
    )


def _union(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _begins_with(whole: Notice, cut: Notice) -> bool:
    if not whole.complete or (whole.provider, whole.kind) != (cut.provider, cut.kind):
        return False
    targets = {canonical(target) for target in cut.targets}
    if not targets or targets != {canonical(target) for target in whole.targets}:
        return False
    stem = captions.normalise(cut.text).rstrip(". ")
    return set(cut.corrections) <= set(whole.corrections) and captions.normalise(
        whole.text
    ).startswith(stem)
