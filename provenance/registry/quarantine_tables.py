"""The table of withdrawn pictures that were moved out of reach."""

from __future__ import annotations

from sqlalchemy import Index

from provenance.registry.row import Row, link, number, text


class QuarantineRow(Row, table=True):
    """One file of one move: into quarantine, back, or deleted; ``origin`` is the first move."""

    __tablename__ = "quarantine"

    move_id: str = text(primary_key=True)
    run_id: str = link("run.run_id")
    act: str = text()
    origin: str | None = text(nullable=True)
    notice_id: str = text(index=True)
    uri: str = text(index=True)
    asset_uri: str = text(index=True)
    state: str = text(index=True)
    place: str = text()
    sha256: str = text()
    image_digest: str | None = text(nullable=True)
    scan_digest: str | None = text(nullable=True)
    size: int = number()
    mode: int = number()
    modified: int = number()
    tmp_name: str = text()
    created: str = text()
    settled: str | None = text(nullable=True)
    intent_index: int | None = number(nullable=True)
    outcome_index: int | None = number(nullable=True)
    document: str = text()

    __table_args__ = (Index(None, "run_id"),)
