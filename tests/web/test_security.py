"""Who is let in: the matrix of requests, each with one thing wrong, and what it is answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pytest
from fastapi.responses import PlainTextResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_material import FORM, HOST, ORIGIN, PORT, House, house

from provenance.web.intake import Limits
from provenance.web.security import HEADERS

GOOD = "<good>"
"""Stands for the true cookie or token of the session."""
EVIL = "http://evil.example"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """One page for the whole matrix: no request of it may change anything for the next."""
    with pytest.MonkeyPatch.context() as patch:
        state = tmp_path_factory.mktemp("state")
        patch.setenv("PROVENANCE_STATE", str(state))
        patch.setenv("PROVENANCE_REGISTRY", f"sqlite:///{state}/registry.db")
        with house() as made:
            yield made


@dataclass(frozen=True)
class Case:
    """One request; by default one that the person's own browser sends, and that is let in."""

    name: str
    want: int
    method: str = "POST"
    target: str = "/deed"
    host: str | None = HOST
    origin: str | None = "null"
    site: str | None = "same-origin"
    dest: str | None = "document"
    cookie: str | None = GOOD
    csrf: str | None = GOOD
    kind: str | None = FORM
    body: bytes | None = None
    more: tuple[tuple[str, str], ...] = ()

    def sent(self, page: House):
        cookie = page.cookie if self.cookie == GOOD else self.cookie
        pairs = {
            "host": self.host,
            "origin": self.origin,
            "sec-fetch-site": self.site,
            "sec-fetch-dest": self.dest,
            "cookie": cookie,
            "content-type": self.kind,
        }
        headers = [(name, value) for name, value in pairs.items() if value is not None]
        more = [(name, page.csrf if value == GOOD else value) for name, value in self.more]
        token = page.csrf if self.csrf == GOOD else self.csrf
        body = self.body
        if body is None:
            body = urlencode({} if token is None else {"csrf": token}).encode()
        return page.ask(self.method, self.target, [*headers, *more], body)


def look(name: str, want: int, **other) -> Case:
    """A request that only looks."""
    plain = Case(name, want, "GET", "/token", origin=None, csrf=None, kind=None, body=b"")
    return replace(plain, **other)


OLD = {"site": None, "dest": None}
"""A browser that knows nothing of Sec-Fetch."""

MATRIX = [
    # What is let in.
    Case("the person's own form", 200),
    Case("own form with its origin", 200, origin=ORIGIN),
    Case("own form without an origin", 200, origin=None),
    Case("own form by the name localhost", 200, host=f"localhost:{PORT}"),
    Case("host in capitals", 200, host=f"LOCALHOST:{PORT}"),
    Case("old browser with our origin", 200, origin=ORIGIN, **OLD),
    Case("charset named", 200, kind=FORM + "; charset=UTF-8"),
    Case("json with the header", 200, kind="application/json", body=b"{}", more=(("x-csrf-token", GOOD),)),
    Case("other cookies too", 200, more=(), cookie=GOOD),
    look("a page", 200),
    look("typed into the browser", 200, site="none"),
    look("old browser looks", 200, **OLD),
    look("head", 200, method="HEAD"),
    look("a picture's place", 200, dest="image"),
    # Host: DNS rebinding, other ports, other names.
    Case("rebound name", 421, host="evil.example"),
    Case("rebound name with our port", 421, host=f"evil.example:{PORT}"),
    Case("our address without port", 421, host="127.0.0.1"),
    Case("our address with another port", 421, host="127.0.0.1:80"),
    Case("another loopback address", 421, host=f"127.0.0.2:{PORT}"),
    Case("the number of the address", 421, host=f"2130706433:{PORT}"),
    Case("a short form of the address", 421, host=f"127.1:{PORT}"),
    Case("the address of IPv6", 421, host=f"[::1]:{PORT}"),
    Case("zero address", 421, host=f"0.0.0.0:{PORT}"),
    Case("a name below localhost", 421, host=f"evil.localhost:{PORT}"),
    Case("a name with a dot", 421, host=f"localhost.:{PORT}"),
    Case("user in host", 421, host=f"evil@127.0.0.1:{PORT}"),
    Case("host with a path", 421, host=f"127.0.0.1:{PORT}/x"),
    Case("empty host", 421, host=""),
    Case("two hosts", 400, more=(("host", "evil.example"),)),
    Case("the same host twice", 400, more=(("host", HOST),)),
    look("rebound look", 421, host="evil.example"),
    Case("forwarded host is not believed", 421, host="evil.example", more=(("x-forwarded-host", HOST),)),
    # Origin.
    Case("another origin", 403, origin=EVIL),
    Case("another origin, whatever Sec-Fetch says", 403, origin=EVIL, site="same-origin"),
    Case("our origin by https", 403, origin=f"https://{HOST}"),
    Case("our origin with another port", 403, origin="http://127.0.0.1:80"),
    Case("our origin without port", 403, origin="http://127.0.0.1"),
    Case("our other name's origin", 403, origin=f"http://localhost:{PORT}"),
    Case("our origin and more", 403, origin=ORIGIN + ".evil.example"),
    Case("null from an old browser", 403, origin="null", **OLD),
    Case("null from a sandbox", 403, origin="null", site="cross-site"),
    Case("two origins", 400, origin=ORIGIN, more=(("origin", EVIL),)),
    Case("neither proof", 403, origin=None, **OLD),
    look("cross-origin fetch of a page", 403, origin=EVIL, site="cross-site", dest="empty"),
    look("an origin on a look", 403, origin=EVIL, **OLD),
    look("a null origin on a look", 403, origin="null"),
    # Sec-Fetch-Site.
    Case("cross-site form", 403, site="cross-site"),
    Case("cross-site form that claims our origin", 403, origin=ORIGIN, site="cross-site"),
    Case("form from another port", 403, site="same-site"),
    Case("form from another port that claims our origin", 403, origin=ORIGIN, site="same-site"),
    Case("form from nowhere", 403, origin=ORIGIN, site="none"),
    Case("unknown word", 403, site="same-planet"),
    Case("two words", 400, more=(("sec-fetch-site", "cross-site"),)),
    look("link on another site", 403, site="cross-site"),
    look("link on another port", 403, site="same-site"),
    look("picture on another site", 403, site="cross-site", dest="image"),
    look("in a frame", 403, dest="iframe"),
    look("in a frame of another site", 403, site="cross-site", dest="iframe"),
    look("in an object", 403, dest="object"),
    look("as an embed", 403, dest="embed"),
    look("as a worker", 403, dest="worker"),
    # The cookie.
    Case("no cookie", 403, cookie=None),
    Case("a wrong cookie", 403, cookie=f"provenance-review-{PORT}=wrong"),
    Case("an empty cookie", 403, cookie=f"provenance-review-{PORT}="),
    Case("the secret under another port's name", 403, cookie="provenance-review-80=wrong"),
    Case("a long cookie", 403, cookie=f"provenance-review-{PORT}=" + "x" * 4_000),
    Case("two cookie headers", 400, more=(("cookie", "a=b"),)),
    look("look without cookie", 403, cookie=None),
    look("look with a wrong cookie", 403, cookie=f"provenance-review-{PORT}=wrong"),
    look("static file without cookie", 403, target="/static/page.css", cookie=None),
    look("picture without cookie", 403, target="/picture/160/" + "0" * 64, cookie=None),
    # The CSRF token.
    Case("no token", 403, csrf=None),
    Case("a wrong token", 403, csrf="wrong"),
    Case("an empty token", 403, csrf=""),
    Case("the cookie for the token", 403, csrf=f"provenance-review-{PORT}"),
    Case("token in the address", 403, csrf=None, target="/deed?csrf=x"),
    Case("two tokens", 403, body=b"csrf=a&csrf=b"),
    Case("form with the header instead", 403, csrf=None, more=(("x-csrf-token", GOOD),)),
    Case("json without token", 403, kind="application/json", body=b"{}"),
    Case("json with the field", 403, kind="application/json"),
    Case("json with a wrong header", 403, kind="application/json", body=b"{}", more=(("x-csrf-token", "x"),)),
    # The body.
    Case("plain text", 415, kind="text/plain"),
    Case("no kind", 415, kind=None),
    Case("multipart", 415, kind="multipart/form-data; boundary=x"),
    Case("another charset", 415, kind=FORM + "; charset=utf-7"),
    Case("xml", 415, kind="application/xml"),
    Case("packed", 415, more=(("content-encoding", "gzip"),)),
    Case("no form", 400, body=b"csrf"),
    Case("letters that are none", 400, body=b"csrf=%ff%fe"),
    Case("octets that are no letters", 400, body=b"csrf=\xff"),
    Case("a null octet", 400, body=b"csrf=a&b=%00"),
    Case("an escape", 400, body=b"csrf=a&b=%1b%5b2J"),
    Case("too many fields", 400, body=b"&".join(b"a=b" for _ in range(1_001))),
    Case("too large", 413, body=b"csrf=" + b"a" * (256 << 10)),
    Case("says it is too large", 413, more=(("content-length", "999999999"),)),
    Case("a length that is none", 400, more=(("content-length", "-1"),)),
    Case("a length in other digits", 400, more=(("content-length", "1e3"),)),
    Case("two lengths", 400, more=(("content-length", "0"), ("transfer-encoding", "chunked"))),
    look("a look with a body", 400, more=(("content-length", "3"),)),
    look("a look in chunks", 400, more=(("transfer-encoding", "chunked"),)),
    # Methods.
    Case("preflight", 405, method="OPTIONS"),
    Case(
        "preflight of another site",
        405,
        method="OPTIONS",
        origin=EVIL,
        more=(("access-control-request-method", "POST"),),
    ),
    Case("put", 405, method="PUT"),
    Case("patch", 405, method="PATCH"),
    Case("delete", 405, method="DELETE"),
    Case("trace", 405, method="TRACE"),
    Case("connect", 405, method="CONNECT"),
    Case("invented", 405, method="PROPFIND"),
    Case("method override is not known", 200, method="GET", target="/token?_method=POST", kind=None,
         origin=None, body=b"", more=(("x-http-method-override", "POST"),)),
    # Addresses.
    look("a look that would do something", 500, target="/deed"),
    look("unknown", 404, target="/nothing"),
    look("two slashes", 400, target="//evil.example/"),
    look("a line feed", 400, target="/a%0d%0aSet-Cookie:x"),
    look("a long address", 414, target="/" + "a" * 5_000),
    look("a long query", 414, target="/token?" + "a" * 5_000),
    look("upwards", 404, target="/static/..%2f..%2fapp.py"),
    look("upwards in static", 404, target="/static/../app.py"),
    look("upwards, twice encoded", 404, target="/static/%252e%252e%252fapp.py"),
    look("a drive", 404, target="/static/C:%5Cwindows%5Cwin.ini"),
    look("a file's path for a picture", 404, target="/picture/160/%2Fetc%2Fpasswd"),
    look("an invented picture", 404, target="/picture/160/" + "0" * 64),
    look("an invented edge", 404, target="/picture/99999/" + "0" * 64),
    look("the routes of the application", 404, target="/openapi.json"),
    look("its documentation", 404, target="/docs"),
    # Heads that no browser sends.
    look("many headers", 431, more=tuple((f"x-{n}", "a") for n in range(100))),
    look("long headers", 431, more=(("x-long", "a" * 20_000),)),
    # The link.
    look("a wrong link", 403, target="/enter?token=wrong"),
    look("no token in the link", 403, target="/enter"),
    look("two tokens in the link", 403, target="/enter?token=a&token=b"),
    look("a link in a frame", 403, target="/enter?token=a", dest="iframe", site="cross-site"),
    look("head of the link", 405, target="/enter?token=a", method="HEAD"),
    Case("a form sent to the link", 405, target="/enter?token=a"),
    look("a link to another name", 421, target="/enter?token=a", host="evil.example"),
]  # fmt: skip


@pytest.mark.parametrize("case", MATRIX, ids=lambda case: case.name)
def test_the_matrix(page, case):
    before = page.deeds
    answer = case.sent(page)
    assert answer.status_code == case.want
    did = case.want == 200 and case.method == "POST"
    assert (page.deeds > before) is did
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value]
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert "server" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    if case.want == 405:
        assert answer.headers["allow"] == "GET, HEAD, POST"


def test_what_every_answer_carries_is_what_was_promised():
    """The matrix holds answers against the table; this holds the table against the promise."""
    assert HEADERS["Content-Security-Policy"].split("; ") == [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
        "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'",
    ]  # fmt: skip
    assert {name: value for name, value in HEADERS.items() if "Policy" not in name} == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert HEADERS["Referrer-Policy"] == "no-referrer"
    for name in ("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
        assert HEADERS[name] == "same-origin"


def test_no_route_opens_the_page_to_other_sites_nor_a_refusal_its_connection():
    def careless() -> PlainTextResponse:
        return PlainTextResponse("x", headers={"Access-Control-Allow-Origin": "*", "Server": "x"})

    with house() as made:
        made.gate._inner.add_api_route("/careless", careless)
        answer = made.get("/careless")
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers
        assert "server" not in answer.headers
        # What is left of a refused form must not be read as the next request.
        refused = Case("refused", 403, csrf="wrong").sent(made)
        assert refused.headers["connection"] == "close"


def test_the_matrix_is_large_and_names_each_case_once():
    assert len(MATRIX) >= 60
    assert len({case.name for case in MATRIX}) == len(MATRIX)


# Each proof: how it is given, and how it is not. The first is the true one.
PROOFS = {
    "host": [HOST, "evil.example", f"evil.example:{PORT}", "", "127.0.0.1"],
    "site_and_origin": [
        ("same-origin", "null"), ("same-origin", ORIGIN), ("same-origin", None), (None, ORIGIN),
        ("cross-site", ORIGIN), ("same-site", ORIGIN), ("none", None), (None, None), (None, "null"),
        ("same-origin", EVIL), (None, EVIL), ("cross-site", "null"),
    ],
    "cookie": [GOOD, None, f"provenance-review-{PORT}=x", "a=b", f"provenance-review-{PORT}="],
    "csrf": [GOOD, None, "", "x", "y" * 43],
    "kind": [FORM, "text/plain", "multipart/form-data", None, "application/json"],
    "method": ["POST", "GET", "PUT", "DELETE", "OPTIONS", "HEAD"],
    "dest": ["document", "iframe", "object"],
}  # fmt: skip
SOUND = {
    "host": {HOST},
    "site_and_origin": set(PROOFS["site_and_origin"][:4]),
    "cookie": {GOOD},
    "csrf": {GOOD},
    "kind": {FORM},
    "method": {"POST"},
    "dest": {"document"},
}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.fixed_dictionaries({name: st.sampled_from(all_) for name, all_ in PROOFS.items()}))
def test_nothing_changes_where_one_proof_is_missing(page, chosen):
    proven = all(chosen[name] in SOUND[name] for name in PROOFS)
    site, origin = chosen.pop("site_and_origin")
    before = page.deeds
    answer = Case("drawn", 0, site=site, origin=origin, **chosen).sent(page)
    assert (page.deeds > before) is proven
    assert (answer.status_code == 200) is proven


@pytest.mark.parametrize("name", PROOFS)
def test_each_proof_alone_is_needed(page, name):
    """The property above would hold of a page that lets nobody in; here all the rest is right."""
    true = {key: values[0] for key, values in PROOFS.items()}
    for wrong in [one for one in PROOFS[name] if one not in SOUND[name]]:
        chosen = {**true, name: wrong}
        site, origin = chosen.pop("site_and_origin")
        before = page.deeds
        answer = Case("one wrong", 0, site=site, origin=origin, **chosen).sent(page)
        assert answer.status_code != 200
        assert page.deeds == before


def test_what_goes_wrong_inside_is_told_at_the_terminal_alone():
    with house() as made:
        answer = made.get("/broken")
        assert answer.status_code == 500
        assert "12345" not in answer.text
        assert "Traceback" not in answer.text
        assert "<script>" not in answer.text
        assert answer.headers["content-security-policy"]
        assert any("12345" in one for one in made.told)


def test_error_pages_show_nothing_of_what_was_sent():
    with house() as made:
        payload = "/%3Cscript%3Ealert(1)%3C/script%3E"
        answer = made.get(payload)
        assert answer.status_code == 404
        assert "script" not in answer.text


def test_the_access_log_never_tells_the_token_and_is_off_unless_asked_for():
    with house(log=True) as made:
        link = made.keys.link().removeprefix(ORIGIN)
        made.ask("GET", link, [("host", HOST)])
        assert made.logged == ["GET /enter 303"]
    with house() as made:
        made.get("/token")
        assert made.logged == []


def test_a_form_arrives_without_its_token_and_in_its_order():
    with house() as made:
        answer = made.post("/echo", b="1", a="zwei\r\nSätze")
        assert answer.text == repr((("b", "1"), ("a", "zwei\nSätze")))


def test_limits_can_be_narrowed():
    with house(limits=Limits(body=10)) as made:
        assert made.post("/deed").status_code == 413


def test_no_websocket_is_answered():
    with house() as made:
        sent = []

        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "websocket.connect"}

        asyncio.run(made.gate({"type": "websocket", "path": "/", "headers": []}, receive, send))
        assert sent == [{"type": "websocket.close", "code": 1008}]
