"""Tables of the audit log; in the registry, so that a leaf and its rows are one transaction.

Sources: RFC 6962 (Merkle tree), C2SP tlog-checkpoint (notes).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint

from provenance.registry.row import Row, number, octets, text


class AuditLeafRow(Row, table=True):
    """One record of the audit log: the exact bytes and their RFC 6962 leaf hash."""

    __tablename__ = "audit_leaf"

    idx: int = number(key=True)
    rec: bytes = octets()
    leaf_hash: bytes = octets()


class AuditNodeRow(Row, table=True):
    """The hash of one complete subtree of the audit log's Merkle tree."""

    __tablename__ = "audit_node"
    __table_args__ = ({"sqlite_with_rowid": False},)

    level: int = number(key=True)
    idx: int = number(key=True)
    hash: bytes = octets()


class AuditHeadRow(Row, table=True):
    """The one row that says how long the log is; to append is to lock it."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = number(key=True)
    origin: str = text()
    size: int = number()


class AuditPayloadRow(Row, table=True):
    """The words behind a commitment in a leaf; may be erased, the proof still holds."""

    __tablename__ = "audit_payload"

    idx: int = number(key=True)
    name: str = text(primary_key=True)
    salt: bytes = octets()
    value: str = text()


class AuditCheckpointRow(Row, table=True):
    """A signed tree head that was issued: the note as text, and when."""

    __tablename__ = "audit_checkpoint"

    size: int = number(key=True)
    note: str = text()
    issued: str = text()
