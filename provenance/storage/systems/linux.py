"""Linux: openat2 beneath the root, renameat2 to exchange two names in one step."""

from __future__ import annotations

from provenance.storage import linux
from provenance.storage.systems.interface import Guarantee
from provenance.storage.systems.portable import Portable


class Linux(Portable):
    """The calls of Linux 3.15 and newer; older ones, and sandboxes, take the portable way."""

    guarantee = Guarantee(
        system="Linux",
        swaps_by="renameat2(RENAME_EXCHANGE)",
        never_absent=True,
        keeps_foreign_saves=True,
        durable_bytes="fsync",
        durable_names="fsync of the folder",
        stays_beneath="openat2(RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS)",
        keeps="owner, group, mode, extended attributes, access lists, file capabilities, "
        "inode flags (chattr), project of a quota",
        proven=True,
        residual="",
    )

    def _beneath(self, top: int, below: str) -> int:
        return linux.open_folder_beneath(top, below)

    def rename_new(self, where: int, source: str, target: str) -> None:
        """Rename, but never over an existing name (RENAME_NOREPLACE)."""
        linux.rename_new(where, source, target)

    def exchange(self, where: int, temporary: str, name: str) -> None:
        """Swap two names in one step."""
        linux.exchange(where, temporary, name)

    def is_locked(self, opened: int) -> bool:
        """Whether ``chattr +i`` or ``+a``, or fs-verity, forbids a change."""
        return linux.is_locked(opened)

    def mark(self, source: int, opened: int) -> None:
        """Inode flags before the first octet: some cannot be set on a file with content."""
        linux.keep_inode_flags(source, opened)
        linux.keep_project(source, opened)
