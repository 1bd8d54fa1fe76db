"""Fetch one published page, from public addresses only.

A page's address may come from anybody, and may lead into the desk's own network (SSRF,
OWASP ASVS 5.0, 4.2 and CWE-918). So the host is resolved here, every address it has must
be public, the connection goes to the very address that was looked at, and each redirect
is looked at anew. No cookies, no credentials, no proxy, no compression.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote, urljoin, urlsplit

from provenance.errors import StorageError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGEST: Final = 10_000_000
PATIENCE: Final = 20.0
MOST_REDIRECTS: Final = 5
USER_AGENT: Final = (
    "provenance-auditor (caption audit; +https://pypi.org/project/provenance-auditor)"
)

_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_TYPES: Final = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
    }
)
_PIECE: Final = 64 * 1024
_LONGEST_URL: Final = 4_000
_SAFE: Final = "/%:@!$&'()*+,;=-._~?"
# Public by the registries, but each leads to an IPv4 address inside it, or to a relay.
_WRAPPED: Final = tuple(
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96",
                "::ffff:0:0/96", "fec0::/10", "192.88.99.0/24")
)  # fmt: skip

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Resolver(Protocol):
    """Give every address of a host."""

    def __call__(self, host: str, port: int, patience: float) -> Sequence[str]:
        """``OSError`` where there is none."""


class Connection(Protocol):
    """An open connection; what the standard socket is."""

    def settimeout(self, value: float | None, /) -> None:
        """How long the next call may take."""

    def sendall(self, data: bytes, /) -> None:
        """Send all of it."""

    def recv_into(self, buffer: WriteableBuffer, /) -> int:
        """Receive some; 0 at the end."""

    def close(self) -> None:
        """Close it."""


class Connector(Protocol):
    """Open a connection to an address."""

    def __call__(
        self, address: str, port: int, server_name: str | None, patience: float
    ) -> Connection:
        """``server_name`` asks for TLS with a certificate for that name; ``OSError`` on failure."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as the server gave it.

    Attributes:
        url: as it was asked for.
        final_url: behind all redirects.
        media_type: lower case, without parameters.
        charset: of the ``Content-Type``; empty where it gives none.
        data: the octets.
        addresses: the address that was connected to, for each step.
    """

    url: str
    final_url: str
    media_type: str
    charset: str
    data: bytes
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """One address on the way, taken apart."""

    url: str
    scheme: str
    host: str
    port: int
    target: str


def is_url(path: str) -> bool:
    """Whether what a user gave as a path is the address of a page."""
    return path[:8].lower().startswith(("http://", "https://"))


def is_public(address: str) -> bool:
    """Whether an address is one that everybody can reach, and stands for itself."""
    try:
        one: Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if any(one in network for network in _WRAPPED if network.version == one.version):
        return False
    inner = one.is_multicast or one.is_reserved or one.is_unspecified or one.is_loopback
    return one.is_global and not inner and not one.is_link_local and not one.is_private


@dataclass(frozen=True, slots=True)
class Web:
    """Where pages are fetched from; resolver and connector are given in tests.

    Attributes:
        resolve: all addresses of a host.
        connect: a connection to one address.
        clock: seconds, never going back.
    """

    resolve: Resolver = field(default_factory=lambda: resolve)
    connect: Connector = field(default_factory=lambda: connect)
    clock: Callable[[], float] = time.monotonic

    def fetch(self, url: str) -> Fetched:
        """Fetch a page.

        Raises:
            StorageError: not an address that may be asked, no page, too large, too slow, or
                the server said no; with what to do instead.
        """
        deadline = _Deadline(self.clock, self.clock() + PATIENCE, url)
        step = _step(url, url)
        addresses: list[str] = []
        for _ in range(MOST_REDIRECTS + 1):
            address = self._public_address(step, deadline)
            addresses.append(address)
            answer, location = self._ask(step, address, deadline)
            if location is None:
                media_type, charset, data = answer
                return Fetched(url, step.url, media_type, charset, data, tuple(addresses))
            following = _step(urljoin(step.url, location), url)
            if step.scheme == "https" and following.scheme == "http":
                raise _refused(url, f"is led on to the unprotected {following.url}", "downgrade")
            step = following
        raise _refused(url, f"is led on more than {MOST_REDIRECTS} times", "too-many-redirects")

    def _public_address(self, step: _Step, deadline: _Deadline) -> str:
        try:
            found = tuple(self.resolve(step.host, step.port, deadline.left()))
        except OSError as error:
            raise _unreached(step.url, error) from error
        inner = [one for one in found if not is_public(one)]
        if inner or not found:
            raise _refused(
                deadline.url,
                f"leads to {step.host}, which is {inner[0] if inner else 'nowhere'}: "
                "no public address",
                "private-address",
            )
        return found[0]

    def _ask(
        self, step: _Step, address: str, deadline: _Deadline
    ) -> tuple[tuple[str, str, bytes], str | None]:
        server_name = step.host if step.scheme == "https" else None
        try:
            opened = self.connect(address, step.port, server_name, deadline.left())
        except (OSError, ssl.CertificateError) as error:
            raise _unreached(step.url, error) from error
        try:
            return _exchange(step, _Timed(opened, deadline))
        except (OSError, http.client.HTTPException) as error:
            raise _unreached(step.url, error) from error
        finally:
            opened.close()


@dataclass(frozen=True, slots=True)
class _Deadline:
    """When the whole fetch must be over, however slowly octets drip."""

    clock: Callable[[], float]
    end: float
    url: str

    def left(self) -> float:
        remaining = self.end - self.clock()
        if remaining <= 0:
            raise StorageError(
                f"{self.url} was not there within {PATIENCE:.0f} seconds.",
                code="timeout",
                remedy="Save the page with a browser, and audit the file.",
            )
        return remaining


class _Timed(io.RawIOBase):
    """A connection of which each call ends by the deadline, as a file and as a socket."""

    def __init__(self, connection: Connection, deadline: _Deadline) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        """It is read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Receive some octets."""
        self._connection.settimeout(self._deadline.left())
        return self._connection.recv_into(buffer)

    def sendall(self, data: bytes) -> None:
        """Send all octets."""
        self._connection.settimeout(self._deadline.left())
        self._connection.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """What ``http.client`` reads an answer from."""
        del mode
        return io.BufferedReader(self)


def _exchange(step: _Step, connection: _Timed) -> tuple[tuple[str, str, bytes], str | None]:
    """Ask, and read the answer, or where it leads on."""
    connection.sendall(_request(step))
    answer = http.client.HTTPResponse(connection, method="GET")  # type: ignore[arg-type]
    answer.begin()
    if answer.status in _REDIRECTS and answer.headers.get("Location"):
        return ("", "", b""), answer.headers["Location"]
    if answer.status != http.client.OK:
        raise _refused(step.url, f"was answered with {answer.status} {answer.reason}", "status")
    media_type, charset = _content_type(answer.headers)
    if media_type not in _TYPES:
        raise _refused(step.url, f"is {media_type or 'of no stated type'}, no page", "no-page")
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":
        raise _refused(step.url, f"was sent packed ({encoding}) though asked not to be", "packed")
    stated = answer.headers.get("Content-Length", "")
    if stated.isascii() and stated.isdigit() and int(stated[:19]) > LARGEST:
        raise _too_large(step.url)
    data = bytearray()
    while piece := answer.read(_PIECE):
        data += piece
        if len(data) > LARGEST:
            raise _too_large(step.url)
    return (media_type, charset, bytes(data)), None


def _request(step: _Step) -> bytes:
    host = f"[{step.host}]" if ":" in step.host else step.host
    lines = (
        f"GET {step.target} HTTP/1.1",
        f"Host: {host}",
        f"User-Agent: {USER_AGENT}",
        f"Accept: {', '.join(sorted(_TYPES))}",
        "Accept-Encoding: identity",
        "Connection: close",
    )
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _content_type(headers: Message) -> tuple[str, str]:
    stated = headers.get("Content-Type", "")
    if not stated:
        return "", ""
    return headers.get_content_type(), headers.get_content_charset() or ""


def _step(url: str, asked: str) -> _Step:
    """An address taken apart, if it may be asked at all."""
    if len(url) > _LONGEST_URL or any(character < " " or character == "\x7f" for character in url):
        raise _refused(asked[:200], "leads to an address that is no address", "bad-url")
    try:
        split = urlsplit(url.strip())
        port = split.port
        host = (split.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:
        raise _refused(asked, f"leads to an address that is no address ({error})", "bad-url") from (
            error
        )
    scheme = split.scheme.lower()
    if scheme not in _PORTS or not host:
        raise _refused(asked, f"leads to {scheme or 'no scheme'}:, not to a web page", "scheme")
    if split.username is not None or split.password is not None:
        raise _refused(asked, "holds a user name or a password", "credentials")
    if port not in {None, _PORTS[scheme]}:
        raise _refused(asked, f"leads to port {port}, where no web page stands", "port")
    target = quote(split.path or "/", safe=_SAFE.replace("?", ""))
    if split.query:
        target += f"?{quote(split.query, safe=_SAFE)}"
    plain = f"{scheme}://{f'[{host}]' if ':' in host else host}{target}"
    return _Step(plain, scheme, host, _PORTS[scheme], target)


def resolve(host: str, port: int, patience: float) -> Sequence[str]:
    """All addresses of a host, by the system's resolver.

    Raises:
        OSError: it has none, or the resolver took too long.
    """
    found: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(one[4][0]) for one in answers)))
        except OSError as error:
            found.put(error)
        except UnicodeError as error:
            found.put(OSError(str(error)))

    # The system's resolver knows no time limit; a thread that is left behind ends by itself.
    threading.Thread(target=ask, daemon=True).start()
    try:
        said = found.get(timeout=patience)
    except queue.Empty:
        raise TimeoutError(f"nobody said where {host} is") from None
    if isinstance(said, OSError):
        raise said
    return said


def connect(address: str, port: int, server_name: str | None, patience: float) -> Connection:
    """A connection to this very address; with a name, TLS that proves the name.

    Raises:
        OSError: it cannot be had.
    """
    opened = socket.create_connection((address, port), timeout=patience)
    if server_name is None:
        return opened
    try:
        return ssl.create_default_context().wrap_socket(opened, server_hostname=server_name)
    except BaseException:
        opened.close()
        raise


def _refused(url: str, why: str, code: str) -> StorageError:
    return StorageError(
        f"{url} {why}.",
        code=f"web-{code}",
        remedy="Open it in a browser, save the page, and audit the file.",
    )


def _too_large(url: str) -> StorageError:
    return _refused(url, f"has more than {LARGEST:,} octets", "too-large")


def _unreached(url: str, error: Exception) -> StorageError:
    reason = str(error) or type(error).__name__
    return StorageError(
        f"{url} could not be fetched: {reason}.",
        code="web-unreached",
        remedy="Check the address and the network, or save the page and audit the file.",
    )
