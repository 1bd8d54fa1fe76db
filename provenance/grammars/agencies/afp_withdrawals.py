"""AFP's withdrawals: mandatory kills, and French ones.

Known from quoted kills: upper case, a hyphen without spaces, the picture's number, its slug,
its byline, a reason. A kill also arrives as a picture with a title alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.alignment import align, wording
from provenance.grammars.frame import BLANK_LINE, Frame
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.reading import Reading
from provenance.identifiers import Identifier
from provenance.model import NoticeKind, Pubstatus
from provenance.wording import squeeze

_KILL_TAIL = wording(
    "from afp systems and may no longer be used in any manner please immediately remove it from all"
    " your online services and delete it from your servers if you have been authorized by afp to"
    " distribute it to third parties please ensure that the same actions are carried out by them"
    " failure to promptly comply with these instructions will entail liability on your part for any"
    " continued or post notification usage therefore we thank you very much for all your attention"
    " and prompt action we are sorry for the inconvenience this notification may cause and remain"
    " at your disposal for any further information you may require"
)
# In prose ("sent a mandatory kill to its clients") neither the capitals nor the place are right.
_KILL_ANCHOR = re.compile(
    r"\bMANDATORY\s{1,4}KILL\b|(?:^|(?<=[\n“\"«?]))[ \t]{0,4}(?i:mandatory\s{1,4}kill)"
    r"(?=\W{0,8}(?i:due\s|this\s|these\s|the\s|photo|picture|image|please|afp|000_|$))"
)
_KILL_TITLE = re.compile(
    r"(?i)\W{0,8}(?:mandatory\s{1,4}kill|effacement\s{1,4}obligatoire|borrado\s{1,4}obligatorio)"
    r"\W{0,8}(?:(?:photo|picture|image|afp)\W{1,4}){0,2}(?:(?:000|AFP)_[0-9A-Z]{7}\b[^\n]{0,120})?\s{0,8}"
)
_KILLED = re.compile(
    r"(?i)\bha(?:s|ve)\s{1,4}been\s{1,4}(?:withdrawn|killed|removed|deleted|cancell?ed)\b"
)
_KILL_SIGN = re.compile(
    r"(?i)\b(?:due\s{1,4}to|this\s{1,4}(?:photo|picture|image)|photo\s{1,4}n(?:umber|o\b)|no\s{1,4}longer"
    r"\s{1,4}be\s{1,4}used|please\s{1,4}(?:immediately\s{1,4})?(?:remove|delete))"
)
_E = "(?:e\u0301|é|è|e|E\u0301|É|E|\\?|\ufffd|Ã©)"
_FRENCH = re.compile(
    rf"(?i)\bcette\s{{1,4}}(?:image|photo|photographie)\s{{1,4}}a\s{{1,4}}{_E}t{_E}\s{{1,4}}"
    rf"(?:d{_E}finitivement\s{{1,4}})?(?:retir{_E}e|supprim{_E}e|annul{_E}e)"
)
_FRENCH_ORDER = re.compile(
    r"(?i)\b(?:retirez|supprimez|effacez|veuillez\s{1,4}(?:la\s{1,4})?(?:retirer|supprimer|effacer))"
    r"[^.\n]{0,80}?\b(?:syst.{1,3}mes?|serveurs?|services?\s{1,4}en\s{1,4}ligne|archives?|sites?)\b"
)
_FRENCH_COURTESY = re.compile(
    r"\s{0,4}(?:Nous|Merci|Veuillez|Avec\s{1,4}nos|L['’?]AFP)\b[^.\n]{0,300}(?:\.|$)"
)
_FRENCH_START = re.compile(r"[.!?)\]»”]\s{1,4}|\s/\s{1,4}|\n\s{0,8}|[«“\"]\s{0,2}|\)(?=\w)")
_SHOUT = re.compile(r"[^a-zà-öø-ÿ(]*")
_KILL_REACH = 900
_FRENCH_REACH = 700
_KILL_NUMBER = re.compile(
    r"(?i)\b(?:photo|picture|image)s?\s{1,40}(?:number|no\.?|nr\.?)\s{0,40}:?\s{0,40}(?:000_|AFP_)?(?P<code>[0-9A-Z]{7})\b"
)
_KILL_BYLINE = re.compile(
    r"(?i)\bby\s{1,40}(?P<byline>[^\s.][^.\n]{0,80}?)\s{1,4}ha(?:s|ve)\s{1,4}been\b"
)
_AFP = re.compile(r"\bAFP\b|\bAgence\s{1,40}France-Presse\b", re.IGNORECASE)


def readings(text: str) -> Iterator[Reading]:
    """Every withdrawal of a text."""
    for found in _kills(text):
        yield _killing(text, found)
    for found in _french(text):
        yield _withdrawal(text, found)


def _kills(text: str) -> Iterator[Frame]:
    anchors = [m.end() - len(m[0].lstrip()) for m in _KILL_ANCHOR.finditer(text)]
    if not anchors and _KILL_TITLE.fullmatch(text):
        anchors = [len(text) - len(text.lstrip())]
    for index, start in enumerate(anchors):
        ceiling = anchors[index + 1] if index + 1 < len(anchors) else len(text)
        frame = _kill(text, start, ceiling)
        if frame is not None:
            yield frame


def _kill(text: str, start: int, ceiling: int) -> Frame | None:
    limit = min(ceiling, start + _KILL_REACH)
    blank = BLANK_LINE.search(text, start, limit)
    killed = _KILLED.search(text, start, limit)
    sign = _KILL_SIGN.search(text, start, limit)
    if killed is not None and sign is not None:
        tail = align(text, killed.end(), ceiling, _KILL_TAIL)
        if tail.matched:
            return frames.along(text, start, tail)
        end = _end_of_shout(text, killed.end(), ceiling)
        return frames.frame(text, start, end, complete=False)
    stop = limit if blank is None else blank.start()
    cut = sign is not None and stop == len(text) and text[start:stop].isupper()
    if cut or _KILL_TITLE.fullmatch(text):
        end = start + len(text[start:stop].rstrip())
        return frames.frame(text, start, end, complete=False)
    return None


def _end_of_shout(text: str, start: int, ceiling: int) -> int:
    """The end of an upper-case notice whose ending is not known, else of its sentence."""
    blank = BLANK_LINE.search(text, start, ceiling)
    limit = ceiling if blank is None else blank.start()
    run = _SHOUT.match(text, start, limit)
    end = start if run is None else run.end()
    if end < limit and text[end - 1 : end].isupper():
        end -= 1
    elif end == start:
        stop = text.find(".", start, limit)
        end = limit if stop < 0 else stop + 1
    return start + len(text[start:end].rstrip(' \t\r\n/"”?»'))


def _french(text: str) -> Iterator[Frame]:
    floor = 0
    for removed in _FRENCH.finditer(text):
        if removed.start() < floor:
            continue
        limit = removed.end() + _FRENCH_REACH
        order = _FRENCH_ORDER.search(text, removed.end(), limit)
        if order is None:
            continue
        start = _sentence_start(text, removed.start(), floor)
        stop = text.find(".", order.end(), order.end() + 120)
        end = order.end() if stop < 0 else stop + 1
        while (courtesy := _FRENCH_COURTESY.match(text, end)) is not None and courtesy.end() > end:
            end = courtesy.end()
        complete = text[end - 1 : end] == "."
        floor = end
        yield frames.frame(text, start, end, complete=complete)


def _sentence_start(text: str, before: int, floor: int) -> int:
    """Where the sentence begins that gives the reason."""
    window = max(floor, before - 300)
    start = window
    for mark in _FRENCH_START.finditer(text, window, before):
        start = mark.end()
    return start


def _killing(text: str, frame: Frame) -> Reading:
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
        form="afp.kill",
        frame=frame,
        provider="AFP" if speaks or number is not None else None,
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        byline=None if byline is None else squeeze(_last_by(byline["byline"])),
        identifiers=tuple(named),
        instructions=instructions(words),
        replacement=replacement(words),
        unparsed=" … ".join(squeeze(text[a:b]) for a, b in frame.odd),
    )


def _last_by(byline: str) -> str:
    """The name behind the last "by": a slug or a reason may hold the word, too."""
    return re.split(r"(?i)\bby\s{1,40}", byline)[-1]


def _withdrawal(text: str, frame: Frame) -> Reading:
    words = text[frame.start : frame.end]
    return Reading(
        form="afp.retrait",
        frame=frame,
        provider="AFP",
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        identifiers=identifiers.find(words),
        instructions=instructions(words),
        language="fr",
    )
