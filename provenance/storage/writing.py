"""Write octets, all of them, and make them durable: what every file that we make has in common."""

from __future__ import annotations

import os
from typing import Final

from provenance.storage.failures import FsyncError
from provenance.storage.systems import System

SPARE: Final = 64 << 20
"""Octets that stay free on a disk beside what is written to it."""


def write_all(opened: int, data: bytes) -> None:
    """Write all of it, in as many pieces as the system takes.

    Raises:
        OSError: part of it may have been written.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(opened, rest) :]


def sync(system: System, opened: int, path: str) -> None:
    """Make what was written durable.

    Args:
        system: of the file.
        opened: its descriptor.
        path: for the message.

    Raises:
        FsyncError: never to be retried: the page cache may lie from here on.
    """
    try:
        system.sync_file(opened)
    except OSError as error:
        raise FsyncError(
            f"{path}: the new bytes could not be made durable: {error.strerror}.",
            remedy="Check the disk, then run the command again: it recovers first.",
        ) from error
