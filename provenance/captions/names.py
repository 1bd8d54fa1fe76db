"""Photographers' names: made equal for comparing, and told from placeholders.

Agencies print one man as ``JOERG CARSTENSEN`` and ``Jörg Carstensen``, one woman as
``Izgi`` and ``İzgi``. What is folded here serves comparison only; nothing folded is
ever written.
"""

from __future__ import annotations

import re
import unicodedata
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
_TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"}
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
_NUMBERED = re.compile(r"(?:contributor|stringer|staff|afp contributor)\s?#\s?\w{1,20}")


# A newsroom's pictures repeat a few thousand names.
@lru_cache(maxsize=8192)
def normalise_name(name: str) -> str:
    """A name without case, diacritics, odd spaces and typographic quotes: ``Jörg`` -> ``jorg``.

    Two spellings with the same result are the same name for every comparison that may
    lead to a rewrite.
    """
    folded = _fold(name[:_LONGEST_NAME]).translate(_NO_DECOMPOSITION)
    decomposed = unicodedata.normalize("NFKD", folded)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.split())


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
    return frozenset(forms)


def _shortened(form: str, digraphs: list[re.Match[str]], keep: tuple[bool, ...]) -> str:
    pieces, at = [], 0
    for match, kept in zip(digraphs, keep, strict=True):
        pieces += [form[at : match.start()], match[0] if kept else match[0][0]]
        at = match.end()
    return "".join(pieces) + form[at:]


def is_placeholder(name: str) -> bool:
    """Whether a byline names nobody: ``STR``, ``Handout``, ``-``, ``AFP`` and their like."""
    key = normalise_name(name).strip(" ./")
    return key in _PLACEHOLDERS or not any(c.isalpha() for c in key) or bool(_NUMBERED.match(key))
