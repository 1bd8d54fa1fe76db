"""What a fix writes into the audit log: intent first, then exactly one ending."""

from __future__ import annotations

import hashlib

from provenance.auditlog import PROGRAM
from provenance.auditlog.record import LARGEST_RECORD, encode, moment
from provenance.fixing.desk import UNDO
from provenance.model import Agent, Change, Event, EventObject, Fixity
from provenance.registry import Fix, FixState
from provenance.storage.replace import WriteOptions

# What two commitments and their names take in a record, generously.
_COMMITMENTS = 50
_OUTCOMES = {
    FixState.INTENT: ("intent", "success"),
    FixState.COMMIT: ("commit", "success"),
    FixState.ABORT: ("abort", "aborted"),
    FixState.CONFLICT: ("conflict", "conflict"),
}

LONGEST_REASON = 2_000
"""Characters of a reason that go into the log; a message may quote two long paths."""

Detail = tuple[tuple[str, str | int], ...]


def event_of(fix: Fix, kind: str, agent: str, state: FixState, detail: Detail = ()) -> Event:
    """The event of a fix that enters a state.

    The values changed stand in the commit alone; an intent that comes to nothing leaves
    no words behind.

    Args:
        fix: the file and what is done to it.
        kind: ``fix`` or ``undo``, by the run.
        agent: the person who runs the command.
        state: intent, commit, abort or conflict.
        detail: what else there is to say.
    """
    word, outcome = _OUTCOMES[state]
    committed = state is FixState.COMMIT
    return Event(
        act=f"{UNDO if kind == UNDO else 'fix'}.{word}",
        outcome=outcome,
        agents=(
            PROGRAM,
            Agent("implementer", f"user:{agent}"),
            Agent("authorizer", f"user:{fix.agent}"),
        ),
        objects=(
            _object("source", fix.uri, fix.before),
            _object("outcome", fix.uri, fix.after),
        ),
        tx=fix.fix_id,
        why=(
            *(("notice", notice) for notice in fix.notice_ids),
            *(("finding", finding) for finding in fix.finding_ids),
        ),
        changes=tuple(Change(e.locator, e.before, e.after) for e in fix.edits) if committed else (),
        detail=(
            ("run", fix.run_id),
            ("patch", f"sha256:{hashlib.sha256(fix.patch).hexdigest()}"),
            *((("undoes", fix.undoes),) if fix.undoes else ()),
            *((("extent", "in part"),) if fix.in_part else ()),
            *detail,
        ),
    )


def allowed(options: WriteOptions) -> Detail:
    """What a person allowed beyond the careful default, for the intents of that run."""
    words = {
        "keep-mtime": options.keep_mtime,
        "break-hardlink": options.break_hardlink,
        "force-readonly": options.force_readonly,
    }
    given = " ".join(word for word, is_given in words.items() if is_given)
    return (("allowed", given),) if given else ()


def must_fit(fix: Fix, kind: str, agent: str, now: str) -> None:
    """Make sure that the log can hold how this fix ends, before its file is touched.

    Raises:
        LogError: ``record-too-large`` and whatever else the log refuses to record.
    """
    words = (*fix.finding_ids, *fix.notice_ids, *(edit.locator for edit in fix.edits))
    roughly = 4 * sum(len(word) + _COMMITMENTS for word in (*words, fix.uri, fix.agent, agent))
    if roughly < LARGEST_RECORD // 4:
        return
    longest = (("reason", "\U0001f4f7" * LONGEST_REASON),)
    ending = event_of(fix, kind, agent, FixState.COMMIT, longest)
    encode(ending, "x" * 128, 2**52, moment(now))


def _object(role: str, path: str, fixity: Fixity) -> EventObject:
    return EventObject(role, path, fixity.sha256, fixity.image_digest, fixity.size)
