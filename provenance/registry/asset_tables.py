"""Tables of what is held: assets, how they look, wire items, the desk's own words."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field

from provenance.registry.columns import KeyText
from provenance.registry.row import Row, link, number, text


class AssetRow(Row, table=True):
    """One stored object and all it says. ``error`` is set where it could not be read.

    ``examined`` names the rules that looked at it since it was last read.
    """

    __tablename__ = "asset"

    id: int = number(key=True)
    uri: str = text(unique=True)
    path: str = text()
    size: int = number()
    version: str = text()
    media_type: str = text()
    sha256: str | None = text(nullable=True)
    image_digest: str | None = text(nullable=True)
    scan_digest: str | None = text(nullable=True)
    document: str = text()
    content_credentials: str | None = text(nullable=True)
    presence: str = text(index=True)
    error: str | None = text(nullable=True)
    first_seen: str = text()
    last_seen: str = text()
    scan_run: str = text()
    examined: str | None = text(nullable=True)


class AssetKeyRow(Row, table=True):
    """A blocking key of an asset: the index from a notice to its candidates."""

    __tablename__ = "asset_key"
    __table_args__ = (Index(None, "asset_id"), {"sqlite_with_rowid": False})

    kind: str = text(primary_key=True)
    value: str = Field(sa_column=Column(KeyText(), primary_key=True))
    asset_id: int = link("asset.id", key=True)


class AssetVersionRow(Row, table=True):
    """What an asset said before it was read again and said something else.

    ``seq`` counts up within an asset; ``read`` is when it was last read to say this.
    """

    __tablename__ = "asset_version"
    __table_args__ = ({"sqlite_with_rowid": False},)

    asset_id: int = link("asset.id", key=True)
    seq: int = number(key=True)
    version: str = text()
    media_type: str = text()
    sha256: str | None = text(nullable=True)
    image_digest: str | None = text(nullable=True)
    scan_digest: str | None = text(nullable=True)
    document: str = text()
    read: str = text()
    scan_run: str = text()


class PictureHashRow(Row, table=True):
    """How an asset looks; ``basis`` names the picture data that were looked at.

    ``pdq`` is None where it could not be looked at, and ``failure`` says why. ``trimmed`` is the
    hash of the picture without its border, ``mirrored`` that of the picture from behind.
    """

    __tablename__ = "picture_hash"

    asset_id: int = link("asset.id", key=True)
    basis: str = text()
    pdq: bytes | None = Field(sa_column=Column(LargeBinary(), nullable=True))
    trimmed: bytes | None = Field(sa_column=Column(LargeBinary(), nullable=True))
    mirrored: bytes | None = Field(sa_column=Column(LargeBinary(), nullable=True))
    quality: int = number()
    width: int = number()
    height: int = number()
    failure: str | None = text(nullable=True)


class PictureChunkRow(Row, table=True):
    """One piece of a picture's hash: the index from a hash to those that differ in few bits.

    No foreign key: the row belongs to that of ``picture_hash``, and there are eleven of them,
    or twice as many for a picture that has a border.
    """

    __tablename__ = "picture_chunk"
    __table_args__ = ({"sqlite_with_rowid": False},)

    bucket: int = number(key=True)
    asset_id: int = number(key=True)


class PictureCropRow(Row, table=True):
    """How the parts of one picture look: their hashes, one behind the other.

    Only of pictures that notices speak of; ``hashes`` is empty where it cannot be decoded.
    ``searched`` tells what they were held against.
    """

    __tablename__ = "picture_crop"

    basis: str = text(primary_key=True)
    hashes: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    searched: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class LikenessRow(Row, table=True):
    """What comparing two pictures, named by their bases (``one`` < ``other``), came to."""

    __tablename__ = "likeness"
    __table_args__ = (Index(None, "other"), {"sqlite_with_rowid": False})

    one: str = text(primary_key=True)
    other: str = text(primary_key=True)
    document: str = text()


class DeskRecordRow(Row, table=True):
    """One row of what the desk's own system says; ``document`` is the whole value."""

    __tablename__ = "desk_record"
    __table_args__ = (Index(None, "source"),)

    id: int = number(key=True)
    source: str = text()
    document: str = text()


class DeskRecordKeyRow(Row, table=True):
    """By what a desk record is found: the asset's place, and what the record says of it."""

    __tablename__ = "desk_record_key"
    __table_args__ = (Index(None, "record_id"), {"sqlite_with_rowid": False})

    kind: str = text(primary_key=True)
    value: str = Field(sa_column=Column(KeyText(), primary_key=True))
    record_id: int = link("desk_record.id", key=True)


class WireItemRow(Row, table=True):
    """One version of a news item about a picture, as it came; ``document`` is the whole value."""

    __tablename__ = "wire_item"
    __table_args__ = (Index(None, "guid"), Index(None, "source_digest"))

    id: int = number(key=True)
    guid: str = Field(sa_column=Column(KeyText(), nullable=False))
    version: str = Field(sa_column=Column(KeyText(), nullable=False))
    source_digest: str = text()
    received: str | None = text(nullable=True)
    first_seen: str = text()
    document: str = text()


class WireItemKeyRow(Row, table=True):
    """A blocking key of a wire item: the index from an asset to the items of its picture."""

    __tablename__ = "wire_item_key"
    __table_args__ = (Index(None, "item_id"), {"sqlite_with_rowid": False})

    kind: str = text(primary_key=True)
    value: str = Field(sa_column=Column(KeyText(), primary_key=True))
    item_id: int = link("wire_item.id", key=True)


class FolderRow(Row, table=True):
    """A folder that was listed, and the device it stood on: tells unmounted from emptied."""

    __tablename__ = "folder"

    uri: str = text(primary_key=True)
    device: str = text()
