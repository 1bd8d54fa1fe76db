"""What names the pictures of an order beside an identifier: a byline, a source, a date."""

from __future__ import annotations

import re

from provenance.grammars.phrasing.values import PARTICLES, ends_sentence
from provenance.model import Target, TargetKind
from provenance.wording import squeeze

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = (
    rf"(?:{_MONTH}\s{{1,3}}\d{{1,2}}(?:,?\s{{1,3}}\d{{4}})?|\d{{1,2}}\s{{1,3}}{_MONTH}"
    rf"(?:,?\s{{1,3}}\d{{4}})?|\d{{4}}-\d\d-\d\d|\d{{1,2}}/\d{{1,2}}/\d{{2,4}})"
)
_ON_DATE = re.compile(
    rf"(?i)\b(?:on|of|from|dated|taken|transmitted|moved)\s{{1,3}}(?P<date>{_DATE})\b"
)
_OF_SOURCE = re.compile(
    r"(?i)\bphotos?(?:graphs?)?\s{1,3}(?:provided\s{1,3})?(?:of|by|from)\s{1,3}(?:the\s{1,3})?"
    rf"(?P<source>[^.,;:()\n]{{2,80}}?)(?:\s{{1,3}}\([^()\n]{{1,60}}\))?,?\s{{1,3}}(?:on|of|dated"
    rf"|from)"
    rf"\s{{1,3}}{_DATE}\b"
)
_BY = re.compile(
    r"(?i)\b(?P<all>(?:all|every|any)\s{1,3}(?:the\s{1,3}"
    r"|of\s{1,3}the\s{1,3})?(?:\d[\d,.]{0,8}\s{1,3})?"
    r"(?:other\s{1,3}|of\s{1,3})?)?(?:photos?|photographs?|pictures?|images?"
    r"|(?=[a-z_]{0,8}\d)\w{6,30})"
    r"\s{1,3}(?:(?=[a-z_]{0,8}\d)\w{6,30}\s{1,3})?"
    r"(?:(?:taken|shot|made|credited|filed|supplied)\s{1,3}(?:to\s{1,3})?)?by\s{1,3}"
    r"(?:(?:the|a|freelance|photographer|stringer|staff|[A-Z][a-z]{2,20}-based)\s{1,3}){0,4}"
)
_NAME_WORD = re.compile(r"\s{0,3}([^\W\d_][\w'’.-]{0,30})")
_NO_NAME = frozenset(
    ("HAVE", "HAS", "ARE", "WERE", "FROM", "AND", "AFTER", "DUE", "BECAUSE", "SHOULD", "MUST")
) | frozenset(
    ("TAKEN", "ON", "IN", "IS", "WAS", "THAT", "WHICH", "MAY", "FOR", "AT", "WITH", "AS", "TO")
) | frozenset(("WHO", "REUTERS", "AP", "GETTY", "PA", "AFP", "PLEASE", "SINCE"))  # fmt: skip
_MOST_NAME_WORDS = 6


def named_pictures(words: str, *, singly: bool) -> tuple[str | None, tuple[Target, ...]]:
    """The byline that an order names, and what names its pictures beside an identifier.

    A byline is a target where all its pictures are meant; a byline, a source and a date are,
    where nothing else names the one.

    Args:
        words: the order.
        singly: it gives no identifier.
    """
    byline: str | None = None
    targets: list[Target] = []
    for by in _BY.finditer(words):
        name = _name(words, by.end())
        if name is None:
            continue
        byline = byline or name
        if by["all"] or singly:
            targets.append(Target(TargetKind.BYLINE, name))
    source = _OF_SOURCE.search(words)
    if source is not None and singly and not targets:
        targets.append(Target(TargetKind.BYLINE, squeeze(source["source"])))
    if singly:
        dates = [squeeze(one["date"]) for one in _ON_DATE.finditer(words)]
        targets += [Target(TargetKind.DATE, date) for date in dates]
    return byline, tuple(dict.fromkeys(targets))


def _name(words: str, at: int) -> str | None:
    """The name that begins here: capitalised words, particles between them."""
    start = at
    end = at
    for count in range(_MOST_NAME_WORDS):
        token = _NAME_WORD.match(words, at)
        if token is None or token[1].upper().rstrip(".") in _NO_NAME:
            break
        word = token[1]
        joins = count > 0 and word in PARTICLES and word not in {"and", "of", "the"}
        if word[0].islower() and not joins:
            break
        at = token.end()
        if word.endswith(".") and ends_sentence(words, at - 1):
            end = at - 1
            break
        if not word[0].islower():
            end = at
        if words[at : at + 1] != " ":
            break
    return squeeze(words[start:end]) or None
