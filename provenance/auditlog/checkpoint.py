"""Checkpoints: a log's size and root, signed.

Source: C2SP tlog-checkpoint (the note's text), over C2SP signed-note.
"""

from __future__ import annotations

import base64
import re
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.auditlog.merkle import HASH_SIZE
from provenance.auditlog.note import Verifier, decode_base64, open_note, sign, valid_name
from provenance.errors import LogError
from provenance.model import Checkpoint

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_ORIGIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}")
_FEWEST_LINES: Final = 3


def valid_origin(origin: str) -> bool:
    """Tell whether a log may be called so: up to 128 of ``A-Z a-z 0-9 . _ - /``."""
    return _ORIGIN.fullmatch(origin) is not None


def issue(
    origin: str, size: int, root: bytes, key: Ed25519PrivateKey, *more: Ed25519PrivateKey
) -> Checkpoint:
    """Return the checkpoint of a log of ``size`` leaves with that root, signed by all keys."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    note = sign(text, origin, key)
    for another in more:
        note += sign(text, origin, another).removeprefix(f"{text}\n")
    return Checkpoint(origin, size, root, note)


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint in ``note``, its signature and origin checked.

    Extension lines and signatures of other keys (witnesses, later algorithms) are
    accepted and mean nothing here.

    Raises:
        LogError: as ``open_note``, or code ``checkpoint-malformed`` or
            ``checkpoint-foreign`` (of another log).
    """
    origin, size, root = parse_text(open_note(note, verifier))
    if origin != verifier.name:
        raise LogError(
            f"This is a checkpoint of the log {origin}, not of {verifier.name}.",
            code="checkpoint-foreign",
            remedy="Use the checkpoint of the log in question.",
        )
    return Checkpoint(origin, size, root, note)


def parse_text(text: str) -> tuple[str, int, bytes]:
    """Take a checkpoint's text apart: origin, size, root hash.

    Raises:
        LogError: code ``checkpoint-malformed``.
    """
    lines = text.split("\n")
    if len(lines) <= _FEWEST_LINES or lines.pop() or not all(lines):
        raise _malformed()
    origin, size, encoded = lines[:_FEWEST_LINES]
    root = decode_base64(encoded)
    if not valid_name(origin) or not _SIZE.fullmatch(size):
        raise _malformed()
    if root is None or len(root) != HASH_SIZE:
        raise _malformed()
    return origin, int(size), root


def _malformed() -> LogError:
    return LogError(
        "Not a C2SP checkpoint: it must hold an origin, a size and a root hash, line by line.",
        code="checkpoint-malformed",
        remedy="Use the file exactly as it was issued.",
    )
