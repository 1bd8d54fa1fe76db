"""Two values of one sentence, in the languages of the agencies: ``R instead of W``.

Which comes first belongs to the connective. A value is a name, a number or a short phrase
between quotes, marks or words of the field; of a whole clause nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from provenance.grammars.fields import property_named
from provenance.grammars.phrases import value, word_set
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
    _link("e-nao", "pt", rf"[\s,(]{{1,3}}e{_S}n(?:ã|a|a\u0303|\?|Ã.)o{_S}{_NOT_ONLY}"),
    _link("e-non", "it", rf"[\s,(]{{1,3}}e{_S}non{_S}{_NOT_ONLY}"),
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

_STOPS = word_set(
    "is are was were be been being by to should read reads say says credit credits credited credit:"
    " as shows show photographer photographers photo photos picture image caption byline named name"
    " names identified taken please correct corrected corrects correction clarification spelling"
    " does do did has have had would can could must shall"
    " place city date age source location dateline headline the a an of in at on from for with and"
    " or that this it its year surname who which because says said"
    " est sont était par lire crédit photographe légende nom lieu le la les un une du des que qui"
    " ist sind war heißt heisst lautet fotograf fotografin foto bild ort durch bitte korrekt"
    " richtig der die das ein eine im am dass wurde nicht"
    " es son fue por debe decir fotógrafo nombre lugar el los las una en pie"
    " é são foi fotografo nome lugar o os as um uma no na"
    " è sono era il lo gli uno luogo"
    " het een naam door fotograaf är av heter namn fotografen och"
    " on oli kuvaaja nimi"
)
_TITLED_STOPS = word_set(
    "credit credits photographer photographers photo photos picture image caption byline name names"
    " please correct corrected corrects correction clarification spelling source location dateline"
    " headline surname crédit photographe légende nom fotograf fotografin fotografen foto bild ort"
    " fotógrafo fotografo nombre nome naam namn kuvaaja nimi"
)
_ARTICLES = word_set("the a an le la les un une der die das den ein eine el los las una il lo o os")
_LEADS = _ARTICLES | word_set("à in at en em im am by von par vuonna on from")
_PARTICLES = word_set(
    "van der den dem von de del della di da dos du le la el al bin ibn ben y e zu ter"
)
_INITIAL = re.compile(r"(?:[^\W\d_]\.){1,4}|(?:Jr|Sr|St|Dr|Mr|Mrs|Ms)\.")
_OPENING = {
    "«": "»",
    "„": "“”",
    "“": "”",
    '"': '"',
    "‘": "’",
    "?": "?",
    "[": "]",
    "(": ")",
    "\u203a": "\u2039",
    "»": "«",
    "'": "'",
    "\ufffd": "\ufffd",
}
_ENDS = ',;:.!?)]»”"“'
_REACH = 160
_MOST_NAME = 6
_MOST_PLAIN = 4
_LONGEST_NAME = 4


def values(text: str, start: int, end: int) -> Iterator[Values]:
    """The pairs of the sentence ``text[start:end]``, left to right, none in another."""
    at = start
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
        right, stop = _ahead(text, closing.end(), end)
        if wrong is not None and right is not None:
            yield Values(form, language, right, wrong, opening.end(), stop)
            at = stop
    for link in _LINKS:
        for match in link.pattern.finditer(text, at, end):
            before, begin = _behind(text, at, match.start())
            after, stop = _ahead(text, match.end(), end)
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
    return meant if meant is not None and len(meant.split()) <= _MOST_NAME else None


def _behind(text: str, floor: int, end: int) -> tuple[str | None, int]:
    """The value that ends at ``end``, and where it begins."""
    floor = max(floor, end - _REACH)
    end = floor + len(text[floor:end].rstrip())
    quoted = _quoted_behind(text, floor, end)
    if quoted is not None:
        return value(text[quoted:end]), quoted
    tokens = [(one.start(), one[0]) for one in re.finditer(r"\S+", text[floor:end])]
    run: list[tuple[int, str]] = []
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if (
            (run and _closes(token[1]))
            or _is_stop(token[1])
            or (run and not _goes_on(tokens, index, run))
        ):
            break
        run.insert(0, token)
        if token[1][0] in '([«„“"' or len(run) > _MOST_NAME:
            break
    return _run(text, floor, run)


def _quoted_behind(text: str, floor: int, end: int) -> int | None:
    """Where the quote opens that closes right before ``end``."""
    last = text[end - 1 : end]
    for opening, closing in _OPENING.items():
        if last and last in closing and opening != "'":
            at = text.rfind(opening, floor, end - 1)
            if at >= 0 and end - at > 2 and (opening not in "?(" or _stands_free(text, at)):
                return at
    return None


def _stands_free(text: str, at: int) -> bool:
    return at == 0 or text[at - 1].isspace()


def _goes_on(tokens: list[tuple[int, str]], index: int, run: list[tuple[int, str]]) -> bool:
    """Whether the token before a run belongs to the same value."""
    word, follower = tokens[index][1], run[0][1]
    if _is_name(run[-1][1]):
        if word.lower() in _PARTICLES:
            before = tokens[index - 1][1] if index else ""
            return _is_name(before) and not _is_stop(before)
        return _is_name(word) or (word == "&" and _is_name(follower))
    return True


def _ahead(text: str, start: int, end: int) -> tuple[str | None, int]:
    """The value that begins at ``start``, and where it ends."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = min(end, start + _REACH)
    closing = _OPENING.get(text[start : start + 1]) if start < end else None
    if closing is not None:
        hits = [at for mark in closing if (at := text.find(mark, start + 1, end)) >= 0]
        if hits:
            return value(text[start : min(hits) + 1]), min(hits) + 1
    tokens = [(one.start(), one[0]) for one in re.finditer(r"\S+", text[start:end])]
    while len(tokens) > 1 and tokens[0][1].lower() in _LEADS and not _is_name(tokens[0][1]):
        del tokens[0]
    run: list[tuple[int, str]] = []
    for index, token in enumerate(tokens):
        if _is_stop(token[1]) or (run and not _follows(tokens, index, run)):
            break
        run.append(token)
        if _closes(token[1]) or len(run) > _MOST_NAME:
            break
    return _run(text, start, run)[0], _run_end(start, run)


def _follows(tokens: list[tuple[int, str]], index: int, run: list[tuple[int, str]]) -> bool:
    word = tokens[index][1]
    if _is_name(run[0][1]):
        if word.lower() in _PARTICLES:
            behind = tokens[index + 1][1] if index + 1 < len(tokens) else ""
            return _is_name(behind) and not _is_stop(behind)
        return _is_name(word)
    return True


def _run(text: str, base: int, run: list[tuple[int, str]]) -> tuple[str | None, int]:
    if not run:
        return None, base
    named = _is_name(run[-1][1]) and _is_name(run[0][1])
    begin = base + run[0][0]
    if len(run) > (_MOST_NAME if named else _MOST_PLAIN):
        return None, begin
    return value(text[begin : _run_end(base, run)]), begin


def _run_end(base: int, run: list[tuple[int, str]]) -> int:
    if not run:
        return base
    word = run[-1][1]
    kept = word if _INITIAL.fullmatch(word) else word.rstrip(_ENDS)
    return base + run[-1][0] + len(kept)


def _is_name(word: str) -> bool:
    letter = next((one for one in word if one.isalnum()), "")
    return letter.isupper() or letter.isdigit() or (letter != "" and not letter.islower())


def _is_stop(word: str) -> bool:
    bare = word.strip(_ENDS + "([«„“")
    small = bare.lower()
    # "The" may begin a name; "Photographer" does not.
    return small in _STOPS and (not bare.istitle() or small in _TITLED_STOPS)


def _closes(word: str) -> bool:
    return word[-1] in _ENDS and not _INITIAL.fullmatch(word)


def field_of(words: str) -> Property | None:
    """The one property that the words of a sentence name, or None.

    A caption holds all the others: it is meant where nothing else is named.
    """
    tokens = [one.strip(_ENDS + "([«„“") for one in words.split()[:200]]
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
    return not (
        tokens[0].lower() in _ARTICLES or tokens[-1].lower() in _ARTICLES or tokens[0] == ""
    )
