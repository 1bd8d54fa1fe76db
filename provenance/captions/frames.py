"""Where an agency's notice stands in a text: its first and its last word, its quotes.

Only the extent is found here, so that a caption can be told from the notice embedded in
it; what the notice says is read by :mod:`provenance.notices`. AFP's forms are known from
two published notices (word for word the same frame) and from quoted kills.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from provenance.captions.alignment import Alignment, align, wording

_GAP = r"(?:\s|&nbsp;|&\#160;|[\u200b\ufeff\u00ad])+"
# A mark that also closes a word ("really?") opens a notice only where no word stands before it.
_OPENING_QUOTE = re.compile(
    r"(?:&laquo;|&ldquo;|&\#8220;|¡°|â€œ|[“„«\u2039‘\x91\x93])[\s\u00a0]{0,2}$"
    r"|(?<!\w)(?:&quot;|''|``|[?\"”'`\ufffd])$"
)
_CLOSING_QUOTE = re.compile(
    r"[\s\u00a0]{0,2}(?:[»\u203a]|&raquo;)|&quot;|&rdquo;|&\#8221;|¡±|â€\x9d|â€|''|[?\"”“’'`\ufffd\x92\x94]"
)
_SURE_CLOSING = re.compile(r"[”»](?!\w)|[\"?'](?=\s|$)")
_ELLIPSIS = re.compile(r"\s{0,2}(?:\.\.\.|…)(?:\s{0,2}\[\+\])?")

_BRACKET_ANCHOR = re.compile(rf"(?i:the){_GAP}(?i:erroneous){_GAP}(?i:mention)")
_APPEARING = re.compile(rf"(?i)(?:[\[(?]?s[\])?]?)?{_GAP}appearing\b")
_MODIFIED = re.compile(
    rf"(?i)\bha(?:s|ve){_GAP}been{_GAP}(?:modified|corrected|changed|amended|replaced)\b"
)
_HEAD = wording(
    "the erroneous mention s appearing in the metadata of this photo by "
    "has been modified in afp systems in the following manner"
)
_BRACKET_TAIL = wording(
    "please immediately remove the erroneous mention s from all your online services and delete it"
    " them from your servers if you have been authorized by afp to distribute it them to third"
    " parties please ensure that the same actions are carried out by them failure to promptly"
    " comply with these instructions will entail liability on your part for any continued or post"
    " notification usage therefore we thank you very much for all your attention and prompt action"
    " we are sorry for the inconvenience this notification may cause and remain at your disposal"
    " for any further information you may require"
)
_KILL_TAIL = wording(
    "from afp systems and may no longer be used in any manner please immediately remove it from all"
    " your online services and delete it from your servers if you have been authorized by afp to"
    " distribute it to third parties please ensure that the same actions are carried out by them"
    " failure to promptly comply with these instructions will entail liability on your part for any"
    " continued or post notification usage therefore we thank you very much for all your attention"
    " and prompt action we are sorry for the inconvenience this notification may cause and remain"
    " at your disposal for any further information you may require"
)
_CONNECTOR = re.compile(r"[^\[\].]{0,40}(?=\[)")
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
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\r\r")
_LEFTOVER = re.compile(r"[\s,;:(]{1,4}$")
_CUT_JOINT = 16
_LEAST_HEAD = 4
_HEAD_REACH = 700
_PAIRS_REACH = 600
_KILL_REACH = 900
_FRENCH_REACH = 700
_MOST_PAIRS = 20
_MOST_NESTED = 3


class Form(StrEnum):
    """The form of words that a notice uses."""

    AFP_BRACKETS = "afp-brackets"
    AFP_KILL = "afp-kill"
    AFP_WITHDRAWAL_FR = "afp-withdrawal-fr"


@dataclass(frozen=True, slots=True)
class Frame:
    """The extent of one notice; offsets in the text it was found in.

    Attributes:
        form: whose words.
        start: first character of the notice's own words.
        end: behind the last one.
        outer_start: before the opening quote.
        outer_end: behind the closing quote.
        pairs: span of the bracketed values (empty where the form has none).
        complete: the last words of the form were reached.
        odd: spans of words that the form does not have.
    """

    form: Form
    start: int
    end: int
    outer_start: int
    outer_end: int
    pairs: tuple[int, int]
    complete: bool
    odd: tuple[tuple[int, int], ...] = ()


def suspect(text: str) -> bool:
    """Whether a search for notices is worth its time; never False where there is one."""
    folded = text.lower()
    return (
        "erroneous" in folded
        or "mandatory" in folded
        or "cette" in folded
        or "obligatoir" in folded
        or "obligatorio" in folded
    )


def find(text: str) -> tuple[Frame, ...]:
    """The extents of all notices in a text, in order, none overlapping another."""
    if not suspect(text):
        return ()
    frames = sorted(
        (*_brackets(text), *_kills(text), *_french(text)), key=lambda frame: frame.start
    )
    kept: list[Frame] = []
    for frame in frames:
        if not kept or frame.outer_start >= kept[-1].end:
            kept.append(frame)
    return tuple(kept)


def _brackets(text: str) -> Iterator[Frame]:
    seen = list(_BRACKET_ANCHOR.finditer(text))
    # The ending repeats "the erroneous mention": only "appearing" tells the beginning.
    anchors = [match.start() for match in seen if _APPEARING.match(text, match.end())]
    if seen and not anchors:
        anchors = [seen[-1].start()]
    for index, start in enumerate(anchors):
        ceiling = anchors[index + 1] if index + 1 < len(anchors) else len(text)
        frame = _bracket(text, start, ceiling)
        if frame is not None:
            yield frame


def _bracket(text: str, start: int, ceiling: int) -> Frame | None:
    anchor = _BRACKET_ANCHOR.match(text, start)
    appearing = None if anchor is None else _APPEARING.match(text, anchor.end())
    modified = (
        None
        if appearing is None
        else _MODIFIED.search(text, appearing.end(), min(ceiling, appearing.end() + _HEAD_REACH))
    )
    first = (
        -1
        if modified is None
        else text.find("[", modified.end(), min(ceiling, modified.end() + _HEAD_REACH))
    )
    if first < 0:
        return _cut_head(text, start, ceiling)
    pairs_end, cut = _bracket_groups(text, first, ceiling)
    if cut:
        return _frame(text, Form.AFP_BRACKETS, (start, ceiling), (first, ceiling), complete=False)
    tail = align(text, pairs_end, ceiling, _BRACKET_TAIL)
    return _framed(text, Form.AFP_BRACKETS, start, (first, pairs_end), tail)


def _cut_head(text: str, start: int, ceiling: int) -> Frame | None:
    """A notice that ends, with its text, before its values do."""
    if len(text) - start > _HEAD_REACH or ceiling < len(text):
        return None
    head = align(text, start, ceiling, _HEAD, free_run=12)
    if head.end < len(text.rstrip(' .…[+]\r\n\t"”?»')) or head.matched < _LEAST_HEAD:
        return None
    return _frame(text, Form.AFP_BRACKETS, (start, head.end), (head.end, head.end), complete=False)


def _bracket_groups(text: str, first: int, ceiling: int) -> tuple[int, bool]:
    """The end of the run of ``[value] words [value]``, and whether the text ends inside one."""
    at = end = first
    for _ in range(2 * _MOST_PAIRS):
        close = _closing_bracket(text, at, ceiling)
        if close < 0:
            return (
                (end, True)
                if ceiling - at < _PAIRS_REACH and ceiling == len(text)
                else (end, False)
            )
        end = close + 1
        connector = _CONNECTOR.match(text, end, ceiling)
        if connector is None and _is_cut_joint(text, end, ceiling):
            return ceiling, True
        if connector is None or "mention" in connector[0].lower():
            return end, False
        at = connector.end()
    return end, False


def _is_cut_joint(text: str, end: int, ceiling: int) -> bool:
    """Whether the text ends inside the words between two brackets."""
    if ceiling < len(text) or ceiling - end > _CUT_JOINT:
        return False
    rest = " ".join(text[end:ceiling].lower().split())
    return rest != "" and any(joint.startswith(rest) for joint in ("instead of", "and"))


def _closing_bracket(text: str, opening: int, ceiling: int) -> int:
    limit = min(ceiling, opening + _PAIRS_REACH)
    close, inner = text.find("]", opening, limit), opening + 1
    for _ in range(_MOST_NESTED):
        nested = text.find("[", inner, close) if close >= 0 else -1
        if nested < 0:
            break
        inner = nested + 1
        close = text.find("]", close + 1, limit)
    if close >= 0 and "lease immediately" in text[opening:close]:
        return -1
    return close


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
    blank = _BLANK_LINE.search(text, start, limit)
    killed = _KILLED.search(text, start, limit)
    sign = _KILL_SIGN.search(text, start, limit)
    if killed is not None and sign is not None:
        tail = align(text, killed.end(), ceiling, _KILL_TAIL)
        if tail.matched:
            return _framed(text, Form.AFP_KILL, start, (start, start), tail)
        end = _end_of_shout(text, killed.end(), ceiling)
        return _frame(text, Form.AFP_KILL, (start, end), (start, start), complete=False)
    stop = limit if blank is None else blank.start()
    cut = sign is not None and stop == len(text) and text[start:stop].isupper()
    if cut or _KILL_TITLE.fullmatch(text):
        end = start + len(text[start:stop].rstrip())
        return _frame(text, Form.AFP_KILL, (start, end), (start, start), complete=False)
    return None


def _end_of_shout(text: str, start: int, ceiling: int) -> int:
    """The end of an upper-case notice whose ending is not known, else of its sentence."""
    blank = _BLANK_LINE.search(text, start, ceiling)
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
        yield _frame(text, Form.AFP_WITHDRAWAL_FR, (start, end), (start, start), complete=complete)


def _sentence_start(text: str, before: int, floor: int) -> int:
    """Where the sentence begins that gives the reason."""
    window = max(floor, before - 300)
    start = window
    for mark in _FRENCH_START.finditer(text, window, before):
        start = mark.end()
    return start


def _framed(text: str, form: Form, start: int, pairs: tuple[int, int], tail: Alignment) -> Frame:
    end = tail.end
    if text[end : end + 1] == "." and text[end : end + 3] != "...":
        end += 1
    if not tail.complete and _LEFTOVER.fullmatch(text, end):
        end = len(text)
    return _frame(text, form, (start, end), pairs, complete=tail.complete, odd=tail.odd)


def _frame(
    text: str,
    form: Form,
    span: tuple[int, int],
    pairs: tuple[int, int],
    *,
    complete: bool,
    odd: tuple[tuple[int, int], ...] = (),
) -> Frame:
    start, end = span
    end = start + len(text[start:end].rstrip())
    if not complete:
        ellipsis = _ELLIPSIS.match(text, end)
        end = end if ellipsis is None else ellipsis.end()
    before = text[max(0, start - 16) : start]
    opening = _OPENING_QUOTE.search(before)
    outer_start = start if opening is None else start - len(before) + opening.start()
    closing = (_CLOSING_QUOTE if opening is not None else _SURE_CLOSING).match(text, end)
    outer_end = end if closing is None else closing.end()
    return Frame(form, start, end, outer_start, outer_end, pairs, complete, odd)
