"""The pages of the review: their routes, under one router."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from provenance.web.pages import (
    applying,
    cases,
    decided,
    notices,
    putting_away,
    queues,
    runs,
)

router = APIRouter(default_response_class=HTMLResponse)
for _part in (queues, cases, notices, applying, putting_away, runs, decided):
    router.include_router(_part.router)
