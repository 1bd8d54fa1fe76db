"""What the containers of one file say, put in order: who says what of which property."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from provenance.cli import value_text
from provenance.metadata import reconcile
from provenance.metadata.properties import octet_limit
from provenance.metadata.reconcile import Disagreement, Preferred
from provenance.model import RUNNING_TEXT, Container, MetadataRecord, Property, PropertyValue
from provenance.reporting.text import one_line

_ORDER: Final = {container: n for n, container in enumerate(Container)}
_PROSE: Final = frozenset({Property.DESCRIPTION})
_MOST_ITEMS: Final = 64


@dataclass(frozen=True, slots=True)
class Unit:
    """One block or packet of metadata: a column.

    Attributes:
        container: of which standard, or a sidecar.
        word: the first word of its locators: ``XMP#2``.
        uri: the sidecar's, else empty.
        head: what stands above the column.
    """

    container: Container
    word: str
    uri: str
    head: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What one unit says of one property at one place.

    Attributes:
        unit: who.
        value: what.
        place: where, within the unit: ``dc:creator``.
        language: of a text that is not in the default language, else empty.
        cut_at: the octet limit that cut it, as another unit shows; else 0.
    """

    unit: Unit
    value: PropertyValue
    place: str
    language: str
    cut_at: int

    @property
    def locator(self) -> str:
        """Where, for a reader who does not see the column's head."""
        if self.unit.container is Container.SIDECAR:
            return f"{self.unit.head} {self.place}"
        return one_line(self.value.locator)

    def text(self, *, whole: bool) -> str:
        """What, fit for a terminal."""
        return value_text.shown(self.value, whole=whole)


@dataclass(frozen=True, slots=True)
class Row:
    """One property: what each unit says of it.

    Attributes:
        prop: which.
        statements: by container, then in file order; other languages behind the default.
        differs: the containers disagree.
        preferred: who speaks.
    """

    prop: Property
    statements: tuple[Statement, ...]
    differs: bool
    preferred: Preferred | None

    @property
    def speaking(self) -> Statement | None:
        """The statement that speaks for the property."""
        value = None if self.preferred is None else self.preferred.value
        return next((said for said in self.statements if said.value is value), None)

    @property
    def is_marked(self) -> bool:
        """Whether what speaks is worth a mark: they disagree, or a limit cut one of them."""
        return self.differs or any(said.cut_at for said in self.statements)

    @property
    def is_prose(self) -> bool:
        """Whether its texts are sentences, which no column holds well."""
        return self.prop in _PROSE

    @property
    def is_caption(self) -> bool:
        """Whether its texts carry credit lines."""
        return self.prop is Property.DESCRIPTION

    def differs_from_speaker(self, said: Statement) -> bool:
        """Whether a statement contradicts the one that speaks."""
        if not self.differs or self.preferred is None or said.language:
            return False
        return not reconcile.agree(said.value, self.preferred.value)

    def by_text(self) -> list[list[Statement]]:
        """The statements, those of the very same words put together."""
        groups: dict[tuple[object, ...], list[Statement]] = {}
        for said in self.statements:
            texts = tuple(" ".join(text.split()) for text in said.value.values)
            groups.setdefault((said.language, said.cut_at, texts), []).append(said)
        return list(groups.values())


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a file says, by property and unit."""

    units: tuple[Unit, ...]
    rows: tuple[Row, ...]
    disagreements: tuple[Disagreement, ...]


def sheet(record: MetadataRecord) -> Sheet:
    """Put a record in order."""
    disagreements = reconcile.disagreements(record)
    differing = {one.property for one in disagreements}
    units = _units(record.values)
    by_property: dict[Property, list[PropertyValue]] = {}
    for value in record.values:
        by_property.setdefault(value.property, []).append(value)
    rows = tuple(
        Row(
            prop,
            _statements(by_property[prop], units),
            prop in differing,
            reconcile.preferred(record, prop),
        )
        for prop in Property
        if prop in by_property
    )
    ordered = sorted(units.values(), key=lambda unit: _ORDER[unit.container])
    return Sheet(tuple(ordered), rows, disagreements)


def _units(values: Sequence[PropertyValue]) -> dict[tuple[Container, str, str], Unit]:
    sidecars = {value.uri for value in values if value.uri}
    units: dict[tuple[Container, str, str], Unit] = {}
    for value in values:
        key = _unit_key(value)
        if key not in units:
            units[key] = Unit(*key, _head(key, several=len(sidecars) > 1))
    return units


def _unit_key(value: PropertyValue) -> tuple[Container, str, str]:
    # In running text each caption has its own place and all are one unit.
    word = "" if value.container in RUNNING_TEXT else value.locator.partition(" ")[0]
    return value.container, word, value.uri


def _head(key: tuple[Container, str, str], *, several: bool) -> str:
    container, word, uri = key
    if container in RUNNING_TEXT:
        return container.value
    if container is not Container.SIDECAR:
        return one_line(word)
    name = one_line(os.path.basename(uri)) if several or not uri else "sidecar"
    return name if word == "XMP" else f"{name} {one_line(word)}"


def _statements(
    values: Sequence[PropertyValue], units: dict[tuple[Container, str, str], Unit]
) -> tuple[Statement, ...]:
    said = [_statement(value, units[_unit_key(value)], values) for value in values]
    said.sort(key=lambda one: (_ORDER[one.unit.container], bool(one.language)))
    return tuple(said)


def _statement(value: PropertyValue, unit: Unit, values: Sequence[PropertyValue]) -> Statement:
    place = value.locator
    if value.container not in RUNNING_TEXT:
        place = place.partition(" ")[2]
    language = place.rpartition("[")[2].rstrip("]") if place.endswith("]") else ""
    return Statement(unit, value, one_line(place), language, _cut_at(value, values))


def _cut_at(value: PropertyValue, values: Sequence[PropertyValue]) -> int:
    """The limit that cut an IIM value of which another unit holds more."""
    limit = octet_limit(value.property)
    if value.container is not Container.IIM or limit is None:
        return 0
    others = (other for other in values[:_MOST_ITEMS] if other.container is not Container.IIM)
    wholes = [text for other in others for text in other.values[:_MOST_ITEMS]]
    cut = any(
        reconcile.is_cut_of(text, whole, value.property)
        for text in value.values[:_MOST_ITEMS]
        for whole in wholes
    )
    return limit if cut else 0
