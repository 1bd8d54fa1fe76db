"""When two notices are one: stable ids, and joining what was seen in several places."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
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
    pictures (``are_one``): occurrences and targets are united, the earliest receipt and the
    stronger authority stay. A notice that was cut off is joined to the whole one that begins
    with its words and is bound to the same pictures.
    """
    joined: dict[str, Notice] = {}
    for notice in notices:
        known = joined.get(notice.notice_id)
        joined[notice.notice_id] = notice if known is None else _join(known, notice)
    for cut in [notice for notice in joined.values() if not notice.complete]:
        whole = next((other for other in joined.values() if _begins_with(other, cut)), None)
        if whole is not None:
            joined[whole.notice_id] = _join(whole, cut)
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


class Aliases:
    """Known notices, to find the one that says what another says through another carrier."""

    def __init__(self, known: Iterable[Notice]) -> None:
        self._by_picture: dict[str, list[Notice]] = {}
        self._ids: set[str] = set()
        for one in known:
            self.add(one)

    def add(self, one: Notice) -> None:
        """Make one more notice known."""
        self._ids.add(one.notice_id)
        for key in _pictures(one):
            self._by_picture.setdefault(key, []).append(one)

    def of(self, notice: Notice) -> Notice | None:
        """The first known notice that is this one, under whatever id; None where there is none."""
        for key in _pictures(notice):
            for one in self._by_picture.get(key, ()):
                if are_one(one, notice):
                    return one
        return None

    def under_known_id(self, notice: Notice) -> Notice:
        """The notice under the id by which it is known; as it is where it is new."""
        known = None if notice.notice_id in self._ids else self.of(notice)
        return notice if known is None else replace(notice, notice_id=known.notice_id)


def are_one(one: Notice, other: Notice) -> bool:
    """Whether two notices ask for the same, of the same pictures, in the same words.

    A mail, the note of a wire item and a caption repeat one notice, each with its own heading
    and its own way to name the picture. Two versions of one item are two notices.
    """
    if one.kind is not other.kind or one.pubstatus is not other.pubstatus:
        return False
    if one.provider and other.provider and one.provider != other.provider:
        return False
    if one.item and other.item and (one.item, one.version) != (other.item, other.version):
        return False
    return _pairs(one) == _pairs(other) and _same_words(one, other) and _same_pictures(one, other)


def _pairs(notice: Notice) -> frozenset[tuple[str, str]]:
    return frozenset((_words(p.wrong or ""), _words(p.right or "")) for p in notice.corrections)


def _same_words(one: Notice, other: Notice) -> bool:
    short, long = sorted((_words(one.text), _words(other.text)), key=len)
    if short == long:
        return True
    return len(short) >= _TELLING and 2 * len(short) >= len(long) and short in long


def _same_pictures(one: Notice, other: Notice) -> bool:
    """Whether the agency's codes are the same, or where one has none, another name is."""
    ours, theirs = frozenset(_pictures(one)), frozenset(_pictures(other))
    codes = [{key for key in keys if _CANONICAL.fullmatch(key)} for keys in (ours, theirs)]
    return codes[0] == codes[1] if all(codes) else bool(ours & theirs)


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


def _begins_with(whole: Notice, cut: Notice) -> bool:
    if not whole.complete or (whole.provider, whole.kind) != (cut.provider, cut.kind):
        return False
    targets = {canonical(target) for target in cut.targets}
    if not targets or targets != {canonical(target) for target in whole.targets}:
        return False
    stem = _words(cut.text).rstrip(". ")
    return set(cut.corrections) <= set(whole.corrections) and _words(whole.text).startswith(stem)
