"""Open a folder below another, part by part: the way where no single call does it."""

from __future__ import annotations

import errno
import os

from provenance.storage.systems.flags import READ_FOLDER, READ_FOLDER_ITSELF


def parts_of(relative: str) -> list[str]:
    """The names on the way down.

    Raises:
        OSError: ``EXDEV`` where the words alone lead out (``.``, ``..``, an empty part).
    """
    parts = relative.split("/") if relative else []
    if any(part in {"", ".", ".."} for part in parts):
        raise OSError(errno.EXDEV, "the path leaves its folder", relative)
    return parts


def open_part_by_part(root: int, parts: list[str]) -> int:
    """Open each part inside the one before, never through a link.

    A folder that is moved elsewhere meanwhile is followed there, as an open file would be;
    a link put in its place is not.

    Raises:
        OSError: ``ELOOP`` or ``ENOTDIR`` for a symbolic link.
    """
    here = os.open(".", READ_FOLDER, dir_fd=root)
    for part in parts:
        try:
            below = os.open(part, READ_FOLDER_ITSELF, dir_fd=here)
        finally:
            os.close(here)
        here = below
    return here
