"""How files and folders are opened; what a system does not know is left out."""

from __future__ import annotations

import os
from typing import Final


def _either(*names: str) -> int:
    flags = 0
    for name in names:
        flags |= int(getattr(os, name, 0))
    return flags


_COMMON = _either("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT")

READ_FILE: Final = os.O_RDONLY | _COMMON | _either("O_NONBLOCK")
"""For reading a file: never through a link, never waiting for a pipe's writer."""

READ_NAMED: Final = os.O_RDONLY | _either("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT")
"""For reading a file that a person named: a link is the person's word and is followed."""

NEW_FILE: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | _COMMON
"""For a file that must not be there yet."""

STATE_FILE: Final = os.O_RDWR | os.O_CREAT | _COMMON
"""For a file of our own that may be there; never through a link."""

OLD_STATE_FILE: Final = os.O_RDWR | _COMMON
"""For a file of our own that must be there."""

READ_FOLDER: Final = os.O_RDONLY | _either("O_DIRECTORY", "O_CLOEXEC")
"""For a folder whose path a person gave: a link that is its last name is followed."""

READ_FOLDER_ITSELF: Final = READ_FOLDER | _either("O_NOFOLLOW")
"""For a folder, but not through a link."""
