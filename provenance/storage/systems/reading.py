"""Read at a place of an open file, without moving any position that others rely on."""

from __future__ import annotations

import os
import threading

_one_at_a_time = threading.Lock()


def read_at(opened: int, length: int, offset: int) -> bytes:
    """At most ``length`` octets of a descriptor from ``offset`` on; threads may share it."""
    if hasattr(os, "pread"):
        return os.pread(opened, length, offset)
    # Windows: seek and read as one step.
    with _one_at_a_time:
        os.lseek(opened, offset, os.SEEK_SET)
        return os.read(opened, length)
