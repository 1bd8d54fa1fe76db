"""One key for the ways in which Latin letters write one Arabic, Persian or Turkish name.

``ALKASEM``, ``al-Kasem``, ``Alkassem`` and ``Al-Qasim`` have one key. The vowels that
Arabic does not write inside a word are dropped, its consonants that Latin writes in several
ways are one, the article is taken off. That is general knowledge of transliteration, and coarse: a
key that two names share makes them candidates for a person to look at, and proves nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from provenance.captions.names import normalise_name

_ARTICLE = re.compile(r"\b(?:al|el|as|ad|ar|an|ash|at|az|ul)[-' ](?=\w)")
_ATTACHED = re.compile(r"\b(?:al|el)(?=[^\W\daeiou]\w{3,})")
_SON = re.compile(r"\b(?:bin|ibn|ben|bint)\b")
_SPELLINGS = (
    ("tch", "c"), ("dj", "j"), ("dh", "d"), ("th", "t"), ("sch", "s"), ("sh", "s"), ("ch", "s"),
    ("kh", "h"), ("gh", "g"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("c", "k"), ("w", "v"),
    ("y", "i"), ("z", "s"), ("x", "ks"), ("p", "b"),
)  # fmt: skip
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_VOWELS = re.compile(r"[aeiou']+")
_FINAL_H = re.compile(r"h\b")
_NO_LETTER = re.compile(r"[^\w\s]")
_CLOSING = {"a": "a", "e": "a", "i": "i", "o": "u", "u": "u"}
_SHORTEST = 4


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """The consonants of a name as Arabic would write them; empty where too few are left.

    Keys are compared whole; the order of the words counts. A name of one word has none: it
    would meet too many others.
    """
    plain = _SON.sub(" ", _ARTICLE.sub("", normalise_name(name).replace(",", " ")))
    words = [_word(word) for word in _NO_LETTER.sub(" ", _ATTACHED.sub("", plain)).split()]
    words = [word for word in words if word]
    key = " ".join(words)
    return key if len(words) > 1 and len(key.replace(" ", "")) >= _SHORTEST else ""


def _word(word: str) -> str:
    # A vowel at the beginning has a letter of its own; which vowel it is, spellings differ.
    opening = "a" if word[:1] in "aeiou" else ""
    for written, letter in _SPELLINGS:
        word = word.replace(written, letter)
    word = _FINAL_H.sub("", _DOUBLED.sub(r"\1", word))
    # Nor is one at the end left out: Lim and Lima, Sami and Sam are two names.
    closing = _CLOSING.get(word[-1:], "") if len(word) > 1 else ""
    return opening + _DOUBLED.sub(r"\1", _VOWELS.sub("", word)) + closing
