"""The registry's tables as the Core tables that the stores use.

Rows never leave the registry's room. Bulk work goes through Core (``ASSET`` ...), which is
what reaches the speed a scan needs.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table
from sqlmodel import SQLModel

from provenance.registry.asset_tables import (
    AssetKeyRow,
    AssetRow,
    AssetVersionRow,
    DeskRecordKeyRow,
    DeskRecordRow,
    FolderRow,
    LikenessRow,
    PictureChunkRow,
    PictureCropRow,
    PictureHashRow,
    WireItemKeyRow,
    WireItemRow,
)
from provenance.registry.case_tables import (
    DecisionRow,
    FindingRow,
    FixNoticeRow,
    FixRow,
    NoticeKeyRow,
    NoticeRow,
    RunRow,
)
from provenance.registry.compliance_tables import (
    AnswerRow,
    DeliveryRow,
    DutyActRow,
    LetterRow,
)
from provenance.registry.log_tables import (
    AuditCheckpointRow,
    AuditHeadRow,
    AuditLeafRow,
    AuditNodeRow,
    AuditPayloadRow,
)
from provenance.registry.quarantine_tables import QuarantineRow
from provenance.registry.row import METADATA

SCHEMA_REVISION: Final = "0005"
"""The revision of the newest migration: what this program reads and writes."""


def _table(row: type[SQLModel]) -> Table:
    return METADATA.tables[str(row.__tablename__)]


ASSET: Final = _table(AssetRow)
ASSET_KEY: Final = _table(AssetKeyRow)
ASSET_VERSION: Final = _table(AssetVersionRow)
PICTURE_HASH: Final = _table(PictureHashRow)
PICTURE_CHUNK: Final = _table(PictureChunkRow)
PICTURE_CROP: Final = _table(PictureCropRow)
LIKENESS: Final = _table(LikenessRow)
DESK_RECORD: Final = _table(DeskRecordRow)
DESK_RECORD_KEY: Final = _table(DeskRecordKeyRow)
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
QUARANTINE: Final = _table(QuarantineRow)
DUTY_ACT: Final = _table(DutyActRow)
DELIVERY: Final = _table(DeliveryRow)
LETTER: Final = _table(LetterRow)
ANSWER: Final = _table(AnswerRow)
AUDIT_LEAF: Final = _table(AuditLeafRow)
AUDIT_NODE: Final = _table(AuditNodeRow)
AUDIT_HEAD: Final = _table(AuditHeadRow)
AUDIT_PAYLOAD: Final = _table(AuditPayloadRow)
AUDIT_CHECKPOINT: Final = _table(AuditCheckpointRow)
