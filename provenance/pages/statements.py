"""What one element, attribute or JSON string says, before equal texts are brought together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace

from provenance import captions, grammars
from provenance.model import Caption, Property
from provenance.pages.mapped import Mapped
from provenance.pages.values import Place

LONGEST = 200_000
_NOTICE_FROM = 40


@dataclass(frozen=True, slots=True)
class Statement:
    """One text in one place.

    Attributes:
        property: what it says.
        text: as a reader or a program gets it.
        place: where; ``start`` and ``end`` not yet set.
        context: what it belongs to: statements with one context are about one picture.
        whole: all of it is about the picture; else only captions with a credit are.
        locate: gives the text with its places in the source, None where it cannot be told.
    """

    property: Property
    text: str
    place: Place
    context: Hashable
    locate: Callable[[], Mapped | None]
    whole: bool = True


@dataclass(slots=True)
class Found:
    """All that was found on a page.

    Attributes:
        statements: in the order of the page.
        urls: the pictures' addresses by context, each with its place.
        same: contexts that are of one picture.
    """

    statements: list[Statement] = field(default_factory=list)
    urls: dict[Hashable, dict[str, Place]] = field(default_factory=dict)
    same: list[tuple[Hashable, Hashable]] = field(default_factory=list)

    def say(self, statement: Statement) -> None:
        """Take up a statement; what is empty or longer than a book's chapter says nothing."""
        if statement.text.strip() and len(statement.text) <= LONGEST:
            self.statements.append(statement)

    def show(self, context: Hashable, url: str, place: Place) -> None:
        """Take up a picture's address."""
        url = url.strip()
        if url and not url.startswith("data:"):
            self.urls.setdefault(context, {}).setdefault(url, place)


def holds_notice(text: str) -> bool:
    """Whether an agency's own words to its clients stand in a text, whatever it is."""
    return _NOTICE_FROM <= len(text) <= LONGEST and bool(grammars.find(text))


def parts(statement: Statement) -> Iterator[tuple[str, Place, Caption | None]]:
    """The captions that a statement consists of, each with its place."""
    text, place = statement.text, statement.place
    if statement.property is not Property.DESCRIPTION:
        stripped = text.strip()
        yield stripped, place, None
        return
    found = captions.segment(text, whole=statement.whole)
    if len(found) == 1 and statement.whole:
        yield text[found[0].start : found[0].end], place, found[0]
        return
    for caption in found:
        here = replace(place, start=caption.start, end=caption.end)
        yield text[caption.start : caption.end], here, caption
