"""Whose the other end of a connection is, where the system says so (Linux).

Every user of a machine can connect to 127.0.0.1, and can read the command line with which a
browser was started, the link in it. So a connection of another user is refused whatever it
brings. Root is let in: it could read our memory as well, and relays run as root (WSL).

Source: Linux proc_pid_net(5), ``/proc/net/tcp``; net/ipv4/tcp_ipv4.c, ``get_tcp4_sock``.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable, Iterator
from typing import Final

_TABLES: Final = ("/proc/net/tcp", "/proc/net/tcp6")
_MAPPED: Final = "0000000000000000FFFF0000"
_ESTABLISHED: Final = "01"
_ROOT: Final = 0
_LONGEST: Final = 4 << 20

Address = tuple[str, int]


def is_stranger(theirs: Address, ours: Address) -> bool:
    """Whether a connection is another user's; False where the system does not tell.

    One that its sender has closed already is nobody's any more, and counts as a stranger's: the
    system would call it root's.

    Args:
        theirs: address and port of the other end.
        ours: address and port of this end.
    """
    return not owners_among(_lines(), theirs, ours) <= _welcome()


def owners_among(lines: Iterable[str], theirs: Address, ours: Address) -> set[int | None]:
    """The users whose sockets these lines of the tables have for a connection; None: nobody's."""
    wanted = (_hexed(theirs), _hexed(ours))
    found: set[int | None] = set()
    for line in lines:
        fields = line.split(maxsplit=8)
        if len(fields) > 8 and (_plain(fields[1]), _plain(fields[2])) == wanted:
            found.add(int(fields[7]) if fields[3] == _ESTABLISHED else None)
    return found


def _welcome() -> set[int | None]:
    own = os.getuid() if hasattr(os, "getuid") else _ROOT
    also = os.environ.get("SUDO_UID", "") if own == _ROOT else ""
    return {_ROOT, own, int(also) if also.isascii() and also.isdigit() else own}


def _lines() -> Iterator[str]:
    for path in _TABLES:
        try:
            with open(path, encoding="ascii", errors="replace") as table:
                yield from table.read(_LONGEST).splitlines()[1:]
        except OSError:
            continue  # another system, or one that does not tell: the link and the cookie remain


def _hexed(address: Address) -> str:
    number = int.from_bytes(socket.inet_aton(address[0]), sys.byteorder)
    return f"{number:08X}:{address[1]:04X}"


def _plain(field: str) -> str:
    """An address of IPv4, also where a socket of IPv6 speaks to it (RFC 4291 section 2.5.5.2)."""
    mapped = len(field) == 37 and field.startswith(_MAPPED)
    return field[len(_MAPPED) :] if mapped else field
