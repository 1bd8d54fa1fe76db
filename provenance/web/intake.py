"""A request as it comes in: its head and its body, taken within limits of size and time.

Sources: RFC 9110 sections 5.3, 8.3 and 8.6; RFC 9112 section 3.2; RFC 6265 section 5.4.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from provenance.errors import UsageError
from provenance.web.forms import CSRF_FIELD, CSRF_HEADER, Form, parse
from provenance.web.keys import same

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

READING: Final = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_ONCE: Final = frozenset(
    {
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "origin",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "transfer-encoding",
        "x-csrf-token",
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take up.

    Attributes:
        target: octets of path and query.
        headers: how many.
        header_octets: of all of them.
        body: octets of a form.
        body_seconds: within which the body has to be here.
    """

    target: int = 4_096
    headers: int = 64
    header_octets: int = 16_384
    body: int = 256 << 10
    body_seconds: float = 10.0


class RefusedError(Exception):
    """A request that is not let in; an answer of HTTP, never seen by a caller."""

    def __init__(self, status: int, happened: str, remedy: str = "") -> None:
        super().__init__(happened)
        self.status = status
        self.happened = happened
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request, each header of ours at most once."""

    method: str
    path: str
    query: bytes
    given: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, "")


def read_head(scope: Scope, limits: Limits) -> Head:
    """The head of a request.

    Raises:
        RefusedError: it is longer than a browser's, or no plain one.
    """
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    if len(raw) + len(query) > limits.target:
        raise RefusedError(414, "The address is too long.", "Shorten what you search for.")
    if not raw.startswith(b"/") or raw.startswith(b"//") or not scope["path"].isprintable():
        raise RefusedError(400, "This is no address of the review page.")
    if scope["http_version"] not in {"1.0", "1.1"}:
        raise RefusedError(505, "The review page speaks HTTP/1.1.")
    headers = scope["headers"]
    octets = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > limits.headers or octets > limits.header_octets:
        raise RefusedError(
            431, "The browser sends too much with each request.", "Clear its cookies."
        )
    given: dict[str, str] = {}
    for name, value in headers:
        key = name.decode("latin-1").lower()
        if key in given and key in _ONCE:
            raise RefusedError(400, f"The request says {key} twice.")
        given[key] = value.decode("latin-1").strip()
    if "content-length" in given and "transfer-encoding" in given:
        raise RefusedError(400, "The request says twice how long it is.")
    head = Head(scope["method"], scope["path"], query, given)
    if head.method in READING and (
        head["content-length"] not in {"", "0"} or head["transfer-encoding"]
    ):
        raise RefusedError(400, "A request that only looks brings no form.")
    return head


def cookies(header: str, name: str) -> list[str]:
    """The values of every cookie of this name; their number is bound by the header's length."""
    pairs = (one.strip().partition("=") for one in header.split(";"))
    return [value for key, _, value in pairs if key == name]


def require_kind(head: Head) -> str:
    """The media type of the body: a form, or JSON; both plain UTF-8.

    Raises:
        RefusedError: it is another, or packed.
    """
    kind, _, rest = head["content-type"].partition(";")
    kind = kind.strip().lower()
    charset = rest.replace(" ", "").lower()
    if kind not in {_FORM, _JSON} or charset not in {"", "charset=utf-8"}:
        raise RefusedError(415, "A form of another kind than the review page's was sent.")
    if head["content-encoding"] not in {"", "identity"}:
        raise RefusedError(415, "The form was sent packed.")
    return kind


async def read_body(head: Head, receive: Receive, limits: Limits) -> bytes:
    """The whole body.

    Raises:
        RefusedError: it is too large, or takes too long.
    """
    length = head["content-length"]
    if length and (not (length.isascii() and length.isdigit()) or len(length) > 12):
        raise RefusedError(400, "The length of the form is no number.")
    too_large = RefusedError(
        413, f"The form is larger than {limits.body // 1024} KB.", "Choose fewer at once."
    )
    if length and int(length) > limits.body:
        raise too_large
    gathered = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise RefusedError(400, "The browser went away.")
                gathered += message.get("body", b"")
                if len(gathered) > limits.body:
                    raise too_large
                if not message.get("more_body", False):
                    return bytes(gathered)
    except TimeoutError:
        raise RefusedError(408, "The form did not arrive in time.", "Send it again.") from None


def proven_form(head: Head, kind: str, body: bytes, csrf: str) -> Form | None:
    """The form, without the CSRF token that came with it; None where the body is JSON.

    Raises:
        RefusedError: the body is no form, or the token is not this session's.
    """
    try:
        form = parse(body) if kind == _FORM else None
    except UsageError as error:
        raise RefusedError(400, error.message, error.remedy) from error
    given = [head[CSRF_HEADER]] if form is None else list(form.all(CSRF_FIELD))
    if len(given) != 1 or not same(given[0], csrf):
        raise RefusedError(
            403,
            "The form is not from a page of this session.",
            "Go back, load the page again, and send it once more.",
        )
    if form is None:
        return None
    return Form(tuple(pair for pair in form.fields if pair[0] != CSRF_FIELD))
