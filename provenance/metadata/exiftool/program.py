"""The ExifTool program: where it is looked for, how old it may be, how to install it."""

from __future__ import annotations

import os
import shutil
from typing import Final

VARIABLE: Final = "PROVENANCE_EXIFTOOL"
"""The environment variable that names the program."""

OLDEST: Final = (12, 40)
"""The oldest version that is used; that of Ubuntu 22.04. Debian 12 has 12.57."""

OLDEST_TEXT: Final = ".".join(str(part) for part in OLDEST)

INSTALL: Final = (
    "Install ExifTool (Debian and Ubuntu: apt install libimage-exiftool-perl; macOS: brew install"
    f" exiftool; Windows: exiftool.org), or name the program in {VARIABLE}."
)


def program() -> str | None:
    """What ``PROVENANCE_EXIFTOOL`` names, else the ``exiftool`` on PATH; None without both."""
    return os.environ.get(VARIABLE) or shutil.which("exiftool")


def is_old(version: str) -> bool:
    """Whether a version, as ``exiftool -ver`` gives it, is older than ``OLDEST``.

    What is no version counts as old: it did not come from ExifTool.
    """
    major, _, minor = version.strip().partition(".")
    if not (major.isdecimal() and minor.isdecimal()):
        return True
    return (int(major), int(minor)) < OLDEST
