"""How far a correction reaches that has no closing mark, and what it says.

``REFILE - CORRECTING THE TYPE OF BOAT A boat ...`` ends where the capitals do;
``CORRECTS BYLINE TO Ana Dupond, NOT Luc Marin`` at the end of its sentence, line or text.
Where the end is a guess the frame is not complete, and no value is taken from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.phrasing.edges import MOST_NAME, is_name
from provenance.grammars.phrasing.fields import property_named
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.values import (
    ADDITION,
    PARTICLES,
    ends_sentence,
    name_like,
    values,
)
from provenance.grammars.reading import Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Pubstatus

_REACH = 500
_HARD_WRAP = 50
_MOST_PLAIN_WORDS = 12
_TELLING_WORD = 7

_STOP = re.compile(
    r"\n[^\S\n]{0,20}\n|\r\r|\r\n\r\n"
    r"|\((?=[^()]{0,80}\b(?:AP|EPA|AFP|Photos?|PHOTOS?|REUTERS|Reuters|Getty|Images|PA|CP|PRESS)\b)"
    r"|\b(?:REUTERS|AFP|EPA)\s?/|\bAP\s{1,4}Photo/|\bTHE\s{1,4}CANADIAN\s{1,4}PRESS\b|//"
    r"|\s{1,4}[-–—]{1,2}\s{1,4}(?=[A-Z“\"‘][^\W\d_])"
    r"|\b(?:ATTENTION\s{1,4}EDITORS?|ATENCI[OÓ]N|EDITORS?['’?]?S?['’?]?\s{1,4}NOTE|EDS\s{1,4}NOTE"
    r"|TPX\b"
    r"|(?:THIS|THESE)\s{1,4}(?:IMAGE|PICTURE)|(?:NO|NOT\s{1,4}FOR)\s{1,4}(?:RESALE|ARCHIVE|SALE"
    r"|MARKETING|THIRD"
    r"|COMMERCIAL|USE|MOBILE)|(?:FOR\s{1,4})?EDITORIAL\s{1,4}USE|RESTRICTED\s{1,4}TO"
    r"|MANDATORY\s{1,4}CREDIT"
    r"|SEARCH\s{1,4}[\"“?]|TEMPLATE\s{1,4}OUT|FILE\s{1,4}PHOTO|FILE\s{1,4}[-–]|HANDOUT\b"
    r"|POOL\s{1,4}PHOTO|EMBARGOED"
    r"|ONE\s{1,4}TIME\s{1,4}USE|STRICTLY|BEST\s{1,4}QUALITY|[A-Z]{2,20}\s{1,4}OUT\b)"
)
_TOKEN = re.compile(r"\S{1,200}")
_LINKS = frozenset({"TO", "FROM", "NOT", "BE", "READ", "SAY", "IS", "ARE", "WAS", "THAN", "OF"})
_LAST_LINK = re.compile(r"(?i)(?:^|[\s,])(?:to|from|not|be|read|is|of|than)\s{1,4}")
_LAST_SHOUTED = re.compile(r"(?:^|[\s,])(?:TO|FROM|NOT|BE|READ|IS|THAN)\s{1,4}")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){1,4}")
_EDGES = "\"“”«»'‘’?(),.;:-–—[]"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a correction begins.

    Attributes:
        start: first character of the notice.
        verb_end: behind "CORRECTING": there begins what it says.
        shouted: the verb is upper case.
        ceiling: offset that it does not cross, where a bracket or the next notice says so.
    """

    start: int
    verb_end: int
    shouted: bool
    ceiling: int | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a statement reaches.

    Attributes:
        end: behind its last character.
        sure: something in the text says that it ends here.
        settled: its values end with it.
    """

    end: int
    sure: bool
    settled: bool


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of a statement when its last word is read."""

    valued: bool
    linked: bool
    shouted: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What is the same in every correction of one form."""

    name: str
    provider: str | None
    confidence: Confidence = Confidence.STRONG
    item_class: ItemClass | None = None
    language: str = "en"


def correction(text: str, anchor: Anchor, form: Form) -> Reading:
    """The correction that begins at an anchor."""
    found = extent(text, anchor)
    told = text[anchor.verb_end : found.end].lstrip(" \t\r\n:-–—")
    addition = ADDITION.search(told)
    whole = _closes(text, anchor, found.end)
    end = anchor.ceiling + 1 if whole and anchor.ceiling is not None else found.end
    if addition is not None:
        end -= 0 if whole else len(told) - addition.start()
        told = told[: addition.start()]
    # The words behind an addition are furniture: a person must see what is cut.
    complete = found.sure and found.settled and (whole or addition is None)
    frame = frames.frame(text, anchor.start, end, complete=complete)
    read = values(told, shouted=anchor.shouted)
    words = text[anchor.start : end]
    settled = found.settled or addition is not None
    return Reading(
        form=form.name,
        frame=frame,
        provider=form.provider,
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        pairs=read.pairs if settled else (),
        identifiers=identifiers.find(words),
        instructions=instructions(words),
        replacement=replacement(words),
        language=form.language,
        unparsed=read.unparsed if settled else " ".join(told.split()),
        confidence=form.confidence,
        item_class=form.item_class,
    )


def _closes(text: str, anchor: Anchor, end: int) -> bool:
    """Whether the notice is a whole bracket."""
    if text[anchor.start] not in "([" or anchor.ceiling is None:
        return False
    return not text[end : anchor.ceiling].strip() and anchor.ceiling < len(text)


def extent(text: str, anchor: Anchor) -> Extent:
    """How far the statement behind an anchor reaches."""
    ceiling = len(text) if anchor.ceiling is None else anchor.ceiling
    limit = min(ceiling, anchor.verb_end + _REACH)
    stop = _STOP.search(text, anchor.verb_end, limit)
    boundary = limit if stop is None else stop.start()
    hard = stop is not None or limit == ceiling
    closed = anchor.ceiling is not None and boundary == ceiling
    at, valued, shouted = anchor.verb_end, not anchor.shouted, anchor.shouted
    linked = dotted = fresh = False
    sure = hard
    before = ""
    for token in _TOKEN.finditer(text, anchor.verb_end, boundary):
        word = token[0].strip(_EDGES)
        link = word in _LINKS or (word == "not" and text[at - 1 : at] == ",")
        if not valued and _is_small(word) and not link:
            # A value may have small letters from its beginning on, initials aside.
            if not fresh or not (before in _LINKS or is_name(word) or word in PARTICLES):
                return _end_of_capitals(text, anchor.verb_end, at, word)
            valued = True
        linked = linked or link
        fresh = link or (fresh and _INITIALS.fullmatch(token[0]) is not None)
        at, before = token.end(), word
        if _is_stop(text, token, boundary):
            dotted = sure = True
            break
    end = anchor.verb_end + len(text[anchor.verb_end : at].rstrip())
    if dotted and shouted and not valued:
        sure = not _goes_on_shouting(text, at, boundary)
    told = text[anchor.verb_end : end].strip()
    state = _State(valued=valued, linked=linked, shouted=shouted, ended=dotted or closed)
    return Extent(end, sure, _is_settled(told, state))


def _is_small(word: str) -> bool:
    return any(c.islower() for c in word)


def _is_stop(text: str, token: re.Match[str], boundary: int) -> bool:
    """Whether a sentence ends with this token."""
    word = token[0].rstrip("\"”»’')?\ufffd")
    if not word.endswith((".", "!")) or word.endswith("..."):
        return False
    return ends_sentence(text, token.start() + len(word) - 1) or token.end() >= boundary


def _end_of_capitals(text: str, start: int, at: int, following: str) -> Extent:
    """The end of an upper-case run at which a sentence begins: "A" and "I" belong to that."""
    run = text[start:at].rstrip()
    last = run.rsplit(None, 1)[-1] if run.split() else ""
    article = last in {"A", "I"} and following[:1].islower()
    if article:
        run = run[:-1].rstrip()
        last = run.rsplit(None, 1)[-1] if run.split() else ""
    # A sentence may begin with an upper-case word of its own: "U.S. President".
    word = last.strip(_EDGES)
    telling = len(word) >= _TELLING_WORD or property_named(word) is not None
    marked = last.endswith((":", ".", "-", "–", "—", ")")) and "." not in word
    sure = article or ((marked or (telling and word.isalpha())) and not following[:1].islower())
    return Extent(start + len(run), sure, settled=True)


def _goes_on_shouting(text: str, at: int, boundary: int) -> bool:
    following = [one[0] for one in islice(_TOKEN.finditer(text, at, boundary), 2)]
    return bool(following) and all(word.isupper() for word in following)


def _is_settled(told: str, state: _State) -> bool:
    """Whether the last value ends where the statement does, and does not run into a caption."""
    # The links of a statement in capitals are: what stands before the last one is bounded.
    open_ended = _LAST_SHOUTED.split(told)[-1] if state.shouted else told
    if "\n" in open_ended.strip() or "\r" in open_ended.strip():
        rows = re.split(r"[\r\n]+", open_ended.strip())
        wrapped = all(len(row) >= _HARD_WRAP or _links(row) for row in rows[:-1])
        if not (state.ended or wrapped) and (state.linked or state.valued):
            return False
    last = _LAST_LINK.split(" ".join(told.split()))[-1].strip(_EDGES + " ")
    if not state.valued:
        # A caption in capitals may go on where the value ended.
        return not state.linked or len(last.split()) <= MOST_NAME
    few = len(last.split()) <= _MOST_PLAIN_WORDS
    return name_like(last) or (few and not last[:1].isupper())


def _links(row: str) -> bool:
    """Whether a row ends with a link: its value stands on the next one."""
    return row.strip().rsplit(" ", 1)[-1].upper() in _LINKS


def bracketed(text: str, start: int, reach: int = 600) -> int | None:
    """Where the parenthesis closes that opens right before ``start``; None where none does."""
    if start == 0 or text[start - 1] not in "([":
        return None
    close = text.find(")" if text[start - 1] == "(" else "]", start, start + reach)
    return None if close < 0 else close


_CREDIT_BEFORE = re.compile(
    r"(?:\b(?:THE\s{1,4}CANADIAN\s{1,4}PRESS|REUTERS)\s?/[^\n()/:]{2,60}|(?:/\s?|\b[Vv]ia\s{1,4})"
    r"(?:PA(?:\s{1,4}(?:Wire|Images|Media|Archive))?|REUTERS|AP|Getty(?:\s{1,4}Images)?"
    r"|THE\s{1,4}CANADIAN\s{1,4}PRESS))[.\s]{1,4}$"
)


def opens(text: str, at: int) -> bool:
    """Whether a notice may begin here: first of its text or line, or behind a credit."""
    before = text[max(0, at - 24) : at]
    lead = before.rstrip(' \t\u00a0*“«"?.-–—')
    if lead.endswith(("\n", "\r", ")", "/", "]", "|")):
        return True
    if not lead and at <= len(before):
        return True
    return _CREDIT_BEFORE.search(text, max(0, at - 100), at) is not None
