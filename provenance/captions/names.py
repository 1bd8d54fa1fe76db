"""Photographers' names: made equal for comparing, and told from placeholders.

Agencies print one man as ``JOERG CARSTENSEN`` and ``Jörg Carstensen``, one woman as
``Izgi`` and ``İzgi``. What is folded here serves comparison only; nothing folded is
ever written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

_NO_DECOMPOSITION = str.maketrans(
    {
        "\u0131": "i", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "æ": "ae", "œ": "oe",
        "þ": "th", "ŧ": "t", "ĸ": "k", "ŋ": "n", "’": "'", "‘": "'", "\u02bc": "'", "`": "'",
        "\u00b4": "'", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-",
        "\u200b": "", "\ufeff": "", "\u00ad": "", "\u200e": "", "\u200f": "",
    }
)  # fmt: skip
_TWO_LETTERS = {
    "đ": "dj",
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ø": "oe",
    "å": "aa",
    "æ": "ae",
    "œ": "oe",
}
_DIGRAPH = re.compile(r"ae|oe|ue|aa")
_MOST_DIGRAPHS = 4
_LONGEST_NAME = 512

_PLACEHOLDERS = frozenset(
    {
        "", "-", "--", ".", "str", "-str", "str-", "stringer", "str new", "staff", "handout", "ho",
        "-ho", "pool", "contributor", "uncredited", "unknown", "anonymous", "n/a", "none", "xx",
        "xxstringerxx", "xxstringerxx xxxxx", "handout photo", "file", "file photo", "archive",
        "afp", "afp contributor", "afp contributor#afp", "afp photo", "ap", "ap photo",
        "associated press", "reuters", "reuters photographer", "reuters staff", "reuters stringer",
        "getty", "getty images", "epa", "epa-efe", "dpa", "pa", "pa wire", "source", "courtesy",
        "no byline", "photographer",
    }
)  # fmt: skip
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_PLACEHOLDER_STARTS = frozenset(
    first[0] for holder in _PLACEHOLDERS if (first := _FIRST_WORD.match(holder))
)
_NUMBERED = re.compile(r"(?:contributor|stringer|staff|afp contributor)\s?#\s?\w{1,20}")


_PARTICLE = r"(?:van|der|den|dem|von|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|abu|zu|ter|ten)"
_SURNAME_FIRST = re.compile(
    rf"(?<!\w)((?:{_PARTICLE}[ -]){{0,3}}[^\W\d_]{{2,40}}(?:[-'][^\W\d_]{{1,40}}){{0,2}}), "
    r"([^\W\d_]{2,40}(?:-[^\W\d_]{1,40})?)"
)
_NO_GIVEN_NAME = frozenset({"jr", "sr", "ii", "iii", "iv", "file", "pool", "phd", "md"})
_INITIAL_DOT = re.compile(r"\b([^\W\d_])\.")
_PARTICLE_BEFORE = re.compile(rf"\b({_PARTICLE}) (?=\w)")


# A newsroom's pictures repeat a few thousand names.
@lru_cache(maxsize=8192)
def normalise_name(name: str) -> str:
    """A name without case, diacritics, odd spaces and typographic quotes: ``Jörg`` -> ``jorg``.

    Two spellings with the same result are the same name for every comparison that may
    lead to a rewrite. ``Surname, Given`` is turned where that is all it can be: one surname,
    with its particles, and one given name.
    """
    name = name[:_LONGEST_NAME]
    if name.isascii():
        plain = name.lower().replace("`", "'")
    else:
        decomposed = unicodedata.normalize("NFKD", _fold(name).translate(_NO_DECOMPOSITION))
        plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    plain = " ".join(plain.split())
    turned = _SURNAME_FIRST.fullmatch(plain) if "," in plain else None
    if turned is None or turned[2].rstrip(".") in _NO_GIVEN_NAME:
        return plain
    return f"{turned[2]} {turned[1]}"


def _fold(name: str) -> str:
    # "İ".casefold() leaves a combining dot, which the decomposition then drops; "ß" becomes "ss".
    return unicodedata.normalize("NFKC", name).casefold()


def name_forms(name: str) -> frozenset[str]:
    """Every plain spelling an agency may print: ``Jörg`` -> ``jorg``, ``joerg`` and back.

    Two names may be one person where their forms meet; that finds candidates and is no
    proof.
    """
    folded = _fold(name[:_LONGEST_NAME])
    forms = {normalise_name(name)}
    forms.add(normalise_name("".join(_TWO_LETTERS.get(c, c) for c in folded)))
    for form in tuple(forms):
        digraphs = list(_DIGRAPH.finditer(form))[:_MOST_DIGRAPHS]
        for keep in product((True, False), repeat=len(digraphs)):
            forms.add(_shortened(form, digraphs, keep))
    for form in tuple(forms):
        forms.update(_loosened(form))
    return frozenset(forms)


def _loosened(form: str) -> Iterator[str]:
    """``al-kasem`` as ``alkasem`` and ``al kasem``, ``van der berg`` as ``vanderberg``."""
    undotted = _INITIAL_DOT.sub(r"\1", form)
    if undotted.isascii() and undotted.replace(" ", "").isalpha() and " " not in undotted:
        return
    spaced = " ".join(undotted.replace("-", " ").replace("'", "").split())
    yield spaced
    yield _PARTICLE_BEFORE.sub(r"\1", spaced)


def _shortened(form: str, digraphs: list[re.Match[str]], keep: tuple[bool, ...]) -> str:
    pieces, at = [], 0
    for match, kept in zip(digraphs, keep, strict=True):
        pieces += [form[at : match.start()], match[0] if kept else match[0][0]]
        at = match.end()
    return "".join(pieces) + form[at:]


def is_placeholder(name: str) -> bool:
    """Whether a byline names nobody: ``STR``, ``Handout``, ``-``, ``AFP`` and their like."""
    first = _FIRST_WORD.match(name)
    if first is not None and first[0].casefold() not in _PLACEHOLDER_STARTS:
        return False
    key = normalise_name(name).strip(" ./")
    return key in _PLACEHOLDERS or not any(c.isalpha() for c in key) or bool(_NUMBERED.match(key))
