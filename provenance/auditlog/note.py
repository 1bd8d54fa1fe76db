"""Signed notes: text with Ed25519 signatures that any C2SP tool can check.

Sources: C2SP signed-note (format, key IDs, type 0x01), C2SP tlog-cosignature (type 0x04),
RFC 8032 (Ed25519), RFC 4648 section 4 (base64).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from provenance.errors import LogError

LARGEST_NOTE: Final = 256 * 1024
"""Octets of a whole note; room for 16 post-quantum signatures and more, as C2SP asks."""

_MOST_SIGNATURES: Final = 100
_ED25519: Final = b"\x01"
_COSIGNATURE: Final = b"\x04"
_TIME_SIZE: Final = 8
_KEY_ID_SIZE: Final = 4
_LINE_START: Final = "\u2014 "


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a log's or a witness's key under the name it signs with.

    Attributes:
        name: the key name; for a log, its origin.
        public: the 32 octets of the Ed25519 public key.
        kind: C2SP's octet for the type of signature: 0x01 of a log, 0x04 of a witness.
    """

    name: str
    public: bytes
    kind: bytes = _ED25519

    @property
    def key_id(self) -> bytes:
        """The four octets that stand before each signature of this key."""
        seed = self.name.encode() + b"\n" + self.kind + self.public
        return hashlib.sha256(seed).digest()[:_KEY_ID_SIZE]

    @property
    def vkey(self) -> str:
        """The key as one line of text: name, key ID and key, parted by ``+``."""
        encoded = base64.b64encode(self.kind + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def of(cls, name: str, key: Ed25519PrivateKey) -> Verifier:
        """The verifier of what ``key`` signs under ``name``."""
        return cls(name, key.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read the verifier key line of a log.

        Raises:
            LogError: code ``vkey-malformed``.
        """
        return cls._parse(vkey, _ED25519)

    @classmethod
    def witness(cls, vkey: str) -> Verifier:
        """Read the verifier key line of a witness, who signs the time with the checkpoint.

        Raises:
            LogError: code ``vkey-malformed``.
        """
        return cls._parse(vkey, _COSIGNATURE)

    @classmethod
    def _parse(cls, vkey: str, kind: bytes) -> Verifier:
        name, _, rest = vkey.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = decode_base64(encoded)
        if not valid_name(name) or raw is None or len(raw) != 33 or raw[:1] != kind:
            raise _bad_vkey(vkey)
        verifier = cls(name, raw[1:], kind)
        if verifier.key_id.hex() != key_id:
            raise _bad_vkey(vkey)
        return verifier


def valid_name(name: str) -> bool:
    """Tell whether C2SP allows this key name: not empty, no plus, no space, no control."""
    return bool(name) and "+" not in name and not any(
        char.isspace() or not char.isprintable() for char in name
    )  # fmt: skip


def decode_base64(text: str) -> bytes | None:
    """Decode standard base64 in its one canonical form; None for anything else."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return ``text`` as a note signed by ``key`` under ``name``.

    Raises:
        LogError: code ``note-malformed``; the text does not end in a newline, or it holds
            what a note must not hold.
    """
    if not text.endswith("\n") or not _clean(text) or not valid_name(name):
        raise _bad_note("this text cannot be signed as a note")
    verifier = Verifier.of(name, key)
    signature = base64.b64encode(verifier.key_id + key.sign(text.encode())).decode()
    return f"{text}\n{_LINE_START}{name} {signature}\n"


def open_note(note: str, verifier: Verifier) -> str:
    """Return the text of ``note`` once the signature of ``verifier`` has been checked.

    Signatures of other keys are passed over, as C2SP demands, but must be well formed.

    Raises:
        LogError: code ``note-malformed``, ``note-unsigned`` (no signature of this key) or
            ``signature-wrong``.
    """
    text, lines = _parts(note)
    found = False
    for line in lines:
        name, signature = _signature(line)
        if name == verifier.name and signature[:_KEY_ID_SIZE] == verifier.key_id:
            _check(text, signature[_KEY_ID_SIZE:], verifier)
            found = True
    if not found:
        raise LogError(
            f"No signature of {verifier.vkey} stands under this note.",
            code="note-unsigned",
            remedy="Check it with the key of the log that issued it.",
        )
    return text


def cosigned_at(note: str, witness: Verifier) -> int:
    """Return when ``witness`` saw that this checkpoint prolongs all that it saw before.

    Args:
        note: a checkpoint with cosignatures.
        witness: of a witness (``Verifier.witness``).

    Returns:
        Seconds since 1970, by the witness's clock; the latest where it signed several times.

    Raises:
        LogError: as ``open_note``.
    """
    open_note(note, witness)
    signatures = [_signature(line) for line in _parts(note)[1]]
    return max(
        int.from_bytes(raw[_KEY_ID_SIZE:][:_TIME_SIZE], "big")
        for name, raw in signatures
        if name == witness.name and raw[:_KEY_ID_SIZE] == witness.key_id
    )


def _parts(note: str) -> tuple[str, list[str]]:
    if len(note) > LARGEST_NOTE or not _clean(note) or not note.endswith("\n"):
        raise _bad_note("this is not a signed note")
    text, gap, tail = note.rpartition("\n\n")
    lines = tail[:-1].split("\n")
    if not gap or len(lines) > _MOST_SIGNATURES:
        raise _bad_note("this is not a signed note")
    return text + "\n", lines


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_LINE_START).partition(" ")
    raw = decode_base64(encoded)
    if not line.startswith(_LINE_START) or not valid_name(name) or not raw:
        raise _bad_note("a signature line of this note cannot be read")
    if len(raw) <= _KEY_ID_SIZE:
        raise _bad_note("a signature of this note is too short")
    return name, raw


def _check(text: str, signature: bytes, verifier: Verifier) -> None:
    message = text.encode()
    if verifier.kind == _COSIGNATURE:
        when, signature = signature[:_TIME_SIZE], signature[_TIME_SIZE:]
        message = b"cosignature/v1\ntime %d\n" % int.from_bytes(when, "big") + message
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise LogError(
            f"The signature of {verifier.name} does not fit this note.",
            code="signature-wrong",
            remedy="The note was altered, or another key signed it; ask for the original.",
        ) from error


def _clean(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return all(char >= " " or char == "\n" for char in text)


def _bad_note(what: str) -> LogError:
    return LogError(
        f"Not a C2SP signed note: {what}.",
        code="note-malformed",
        remedy="Use the file exactly as it was issued.",
    )


def _bad_vkey(vkey: str) -> LogError:
    return LogError(
        f"Not a verifier key of the right kind (Ed25519): {vkey.strip()[:200]!r}.",
        code="vkey-malformed",
        remedy="It has the form name+8 hex digits+base64; use it exactly as it was issued.",
    )
