"""The server in this process: one address of this machine, one port, ended by Ctrl-C in order.

Sources: RFC 9112 section 9 (connections); the documentation of uvicorn, "Settings".
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import anyio.to_thread
import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from provenance.errors import UsageError
from provenance.web.keys import ADDRESS
from provenance.web.neighbours import is_stranger
from provenance.web.security import strangers

if TYPE_CHECKING:
    from starlette.types import ASGIApp

THREADS: Final = 12
"""Requests that are worked on at once; the registry has connections for 15."""
CONNECTIONS: Final = 64
"""Connections at once; a browser has six."""
HEAD_SECONDS: Final = 10.0
"""Within which the head of a request has to be here, counted from its first octet."""
DRAIN_SECONDS: Final = 30.0
"""Within which an answer has to be taken."""
IDLE_SECONDS: Final = 15
"""How long a connection stays open without a request."""
HEAD_OCTETS: Final = 32 << 10
"""Of the head of a request, as far as it is read at all."""

_WAITING: Final = 128


def listen(port: int = 0) -> socket.socket:
    """Take a port of this machine and listen there: from now on a browser finds somebody.

    Args:
        port: 0 for any that is free.

    Raises:
        UsageError: it is taken, or not ours to take.
    """
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # There, "reuse" would let another program take the port from us.
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((ADDRESS, port))
        taken.listen(_WAITING)
    except (OSError, OverflowError) as error:
        taken.close()
        why = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise UsageError(
            f"The review page cannot listen at port {port} of {ADDRESS}: {why}.",
            remedy="Name another with --port, or leave it out.",
        ) from error
    return taken


def make_server(app: ASGIApp, ready: Callable[[], None]) -> uvicorn.Server:
    """A server as ``serve`` runs it: no header that names it, no proxy believed, no log."""
    config = uvicorn.Config(
        app,
        access_log=False,
        date_header=False,
        h11_max_incomplete_event_size=HEAD_OCTETS,
        http=_Connection,
        interface="asgi3",
        lifespan="off",
        limit_concurrency=CONNECTIONS,
        log_config=None,
        log_level="critical",
        loop="asyncio",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        ws="none",
    )
    return _Server(config, ready)


def serve(app: ASGIApp, at: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until Ctrl-C (or SIGTERM) asks for the end.

    What is being done then is done to its end; asked a second time, nothing more is answered,
    and only what is being written is finished.

    Args:
        app: what answers.
        at: what ``listen`` gave; closed on return.
        ready: called once, as soon as requests are answered.

    Raises:
        KeyboardInterrupt: the end was asked for twice.
    """
    server = make_server(app, ready)
    try:
        server.run(sockets=[at])
    except KeyboardInterrupt:
        # The signal is raised again once the server has ended in order, which was its answer.
        if server.force_exit or not server.should_exit:
            raise
    finally:
        at.close()


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, in as many threads as the registry has connections for."""
        await super().startup(sockets)
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        self._ready()


class _Connection(H11Protocol):
    """A connection that is cut where the other side dawdles (RFC 9112 section 9.5)."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        if len(self.connections) > 2 * CONNECTIONS:
            transport.abort()
        elif self.client is None or self.server is None or self.server[1] is None:
            transport.abort()  # gone before it was looked at
        elif is_stranger(self.client, (self.server[0], self.server[1])):
            self.app = strangers
        self._wait(HEAD_SECONDS, self._cut)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take octets; a head that has begun has to end soon."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._wait_no_more()
        elif self._patience is None:
            self._wait(HEAD_SECONDS, self._cut)

    def on_response_complete(self) -> None:
        """Go on to the next request, and see that this answer is taken."""
        super().on_response_complete()
        if self.transport.get_write_buffer_size() > 0:
            self._wait(DRAIN_SECONDS, self._cut_if_full)

    def shutdown(self) -> None:
        """End in order, and soon."""
        super().shutdown()
        if self.cycle is None or self.cycle.response_complete:
            self._wait(1.0, self._cut)

    def _wait(self, seconds: float, then: Callable[[], Any]) -> None:
        self._wait_no_more()
        self._patience = self.loop.call_later(seconds, then)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _cut(self) -> None:
        self._patience = None
        self.transport.abort()

    def _cut_if_full(self) -> None:
        self._patience = None
        if self.transport.get_write_buffer_size() > 0:
            self.transport.abort()
