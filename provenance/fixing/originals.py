"""Copies of files as they were before a fix or an undo touched them, for those who want them.

Undo needs none of this: the patch in the registry gives the former bytes back. A desk that
keeps copies keeps them apart from the pictures, each content once, under its SHA-256::

    DIR/index.jsonl                 one line for each copy asked for: when, which run, which file
    DIR/3f/3f9a...c2.jpg            the bytes, whatever the file was called

Names come from digests alone, so that no file name can do anything here, and the index is
JSON in ASCII, so that no path is a formula to a spreadsheet or an order to a terminal.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from provenance.errors import StorageError, UsageError
from provenance.storage import systems
from provenance.storage.folder import is_inside
from provenance.storage.systems.flags import NEW_FILE, STATE_FILE
from provenance.storage.writing import write_all

INDEX = "index.jsonl"
"""Name of the list of copies: JSON Lines; octets of a path that are no UTF-8 are lone
surrogates (PEP 383)."""

_SUFFIX = re.compile(r"\.([A-Za-z0-9]{1,8})\Z")
_LIST = STATE_FILE | os.O_APPEND


def make_ready(folder: Path, audited: Iterable[str]) -> None:
    """Make sure that copies can be kept, before any picture is touched.

    Args:
        folder: where copies go; made where it is not there, for its owner alone.
        audited: folders that people have named for auditing, absolute.

    Raises:
        UsageError: it lies in an audited folder, where the copies would be taken for pictures
            of the desk, or nothing can be written there.
    """
    real = os.path.realpath(folder)
    for root in audited:
        named = os.path.realpath(root)
        if is_inside(real, named) and not _is_left_out(real, named):
            raise UsageError(
                f"{folder} lies in {root}, which is audited: the copies kept there would be taken"
                " for pictures.",
                code="originals-audited",
                remedy="Name a folder outside it, or one whose name begins with a dot.",
            )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".{secrets.token_hex(16)}.tmp"
        _write(probe, b"provenance")
        probe.unlink()
        _sync_folder(folder)
        _sync_folder(folder.parent)
    except OSError as error:
        raise UsageError(
            f"Copies of the originals cannot be kept in {folder}: {error.strerror or error}.",
            code="originals-unwritable",
            remedy="Make the folder writable, with room on its disk, or name another with"
            " --keep-originals.",
        ) from error


def keep(folder: Path, uri: str, data: bytes, sha256: str, *, run_id: str = "") -> None:
    """Keep a copy of a file's bytes; durable when this returns.

    Bytes that are kept already are not written again, but a damaged copy is replaced.

    Args:
        folder: as made ready.
        uri: the file that is about to be touched.
        data: its bytes.
        sha256: their digest, hex.
        run_id: the run that will touch it.

    Raises:
        StorageError: it could not be kept (code ``originals-unwritable``); the file must not
            be touched.
    """
    suffix = _SUFFIX.search(os.path.basename(uri))
    name = sha256 + (f".{suffix[1].lower()}" if suffix else "")
    shelf = folder / sha256[:2]
    try:
        _put(shelf, name, data, sha256)
        _enter(folder, f"{shelf.name}/{name}", {"path": uri, "sha256": sha256, "run": run_id})
    except OSError as error:
        raise StorageError(
            f"{uri}: a copy of the original could not be kept in {folder}:"
            f" {error.strerror or error}.",
            code="originals-unwritable",
            remedy="Free space there, or name another folder with --keep-originals; the file was"
            " left alone.",
        ) from error


def _is_left_out(path: str, root: str) -> bool:
    """Whether a walk of the root passes the path over: a name on the way begins with a dot."""
    return any(part.startswith(".") for part in path[len(root) :].split(os.sep))


def _put(shelf: Path, name: str, data: bytes, sha256: str) -> None:
    if shelf.is_symlink():
        raise OSError(errno.ELOOP, f"{shelf.name} in it is a symbolic link")
    shelf.mkdir(mode=0o700, exist_ok=True)
    # Also where it was there: the run that made it may have died before this point.
    _sync_folder(shelf.parent)
    copy = shelf / name
    if not _is_kept(copy, len(data), sha256):
        temporary = shelf / f".{name}.{secrets.token_hex(8)}.tmp"
        try:
            _write(temporary, data)
            os.replace(temporary, copy)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    _sync_folder(shelf)


def _is_kept(copy: Path, size: int, sha256: str) -> bool:
    if copy.is_symlink() or not copy.is_file() or copy.stat().st_size != size:
        return False
    with copy.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == sha256


def _write(path: Path, data: bytes) -> None:
    opened = os.open(path, NEW_FILE, 0o600)
    try:
        write_all(opened, data)
        systems.current().sync_file(opened)
    finally:
        os.close(opened)


def _enter(folder: Path, file: str, what: dict[str, str]) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = json.dumps({"time": now, "file": file, **what}).encode("ascii") + b"\n"
    opened = os.open(folder / INDEX, _LIST, 0o600)
    try:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, f"{INDEX} in it is no file")
        is_new = not found.st_size
        if not is_new:
            os.lseek(opened, -1, os.SEEK_END)
            if os.read(opened, 1) != b"\n":
                # A full disk cut the last line; ours must not be read as its end.
                line = b"\n" + line
        write_all(opened, line)
        systems.current().sync_file(opened)
    finally:
        os.close(opened)
    if is_new:
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    system = systems.current()
    opened = system.open_folder(os.path.abspath(folder), "")
    try:
        system.sync_folder(opened)
    finally:
        system.close_folder(opened)
