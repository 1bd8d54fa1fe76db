"""Who decided what, when and why; and the way to take a decision back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from provenance import registry
from provenance.errors import UsageError
from provenance.model import Verdict
from provenance.pipeline.deciding import withdraw, word_of
from provenance.pipeline.session import Session
from provenance.pipeline.standing import made_of
from provenance.reporting import wording
from provenance.web.forms import Form, form
from provenance.web.pages.drawing import page, to
from provenance.web.surroundings import session

router = APIRouter()

_PAGE = 50
_DIGITS = 15
WORDS = {**wording.VERDICTS, Verdict.WITHDRAW: "took a decision back"}


@router.get("/decisions")
def show_decisions(request: Request, session: Annotated[Session, Depends(session)]) -> HTMLResponse:
    """Every decision, newest first, with what it still says."""
    before = _number(request.query_params.get("before", ""))
    with session.registry.read() as tx:
        found = registry.decisions_before(tx, before, _PAGE + 1)
        shown = found[:_PAGE]
        newest = registry.decisions(tx, (one.decision_key for _, one in shown))
        made = made_of(session, tx, newest)
    return page(
        request,
        "decisions.html.j2",
        rows=[(one, made[one.decision_key], newest[one.decision_key] == one) for _, one in shown],
        older=shown[-1][0] if len(found) > _PAGE else 0,
        newer=before is not None,
        verbs=WORDS,
        withdrawn=Verdict.WITHDRAW,
        decision_words=wording.left,
        word_of=word_of,
    )


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise UsageError("That is no page of the decisions.", remedy="Begin with the newest.")
    return int(text)


@router.post("/decisions/withdraw")
def withdraw_decision(
    session: Annotated[Session, Depends(session)], sent: Annotated[Form, Depends(form)]
) -> RedirectResponse:
    """Take a decision back: its findings stand as if nobody had decided."""
    key = sent.text("decision")
    withdraw(session, [key], sent.text("reason", most=2_000), {key: sent.text("word")})
    return to("/decisions")
