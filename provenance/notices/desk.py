"""The desk's own corrections: a named person corrects what no agency spoke of."""

from __future__ import annotations

from collections.abc import Sequence

from provenance import captions
from provenance.errors import NoticeError
from provenance.model import (
    Authority,
    Correction,
    Notice,
    NoticeKind,
    Property,
    Pubstatus,
    Target,
    TargetKind,
)
from provenance.notices.identity import canonical, notice_id

_NAMING = frozenset({TargetKind.IDENTIFIER, TargetKind.DIGEST, TargetKind.FILENAME})
_LONGEST_VALUE = 2000


def in_house(
    wrong: str | None,
    right: str | None,
    prop: Property | None,
    targets: Sequence[Target],
    agent: str,
    received: str,
) -> Notice:
    """A correction on the word of a person of the desk (``desk-`` and a stable id).

    Args:
        wrong: the value that stands in the pictures, if known.
        right: the value that should stand there, if known.
        prop: the property, if known.
        targets: the pictures; at least one identifier, digest or file name.
        agent: the person who answers for it.
        received: RFC 3339 time of the decision.

    Raises:
        NoticeError: no picture is named, no value is given, both are the same, or
            nobody answers for it.
    """
    wrong, right = captions.squeeze(wrong or "") or None, captions.squeeze(right or "") or None
    targets = tuple(Target(one.kind, one.value.strip()) for one in targets)
    _check(wrong, right, targets, agent)
    words = _words(wrong, right, prop)
    ident = notice_id(None, words, [canonical(target) for target in targets])
    return Notice(
        notice_id="desk-" + ident.rpartition("-")[2],
        provider=None,
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        text=words,
        corrections=(Correction(prop, wrong=wrong, right=right),),
        targets=tuple(dict.fromkeys(targets)),
        received=received,
        received_by=agent.strip(),
        authority=Authority.IN_HOUSE,
    )


def _check(wrong: str | None, right: str | None, targets: Sequence[Target], agent: str) -> None:
    if not agent.strip():
        raise NoticeError(
            "An in-house correction needs the name of the person who answers for it.",
            remedy="Give it with --by NAME or PROVENANCE_USER.",
        )
    if wrong is None and right is None:
        raise NoticeError(
            "An in-house correction needs the wrong value or the right one.",
            remedy="Name what stands in the pictures, what should stand there, or both.",
        )
    if wrong == right:
        raise NoticeError(
            f"The wrong value and the right one are the same: {wrong!r}.",
            remedy="Give two different values.",
        )
    if any(len(value or "") > _LONGEST_VALUE for value in (wrong, right)):
        raise NoticeError(f"A corrected value is longer than {_LONGEST_VALUE} characters.")
    if not any(one.kind in _NAMING and one.value for one in targets):
        raise NoticeError(
            "An in-house correction must name its picture: a name alone is on many pictures.",
            remedy="Give at least one identifier, digest or file name.",
        )


def _words(wrong: str | None, right: str | None, prop: Property | None) -> str:
    where = prop.value if prop is not None else "metadata"
    if wrong is None:
        return f"Desk correction of {where}: [{right}]."
    if right is None:
        return f"Desk correction of {where}: [{wrong}] is wrong."
    return f"Desk correction of {where}: [{right}] instead of [{wrong}]."
