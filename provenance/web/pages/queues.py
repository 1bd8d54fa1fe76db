"""The queue: what there is to do, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from provenance.model import Rule, Severity
from provenance.pipeline.reviewing import Query, QueueRow, queue
from provenance.pipeline.session import Session
from provenance.reporting.difference import Run
from provenance.reporting.page.view import finding_view
from provenance.reporting.report import Item
from provenance.web.pages.asking import asked, case_url, notice_url, queue_url, words_of
from provenance.web.pages.done import Done, done_of
from provenance.web.pages.drawing import SURE, page
from provenance.web.surroundings import Scope, scope, session

router = APIRouter()
_SHORT = 220


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the queue as the page shows it.

    Attributes:
        row: the finding.
        url: of its case.
        label: how it stands, in two or three words.
        pressing: why it stands so high, in words.
        sure: how sure the match is.
        change: the first value that would change, with its words marked; may be empty.
        field: what that value is.
    """

    row: QueueRow
    url: str
    label: str
    pressing: tuple[str, ...]
    sure: str
    change: tuple[Run, ...] = ()
    field: str = ""


def line(row: QueueRow, query: Query, today: str) -> Line:
    """A row of the queue as pages show it."""
    view = finding_view(Item(row.finding, row.stage, row.decision, ()), row.path, today)
    first = view.changes[0] if view.changes else None
    short = first is not None and sum(len(run.text) for run in first.runs) <= _SHORT
    return Line(
        row=row,
        url=case_url(row.finding.finding_id, query),
        label=view.label,
        pressing=pressing(row),
        sure=SURE[row.finding.confidence.value] if row.notice is not None else "",
        change=first.runs if first is not None and short else (),
        field=first.label if first is not None else "",
    )


def pressing(row: QueueRow) -> tuple[str, ...]:
    """Why a finding is urgent, in words."""
    told = {
        "Withdrawn by the agency": row.finding.rule is Rule.WITHDRAWN,
        "Published": row.published,
        "Overdue": row.late,
    }
    return tuple(words for words, holds in told.items() if holds)


@router.get("/")
def show_queue(
    request: Request,
    session: Annotated[Session, Depends(session)],
    query: Annotated[Query, Depends(asked)],
    limits: Annotated[Scope, Depends(scope)],
) -> HTMLResponse:
    """The queue, a page at a time; filters are fields of the address."""
    found = queue(session, query)
    done: Done | None = done_of(session, request.query_params.get("done", ""), limits)
    return page(
        request,
        "queue.html.j2",
        found=found,
        lines=[line(row, query, session.policy.today) for row in found.rows],
        query=query,
        words=words_of(query),
        queue_url=queue_url,
        notice_url=notice_url,
        every_rule=tuple(Rule),
        every_severity=tuple(Severity),
        done=done,
    )
