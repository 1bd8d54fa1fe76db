"""What the write protocol asks of an operating system, and what each one guarantees."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from typing import Final, Protocol

NO_SUCH_CALL: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.EOPNOTSUPP})
"""What a kernel, a file system or a sandbox answers when it does not offer a call."""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What the write protocol gives on one operating system, on a disk that can do it.

    Attributes:
        system: its name.
        swaps_by: the call that puts new bytes under a name and keeps what stood there.
        never_absent: the name exists at every moment.
        keeps_foreign_saves: what another program saves in the very moment is kept and told.
        durable_bytes: the call that makes a file's bytes durable.
        durable_names: the call that makes names durable; empty where there is none.
        stays_beneath: what keeps a write below the folder that a person named.
        keeps: what a file keeps beside its name, in words.
        proven: the tests run on the system itself, not against an imitation of its calls.
        residual: what can still go wrong, in words for a person; empty where nothing can.
    """

    system: str
    swaps_by: str
    never_absent: bool
    keeps_foreign_saves: bool
    durable_bytes: str
    durable_names: str
    stays_beneath: str
    keeps: str
    proven: bool
    residual: str


@dataclass(frozen=True, slots=True)
class Clothing:
    """What a new file must wear to take another's place.

    Attributes:
        owner: user id.
        group: group id.
        mode: permission bits, with setuid, setgid and sticky.
    """

    owner: int
    group: int
    mode: int


class System(Protocol):
    """The calls of one operating system. ``where`` is a folder that was opened by it.

    Contract: no call follows a symbolic link, junction or their like below the root that
    ``open_folder`` was given; none leaves the folder. A failure is an ``OSError`` with the
    errno of POSIX, also where the system numbers its errors otherwise.
    """

    @property
    def guarantee(self) -> Guarantee:
        """What the write protocol gives here."""

    def open_folder(self, root: str, below: str) -> int:
        """Open a folder without following a link below ``root``.

        Args:
            root: absolute path; links above and at it are followed.
            below: slash-separated path below the root; empty for the root itself.
        """

    def close_folder(self, where: int) -> None:
        """Close a folder."""

    def open_file(self, where: int, name: str, flags: int) -> int:
        """Open a file for this process alone (mode 0600 where it is made); never a link."""

    def look(self, where: int, name: str) -> os.stat_result:
        """Who has a name, itself and not what it links to."""

    def remove(self, where: int, name: str) -> None:
        """Take a name away."""

    def rename(self, where: int, source: str, target: str) -> None:
        """Rename over whatever has the target's name."""

    def rename_new(self, where: int, source: str, target: str) -> None:
        """Rename, but never over an existing name.

        Raises:
            FileExistsError: the target is there.
            OSError: an errno of ``NO_SUCH_CALL``: not offered here.
        """

    def exchange(self, where: int, temporary: str, name: str) -> None:
        """Swap two names: whatever stood under ``name`` stands under ``temporary`` after it.

        Raises:
            OSError: nothing was done; an errno of ``NO_SUCH_CALL``: not offered here.
            UnsettledError: it is half done; what stood there has the temporary's keeping name.
        """

    def link(self, where: int, source: str, target: str) -> None:
        """Give a file a second name, never over an existing one."""

    def sync_file(self, opened: int) -> None:
        """Make a file's bytes and attributes durable."""

    def sync_folder(self, where: int) -> None:
        """Make a folder's names durable, as far as ``guarantee.durable_names`` says."""

    def free_octets(self, where: int) -> int:
        """Octets that this user may still write on the folder's disk."""

    def is_locked(self, opened: int) -> bool:
        """Whether the inode is immutable or append-only; False where that cannot be known."""

    def mark(self, source: int, opened: int) -> None:
        """Give an empty new file what must be set before the first octet (inode flags)."""

    def dress(self, source: int, opened: int, clothing: Clothing) -> None:
        """Give a written file the owner, the access and the attributes of another.

        Raises:
            OSError: one of them cannot be kept.
            StorageError: one of them must not be carried over.
        """

    def wears(self, found: os.stat_result, clothing: Clothing) -> bool:
        """Whether a dressed file has owner, group and mode; true where it gets them later."""

    def lock(self, opened: int, *, wait: bool) -> bool:
        """Take the lock of a file of our own; it goes with the process, however that ends.

        Returns:
            False where another process has it (never with ``wait``).
        """
