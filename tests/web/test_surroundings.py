"""What a request works with: it reads, or it writes, on the word of who started the server."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import Depends, Request
from web_material import house

from provenance.errors import ConflictError, ProvenanceError, RegistryError, UsageError
from provenance.pipeline import session as sessions
from provenance.pipeline.session import Session
from provenance.web.surroundings import Scope, person, picture_url, scope, session


def test_a_look_cannot_write_whatever_its_route_does():
    with house() as made:
        before = made.deeds
        assert made.get("/deed").status_code == 500
        assert made.deeds == before
        assert any("only shows something" in one for one in made.told)
        assert made.post("/deed").status_code == 200
        assert made.deeds > before


def test_a_look_can_read_and_nests_no_transaction():
    seen = []

    def look(session: Annotated[Session, Depends(session)]) -> str:
        with session.registry.read() as tx:
            seen.append(tx.writable)
            with pytest.raises(RegistryError, match="inside another"), session.registry.read():
                pass
        return "seen"

    with house() as made:
        made.gate._inner.add_api_route("/look", look)
        assert made.get("/look").status_code == 200
        assert seen == [False]


def test_who_and_what_and_which_picture():
    seen = []

    def look(
        request: Request,
        who: Annotated[str, Depends(person)],
        what: Annotated[Scope, Depends(scope)],
        session: Annotated[Session, Depends(session)],
    ) -> str:
        seen.append((who, what, session.agent, picture_url(request, "/a.jpg", 160)))
        return "seen"

    with house() as made:
        made.gate._inner.add_api_route("/look", look)
        assert made.get("/look").status_code == 200
        assert seen == [("anna.editor", Scope(), "anna.editor", made.pictures.url("/a.jpg", 160))]


def test_today_is_the_day_of_the_request(monkeypatch):
    seen = []

    def look(session: Annotated[Session, Depends(session)]) -> str:
        seen.append(session.policy.today)
        return "seen"

    with house() as made:
        made.gate._inner.add_api_route("/look", look)
        for day in ("2031-01-01T12:00:00.000Z", "2031-01-02T12:00:00.000Z"):
            monkeypatch.setattr(sessions, "utc_now", lambda day=day: day)
            made.get("/look")
    assert seen == ["2031-01-01", "2031-01-02"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("A decision <needs> a reason.", remedy="Give one."), 400),
        (RegistryError("There is no finding 'f-1'.", code="not-found"), 404),
        (RegistryError("Two findings begin so.", code="ambiguous"), 404),
        (RegistryError("It is locked.", code="registry-locked"), 503),
        (ConflictError("Somebody else changed it."), 409),
        (ProvenanceError("It is odd."), 500),
    ],
)
def test_our_errors_are_told_as_a_command_tells_them(error, status):
    def fails() -> str:
        raise error

    with house() as made:
        made.gate._inner.add_api_route("/fails", fails)
        answer = made.get("/fails")
        assert answer.status_code == status
        assert "<needs>" not in answer.text
        assert error.message.replace("<needs>", "").split("'")[0].split("  ")[0][:10] in answer.text
        assert error.remedy in answer.text
        assert bool(made.told) is (status == 500)


def test_parameters_that_make_no_sense_are_not_shown_again():
    def counted(page: int = 1) -> str:
        return str(page)

    with house() as made:
        made.gate._inner.add_api_route("/counted", counted)
        answer = made.get("/counted?page=abc-secret")
        assert answer.status_code == 400
        assert "abc-secret" not in answer.text
