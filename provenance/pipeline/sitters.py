"""What is sent to the processes that look at pictures, and what they send back."""

from __future__ import annotations

from dataclasses import dataclass

from provenance.model import AssetRef, Likeness, Look


@dataclass(frozen=True, slots=True)
class Sitter:
    """One picture's data, and the files that hold them: any of these will do.

    Attributes:
        basis: by which digest the picture is known.
        refs: files that hold it, the best first.
    """

    basis: str
    refs: tuple[AssetRef, ...]


def octets_of(sitter: Sitter) -> int:
    """What looking at a picture reads: the largest of its files, if that is the one to be had."""
    return max((ref.size for ref in sitter.refs), default=0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of looking at one picture.

    Attributes:
        sitter: the picture, by its one file.
        look: how it looks; None where that cannot be said.
        failure: why it could not be decoded; empty where it could, or was not tried.
        trouble: code, message and remedy where the file could not be had.
    """

    sitter: Sitter
    look: Look | None = None
    failure: str = ""
    trouble: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """How the parts of one picture look.

    Attributes:
        basis: by which digest the picture is known.
        hashes: 32 octets for each part; empty where the picture has none or cannot be decoded,
            None where no file of it could be had.
        trouble: code, message and remedy where no file could be had.
    """

    basis: str
    hashes: bytes | None = None
    trouble: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A picture, and those that are to be laid on it."""

    one: Sitter
    others: tuple[Sitter, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing two pictures; ``trouble`` where a file could not be had."""

    one: str
    other: str
    likeness: Likeness | None = None
    trouble: tuple[str, str, str] | None = None
