"""Plain pages for what goes wrong: what happened, what to do now, nothing of the inside."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from provenance.web.coded import coded
from provenance.web.statics import static_url


def error_page(status: int, happened: str, remedy: str = "") -> HTMLResponse:
    """A page that can be read without what is behind the gate: a stranger gets no style sheet.

    Args:
        status: the status of HTTP.
        happened: what happened, for a person; hostile text is escaped.
        remedy: what the person can do now.
    """
    said = "".join(f"<p>{coded(one)}</p>" for one in (happened, remedy) if one)
    return HTMLResponse(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" type="image/svg+xml" href="{static_url("mark.svg")}">'
        f'<link rel="stylesheet" href="{static_url("review.css")}">'
        f"<title>{status}: that did not work - provenance review</title></head>"
        f'<body><main><h1>That did not work</h1>{said}<p><a href="/">Go to the queue</a></p>'
        "</main></body></html>",
        status_code=status,
    )


def failure() -> HTMLResponse:
    """The page for what nobody foresaw; what it was is for the terminal alone."""
    return error_page(
        500,
        "The program failed. Nothing more was done than its log says.",
        "What went wrong stands in the terminal of `provenance review`.",
    )


def way_in() -> HTMLResponse:
    """The page that leads on from the link, where the link stood on somebody else's page.

    A redirect would still count as a request from there, to which the browser sends no cookie
    (``SameSite=Strict``); what this page asks for is asked for by us.
    """
    return HTMLResponse(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="refresh" content="0; url=/"><title>provenance review</title></head>'
        '<body><main><p><a href="/">Go to the queue</a></p></main></body></html>'
    )
