"""Swap new bytes under a name and prove that what came out is what was read.

The system call exchanges both names in one step. Where it is missing a hard link keeps
the old inode while a rename puts the new one in place; where links are missing too only
a rename is left. ``Window`` names what a foreign save could lose in each.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import StrEnum

from provenance.errors import ConflictError, StorageError
from provenance.storage.failures import UnsettledError, told
from provenance.storage.folder import Folder, Identity
from provenance.storage.systems import NO_SUCH_CALL
from provenance.storage.temporary import keeping_name

_NO_LINK = NO_SUCH_CALL | {errno.EMLINK}
_SCAN_AGAIN = "Scan it again and make a new plan."
_RECOVER = "Run the command again: it recovers first."


class Window(StrEnum):
    """What can be lost when another program saves in the moment of the swap.

    ``NONE``: nothing. ``LINK``: a save by rename between our last look and our rename
    (microseconds). ``RENAME``: the same, and a save into the old file as well.
    """

    NONE = "none"
    LINK = "link-and-rename"
    RENAME = "rename"


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was read: its bytes, their SHA-256 and the inode they came from.

    ``data`` may have been let go; the digest then stands for it.
    """

    uri: str
    folder: Folder
    name: str
    data: bytes
    sha256: str
    identity: Identity


def swap(
    original: Original, temporary: str, new_sha256: str, *, only_exchange: bool = False
) -> tuple[Window, Identity | None]:
    """Put the temporary file under the original's name, the old bytes under the temporary.

    Args:
        original: what was read.
        temporary: the name of the new bytes.
        new_sha256: their digest.
        only_exchange: refuse the slower ways, which leave a window open.

    Returns:
        The window that was open, and the identity of the old inode (None where the file
        system could not keep it).

    Raises:
        ConflictError: somebody saved meanwhile; those bytes stand under the name.
        UnsettledError: neither could be established.
        StorageError: refused; the old bytes stand and the temporary file is gone. Code
            ``no-exchange`` where only an exchange is allowed and there is none.
    """
    folder, name = original.folder, original.name
    try:
        folder.system.exchange(folder.descriptor, temporary, name)
    except FileNotFoundError as error:
        folder.remove(temporary)
        raise ConflictError(f"{original.uri}: the file is gone.", remedy=_SCAN_AGAIN) from error
    except OSError as error:
        if error.errno in NO_SUCH_CALL and not only_exchange:
            return _swap_by_link(original, temporary)
        folder.remove(temporary)
        if error.errno in NO_SUCH_CALL:
            raise no_exchange(folder.uri) from error
        with told(original.uri, "cannot exchange the file"):
            raise
    return Window.NONE, _must_be_old(original, temporary, new_sha256)


def no_exchange(place: str) -> StorageError:
    """The refusal of a policy that wants every file exchanged in one step."""
    return StorageError(
        f"{place}: this file system cannot exchange two names in one step, and the setting "
        "write.require_exchange forbids to write without.",
        code="no-exchange",
        remedy="Copy the folder to a local disk and fix it there, or take "
        "`require_exchange` out of [write] in provenance.toml.",
    )


def _must_be_old(original: Original, temporary: str, new_sha256: str) -> Identity:
    unread: StorageError | None = None
    came_out: Identity | None = None
    same = False
    try:
        same, came_out = _is_original(original, temporary)
    except StorageError as error:
        unread = error
    if same and came_out is not None:
        return came_out
    swap_back(original, temporary, new_sha256)
    if unread is not None:
        raise unread
    raise ConflictError(
        f"{original.uri}: another program saved the file in the same moment; its bytes stand.",
        remedy=_SCAN_AGAIN,
    )


def _is_original(original: Original, name: str) -> tuple[bool, Identity | None]:
    """Whether what stands under a name is what was read, and who it is."""
    if original.data:
        return original.folder.holds(name, original.data)
    digest, found = original.folder.digest(name)
    return digest == original.sha256, found


def swap_back(original: Original, temporary: str, new_sha256: str) -> None:
    """Undo a swap: whatever came out goes under the name again, ours is removed.

    Raises:
        ConflictError: a program saved over our bytes; its bytes stand under the name, and
            where the old ones would be lost they are kept under the temporary name.
        UnsettledError: the swap could not be undone.
    """
    try:
        _put_old_back(original, temporary, new_sha256)
    except ConflictError:
        raise
    except StorageError as error:
        raise UnsettledError(
            f"{original.uri}: the former bytes could not be put back; they are kept as "
            f"{original.folder.path(temporary)}.",
            remedy=_RECOVER,
        ) from error


def _put_old_back(original: Original, temporary: str, new_sha256: str) -> None:
    folder, name = original.folder, original.name
    digest, _ = folder.digest(name)
    if digest != new_sha256:
        raise ConflictError(
            f"{original.uri}: another program saved over the corrected file; its bytes "
            f"stand, and the ones before are kept as {folder.path(temporary)}.",
            remedy="Compare both files and keep the one you want.",
        )
    folder.exchange(temporary, name)
    digest, found = folder.digest(temporary)
    if found is not None and digest != new_sha256:
        # A save fell between the look and the exchange: it is the newest, it stays.
        folder.exchange(temporary, name)
        raise ConflictError(
            f"{original.uri}: another program keeps saving the file; its newest bytes "
            f"stand, and the ones before are kept as {folder.path(temporary)}.",
            remedy="Compare both files and keep the one you want.",
        )
    folder.remove(temporary)


def _swap_by_link(original: Original, temporary: str) -> tuple[Window, Identity | None]:
    folder, name, keeping = original.folder, original.name, keeping_name(temporary)
    try:
        folder.system.link(folder.descriptor, name, keeping)
    except OSError as error:
        if error.errno in _NO_LINK:
            return _swap_by_rename(original, temporary)
        folder.remove(temporary)
        with told(original.uri, "cannot keep the former bytes"):
            raise
    try:
        kept = _must_be_kept(original, keeping)
        folder.rename(temporary, name)
    except StorageError:
        folder.remove(keeping)
        folder.remove(temporary)
        raise
    try:
        folder.rename(keeping, temporary)
        after = folder.look(temporary)
        touched = after is None or not after.same_content_as(kept)
        if touched:
            folder.rename(temporary, name)
    except StorageError as error:
        raise UnsettledError(error.message, remedy=_RECOVER) from error
    if touched:
        raise ConflictError(
            f"{original.uri}: another program saved the file in the same moment; its bytes stand.",
            remedy=_SCAN_AGAIN,
        )
    return Window.LINK, after


def _must_be_kept(original: Original, keeping: str) -> Identity:
    """The old inode, whole, under its second name and still under its first."""
    digest, kept = original.folder.digest(keeping)
    if kept is None or digest != original.sha256 or original.folder.look(original.name) != kept:
        raise ConflictError(
            f"{original.uri}: another program changed the file.", remedy=_SCAN_AGAIN
        )
    return kept


def _swap_by_rename(original: Original, temporary: str) -> tuple[Window, Identity | None]:
    folder, name = original.folder, original.name
    digest, _ = folder.digest(name)
    if digest != original.sha256:
        folder.remove(temporary)
        raise ConflictError(
            f"{original.uri}: another program changed the file.", remedy=_SCAN_AGAIN
        )
    try:
        folder.rename(temporary, name)
    except StorageError:
        folder.remove(temporary)
        raise
    return Window.RENAME, None
