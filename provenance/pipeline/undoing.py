"""Undo: find what was done by the name a person gives, put it back, look again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from provenance import fixing, registry
from provenance.errors import RegistryError, UsageError
from provenance.fixing import ApplyOptions, Choice, Preview
from provenance.model import Property
from provenance.pipeline.auditing import examine_again
from provenance.pipeline.quarantining import kept_of, release
from provenance.pipeline.remedying import Remedied, desk_of, make_ready
from provenance.pipeline.session import Session
from provenance.registry import Move, MoveQuery

_IN_QUARANTINE = "it is in quarantine; once it is back, its correction is taken back as well"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What taking something back would do now.

    Attributes:
        preview: the fixes.
        back: the files that would come back from quarantine.
    """

    preview: Preview
    back: tuple[Move, ...] = ()


def whole_name(session: Session, what: str) -> str:
    """The run, notice or path that a word names; a notice's whole id for its beginning.

    A beginning counts only where the word itself names nothing that was done: what a file or a
    run is called is never taken for a part of something else.

    Raises:
        RegistryError: several notices begin so (code ``ambiguous``).
    """
    with session.registry.read() as tx:
        if registry.runs(tx, [what]) or registry.notices_of_ids(tx, [what]):
            return what
        if registry.fixes(tx, fixing.file_query(what)):
            return what
        if registry.moves(tx, MoveQuery(uri=os.path.abspath(what))):
            return what
        try:
            return registry.notice(tx, what).notice_id
        except RegistryError as error:
            if error.code != "not-found":
                raise
            return what


def take_back(
    session: Session,
    what: str,
    options: ApplyOptions | None = None,
    choice: Choice | None = None,
) -> Remedied:
    """Take back all that a run, a notice or a path names: moves first, then fixes.

    Where both were done on a notice, the pictures come back from quarantine before their
    former bytes do. Of a path the newest act is taken back, and a move is newer than a fix.
    Single values are taken out of fixes alone.

    Args:
        session: the command's surroundings.
        what: a run id, a notice id (its beginning will do) or a path.
        options: what a person allowed; jobs and progress are the session's.
        choice: whole files, byte for byte, by default; else which values.

    Raises:
        UsageError: as ``undo``, where nothing is in quarantine either.
        RegistryError, LogError, StorageError: as ``whole_name``, ``fixing.undo`` and
            ``fixing.release``.
    """
    what = whole_name(session, what)
    kept = _to_release(session, what, choice)
    if not kept:
        return undo(session, what, options, choice)
    make_ready(session, options or ApplyOptions())
    back = release(session, kept)
    if back.halted or not _is_fixed_on(session, what):
        return back
    try:
        undone = undo(session, what, options, choice)
    except UsageError as error:
        if error.code != "nothing-to-undo":
            raise
        return back
    return replace(
        undone,
        outcomes=(*back.outcomes, *undone.outcomes),
        recovered=(*back.recovered, *undone.recovered),
        run_ids=(back.run_id, undone.run_id),
    )


def foresee(
    session: Session,
    what: str,
    options: ApplyOptions | None = None,
    choice: Choice | None = None,
) -> Foreseen:
    """Say what ``take_back`` would do; nothing is written.

    Args:
        session: the command's surroundings.
        what: a run id, a notice id (its beginning will do) or a path.
        options: what a person allowed.
        choice: as for ``take_back``.

    Raises:
        UsageError: it names nothing that was done and stands.
        RegistryError: the registry refused, or several notices begin so.
    """
    what = whole_name(session, what)
    kept = _to_release(session, what, choice)
    if not kept:
        return Foreseen(preview_undo(session, what, options, choice))
    if not _is_fixed_on(session, what):
        return Foreseen(Preview(()), kept)
    try:
        preview = preview_undo(session, what, options, choice)
    except UsageError as error:
        if error.code != "nothing-to-undo":
            raise
        return Foreseen(Preview(()), kept)
    away = {one.asset_uri for one in kept}
    waiting = tuple((one.path, _IN_QUARANTINE) for one in preview.refused if one.uri in away)
    refused = tuple(one for one in preview.refused if one.uri not in away)
    return Foreseen(replace(preview, refused=refused, left=(*preview.left, *waiting)), kept)


def _to_release(session: Session, what: str, choice: Choice | None) -> tuple[Move, ...]:
    return kept_of(session, what) if choice is None or choice.is_whole else ()


def _is_fixed_on(session: Session, notice_id: str) -> bool:
    with session.registry.read() as tx:
        return bool(registry.fixes(tx, registry.FixQuery(notice_id=notice_id)))


def undo(
    session: Session,
    what: str,
    options: ApplyOptions | None = None,
    choice: Choice | None = None,
) -> Remedied:
    """Put back what stood before fixes: of a run, on a notice, or of a file.

    Args:
        session: the command's surroundings.
        what: a run id, a notice id or a path.
        options: what a person allowed; jobs and progress are the session's.
        choice: whole files, byte for byte, by default; else which values.

    Raises:
        UsageError: it names nothing that was fixed, or originals are to be kept where they
            cannot be; nothing was touched.
        RegistryError, LogError, StorageError: as ``fixing.undo``.
    """
    options = options or ApplyOptions()
    query = _to_undo(session, what)
    make_ready(session, options)
    with ExitStack() as stack:
        advance = stack.enter_context(session.progress.task("Putting back", None))
        settled = replace(options, progress=lambda _done, _all: advance(), jobs=session.jobs)
        undone = fixing.undo(query, desk_of(session), settled, choice or Choice())
    examine_again(session, undone.run_id, [one.uri for one in undone.outcomes])
    return Remedied(
        undone.run_id, undone.outcomes, halted=undone.halted, recovered=undone.recovered
    )


def preview_undo(
    session: Session,
    what: str,
    options: ApplyOptions | None = None,
    choice: Choice | None = None,
) -> Preview:
    """Say what ``undo`` would put back; nothing is written.

    Args:
        session: the command's surroundings.
        what: a run id, a notice id or a path.
        options: what a person allowed.
        choice: as for ``undo``.

    Raises:
        UsageError: it names nothing that was fixed and stands.
        RegistryError: the registry refused.
    """
    settled = replace(options or ApplyOptions(), jobs=session.jobs)
    query = _to_undo(session, what)
    return fixing.preview(query, desk_of(session), settled, choice or Choice())


def choice_of(
    session: Session, properties: Sequence[str], finding: str | None, *, by_value: bool
) -> Choice:
    """What of the fixes to take back, from the words a person gave.

    Args:
        session: the command's surroundings.
        properties: property ids (``creatorNames``).
        finding: a finding's id or its beginning.
        by_value: values also where neither is given.

    Raises:
        UsageError: there is no such property.
        RegistryError: there is no such finding, or more than one (``not-found``, ``ambiguous``).
    """
    known = {one.value: one for one in Property}
    unknown = next((word for word in properties if word not in known), None)
    if unknown is not None:
        raise UsageError(
            f"There is no property {unknown!r}.",
            remedy=f"There are: {', '.join(sorted(known))}.",
        )
    found = None
    if finding is not None:
        with session.registry.read() as tx:
            found = registry.finding(tx, finding)
    return Choice(by_value, frozenset(known[word] for word in properties), found)


def _to_undo(session: Session, what: str) -> registry.FixQuery:
    with session.registry.read() as tx:
        for query in (
            registry.FixQuery(run_id=what),
            registry.FixQuery(notice_id=what),
            fixing.file_query(what),
        ):
            if registry.fixes(tx, query):
                return query
        is_notice = what in registry.notices_of_ids(tx, [what])
    if is_notice:
        raise UsageError(
            f"Nothing was fixed on the notice {what}.",
            remedy=f"`provenance log show --notice {what}` lists what was done under it.",
        )
    raise UsageError(
        f"Nothing was fixed by a run, on a notice or in a file called {what!r}.",
        remedy="`provenance log show` lists the runs and what they changed.",
    )
