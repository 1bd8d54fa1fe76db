"""What comes back from ExifTool: an answer, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from provenance.errors import ProvenanceError

PATIENCE: Final = 10.0
"""Seconds that one command may take."""
MOST_OUTPUT: Final = 16 * 1024 * 1024
"""Octets that one command may put out."""


class ExifToolError(ProvenanceError):
    """ExifTool did not answer; the message begins with the word ExifTool and names no file."""

    code = "exiftool-failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one command put out: its output, and its complaints line by line."""

    output: bytes
    complaints: tuple[str, ...]
