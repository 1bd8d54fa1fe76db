"""The names that a replacement uses beside the file it replaces.

A name carries the transaction it belongs to, so that whoever finds it after a crash can
ask the registry whose it is.
"""

from __future__ import annotations

import hashlib
import os
import re

from provenance.errors import UsageError

UNFINISHED = 0o1600
"""Mode of a temporary file until it is complete: its owner's alone, and the sticky bit, which no
picture has. Recovery knows by it what was only begun from another program's private file."""

_NAME_OCTETS = 255
_TX = re.compile(r"[0-9a-f]{8,64}")


def temporary_name(name: str, tx: str) -> str:
    """The name beside ``name`` for one transaction: ``.<name>.<tx>.tmp``.

    A name that would not fit 255 octets is cut and completed by a hash of the whole.

    Raises:
        UsageError: ``tx`` is not 8 to 64 lower-case hexadecimal digits.
    """
    if not _TX.fullmatch(tx):
        raise UsageError(f"{tx!r} is no transaction id: 8 to 64 hexadecimal digits are.")
    raw, tail = os.fsencode(name), f".{tx}.tmp".encode()
    room = _NAME_OCTETS - 1 - len(tail)
    if len(raw) > room:
        mark = b"~" + hashlib.sha256(raw).hexdigest()[:16].encode()
        kept = raw[: room - len(mark)]
        # A cut inside a code point is a name that strict file systems refuse.
        if _is_utf8(raw):
            kept = kept.decode("utf-8", "ignore").encode()
        raw = kept + mark
    return os.fsdecode(b"." + raw + tail)


def keeping_name(temporary: str) -> str:
    """The name that keeps the old inode where names cannot be exchanged in one step."""
    return temporary.removesuffix(".tmp") + ".old"


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
