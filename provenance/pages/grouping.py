"""Which statements of a page are about one picture.

By what they stand in, by the address of the picture, by an agency's identifier in it; and
a caption whose picture has no address goes with the picture that has the same caption.
Two pictures with different addresses stay two pictures, whatever their captions say.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from provenance import captions, identifiers
from provenance.model import Caption, Property
from provenance.pages.statements import Found, Statement, parts
from provenance.pages.values import Kind, PageCaption, PagePicture, Place

_SIZE = re.compile(r"[-_](?:\d{2,5}x\d{2,5}|scaled|w\d{2,5}|\d{3,4}w)$")
_FILE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif|tiff?|heic)$", re.IGNORECASE)
_LONGEST_URL = 4_000
_TELLING = 24


@dataclass(slots=True)
class _Group:
    """What belongs to one picture, while it is put together."""

    number: int
    entries: list[tuple[Statement, str, Place, Caption | None]] = field(default_factory=list)
    urls: dict[str, Place] = field(default_factory=dict)


class _Union:
    """Sets that grow together (union by path halving)."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def root(self, one: Hashable) -> Hashable:
        self._above.setdefault(one, one)
        while self._above[one] is not one and self._above[one] != one:
            self._above[one] = self._above[self._above[one]]
            one = self._above[one]
        return one

    def join(self, one: Hashable, other: Hashable) -> None:
        self._above[self.root(other)] = self.root(one)


def picture_key(url: str) -> str | None:
    """What the addresses of one picture in several sizes have in common; None: nothing sure."""
    url = url[:_LONGEST_URL]
    try:
        split = urlsplit(url)
    except ValueError:
        return None
    path = unquote(split.path)
    if not _FILE.search(path):
        return f"{split.netloc}{path}?{split.query}" if split.query else None
    return f"{split.netloc}{_SIZE.sub('', _FILE.sub('', path))}"


def found_identifiers(url: str) -> tuple[str, ...]:
    """The agencies' identifiers in an address, as written there."""
    return tuple(one.written for one in identifiers.find(unquote(url[:_LONGEST_URL])))


def grouped(found: Found) -> tuple[tuple[PageCaption, ...], tuple[PagePicture, ...]]:
    """The captions and pictures of a page, in its order."""
    union = _Union()
    for one, other in found.same:
        union.join(one, other)
    _by_address(union, found)
    entries = list(_entries(found.statements))
    shown = {union.root(context) for context in found.urls}
    _by_caption(union, entries, shown)
    groups: dict[Hashable, _Group] = {}
    for context, statement, text, place, caption in entries:
        group = groups.setdefault(union.root(context), _Group(len(groups) + 1))
        group.entries.append((statement, text, place, caption))
    for context, urls in found.urls.items():
        root = union.root(context)
        if root not in groups and not any(found_identifiers(url) for url in urls):
            continue
        group = groups.setdefault(root, _Group(len(groups) + 1))
        for url, place in urls.items():
            group.urls.setdefault(url, place)
    pictures = tuple(_picture(group) for group in groups.values())
    said = tuple(
        one
        for group, picture in zip(groups.values(), pictures, strict=True)
        for one in _captions(group, picture)
    )
    return said, pictures


def _by_address(union: _Union, found: Found) -> None:
    known: dict[str, Hashable] = {}
    for context, urls in found.urls.items():
        for url in urls:
            same = [f"id {one}" for one in found_identifiers(url)]
            key = picture_key(url)
            for one in [*same, *([key] if key else [])]:
                if one in known:
                    union.join(known[one], context)
                else:
                    known[one] = context


_Entry = tuple[Hashable, Statement, str, Place, Caption | None]


def _entries(statements: Iterable[Statement]) -> Iterable[_Entry]:
    """Each caption with what it belongs to; several in one text belong to several pictures."""
    spoken: set[Hashable] = set()
    for statement in statements:
        said = list(parts(statement))
        context = statement.context
        if len(said) > 1 or (statement.place.kind is Kind.TEXT and context in spoken):
            for number, (text, place, caption) in enumerate(said):
                own = (id(statement), number)
                yield own, statement, text, place, caption
            continue
        if statement.place.kind is Kind.TEXT and said:
            spoken.add(context)
        for text, place, caption in said:
            yield context, statement, text, place, caption


def _by_caption(union: _Union, entries: Iterable[_Entry], shown: set[Hashable]) -> None:
    first: dict[str, Hashable] = {}
    homeless: list[tuple[str, Hashable]] = []
    for context, statement, text, _, _ in entries:
        if statement.property is not Property.DESCRIPTION:
            continue
        body = captions.normalise(captions.body(text))
        if len(body) < _TELLING:
            continue
        root = union.root(context)
        if root in shown:
            first.setdefault(body, root)
        else:
            homeless.append((body, root))
    for body, root in homeless:
        home = first.setdefault(body, root)
        if union.root(root) not in shown and union.root(home) != union.root(root):
            union.join(home, root)


def _picture(group: _Group) -> PagePicture:
    written: dict[str, Place] = {}
    for url, place in group.urls.items():
        for one in found_identifiers(url):
            written.setdefault(one, place)
    return PagePicture(
        group.number, tuple(group.urls), tuple(written), tuple(written.values())
    )  # fmt: skip


def _captions(group: _Group, picture: PagePicture) -> Iterable[PageCaption]:
    said: dict[tuple[Property, str], dict[Place, None]] = {}
    cut: dict[tuple[Property, str], Caption | None] = {}
    for statement, text, place, caption in group.entries:
        key = (statement.property, text)
        said.setdefault(key, {})[place] = None
        cut.setdefault(key, caption)
    beside = [text for prop, text in said if prop is Property.CREDIT_LINE]
    for (prop, text), places in said.items():
        caption = cut[prop, text]
        credit = caption.credit if caption is not None else None
        if credit is None and prop is Property.DESCRIPTION:
            lines = [line for one in beside for line in captions.credit_lines(one)]
            credit = lines[0] if lines else None
        yield PageCaption(text, prop, picture, tuple(places), next(iter(places)).kind, credit)
