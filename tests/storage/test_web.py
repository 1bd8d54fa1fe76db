"""Fetching a page: only what is asked for, only from where everybody can reach."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import StorageError
from provenance.storage.web import LARGEST, PATIENCE, Web, is_public, is_url

PUBLIC = "93.184.216.34"


@pytest.fixture(autouse=True)
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that opens a socket or asks a name server fails."""

    def refuse(*given: object, **named: object) -> None:
        raise AssertionError(f"a socket was wanted: {given} {named}")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@dataclass
class Fake:
    """Name servers and servers that exist in this test only."""

    hosts: dict[str, list[Sequence[str]]]
    answers: list[bytes]
    piece: int = 1 << 16
    seconds: float = 0.0
    now: float = 0.0
    asked: list[str] = field(default_factory=list)
    connected: list[tuple[str, int, str | None]] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    closed: int = 0

    def web(self) -> Web:
        return Web(self.resolve, self.connect, lambda: self.now)

    def resolve(self, host: str, port: int, patience: float) -> Sequence[str]:
        self.asked.append(host)
        assert 0 < patience <= PATIENCE
        if host not in self.hosts:
            raise OSError(f"nobody knows {host}")
        answers = self.hosts[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self, address: str, port: int, server_name: str | None, patience: float) -> Wire:
        self.connected.append((address, port, server_name))
        return Wire(self, self.answers.pop(0))


@dataclass
class Wire:
    fake: Fake
    rest: bytes

    def settimeout(self, value: float | None) -> None:
        assert value is not None
        assert 0 < value <= PATIENCE

    def sendall(self, data: bytes) -> None:
        self.fake.sent.append(data)

    def recv_into(self, buffer: bytearray) -> int:
        self.fake.now += self.fake.seconds
        piece = self.rest[: min(self.fake.piece, len(buffer))]
        self.rest = self.rest[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self.fake.closed += 1


def answer(body: bytes = b"<p>", status: str = "200 OK", **headers: str) -> bytes:
    told = {"Content-Type": "text/html; charset=ISO-8859-1", **headers}
    lines = [f"HTTP/1.1 {status}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in told.items() if value]
    return "\r\n".join([*lines, "", ""]).encode() + body


def leads_to(place: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, Location=place)


def refused(fake: Fake, url: str) -> StorageError:
    with pytest.raises(StorageError) as caught:
        fake.web().fetch(url)
    assert caught.value.remedy
    return caught.value


def test_a_page_comes_with_its_charset_and_where_it_came_from() -> None:
    fake = Fake({"news.example": [[PUBLIC]]}, [answer("Jörg".encode("latin-1"))])
    page = fake.web().fetch("https://news.example/a b?x=1#top")
    assert (page.media_type, page.charset, page.data) == ("text/html", "iso-8859-1", b"J\xf6rg")
    assert page.final_url == "https://news.example/a%20b?x=1"
    assert page.addresses == (PUBLIC,)
    assert fake.connected == [(PUBLIC, 443, "news.example")]
    assert fake.closed == 1
    (sent,) = fake.sent
    assert sent.startswith(b"GET /a%20b?x=1 HTTP/1.1\r\nHost: news.example\r\n")
    assert b"provenance-auditor" in sent
    assert b"ookie" not in sent
    assert b"uthorization" not in sent


PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1",
    "192.0.2.1", "198.18.0.1", "192.88.99.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "fec0::1", "2001:db8::1", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_inside_is_asked(address: str) -> None:
    fake = Fake({"news.example": [[address]]}, [])
    assert refused(fake, "http://news.example/").code == "web-private-address"
    assert fake.connected == []


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=6, network="fc00::/7"))
def test_no_private_network_is_public(address: object) -> None:
    assert not is_public(str(address))


def test_one_private_address_among_public_ones_is_enough() -> None:
    fake = Fake({"news.example": [[PUBLIC, "10.0.0.1"]]}, [])
    assert refused(fake, "https://news.example/").code == "web-private-address"
    assert fake.connected == []


def test_a_name_that_changes_its_address_wins_nothing() -> None:
    """DNS rebinding: the connection goes to the address that was looked at, asked for once."""
    fake = Fake({"news.example": [[PUBLIC], ["127.0.0.1"]]}, [answer()])
    fake.web().fetch("https://news.example/")
    assert fake.asked == ["news.example"]
    assert fake.connected == [(PUBLIC, 443, "news.example")]


@pytest.mark.parametrize(
    "place", ["http://inside.example/", "https://127.0.0.1/x", "//[::1]/x", "https://2130706433/"]
)
def test_a_redirect_is_looked_at_anew(place: str) -> None:
    hosts = {"news.example": [[PUBLIC]], "inside.example": [["10.1.1.1"]]}
    own: dict[str, list[Sequence[str]]] = {"127.0.0.1": [["127.0.0.1"]], "::1": [["::1"]]}
    fake = Fake({**hosts, **own, "2130706433": [["127.0.0.1"]]}, [leads_to(place)])
    assert refused(fake, "http://news.example/").code == "web-private-address"
    assert len(fake.connected) == 1


def test_redirects_are_followed_and_counted() -> None:
    hosts = {"news.example": [[PUBLIC]], "www.news.example": [["8.8.4.4"]]}
    fake = Fake(hosts, [leads_to("https://www.news.example/a/b"), leads_to("../c"), answer()])
    page = fake.web().fetch("http://news.example/")
    assert page.final_url == "https://www.news.example/c"
    assert page.addresses == (PUBLIC, "8.8.4.4", "8.8.4.4")
    fake = Fake(hosts, [leads_to(f"/{number}") for number in range(9)])
    assert refused(fake, "https://news.example/").code == "web-too-many-redirects"
    assert len(fake.connected) == 6
    fake = Fake(hosts, [leads_to("http://www.news.example/")])
    assert refused(fake, "https://news.example/").code == "web-downgrade"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://news.example/", "web-scheme"),
        ("file:///etc/passwd", "web-scheme"),
        ("https:///x", "web-scheme"),
        ("https://user:secret@news.example/", "web-credentials"),
        ("https://news.example:22/", "web-port"),
        ("https://news.example:99999/", "web-bad-url"),
        ("https://news.example/\r\nHost: other", "web-bad-url"),
        ("https://[::1/", "web-bad-url"),
        (f"https://{'a' * 64}.example/", "web-bad-url"),
        ("https://news.example/" + "a" * 5_000, "web-bad-url"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, code: str) -> None:
    fake = Fake({"news.example": [[PUBLIC]]}, [])
    assert refused(fake, url).code == code
    assert fake.asked == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (answer(Content_Type="image/jpeg", **{"Content-Type": ""}), "web-no-page"),
        (answer(**{"Content-Type": ""}), "web-no-page"),
        (answer(status="404 Not Found"), "web-status"),
        (answer(status="302 Found"), "web-status"),
        (answer(Content_Encoding="gzip"), "web-packed"),
        (answer(Content_Length=str(LARGEST + 1)), "web-too-large"),
        (answer(b"x" * (LARGEST + 1)), "web-too-large"),
        (b"not http at all\r\n\r\n", "web-unreached"),
        (b"", "web-unreached"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200, "web-unreached"),
    ],
)
def test_what_is_no_page_is_refused(told: bytes, code: str) -> None:
    fake = Fake({"news.example": [[PUBLIC]]}, [told])
    assert refused(fake, "https://news.example/").code == code
    assert fake.closed == 1


@pytest.mark.parametrize("told", [answer(b"x" * 500), answer(b"", **{f"X-{'a' * 500}": "b"})])
def test_a_server_that_drips_is_left(told: bytes) -> None:
    fake = Fake({"news.example": [[PUBLIC]]}, [told], piece=1, seconds=0.5)
    assert refused(fake, "https://news.example/").code == "timeout"
    assert fake.now <= PATIENCE + 1


def test_a_host_that_nobody_knows() -> None:
    error = refused(Fake({}, []), "https://news.example/")
    assert error.code == "web-unreached"
    assert "news.example" in error.message


def test_what_is_an_address() -> None:
    assert is_url("https://x.example")
    assert is_url("HTTP://x.example")
    assert not is_url("https.html")
    assert not is_url("/http://x")
