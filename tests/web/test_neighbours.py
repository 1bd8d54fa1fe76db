"""A connection of another user of this machine is refused, whatever it brings."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from web_material import opened

from provenance.web import neighbours, server
from provenance.web.neighbours import owners_among

LITTLE = pytest.mark.skipif(
    sys.byteorder != "little", reason="the tables below are of such a machine"
)
OURS, THEIRS = ("127.0.0.1", 0x1F90), ("127.0.0.1", 0xC0DE)
ROW = "   1: {} {} {} 00000000:00000000 00:00000000 00000000  {}        0 9 1 0 20 0 0 10 -1"
V4, V4_OURS = "0100007F:C0DE", "0100007F:1F90"
V6 = "0000000000000000FFFF00000100007F:"


@LITTLE
@pytest.mark.parametrize(
    ("rows", "owners"),
    [
        ([(V4, V4_OURS, "01", 1000)], {1000}),
        ([(V6 + "C0DE", V6 + "1F90", "01", 1000)], {1000}),
        ([(V4_OURS, V4, "01", 1000)], set()),  # our own end of it
        ([(V4, "0100007F:1F91", "01", 1000)], set()),
        ([("0200007F:C0DE", V4_OURS, "01", 1000)], set()),
        ([(V4, V4_OURS, "05", 0)], {None}),
        ([(V4, V4_OURS, "06", 0)], {None}),
        ([(V4, V4_OURS, "01", 1000), (V4, V4_OURS, "01", 1001)], {1000, 1001}),
        ([], set()),
    ],
)
def test_the_tables(rows, owners):
    assert owners_among([ROW.format(*row) for row in rows], THEIRS, OURS) == owners


def test_lines_that_are_none_are_passed_over():
    assert owners_among(["", "x", " ".join("abcdefghij")], THEIRS, OURS) == set()


@LITTLE
@pytest.mark.parametrize(
    ("own", "sudo", "owner", "refused"),
    [
        (1000, "", 1000, False),
        (1000, "", 0, False),
        (1000, "", 1001, True),
        (1000, "1001", 1001, True),  # says nothing of a program that is not root's
        (0, "1001", 1001, False),
        (0, "1001", 1002, True),
        (0, "", 1001, True),
        (0, "x", 1001, True),
    ],
)
def test_who_is_a_stranger(monkeypatch, own, sudo, owner, refused):
    monkeypatch.setattr(os, "getuid", lambda: own)
    monkeypatch.setenv("SUDO_UID", sudo)
    monkeypatch.setattr(neighbours, "_lines", lambda: [ROW.format(V4, V4_OURS, "01", owner)])
    assert neighbours.is_stranger(THEIRS, OURS) is refused


def test_a_system_that_does_not_tell_refuses_nobody(monkeypatch):
    monkeypatch.setattr(neighbours, "_TABLES", ("/nowhere/tcp",))
    assert not neighbours.is_stranger(THEIRS, OURS)


def test_a_stranger_gets_a_page_that_says_so(monkeypatch):
    monkeypatch.setattr(server, "is_stranger", lambda theirs, ours: True)
    with opened() as page:
        link = page.house.keys.link()
        answer = page.send(
            f"GET {link.partition(str(page.port))[2]} HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{page.port}\r\n\r\n".encode()
        )
        assert answer.startswith(b"HTTP/1.1 403 ")
        assert b"another user" in answer
        assert b"content-security-policy" in answer
        # The link was not used up.
        assert page.house.keys.enter(link.partition("token=")[2]) is not None


ASK = """
import socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
line.sendall(b"GET /enter?token=x HTTP/1.1\\r\\nHost: 127.0.0.1:" + sys.argv[1].encode() + b"\\r\\nConnection: close\\r\\n\\r\\n")
print(b"".join(iter(lambda: line.recv(65536), b"")).decode())
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.getuid() != 0, reason="only root can be another user"
)
@pytest.mark.parametrize(("user", "another"), [(0, False), (65_534, True)])
def test_another_user_of_this_machine(monkeypatch, user, another):
    monkeypatch.delenv("SUDO_UID", raising=False)
    with opened() as page:
        told = subprocess.run(
            ["/usr/bin/env", "python3", "-I", "-c", ASK, str(page.port)],
            capture_output=True, text=True, timeout=30, check=True, user=user, cwd="/",
        ).stdout  # fmt: skip
        assert told.startswith("HTTP/1.1 403 ")
        assert ("another user" in told) is another
