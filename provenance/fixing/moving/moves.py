"""The file work of moves: one file at a time, each step such that it can be taken back.

``Workshop.carry_out`` leaves the file moved and durable, or as it was. The former name's
bytes go in ``finish``, once the caller has made the commit durable.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Self

from provenance.errors import ConflictError, StorageError
from provenance.fixing.moving.instruction import DELETED_NAME, NAMES, deletion_file
from provenance.registry import Move, MoveAct
from provenance.storage.copying import write_new
from provenance.storage.folder import Folder, FsyncError, UnsettledError, told
from provenance.storage.moving import (
    Source,
    give_back,
    keep,
    look_at,
    put_aside_back,
    seal,
    set_aside,
)
from provenance.storage.private import open_private, remove_private
from provenance.storage.replace import Replacer, WriteOptions

KEPT_SUFFIX = ".quarantined"
"""What the names of kept files end with: no program takes them for a picture."""

_CHANGED = "Look at it, and keep what you want of it by hand."
_TO_BASE = 3


class Workshop:
    """Holds the folders open; a context manager that closes them and touches no file.

    Args:
        roots: folders that persons named; symbolic links down to these are followed.
    """

    def __init__(self, roots: Sequence[str]) -> None:
        self._replacer = Replacer(WriteOptions(roots=tuple(roots)))
        self._private: dict[str, Folder] = {}
        self._ready: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_folders()

    def close_folders(self) -> None:
        """Close every folder; between batches this bounds the number of open descriptors."""
        self._replacer.close_folders()
        for folder in self._private.values():
            folder.close()
        self._private.clear()

    def home(self, move: Move) -> Folder:
        """The folder that the file comes from."""
        return self._replacer.folder(os.path.dirname(move.uri))

    def look(self, uri: str) -> Source:
        """Look at a file that is to be moved.

        Raises:
            ConflictError: it is not there.
            StorageError: a folder on the way, or the file itself, cannot be read.
        """
        return look_at(self._replacer.folder(os.path.dirname(uri)), os.path.basename(uri))

    def private(self, move: Move) -> Folder:
        """The folder in quarantine that the file is kept in; made where it is not there."""
        path = os.path.dirname(move.place)
        if path not in self._private:
            base = move.place
            for _ in range(_TO_BASE):
                base = os.path.dirname(base)
            self._private[path] = open_private(base, *os.path.relpath(path, base).split("/"))
        return self._private[path]

    def existing(self, move: Move) -> Folder | None:
        """The folder in quarantine, without making it; None where it is not there.

        Raises:
            StorageError: whether it is there cannot be told: the folder of the notice is not
                there either (code ``quarantine-away``), as on a disk that is not mounted.
        """
        path = os.path.dirname(move.place)
        above = os.path.dirname(path)
        with told(path, "cannot look at the quarantine folder"):
            if _is_there(path):
                return self.private(move)
            if _is_there(above):
                return None
        raise StorageError(
            f"{path}: the quarantine folder is not there.",
            code="quarantine-away",
            remedy=f"Mount the disk that it is on, then run the command again. If {above} was"
            " removed for good, make it anew, empty: what was in it is then taken for gone.",
        )

    def make_ready(self, move: Move) -> None:
        """Make the folder of the notice, durably, before an intent names a place in it.

        By it ``existing`` tells what is gone from what is out of reach.

        Raises:
            StorageError: it cannot be made.
        """
        above = os.path.dirname(os.path.dirname(move.place))
        if above not in self._ready:
            base, name = os.path.split(above)
            open_private(base, name).close()
            self._ready.add(above)

    def _present(self, move: Move) -> Folder:
        """The folder in quarantine, which must be there; never made.

        Raises:
            ConflictError: it is gone.
            StorageError: as ``existing``.
        """
        folder = self.existing(move)
        if folder is None:
            raise ConflictError(f"{move.place}: the file is gone.", remedy=_CHANGED)
        return folder

    def carry_out(self, move: Move, source: Source | None, papers: Mapping[str, bytes]) -> None:
        """Do what the move says, durably; the file is moved, or as it was.

        Args:
            move: its intent is durable.
            source: the file as it was looked at, where it is to be put away.
            papers: what is to lie beside it, by name.

        Raises:
            ConflictError: somebody changed what was to be moved, or took its place.
            UnsettledError, FsyncError: what stands where is not known; only recovery may go on.
            StorageError: refused; everything is as it was.
        """
        if move.act is MoveAct.QUARANTINE and source is not None:
            self._put_away(move, source, papers)
        elif move.act is MoveAct.RELEASE:
            self._release(move)
        elif move.act is MoveAct.DESTROY:
            self._destroy(move)

    def _put_away(self, move: Move, source: Source, papers: Mapping[str, bytes]) -> None:
        if source.folder.look(source.name) != source.identity:
            raise ConflictError(
                f"{move.uri}: another program changed the file.",
                remedy="Audit the folder again and look at the plan anew.",
            )
        private, name = self.private(move), os.path.basename(move.place)
        for paper, data in papers.items():
            if private.look(paper) is None:
                write_new(private, paper, data)
        keep(source, private, name)
        try:
            set_aside(source, move.tmp_name)
        except (UnsettledError, FsyncError):
            raise
        except StorageError:
            private.remove(name)
            raise

    def _kept(self, move: Move) -> Source:
        kept = look_at(self._present(move), os.path.basename(move.place))
        if kept.sha256 != move.fixity.sha256:
            raise ConflictError(
                f"{move.place}: the file in quarantine is not what was put there.",
                remedy=_CHANGED,
            )
        return kept

    def _release(self, move: Move) -> None:
        name = os.path.basename(move.uri)
        give_back(self._kept(move), self.home(move), name, mode=move.mode, temporary=move.tmp_name)

    def _destroy(self, move: Move) -> None:
        kept = self._kept(move)
        kept.folder.remove(kept.name)
        kept.folder.sync()

    def take_back(self, move: Move) -> None:
        """Take back what ``carry_out`` did; what was deleted cannot be.

        Raises:
            UnsettledError, FsyncError: only recovery may go on.
            StorageError: refused.
        """
        private, name = self._present(move), os.path.basename(move.place)
        if move.act is MoveAct.QUARANTINE:
            put_aside_back(self.home(move), move.tmp_name, os.path.basename(move.uri))
            private.remove(name)
        elif move.act is MoveAct.RELEASE:
            source = self.look(move.uri)
            if source.sha256 != move.fixity.sha256:
                raise ConflictError(f"{move.uri}: another program changed the file.")
            set_aside(source, move.tmp_name)
            seal(private, name)
            self.home(move).remove(move.tmp_name)
            self.home(move).sync()
        else:
            raise UnsettledError(f"{move.place}: what was deleted cannot be brought back.")

    def finish(self, move: Move) -> str:
        """After the commit: let the former bytes go, and seal what is kept.

        Returns:
            Where bytes are kept that another program wrote meanwhile (``written_after`` says
            so); empty where all went well.

        Raises:
            StorageError: it could not be done; recovery does it later.
        """
        if move.act is MoveAct.QUARANTINE:
            folder, name = self._present(move), os.path.basename(move.place)
            seal(folder, name)
            folder.sync()
            return self._let_go(self.home(move), move.tmp_name, move.fixity.sha256)
        private = self.existing(move)
        if private is None:
            return ""
        if move.act is MoveAct.RELEASE:
            kept = self._let_go(private, os.path.basename(move.place), move.fixity.sha256)
            self.clear(move)
            return kept
        if private.look(DELETED_NAME) is None:
            write_new(private, DELETED_NAME, deletion_file(move))
            private.sync()
        return ""

    @staticmethod
    def _let_go(folder: Folder, name: str, sha256: str) -> str:
        digest, found = folder.digest(name)
        if found is None:
            return ""
        if digest != sha256:
            return folder.path(name)
        folder.remove(name)
        folder.sync()
        return ""

    def clear(self, move: Move) -> None:
        """Remove the folder in quarantine, with its papers, once no file is kept in it.

        Raises:
            StorageError: it could not be done.
        """
        folder = self.existing(move)
        if folder is None:
            return
        with told(folder.uri, "cannot list the folder"):
            names = os.listdir(folder.descriptor)
        if not any(name.endswith(KEPT_SUFFIX) for name in names):
            remove_private(folder, NAMES)
            self._private.pop(folder.uri).close()


def _is_there(path: str) -> bool:
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    return True


def written_after(kept: str) -> str:
    """What to say of bytes that stay because another program wrote them after a move."""
    return (
        f"Another program wrote into the file after it was moved; what it wrote is kept as {kept}."
    )
