"""The tables of what a desk owes under notices, and of those it passed pictures to."""

from __future__ import annotations

from sqlalchemy import Index

from provenance.registry.row import Row, number, text


class DutyActRow(Row, table=True):
    """One act about one duty of a notice; the newest holds."""

    __tablename__ = "duty_act"

    id: int = number(key=True)
    notice_id: str = text(index=True)
    duty: str = text()
    state: str = text()
    agent: str = text()
    made: str = text()
    proof: str = text()
    evidence: str = text()
    evidence_sha256: str = text()
    reason: str = text()
    until: str | None = text(nullable=True)


class DeliveryRow(Row, table=True):
    """A picture that went to a third party; found by the asset and by its picture data."""

    __tablename__ = "delivery"

    delivery_id: str = text(primary_key=True)
    uri: str = text(index=True)
    scan_digest: str | None = text(nullable=True, index=True)
    recipient: str = text(index=True)
    contact: str = text()
    day: str = text()
    recorded: str = text()
    agent: str = text()
    source: str = text()


class LetterRow(Row, table=True):
    """A letter to a third party under a notice."""

    __tablename__ = "letter"

    letter_id: str = text(primary_key=True)
    notice_id: str = text(index=True)
    recipient: str = text()
    contact: str = text()
    kind: str = text()
    made: str = text()
    agent: str = text()
    sha256: str = text()
    sent: str | None = text(nullable=True)


class AnswerRow(Row, table=True):
    """What a third party answered; the newest of a notice and recipient counts."""

    __tablename__ = "answer"

    id: int = number(key=True)
    notice_id: str = text()
    recipient: str = text()
    kind: str = text()
    received: str = text()
    agent: str = text()
    words: str = text()
    evidence: str = text()
    evidence_sha256: str = text()

    __table_args__ = (Index(None, "notice_id", "recipient"),)
