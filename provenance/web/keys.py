"""Who may come in: a link that works once, and the session that it begins.

The link's token and the session's secret have 256 bits each. Of both only a digest is kept, and
digests are compared in constant time, so that neither memory nor timing tells them.

Why the cookie is not called ``__Host-...``: browsers take such a name only with ``Secure``, and
``Secure`` needs HTTPS, which no page on 127.0.0.1 can have without a certificate installed on
each desk. Cookies do not know ports; the port in the name keeps two reviews at once apart.

Sources: RFC 6265bis sections 4.1.3 (prefixes), 5.6.7 (SameSite) and 8.5 (ports).
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

ADDRESS: Final = "127.0.0.1"
"""The only address that the server listens at."""

ENTRY: Final = "/enter"
"""Where the link leads: ``/enter?token=...``."""

LINK_SECONDS: Final = 600
"""How long a link works, for a person who carries it to a browser by hand."""
IDLE_SECONDS: Final = 4 * 3600
"""After so long without a request a session has ended."""
LONGEST_SECONDS: Final = 16 * 3600
"""A session has ended then, however busy: a working day, and not the next one."""

_TOKEN_OCTETS: Final = 32
_LONGEST: Final = 128


@dataclass(slots=True)
class _Session:
    digest: bytes
    csrf: str
    began: float
    seen: float


class Keys:
    """The link, the session, and the names under which the server is reached. For threads.

    There is one session at a time: whoever asks for a new link wants to be somewhere else.

    Args:
        port: where the server listens.
        clock: seconds that only grow.
    """

    def __init__(self, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.hosts: frozenset[str] = frozenset({f"{ADDRESS}:{port}", f"localhost:{port}"})
        self.cookie = f"provenance-review-{port}"
        self._address = f"http://{ADDRESS}:{port}"
        self._clock = clock
        self._link: tuple[bytes, float] | None = None
        self._session: _Session | None = None
        self._lock = threading.Lock()

    def link(self) -> str:
        """A fresh link, which works once, for ten minutes; the one before it works no more."""
        token = secrets.token_urlsafe(_TOKEN_OCTETS)
        with self._lock:
            self._link = (_digest(token), self._clock())
        return f"{self._address}{ENTRY}?token={token}"

    def enter(self, token: str) -> str | None:
        """The secret of a new session, for its cookie; None where the token is not the link's.

        A wrong token does not use the link up.
        """
        with self._lock:
            if self._link is None or len(token) > _LONGEST:
                return None
            digest, made = self._link
            now = self._clock()
            if now - made > LINK_SECONDS or not hmac.compare_digest(digest, _digest(token)):
                return None
            self._link = None
            secret = secrets.token_urlsafe(_TOKEN_OCTETS)
            csrf = secrets.token_urlsafe(_TOKEN_OCTETS)
            self._session = _Session(_digest(secret), csrf, now, now)
            return secret

    def csrf_of(self, secrets_given: Iterable[str]) -> str | None:
        """The CSRF token of the session that one of the cookies is of; None where none is.

        Several cookies of one name can be there, since any server on this address may set one.
        """
        with self._lock:
            session, now = self._session, self._clock()
            if session is None:
                return None
            if now - session.seen > IDLE_SECONDS or now - session.began > LONGEST_SECONDS:
                self._session = None
                return None
            for one in secrets_given:
                if len(one) <= _LONGEST and hmac.compare_digest(session.digest, _digest(one)):
                    session.seen = now
                    return session.csrf
            return None


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(_digest(given), _digest(wanted))


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
