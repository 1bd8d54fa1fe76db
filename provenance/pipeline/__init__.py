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
    from provenance.pipeline.compliance import compliance_report, write_report
    from provenance.pipeline.noticing import bring, correct_in_house, retract
    from provenance.pipeline.recalling import Known, known, records_of_notice
    from provenance.pipeline.remedying import Proposed, Remedied, decide, plan, remediate, undo
    from provenance.pipeline.scanning import Scanned, scan
    from provenance.pipeline.session import Session

__all__ = [
    "Audited",
    "Known",
    "Problem",
    "Proposed",
    "Remedied",
    "Scanned",
    "Session",
    "audit",
    "bring",
    "compliance_report",
    "correct_in_house",
    "decide",
    "known",
    "parse_files",
    "plan",
    "recall",
    "records_of_notice",
    "remediate",
    "retract",
    "scan",
    "undo",
    "write_report",
]

_MODULES = {
    "auditing": ("Audited", "audit", "recall"),
    "carriers": ("Problem", "parse_files"),
    "compliance": ("compliance_report", "write_report"),
    "noticing": ("bring", "correct_in_house", "retract"),
    "recalling": ("Known", "known", "records_of_notice"),
    "remedying": ("Proposed", "Remedied", "decide", "plan", "remediate", "undo"),
    "scanning": ("Scanned", "scan"),
    "session": ("Session",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name's module when the name is first asked for (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
