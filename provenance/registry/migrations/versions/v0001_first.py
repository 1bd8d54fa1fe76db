"""The first schema: assets, notices, findings, decisions, runs, fixes, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from provenance.errors import RegistryError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_BYTES = sa.LargeBinary()


def upgrade() -> None:
    """Make every table, and the triggers that keep the log append-only."""
    _assets()
    _notices()
    _findings()
    _fixes()
    _audit()
    _guards(op.get_bind().dialect.name)


def _assets() -> None:
    op.create_table(
        "asset",
        sa.Column("id", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("uri", _TEXT, nullable=False),
        sa.Column("path", _TEXT, nullable=False),
        sa.Column("size", _INTEGER, nullable=False),
        sa.Column("version", _TEXT, nullable=False),
        sa.Column("media_type", _TEXT, nullable=False),
        sa.Column("sha256", _TEXT),
        sa.Column("image_digest", _TEXT),
        sa.Column("scan_digest", _TEXT),
        sa.Column("document", _TEXT, nullable=False),
        sa.Column("content_credentials", _TEXT),
        sa.Column("presence", _TEXT, nullable=False),
        sa.Column("error", _TEXT),
        sa.Column("first_seen", _TEXT, nullable=False),
        sa.Column("last_seen", _TEXT, nullable=False),
        sa.Column("scan_run", _TEXT, nullable=False),
        sa.Column("examined", _TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_asset"),
        sa.UniqueConstraint("uri", name="uq_asset_uri"),
    )
    op.create_table(
        "asset_key",
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.Column("asset_id", _INTEGER, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("kind", "value", "asset_id", name="pk_asset_key"),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name="fk_asset_key_asset_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_asset_key_asset_id", "asset_key", ["asset_id"])
    op.create_table(
        "folder",
        sa.Column("uri", _TEXT, nullable=False),
        sa.Column("device", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("uri", name="pk_folder"),
    )


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("notice_id", _TEXT, nullable=False),
        sa.Column("provider", _TEXT),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("authority", _TEXT, nullable=False),
        sa.Column("received", _TEXT),
        sa.Column("received_by", _TEXT),
        sa.Column("retracted", _TEXT),
        sa.Column("retracted_by", _TEXT),
        sa.Column("first_seen", _TEXT, nullable=False),
        sa.Column("document", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name="pk_notice"),
    )
    op.create_table(
        "notice_key",
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.Column("notice_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "notice_id", name="pk_notice_key"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.notice_id"], name="fk_notice_key_notice_id"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_notice_key_notice_id", "notice_key", ["notice_id"])


def _findings() -> None:
    op.create_table(
        "finding",
        sa.Column("finding_id", _TEXT, nullable=False),
        sa.Column("decision_key", _TEXT, nullable=False),
        sa.Column("rule", _TEXT, nullable=False),
        sa.Column("severity", _TEXT, nullable=False),
        sa.Column("confidence", _TEXT, nullable=False),
        sa.Column("fixability", _TEXT, nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("asset_id", _INTEGER, nullable=False),
        sa.Column("notice_id", _TEXT),
        sa.Column("document", _TEXT, nullable=False),
        sa.Column("first_seen", _TEXT, nullable=False),
        sa.Column("last_seen", _TEXT, nullable=False),
        sa.Column("run_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("finding_id", name="pk_finding"),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name="fk_finding_asset_id"),
    )
    op.create_index("ix_finding_asset_id", "finding", ["asset_id"])
    op.create_index("ix_finding_decision_key", "finding", ["decision_key"])
    op.create_index("ix_finding_notice_id", "finding", ["notice_id"])
    op.create_index("ix_finding_status", "finding", ["status"])
    op.create_table(
        "decision",
        sa.Column("id", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("decision_key", _TEXT, nullable=False),
        sa.Column("finding_id", _TEXT, nullable=False),
        sa.Column("verdict", _TEXT, nullable=False),
        sa.Column("agent", _TEXT, nullable=False),
        sa.Column("decided", _TEXT, nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        sa.Column("until", _TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_decision_key", "decision", ["decision_key"])


def _fixes() -> None:
    op.create_table(
        "run",
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("agent", _TEXT, nullable=False),
        sa.Column("started", _TEXT, nullable=False),
        sa.Column("finished", _TEXT),
        sa.Column("document", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_run"),
    )
    op.create_table(
        "fix",
        sa.Column("fix_id", _TEXT, nullable=False),
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("uri", _TEXT, nullable=False),
        sa.Column("asset_uri", _TEXT, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("before_sha256", _TEXT, nullable=False),
        sa.Column("before_image", _TEXT),
        sa.Column("before_size", _INTEGER, nullable=False),
        sa.Column("after_sha256", _TEXT, nullable=False),
        sa.Column("after_image", _TEXT),
        sa.Column("after_size", _INTEGER, nullable=False),
        sa.Column("patch", _BYTES, nullable=False),
        sa.Column("tmp_name", _TEXT, nullable=False),
        sa.Column("created", _TEXT, nullable=False),
        sa.Column("settled", _TEXT),
        sa.Column("intent_index", _INTEGER),
        sa.Column("outcome_index", _INTEGER),
        sa.Column("document", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("fix_id", name="pk_fix"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name="fk_fix_run_id"),
    )
    op.create_index("ix_fix_asset_uri", "fix", ["asset_uri"])
    op.create_index("ix_fix_run_id", "fix", ["run_id"])
    op.create_index("ix_fix_state", "fix", ["state"])
    op.create_index("ix_fix_uri", "fix", ["uri"])
    op.create_table(
        "fix_notice",
        sa.Column("notice_id", _TEXT, nullable=False),
        sa.Column("fix_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("notice_id", "fix_id", name="pk_fix_notice"),
        sa.ForeignKeyConstraint(["fix_id"], ["fix.fix_id"], name="fk_fix_notice_fix_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_fix_notice_fix_id", "fix_notice", ["fix_id"])


def _audit() -> None:
    op.create_table(
        "audit_leaf",
        sa.Column("idx", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("rec", _BYTES, nullable=False),
        sa.Column("leaf_hash", _BYTES, nullable=False),
        sa.PrimaryKeyConstraint("idx", name="pk_audit_leaf"),
    )
    op.create_table(
        "audit_node",
        sa.Column("level", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("idx", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("hash", _BYTES, nullable=False),
        sa.PrimaryKeyConstraint("level", "idx", name="pk_audit_node"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_head",
        sa.Column("id", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("origin", _TEXT, nullable=False),
        sa.Column("size", _INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
    )
    op.create_table(
        "audit_payload",
        sa.Column("idx", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("salt", _BYTES, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("idx", "name", name="pk_audit_payload"),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("size", _INTEGER, nullable=False, autoincrement=False),
        sa.Column("note", _TEXT, nullable=False),
        sa.Column("issued", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_audit_checkpoint"),
    )


def _guards(dialect: str) -> None:
    """Stop accidents; what an attacker does is found by verifying the log."""
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_leaf_no_{verb.lower()} BEFORE {verb} ON audit_leaf"
                " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_leaf_guard() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_leaf_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_leaf"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_leaf_guard()"
    )


def downgrade() -> None:
    """Refuse: going back would lose the log."""
    raise RegistryError("The first schema cannot be undone.", remedy="Restore a backup.")
