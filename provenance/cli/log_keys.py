"""``log erase``, ``log rotate-key``, ``log renew``: what changes a log's words, key or life."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli.common import OK, OPEN, USAGE, Desk, command
from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.auditlog.erasing.erasure import Erased
    from provenance.model import Agent

_PROBLEMS = {
    "key-foreign": "the key that is there is not its own",
    "key-missing": "its key is lost",
    "log-behind": "it is older than its newest checkpoint",
    "log-forked": "its newest checkpoint covers another history",
    "log-missing": "it is gone",
    "log-replaced": "another log stood in its place",
}

_STUCK = "nothing can be added to it any more"

Reason = Annotated[str, typer.Option("--reason", metavar="WHY", help="Why; it is recorded.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the group of the log."""
    command(app, "erase")(erase)
    command(app, "rotate-key")(rotate_key)
    command(app, "renew")(renew)


def erase(
    desk: Desk,
    reason: Reason,
    record: Annotated[
        list[int] | None,
        typer.Option(metavar="N", min=0, help="All words of this record; repeatable."),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="Every value that holds these words; repeatable."),
    ] = None,
    notice: Annotated[
        str | None, typer.Option(metavar="NOTICE", help="All words of this notice's records.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Erase. Without it: show what would be erased.")
    ] = False,
) -> int:
    """Erase words, such as a person's name, from the log. Its records and proofs still hold.

    The records themselves stay: they hold only salted digests of the words. Files' paths and
    the reasons that people gave are part of the records and cannot be erased.
    """
    from provenance import pipeline  # noqa: PLC0415 - start-up stays quick
    from provenance.auditlog.erasing import erasure  # noqa: PLC0415

    _require_reason(reason)
    if not (record or name or notice):
        raise UsageError(
            "Say what to erase.", remedy="Give --record N, --name WORDS or --notice NOTICE."
        )
    with desk.session(create=False) as session:
        records = list(record or ())
        if notice is not None:
            with session.registry.read() as tx:
                records += pipeline.records_of_notice(tx, notice)
        wanted = erasure.Wanted(tuple(records), tuple(name or ()))
        if apply:
            agent = _agent(session.agent)
            done = erasure.erase(session.log, session.registry, wanted, agent, reason)
            _tell(_told(done, applied=True))
            return OK if done.purged else OPEN
        planned = erasure.preview(session.registry, session.log.state, wanted)
        if not planned.values and not planned.closed:
            _tell(["The log keeps no such words."])
            return USAGE
        _tell([*_told(planned, applied=False), "Add --apply to erase them."])
    return OPEN


def rotate_key(desk: Desk, reason: Reason) -> int:
    """Change the key that signs the log, for instance when others may have copied it.

    The old key signs the new one in, and is then removed.
    """
    from provenance.auditlog import handover, keys  # noqa: PLC0415

    _require_reason(reason)
    with desk.session(create=False) as session:
        made = session.log.rotate(session.registry, _agent(session.agent), reason)
        state = session.log.state
        vkey = keys.vkey_of(state, made.origin)
        others = handover.others_sharing(state, made.origin)
        kept = others if keys.key_path(state).exists() else 0
    _tell([f"The log {made.origin} has a new key from record {made.size} on:", vkey])
    _tell(["Give it to whoever checks evidence with the old one; the record of the change shows"])
    _tell(["that the old key agreed."])
    if kept:
        _tell([f"The old key's file stays, because {_many(kept, 'other log')} may need it."])
    else:
        _tell(["The old key's file was removed. Remove it from backups of the state folder too."])
    return OK


def renew(
    desk: Desk,
    reason: Reason,
    sound: Annotated[
        bool, typer.Option("--sound", help="Also where nothing is wrong with the log.")
    ] = False,
) -> int:
    """Begin a new log where the old one cannot be gone on with: key lost, old backup, altered.

    The old log is kept as a file in the state folder, and the new log's first record names it
    and says why.
    """
    from provenance.auditlog import verify  # noqa: PLC0415
    from provenance.auditlog.closing import renewal  # noqa: PLC0415

    _require_reason(reason)
    with desk.session(create=False) as session:
        agent = _agent(session.agent)
        if not sound:
            with session.registry.read() as tx:
                found = verify(tx.connection, session.log.state)
            if found.ok and found.size:
                raise UsageError(
                    "Nothing is wrong with this log, and it can be gone on with.",
                    remedy="Give --sound to close it all the same, or see `provenance log"
                    " rotate-key` for a new key.",
                )
        done = renewal.renew(session.log, session.registry, agent, reason)
    said = ["Nothing was left of the old log."]
    if done.kept is not None:
        said = [f"The log {done.former or '(its name cannot be read)'} {_end(done.problem)}."]
        kept = _many(done.kept.size + done.kept.others, "record")
        said.append(f"{kept} of it: {done.kept.path}")
    said.append(f"The log {done.checkpoint.origin} begins and names the old one.")
    said.append("Give this checkpoint to whoever kept one of the old log:")
    _tell([*said, done.checkpoint.note.rstrip("\n")])
    return OK


def _end(problem: str) -> str:
    """How the old log ended: by its own last record, or not."""
    if not problem:
        return "was closed with a last record"
    return f"could not be closed, because {_PROBLEMS.get(problem, _STUCK)} ({problem})"


def _told(done: Erased, *, applied: bool) -> list[str]:
    verb = "were erased" if applied else "would be erased"
    said = [f"{_many(done.values, 'value')} of {_many(len(done.records), 'record')} {verb}."]
    if done.closed:
        said.append(f"{_many(done.closed, 'value')} of logs that were closed {verb}.")
    if applied and not done.purged:
        said.append(
            "The database did not let its file be written anew: octets of the words may still"
            " lie in it. Close other programs that use the registry, then have it rewritten:"
            " VACUUM (SQLite) or VACUUM FULL audit_payload (PostgreSQL)."
        )
    if done.remains:
        said.append("The words still stand elsewhere in the registry; this command leaves them:")
        said += [f"  {one.count} {one.place}. {one.remedy}" for one in done.remains]
    said.append(
        "Backups of the registry and evidence already given out are beyond this program's reach."
    )
    return said


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("The reason is empty.", remedy="Say why in --reason; it is recorded.")


def _agent(name: str) -> Agent:
    from provenance.model import Agent  # noqa: PLC0415

    return Agent("authorizer", f"user:{name}")


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _tell(lines: Sequence[str]) -> None:
    from provenance.cli import console  # noqa: PLC0415
    from provenance.reporting.text import one_line  # noqa: PLC0415

    shown = "\n".join(one_line(part) for line in lines for part in line.split("\n"))
    console.write(f"{shown}\n", None)
