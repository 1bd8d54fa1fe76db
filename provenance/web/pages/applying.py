"""Apply accepted corrections: the plan first, then exactly that plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from provenance import registry
from provenance.errors import UsageError
from provenance.fixing import Plan, diff
from provenance.fixing.plan import FileDiff
from provenance.model import Finding, Property, Status
from provenance.pipeline.remedying import Proposed, plan, remediate
from provenance.pipeline.session import Session
from provenance.registry import Transaction
from provenance.reporting import wording
from provenance.reporting.difference import Run, shortened, words
from provenance.web.forms import Form, form
from provenance.web.pages.asking import digest_of, plain
from provenance.web.pages.drawing import page, to
from provenance.web.pages.runs import run_url
from provenance.web.surroundings import Scope, scope, session

router = APIRouter()

_MOST = 500
_FINDING, _NOTICE = "finding", "notice"


@router.get("/apply")
def show_plan(
    request: Request,
    session: Annotated[Session, Depends(session)],
    limits: Annotated[Scope, Depends(scope)],
) -> HTMLResponse:
    """What would be written, before anything is: of one finding, one notice, or everything."""
    given = request.query_params
    finding_id, notice_id = (plain(given.get(one, ""), one) for one in (_FINDING, _NOTICE))
    return _drawn(request, session, (finding_id, notice_id), limits)


def _drawn(
    request: Request,
    session: Session,
    what: tuple[str, str],
    limits: Scope,
    problem: UsageError | None = None,
) -> HTMLResponse:
    proposed, more = _proposed(session, what, limits)
    files = diff(proposed.plan)
    return page(
        request,
        "apply.html.j2",
        status=200 if problem is None else 422,
        proposed=proposed,
        items=proposed.plan.items,
        files=[(one, _changes(one)) for one in files],
        items_of={file.uri: one.uri for one in proposed.plan.items for file in one.files},
        authorities=sorted({one.authority for one in proposed.plan.items}),
        more=more,
        what=what,
        digest=_digest(proposed.plan),
        problem=problem,
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A value that a file gets, in every place where it gets it."""

    label: str
    places: tuple[str, ...]
    runs: tuple[Run, ...]
    removed: bool


def _changes(file: FileDiff) -> list[Written]:
    grouped: dict[tuple[Property, str, str | None], list[str]] = {}
    for one in file.values:
        grouped.setdefault((one.property, one.before, one.after), []).append(one.locator)
    return [
        Written(
            wording.PROPERTIES[prop],
            tuple(places),
            shortened(words(before, after or "")),
            removed=after is None,
        )
        for (prop, before, after), places in grouped.items()
    ]


@router.post("/apply")
def apply_plan(
    request: Request,
    session: Annotated[Session, Depends(session)],
    sent: Annotated[Form, Depends(form)],
    limits: Annotated[Scope, Depends(scope)],
) -> Response:
    """Carry out the plan that was shown; one that differs by now is shown anew."""
    what = (sent.text(_FINDING), sent.text(_NOTICE))
    proposed, _ = _proposed(session, what, limits)
    if not proposed.plan.items:
        gone = UsageError("There is nothing left to apply.", remedy="Nothing was written.")
        return _drawn(request, session, what, limits, gone)
    if _digest(proposed.plan) != sent.text("digest"):
        changed = UsageError(
            "The plan is not the one that was shown: something changed meanwhile.",
            remedy="Nothing was written. Look at the plan as it is now.",
        )
        return _drawn(request, session, what, limits, changed)
    done = remediate(session, proposed.plan)
    return to(f"{run_url(done.run_id)}?{urlencode({'new': '1'})}")


def _proposed(session: Session, what: tuple[str, str], limits: Scope) -> tuple[Proposed, int]:
    """A plan for what is asked, and how many findings are left for the next one.

    Raises:
        UsageError: it is about something that is not under review.
    """
    finding_id, notice_id = what
    with session.registry.read() as tx:
        if finding_id:
            one = registry.finding(tx, finding_id)
            if not limits.holds(one):
                raise limits.refusal("The picture")
            ids = [one.finding_id]
        else:
            ids = _ready(registry.findings(tx, _query(tx, notice_id, limits)))
    if not ids:
        return Proposed(Plan("", session.clock(), session.agent, ())), 0
    return plan(session, ids[:_MOST]), max(0, len(ids) - _MOST)


def _query(tx: Transaction, notice_id: str, limits: Scope) -> registry.FindingQuery:
    """What is not settled, of one notice where one is named, and within what is reviewed."""
    whole = registry.notice(tx, notice_id).notice_id if notice_id else limits.notice_id
    if not limits.has_notice(whole):
        raise limits.refusal("The notice")
    unsettled = (Status.OPEN, Status.HELD)
    return registry.FindingQuery(unsettled, roots=limits.uris or None, notice_id=whole)


def _ready(found: Sequence[Finding]) -> list[str]:
    """What is open with a correction: safe, or accepted by a person."""
    return [one.finding_id for one in found if one.status is Status.OPEN and one.edits]


def _digest(made: Plan) -> str:
    """The same for two plans that do the same on the same word."""
    parts = [
        (one.files, one.finding_ids, one.notice_ids, one.decisions, one.authority)
        for one in made.items
    ]
    return digest_of(parts)
