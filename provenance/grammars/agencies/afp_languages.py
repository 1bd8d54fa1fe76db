"""AFP's bracket notice in French, Spanish, German and Portuguese.

No published example is known; the frame is the English one: the wrong mention in the
metadata of a photo, what was changed, ``[RIGHT] instead of [WRONG]``. RIGHT stands first, by
the connective. Its ending is not known, so that no reading of it is ever complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.frame import BLANK_LINE
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.phrases import sentences
from provenance.grammars.reading import Pair, Reading
from provenance.model import Confidence, NoticeKind, Pubstatus
from provenance.wording import squeeze

_S = r"\s{1,6}"
_PL = r"[\[(?]{0,1}(?:s|n|en|es|.{1,2}es)?[\])?]{0,1}"
_E = "(?:é|e\u0301|É|e|Ã.|\\?|\ufffd)"
_O = "(?:ó|ô|o\u0301|o\u0302|o|Ã.|\\?|\ufffd)"


@dataclass(frozen=True, slots=True)
class _Language:
    """The frame in one language.

    Attributes:
        tag: BCP 47.
        opening: the words that begin it.
        photo: the picture's noun with the byline behind it.
        changed: the words that lead to the brackets.
        instead: the connective between RIGHT and WRONG.
        order: words of the sentences that follow.
    """

    tag: str
    opening: re.Pattern[str]
    photo: re.Pattern[str]
    changed: re.Pattern[str]
    instead: re.Pattern[str]
    order: re.Pattern[str]


def _language(
    tag: str, opening: str, photo: str, changed: str, instead: str, order: str
) -> _Language:
    by = rf"{photo}{_S}(?P<byline>[^\[\]:]{{1,120}}?){_S}(?={changed})"
    return _Language(
        tag,
        re.compile(rf"(?i)\b{opening}"),
        re.compile(rf"(?i)\b{by}"),
        re.compile(rf"(?i)\b{changed}"),
        re.compile(rf"(?i)\s{{0,6}}(?:{instead})\s{{0,6}}"),
        re.compile(rf"(?i)\b(?:{order})"),
    )


_LANGUAGES = (
    _language(
        "fr",
        rf"la{_S}(?:ou{_S}les{_S})?mention{_PL}{_S}erron{_E}e{_PL}{_S}(?:apparaissant|figurant|pr{_E}sente{_PL}){_S}dans{_S}les{_S}m{_E}tadonn{_E}es\b",
        rf"(?:cette|la){_S}(?:photo|image|photographie){_S}(?:de|par)",
        rf"(?:a|ont){_S}{_E}t{_E}{_S}(?:modifi|corrig|chang|remplac){_E}e?{_PL}",
        rf"au{_S}lieu{_S}de|et{_S}non{_S}(?:pas{_S})?",
        "veuillez|merci|nous|retir|supprim|effac|si{_S}vous".replace("{_S}", _S),
    ),
    _language(
        "es",
        rf"la{_PL}{_S}menci(?:.{{1,2}}n){_PL}{_S}err{_O}nea{_PL}{_S}que{_S}(?:aparece|figura){_PL}{_S}en{_S}los{_S}metadatos\b",
        rf"esta{_S}(?:foto|imagen|fotograf.{{1,2}}a){_S}(?:de|por)",
        rf"ha{_PL}{_S}sido{_S}(?:modificada|corregida|cambiada){_PL}",
        rf"en{_S}lugar{_S}de|en{_S}vez{_S}de|y{_S}no",
        "rogamos|por favor|elimin|retir|si ha sido|gracias|agradec|lament",
    ),
    _language(
        "de",
        rf"die{_S}fehlerhafte{_PL}{_S}(?:angabe|erw.{{1,2}}hnung|nennung){_PL}{_S}in{_S}den{_S}metadaten\b",
        rf"(?:dieses|des){_S}(?:fotos|bildes){_S}von",
        rf"(?:wurde|ist|sind){_PL}{_S}(?:in{_S}den{_S}(?:afp-?systemen|systemen{_S}(?:der|von){_S}afp){_S})?(?:wie{_S}folgt{_S})?(?:ge.{{1,2}}ndert|berichtigt|korrigiert)",
        rf"statt|anstelle{_S}von|anstatt|und{_S}nicht",
        "bitte|wir|l.{1,2}schen|entfernen|sollten|falls|vielen dank",
    ),
    _language(
        "pt",
        rf"a{_PL}{_S}men(?:.{{2,5}}o){_PL}{_S}err{_O}nea{_PL}{_S}que{_S}aparece{_PL}{_S}nos{_S}metadados\b",
        rf"(?:esta|desta){_S}(?:foto|imagem|fotografia){_S}(?:de|por)",
        rf"(?:foi|foram){_S}(?:modificada|corrigida|alterada){_PL}",
        rf"em{_S}vez{_S}de|ao{_S}inv.{{1,2}}s{_S}de|no{_S}lugar{_S}de|e{_S}n.{{1,2}}o",
        "favor|pedimos|elimin|remov|se recebeu|obrigad|agradec|lament",
    ),
)  # fmt: skip
_BRACKET = re.compile(r"\[([^\[\]]{0,300})\]")
_NEXT = re.compile(r"\s{0,4}[,;/]?\s{0,4}(?:(?:and|et|y|und|e)\s{1,4})?(?=\[)")
_HEAD_REACH = 700
_TAIL_REACH = 1_500
_MOST_PAIRS = 20
# More than this is no caption and no message.
_MOST = 200


def readings(text: str) -> Iterator[Reading]:
    """Every such notice of a text."""
    for language in _LANGUAGES:
        for opening in islice(language.opening.finditer(text), _MOST):
            reading = _reading(text, opening, language)
            if reading is not None:
                yield reading


def _reading(text: str, opening: re.Match[str], language: _Language) -> Reading | None:
    start = opening.start()
    changed = language.changed.search(text, opening.end(), opening.end() + _HEAD_REACH)
    if changed is None:
        return None
    first = text.find("[", changed.end(), changed.end() + _HEAD_REACH)
    if first < 0:
        return None
    pairs, end, odd = _pairs(text, first, language)
    byline = language.photo.search(text, opening.end(), first)
    last = _ending(text, end, language)
    words = text[start:last]
    return Reading(
        form=f"afp.brackets-{language.tag}",
        frame=frames.frame(text, start, last, complete=False),
        provider="AFP",
        kind=NoticeKind.CORRECTION,
        pubstatus=Pubstatus.USABLE,
        byline=None if byline is None else squeeze(byline["byline"]),
        pairs=tuple(pairs),
        identifiers=identifiers.find(words),
        instructions=instructions(words),
        replacement=replacement(words),
        language=language.tag,
        unparsed=odd,
        confidence=Confidence.MEDIUM,
    )


def _pairs(text: str, first: int, language: _Language) -> tuple[list[Pair], int, str]:
    """``[RIGHT] au lieu de [WRONG]``, repeated; its end, and what did not fit."""
    pairs: list[Pair] = []
    at = end = first
    for _ in range(_MOST_PAIRS):
        right = _BRACKET.match(text, at)
        instead = None if right is None else language.instead.match(text, right.end())
        wrong = None if instead is None else _BRACKET.match(text, instead.end())
        if right is None or wrong is None:
            stop = text.find(".", at, at + _HEAD_REACH)
            stop = min(len(text), at + _HEAD_REACH) if stop < 0 else stop
            return pairs, stop, squeeze(text[at:stop])
        pair = Pair(squeeze(right[1]) or None, squeeze(wrong[1]) or None)
        end = wrong.end()
        if pair.right is None and pair.wrong is None:
            return pairs, end, squeeze(text[at:end])
        pairs.append(pair)
        joint = _NEXT.match(text, end)
        if joint is None:
            break
        at = joint.end()
    return pairs, end, ""


def _ending(text: str, end: int, language: _Language) -> int:
    """The end of the last sentence behind the brackets that asks, thanks or regrets."""
    if text[end : end + 1] == ".":
        end += 1
    blank = BLANK_LINE.search(text, end, end + _TAIL_REACH)
    limit = min(len(text), end + _TAIL_REACH) if blank is None else blank.start()
    for a, b in sentences(text, end, limit):
        if language.order.match(text, a) is None:
            break
        end = b
    return end
