"""Which findings of a withdrawal let a machine move the picture out of reach by itself.

A move can be taken back and changes no byte, yet a picture that is missing on the day of
print is a loss too: only a proven picture is moved, and only on a person's notice.
"""

from __future__ import annotations

from provenance.matching.match import IDENTIFYING, PROVEN_BY_PICTURE, UNSURE_FORM
from provenance.model import Authority, Confidence, Finding, Notice


def why_not_moved(one: Finding, notice: Notice) -> str:
    """Why a person must name this finding before its picture is moved; empty where nobody must.

    Args:
        one: a finding of the rule ``withdrawn``.
        notice: the withdrawal that it rests on.
    """
    names = {reason.name for reason in one.evidence}
    if UNSURE_FORM in names:
        return "The form of words is not one that its sender is known by."
    if one.confidence is not Confidence.STRONG:
        return "It is not proven to be the withdrawn picture."
    if not names & IDENTIFYING:
        return "Only its look, or the desk's own record, says that it is the withdrawn picture."
    if notice.authority is Authority.EMBEDDED and not names & PROVEN_BY_PICTURE:
        return "The notice came inside another file, which proves nothing about this one."
    if notice.unparsed:
        return "Part of the notice was not understood."
    return ""
