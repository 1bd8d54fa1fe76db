"""The gate: every request proves where it comes from and whose it is, or is refused.

The page listens on this machine alone (and, on Linux, to its own user: ``neighbours``), yet every
web site that the person has open can send requests to it, every program of this machine can
connect, and a name of the attacker's can be made to mean 127.0.0.1 (DNS rebinding). So, in this
order:

1. the request is a plain one, within limits of size and time;
2. ``Host`` is one of ours, once: a rebound name is refused;
3. the method is GET, HEAD or POST; OPTIONS is refused and no CORS header is ever given, so no
   other site may read or preflight anything;
4. the browser does not say that another site asks (``Sec-Fetch-Site``, ``Origin``), nor that
   the page is to stand in a frame (``Sec-Fetch-Dest``); the link alone may come from elsewhere;
5. the session's cookie, which only the link gives;
6. what may change something (POST) proves that one of our own pages asks: ``Sec-Fetch-Site:
   same-origin``, or from browsers without it an ``Origin`` that is ours; and the CSRF token
   (see ``forms`` for why that is a form field).

A GET changes nothing, the link excepted, which is used up by being opened.

``Referrer-Policy: no-referrer`` makes browsers send ``Origin: null`` with our own forms, so
``null`` is taken where ``Sec-Fetch-Site`` says same-origin, which no page can forge. A browser
that sends neither (older than 2023) is refused.

Sources: W3C Fetch Metadata section 2; WHATWG Fetch, "append a request Origin header"; W3C CSP 3;
RFC 9110 sections 7.2 and 15.5.20; OWASP "Cross-Site Request Forgery Prevention".
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from fastapi.responses import RedirectResponse, Response

from provenance.web.forms import VISIT, Visit
from provenance.web.intake import (
    READING,
    Head,
    Limits,
    RefusedError,
    cookies,
    proven_form,
    read_body,
    read_head,
    require_kind,
)
from provenance.web.keys import ENTRY, Keys
from provenance.web.refusals import error_page, failure, way_in

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), clipboard-read=(), display-capture=(), geolocation=(),"
    " microphone=(), payment=(), usb=()",
}
"""What every answer carries."""

_WRITING: Final = "POST"
_ALLOW: Final = "GET, HEAD, POST"
_OWN_ASKING: Final = frozenset({"", "same-origin", "none"})
_PLACES: Final = frozenset({"", "document", "empty", "image", "script", "style"})
_START_AGAIN: Final = (
    "Open the link that `provenance review` printed. It works once: where it was used or is too"
    " old, press Ctrl-C there and start it again."
)


@dataclass(frozen=True, slots=True)
class Outside:
    """What the gate has to do with beside requests.

    Attributes:
        limits: of requests.
        tell: says to the person at the terminal what goes wrong inside.
        log: is told of each answer, never with what stands behind the ``?`` of its address.
    """

    limits: Limits
    tell: Callable[[str], None]
    log: Callable[[str], None] | None = None


class Gate:
    """The application behind its gate, as an application of ASGI.

    Args:
        inner: what answers requests that are let in.
        keys: who may come in.
        outside: limits, and who is told.
    """

    def __init__(self, inner: ASGIApp, keys: Keys, outside: Outside) -> None:
        self._inner = inner
        self._keys = keys
        self._outside = outside
        self._one_writer = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is not HTTP is not answered."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        if scope["type"] != "http":
            return
        answer = _Answer(send, bodiless=scope["method"] == "HEAD")
        try:
            head = read_head(scope, self._outside.limits)
            self._require_own(head)
            if head.path == ENTRY:
                await self._enter(head)(scope, receive, answer)
            else:
                await self._let_in(head, scope, receive, answer)
        except RefusedError as refused:
            await _refusal(refused, scope["method"])(scope, receive, answer)
        except Exception:  # noqa: BLE001 - the wall: the person is told, the server goes on
            self._outside.tell(f"The review page failed:\n{traceback.format_exc()}")
            if not answer.status:
                await failure()(scope, receive, answer)
        finally:
            if self._outside.log is not None:
                self._outside.log(f"{scope['method']} {scope['path']} {answer.status}")

    def _require_own(self, head: Head) -> None:
        """Steps 2 to 4."""
        if head["host"].lower() not in self._keys.hosts:
            raise RefusedError(
                421, "This address is not the review page's.", "Open it by the link you were given."
            )
        if head.method not in READING and head.method != _WRITING:
            raise RefusedError(405, "The review page does not do that.")
        if head["origin"] and not self._is_own_origin(head):
            raise RefusedError(403, "Another site asked for this.", _START_AGAIN)
        if head["sec-fetch-dest"] not in _PLACES:
            raise RefusedError(403, "The review page does not stand in other pages.")
        if head.path != ENTRY and head["sec-fetch-site"] not in _OWN_ASKING:
            raise RefusedError(
                403,
                "Another site led here.",
                "If you came here on purpose, type the address into the browser.",
            )

    def _is_own_origin(self, head: Head) -> bool:
        if head["origin"] == "null":
            return head.method == _WRITING and head["sec-fetch-site"] == "same-origin"
        return head["origin"] == f"http://{head['host'].lower()}"

    def _enter(self, head: Head) -> Response:
        """Begin a session, for whoever has the link; without a cookie nothing else is to be had."""
        if head.method != "GET":
            raise RefusedError(405, "The link is opened, not sent to.")
        given = parse_qsl(head.query.decode("ascii", "replace"), max_num_fields=None)
        tokens = [value for name, value in given if name == "token"]
        # What a browser fetches ahead of a click must not use the link up.
        ahead = bool(head["sec-purpose"] or head["purpose"])
        secret = self._keys.enter(tokens[0]) if len(tokens) == 1 and not ahead else None
        if secret is None:
            raise RefusedError(
                403,
                "This link does not work: it was used, it is too old, or it is not whole.",
                f"{_START_AGAIN} If nobody but you can have used it, do that now.",
            )
        led_by_another = head["sec-fetch-site"] not in _OWN_ASKING
        answer = way_in() if led_by_another else RedirectResponse("/", status_code=303)
        answer.set_cookie(self._keys.cookie, secret, path="/", httponly=True, samesite="strict")
        return answer

    async def _let_in(self, head: Head, scope: Scope, receive: Receive, answer: _Answer) -> None:
        """Steps 5 and 6; then the request is answered, a writing one alone."""
        csrf = self._keys.csrf_of(cookies(head["cookie"], self._keys.cookie))
        if csrf is None:
            raise RefusedError(403, "The review page does not know you (any more).", _START_AGAIN)
        if head.method != _WRITING:
            visited = {**scope, "method": "GET", VISIT: Visit(csrf)}
            await self._inner(visited, _Replay(b"", receive), answer)
            return
        if head["sec-fetch-site"] != "same-origin" and (
            head["sec-fetch-site"] or not head["origin"]
        ):
            raise RefusedError(
                403,
                "The browser does not say that the review page itself asked for this.",
                "Use a browser of 2023 or newer, and the buttons of the page.",
            )
        kind = require_kind(head)
        body = await read_body(head, receive, self._outside.limits)
        form = proven_form(head, kind, body, csrf)
        visited = {**scope, VISIT: Visit(csrf, form)}
        # One thread each would wait in line where routes took the lock: so the line stands here.
        async with self._one_writer:
            await self._inner(visited, _Replay(body, receive), answer)


async def strangers(scope: Scope, receive: Receive, send: Send) -> None:
    """The application for connections of another user of this machine (see ``neighbours``)."""
    refused = RefusedError(
        403,
        "This review page is another user's of this machine.",
        "Start `provenance review` yourself.",
    )
    answer = _Answer(send, bodiless=scope["method"] == "HEAD")
    await _refusal(refused, _WRITING)(scope, receive, answer)


def _refusal(refused: RefusedError, method: str) -> Response:
    page = error_page(refused.status, refused.happened, refused.remedy)
    if refused.status == HTTPStatus.METHOD_NOT_ALLOWED:
        page.headers["Allow"] = _ALLOW
    if method not in READING:
        page.headers["Connection"] = "close"  # what is left of the body is not read
    return page


class _Replay:
    """What the application receives: the body that was read already, then what comes after it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Answer:
    """What the application sends: with our headers, and without those that are not to be."""

    def __init__(self, send: Send, *, bodiless: bool) -> None:
        self._send = send
        self._bodiless = bodiless
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": _guarded(message.get("headers", []))}
        elif self._bodiless and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


_OURS: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_REPLACED: Final = frozenset(name for name, _ in _OURS) | {b"server"}


def _guarded(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    kept = [
        (name.lower(), value)
        for name, value in headers
        if name.lower() not in _REPLACED and not name.lower().startswith(b"access-control-")
    ]
    if not any(name == b"cache-control" for name, _ in kept):
        kept.append((b"cache-control", b"no-store"))
    return [*kept, *_OURS]
