"""Extended attributes and access lists, carried from the former file to the new one."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

from provenance.errors import StorageError

# The kernel computes these from content and inode; a copied one would be a lie.
_KERNEL_OWNED = frozenset({"security.ima", "security.evm"})
# enum evm_ima_xattr_type, security/integrity/integrity.h: signatures made by a person's key.
_SIGNED = frozenset({0x03, 0x05, 0x06})


def copy_attributes(source: int, opened: int) -> None:
    """Give a file the extended attributes and access lists of another, exactly.

    What the new file has by its folder's default and the other has not is taken off.
    What only the superuser may see (``trusted.*``) is carried where the superuser runs it;
    Linux shows it to nobody else.

    Args:
        source: descriptor open for reading.
        opened: descriptor open for writing.

    Raises:
        OSError: one of them cannot be kept.
        StorageError: the file is signed (``signed-file``): the signature is of its bytes.
    """
    wanted = _attributes(source)
    present = _attributes(opened)
    _must_be_unsigned(wanted)
    for name in present.keys() - wanted.keys() - _KERNEL_OWNED:
        os.removexattr(opened, name)
    for name, value in wanted.items():
        if name not in _KERNEL_OWNED and present.get(name) != value:
            os.setxattr(opened, name, value)


def _must_be_unsigned(attributes: dict[str, bytes]) -> None:
    for name in _KERNEL_OWNED & attributes.keys():
        if attributes[name][:1] and attributes[name][0] in _SIGNED:
            raise StorageError(
                f"the file bears a signature of its bytes ({name}), which no corrected file can.",
                code="signed-file",
                remedy=f"Take the signature off (setfattr -x {name}) if the file may change, "
                "and sign it again afterwards.",
            )


def _attributes(opened: int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    try:
        names: Sequence[str] = os.listxattr(opened)
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.ENOSYS}:
            return {}
        raise
    return {name: os.getxattr(opened, name) for name in names}
