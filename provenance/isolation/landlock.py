"""Let a worker write nowhere but into a folder of its own, by Landlock.

Reading is not restricted: a worker opens what it is told to open. Nor can Landlock take a
folder out of what it allows. Source: Linux ``landlock(7)`` and ``linux/landlock.h``.
"""

from __future__ import annotations

import os
import struct
from typing import Final

from provenance.isolation import linux

_WRITE_FILE: Final = 1 << 1
_WRITING: Final = 0x1FF2  # WRITE_FILE, REMOVE_DIR to MAKE_SYM
_REFER: Final = 1 << 13
_TRUNCATE: Final = 1 << 14
_DEVICE: Final = 1 << 15
_NETWORK: Final = 0b11  # BIND_TCP, CONNECT_TCP
_SCOPED: Final = 0b11  # ABSTRACT_UNIX_SOCKET, SIGNAL
_NOWHERE: Final = "/dev/null"


def confine(folder: str) -> int:
    """Hold this process and all that it starts to writing below ``folder``, for good.

    Args:
        folder: may be written in.

    Returns:
        The version of Landlock; 4 also refuses TCP, 6 signals to processes outside.

    Raises:
        OSError: the kernel has no Landlock, or it is switched off.
    """
    version = linux.landlock_version()
    rights = _WRITING
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _DEVICE)):
        rights |= right if version >= since else 0
    attributes = struct.pack("=Q", rights)
    attributes += struct.pack("=Q", _NETWORK) if version >= 4 else b""
    attributes += struct.pack("=Q", _SCOPED) if version >= 6 else b""
    ruleset = linux.make_ruleset(attributes)
    try:
        _allow(ruleset, rights, folder)
        _allow(ruleset, _WRITE_FILE | (rights & _TRUNCATE), _NOWHERE)
        linux.restrict(ruleset)
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, rights: int, path: str) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        linux.allow_beneath(ruleset, rights, opened)
    finally:
        os.close(opened)
