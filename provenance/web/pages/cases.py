"""One case: everything a person needs to decide about a finding, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from provenance import rules
from provenance.errors import UsageError
from provenance.model import Confidence, Fixability, Rule, Status, Verdict
from provenance.pipeline.deciding import Terms, decide, stale, withdraw
from provenance.pipeline.reviewing import Case, Query, case, is_picture, next_of
from provenance.pipeline.session import Session
from provenance.registry import Presence
from provenance.reporting import wording
from provenance.reporting.family import MemberState
from provenance.reporting.page.marking import marked
from provenance.reporting.text import paragraphs
from provenance.web.forms import LONGEST, Form, form
from provenance.web.pages.asking import (
    asked,
    case_url,
    digest_of,
    notice_url,
    of_form,
    queue_url,
    words_of,
)
from provenance.web.pages.done import UNDONE, done_of
from provenance.web.pages.drawing import page, to
from provenance.web.pages.putting_away import quarantine_url
from provenance.web.pages.queues import line, pressing
from provenance.web.surroundings import Scope, scope, session

router = APIRouter()

VERDICTS: Mapping[str, Verdict] = {
    "accept": Verdict.APPLY,
    "reject": Verdict.DISMISS,
    "hold": Verdict.HOLD,
    "waive": Verdict.WAIVE,
}
_ACCEPTED = "Checked on the review page."
_NOT_TO_BE_HAD = {MemberState.GONE, MemberState.QUARANTINED, MemberState.OFFLINE}


@dataclass(frozen=True, slots=True)
class StandIn:
    """A picture that is shown in place of one that cannot be."""

    uri: str
    path: str = ""


@router.get("/case/{finding_id}")
def show_case(
    request: Request,
    finding_id: str,
    session: Annotated[Session, Depends(session)],
    query: Annotated[Query, Depends(asked)],
    limits: Annotated[Scope, Depends(scope)],
) -> HTMLResponse:
    """One finding with its notice, evidence, changes, copies and history."""
    return _drawn(request, session, case(session, finding_id, query), (query, limits))


def _drawn(
    request: Request,
    session: Session,
    found: Case,
    within: tuple[Query, Scope],
    problem: UsageError | None = None,
    typed: Form | None = None,
) -> HTMLResponse:
    query, limits = within
    notice = found.row.notice
    numbers = range(len(found.proposals)) if typed is not None else ()
    return page(
        request,
        "case.html.j2",
        status=200 if problem is None else 422,
        case=found,
        stand_in=_stand_in(found),
        row=found.row,
        pressing=pressing(found.row),
        marked=marked(notice) if notice is not None else (),
        duties=wording.duties(notice) if notice is not None else "",
        siblings=[line(one, query, session.policy.today) for one in found.siblings],
        octets=[rules.most_octets(one) for one in found.proposals],
        offered=_offered(found),
        values=[_first(typed, f"value-{n}") for n in numbers],
        may_accept=bool(found.row.finding.edits)
        and found.row.finding.fixability is not Fixability.DISPLAY_ONLY,
        settled=found.row.finding.status is Status.FIXED,
        away_url=_away_url(found),
        reason=_first(typed, "reason"),
        until=_first(typed, "until"),
        problem=problem,
        limits=limits,
        may_act=limits.holds(found.row.finding),
        beyond=_beyond(found),
        query=query,
        words=words_of(query),
        back=queue_url(query),
        case_url=case_url,
        notice_url=notice_url,
        not_to_be_had=_NOT_TO_BE_HAD,
        done=done_of(session, request.query_params.get("done", ""), limits),
    )


def _beyond(found: Case) -> str:
    """Names the copies outside the folders under review that the page told of."""
    return digest_of([one.finding_id for one in (*found.accepts, *found.settles)])


def _away_url(found: Case) -> str:
    """Where this withdrawn picture is put out of reach; empty where it is none, or gone."""
    one = found.row
    there = one.asset.presence is Presence.PRESENT
    return quarantine_url(one.notice) if one.finding.rule is Rule.WITHDRAWN and there else ""


def _stand_in(found: Case) -> StandIn | None:
    """What to show where the asset is a page or out of reach: a proven copy of its picture."""
    if is_picture(found.row.asset):
        return None
    for one in found.family.members:
        if one.sure and one.media_type.startswith("image/") and one.state not in _NOT_TO_BE_HAD:
            return StandIn(one.uri, one.path)
    for other in found.siblings:
        if other.finding.confidence is Confidence.STRONG and is_picture(other.asset):
            return StandIn(other.finding.uri, other.path)
    return StandIn(found.row.stand_in) if found.row.stand_in else None


def _first(typed: Form | None, name: str) -> str:
    """What a person typed, to be shown again beside what was wrong with it."""
    return next(iter(typed.all(name)), "") if typed is not None else ""


def _offered(found: Case) -> list[str | None]:
    """What the fields for other values hold: what would be written now.

    None where a form could not give it back as it is: it would come back as another value.
    """
    one = found.row.finding
    now = dict(zip(one.proposed or one.edits, one.edits, strict=True))
    values = [now[proposal.edits[0]].after or "" for proposal in found.proposals]
    plain = [value.replace("\r\n", "\n").replace("\r", "\n") for value in values]
    return [text if paragraphs(text) == text and len(text) <= LONGEST else None for text in plain]


@router.post("/case/{finding_id}/decide")
def decide_case(
    request: Request,
    finding_id: str,
    session: Annotated[Session, Depends(session)],
    sent: Annotated[Form, Depends(form)],
    limits: Annotated[Scope, Depends(scope)],
) -> Response:
    """Record a decision, and go on to the next case."""
    query = of_form(sent.text("queue"), limits)
    found = case(session, finding_id, query)
    one = found.row.finding
    try:
        if not limits.holds(one):
            raise limits.refusal("The picture")
        if limits.uris and sent.text("beyond") != _beyond(found):
            raise stale("What the decision speaks for")
        verdict = VERDICTS[sent.choice("verdict", VERDICTS)]
        reason = sent.text("reason", most=2_000)
        if verdict is Verdict.APPLY:
            reason = reason or _ACCEPTED
        decide(
            session,
            [one.finding_id],
            verdict,
            reason,
            _until(sent, verdict),
            Terms(_values(sent, found, verdict), {one.finding_id: sent.text("seen")}),
        )
    except UsageError as error:
        now = case(session, finding_id, query)
        return _drawn(request, session, now, (query, limits), error, sent)
    following = next_of(session, query, sent.text("cursor"), one.finding_id)
    if not following:
        return to(_with_done(queue_url(query), one.finding_id))
    return to(case_url(following, query, done=one.finding_id))


def _until(sent: Form, verdict: Verdict) -> str | None:
    until = sent.text("until") or None
    if until is not None and verdict in {Verdict.APPLY, Verdict.DISMISS}:
        raise UsageError(
            "A last day was given, which a waiver or a hold has.",
            remedy="Empty the field, or waive the finding until that day.",
        )
    return until


def _values(sent: Form, found: Case, verdict: Verdict) -> dict[int, str]:
    """What a person wrote in place of the proposed values."""
    if verdict is not Verdict.APPLY:
        return {}
    given = {n: sent.all(f"value-{n}") for n in range(len(found.proposals))}
    removing = {n for n, one in enumerate(found.proposals) if one.after is None}
    return {n: said[0] for n, said in given.items() if said and (said[0] or n not in removing)}


def _with_done(address: str, finding_id: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}done={finding_id}"


@router.post("/case/{finding_id}/undo")
def undo_decision(
    finding_id: str,
    session: Annotated[Session, Depends(session)],
    sent: Annotated[Form, Depends(form)],
    limits: Annotated[Scope, Depends(scope)],
) -> RedirectResponse:
    """Take back what was just decided about a finding, and show it again."""
    query = of_form(sent.text("queue"), limits)
    if not limits.holds(case(session, finding_id, query).row.finding):
        raise limits.refusal("The picture")
    looked_at = {finding_id: sent.text("decision")}
    withdraw(session, [finding_id], sent.text("reason", UNDONE), looked_at)
    return to(case_url(finding_id, query, done=finding_id))
