"""One notice's picture beside one asset: what the tests ask of it, looked up once."""

from __future__ import annotations

from functools import cached_property

from provenance.matching.keys import (
    IMAGE,
    SCAN,
    SHA256,
    basis,
    caption_bodies,
    creator_names,
    days,
    field_identifiers,
    is_another_agencys,
    picture_identifiers,
)
from provenance.matching.picture import Picture
from provenance.model import Beside, Likeness, MetadataRecord, Notice


class Case:
    """A notice, what is known of its picture, an asset, and what is known beside its words."""

    def __init__(
        self, notice: Notice, picture: Picture, record: MetadataRecord, beside: Beside
    ) -> None:
        self.notice = notice
        self.picture = picture
        self.record = record
        self.beside = beside

    @cached_property
    def basis(self) -> str:
        """By which digest the asset's picture is known."""
        return basis(self.record)

    @cached_property
    def is_named_by_digest(self) -> bool:
        """Whether the notice names this very file, or its very picture data."""
        record = self.record
        own = ((SHA256, record.digest), (SCAN, record.scan_digest), (IMAGE, record.image_digest))
        return any((kind, value) in self.picture.digests for kind, value in own if value)

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Canonical agency identifiers of the asset."""
        return picture_identifiers(self.record)

    @cached_property
    def claimed(self) -> frozenset[str]:
        """Those of them that the notice names."""
        return self.identifiers & self.picture.identifiers

    @cached_property
    def claimed_inside(self) -> frozenset[str]:
        """Those that stand in its own fields, and not in its name alone."""
        return field_identifiers(self.record) & self.picture.identifiers

    @cached_property
    def bodies(self) -> frozenset[str]:
        """Its normalised caption bodies."""
        return caption_bodies(self.record)

    @cached_property
    def days(self) -> frozenset[str]:
        """The days on which it says that it was made."""
        return days(self.record)

    @cached_property
    def names(self) -> frozenset[str]:
        """Normalised names of its photographers."""
        return creator_names(self.record)

    @cached_property
    def of_another_agency(self) -> bool:
        """Whether it credits known agencies, and the notice's provider is none of them."""
        return is_another_agencys(self.record, self.notice.provider)

    @cached_property
    def compared(self) -> tuple[Likeness, ...]:
        """What came of comparing its pixels with other files of the notice's picture."""
        beside = self.beside.likeness
        if not beside:
            return ()
        known = {look.basis for look in self.picture.looks if look.basis}
        known |= self.picture.proven_scans
        # What only a look or the desk's own record proves says nothing against a file that
        # the notice itself names.
        if not (self.claimed_inside or self.is_named_by_digest):
            known |= self.picture.seen_scans
        return tuple(beside[one] for one in sorted(known & beside.keys()) if one != self.basis)
