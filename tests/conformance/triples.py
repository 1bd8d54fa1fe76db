"""What is compared: one file, one of its containers, one property."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from provenance.model import Container, Property

Said = tuple[str, tuple[str, ...]]
"""A place in a container, in the words of its standard (``2:80``), and the texts in it."""

Cell = tuple[Container, Property]

Values = Mapping[Cell, tuple[Said, ...]]
"""What a reader finds in one file: blank texts left out, the places of a cell sorted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one side says of one file.

    Attributes:
        values: empty where the file cannot be read.
        error: why it cannot be read, else empty.
        kind: the file's format in the words of that side, empty where it knows none.
        found_by_exiftool: ours, but ExifTool found the blocks for us.
    """

    values: Values = field(default_factory=dict)
    error: str = ""
    kind: str = ""
    found_by_exiftool: bool = False


@dataclass(frozen=True, slots=True)
class Triple:
    """One (file, container, property) and what is read there.

    Attributes:
        path: relative to the folder that is compared.
        digest: SHA-256 of the file, hex.
        kind: its format.
        container: which container.
        prop: which property.
        ours: what ``provenance.metadata`` reads.
        theirs: what ExifTool reads with the help of ``aided``.
        unaided: what ExifTool reads as it comes.
        unread: why we do not read the file at all, else empty.
        found_by_exiftool: ExifTool found the blocks that we decoded.
    """

    path: str
    digest: str
    kind: str
    container: Container
    prop: Property
    ours: tuple[Said, ...]
    theirs: tuple[Said, ...]
    unaided: tuple[Said, ...]
    unread: str = ""
    found_by_exiftool: bool = False

    @property
    def equal(self) -> bool:
        """Whether both sides find the same texts in the same places."""
        return self.ours == self.theirs

    @property
    def equal_unaided(self) -> bool:
        """The same, with ExifTool as it comes."""
        return self.ours == self.unaided

    @property
    def settled(self) -> bool:
        """Whether nothing is left to explain: equal with help and without."""
        return self.ours == self.theirs == self.unaided

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it in docs/conformance.md: the digest's first digits, container, property."""
        return self.digest[:8], self.container.value, self.prop.value


def triples(
    named: tuple[str, str], ours: Reading, theirs: Reading, unaided: Reading
) -> Iterator[Triple]:
    """Every triple of a file in which one side or the other finds a text.

    Args:
        named: the file's path and its digest.
        ours: our reading.
        theirs: ExifTool's.
        unaided: ExifTool's as it comes.
    """
    for cell in sorted({*ours.values, *theirs.values, *unaided.values}):
        yield Triple(
            path=named[0],
            digest=named[1],
            kind=unaided.kind or ours.kind,
            container=cell[0],
            prop=cell[1],
            ours=ours.values.get(cell, ()),
            theirs=theirs.values.get(cell, ()),
            unaided=unaided.values.get(cell, ()),
            unread=ours.error,
            found_by_exiftool=ours.found_by_exiftool,
        )
