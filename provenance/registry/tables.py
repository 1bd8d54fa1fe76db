"""The registry's tables, as SQLModel classes and as the Core tables that the stores use.

Rows never leave the registry's room; the audit log's tables are here so that a leaf
and the rows it speaks of are one transaction. Bulk work goes through Core
(``ASSET`` ...), which is what reaches the speed a scan needs.

Sources: RFC 6962 (Merkle tree of the audit tables), C2SP tlog-checkpoint (notes).
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, MetaData, Table
from sqlalchemy.orm import registry as mapper_registry
from sqlmodel import Field, SQLModel

from provenance.registry.columns import BigInt, KeyText, SafeText

SCHEMA_REVISION: Final = "0002"
"""The revision of the newest migration: what this program reads and writes."""

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class _Row(SQLModel, registry=mapper_registry(metadata=METADATA)):
    """A row of the registry. Its own catalogue: other programs' SQLModel tables stay out."""

    metadata = METADATA


def _text(*, nullable: bool = False, **options: Any) -> Any:
    return Field(sa_column=Column(SafeText(), nullable=nullable, **options))


def _number(*, key: bool = False, nullable: bool = False) -> Any:
    """An integer; a key is given by the program, never counted up by the database."""
    column: Column[int] = Column(BigInt, primary_key=key, nullable=nullable, autoincrement=False)
    return Field(sa_column=column)


def _bytes() -> Any:
    return Field(sa_column=Column(LargeBinary(), nullable=False))


def _link(target: str, *, key: bool = False, nullable: bool = False) -> Any:
    kind = BigInt if target.endswith(".id") else SafeText()
    column: Column[Any] = Column(
        kind, ForeignKey(target), primary_key=key, nullable=nullable, autoincrement=False
    )
    return Field(sa_column=column)


class AssetRow(_Row, table=True):
    """One stored object and all it says. ``error`` is set where it could not be read.

    ``examined`` names the rules that looked at it since it was last read.
    """

    __tablename__ = "asset"

    id: int = _number(key=True)
    uri: str = _text(unique=True)
    path: str = _text()
    size: int = _number()
    version: str = _text()
    media_type: str = _text()
    sha256: str | None = _text(nullable=True)
    image_digest: str | None = _text(nullable=True)
    scan_digest: str | None = _text(nullable=True)
    document: str = _text()
    content_credentials: str | None = _text(nullable=True)
    presence: str = _text()
    error: str | None = _text(nullable=True)
    first_seen: str = _text()
    last_seen: str = _text()
    scan_run: str = _text()
    examined: str | None = _text(nullable=True)


class AssetKeyRow(_Row, table=True):
    """A blocking key of an asset: the index from a notice to its candidates."""

    __tablename__ = "asset_key"
    __table_args__ = (Index(None, "asset_id"), {"sqlite_with_rowid": False})

    kind: str = _text(primary_key=True)
    value: str = Field(sa_column=Column(KeyText(), primary_key=True))
    asset_id: int = _link("asset.id", key=True)


class AssetVersionRow(_Row, table=True):
    """What an asset said before it was read again and said something else.

    ``seq`` counts up within an asset; ``read`` is when it was last read to say this.
    """

    __tablename__ = "asset_version"
    __table_args__ = ({"sqlite_with_rowid": False},)

    asset_id: int = _link("asset.id", key=True)
    seq: int = _number(key=True)
    version: str = _text()
    media_type: str = _text()
    sha256: str | None = _text(nullable=True)
    image_digest: str | None = _text(nullable=True)
    scan_digest: str | None = _text(nullable=True)
    document: str = _text()
    read: str = _text()
    scan_run: str = _text()


class WireItemRow(_Row, table=True):
    """One version of a news item about a picture, as it came; ``document`` is the whole value."""

    __tablename__ = "wire_item"
    __table_args__ = (Index(None, "guid"), Index(None, "source_digest"))

    id: int = _number(key=True)
    guid: str = Field(sa_column=Column(KeyText(), nullable=False))
    version: str = Field(sa_column=Column(KeyText(), nullable=False))
    source_digest: str = _text()
    received: str | None = _text(nullable=True)
    first_seen: str = _text()
    document: str = _text()


class WireItemKeyRow(_Row, table=True):
    """A blocking key of a wire item: the index from an asset to the items of its picture."""

    __tablename__ = "wire_item_key"
    __table_args__ = (Index(None, "item_id"), {"sqlite_with_rowid": False})

    kind: str = _text(primary_key=True)
    value: str = Field(sa_column=Column(KeyText(), primary_key=True))
    item_id: int = _link("wire_item.id", key=True)


class FolderRow(_Row, table=True):
    """A folder that was listed, and the device it stood on: tells unmounted from emptied."""

    __tablename__ = "folder"

    uri: str = _text(primary_key=True)
    device: str = _text()


class NoticeRow(_Row, table=True):
    """A notice; ``document`` is the whole value, the other columns are for looking up."""

    __tablename__ = "notice"

    notice_id: str = _text(primary_key=True)
    provider: str | None = _text(nullable=True)
    kind: str = _text()
    authority: str = _text()
    received: str | None = _text(nullable=True)
    received_by: str | None = _text(nullable=True)
    retracted: str | None = _text(nullable=True)
    retracted_by: str | None = _text(nullable=True)
    first_seen: str = _text()
    document: str = _text()
    item: str | None = Field(sa_column=Column(KeyText(), nullable=True, index=True))
    superseded_by: str | None = _text(nullable=True)


class NoticeKeyRow(_Row, table=True):
    """A blocking key of a notice: the index from a new asset to the notices it may concern."""

    __tablename__ = "notice_key"
    __table_args__ = (Index(None, "notice_id"), {"sqlite_with_rowid": False})

    kind: str = _text(primary_key=True)
    value: str = Field(sa_column=Column(KeyText(), primary_key=True))
    notice_id: str = _link("notice.notice_id", key=True)


class FindingRow(_Row, table=True):
    """A finding; ``status`` is the state that counts, ``document`` the rest of the value."""

    __tablename__ = "finding"

    finding_id: str = _text(primary_key=True)
    decision_key: str = _text(index=True)
    rule: str = _text()
    severity: str = _text()
    confidence: str = _text()
    fixability: str = _text()
    status: str = _text(index=True)
    asset_id: int = Field(sa_column=Column(BigInt, ForeignKey("asset.id"), index=True,
                                           nullable=False))  # fmt: skip
    notice_id: str | None = _text(nullable=True, index=True)
    document: str = _text()
    first_seen: str = _text()
    last_seen: str = _text()
    run_id: str = _text()


class DecisionRow(_Row, table=True):
    """A named decision. Rows are only added: the newest one of a key holds."""

    __tablename__ = "decision"

    id: int = _number(key=True)
    decision_key: str = _text(index=True)
    finding_id: str = _text()
    verdict: str = _text()
    agent: str = _text()
    decided: str = _text()
    reason: str = _text()
    until: str | None = _text(nullable=True)


class RunRow(_Row, table=True):
    """One run of a command that reads or writes pictures."""

    __tablename__ = "run"

    run_id: str = _text(primary_key=True)
    kind: str = _text()
    agent: str = _text()
    started: str = _text()
    finished: str | None = _text(nullable=True)
    document: str = _text()


class FixRow(_Row, table=True):
    """One file of one fix: the intent, how it ended, and the patch that undoes it."""

    __tablename__ = "fix"

    fix_id: str = _text(primary_key=True)
    run_id: str = _link("run.run_id")
    uri: str = _text(index=True)
    asset_uri: str = _text(index=True)
    state: str = _text(index=True)
    before_sha256: str = _text()
    before_image: str | None = _text(nullable=True)
    before_size: int = _number()
    after_sha256: str = _text()
    after_image: str | None = _text(nullable=True)
    after_size: int = _number()
    patch: bytes = _bytes()
    tmp_name: str = _text()
    created: str = _text()
    settled: str | None = _text(nullable=True)
    intent_index: int | None = _number(nullable=True)
    outcome_index: int | None = _number(nullable=True)
    document: str = _text()

    __table_args__ = (Index(None, "run_id"),)


class FixNoticeRow(_Row, table=True):
    """Which notices a fix acted on: the index from a notice to what was done about it."""

    __tablename__ = "fix_notice"
    __table_args__ = (Index(None, "fix_id"), {"sqlite_with_rowid": False})

    notice_id: str = _text(primary_key=True)
    fix_id: str = _link("fix.fix_id", key=True)


class AuditLeafRow(_Row, table=True):
    """One record of the audit log: the exact bytes and their RFC 6962 leaf hash."""

    __tablename__ = "audit_leaf"

    idx: int = _number(key=True)
    rec: bytes = _bytes()
    leaf_hash: bytes = _bytes()


class AuditNodeRow(_Row, table=True):
    """The hash of one complete subtree of the audit log's Merkle tree."""

    __tablename__ = "audit_node"
    __table_args__ = ({"sqlite_with_rowid": False},)

    level: int = _number(key=True)
    idx: int = _number(key=True)
    hash: bytes = _bytes()


class AuditHeadRow(_Row, table=True):
    """The one row that says how long the log is; to append is to lock it."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = _number(key=True)
    origin: str = _text()
    size: int = _number()


class AuditPayloadRow(_Row, table=True):
    """The words behind a commitment in a leaf; may be erased, the proof still holds."""

    __tablename__ = "audit_payload"

    idx: int = _number(key=True)
    name: str = _text(primary_key=True)
    salt: bytes = _bytes()
    value: str = _text()


class AuditCheckpointRow(_Row, table=True):
    """A signed tree head that was issued: the note as text, and when."""

    __tablename__ = "audit_checkpoint"

    size: int = _number(key=True)
    note: str = _text()
    issued: str = _text()


def _table(row: type[SQLModel]) -> Table:
    return METADATA.tables[str(row.__tablename__)]


ASSET: Final = _table(AssetRow)
ASSET_KEY: Final = _table(AssetKeyRow)
ASSET_VERSION: Final = _table(AssetVersionRow)
WIRE_ITEM: Final = _table(WireItemRow)
WIRE_ITEM_KEY: Final = _table(WireItemKeyRow)
FOLDER: Final = _table(FolderRow)
NOTICE: Final = _table(NoticeRow)
NOTICE_KEY: Final = _table(NoticeKeyRow)
FINDING: Final = _table(FindingRow)
DECISION: Final = _table(DecisionRow)
RUN: Final = _table(RunRow)
FIX: Final = _table(FixRow)
FIX_NOTICE: Final = _table(FixNoticeRow)
AUDIT_LEAF: Final = _table(AuditLeafRow)
AUDIT_NODE: Final = _table(AuditNodeRow)
AUDIT_HEAD: Final = _table(AuditHeadRow)
AUDIT_PAYLOAD: Final = _table(AuditPayloadRow)
AUDIT_CHECKPOINT: Final = _table(AuditCheckpointRow)
