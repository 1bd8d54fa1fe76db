"""One notice: what it says, what it asks, how far it has come, and all its pictures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from provenance import registry
from provenance.duties import DutyStanding, NoticeClock
from provenance.errors import UsageError
from provenance.model import DutyState
from provenance.pipeline import duties
from provenance.pipeline.accepting import accept_notice, acceptable
from provenance.pipeline.deciding import seen_of
from provenance.pipeline.parties.third_parties import third_parties
from provenance.pipeline.reviewing import Query, queue
from provenance.pipeline.session import Session
from provenance.registry import View
from provenance.reporting import owed, wording
from provenance.reporting.page.marking import marked
from provenance.web.forms import Form, form
from provenance.web.pages.asking import case_url, notice_url, queue_url
from provenance.web.pages.drawing import page, to
from provenance.web.pages.putting_away import quarantine_url
from provenance.web.pages.queues import line
from provenance.web.surroundings import Scope, scope, session

router = APIRouter()

_SHOWN = 100
_DIGITS = 9
_ACCEPTED = "Every copy checked on the review page."
_STATES = {"done": DutyState.DONE, "waive": DutyState.WAIVED, "reopen": DutyState.OPEN}


@router.get("/notice/{notice_id}")
def show_notice(
    request: Request,
    notice_id: str,
    session: Annotated[Session, Depends(session)],
    limits: Annotated[Scope, Depends(scope)],
) -> HTMLResponse:
    """The notice with its clock, its duties, its third parties and its copies."""
    return _drawn(request, session, notice_id, limits)


def _drawn(
    request: Request,
    session: Session,
    notice_id: str,
    limits: Scope,
    problem: UsageError | None = None,
) -> HTMLResponse:
    timed, standing = duties.notice_clock(session, notice_id)
    notice, today = timed.notice, session.policy.today
    with session.registry.read() as tx:
        offered = acceptable(session, tx, notice.notice_id, limits.uris)
        seen = seen_of(tx, offered.shown)
        parties = third_parties(tx, notice, session.policy)
    query = Query(View.ALL, notice_id=notice.notice_id, roots=limits.uris, size=_SHOWN)
    found = queue(session, query)
    within = Query(notice_id=notice.notice_id, roots=limits.uris)
    return page(
        request,
        "notice.html.j2",
        status=200 if problem is None else 422,
        notice=notice,
        marked=marked(notice),
        asks=wording.duties(notice),
        clock=timed.clock,
        standing=standing,
        moments=[owed.moment(one) for one in timed.clock.milestones],
        remark=owed.remark(timed.clock),
        owed=_owed(timed.clock, today),
        parties=[owed.party(one) for one in parties],
        offered=offered,
        seen=seen,
        limits=limits,
        may_act=limits.has_notice(notice.notice_id),
        found=found,
        lines=[line(one, within, today) for one in found.rows],
        in_queue=queue_url(within),
        case_url=lambda finding_id: case_url(finding_id, within),
        problem=problem,
        accepted=_number(request.query_params.get("accepted", "")),
        away_url=quarantine_url(notice),
    )


def _number(text: str) -> int:
    """So many were accepted, where an address says so; it may say anything."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def _owed(clock: NoticeClock, today: str) -> list[tuple[str, bool, owed.Owed]]:
    """What the desk has to say something about: its receipt, then each duty; open or not."""
    receipt = clock.milestones[0]
    found = [(one.duty, one.state is DutyState.OPEN, owed.duty(one, today)) for one in clock.duties]
    if receipt.reached is None and not clock.is_settled:
        due = DutyStanding(receipt.milestone.value, DutyState.OPEN, due=receipt.due,
                           overdue=receipt.overdue)  # fmt: skip
        found.insert(0, (due.duty, True, owed.duty(due, today)))
    return found


@router.post("/notice/{notice_id}/accept")
def accept_all(
    request: Request,
    notice_id: str,
    session: Annotated[Session, Depends(session)],
    sent: Annotated[Form, Depends(form)],
    limits: Annotated[Scope, Depends(scope)],
) -> Response:
    """Accept all of one notice that may be accepted; the others stay and are told."""
    try:
        _require_reviewed(session, notice_id, limits)
        reason = sent.text("reason", most=2_000) or _ACCEPTED
        made = accept_notice(session, notice_id, reason, sent.text("seen"), limits.uris)
    except UsageError as error:
        return _drawn(request, session, notice_id, limits, error)
    return to(f"{notice_url(notice_id)}?accepted={len(made.accepted)}")


@router.post("/notice/{notice_id}/duty")
def say_duty(
    request: Request,
    notice_id: str,
    session: Annotated[Session, Depends(session)],
    sent: Annotated[Form, Depends(form)],
    limits: Annotated[Scope, Depends(scope)],
) -> Response:
    """Say that a duty is done, waived or open again; evidence is an address, never a path."""
    try:
        _require_reviewed(session, notice_id, limits)
        word = duties.Word(
            _STATES[sent.choice("state", _STATES)],
            reason=sent.text("reason", most=2_000),
            evidence=_address(sent.text("evidence", most=2_000)),
            until=sent.text("until") or None,
        )
        duties.act(session, notice_id, sent.text("duty"), word)
    except UsageError as error:
        return _drawn(request, session, notice_id, limits, error)
    return to(notice_url(notice_id))


def _require_reviewed(session: Session, notice_id: str, limits: Scope) -> None:
    """Refuse to act on another notice than the one under review."""
    with session.registry.read() as tx:
        whole = registry.notice(tx, notice_id).notice_id
    if not limits.has_notice(whole):
        raise limits.refusal("The notice")


def _address(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise UsageError(
            "On this page, evidence is an address that begins with https://.",
            remedy="For a file, run `provenance notices duty` with --evidence FILE.",
        )
    return text
