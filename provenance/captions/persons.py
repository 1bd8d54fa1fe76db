"""Where a person's name ends when nothing closes it.

``REUTERS/Mario Anzuoni TPX IMAGES OF THE DAY``, ``AFP PHOTO / Karim JAAFAR People walk``:
an agency-first credit has no closing mark, and the next words may be furniture or the
next caption.
"""

from __future__ import annotations

import re

from provenance.captions import furniture

_TOKEN = re.compile(r"[^\s/|(),;:\[\]\"“”«»]+")
PARTICLES = frozenset(
    [
        "van",
        "der",
        "den",
        "dem",
        "von",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "das",
        "do",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "ben",
        "abu",
        "y",
        "e",
        "et",
        "und",
        "zu",
        "zum",
        "ter",
        "ten",
    ]
)
"""Small words inside names: ``van``, ``de``, ``bin``."""

_SUFFIXES = frozenset({"Jr.", "Sr.", "II", "III"})
_INITIAL = re.compile(r"(?:[^\W\d_]\.){1,3}-?(?:[^\W\d_]\.)?")
# "deGooyer", "imageBROKER", "i-Images", "Westend61", "camera4+".
_INNER_CAPITAL = re.compile(r"[a-z]{1,6}-?[A-Z][A-Za-z]{1,20}")
_NUMBERED_WORD = re.compile(r"[A-Z][A-Za-z]{3,15}\d{1,2}\+?")
_NAME_WORD = re.compile(
    r"(?:[A-Z\u00c0-\u017f][^\W\d_]*|[a-z]{1,4}['’]?[A-Z][^\W\d_]+)(?:[-'’.][^\W\d_]+){0,3}"
)
_LONGEST_NAME = 60
_MOST_TOKENS = 6
_SURE_TOKENS = 2
_LONGEST_SURE = 3


VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|said|says|will|told|shows?|reads?|tells?|ist|sind|war|hat"
    r"|sagte|zeigt|est|sont|es|son)\b"
)
"""A word that sentences have, and names of persons and suppliers have not."""

_MOST_SMALL = 2


def is_sentence(before: str) -> bool:
    """Whether words between a marker and an agency are a sentence, and no supplier's name.

    "© the museum shows it AFP/Jane Roe": the mark belongs to the words, not to the credit.
    """
    first = before.split("/", 1)[0].split("|", 1)[0]
    return VERB.search(first) is not None or _small_words(first) > _MOST_SMALL


def _small_words(words: str) -> int:
    """How many words in small letters follow each other at most, particles left out."""
    run = most = 0
    for word in words.split():
        small = word[0].islower() and word not in PARTICLES
        run = run + 1 if small else 0
        most = max(most, run)
    return most


def name_end(text: str, start: int, limit: int) -> int:
    """The end of the name that begins at ``start``; ``start`` where no name begins.

    Args:
        text: the text.
        start: offset of the name's first character.
        limit: offset that the name may not cross.
    """
    if text[start : start + 1] in {"-", "@"}:
        token = _TOKEN.match(text, start, limit)
        return start + 1 if text[start] == "-" else (start if token is None else token.end())
    ends, closed = _capitalised(text, start, limit)
    if closed:
        return ends[-1] if ends else start
    # A small letter follows: the last capital begins the next sentence.
    ends = ends[:-1]
    if len(ends) > _LONGEST_SURE:
        ends = ends[:_SURE_TOKENS]
    return ends[-1] if ends else start


def is_name(words: str) -> bool:
    """Whether these words, whole, can be a person's name: two to five, of letters alone."""
    tokens = words.split()
    if not 2 <= len(tokens) <= _MOST_TOKENS - 1:
        return False
    full = [token for token in tokens if token not in PARTICLES]
    return len(full) >= 2 and all(map(_is_name_word, full)) and len(words) <= _LONGEST_NAME


def _is_name_word(word: str) -> bool:
    if _INITIAL.fullmatch(word) or word in _SUFFIXES:
        return True
    return _NAME_WORD.fullmatch(word) is not None


def _capitalised(text: str, start: int, limit: int) -> tuple[list[int], bool]:
    """The ends of the name-like tokens, and whether something closed the name."""
    ends: list[int] = []
    shouted: bool | None = None
    at = start
    while len(ends) < _MOST_TOKENS:
        token = _TOKEN.match(text, at, limit)
        if token is None or furniture.opens_at(text, at):
            return _without_particles(text, start, ends), True
        word = token[0]
        if not _belongs(word, shouted, first=not ends) and not _lone_initial(text, token, limit):
            name_like = word[:1].islower() and word not in PARTICLES
            return _without_particles(text, start, ends), not (name_like and ends)
        if shouted is None and len(word.rstrip(".,")) > 1:
            shouted = word.isupper()
        at = token.end()
        if word.endswith(".") and not _INITIAL.fullmatch(word) and word not in _SUFFIXES:
            return [*ends, at - 1], True
        ends.append(at)
        if shouted is False and word.isupper() and len(word) > _SURE_TOKENS:
            # "Karim JAAFAR": AFP's upper-case surname closes the name.
            return _upper_surname(text, ends, limit), True
        if text[at : at + 1] != " " or text[at + 1 : at + 2].isspace():
            return _without_particles(text, start, ends), True
        at += 1
    return ends, False


def _upper_surname(text: str, ends: list[int], limit: int) -> list[int]:
    """The ends with the further capitals of a double surname (``Omar HAJ KADOUR``)."""
    while text[ends[-1] : ends[-1] + 1] == " " and not furniture.opens_at(text, ends[-1] + 1):
        token = _TOKEN.match(text, ends[-1] + 1, limit)
        if (
            token is None
            or not token[0].isupper()
            or len(token[0]) <= 1
            or len(ends) >= _MOST_TOKENS
        ):
            break
        ends = [*ends, token.end()]
    return ends


def _lone_initial(text: str, token: re.Match[str], limit: int) -> bool:
    """``Hannes P Albert``, but not ``A man``."""
    following = _TOKEN.match(text, token.end() + 1, limit)
    return (
        len(token[0]) == 1
        and token[0].isupper()
        and following is not None
        and (len(following[0]) > 1 and following[0][0].isupper())
    )


def _belongs(word: str, shouted: bool | None, *, first: bool) -> bool:
    if word in PARTICLES:
        return shouted is not True or word.islower()
    if not word[:1].isupper():
        return _INNER_CAPITAL.fullmatch(word) is not None
    if not word.isalpha() and any(map(str.isdigit, word)):
        return first and _NUMBERED_WORD.fullmatch(word) is not None
    if "." in word[:-1] and not (first and _INITIAL.fullmatch(word)):
        return False
    if len(word) == 1:
        return False
    return not shouted or word.isupper()


def _without_particles(text: str, start: int, ends: list[int]) -> list[int]:
    """A name does not end in "de": the particle belongs to what follows."""
    while ends:
        last = text[start : ends[-1]].rsplit(" ", 1)[-1]
        if last not in PARTICLES:
            break
        ends = ends[:-1]
    return ends
