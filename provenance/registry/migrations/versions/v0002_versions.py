"""Former versions of assets, versions of wire items, which notice a later one superseded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from provenance.errors import RegistryError

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables and columns, and index the days that name keys already hold."""
    _assets()
    _items()
    op.add_column("notice", sa.Column("item", _TEXT))
    op.add_column("notice", sa.Column("superseded_by", _TEXT))
    op.create_index("ix_notice_item", "notice", ["item"])
    # Assets that are not read again must be found by their day, too. Names that were too
    # long for a key stand there as a digest, whose end is no day.
    op.execute(
        "INSERT INTO asset_key (kind, value, asset_id)"
        " SELECT DISTINCT 'day', substr(value, length(value) - 9), asset_id FROM asset_key"
        " WHERE kind = 'name-date' AND value LIKE '%|____-__-__'"
    )


def _assets() -> None:
    op.create_table(
        "asset_version",
        sa.Column("asset_id", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("seq", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("version", _TEXT, nullable=False),
        sa.Column("media_type", _TEXT, nullable=False),
        sa.Column("sha256", _TEXT),
        sa.Column("image_digest", _TEXT),
        sa.Column("scan_digest", _TEXT),
        sa.Column("document", _TEXT, nullable=False),
        sa.Column("read", _TEXT, nullable=False),
        sa.Column("scan_run", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "seq", name="pk_asset_version"),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name="fk_asset_version_asset_id"),
        sqlite_with_rowid=False,
    )


def _items() -> None:
    op.create_table(
        "wire_item",
        sa.Column("id", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("guid", _TEXT, nullable=False),
        sa.Column("version", _TEXT, nullable=False),
        sa.Column("source_digest", _TEXT, nullable=False),
        sa.Column("received", _TEXT),
        sa.Column("first_seen", _TEXT, nullable=False),
        sa.Column("document", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wire_item"),
    )
    op.create_index("ix_wire_item_guid", "wire_item", ["guid"])
    op.create_index("ix_wire_item_source_digest", "wire_item", ["source_digest"])
    op.create_table(
        "wire_item_key",
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.Column("item_id", _INTEGER, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("kind", "value", "item_id", name="pk_wire_item_key"),
        sa.ForeignKeyConstraint(["item_id"], ["wire_item.id"], name="fk_wire_item_key_item_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_wire_item_key_item_id", "wire_item_key", ["item_id"])


def downgrade() -> None:
    """Refuse: going back would lose what pictures said before."""
    raise RegistryError("The second schema cannot be undone.", remedy="Restore a backup.")
