"""Where each value of a page stands in its source, for a proposal to change it."""

from __future__ import annotations

from dataclasses import dataclass

from provenance.model import Property
from provenance.pages.mapped import Change, Mapped, changes
from provenance.pages.reading import statements
from provenance.pages.statements import parts


@dataclass(frozen=True, slots=True)
class Spot:
    """One value in one place, with the characters of the source that make it.

    Attributes:
        property: what it is.
        text: the value.
        mapped: the value with its places; None where these cannot be told surely.
    """

    property: Property
    text: str
    mapped: Mapped | None

    def change(self, start: int, end: int, text: str) -> tuple[Change, ...] | None:
        """What makes ``text`` of ``self.text[start:end]``; None where it cannot be exact."""
        return None if self.mapped is None else changes(self.mapped, start, end, text)


def spots(
    name: str, data: bytes, charset: str, wanted: frozenset[str]
) -> dict[tuple[str, Property, str], Spot]:
    """The places that findings speak of.

    Args:
        name: the page's name.
        data: its octets.
        charset: what the server said, if it did.
        wanted: locators, without the number of the picture.

    Returns:
        By locator, property and value. Offsets are characters of the page as
        :func:`provenance.pages.decode` gives them.
    """
    found: dict[tuple[str, Property, str], Spot] = {}
    told, _, _ = statements(name, data, charset)
    for statement in told.statements:
        for text, place, _ in parts(statement):
            key = (place.locator, statement.property, text)
            if place.locator not in wanted or key in found:
                continue
            mapped = statement.locate()
            if mapped is not None:
                mapped = _cut(mapped, text, place.start if place.end else None)
            found[key] = Spot(statement.property, text, mapped)
    return found


def _cut(mapped: Mapped, text: str, start: int | None) -> Mapped | None:
    at = mapped.text.find(text) if start is None else start
    part = mapped.part(at, at + len(text)) if at >= 0 else None
    return part if part is not None and part.text == text else None
