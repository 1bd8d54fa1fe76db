"""What a reader's warning means for a picture desk, and what to do about it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_AGAIN: Final = "Fetch the file again from where it came."
_RESAVE: Final = "Open the picture in the desk's editing program and save its metadata once more."

ADVICE: Final = MappingProxyType(
    {
        "content-credentials-remote": (
            "Viewers that follow that link would report the picture as altered after an edit.",
            "Ask the agency for a corrected picture before you change this one.",
        ),
        "content-differs-from-name": (
            "Programs that go by the name may refuse it, or show it wrongly.",
            "Give it the right ending where nothing refers to it by this name.",
        ),
        "exiftool-warning": (
            "What it could not read is not shown here.",
            "Look at the file with the program that made it.",
        ),
        "exif-charset-guessed": (
            "Accents and other letters in it may be shown wrongly.",
            "Compare the letters with XMP, and correct them where they are damaged.",
        ),
        "heif-other-picture": (
            "Such pictures inside the picture may carry a credit of their own.",
            "Look at them with the program that made the file.",
        ),
        "iim-character-cut": (
            "IIM limits the length of its fields. Programs that read IIM show it cut.",
            "Take the whole text from XMP, or shorten it at its source.",
        ),
        "iim-charset-guessed": (
            "It does not say how its letters are encoded. Other programs may show others.",
            f"Check names with accents. {_RESAVE}",
        ),
        "iptc-digest-stale": (
            "The IIM may be newer than the XMP, and Photoshop then reads it first.",
            f"Compare the columns; where they differ, correct the wrong one. {_RESAVE}",
        ),
        "jpeg-truncated": (
            "The picture is not complete: the transfer broke off, or the file was cut.",
            _AGAIN,
        ),
        "png-text-credit": (
            "Some programs show such a text; those of a picture desk mostly do not.",
            "Take it out with the program that wrote it where it names the wrong person.",
        ),
        "read-by-exiftool": (
            "Values and places are those that ExifTool gives.",
            "Nothing needs to be done.",
        ),
        "sidecar-unreadable": (
            "What that sidecar says of the picture is not shown here.",
            "Restore the sidecar from the program that wrote it, or remove it.",
        ),
        "tiff-page-metadata": (
            "A reader of the file may see the credit of another page.",
            "Correct the other pages in the program that made the file.",
        ),
        "xmp-doctype": (
            "Such a declaration has no place in a picture's metadata and can be an attack.",
            "Ask where the file comes from; save its metadata anew before you use it.",
        ),
        "xmp-extended-orphan": (
            "It is left over from an earlier version of the picture; most programs ignore it.",
            _RESAVE,
        ),
        "xmp-no-rdf": ("The XMP is an empty shell: it says nothing.", _RESAVE),
        "xmp-too-large": (
            "No program of a desk writes so much; it may be an attack, or a runaway history.",
            "Save the picture's metadata anew without its editing history.",
        ),
    }
)
"""By code: what it means, and what to do."""

_CARELESS: Final = ("A program wrote the file carelessly; others may refuse it.", _RESAVE)
_IMMENSE: Final = ("It is larger than in any honest file, and was left unread.", _RESAVE)
_STRAY: Final = ("Such octets are no part of the picture and stay as they are.", "")
_UNSEEN: Final = ("What stands there is not shown here; other programs may read it.", "")

# Codes share words, whatever the format: ``png-text-broken``, ``limit-metadata``.
_FAMILIES: Final = MappingProxyType(
    {
        "truncated": ("The file is not complete: the transfer broke off, or it was cut.", _AGAIN),
        **dict.fromkeys(("limit", "large"), _IMMENSE),
        "checksum": ("It was damaged, or changed by a program that knows no checksums.", _AGAIN),
        "guessed": ("Letters with accents may be shown wrongly.", "Check the names."),
        **dict.fromkeys(("stray", "trailing"), _STRAY),
        **dict.fromkeys(("unread", "unknown", "missing"), _UNSEEN),
        **dict.fromkeys(("wrong", "size", "header"), _CARELESS),
        "trailer": ("What stands behind the picture stays as it is.", ""),
        "repeated": ("Programs differ in which of them they show.", _RESAVE),
        "broken": (
            "Part of the metadata is damaged; other programs may show less, or other words.",
            _RESAVE,
        ),
    }
)


def advice(code: str) -> tuple[str, str]:
    """What a warning means and what to do; empty where the message says it all.

    Args:
        code: of a ``ReadWarning``; of one that is not known its words decide.
    """
    if (known := ADVICE.get(code)) is not None:
        return known
    words = code.split("-")
    return next((told for word, told in _FAMILIES.items() if word in words), ("", ""))
