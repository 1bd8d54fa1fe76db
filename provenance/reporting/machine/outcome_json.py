"""What became of files, in the forms of the JSON documents."""

from __future__ import annotations

from typing import assert_never

from provenance.model import Applied, Conflict, Failed, Fixity, FixOutcome, Held
from provenance.reporting.told import Recovered, Settled

Json = dict[str, object]


def outcome_json(one: Settled) -> Json:
    """What became of one file; ``before`` and ``after`` only where it was changed."""
    status, reason, before, after = _outcome(one.result)
    return {
        "path": one.path,
        "status": status,
        "findingIds": list(one.finding_ids),
        "reason": reason,
        "before": before,
        "after": after,
        "notes": list(one.notes),
    }


def _outcome(outcome: FixOutcome) -> tuple[str, str | None, Json | None, Json | None]:
    match outcome:
        case Applied(before, after):
            return "applied", None, _fixity(before), _fixity(after)
        case Held(reason):
            return "held", reason, None, None
        case Conflict(reason):
            return "conflict", reason, None, None
        case Failed(_, reason):
            return "failed", reason, None, None
        case _:
            assert_never(outcome)


def _fixity(fixity: Fixity) -> Json:
    return {"sha256": fixity.sha256, "imageDigest": fixity.image_digest}


def recovered_json(one: Recovered) -> Json:
    """What was done first about one file of an interrupted run."""
    return {
        "path": one.uri,
        "act": one.act,
        "state": str(one.state),
        "reason": one.reason or None,
        "kept": one.kept or None,
        "runId": one.run_id,
    }
