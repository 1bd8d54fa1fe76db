"""The link that works once, and the session that it begins and that ends."""

from __future__ import annotations

import pytest
from web_material import HOST, ORIGIN, PORT, house

from provenance.web.keys import IDLE_SECONDS, LINK_SECONDS, LONGEST_SECONDS


def test_the_link_works_once_and_leads_on_without_its_token():
    with house() as made:
        link = made.keys.link().removeprefix(ORIGIN)
        head = [("host", HOST), ("sec-fetch-site", "none"), ("sec-fetch-dest", "document")]
        first = made.ask("GET", link, head)
        assert (first.status_code, first.headers["location"]) == (303, "/")
        kept = first.headers["set-cookie"]
        assert kept.startswith(f"provenance-review-{PORT}=")
        parts = {one.strip().lower() for one in kept.split(";")[1:]}
        assert parts == {"httponly", "samesite=strict", "path=/"}
        assert len(kept.partition("=")[2].partition(";")[0]) >= 43  # 256 bits
        assert len(link.partition("token=")[2]) >= 43
        again = made.ask("GET", link, head)
        assert again.status_code == 403
        assert "set-cookie" not in again.headers
        cookie = kept.partition(";")[0]
        assert made.ask("GET", "/token", [*head, ("cookie", cookie)]).status_code == 200


def test_a_link_on_another_site_works_by_a_page_of_ours():
    with house() as made:
        link = made.keys.link().removeprefix(ORIGIN)
        head = [("host", HOST), ("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")]
        answer = made.ask("GET", link, head)
        assert answer.status_code == 200
        assert "set-cookie" in answer.headers
        assert 'content="0; url=/"' in answer.text
        assert "token" not in answer.text


@pytest.mark.parametrize("header", ["sec-purpose", "purpose"])
def test_fetching_ahead_does_not_use_the_link_up(header):
    with house() as made:
        link = made.keys.link().removeprefix(ORIGIN)
        assert made.ask("GET", link, [("host", HOST), (header, "prefetch")]).status_code == 403
        assert made.ask("GET", link, [("host", HOST)]).status_code == 303


def test_a_wrong_token_does_not_use_the_link_up():
    with house() as made:
        link = made.keys.link().removeprefix(ORIGIN)
        for wrong in (link[:-1], link + "A", link.swapcase(), "/enter?token="):
            assert made.ask("GET", wrong, [("host", HOST)]).status_code in {403, 404}
        assert made.ask("GET", link, [("host", HOST)]).status_code == 303


def test_a_link_grows_old_and_a_new_one_replaces_it():
    with house() as made:
        old = made.keys.link().removeprefix(ORIGIN)
        new = made.keys.link().removeprefix(ORIGIN)
        assert made.ask("GET", old, [("host", HOST)]).status_code == 403
        made.clock.now += LINK_SECONDS + 1
        assert made.ask("GET", new, [("host", HOST)]).status_code == 403


def test_who_enters_anew_ends_the_session_before():
    with house() as made:
        link = made.keys.link().removeprefix(ORIGIN)
        assert made.get("/token").status_code == 200
        made.ask("GET", link, [("host", HOST)])
        assert made.get("/token").status_code == 403


def test_a_session_ends_after_idle_hours():
    with house() as made:
        made.clock.now += IDLE_SECONDS - 1
        assert made.get("/token").status_code == 200
        made.clock.now += IDLE_SECONDS - 1
        assert made.get("/token").status_code == 200
        made.clock.now += IDLE_SECONDS + 1
        assert made.get("/token").status_code == 403
        made.clock.now -= IDLE_SECONDS
        assert made.get("/token").status_code == 403


def test_a_session_ends_with_the_day_however_busy():
    with house() as made:
        for _ in range(LONGEST_SECONDS // 3_600):
            made.clock.now += 3_600
            assert made.get("/token").status_code == 200
        made.clock.now += 1
        assert made.get("/token").status_code == 403


def test_a_refused_request_keeps_no_session_alive():
    with house() as made:
        for _ in range(3):
            made.clock.now += IDLE_SECONDS / 2
            made.get("/token", ("origin", "http://evil.example"))
        assert made.get("/token").status_code == 403


def test_a_planted_cookie_of_the_same_name_shuts_nobody_out():
    with house() as made:
        planted = f"{made.keys.cookie}=planted; {made.cookie}; {made.keys.cookie}=too"
        made.cookie = planted
        assert made.get("/token").status_code == 200


def test_two_sessions_have_two_tokens():
    with house() as one:
        first = one.csrf
        two = one.keys.enter(one.keys.link().partition("token=")[2])
        assert two is not None
        second = one.keys.csrf_of([two])
        assert second is not None
        assert second != first
        assert first not in one.cookie
