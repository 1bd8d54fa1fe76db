"""Put the copies of a withdrawn picture into quarantine: the plan first, then exactly that plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from provenance.errors import UsageError
from provenance.model import Applied, Notice, NoticeKind
from provenance.pipeline.quarantining import Withdrawal, plan_quarantine, quarantine
from provenance.pipeline.reaching import is_below
from provenance.pipeline.remedying import Remedied
from provenance.pipeline.session import Session
from provenance.web.forms import Form, form
from provenance.web.pages.asking import digest_of, notice_url, plain
from provenance.web.pages.drawing import page, to
from provenance.web.pages.runs import run_url
from provenance.web.surroundings import Scope, quarantine_folder, scope, session

router = APIRouter()

PATH = "/quarantine"
_NOTICE = "notice"


def quarantine_url(notice: Notice | None) -> str:
    """Where the copies of a withdrawn picture are put out of reach; empty for other notices."""
    if notice is None or notice.kind is not NoticeKind.WITHDRAWAL:
        return ""
    if notice.retracted is not None or notice.superseded_by is not None:
        return ""
    return f"{PATH}?{urlencode({_NOTICE: notice.notice_id})}"


@router.get(PATH)
def show_plan(
    request: Request,
    session: Annotated[Session, Depends(session)],
    folder: Annotated[str, Depends(quarantine_folder)],
    limits: Annotated[Scope, Depends(scope)],
) -> HTMLResponse:
    """Which copies would be moved, which would stay and why, before anything is moved."""
    notice_id = plain(request.query_params.get(_NOTICE, ""), _NOTICE)
    return _drawn(request, _planned(session, notice_id, limits), folder)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A withdrawal within what is reviewed.

    Attributes:
        whole: as the command would carry it out.
        here: the part of it that lies in the folders under review.
        limits: what is reviewed.
    """

    whole: Withdrawal
    here: Withdrawal
    limits: Scope

    @property
    def elsewhere(self) -> int:
        """So many pictures more would be moved, or wait for a look, in other folders."""
        more = len(self.whole.pictures) - len(self.here.pictures)
        return more + len(self.whole.left) - len(self.here.left)


def _planned(session: Session, notice_id: str, limits: Scope) -> _Planned:
    whole = plan_quarantine(session, notice_id)
    if not limits.has_notice(whole.notice.notice_id):
        raise limits.refusal("The notice")
    here = replace(
        whole,
        pictures=tuple(one for one in whole.pictures if is_below(one.uri, limits.uris)),
        left=tuple(one for one in whole.left if is_below(one.uri, limits.uris)),
        kept=tuple(one for one in whole.kept if is_below(one.asset_uri, limits.uris)),
    )
    return _Planned(whole, here, limits)


def _drawn(
    request: Request, planned: _Planned, folder: str, problem: UsageError | None = None
) -> HTMLResponse:
    proposed = planned.here
    return page(
        request,
        "quarantine.html.j2",
        status=200 if problem is None else 422,
        notice=proposed.notice,
        notice_url=notice_url,
        proposed=proposed,
        kept=[one for one in proposed.kept if one.uri == one.asset_uri],
        authorities=sorted({one.authority for one in proposed.pictures}),
        all_of_it=len(planned.whole.pictures),
        elsewhere=planned.elsewhere,
        limits=planned.limits,
        folder=folder,
        digest=_digest(proposed, folder),
        problem=problem,
    )


@router.post(PATH)
def put_away(
    request: Request,
    session: Annotated[Session, Depends(session)],
    sent: Annotated[Form, Depends(form)],
    folder: Annotated[str, Depends(quarantine_folder)],
    limits: Annotated[Scope, Depends(scope)],
) -> Response:
    """Carry out the plan that was shown; one that differs by now is shown anew."""
    planned = _planned(session, sent.text(_NOTICE), limits)
    proposed = planned.here
    if _digest(proposed, folder) != sent.text("digest"):
        changed = UsageError(
            "The plan is not the one that was shown: something changed meanwhile.",
            remedy="Nothing was moved. Look at the plan as it is now.",
        )
        return _drawn(request, planned, folder, changed)
    try:
        done = quarantine(session, proposed, folder)
    except UsageError as error:
        return _drawn(request, planned, folder, error)
    if not any(isinstance(one.result, Applied) for one in done.outcomes):
        planned = _planned(session, proposed.notice.notice_id, limits)
        return _drawn(request, planned, folder, _nothing_moved(done))
    return to(f"{run_url(done.run_id)}?new=1")


def _nothing_moved(done: Remedied) -> UsageError:
    why = [getattr(one.result, "reason", "") for one in done.outcomes]
    told = "; ".join(one for one in why[:5] if one)
    return UsageError(f"Nothing was moved. {told}", remedy="Audit the folder again, then look.")


def _digest(proposed: Withdrawal, folder: str) -> str:
    """The same for two plans that move the same on the same word to the same place."""
    parts = [
        (one.files, one.finding_ids, one.image_digest, one.authority) for one in proposed.pictures
    ]
    return digest_of((folder, proposed.notice.notice_id, parts))
