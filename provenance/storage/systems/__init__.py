"""The part of storage that differs from one operating system to the next.

``current()`` is the system that the program runs on. Everything else in the package, and
every other room, speaks to ``System`` alone.
"""

from __future__ import annotations

import functools
import sys

from provenance.storage.systems.interface import (
    NO_SUCH_CALL,
    Clothing,
    Guarantee,
    System,
)

__all__ = ["NO_SUCH_CALL", "Clothing", "Guarantee", "System", "current", "lock"]


@functools.cache
def current() -> System:
    """The system that the program runs on; a POSIX system that we do not know is portable."""
    # One name for all systems: a type checker would take the others for dead code.
    here: str = sys.platform
    if here == "linux":
        from provenance.storage.systems.linux import Linux  # noqa: PLC0415 - needs its C library

        return Linux()
    if here == "darwin":
        from provenance.storage.systems.macos import MacOS  # noqa: PLC0415 - needs its C library

        return MacOS()
    if here == "win32":
        from provenance.storage.systems.windows import Windows  # noqa: PLC0415 - needs kernel32

        return Windows()
    from provenance.storage.systems.portable import Portable  # noqa: PLC0415 - needs fcntl

    return Portable()


def lock(opened: int, *, wait: bool) -> bool:
    """Take the lock of a file of our own; it goes with the process, however that ends.

    Args:
        opened: descriptor of the lock file, open for writing.
        wait: until the other process is done.

    Returns:
        False where another process has it (never with ``wait``).

    Raises:
        OSError: the file system knows no locks.
    """
    return current().lock(opened, wait=wait)
