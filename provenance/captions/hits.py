"""Where in a text a credit can be: the words that only credits have.

Two kinds: markers (``Photo by``, ``Foto:``, ``©``) and names of agencies. One pattern,
a tree of all their first words, walks a text once; only at its hits longer ones are tried.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from provenance.captions.agencies import AGENCY, FIRST_WORDS, tree

_STRONG = (
    r"(?:[Pp]hotos?|PHOTOS?|[Pp]ictures?|PICTURE|[Ii]mages?)\s{1,3}(?:[Bb]y|BY)\b"
    r"|(?:[Pp]hoto|PHOTO)\s{1,3}(?:[Cc]redit|CREDIT)s?(?:\s{1,3}should\s{1,3}read)?\b:?"
    r"|(?:[Mm]andatory|MANDATORY)\s{1,3}(?:[Cc]redit|CREDIT)\b:?"
)
_NAMED = (
    r"(?:Cr[ée]dits?(?:\s{1,3}[Pp]hotos?)?|CR[ÉE]DITS?(?:\s{1,3}PHOTOS?)?|Cr[ée]ditos?"
    r"|[A-Z][a-z]{0,12}foto|Fotos?|FOTOS?|Fotograf(?:[íi]a|ie|af|o|e)?|Photos?|PHOTOS?"
    r"|Photograph(?:er|e)?|[A-Z][a-z]{0,12}bild|Bild|Kuva|Zdjęcie|Fot\.|Фото|写真)"
)
_COLON = "[:\uff1a=\uff1d]"
_WEAK = (
    rf"(?:{_NAMED}|Images?|Bild(?:quelle|nachweis|rechte)|Quelle|Source)\s{{0,2}}{_COLON}"
    r"|Foto\s{1,3}(?:(?:von|de|di|por)\b|(?=©))|©"
)
MARKER = re.compile(
    rf"\s{{0,4}}(?:{_STRONG}|{_WEAK})\s{{0,4}}[\"“'‘:]?\s{{0,2}}(?:(?:19|20)\d\d,?\s{{1,3}})?"
)
"""A marker with what stands around it, up to where the names begin."""

STRONG_MARKER = re.compile(rf"\s{{0,4}}(?:{_STRONG})")
"""A marker that leads a credit even where no agency follows."""

PHOTO_MARKER = re.compile(rf"\s{{0,4}}{_NAMED}\s{{0,2}}{_COLON}")
"""A marker that names a picture, and leads a credit where a person's name follows."""

_MARKER_HERE = re.compile(rf"{_STRONG}|{_WEAK}")
# "dpa-infocom" is a company and "AFP-Fotograf" a man; "AP-Jane Roe" stands inside credits only.
_AGENCY_HERE = re.compile(rf"{AGENCY}(?!-[^\W\d_])")
_MARKER_WORDS = (
    "Photo", "PHOTO", "Picture", "PICTURE", "Image", "Mandatory", "MANDATORY", "Credit", "CREDIT",
    "Cr\u00e9dit", "CR\u00c9DIT", "Foto", "FOTO", "Bild", "Quelle", "Source", "\u00a9", "Kuva",
    "Zdj\u0119cie", "Fot.", "\u0424\u043e\u0442\u043e", "\u5199\u771f",
)  # fmt: skip
_SMALL_MARKERS = ("photo", "picture", "image", "mandatory")
# Only where one of these stands, words in small letters are looked for. Most captions hold
# none of the first ones, of which each of the others has one inside.
_SMALL_ROOTS = ("dpa", "epa", "imago", "retuers", "reuetrs", "alliance", " credit")
_SMALL_CUES = (
    "dpa", "epa/", "/epa", "epa-efe", "imago", "retuers", "reuetrs", "picture alliance",
    "picture-alliance", "mandatory credit", "photo credit",
)  # fmt: skip
_SMALL_BY = ("photo by", "photos by", "picture by", "pictures by", "image by", "images by",
             "photo BY", "photos BY")  # fmt: skip
_MADE_OF = ("foto", "bild")


_MARKS = frozenset((*_MARKER_WORDS, *_SMALL_MARKERS))


class Hit(NamedTuple):
    """A word that only credits have: ``Photo by`` and its like, or an agency's name."""

    start: int
    end: int
    marker: bool


def _pattern(words: Sequence[str], also: str = "") -> re.Pattern[str]:
    return re.compile(tree(sorted(set(words))) + also)


_FIRST = [word for word in FIRST_WORDS if word]
_COMPOUND = r"|[A-Z][a-z]{1,12}(?:foto|bild)(?=\s{0,2}:)"
_CAPITAL = [*(word for word in _FIRST if not word[0].islower()), *_MARKER_WORDS]
_EVERY = [*_FIRST, *_MARKER_WORDS, *_SMALL_MARKERS]
WALKS = (
    _pattern(_CAPITAL),
    _pattern(_CAPITAL, _COMPOUND),
    _pattern(_EVERY),
    _pattern(_EVERY, _COMPOUND),
)
"""The patterns that walk a whole text: without and with small words, and compounds."""


def _has(text: str, words: tuple[str, ...]) -> bool:
    # A plain loop: this runs on every caption of an archive.
    for word in words:  # noqa: SIM110 - half the time of any()
        if word in text:
            return True
    return False


def hits(text: str) -> list[Hit]:
    """Every place where a word begins that only credits have, in order."""
    small = (_has(text, _SMALL_ROOTS) and _has(text, _SMALL_CUES)) or (
        " by" in text and _has(text, _SMALL_BY)
    )
    compound = _has(text, _MADE_OF)
    found: list[Hit] = []
    end = 0
    for match in WALKS[2 * small + compound].finditer(text):
        start = match.start()
        if start < end or (start and (text[start - 1].isalnum() or text[start - 1] == "_")):
            continue
        word = match[0]
        marker = word in _MARKS or word.endswith(_MADE_OF)
        here = _MARKER_HERE.match(text, start) if marker else None
        if here is None:
            marker = False
            here = _AGENCY_HERE.match(text, start)
        if here is not None:
            end = here.end()
            found.append(Hit(start, end, marker))
    return found
