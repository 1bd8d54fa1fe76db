"""Fixing: a plan as data, applied safely, recovered after a crash, undone byte for byte."""

from provenance.fixing.apply import Applying, ApplyOptions, apply_plan
from provenance.fixing.desk import Desk, Outcome, Progress
from provenance.fixing.plan import (
    FileDiff,
    HeldFinding,
    Mandate,
    Plan,
    PlanItem,
    PlannedFile,
    ValueDiff,
    build_plan,
    diff,
)
from provenance.fixing.plan_file import dump_plan, load_plan, plan_digest
from provenance.fixing.recovery import Recovered, recover
from provenance.fixing.undo import file_query, undo
from provenance.storage.replace import WriteOptions

__all__ = [
    "ApplyOptions",
    "Applying",
    "Desk",
    "FileDiff",
    "HeldFinding",
    "Mandate",
    "Outcome",
    "Plan",
    "PlanItem",
    "PlannedFile",
    "Progress",
    "Recovered",
    "ValueDiff",
    "WriteOptions",
    "apply_plan",
    "build_plan",
    "diff",
    "dump_plan",
    "file_query",
    "load_plan",
    "plan_digest",
    "recover",
    "undo",
]
