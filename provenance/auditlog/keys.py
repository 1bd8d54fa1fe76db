"""The user's state folder and the signing keys in it.

A key signs what this desk's program recorded. It lives outside the registry and outside
the registry's backup, so that whoever can alter the one cannot sign for the other.
``keys/log.pem`` signs every log that has no key of its own; a log whose key was changed, or
that was begun anew, has its own: ``keys/<log>.pem``. ``keys/<log>.next.pem`` is a key that is
about to take over.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
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
from provenance.auditlog.statefiles import alone, replace_file, sync_folder, unwritable
from provenance.errors import LogError
from provenance.storage.systems.flags import READ_NAMED

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
    own, shared = key_path(state, origin), key_path(state)
    # Where both are gone, a change of key was interrupted just before its end. Where it ends
    # while we look, the key is in its own place at last: hence that one again.
    places = (own, shared, next_key_path(state, origin), own) if origin else (shared,)
    for path in places:
        key = _load(path)
        if key is not None:
            return key
    raise _missing(shared)


def vkey_of(state: Path, origin: str) -> str:
    """Return the verifier key of the key that signs this log: one line, not secret.

    Raises:
        LogError: as ``load_key``.
    """
    return Verifier.of(origin, load_key(state, origin)).vkey


def load_next_key(state: Path, origin: str) -> Ed25519PrivateKey | None:
    """Return the key that is about to take over this log; None where none is.

    Raises:
        LogError: as ``load_key``.
    """
    return _load(next_key_path(state, origin))


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
    with alone(path.parent):
        key = _load(path)
        if key is None:
            key = Ed25519PrivateKey.generate()
            try:
                replace_file(path, _written(key))
            except OSError as error:
                raise unwritable(path, error) from error
        return key


def promote_key(
    state: Path, origin: str, key: Ed25519PrivateKey, needed: Callable[[], bool]
) -> None:
    """Put the key that took over in the place of the log's own key; durable.

    The old key's file is gone then: the log's own, or the one that several logs share, unless
    that one is ``needed``. Does nothing where another process was quicker.

    Args:
        state: the state folder.
        origin: the log's name.
        key: what took over. Another one that lies ready meanwhile stays where it is.
        needed: whether other logs are signed with the shared key.

    Raises:
        LogError: as ``load_key``, or code ``state-unwritable``.
    """
    path, own = next_key_path(state, origin), key_path(state, origin)
    with alone(path.parent):
        ready = _load(path)
        if ready is None or _written(ready) != _written(key):
            return
        try:
            if not own.exists() and not needed():
                key_path(state).unlink(missing_ok=True)
                sync_folder(path.parent)
            path.replace(own)
            sync_folder(path.parent)
        except OSError as error:
            raise unwritable(path, error) from error


def _load(path: Path) -> Ed25519PrivateKey | None:
    """Return the key in this file; None where there is no such file."""
    try:
        data = _read(path)
    except FileNotFoundError:
        return None
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


def _written(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _damaged(path: Path) -> LogError:
    return LogError(
        f"This is not an Ed25519 signing key in PEM form: {path}.",
        code="key-damaged",
        remedy="Put the file back from the backup of the state folder.",
    )


def _missing(path: Path) -> LogError:
    return LogError(
        f"The log's signing key is not there: {path}.",
        code="key-missing",
        remedy="Put the state folder back from its backup, or name the right one in"
        f" PROVENANCE_STATE. If the key is lost for good: {BEGIN_ANEW}",
    )
