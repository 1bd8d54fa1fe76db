"""Tables of what is done: notices, findings, decisions, runs and fixes."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index
from sqlmodel import Field

from provenance.registry.columns import BigInt, KeyText
from provenance.registry.row import Row, link, number, octets, text


class NoticeRow(Row, table=True):
    """A notice; ``document`` is the whole value, the other columns are for looking up."""

    __tablename__ = "notice"

    notice_id: str = text(primary_key=True)
    provider: str | None = text(nullable=True)
    kind: str = text()
    authority: str = text()
    received: str | None = text(nullable=True)
    received_by: str | None = text(nullable=True)
    retracted: str | None = text(nullable=True)
    retracted_by: str | None = text(nullable=True)
    first_seen: str = text()
    document: str = text()
    item: str | None = Field(sa_column=Column(KeyText(), nullable=True, index=True))
    superseded_by: str | None = text(nullable=True)


class NoticeKeyRow(Row, table=True):
    """A blocking key of a notice: the index from a new asset to the notices it may concern."""

    __tablename__ = "notice_key"
    __table_args__ = (Index(None, "notice_id"), {"sqlite_with_rowid": False})

    kind: str = text(primary_key=True)
    value: str = Field(sa_column=Column(KeyText(), primary_key=True))
    notice_id: str = link("notice.notice_id", key=True)


class FindingRow(Row, table=True):
    """A finding; ``status`` is the state that counts, ``document`` the rest of the value.

    One index holds all that the order of the review queue is worked out from, so that no
    document is read for it.
    """

    __tablename__ = "finding"
    __table_args__ = (
        Index(
            "ix_finding_queue", "status", "fixability", "rule", "severity", "confidence",
            "notice_id", "asset_id", "first_seen", "decision_key", "finding_id",
        ),
    )  # fmt: skip

    finding_id: str = text(primary_key=True)
    decision_key: str = text(index=True)
    rule: str = text()
    severity: str = text()
    confidence: str = text()
    fixability: str = text()
    status: str = text()
    asset_id: int = Field(sa_column=Column(BigInt, ForeignKey("asset.id"), index=True,
                                           nullable=False))  # fmt: skip
    notice_id: str | None = text(nullable=True, index=True)
    document: str = text()
    first_seen: str = text()
    last_seen: str = text()
    run_id: str = text()


class DecisionRow(Row, table=True):
    """A named decision. Rows are only added: the newest one of a key holds.

    ``grounds`` is a digest of the evidence that the decision was made on; ``amended`` the values
    that a person put in place of the proposed ones.
    """

    __tablename__ = "decision"

    id: int = number(key=True)
    decision_key: str = text(index=True)
    finding_id: str = text()
    verdict: str = text()
    agent: str = text()
    decided: str = text()
    reason: str = text()
    until: str | None = text(nullable=True)
    grounds: str | None = text(nullable=True)
    amended: str | None = text(nullable=True)


class RunRow(Row, table=True):
    """One run of a command that reads or writes pictures."""

    __tablename__ = "run"

    run_id: str = text(primary_key=True)
    kind: str = text()
    agent: str = text()
    started: str = text()
    finished: str | None = text(nullable=True)
    document: str = text()


class FixRow(Row, table=True):
    """One file of one fix: the intent, how it ended, and the patch that undoes it."""

    __tablename__ = "fix"

    fix_id: str = text(primary_key=True)
    run_id: str = link("run.run_id")
    uri: str = text(index=True)
    asset_uri: str = text(index=True)
    state: str = text(index=True)
    before_sha256: str = text()
    before_image: str | None = text(nullable=True)
    before_size: int = number()
    after_sha256: str = text()
    after_image: str | None = text(nullable=True)
    after_size: int = number()
    patch: bytes = octets()
    tmp_name: str = text()
    created: str = text()
    settled: str | None = text(nullable=True)
    intent_index: int | None = number(nullable=True)
    outcome_index: int | None = number(nullable=True)
    document: str = text()

    __table_args__ = (Index(None, "run_id"),)


class FixNoticeRow(Row, table=True):
    """Which notices a fix acted on: the index from a notice to what was done about it."""

    __tablename__ = "fix_notice"
    __table_args__ = (Index(None, "fix_id"), {"sqlite_with_rowid": False})

    notice_id: str = text(primary_key=True)
    fix_id: str = link("fix.fix_id", key=True)
