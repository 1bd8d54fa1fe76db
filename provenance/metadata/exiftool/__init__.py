"""The long tail of formats, read and written through ExifTool.

ExifTool works on private copies under fixed names, in one process that stays open; it finds
and places metadata blocks, and our own decoders and encoders do the rest.
"""

from provenance.metadata.exiftool.program import (
    INSTALL,
    OLDEST_TEXT,
    VARIABLE,
    is_old,
    program,
)
from provenance.metadata.exiftool.reading import Examined, examine
from provenance.metadata.exiftool.writing import writable

__all__ = [
    "INSTALL",
    "OLDEST_TEXT",
    "VARIABLE",
    "Examined",
    "examine",
    "is_old",
    "program",
    "writable",
]
