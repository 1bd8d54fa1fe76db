"""Who decided what, when and why; and the way to take a decision back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from provenance import registry
from provenance.errors import UsageError
from provenance.model import Finding, Verdict
from provenance.pipeline.deciding import withdraw, word_of
from provenance.pipeline.reaching import outside
from provenance.pipeline.session import Session
from provenance.pipeline.standing import made_of
from provenance.registry import Transaction
from provenance.reporting import wording
from provenance.web.forms import Form, form
from provenance.web.pages.drawing import page, to
from provenance.web.surroundings import Scope, scope, session

router = APIRouter()

_PAGE = 50
_DIGITS = 15
WORDS = {**wording.VERDICTS, Verdict.WITHDRAW: "took a decision back"}


@router.get("/decisions")
def show_decisions(
    request: Request,
    session: Annotated[Session, Depends(session)],
    limits: Annotated[Scope, Depends(scope)],
) -> HTMLResponse:
    """Every decision, newest first, with what it still says.

    One that speaks for nothing under review is shown, and can be taken back elsewhere only.
    """
    before = _number(request.query_params.get("before", ""))
    with session.registry.read() as tx:
        found = registry.decisions_before(tx, before, _PAGE + 1)
        shown = found[:_PAGE]
        newest = registry.decisions(tx, (one.decision_key for _, one in shown))
        made = made_of(session, tx, newest)
        spoken = _spoken(tx, newest)
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
        limits=limits,
        ours={key for key, some in spoken.items() if _is_here(some, limits)},
        outside={key: len(outside(some, limits.uris)) for key, some in spoken.items()},
    )


def _spoken(tx: Transaction, keys: Iterable[str]) -> dict[str, list[Finding]]:
    """The findings that decisions about these keys speak for."""
    spoken: dict[str, list[Finding]] = {key: [] for key in keys}
    for one in registry.findings_of_keys(tx, spoken):
        spoken[one.decision_key].append(one)
    return spoken


def _is_here(spoken_for: Sequence[Finding], limits: Scope) -> bool:
    """Whether a decision is one of what is reviewed; any is where everything is."""
    return limits == Scope() or any(limits.holds(one) for one in spoken_for)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise UsageError("That is no page of the decisions.", remedy="Begin with the newest.")
    return int(text)


@router.post("/decisions/withdraw")
def withdraw_decision(
    session: Annotated[Session, Depends(session)],
    sent: Annotated[Form, Depends(form)],
    limits: Annotated[Scope, Depends(scope)],
) -> RedirectResponse:
    """Take a decision back: its findings stand as if nobody had decided."""
    with session.registry.read() as tx:
        key = registry.decision_key(tx, sent.text("decision"))
        spoken_for = _spoken(tx, [key])[key]
    if not _is_here(spoken_for, limits):
        raise limits.refusal("What was decided about")
    withdraw(session, [key], sent.text("reason", most=2_000), {key: sent.text("word")})
    return to("/decisions")
