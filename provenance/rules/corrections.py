"""What a notice finds on an asset: a wrong credit, a wrong mention, a withdrawn picture.

Rule 8 of the field is stated here once: the reasons why a machine may not act alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from provenance import captions, grammars
from provenance.matching import Picture
from provenance.matching.keys import NO_AGENCY
from provenance.matching.match import IDENTIFYING, PROVEN_BY_PICTURE, UNSURE_FORM
from provenance.model import (
    NO_ALIASES,
    Aliases,
    Authority,
    Confidence,
    Correction,
    Edit,
    Evidence,
    Finding,
    Fixability,
    Match,
    MetadataRecord,
    Notice,
    NoticeKind,
    Property,
    Pubstatus,
    Rule,
    Status,
)
from provenance.rules.contending import RANK, Contending, contradict, key, spelt
from provenance.rules.credit import Carrier, carriers, credits_name, variants
from provenance.rules.findings import Answer, Grounds, finding

_CREDIT_PROPERTIES = frozenset(
    {
        Property.CREATOR_NAMES,
        Property.CREDIT_LINE,
        Property.COPYRIGHT_NOTICE,
        Property.SOURCE,
    }
)
_PROSE = (Property.DESCRIPTION, Property.HEADLINE, Property.TITLE, Property.KEYWORDS)
# What is written into metadata is published by systems that take it for a page's text.
_MARKUP = re.compile(r"[<>{}\x00-\x08\x0b\x0c\x0e-\x1f]|\b(?:https?|javascript):", re.IGNORECASE)
# Of low matches, those of which a person who looks at the picture can tell what they are.
_WORTH_A_LOOK = frozenset(
    {
        *("caption-near", "tie", UNSURE_FORM),
        *("picture-same", "picture-printed", "picture-crop", "picture-mirrored", "picture-hash"),
    }
)

Matched = tuple[Match, Picture]


def correction_findings(
    record: MetadataRecord, matched: Sequence[Matched], aliases: Aliases = NO_ALIASES
) -> Iterator[Finding]:
    """Findings of all notices held against one asset; a withdrawn picture is never a rewrite.

    A withdrawal that is not proven to mean this picture does not take away a correction
    that is: then both are shown, and the correction waits.
    """
    withdrawn = [match for match, _ in matched if match.notice.kind is NoticeKind.WITHDRAWAL]
    for match in withdrawn:
        yield _withdrawn(record, match)
    killed = max((RANK[match.confidence] for match in withdrawn), default=0)
    contending = Contending(match for match, _ in matched)
    found: dict[object, Finding] = {}
    for match, picture in matched:
        lost = killed > 1 and RANK[match.confidence] <= killed
        if match.notice.kind is NoticeKind.CORRECTION and not lost:
            against = (
                *why_not_safe(match, picture),
                *contending.reasons(match),
                *_claimed_withdrawn(withdrawn),
            )
            credited = _credit(record, match, against, aliases)
            for one in (*credited, *_mention(record, match, against)):
                said = (one.rule, _said(one, match.notice))
                found[said] = stronger(found[said], one) if said in found else one
    yield from found.values()


def _said(one: Finding, notice: Notice) -> object:
    """What a finding asks for: agencies write one name as ``Bakr ALKASEM`` and in capitals."""
    places = tuple((edit.uri, edit.locator, edit.property, edit.before) for edit in one.edits)
    return places, tuple((key(pair.wrong), spelt(pair.right)) for pair in notice.corrections)


def _claimed_withdrawn(withdrawn: Sequence[Match]) -> Iterator[Evidence]:
    for match in withdrawn:
        if match.confidence is Confidence.MEDIUM:
            yield Evidence(
                "withdrawal-claimed",
                0.0,
                f"Notice {match.notice.notice_id} withdraws a picture that may be this one.",
            )


def stronger(one: Finding, other: Finding) -> Finding:
    """One of two findings that ask for the same: notices repeat each other; all are named."""
    best, second = sorted((one, other), key=_standing)
    also = Evidence("also", 0.0, f"Notice {second.notice_id} says the same.")
    return replace(best, evidence=(*best.evidence, also))


def _standing(one: Finding) -> tuple[bool, int, str]:
    safe = one.fixability is Fixability.SAFE
    return (not safe, -RANK[one.confidence], one.notice_id or "")


def is_credit(correction: Correction, record: MetadataRecord) -> bool:
    """Whether a credit is corrected: the property is named, or the asset credits the value."""
    if correction.wrong is None:
        return False
    if correction.property is not None:
        return correction.property in _CREDIT_PROPERTIES
    return credits_name(record, correction.wrong)


def _credit(
    record: MetadataRecord, match: Match, against: tuple[Evidence, ...], aliases: Aliases
) -> Iterator[Finding]:
    corrections = [one for one in match.notice.corrections if is_credit(one, record)]
    found = carriers(record, corrections)
    # That another picture names another spelling is one supposition too many.
    elsewhere = any(reason.name == "other-identifier" for reason in match.evidence)
    otherwise = [
        one
        for pair in (() if elsewhere else corrections)
        for one in variants(record, pair, aliases)
    ]
    if otherwise:
        found = carriers(record, [*corrections, *(one.correction for one in otherwise)])
        against = (*against, *dict.fromkeys(one.reason for one in otherwise))
    if not found:
        return
    reasons = against + _carrier_reasons(record, found, match.notice)
    where = ", ".join(dict.fromkeys(carrier.edit.locator for carrier in found))
    stands = Evidence("wrong-value", 1.0, f"The wrong name stands in {where}.")
    yield finding(
        Rule.ERRONEOUS_CREDIT,
        record,
        _sentence(match.notice, corrections),
        _answer(match, record, reasons),
        Grounds(
            notice_id=match.notice.notice_id,
            evidence=(*match.evidence, stands, *reasons),
            edits=tuple(carrier.edit for carrier in found),
        ),
    )


def _mention(
    record: MetadataRecord, match: Match, against: tuple[Evidence, ...]
) -> Iterator[Finding]:
    for correction in match.notice.corrections:
        if correction.wrong is None or is_credit(correction, record):
            continue
        edits = tuple(_prose_edits(record, correction))
        if not edits:
            continue
        reason = Evidence(
            "prose", 0.0, "The correction is of a fact, not of a credit: a person reads it first."
        )
        yield finding(
            Rule.ERRONEOUS_MENTION,
            record,
            _sentence(match.notice, [correction]),
            _answer(match, record, (*against, reason)),
            Grounds(match.notice.notice_id, (*match.evidence, *against, reason), edits),
        )


def _withdrawn(record: MetadataRecord, match: Match) -> Finding:
    who = match.notice.provider or "The sender"
    message = f"{who} has withdrawn this picture: it may no longer be used."
    if _is_unsure(match):
        message = f"{who} may have withdrawn this picture: a person must read the notice."
    elif match.confidence is Confidence.LOW:
        message = f"{who} has withdrawn a picture that may be this one: a person must look."
    return finding(
        Rule.WITHDRAWN,
        record,
        message,
        Answer(
            match.confidence,
            Fixability.DISPLAY_ONLY,
            Status.HELD if match.confidence is Confidence.LOW else Status.OPEN,
        ),
        Grounds(match.notice.notice_id, match.evidence),
    )


def _answer(match: Match, record: MetadataRecord, reasons: Sequence[Evidence]) -> Answer:
    names = {reason.name for reason in match.evidence}
    shown_only = (
        record.is_running_text
        or record.content_credentials is not None
        or "other-identifier" in names
        or (match.confidence is Confidence.LOW and not names & _WORTH_A_LOOK)
        or any(c.right is None for c in match.notice.corrections)
    )
    if shown_only:
        status = Status.HELD if match.confidence is Confidence.LOW else Status.OPEN
        return Answer(match.confidence, Fixability.DISPLAY_ONLY, status)
    if match.confidence is Confidence.STRONG and not reasons:
        return Answer(match.confidence, Fixability.SAFE, Status.OPEN)
    return Answer(match.confidence, Fixability.UNSAFE, Status.HELD)


def why_not_safe(match: Match, picture: Picture) -> Iterator[Evidence]:
    """Reasons, each with weight 0: they do not speak about identity but about authority."""
    notice = match.notice
    if notice.pubstatus is not Pubstatus.USABLE:
        yield Evidence("not-usable", 0.0, "The notice does not leave the picture usable.")
    if notice.unparsed:
        yield Evidence("unparsed", 0.0, f"Part of the notice was not understood: {notice.unparsed}")
    names = {reason.name for reason in match.evidence}
    if notice.authority is Authority.EMBEDDED and not names & PROVEN_BY_PICTURE:
        yield Evidence(
            "embedded",
            0.0,
            "The notice came inside another file, which proves nothing about this one.",
        )
    codes = _pictures_named(picture)
    if notice.authority is Authority.BROUGHT and len(codes) > 1:
        yield Evidence(
            "several-pictures",
            0.0,
            f"The message names {len(codes)} pictures and corrects one credit: "
            "a person must say which.",
        )
    if any(_MARKUP.search(pair.right or "") for pair in notice.corrections):
        yield Evidence(
            "odd-value", 0.0, "A right value holds signs of markup, which no name or place has."
        )
    if contradict(notice.corrections, notice.corrections):
        yield Evidence("contradicts-itself", 0.0, "The notice's own pairs contradict one another.")
    if match.confidence is Confidence.STRONG and not names & IDENTIFYING:
        yield Evidence(
            "not-identified",
            0.0,
            "The look of the picture or the desk's own record proves it, and no identifier or "
            "digest that the notice names: a person confirms it.",
        )
    if match.confidence is not Confidence.STRONG and not _is_unsure(match):
        yield Evidence(
            "not-proven", 0.0, "The picture is not proven by identifier or picture data."
        )


def _is_unsure(match: Match) -> bool:
    """Whether the form of words, and not the picture, is what is not sure."""
    return any(reason.name == UNSURE_FORM for reason in match.evidence)


def _pictures_named(picture: Picture) -> frozenset[str]:
    """The codes of the pictures that a notice names.

    One picture has an agency's code, and may have a GUID and a supplier's number beside it:
    these count only where no agency's code is named.
    """
    named = [value.partition(":") for value in picture.identifiers]
    codes = frozenset(code for kind, _, code in named if kind not in NO_AGENCY)
    return codes or frozenset(code for _, _, code in named)


def _carrier_reasons(
    record: MetadataRecord, found: Sequence[Carrier], notice: Notice
) -> tuple[Evidence, ...]:
    reasons = []
    if any(carrier.overflow for carrier in found):
        where = ", ".join(c.edit.locator for c in found if c.overflow)
        reasons.append(Evidence("octet-limit", 0.0, f"The right value does not fit {where} uncut."))
    if any(carrier.doubled for carrier in found):
        where = ", ".join(c.edit.locator for c in found if c.doubled)
        reasons.append(
            Evidence("named-twice", 0.0, f"{where} names the right name beside the wrong one.")
        )
    if record.content_credentials is not None:
        reasons.append(
            Evidence("content-credentials", 0.0, "An edit would break its Content Credentials.")
        )
    if any(correction.right is None for correction in notice.corrections):
        reasons.append(Evidence("no-right-value", 0.0, "The notice does not give a right value."))
    return tuple(reasons)


def _prose_edits(record: MetadataRecord, correction: Correction) -> Iterator[Edit]:
    if correction.wrong is None or not correction.wrong.strip() or correction.right is None:
        return
    pattern = re.compile(rf"(?<!\w){re.escape(correction.wrong.strip())}(?!\w)")
    properties = (correction.property,) if correction.property else _PROSE
    for value in record.values:
        if value.property not in properties:
            continue
        for text in dict.fromkeys(value.values):
            after = _in_prose(text, pattern, correction.right)
            if after != text:
                yield Edit(
                    value.uri or record.ref.uri,
                    value.container,
                    value.locator,
                    value.property,
                    text,
                    after,
                )


def _in_prose(text: str, pattern: re.Pattern[str], right: str) -> str:
    """The text with ``right`` in its prose: not in a notice that quotes it, not in a credit."""
    spared = [(one.frame.outer_start, one.frame.outer_end) for one in grammars.find(text)]
    spared += [(line.start, line.end) for line in captions.credit_lines(text)]

    def put(found: re.Match[str]) -> str:
        inside = any(start < found.end() and found.start() < end for start, end in spared)
        return found[0] if inside else right

    return pattern.sub(put, text)


def _sentence(notice: Notice, corrections: Sequence[Correction]) -> str:
    who = notice.provider or (
        "The desk" if notice.authority is Authority.IN_HOUSE else "The sender"
    )
    said = "; ".join(
        f"{one.right}, not {one.wrong}" if one.right else f"{one.wrong} is wrong"
        for one in corrections
    )
    return f"{who} corrects this picture: {said}."
