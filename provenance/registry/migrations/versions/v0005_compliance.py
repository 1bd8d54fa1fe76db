"""Duties and their deadlines, deliveries, letters, amended decisions, the queue's index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from provenance.errors import RegistryError

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


# Every column that the order of the review queue is worked out from.
_QUEUE = (
    "status", "fixability", "rule", "severity", "confidence",
    "notice_id", "asset_id", "first_seen", "decision_key", "finding_id",
)  # fmt: skip


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, _TEXT, nullable=False) for name in names]


def upgrade() -> None:
    """Add the tables, and to decisions the values that a person put in place of the proposed."""
    op.create_table(
        "duty_act",
        sa.Column("id", _INTEGER, nullable=False, autoincrement=False),
        *_words("notice_id", "duty", "state", "agent", "made", "proof"),
        *_words("evidence", "evidence_sha256", "reason"),
        sa.Column("until", _TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_duty_act"),
    )
    op.create_index("ix_duty_act_notice_id", "duty_act", ["notice_id"])
    op.create_table(
        "delivery",
        *_words("delivery_id", "uri"),
        sa.Column("scan_digest", _TEXT),
        *_words("recipient", "contact", "day", "recorded", "agent", "source"),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_delivery"),
    )
    for column in ("uri", "scan_digest", "recipient"):
        op.create_index(f"ix_delivery_{column}", "delivery", [column])
    op.create_table(
        "letter",
        *_words("letter_id", "notice_id", "recipient", "contact", "kind", "made", "agent"),
        *_words("sha256"),
        sa.Column("sent", _TEXT),
        sa.PrimaryKeyConstraint("letter_id", name="pk_letter"),
    )
    op.create_index("ix_letter_notice_id", "letter", ["notice_id"])
    op.create_table(
        "answer",
        sa.Column("id", _INTEGER, nullable=False, autoincrement=False),
        *_words("notice_id", "recipient", "kind", "received", "agent", "words"),
        *_words("evidence", "evidence_sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
    )
    op.create_index("ix_answer_notice_id_recipient", "answer", ["notice_id", "recipient"])
    op.add_column("decision", sa.Column("amended", _TEXT))
    op.drop_index("ix_finding_status", "finding")
    op.create_index("ix_finding_queue", "finding", list(_QUEUE))


def downgrade() -> None:
    """Refuse: going back would lose what the desk did under its notices."""
    raise RegistryError("The fifth schema cannot be undone.", remedy="Restore a backup.")
