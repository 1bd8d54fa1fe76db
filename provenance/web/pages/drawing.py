"""How a page is drawn: templates whose every value is escaped and made safe to show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader

from provenance.model import MetadataRecord, Rule
from provenance.pipeline.reviewing import QueueRow, is_picture
from provenance.registry import StoredAsset, View
from provenance.reporting import wording
from provenance.reporting.family import STATES
from provenance.reporting.page import html
from provenance.reporting.page.view import alt_text
from provenance.reporting.report import Picture
from provenance.web.coded import coded
from provenance.web.forms import csrf
from provenance.web.statics import static_url
from provenance.web.surroundings import person, picture_url

VIEWS: Mapping[View, str] = {
    View.TODO: "To do",
    View.PERSON: "Waits for a person",
    View.READY: "Ready to fix",
    View.HOLD: "On hold",
    View.DONE: "Corrected",
    View.DISMISSED: "Dismissed",
    View.ALL: "Everything",
}
SEVERITIES = {"error": "Error", "warning": "Warning", "note": "Note"}
SURE = {
    "strong": "Picture proven",
    "medium": "Caption fits, picture not proven",
    "low": "Candidate only",
}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The review's templates, with the filters and the finalizer of the reports."""
    made = html.environment().overlay(loader=PackageLoader("provenance.web"))
    made.filters = {**made.filters, "alt": alt, "coded": coded, "elapsed": wording.elapsed}
    made.globals = {
        **made.globals,
        "essences": wording.essences,
        "log_fix": wording.fix,
        "rule_title": rule_title,
        "severities": SEVERITIES,
        "sure": SURE,
        "states": STATES,
        "static_url": static_url,
        "view_titles": VIEWS,
    }
    return made


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page out of its template.

    Args:
        request: the one that is answered.
        template: its name.
        status: of HTTP.
        values: what it shows.
    """

    def picture(asset: StoredAsset, edge: int) -> str:
        return picture_url(request, asset.result.ref.uri, edge) if is_picture(asset) else ""

    def stand_in_of(row: QueueRow, edge: int) -> str:
        return picture_url(request, row.stand_in, edge) if row.stand_in else ""

    drawn = (
        environment()
        .get_template(template)
        .render(
            csrf=csrf(request),
            person=person(request),
            picture=picture,
            stand_in_of=stand_in_of,
            picture_of=lambda uri, edge: picture_url(request, uri, edge),
            here=request.url.path,
            **values,
        )
    )
    return HTMLResponse(drawn, status_code=status)


def to(address: str) -> RedirectResponse:
    """On to another page, by GET: reloading it sends nothing twice."""
    return RedirectResponse(address, status_code=303)


def alt(row: QueueRow) -> str:
    """What the picture shows, by its own caption."""
    result = row.asset.result
    record = result if isinstance(result, MetadataRecord) else None
    return alt_text(Picture(row.finding.uri, row.path, record, ()))


def rule_title(rule: str) -> str:
    """A rule for a person."""
    return wording.RULES[Rule(rule)][0]
