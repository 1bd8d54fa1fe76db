"""Extended attributes and access lists, carried from the former file to the new one."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

from provenance.storage.swap import Original

# The kernel computes these from content; a copied one would be a lie.
_KERNEL_OWNED = frozenset({"security.ima", "security.evm"})


def copy_attributes(original: Original, opened: int) -> None:
    """Give a file the extended attributes and access lists of the original, exactly.

    What the new file has by its folder's default and the original has not is taken off.

    Raises:
        OSError: one of them cannot be kept.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    source = os.open(original.name, flags, dir_fd=original.folder.descriptor)
    try:
        wanted = _attributes(source)
    finally:
        os.close(source)
    present = _attributes(opened)
    for name in present.keys() - wanted.keys():
        os.removexattr(opened, name)
    for name, value in wanted.items():
        if present.get(name) != value:
            os.setxattr(opened, name, value)


def _attributes(opened: int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    try:
        names: Sequence[str] = os.listxattr(opened)
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.ENOSYS}:
            return {}
        raise
    return {name: os.getxattr(opened, name) for name in names if name not in _KERNEL_OWNED}
