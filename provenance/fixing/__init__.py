"""Fixing: a plan as data, applied safely, recovered after a crash, undone byte for byte."""

from provenance.fixing.apply import Applying, ApplyOptions, apply_plan
from provenance.fixing.by_value import Choice
from provenance.fixing.desk import Desk, Outcome, Progress
from provenance.fixing.moving.quarantine import (
    MovedFile,
    MovedPicture,
    MoveOptions,
    destroy,
    quarantine,
    release,
)
from provenance.fixing.moving.recovery import RecoveredMove, recover_moves
from provenance.fixing.originals import make_ready
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
from provenance.fixing.recovering import Settled, recover_all
from provenance.fixing.recovery import Recovered, recover
from provenance.fixing.undo import Preview, file_query, preview, undo
from provenance.storage.replace import WriteOptions

__all__ = [
    "ApplyOptions",
    "Applying",
    "Choice",
    "Desk",
    "FileDiff",
    "HeldFinding",
    "Mandate",
    "MoveOptions",
    "MovedFile",
    "MovedPicture",
    "Outcome",
    "Plan",
    "PlanItem",
    "PlannedFile",
    "Preview",
    "Progress",
    "Recovered",
    "RecoveredMove",
    "Settled",
    "ValueDiff",
    "WriteOptions",
    "apply_plan",
    "build_plan",
    "destroy",
    "diff",
    "dump_plan",
    "file_query",
    "load_plan",
    "make_ready",
    "plan_digest",
    "preview",
    "quarantine",
    "recover",
    "recover_all",
    "recover_moves",
    "release",
    "undo",
]
