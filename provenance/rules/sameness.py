"""When two versions of a picture say the same of a property.

Agencies, their distributors and content systems print one fact in many ways: capitals,
another spelling of a name, a value cut at its limit, restrictions behind a caption. None
of these is a change.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from provenance import captions
from provenance.metadata import reconcile
from provenance.model import Property, PropertyValue

COMPARED: Final = (
    Property.CREATOR_NAMES,
    Property.CREDIT_LINE,
    Property.CITY,
    Property.SUBLOCATION,
    Property.PROVINCE_STATE,
    Property.COUNTRY_NAME,
    Property.DATE_CREATED,
    Property.DESCRIPTION,
)
"""What a new version of a picture may correct without saying so."""

_ONE_STORY = 0.6
# What is longer is an article, or meant to keep a quadratic comparison busy.
_MOST_WORDS = 400
_LONGEST = 8_000
_DAY = re.compile(r"(\d{4})[-:](\d{2})[-:](\d{2})", re.ASCII)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_DIGRAPH = re.compile(r"ae|oe|ue|aa")
_PARTS = re.compile(r"[/;|#]|\bvia\b", re.IGNORECASE)
# Words to editors and restrictions stand in capitals; names in capitals are fewer in a row.
_CAPITALS = re.compile(
    r"(?:(?<!\w)[A-Z][A-Z0-9'’/&-]*[\s,.:;\"“”?-]{1,4}){2,60}[A-Z][A-Z0-9'’]+(?!\w)"
)
_NOTE = re.compile(r"\(?-{0,4}\s{0,2}(?:EDITORS?['’]?S?|EDS)\s+NOTE\b[^()]{0,400}\)?")
_OPENING = re.compile(
    r"^\s{0,4}\(?(?:FILES?(?:\s+PHOTO)?|COMBO|TOPSHOT)\)?\s{0,3}[-:/]{0,2}\s{0,3}"
)


def same(one: PropertyValue, other: PropertyValue) -> bool:
    """Whether two values of one property are no change of what they say."""
    if reconcile.agree(one, other):
        return True
    compare = _COMPARISONS.get(one.property, _same_place)
    if compare(one.values, other.values):
        return True
    mended = (_mended(one.values), _mended(other.values))
    return mended != (one.values, other.values) and compare(*mended)


def _mended(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts as they read where UTF-8 was not taken for Windows-1252 or latin-1."""
    return tuple(map(_decoded_again, texts))


def _decoded_again(text: str) -> str:
    for encoding in ("cp1252", "latin-1") if not text.isascii() else ():
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            # It was decoded otherwise, or rightly.
            continue
    return text


def comparable(one: PropertyValue, other: PropertyValue) -> bool:
    """Whether one can be a changed version of the other.

    Captions that share few words are two captions: a translation, or a desk's own words.
    """
    if one.property is not Property.DESCRIPTION:
        return True
    return _one_story(prose(" ".join(one.values)), prose(" ".join(other.values)))


def tells(value: PropertyValue) -> bool:
    """Whether the value says anything: a placeholder is nobody's name."""
    if value.locator.endswith("]"):
        # Another language than the default one.
        return False
    if value.property is Property.CREATOR_NAMES:
        return bool(names(value.values))
    return any(text.strip() for text in value.values)


def names(values: Iterable[str]) -> tuple[str, ...]:
    """The photographers that the values of a byline field name, as written."""
    found: list[str] = []
    for text in values:
        text = text[:_LONGEST]  # noqa: PLW2901 (a hostile value is cut once)
        credited = [line.creator for line in captions.credit_lines(text) if line.creator]
        found.extend(credited or _PARTS.split(text))
    named = (" ".join(name.split()) for name in found)
    return tuple(
        dict.fromkeys(
            name
            for name in named
            if not captions.is_placeholder(name) and captions.agency_named(name) is None
        )
    )


def prose(text: str) -> tuple[str, ...]:
    """The words of a caption as compared: no credit, notice, restriction, case or diacritics."""
    return _remembered(text[:_LONGEST])


# A caption is held against that of every other copy of its picture.
@lru_cache(maxsize=1024)
def _remembered(text: str) -> tuple[str, ...]:
    plain = captions.body(html.unescape(text))
    plain = _OPENING.sub("", _NOTE.sub(" ", plain))
    if not plain.isupper():
        plain = _CAPITALS.sub(" ", plain)
    words = _WORD.findall(captions.normalise(plain))
    return tuple(_folded(word) for word in words)


# A newsroom's captions share their words.
@lru_cache(maxsize=8192)
def _folded(word: str) -> str:
    return _DIGRAPH.sub(lambda found: found[0][0], captions.normalise_name(word))


def _same_names(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether one side names nobody whom the other does not name."""
    left, right = names(ours), names(theirs)
    return all(_named(name, right) for name in left) or all(_named(name, left) for name in right)


def _named(name: str, others: Iterable[str]) -> bool:
    forms = _name_forms(name)
    return any(forms & _name_forms(other) for other in others)


@lru_cache(maxsize=4096)
def _name_forms(name: str) -> frozenset[str]:
    """The spellings of a name, with its words in order, so that ``MARIN, Luc`` is one of them."""
    return frozenset(
        " ".join(sorted(_WORD.findall(form))) for form in captions.name_forms(name)
    ) - {""}


def _same_credit(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether two credits name a common agency, and no different photographers."""
    left, right = " ".join(ours)[:_LONGEST], " ".join(theirs)[:_LONGEST]
    creators = [[line.creator for line in captions.credit_lines(t) if line.creator]
                for t in (left, right)]  # fmt: skip
    if all(creators) and not _same_names(tuple(creators[0]), tuple(creators[1])):
        return False
    agencies = [_agencies(text) for text in (left, right)]
    if all(agencies):
        return bool(agencies[0] & agencies[1])
    return _same_place((left,), (right,))


def _agencies(text: str) -> frozenset[str]:
    found = {name for line in captions.credit_lines(text) for name in line.agencies}
    for part in (text, *_PARTS.split(text)):
        agency = captions.agency_named(part.strip())
        if agency is not None:
            found.add(agency)
    return frozenset(found)


def _same_place(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether two names are one, or one says more of the same (``Douma``, ``Douma, Syria``)."""
    left, right = (
        [_folded(word) for word in _WORD.findall(" ".join(side)[:_LONGEST])]
        for side in (ours, theirs)
    )
    if not left or not right or left == right:
        return True
    short, long = sorted((left, right), key=len)
    return _within(tuple(short), tuple(long)) or _initials(short, long)


def _initials(short: list[str], long: list[str]) -> bool:
    """Whether ``UK`` or ``U.S.A.`` stands for ``United Kingdom`` or ``United States``."""
    letters = "".join(short)
    first = "".join(word[0] for word in long if word not in {"of", "the", "and"})
    return (
        len(letters) <= 3
        and len(long) > 1
        and (first.startswith(letters) or letters.startswith(first))
    )


def _same_day(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether no two days are told: hours and zones differ between an agency's own copies."""
    left, right = (
        {found.groups() for text in side if (found := _DAY.match(text.strip()))}
        for side in (ours, theirs)
    )
    return not left or not right or bool(left & right)


def _same_caption(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    left, right = prose(" ".join(ours)), prose(" ".join(theirs))
    if not left or not right or left == right:
        return True
    short, long = sorted((left, right), key=len)
    # A cut caption says the same, as far as it goes.
    return len(long) > _MOST_WORDS or _within(short, long) or _is_cut(short, long)


def _is_cut(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether one is the beginning of the other, with its last word cut, too."""
    last = len(short) - 1
    return short[:last] == long[:last] and long[last].startswith(short[last])


def _one_story(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.real_quick_ratio() < _ONE_STORY or matcher.quick_ratio() < _ONE_STORY:
        return False
    return matcher.ratio() >= _ONE_STORY


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether the words of one stand in the other, together and in order."""
    return bool(short) and f" {' '.join(short)} " in f" {' '.join(long)} "


_COMPARISONS: Mapping[Property, Callable[[tuple[str, ...], tuple[str, ...]], bool]] = {
    Property.CREATOR_NAMES: _same_names,
    Property.CREDIT_LINE: _same_credit,
    Property.DATE_CREATED: _same_day,
    Property.DESCRIPTION: _same_caption,
}
