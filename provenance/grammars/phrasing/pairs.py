"""Two values of one sentence, in the languages of the agencies: ``R instead of W``.

Which comes first belongs to the connective. A value is a name, a number or a short phrase
between quotes, marks or words of the field; of a whole clause nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from provenance.grammars.phrasing.edges import ARTICLES, MARKS, MOST_NAME, ahead, behind
from provenance.grammars.phrasing.fields import property_named
from provenance.grammars.phrasing.phrases import value
from provenance.model import Property

_S = r"\s{1,4}"


@dataclass(frozen=True, slots=True)
class Values:
    """Two values of a sentence; one that could not be cut out is None.

    Attributes:
        form: the connective's name: ``instead-of``.
        language: BCP 47.
        right: the value that should stand.
        wrong: the value that stands.
        start: of what the form claims, in the text.
        end: behind it.
    """

    form: str
    language: str
    right: str | None
    wrong: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Link:
    form: str
    language: str
    pattern: re.Pattern[str]
    right_first: bool = True


def _link(form: str, language: str, pattern: str, *, right_first: bool = True) -> _Link:
    return _Link(form, language, re.compile(pattern, re.IGNORECASE), right_first)


_NOT_ONLY = (
    r"(?!(?:only|just|merely|yet|all|necessarily|even|nur|nicht|allein|solo|sólo|solamente"
    r"|soltanto|seulement|bara|kun|vain)\b)"
)

# A form of two parts: both say where they stand, whatever the order.
_FRAMED: tuple[tuple[str, str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (
        form,
        language,
        re.compile(rf"(?i)\b(?:{first})\b\s{{0,3}}:?\s{{0,3}}"),
        re.compile(rf"(?i)[\s,;]{{1,4}}(?:{second})\b\s{{0,3}}:?\s{{0,3}}"),
    )
    for form, language, first, second in (
        (
            "donde-dice",
            "es",
            rf"donde{_S}(?:dice|dec.{{1,2}}a|se{_S}lee|pone)",
            (
                rf"(?:y{_S})?(?:debe|deb.{{1,2}}a|ha{_S}de){_S}(?:decir|leerse|poner)|l.{{1,2}}ase"
                rf"|debe{_S}figurar"
            ),
        ),
        ("onde-se-le", "pt", rf"onde{_S}se{_S}(?:l.{{1,2}}|lia)", r"leia-se|ler-se"),
        (
            "dove-si-legge",
            "it",
            rf"(?:dove|anzich.{{1,2}}|invece{_S}di){_S}(?:si{_S})?legge(?:re)?",
            rf"leggasi|si{_S}legga|leggere",
        ),
        (
            "au-lieu-de-lire",
            "fr",
            rf"au{_S}lieu{_S}de",
            rf"(?:il{_S}(?:faut|fallait){_S})?(?:lire|lisez)",
        ),
        (
            "statt-lies",
            "de",
            r"statt",
            rf"(?:muss{_S}es{_S}(?:richtig{_S})?hei(?:ß|ss)en|lies|bitte{_S}lesen)",
        ),
        ("instead-of-read", "en", rf"(?:instead{_S}of|for)", rf"(?:please{_S})?read"),
        (
            "from-to",
            "en",
            (
                rf"(?:correct(?:ed|s|ing)?|chang(?:ed|es|ing|e)|amend(?:ed|s"
                rf"|ing)?)\b[^.,;]{{0,60}}?{_S}from"
            ),
            r"to",
        ),
        ("not-but", "de", r"nicht", r"sondern"),
        ("not-but", "es", r"no", r"sino"),
        ("not-but", "sv", r"inte", r"utan"),
    )
)
_LINKS = (
    _link(
        "instead-of", "en", rf"[\s,(]{{1,3}}(?:instead{_S}of|rather{_S}than|in{_S}place{_S}of){_S}"
    ),
    _link("not", "en", rf"(?:\s?[,;(–—]|\s-){{0,1}}\s?\b(?:and{_S})?not{_S}{_NOT_ONLY}"),
    _link(
        "au-lieu-de",
        "fr",
        rf"[\s,(]{{1,3}}(?:au{_S}lieu{_S}d(?:e\b{_S}|['’]\s?)|plut.{{1,2}}t{_S}qu(?:e\b{_S}"
        rf"|['’]\s?)|.{{1,2}}{_S}la{_S}place{_S}de{_S})",
    ),
    _link("et-non", "fr", rf"[\s,(]{{1,3}}et{_S}non{_S}(?:pas{_S})?{_NOT_ONLY}"),
    _link("statt", "de", rf"[\s,(]{{1,3}}(?:statt|anstatt|anstelle(?:{_S}von)?)\b[\s:]{{1,4}}"),
    _link(
        "nicht",
        "de",
        rf"[\s,(]{{1,3}}(?:(?<=[,(]|\s)und{_S}|(?<=[,( ])(?<=[,(]\s|.[,(]))nicht{_S}{_NOT_ONLY}",
    ),
    _link("y-no", "es", rf"[\s,(]{{1,3}}y{_S}no{_S}{_NOT_ONLY}"),
    _link("en-lugar-de", "es", rf"[\s,(]{{1,3}}(?:en{_S}lugar{_S}de|en{_S}vez{_S}de){_S}"),
    _link(
        "em-vez-de",
        "pt",
        rf"[\s,(]{{1,3}}(?:em{_S}vez{_S}de|ao{_S}inv.{{1,2}}s{_S}de|no{_S}lugar{_S}de){_S}",
    ),
    _link("e-nao", "pt", rf"(?:[\s,(]{{1,3}}e{_S}|,{_S})n(?:ã|a|a\u0303|\?|Ã.)o{_S}{_NOT_ONLY}"),
    _link("non-pas", "fr", rf"(?:,{_S}|\s?\()non{_S}pas{_S}{_NOT_ONLY}"),
    _link("non", "it", rf"(?:,{_S}(?:e{_S}|ma{_S})?|\s?\(|{_S}e{_S})non{_S}(?!pas\b){_NOT_ONLY}"),
    _link("no", "es", rf"(?:,{_S}|\s?\()no{_S}(?=(?:del?|en|el|la|los|las|un|una){_S}){_NOT_ONLY}"),
    _link("anziche", "it", rf"[\s,(]{{1,3}}(?:anzich.{{1,2}}|invece{_S}di|al{_S}posto{_S}di){_S}"),
    _link("in-plaats-van", "nl", rf"[\s,(]{{1,3}}in{_S}plaats{_S}van{_S}"),
    _link("niet", "nl", rf"(?:,{_S}(?:en{_S})?|\s?\(|{_S}en{_S})niet{_S}{_NOT_ONLY}"),
    _link("istallet-for", "sv", rf"[\s,(]{{1,3}}i\s{{0,2}}st.{{1,2}}llet{_S}f.{{1,2}}r{_S}"),
    _link("inte", "sv", rf"(?:,{_S}(?:och{_S})?|\s?\(|{_S}och{_S})inte{_S}{_NOT_ONLY}"),
    _link(
        "ikke",
        "no",
        rf"(?:,{_S}(?:og{_S})?|\s?\(|{_S}og{_S})ikke{_S}{_NOT_ONLY}"
        rf"|[\s,(]{{1,3}}i{_S}stedet{_S}for{_S}",
    ),
    _link("ei", "fi", rf"(?:,{_S}|\s?\()ei{_S}{_NOT_ONLY}"),
    _link(
        "should-read",
        "en",
        rf"{_S}should{_S}(?:have{_S})?(?:read|say|said|be|been)\b[\s:]{{1,4}}",
        right_first=False,
    ),
)

# "Errata: ...": the heading of a sentence is no value.
_HEADING = re.compile(r"\s{0,4}[^\W\d_]{3,20}\s{0,2}:(?=\s)")
_REACH = 160
_LONGEST_NAME = 4


def values(text: str, start: int, end: int) -> Iterator[Values]:
    """The pairs of the sentence ``text[start:end]``, left to right, none in another."""
    heading = _HEADING.match(text, start, end)
    at = start if heading is None else heading.end()
    for form, language, first, second in _FRAMED:
        opening = first.search(text, at, end)
        closing = (
            None
            if opening is None
            else second.search(text, opening.end(), min(end, opening.end() + _REACH))
        )
        if opening is None or closing is None:
            continue
        wrong = _whole(text[opening.end() : closing.start()])
        right, stop = ahead(text, closing.end(), end, language)
        if wrong is not None and right is not None:
            yield Values(form, language, right, wrong, opening.end(), stop)
            at = stop
    for link in _LINKS:
        for match in link.pattern.finditer(text, at, end):
            before, begin = behind(text, at, match.start(), link.language)
            after, stop = ahead(text, match.end(), end, link.language)
            if before is None and after is None:
                continue
            if before and after and not _comparable(before, after):
                continue
            right, wrong = (before, after) if link.right_first else (after, before)
            yield Values(link.form, link.language, right, wrong, begin, stop)
            at = stop
            break
        else:
            continue
        break


def _comparable(one: str, other: str) -> bool:
    """Whether two values can stand for each other: a number for a number, a name for a name."""
    digits = [any(mark.isdigit() for mark in words) for words in (one, other)]
    plain = [any(mark.isalpha() for mark in words) for words in (one, other)]
    return digits[0] == digits[1] or plain == [True, True]


def _whole(words: str) -> str | None:
    meant = value(words)
    return meant if meant is not None and len(meant.split()) <= MOST_NAME else None


def field_of(words: str) -> Property | None:
    """The one property that the words of a sentence name, or None.

    A caption holds all the others: it is meant where nothing else is named.
    """
    tokens = [one.strip(MARKS + "([«„“") for one in words.split()[:200]]
    found: list[Property] = []
    at = 0
    while at < len(tokens):
        for length in range(_LONGEST_NAME, 0, -1):
            named = (
                property_named(" ".join(tokens[at : at + length]))
                if at + length <= len(tokens)
                else None
            )
            if named is not None and _is_whole_name(tokens[at : at + length]):
                found.append(named)
                at += length - 1
                break
        at += 1
    distinct = set(found) - {Property.DESCRIPTION} or set(found)
    return distinct.pop() if len(distinct) == 1 else None


def _is_whole_name(tokens: list[str]) -> bool:
    """A field's name neither begins nor ends with an article or a particle."""
    return not (tokens[0].lower() in ARTICLES or tokens[-1].lower() in ARTICLES or tokens[0] == "")
