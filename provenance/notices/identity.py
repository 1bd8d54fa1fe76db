"""When two notices are one: stable ids, and joining what was seen in several places."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import TypeVar

from provenance import captions, identifiers
from provenance.model import Authority, Notice, Target, TargetKind

_T = TypeVar("_T")
_SEPARATOR = "\x1f"
_AUTHORITY = (Authority.EMBEDDED, Authority.BROUGHT, Authority.IN_HOUSE)
# Identifiers as the pictures' own notices name them.
_CANONICAL = re.compile(r"(?:afp|getty|ap|reuters|epa|dpa|alamy|rex):\S+")
# What is shorter than this may stand in two notices that ask for two things.
_TELLING = 40
# Longer and shorter wordings of one order about one picture are few; what equals is found anyway.
_MOST_WORDINGS = 64
_ANY = "any"


def notice_id(provider: str | None, text: str, bound: Sequence[str]) -> str:
    """A stable id: ``afp-`` and 16 hex digits of SHA-256 over the words and their pictures.

    The same words about another picture are another notice. Case, white space and
    damaged quotes do not count.

    Args:
        provider: the agency that speaks, or None.
        text: the notice's own words.
        bound: canonical keys of what the notice is bound to, in any order.
    """
    parts = [_words(text), *sorted(set(bound))]
    digest = hashlib.sha256(_SEPARATOR.join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    label = "".join(c for c in (provider or "agency").lower() if c.isalnum()) or "agency"
    return f"{label}-{digest[:16]}"


def canonical(target: Target) -> str:
    """The key under which differently written targets are the same."""
    if target.kind is TargetKind.IDENTIFIER:
        if _CANONICAL.fullmatch(target.value):
            return target.value
        found = identifiers.find(target.value)
        return identifiers.canonical(found[0]) if found else f"identifier:{target.value.strip()}"
    if target.kind in {TargetKind.CAPTION, TargetKind.BYLINE}:
        return f"{target.kind}:{_words(target.value)}"
    if target.kind is TargetKind.FILENAME:
        return f"{target.kind}:{target.value.rpartition('/')[2].casefold()}"
    return f"{target.kind}:{target.value}"


def merge(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """The notices with each one once, in order of first appearance.

    Notices of one id are joined, and so are those of other ids that say the same of the same
    pictures (``Aliases``): occurrences and targets are united, the earliest receipt and the
    stronger authority stay. A notice that was cut off is joined to the whole one that begins
    with its words and is bound to the same pictures.
    """
    joined: dict[str, Notice] = {}
    for notice in notices:
        known = joined.get(notice.notice_id)
        joined[notice.notice_id] = notice if known is None else _join(known, notice)
    whole = _whole_by_picture(joined.values())
    for cut in [notice for notice in joined.values() if not notice.complete]:
        alike = islice(whole.get(_cut_key(cut), ()), _MOST_WORDINGS)
        found = next((other for other in alike if _begins_with(joined[other], cut)), None)
        if found is not None:
            joined[found] = _join(joined[found], cut)
            del joined[cut.notice_id]
    return _without_aliases(joined)


def _without_aliases(joined: dict[str, Notice]) -> tuple[Notice, ...]:
    if len(joined) < 2:
        return tuple(joined.values())
    kept: dict[str, Notice] = {}
    index = Aliases(())
    for notice in sorted(joined.values(), key=_fuller):
        known = index.of(notice)
        if known is None:
            kept[notice.notice_id] = notice
            index.add(notice)
        else:
            kept[known.notice_id] = _join(kept[known.notice_id], notice)
    return tuple(kept[notice_id] for notice_id in joined if notice_id in kept)


@dataclass(frozen=True, slots=True)
class _Known:
    """A notice with what is compared of it, made once.

    Attributes:
        notice: the notice.
        words: as compared.
        pictures: by what it names single pictures.
        codes: those of them that are an agency's codes.
        asked: kind, status and pairs; two that differ in them are two.
    """

    notice: Notice
    words: str
    pictures: frozenset[str]
    codes: frozenset[str]
    asked: tuple[object, ...]

    @property
    def item(self) -> tuple[str, str] | None:
        """The version of the item that it came as, where it came as one."""
        return (self.notice.item, self.notice.version) if self.notice.item else None


def _known(notice: Notice) -> _Known:
    pictures = frozenset(_pictures(notice))
    return _Known(
        notice=notice,
        words=_words(notice.text),
        pictures=pictures,
        codes=frozenset(key for key in pictures if _CANONICAL.fullmatch(key)),
        asked=(notice.kind, notice.pubstatus, _pairs(notice)),
    )


class Aliases:
    """Known notices, to find the one that says what another says through another carrier.

    What must be equal is the key under which a notice is filed, so that a thousand notices
    about one picture are not each held against all others.
    """

    def __init__(self, known: Iterable[Notice]) -> None:
        self._filed: dict[tuple[object, ...], dict[str, dict[int, _Known]]] = {}
        self._ids: set[str] = set()
        self._count = 0
        for one in known:
            self.add(one)

    def add(self, one: Notice) -> None:
        """Make one more notice known."""
        self._ids.add(one.notice_id)
        self._count += 1
        made = _known(one)
        for item, codes in product((made.item, _ANY), (made.codes, _ANY)):
            for picture in made.pictures:
                wordings = self._filed.setdefault((picture, made.asked, item, codes), {})
                wordings.setdefault(made.words, {})[self._count] = made

    def of(self, notice: Notice) -> Notice | None:
        """The first known notice that is this one, under whatever id; None where there is none."""
        own = _known(notice)
        items = (own.item, None) if own.item else (_ANY,)
        codes = (own.codes, frozenset[str]()) if own.codes else (_ANY,)
        first: tuple[int, Notice] | None = None
        for key in product(own.pictures, (own.asked,), items, codes):
            for number, one in self._candidates(key, own.words):
                if (first is None or number < first[0]) and _are_one(one, own):
                    first = number, one.notice
        return None if first is None else first[1]

    def _candidates(self, key: tuple[object, ...], words: str) -> Iterator[tuple[int, _Known]]:
        wordings = self._filed.get(key, {})
        yield from wordings.get(words, {}).items()
        for wording in islice(wordings, _MOST_WORDINGS):
            if wording != words and _same_words(wording, words):
                yield from wordings[wording].items()

    def under_known_id(self, notice: Notice) -> Notice:
        """The notice under the id by which it is known; as it is where it is new."""
        known = None if notice.notice_id in self._ids else self.of(notice)
        return notice if known is None else replace(notice, notice_id=known.notice_id)


def _are_one(one: _Known, other: _Known) -> bool:
    """Whether two notices ask for the same, of the same pictures, in the same words.

    A mail, the note of a wire item and a caption repeat one notice, each with its own heading
    and its own way to name the picture. Two versions of one item are two notices.
    """
    ours, theirs = one.notice.provider, other.notice.provider
    if one.asked != other.asked or (ours and theirs and ours != theirs):
        return False
    if one.item and other.item and one.item != other.item:
        return False
    return _same_words(one.words, other.words) and _same_pictures(one, other)


def _pairs(notice: Notice) -> frozenset[tuple[str, str]]:
    return frozenset((_words(p.wrong or ""), _words(p.right or "")) for p in notice.corrections)


def _same_words(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return len(short) >= _TELLING and 2 * len(short) >= len(long) and short in long


def _same_pictures(one: _Known, other: _Known) -> bool:
    """Whether the agency's codes are the same, or where one has none, another name is."""
    if one.codes and other.codes:
        return one.codes == other.codes
    return not one.pictures.isdisjoint(other.pictures)


def _pictures(notice: Notice) -> Iterator[str]:
    """By what the notice names single pictures; a byline or a date names many."""
    for target in notice.targets:
        if target.kind not in {TargetKind.BYLINE, TargetKind.DATE}:
            yield canonical(target)


def _fuller(notice: Notice) -> tuple[int, bool, int]:
    """Sorts the notice that speaks for both to the front."""
    return -_AUTHORITY.index(notice.authority), not notice.complete, -len(notice.text)


def _words(text: str) -> str:
    """Words as compared: HTML's entities, once or twice escaped, are the characters they mean."""
    plain = html.unescape(html.unescape(text)) if "&" in text else text
    return captions.normalise(plain)


def _join(first: Notice, second: Notice) -> Notice:
    earlier = min((first, second), key=lambda notice: notice.received or "\uffff")
    stronger = max((first, second), key=lambda notice: _AUTHORITY.index(notice.authority))
    equals = (first.authority is Authority.EMBEDDED) == (second.authority is Authority.EMBEDDED)
    return replace(
        first,
        occurrences=_union(first.occurrences, second.occurrences),
        # What a person brought takes no target from a picture: a forged one could widen it.
        targets=_union(first.targets, second.targets) if equals else stronger.targets,
        received=earlier.received,
        received_by=earlier.received_by or stronger.received_by,
        authority=stronger.authority,
        source_digest=earlier.source_digest or first.source_digest,
        retracted=first.retracted or second.retracted,
        item=first.item or second.item,
        version=first.version or second.version,
        sent=first.sent or second.sent,
    )


def _union(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _whole_by_picture(notices: Iterable[Notice]) -> dict[tuple[object, ...], list[str]]:
    """The ids of the whole notices that name pictures, by what a cut one shares with them."""
    found: dict[tuple[object, ...], list[str]] = {}
    for notice in notices:
        if notice.complete and notice.targets:
            found.setdefault(_cut_key(notice), []).append(notice.notice_id)
    return found


def _cut_key(notice: Notice) -> tuple[object, ...]:
    return notice.provider, notice.kind, frozenset(map(canonical, notice.targets))


def _begins_with(whole: Notice, cut: Notice) -> bool:
    stem = _words(cut.text).rstrip(". ")
    return set(cut.corrections) <= set(whole.corrections) and _words(whole.text).startswith(stem)
