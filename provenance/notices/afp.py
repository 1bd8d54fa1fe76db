"""AFP's notices: corrected mentions in brackets, mandatory kills, French withdrawals.

The bracket form is known word for word from two published captions. RIGHT stands first:
``[Bakr ALKASEM] instead of [Aaref WATAD]``. "photo by" names the wrong photographer in
one of them and the correct one in the other, so that the corrected property is never
inferred from it here.
"""

from __future__ import annotations

import html
import re

from provenance import captions, identifiers
from provenance.captions import Form, Frame
from provenance.identifiers import Identifier
from provenance.model import NoticeKind, Pubstatus
from provenance.notices.reading import Pair, Reading, duties, replacement

_ENTITY = re.compile(r"&(?:[a-z]{2,6}|#\d{2,6});")
_LONGEST_BYLINE = 200

_HEAD_WORDS = re.compile(
    r"(?is)the\s+erroneous\s+mention\W{0,2}s?\W{0,2}\s*appearing\s+(?P<where>.*?\b(?:photo|picture|image)s?)"
    r"(?:\s+by\s+(?P<byline>.*?))?\s+ha(?:s|ve)\s+been\s+(?P<how>modified.*)"
)
_WHERE = "in the metadata of this photo"
_HOW = "modified in afp systems in the following manner:"
_INSTEAD = re.compile(r"\s*instead\s+of\s*", re.IGNORECASE)
_NEXT_PAIR = re.compile(r"\s*(?:,|;|/)?\s*(?:and|et|&)?\s*", re.IGNORECASE)
_FIELD_NAME = re.compile(
    r"(?i)(?:by-?line|caption|credit|headline|photographer|location|city|country|date|keywords?|title"
    r"|source|object\s+name|slug)(?:\s{0,3}:.*)?"
)

_KILL_NUMBER = re.compile(
    r"(?i)\b(?:photo|picture|image)s?\s+(?:number|no\.?|nr\.?)\s*:?\s*(?:000_|AFP_)?(?P<code>[0-9A-Z]{7})\b"
)
_KILL_BYLINE = re.compile(r"(?i)\bby\s+(?P<byline>[^.\n]{1,80}?)\s+ha(?:s|ve)\s+been\b")
_AFP = re.compile(r"\bAFP\b|\bAgence\s+France-Presse\b", re.IGNORECASE)


def readings(text: str) -> tuple[Reading, ...]:
    """Every AFP notice of a text, in order."""
    return tuple(_read(text, frame) for frame in captions.frames(text))


def _read(text: str, frame: Frame) -> Reading:
    if frame.form is Form.AFP_BRACKETS:
        return _correction(text, frame)
    if frame.form is Form.AFP_KILL:
        return _kill(text, frame)
    return _withdrawal(text, frame)


def _correction(text: str, frame: Frame) -> Reading:
    words = _plain(text[frame.start : frame.end])
    head = _HEAD_WORDS.fullmatch(_plain(text[frame.start : frame.pairs[0]]).strip())
    pairs, odd = _pairs(text[slice(*frame.pairs)])
    odd = [*_odd_head(head, complete=bool(pairs or odd)), *odd]
    odd += [captions.squeeze(text[a:b]) for a, b in frame.odd]
    byline = None if head is None or head["byline"] is None else captions.squeeze(head["byline"])
    return Reading(
        start=frame.start,
        end=frame.end,
        provider="AFP",
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        byline=byline if byline and len(byline) <= _LONGEST_BYLINE else None,
        pairs=tuple(pairs),
        identifiers=identifiers.find(words),
        duties=duties(words),
        replacement=replacement(words),
        unparsed=" … ".join(odd),
        complete=frame.complete,
    )


def _plain(text: str) -> str:
    """The text without HTML entities and invisible characters."""
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return re.sub("[\u200b\ufeff\u00ad]", "", text)


def _odd_head(head: re.Match[str] | None, *, complete: bool) -> list[str]:
    """Words between "The erroneous mention" and the first bracket that the form does not have."""
    if head is None:
        return ["the opening words"] if complete else []
    odd: list[str] = []
    if captions.squeeze(head["where"]).lower() != _WHERE:
        odd.append(captions.squeeze(head["where"]))
    if captions.squeeze(head["how"]).lower().rstrip(" :") != _HOW.rstrip(":"):
        odd.append(captions.squeeze(head["how"]))
    return odd


def _pairs(text: str) -> tuple[list[Pair], list[str]]:
    """``[RIGHT] instead of [WRONG]``, repeated; what does not fit comes back as odd."""
    pairs: list[Pair] = []
    at = 0
    while at < len(text):
        right = _bracket(text, at)
        instead = None if right is None else _INSTEAD.match(text, right)
        wrong = None if instead is None else _bracket(text, instead.end())
        if right is None or instead is None or wrong is None:
            return pairs, [captions.squeeze(text[at:])]
        pair = Pair(_value(text[at + 1 : right - 1]), _value(text[instead.end() + 1 : wrong - 1]))
        if not _is_pair(pair):
            return pairs, [captions.squeeze(text[at:])]
        pairs.append(pair)
        joint = _NEXT_PAIR.match(text, wrong)
        at = wrong if joint is None else joint.end()
    return pairs, []


def _bracket(text: str, at: int) -> int | None:
    """The end of the bracket that opens exactly here, with brackets inside it."""
    if text[at : at + 1] != "[":
        return None
    depth = 0
    for mark in re.finditer(r"[\[\]]", text[at:]):
        depth += 1 if mark[0] == "[" else -1
        if depth == 0:
            return at + mark.end()
    return None


def _value(inner: str) -> str | None:
    return captions.squeeze(_plain(inner)) or None


def _is_pair(pair: Pair) -> bool:
    """Whether both brackets hold values: not two empty ones, not the name of a field."""
    if pair.right is None and pair.wrong is None:
        return False
    return not any(value and _FIELD_NAME.fullmatch(value) for value in (pair.right, pair.wrong))


def _kill(text: str, frame: Frame) -> Reading:
    words = text[frame.start : frame.end]
    named = list(identifiers.find(words))
    number = _KILL_NUMBER.search(words)
    if number is not None and not named:
        bare = identifiers.bare(number["code"].upper(), "AFP")
        # Written as AFP writes it, so that whoever reads the target finds the code.
        named += [] if bare is None else [Identifier("AFP", bare.code, f"000_{bare.code}")]
    byline = _KILL_BYLINE.search(words)
    speaks = bool(_AFP.search(words)) or any(one.agency == "AFP" for one in named)
    return Reading(
        start=frame.start,
        end=frame.end,
        provider="AFP" if speaks or number is not None else None,
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        byline=None if byline is None else captions.squeeze(_last_by(byline["byline"])),
        identifiers=tuple(named),
        duties=duties(words),
        replacement=replacement(words),
        unparsed=" … ".join(captions.squeeze(text[a:b]) for a, b in frame.odd),
        complete=frame.complete,
    )


def _last_by(byline: str) -> str:
    """The name behind the last "by": a slug or a reason may hold the word, too."""
    return re.split(r"(?i)\bby\s+", byline)[-1]


def _withdrawal(text: str, frame: Frame) -> Reading:
    words = text[frame.start : frame.end]
    return Reading(
        start=frame.start,
        end=frame.end,
        provider="AFP",
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        identifiers=identifiers.find(words),
        duties=duties(words),
        language="fr",
        complete=frame.complete,
    )
