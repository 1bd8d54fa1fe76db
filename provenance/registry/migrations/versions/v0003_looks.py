"""How pictures look, what the desk's own system says of them, on what grounds was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from provenance.errors import RegistryError

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the tables, and the column of the decisions."""
    _looks()
    _desk()
    op.add_column("decision", sa.Column("grounds", _TEXT))
    # What is held is counted by every audit, and the rows themselves are long.
    op.create_index("ix_asset_presence", "asset", ["presence"])
    # Keys of a new kind come from reading anew; what was read before is read again.
    op.execute("UPDATE asset SET version = '' WHERE media_type LIKE 'image/%'")


def _looks() -> None:
    op.create_table(
        "picture_hash",
        sa.Column("asset_id", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("basis", _TEXT, nullable=False),
        sa.Column("pdq", sa.LargeBinary()),
        sa.Column("trimmed", sa.LargeBinary()),
        sa.Column("mirrored", sa.LargeBinary()),
        sa.Column("quality", _INTEGER, nullable=False),
        sa.Column("width", _INTEGER, nullable=False),
        sa.Column("height", _INTEGER, nullable=False),
        sa.Column("failure", _TEXT),
        sa.PrimaryKeyConstraint("asset_id", name="pk_picture_hash"),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name="fk_picture_hash_asset_id"),
    )
    op.create_table(
        "picture_chunk",
        sa.Column("bucket", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("asset_id", _INTEGER, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("bucket", "asset_id", name="pk_picture_chunk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "picture_crop",
        sa.Column("basis", _TEXT, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("searched", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("basis", name="pk_picture_crop"),
    )
    op.create_table(
        "likeness",
        sa.Column("one", _TEXT, nullable=False),
        sa.Column("other", _TEXT, nullable=False),
        sa.Column("document", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name="pk_likeness"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_likeness_other", "likeness", ["other"])


def _desk() -> None:
    op.create_table(
        "desk_record",
        sa.Column("id", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("document", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_record"),
    )
    op.create_index("ix_desk_record_source", "desk_record", ["source"])
    op.create_table(
        "desk_record_key",
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.Column("record_id", _INTEGER, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("kind", "value", "record_id", name="pk_desk_record_key"),
        sa.ForeignKeyConstraint(
            ["record_id"], ["desk_record.id"], name="fk_desk_record_key_record_id"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_desk_record_key_record_id", "desk_record_key", ["record_id"])


def downgrade() -> None:
    """Refuse: going back would lose what a person imported and decided."""
    raise RegistryError("The third schema cannot be undone.", remedy="Restore a backup.")
