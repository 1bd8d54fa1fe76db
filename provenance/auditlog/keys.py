"""The user's state folder and the signing keys in it.

A key signs what this desk's program recorded. It lives outside the registry and outside
the registry's backup, so that whoever can alter the one cannot sign for the other.
``keys/log.pem`` signs every log that has no key of its own; a log whose key was changed, or
that was begun anew, has its own: ``keys/<log>.pem``. ``keys/<log>.next.pem`` is a key that is
about to take over.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from platformdirs import user_state_dir

from provenance.auditlog.note import Verifier
from provenance.errors import LogError
from provenance.storage import systems
from provenance.storage.systems.flags import NEW_FILE, READ_NAMED

BEGIN_ANEW: Final = (
    "`provenance log renew --reason WHY` keeps the old log for reading and begins a new one"
    " that names it."
)
"""The way out where a log cannot be gone on with."""

_FOLDER: Final = "keys"
_FILE: Final = "log.pem"
_LARGEST_KEY: Final = 4096


def state_dir() -> Path:
    """Return the folder of keys and outside checkpoints; it need not exist yet.

    ``PROVENANCE_STATE`` names it; else it is the platform's place for a user's state.
    """
    named = os.environ.get("PROVENANCE_STATE", "")
    folder = Path(named).expanduser() if named else Path(user_state_dir("provenance"))
    return folder.absolute()


def new_origin() -> str:
    """Return a name for a new log that no other log has: 64 random bits."""
    return f"provenance-auditor/{secrets.token_hex(8)}"


def key_path(state: Path, origin: str = "") -> Path:
    """Return where a signing key lies (PKCS #8, PEM).

    Args:
        state: the state folder.
        origin: the log whose own key is meant; empty for the key that several logs share.
    """
    return state / _FOLDER / (f"{quote(origin, safe='')}.pem" if origin else _FILE)


def next_key_path(state: Path, origin: str) -> Path:
    """Return where the key lies that is about to take over this log."""
    return state / _FOLDER / f"{quote(origin, safe='')}.next.pem"


def load_key(state: Path, origin: str = "") -> Ed25519PrivateKey:
    """Return the key that signs this log: its own, or else the one that several logs share.

    Raises:
        LogError: code ``key-missing``, ``key-exposed`` (others may read it),
            ``key-damaged`` or ``key-unreadable``.
    """
    places = [key_path(state, origin), key_path(state)]
    if origin:  # where both are gone, a change of key was interrupted just before its end
        places.append(next_key_path(state, origin))
    there = (path for path in places if path.exists())
    return load_key_file(next(there, key_path(state)))


def vkey_of(state: Path, origin: str) -> str:
    """Return the verifier key of the key that signs this log: one line, not secret.

    Raises:
        LogError: as ``load_key``.
    """
    return Verifier.of(origin, load_key(state, origin)).vkey


def load_key_file(path: Path) -> Ed25519PrivateKey:
    """Return the signing key in this file.

    Raises:
        LogError: as ``load_key``.
    """
    try:
        data = _read(path)
    except FileNotFoundError as error:
        raise LogError(
            f"The log's signing key is not there: {path}.",
            code="key-missing",
            remedy="Put the state folder back from its backup, or name the right one in"
            f" PROVENANCE_STATE. If the key is lost for good: {BEGIN_ANEW}",
        ) from error
    except OSError as error:
        raise LogError(
            f"The log's signing key cannot be read: {path}: {error.strerror}.",
            code="key-unreadable",
            remedy="Run the program as the user whom the key belongs to.",
        ) from error
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _damaged(path) from error
    # Octets around the key that a parser passes over were not written by us.
    if not isinstance(key, Ed25519PrivateKey) or _written(key) != data:
        raise _damaged(path)
    return key


def load_or_make_key(state: Path, path: Path | None = None) -> Ed25519PrivateKey:
    """Return the signing key, made now if there is none yet.

    Args:
        state: the state folder.
        path: which key; by default the one that several logs share.

    Of several processes that make it at once one wins and all return that one's key. The
    file appears whole, mode 0600, in a folder of mode 0700, and is on disk on return.

    Raises:
        LogError: as ``load_key``, or code ``state-unwritable``.
    """
    path = path if path is not None else key_path(state)
    if not path.exists():
        _publish(path, Ed25519PrivateKey.generate())
    return load_key_file(path)


def promote_key(state: Path, origin: str) -> None:
    """Put the key that is about to take over in the place of the log's own key; durable.

    The old key's file is gone then. Does nothing where another process was quicker.

    Raises:
        LogError: code ``state-unwritable``.
    """
    path = next_key_path(state, origin)
    try:
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            path.replace(key_path(state, origin))
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error


def retire_shared_key(state: Path) -> None:
    """Remove the key that several logs share; durable.

    Raises:
        LogError: code ``state-unwritable``.
    """
    path = key_path(state)
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error


def make_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, for the user alone.

    Raises:
        LogError: code ``state-unwritable``.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        for one in reversed(missing):
            one.mkdir(mode=0o700, exist_ok=True)
            sync_folder(one.parent)
    except OSError as error:
        raise unwritable(folder, error) from error


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable.

    Raises:
        OSError: as the system reports it.
    """
    system = systems.current()
    opened = system.open_folder(str(folder), "")
    try:
        system.sync_folder(opened)
    finally:
        system.close_folder(opened)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet, mode 0600, and make its content durable.

    Raises:
        OSError: as the system reports it; no file is left then, except ``path`` itself
            where it was there before.
    """
    write_lines(path, (data,))


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """As ``write_new``, piece by piece.

    Raises:
        OSError: as ``write_new``.
    """
    descriptor = os.open(path, NEW_FILE, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            path.unlink()
        raise


def replace_file(path: Path, data: bytes) -> None:
    """Give ``path`` this content in one step; durable on return.

    Raises:
        OSError: as the system reports it; the old content stands then.
    """
    made = path.with_name(f".{path.name[:80]}.{secrets.token_hex(8)}.tmp")
    write_new(made, data)
    try:
        made.replace(path)
    except OSError:
        made.unlink()
        raise
    sync_folder(path.parent)


def unwritable(path: Path, error: OSError) -> LogError:
    """Return our error for a state folder that cannot be written."""
    return LogError(
        f"The state folder cannot be written: {path}: {error.strerror}.",
        code="state-unwritable",
        remedy="Free space there, give yourself write permission, or name another folder"
        " in PROVENANCE_STATE.",
    )


def _read(path: Path) -> bytes:
    descriptor = os.open(path, READ_NAMED)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _damaged(path)
        # Elsewhere the mode says nothing of who may read.
        if os.name == "posix" and status.st_mode & 0o077:
            raise LogError(
                f"Others than you may read the log's signing key: {path}.",
                code="key-exposed",
                remedy=f"Run: chmod 600 '{path}'. If they may have copied it, change the key:"
                " `provenance log rotate-key --reason WHY`.",
            )
        return file.read(_LARGEST_KEY)


def _publish(path: Path, key: Ed25519PrivateKey) -> None:
    """Link the finished file to its name: a reader sees no key or the whole key."""
    make_folder(path.parent)
    data = _written(key)
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        write_new(made, data)
        try:
            with contextlib.suppress(FileExistsError):  # another process was first
                os.link(made, path)
        finally:
            made.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable(path.parent, error) from error


def _written(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _damaged(path: Path) -> LogError:
    return LogError(
        f"This is not an Ed25519 signing key in PEM form: {path}.",
        code="key-damaged",
        remedy="Put the file back from the backup of the state folder.",
    )
