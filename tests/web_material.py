"""A review page to send requests to: in this process, or over a real socket."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import uvicorn
from fastapi import Depends
from fastapi.responses import PlainTextResponse

from provenance import registry
from provenance.auditlog import AuditLog, ledger
from provenance.model import AssetRef, Event, MetadataRecord
from provenance.pipeline.session import Session, utc_now
from provenance.registry import Registry, open_registry
from provenance.reporting.thumbnails import Thumbnail
from provenance.web.app import application, guarded
from provenance.web.forms import Form, csrf, form
from provenance.web.intake import Limits
from provenance.web.keys import Keys
from provenance.web.pictures import Pictures
from provenance.web.security import Gate
from provenance.web.server import listen, make_server
from provenance.web.surroundings import Scope, Surroundings, session

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
FORM = "application/x-www-form-urlencoded"
JPEG = b"\xff\xd8\xff\xe0 a picture made anew \xff\xd9"

Headers = list[tuple[str, str]]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Drawer:
    """Draws one picture for all files."""

    asked: list[tuple[AssetRef, int, str]] = field(default_factory=list)
    made: Thumbnail = field(default_factory=lambda: Thumbnail(JPEG, 3, 2))

    def of(self, ref: AssetRef, edge: int, content: str) -> Thumbnail:
        self.asked.append((ref, edge, content))
        return self.made


@dataclass
class House:
    """A page with what stands around it, and the proofs that its person's browser has."""

    registry: Registry
    gate: Gate
    keys: Keys
    clock: Clock
    pictures: Pictures
    drawer: Drawer
    told: list[str]
    logged: list[str]
    cookie: str = ""
    csrf: str = ""

    @property
    def deeds(self) -> int:
        """The size of the log: how much was ever done."""
        with self.registry.read() as tx:
            head = ledger.read_head(tx.connection)
        return head.size if head is not None else 0

    def hold(self, *uris: str, digest: str | None = None) -> None:
        """Have pictures in the registry."""
        with self.registry.write() as tx:
            run = uuid4().hex
            registry.start_run(tx, registry.Run(run, "scan", "anna.editor", utc_now()))
            found = [
                (MetadataRecord(AssetRef(uri, 10, "v1"), "image/jpeg", image_digest=digest), ())
                for uri in uris
            ]
            registry.upsert_assets(tx, found, run, utc_now())

    def ask(self, method: str, target: str, headers: Headers, body: bytes = b"") -> httpx.Response:
        """One request with exactly these headers."""

        async def once() -> httpx.Response:
            # What goes wrong inside has to be answered, not thrown at the asker.
            transport = httpx.ASGITransport(self.gate)
            request = httpx.Request(
                method, f"http://{HOST}{target}", headers=headers, stream=_Whole(body)
            )
            answer = await transport.handle_async_request(request)
            await answer.aread()
            return answer

        return asyncio.run(once())

    def get(self, target: str, *more: tuple[str, str]) -> httpx.Response:
        """What the person's browser asks."""
        mine = [("host", HOST), ("sec-fetch-site", "same-origin"), ("cookie", self.cookie)]
        return self.ask("GET", target, [*mine, *more])

    def post(self, target: str, **fields: str) -> httpx.Response:
        """What the person's browser sends."""
        headers = [
            ("host", HOST),
            ("origin", "null"),
            ("sec-fetch-site", "same-origin"),
            ("cookie", self.cookie),
            ("content-type", FORM),
        ]
        return self.ask("POST", target, headers, urlencode({"csrf": self.csrf, **fields}).encode())


class _Whole(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self):
        if self._body:
            yield self._body


def _deed(session: Annotated[Session, Depends(session)]) -> PlainTextResponse:
    """A route that does something, and is careless about who asks."""
    with session.registry.write() as tx:
        session.record(tx, Event("approve", agents=session.agents()))
    return PlainTextResponse("done")


def _echo(form: Annotated[Form, Depends(form)]) -> PlainTextResponse:
    return PlainTextResponse(repr(form.fields))


def _token(csrf: Annotated[str, Depends(csrf)]) -> PlainTextResponse:
    return PlainTextResponse(csrf)


def _broken() -> PlainTextResponse:
    raise RuntimeError("the secret is 12345 <script>")


@contextmanager
def house(
    port: int = PORT,
    limits: Limits | None = None,
    *,
    log: bool = False,
    scope: Scope | None = None,
) -> Iterator[House]:
    """A page whose routes ``/deed`` (by GET and POST), ``/echo``, ``/token``, ``/broken`` exist."""
    told: list[str] = []
    logged: list[str] = []
    clock, drawer = Clock(), Drawer()
    with open_registry_of_test() as held:
        pictures = Pictures(held, drawer, b"k" * 32)
        around = Surroundings(
            Session(held, AuditLog(), "anna.editor"),
            pictures,
            scope or Scope(),
            tell=told.append,
            log=logged.append if log else None,
            quarantine=os.path.join(os.environ["PROVENANCE_STATE"], "quarantine"),
        )
        inner = application(around)
        for method in ("GET", "POST"):
            inner.add_api_route("/deed", _deed, methods=[method], operation_id=f"deed-{method}")
        inner.add_api_route("/echo", _echo, methods=["POST"])
        inner.add_api_route("/token", _token)
        inner.add_api_route("/broken", _broken)
        keys = Keys(port, clock)
        gate = guarded(inner, keys, limits)
        made = House(held, gate, keys, clock, pictures, drawer, told, logged)
        secret = keys.enter(keys.link().partition("token=")[2])
        assert secret is not None
        made.cookie = f"{keys.cookie}={secret}"
        proof = keys.csrf_of([secret])
        assert proof is not None
        made.csrf = proof
        yield made


def open_registry_of_test() -> Registry:
    """The registry that the fixture ``own_state`` names."""
    return open_registry(os.environ["PROVENANCE_REGISTRY"])


@dataclass(frozen=True)
class Open:
    """A page that answers at a real port."""

    house: House
    port: int
    server: uvicorn.Server

    def send(self, octets: bytes, *, wait: float = 5.0) -> bytes:
        """Everything that comes back, until the other side ends or says no more for a while."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as line:
            line.sendall(octets)
            return received(line)


def received(line: socket.socket) -> bytes:
    """What comes until the other side closes."""
    found = b""
    try:
        while some := line.recv(65_536):
            found += some
    except ConnectionResetError:
        return found
    return found


@contextmanager
def opened(limits: Limits | None = None) -> Iterator[Open]:
    """A page over a real socket, in a thread of this process."""
    at = listen()
    port = at.getsockname()[1]
    with house(port, limits) as made:
        ready = threading.Event()
        server = make_server(made.gate, ready.set)
        thread = threading.Thread(target=server.run, args=([at],))
        thread.start()
        try:
            assert ready.wait(20)
            yield Open(made, port, server)
        finally:
            server.should_exit = True
            thread.join(20)
            at.close()
        assert not thread.is_alive()
