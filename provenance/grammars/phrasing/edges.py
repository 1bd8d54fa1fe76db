"""Where a value of a sentence begins and ends: a name, a number, a few words, a quotation.

A name is told by its shape and by nothing else: capitals, initials, particles between or
before its words, prefixes with an apostrophe or a hyphen. In a text in capitals the words
of the sentence (verbs, articles, the field's noun) are all that bounds it.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from provenance.grammars.phrasing.phrases import value, word_set

_STOPS = word_set(
    "is are was were be been being by to should read reads say says credit credits credited credit:"
    " as shows show photographer photographers photo photos picture image caption byline named name"
    " names identified taken please correct corrected corrects correction clarification spelling"
    " does do did has have had would can could must shall"
    " place city date age source location dateline headline the a an of in at on from for with and"
    " or that this it its year surname who which because says said"
    " est sont était par lire crédit photographe légende nom lieu le la les un une du des que qui"
    " ist sind war heißt heisst hieß hiess lautet fotograf fotografin foto bild ort durch bitte"
    " korrekt richtig der die das ein eine im am dass wurde nicht"
    " es son fue por debe decir fotógrafo fotógrafa nombre lugar el los las una en pie"
    " é são foi fotografo nome lugar o os as um uma no na"
    " è sono era il lo gli uno luogo fotografa"
    " het een naam door fotograaf är av heter namn fotografen och"
    " on oli kuvaaja nimi"
)
_TITLED_STOPS = word_set(
    "credit credits photographer photographers photo photos picture image caption byline name names"
    " please correct corrected corrects correction clarification spelling source location dateline"
    " headline surname crédit photographe légende nom fotograf fotografin fotografen foto bild ort"
    " fotógrafo fotógrafa fotografo fotografa nombre nome naam namn kuvaaja nimi"
)
ARTICLES = word_set("the a an le la les un une der die das den ein eine el los las una il lo o os")
_LEADS = ARTICLES | word_set("à in at en em im am by par vuonna on from")
PARTICLES = word_set(
    "van der den dem von vom zum zur de del dela della dello dei di da do dos das du des le la el"
    " al bin bint ibn ben abu ould y e zu ter ten te wa af st"
)
# The languages' own small words: "es de Pablo Ortuño" says by whom, and names no "de Pablo";
# two of them before a name are the name's: "de la Cruz".
_OWN = {
    "de": word_set("von vom zum zur"),
    "fr": word_set("de du des"),
    "es": word_set("de del al"),
    "pt": word_set("de da do dos das"),
    "it": word_set("di da del della dello dei al"),
    "nl": word_set("van de te"),
    "sv": word_set("av"),
    "no": word_set("av"),
}
_NEVER_FIRST = {
    "de": word_set("der den dem zu"),
    "fr": word_set("le la"),
    "es": word_set("el la y"),
    "pt": word_set("e"),
    "it": word_set("la le e"),
}
_ELIDED = {"fr": re.compile(r"(?i)d['’]"), "it": re.compile(r"(?i)d['’]")}
_PREFIXED = re.compile(r"[^\W\d_]{1,5}['’`\ufffd-][^\W\d_]")
_INITIAL = re.compile(r"(?:[^\W\d_]\.){1,4}|(?i:Jr|Sr|St|Dr|Mr|Mrs|Ms)\.")
_ORDINAL = re.compile(r"[«„“(\[]?\d{1,2}\.")
_TOKEN = re.compile(r"\S+")
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
MARKS = ',;:.!?)]»”"“'
_OPENERS = "([«„“\"'‘?"
_REACH = 160
MOST_NAME = 6
_MOST_PLAIN = 4
_BYLINE_WORDS = 2

_NUMBER = re.compile(r"\d+(?:[.:,/]\d+){0,3}")
_WORD = re.compile(r"[^\s,;:()«»„“”\"]+")
_ALIKE = 0.6

_Token = tuple[int, str]


def behind(text: str, floor: int, end: int, language: str = "") -> tuple[str | None, int]:
    """The value that ends at ``end``, and where it begins; None where none can be cut out.

    Args:
        text: where it stands.
        floor: offset before which it does not begin.
        end: behind it.
        language: BCP 47, whose small words are no part of a name.
    """
    floor = max(floor, end - _REACH)
    end = floor + len(text[floor:end].rstrip())
    quoted = _quoted_behind(text, floor, end)
    if quoted is not None:
        return value(text[quoted:end]), quoted
    tokens = [(one.start(), one[0]) for one in _TOKEN.finditer(text, floor, end)]
    run: list[_Token] = []
    index = len(tokens) - 1
    while index >= 0 and len(run) <= MOST_NAME:
        word = tokens[index][1]
        if run and closes(word) and not _ORDINAL.fullmatch(word):
            break
        if run and is_name(run[-1][1]) and _is_particle(word):
            taken, index = _joined(tokens, index, language)
            run[:0] = taken
            if index < 0:
                break
            continue
        last = not run and index > 0 and _ends_name(tokens[index - 1][1], word)
        if not last and (is_stop(word) or (run and not _goes_on(word, run))):
            break
        run.insert(0, tokens[index])
        if word[0] in '([«„“"':
            break
        index -= 1
    return _value(text, run, floor, language)


def _joined(tokens: list[_Token], index: int, language: str) -> tuple[list[_Token], int]:
    """The particles up to ``index`` that belong to a name, and where to go on; -1: nowhere."""
    first = index
    while first > 0 and _is_particle(tokens[first - 1][1]):
        first -= 1
    before = tokens[first - 1][1] if first else ""
    if is_name(before) and not is_stop(before) and not closes(before):
        return tokens[first : index + 1], first - 1
    never = _NEVER_FIRST.get(language, frozenset())
    while first <= index and tokens[first][1].lower() in never:
        first += 1
    own = _OWN.get(language, frozenset())
    if first == index and tokens[first][1].lower() in own:
        first += 1
    return tokens[first : index + 1], -1


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


def _goes_on(word: str, run: list[_Token]) -> bool:
    """Whether the word before a run belongs to the same value."""
    return not is_name(run[-1][1]) or is_name(word) or (word == "&" and is_name(run[0][1]))


def ahead(text: str, start: int, end: int, language: str = "") -> tuple[str | None, int]:
    """The value that begins at ``start``, and where it ends; as :func:`behind`."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = min(end, start + _REACH)
    closing = _OPENING.get(text[start : start + 1]) if start < end else None
    if closing is not None:
        hits = [at for mark in closing if (at := text.find(mark, start + 1, end)) >= 0]
        if hits:
            return value(text[start : min(hits) + 1]), min(hits) + 1
    tokens = _without_lead(
        [(one.start(), one[0]) for one in _TOKEN.finditer(text, start, end)], language
    )
    run: list[_Token] = []
    index = 0
    while index < len(tokens) and len(run) <= MOST_NAME:
        word = tokens[index][1]
        chain = _chain(tokens, index) if not run or is_name(run[-1][1]) else 0
        if chain and _begins_name(tokens, index + chain):
            run += tokens[index : index + chain + 1]
            index += chain
        elif run and closes(word) and _ends_name(run[-1][1], word):
            run.append(tokens[index])
        elif is_stop(word) or (run and is_name(run[0][1]) and not _is_more(tokens, index)):
            break
        else:
            run.append(tokens[index])
        if closes(run[-1][1]):
            break
        index += 1
    return _value(text, run, start, language)[0], _run_end(run, start)


def _ends_name(before: str, word: str) -> bool:
    """Whether a name ends with this word, be it a field's noun elsewhere: ``Eva Bild``."""
    bare = word.strip(MARKS)
    named = is_name(before) and not closes(before) and before.lower() not in _STOPS
    return named and bare.istitle() and bare.lower() in _TITLED_STOPS


def _without_lead(tokens: list[_Token], language: str) -> list[_Token]:
    """The tokens behind an article or a preposition of the sentence."""
    at = 0
    own = _OWN.get(language, frozenset())
    while len(tokens) - at > 1:
        word = tokens[at][1]
        if _is_particle(word):
            chain = _chain(tokens, at)
            if chain > 1 and _begins_name(tokens, at + chain):
                break
            named = _begins_name(tokens, at + 1)
            if named != (word.lower() in own) or (not named and word.lower() not in _LEADS):
                break
        elif word.lower() not in _LEADS or is_name(word):
            break
        at += 1
    return tokens[at:]


def _chain(tokens: list[_Token], index: int) -> int:
    """How many particles stand from ``index`` on."""
    count = 0
    while index + count < len(tokens) and _is_particle(tokens[index + count][1]):
        count += 1
    return count


def _begins_name(tokens: list[_Token], index: int) -> bool:
    if index >= len(tokens):
        return False
    word = tokens[index][1]
    letter = next((one for one in word if one.isalnum()), "")
    return is_name(word) and letter.isalpha() and not is_stop(word)


def _is_more(tokens: list[_Token], index: int) -> bool:
    """Whether the word goes on with the name before it."""
    word = tokens[index][1]
    return is_name(word) or (word == "&" and _begins_name(tokens, index + 1))


def _value(text: str, run: list[_Token], base: int, language: str) -> tuple[str | None, int]:
    if not run:
        return None, base
    named = is_name(run[-1][1]) and (is_name(run[0][1]) or _is_particle(run[0][1]))
    begin = run[0][0]
    if len(run) > (MOST_NAME if named else _MOST_PLAIN):
        return None, begin
    elided = _ELIDED.get(language)
    if elided is not None and len(run) >= _BYLINE_WORDS:
        apostrophe = elided.match(run[0][1])
        begin += 0 if apostrophe is None else apostrophe.end()
    return value(text[begin : _run_end(run, base)]), begin


def _run_end(run: list[_Token], base: int) -> int:
    if not run:
        return base
    at, word = run[-1]
    return at + len(word if _INITIAL.fullmatch(word) else word.rstrip(MARKS))


def is_name(word: str) -> bool:
    """Whether a word is written as in a name, or is a number.

    ``O'Hara``, ``d'Angelo`` and ``al-Kasem`` are, and every word of a script without case.
    """
    letter = next((one for one in word if one.isalnum()), "")
    if letter.isupper() or letter.isdigit() or (letter != "" and not letter.islower()):
        return True
    prefix = _PREFIXED.match(word.lstrip(_OPENERS))
    return prefix is not None and prefix[0][-1].isupper()


def are_name(words: str) -> bool:
    """Whether all the words are of one name: at most six, particles only before another."""
    parts = words.split()
    return (
        0 < len(parts) <= MOST_NAME
        and is_name(parts[-1])
        and all(is_name(one) or _is_particle(one) for one in parts)
    )


def _is_particle(word: str) -> bool:
    """``van``, and ``VAN`` in capitals; ``Van`` is a name's word as any other."""
    return word.lower() in PARTICLES and not word.istitle()


def is_stop(word: str) -> bool:
    """Whether a word belongs to the sentence and to no value.

    "The" may begin a name; "Photographer" does not.
    """
    bare = word.strip(MARKS + "([«„“")
    small = bare.lower()
    return small in _STOPS and (not bare.istitle() or small in _TITLED_STOPS)


def closes(word: str) -> bool:
    """Whether a mark behind the word ends what it belongs to; an initial's dot does not."""
    return word[-1] in MARKS and not _INITIAL.fullmatch(word)


def counterpart(phrase: str, other: str) -> str | None:
    """The part of ``phrase`` that stands where the other value stands, or None.

    A number answers the only number of its kind; a name the name at the end of the phrase,
    which is all of it or stands behind a word of the sentence; other words answer the words at
    the end of the phrase that are like them; a short phrase answers as a whole. Nothing else
    is assumed.
    """
    number = _NUMBER.fullmatch(other)
    if number is not None:
        same = [one[0] for one in _NUMBER.finditer(phrase) if _shape(one[0]) == _shape(other)]
        return same[0] if len(set(same)) == 1 else None
    if are_name(other):
        return _name_at_end(phrase, other)
    words, theirs = list(_WORD.finditer(phrase)), _WORD.findall(other)
    if not words or not theirs or len(words) > 400:
        return None
    tail = phrase[words[-min(len(theirs), len(words))].start() :]
    if alike(tail, other):
        return value(tail)
    small = sum(one[0][0].islower() for one in words)
    return (
        value(phrase) if len(words) <= len(theirs) + 1 and (small == 0 or len(words) <= 2) else None
    )


def _name_at_end(phrase: str, other: str) -> str | None:
    """The name at the end of a phrase, where no other of its words may belong to it."""
    name, at = behind(phrase, 0, len(phrase))
    if name is None or not are_name(name):
        return None
    if name.split()[0].lower() in ARTICLES:
        # "Der Minister Max Muster": a noun of the sentence may be written as a name is.
        tail = " ".join(name.split()[-len(other.split()) :])
        return tail if alike(tail, other) else None
    before = phrase[:at].split()
    bounded = not before or is_stop(before[-1]) or closes(before[-1])
    return name if bounded or alike(name, other) else None


def alike(one: str, other: str) -> bool:
    """Whether two values share a word, or most of their letters."""
    words = {word.lower() for word in _WORD.findall(one)}
    shared = words & {word.lower() for word in _WORD.findall(other)}
    ratio = SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio()
    return bool(shared) or ratio >= _ALIKE


def _shape(number: str) -> str:
    return re.sub(r"\d", "0", number)
