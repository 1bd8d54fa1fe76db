"""Which withdrawn pictures were moved out of reach, where they are kept, and on whose word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from provenance.errors import RegistryError

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "quarantine",
        sa.Column("move_id", _TEXT, nullable=False),
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("act", _TEXT, nullable=False),
        sa.Column("origin", _TEXT),
        sa.Column("notice_id", _TEXT, nullable=False),
        sa.Column("uri", _TEXT, nullable=False),
        sa.Column("asset_uri", _TEXT, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("place", _TEXT, nullable=False),
        sa.Column("sha256", _TEXT, nullable=False),
        sa.Column("image_digest", _TEXT),
        sa.Column("scan_digest", _TEXT),
        sa.Column("size", _INTEGER, nullable=False),
        sa.Column("mode", _INTEGER, nullable=False),
        sa.Column("modified", _INTEGER, nullable=False),
        sa.Column("tmp_name", _TEXT, nullable=False),
        sa.Column("created", _TEXT, nullable=False),
        sa.Column("settled", _TEXT),
        sa.Column("intent_index", _INTEGER),
        sa.Column("outcome_index", _INTEGER),
        sa.Column("document", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("move_id", name="pk_quarantine"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name="fk_quarantine_run_id"),
    )
    for column in ("notice_id", "uri", "asset_uri", "state", "run_id"):
        op.create_index(f"ix_quarantine_{column}", "quarantine", [column])


def downgrade() -> None:
    """Refuse: going back would lose where withdrawn pictures are kept."""
    raise RegistryError("The fourth schema cannot be undone.", remedy="Restore a backup.")
