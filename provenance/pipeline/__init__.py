"""The only place that joins the rooms: scan, audit, fix, undo, report.

Names are looked up when they are first used: a worker process imports ``reading`` alone,
and ``provenance --help`` imports nothing of what a scan needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provenance.pipeline.auditing import Audited, audit, recall
    from provenance.pipeline.carriers import Problem, parse_files
    from provenance.pipeline.deciding import Withdrawn, decide, last_day, withdraw
    from provenance.pipeline.desk.importing import (
        Imported,
        forget_desk,
        import_desk,
        preview_desk,
    )
    from provenance.pipeline.hashing import Hashed, hash_below, hash_pictures
    from provenance.pipeline.noticing import bring, correct_in_house, retract
    from provenance.pipeline.quarantining import (
        Withdrawal,
        destroy,
        kept_of,
        kept_on,
        plan_quarantine,
        quarantine,
        release,
    )
    from provenance.pipeline.recalling import (
        Concerning,
        Known,
        RecordQuery,
        concerning,
        known,
        records_of_notice,
        records_where,
    )
    from provenance.pipeline.recovering import recover
    from provenance.pipeline.remedying import Proposed, Remedied, plan, remediate
    from provenance.pipeline.reports.compliance import compliance_report
    from provenance.pipeline.reports.exporting import give_out, write_family, write_report
    from provenance.pipeline.reports.report_check import ReportCheck, check_report
    from provenance.pipeline.scanning import Scanned, scan
    from provenance.pipeline.session import Session
    from provenance.pipeline.standing import Made, State, every
    from provenance.pipeline.undoing import (
        Foreseen,
        choice_of,
        foresee,
        preview_undo,
        take_back,
        undo,
        whole_name,
    )

__all__ = [
    "Audited",
    "Concerning",
    "Foreseen",
    "Hashed",
    "Imported",
    "Known",
    "Made",
    "Problem",
    "Proposed",
    "RecordQuery",
    "Remedied",
    "ReportCheck",
    "Scanned",
    "Session",
    "State",
    "Withdrawal",
    "Withdrawn",
    "audit",
    "bring",
    "check_report",
    "choice_of",
    "compliance_report",
    "concerning",
    "correct_in_house",
    "decide",
    "destroy",
    "every",
    "foresee",
    "forget_desk",
    "give_out",
    "hash_below",
    "hash_pictures",
    "import_desk",
    "kept_of",
    "kept_on",
    "known",
    "last_day",
    "parse_files",
    "plan",
    "plan_quarantine",
    "preview_desk",
    "preview_undo",
    "quarantine",
    "recall",
    "records_of_notice",
    "records_where",
    "recover",
    "release",
    "remediate",
    "retract",
    "scan",
    "take_back",
    "undo",
    "whole_name",
    "withdraw",
    "write_family",
    "write_report",
]

_MODULES = {
    "deciding": ("Withdrawn", "decide", "last_day", "withdraw"),
    "standing": ("Made", "State", "every"),
    "auditing": ("Audited", "audit", "recall"),
    "carriers": ("Problem", "parse_files"),
    "reports.compliance": ("compliance_report",),
    "reports.exporting": ("give_out", "write_family", "write_report"),
    "hashing": ("Hashed", "hash_below", "hash_pictures"),
    "desk.importing": ("Imported", "forget_desk", "import_desk", "preview_desk"),
    "noticing": ("bring", "correct_in_house", "retract"),
    "quarantining": (
        "Withdrawal",
        "destroy",
        "kept_of",
        "kept_on",
        "plan_quarantine",
        "quarantine",
        "release",
    ),
    "recalling": (
        "Concerning",
        "Known",
        "RecordQuery",
        "concerning",
        "known",
        "records_of_notice",
        "records_where",
    ),
    "recovering": ("recover",),
    "remedying": ("Proposed", "Remedied", "plan", "remediate"),
    "scanning": ("Scanned", "scan"),
    "reports.report_check": ("ReportCheck", "check_report"),
    "session": ("Session",),
    "undoing": (
        "Foreseen",
        "choice_of",
        "foresee",
        "preview_undo",
        "take_back",
        "undo",
        "whole_name",
    ),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name's module when the name is first asked for (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
