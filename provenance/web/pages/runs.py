"""What was done to files, run by run, and the way back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from provenance import registry
from provenance.errors import UsageError
from provenance.pipeline.quarantining import kept_of
from provenance.pipeline.reaching import is_below
from provenance.pipeline.recalling import fix_done
from provenance.pipeline.session import Session
from provenance.pipeline.undoing import Foreseen, foresee, take_back
from provenance.registry import MoveAct, MoveState
from provenance.reporting import wording
from provenance.reporting.difference import shortened, words
from provenance.web.forms import Form, form
from provenance.web.pages.asking import digest_of
from provenance.web.pages.drawing import page, to
from provenance.web.surroundings import Scope, scope, session

router = APIRouter()

KINDS = {
    "fix": "Corrected files",
    "undo": "Took corrections back",
    "quarantine": "Moved into quarantine",
    "release": "Brought back from quarantine",
    "destroy": "Deleted from quarantine",
}
MOVED = {
    act: {
        MoveState.INTENT: "It was interrupted; the next run settles it",
        MoveState.COMMIT: done,
        MoveState.RELEASED: f"{done}; put back since",
        MoveState.DELETED: f"{done}; deleted for good since",
        MoveState.ABORT: "It stayed where it was",
        MoveState.CONFLICT: "It stayed where it was: a person has to look",
    }
    for act, done in {
        MoveAct.QUARANTINE: "Moved into quarantine",
        MoveAct.RELEASE: "Put back",
        MoveAct.DESTROY: "Deleted for good",
    }.items()
}
_UNDONE = {"fix", "quarantine"}
_SHOWN = 100


def run_url(run_id: str) -> str:
    """The address of a run."""
    return f"/run/{quote(run_id, safe='')}"


@router.get("/runs")
def show_runs(request: Request, session: Annotated[Session, Depends(session)]) -> HTMLResponse:
    """Every run that wrote or moved files, the newest first."""
    with session.registry.read() as tx:
        every = [one for one in registry.runs(tx) if one.kind in KINDS]
    return page(
        request,
        "runs.html.j2",
        runs=every[::-1][:_SHOWN],
        more=max(0, len(every) - _SHOWN),
        kinds=KINDS,
        run_url=run_url,
    )


@router.get("/run/{run_id}")
def show_run(
    request: Request,
    run_id: str,
    session: Annotated[Session, Depends(session)],
    limits: Annotated[Scope, Depends(scope)],
) -> HTMLResponse:
    """One run: what was done to each file, on whose word, and what an undo would do now."""
    return _drawn(request, session, run_id, limits)


def _drawn(
    request: Request,
    session: Session,
    run_id: str,
    limits: Scope,
    problem: UsageError | None = None,
) -> HTMLResponse:
    with session.registry.read() as tx:
        run = registry.run(tx, run_id)
        fixes = registry.fixes(tx, registry.FixQuery(run_id=run.run_id))
        assets = registry.stored(tx, {one.asset_uri for one in fixes})
        moves = registry.moves(tx, registry.MoveQuery(run_id=run.run_id))
    foreseen, refused = _foreseen(session, run, limits)
    return page(
        request,
        "run.html.j2",
        status=200 if problem is None else 422,
        run=run,
        title=KINDS.get(run.kind, run.kind),
        fixes=[
            (fix, assets.get(fix.asset_uri), wording.fix(fix_done(fix, run.kind)),
             [(edit, shortened(words(edit.before, edit.after or ""))) for edit in fix.edits])
            for fix in fixes
        ],
        moves=[(one, MOVED[one.act][one.state]) for one in moves],
        properties=wording.PROPERTIES,
        foreseen=foreseen,
        digest=_digest(foreseen) if foreseen else "",
        refused=refused,
        new=request.query_params.get("new") == "1",
        problem=problem,
        back_url=run_url(run.run_id) + "/undo",
    )  # fmt: skip


def _foreseen(
    session: Session, run: registry.Run, limits: Scope
) -> tuple[Foreseen | None, UsageError | None]:
    """What taking the run back would do; else why it cannot be taken back, if it ever could."""
    if run.kind not in _UNDONE:
        return None, None
    if not _is_within(session, run, limits):
        # A run is taken back whole.
        return None, limits.refusal("Part of this run")
    if run.kind == "quarantine" and not kept_of(session, run.run_id):
        return None, UsageError(
            "Nothing of it is in quarantine any more.",
            remedy="It was taken back already; nothing was written.",
        )
    try:
        found = foresee(session, run.run_id)
    except UsageError as error:
        return None, error  # there is nothing to take back, and it says why
    return found, None


def _is_within(session: Session, run: registry.Run, limits: Scope) -> bool:
    """Whether all that a run did to files is of what is reviewed."""
    with session.registry.read() as tx:
        fixes = registry.fixes(tx, registry.FixQuery(run_id=run.run_id))
        moves = registry.moves(tx, registry.MoveQuery(run_id=run.run_id))
    done = [(one.asset_uri, one.notice_ids) for one in fixes]
    done += [(one.asset_uri, (one.notice_id,)) for one in moves]
    return all(
        is_below(uri, limits.uris) and any(map(limits.has_notice, notices or ("",)))
        for uri, notices in done
    )


@router.post("/run/{run_id}/undo")
def undo_run(
    request: Request,
    run_id: str,
    session: Annotated[Session, Depends(session)],
    sent: Annotated[Form, Depends(form)],
    limits: Annotated[Scope, Depends(scope)],
) -> Response:
    """Put back what stood before the run, as it was foreseen."""
    with session.registry.read() as tx:
        run = registry.run(tx, run_id)
    foreseen, refused = _foreseen(session, run, limits)
    if foreseen is None:
        gone = refused or UsageError("There is nothing to take back.")
        return _drawn(request, session, run.run_id, limits, gone)
    if _digest(foreseen) != sent.text("digest"):
        changed = UsageError(
            "An undo would do something else than was shown: files changed meanwhile.",
            remedy="Nothing was written. Look at it as it is now.",
        )
        return _drawn(request, session, run.run_id, limits, changed)
    done = take_back(session, run.run_id)
    return to(f"{run_url(done.run_id)}?new=1")


def _digest(foreseen: Foreseen) -> str:
    return digest_of((foreseen.preview, [one.place for one in foreseen.back]))
