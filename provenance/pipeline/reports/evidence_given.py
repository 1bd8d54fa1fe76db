"""The evidence that a person gives for a word: a file by its digest, an address as it stands."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from urllib.parse import urlsplit

from provenance.errors import UsageError
from provenance.storage.systems.flags import READ_NAMED
from provenance.storage.web import is_url

_LONGEST_ADDRESS = 2_000


@dataclass(frozen=True, slots=True)
class EvidenceGiven:
    """Evidence as it goes on record.

    Attributes:
        text: the file's path or the address, as given; empty where none was.
        sha256: of the file's content, in hex; empty for an address.
    """

    text: str = ""
    sha256: str = ""


def evidence_given(text: str) -> EvidenceGiven:
    """Take evidence on record. A file is read once for its digest; an address is never fetched.

    Raises:
        UsageError: it is neither a file that can be read nor an http(s) address, or the address
            holds a password, which would stand in the log for good.
    """
    if not text.strip():
        return EvidenceGiven()
    if is_url(text):
        _must_be_fit(text)
        return EvidenceGiven(text)
    return EvidenceGiven(text, _digest(text))


def _digest(path: str) -> str:
    try:
        # A pipe or a device by that name must not make the program wait.
        descriptor = os.open(path, READ_NAMED)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UsageError(
                    f"The evidence {path} is not a file.", remedy="Name a single file."
                )
            with open(descriptor, "rb", closefd=False) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no path"
        raise UsageError(
            f"The evidence {path} cannot be read: {reason}.",
            remedy="Name a file that is there, or an address that begins with https://.",
        ) from error


def _must_be_fit(address: str) -> None:
    try:
        holds_password = "@" in urlsplit(address).netloc
    except ValueError as error:
        raise UsageError(f"{address} is no address.", remedy="Copy it whole.") from error
    if holds_password:
        raise UsageError(
            "The address holds a name or a password, and the log keeps it for good.",
            remedy="Give the address without what stands before the @.",
        )
    if len(address) > _LONGEST_ADDRESS:
        raise UsageError(
            f"The address is longer than {_LONGEST_ADDRESS:,} characters.",
            remedy="Save the page, and give the file.",
        )
