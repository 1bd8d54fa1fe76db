"""The character set of an IIM block: what 1:90 declares, and what to do without it.

IPTC-IIM 4.2 chapter 5 (DataSet 1:90) names sets by their ISO 2022 escape sequences.
"""

from __future__ import annotations

from enum import Enum, auto

UTF_8 = b"\x1b%G"

_DECLARED = {
    UTF_8: "utf-8",
    b"\x1b%/G": "utf-8",
    b"\x1b%/H": "utf-8",
    b"\x1b%/I": "utf-8",
}
_FINALS = {
    b"A": "iso8859-1",
    b"B": "iso8859-2",
    b"C": "iso8859-3",
    b"D": "iso8859-4",
    b"F": "iso8859-7",
    b"G": "iso8859-6",
    b"H": "iso8859-8",
    b"L": "iso8859-5",
    b"M": "iso8859-9",
    b"V": "iso8859-10",
    b"b": "iso8859-15",
}
# The same 96-character sets are designated to G1 (-), G2 (.) or G3 (/).
_DECLARED.update(
    {b"\x1b" + to + final: name for to in (b"-", b".", b"/") for final, name in _FINALS.items()}
)

_LONGEST_REST = 3
"""A UTF-8 character has at most four octets: one that is cut leaves up to three free."""


class CharsetReading(Enum):
    """How the octets of one dataset were understood."""

    EXACT = auto()
    CUT = auto()
    """UTF-8 whose last character was cut by the octet limit; the rest of it is left out."""
    GUESSED = auto()
    """Not what it should be, and read as Windows-1252."""


def declared(escape: bytes) -> str | None:
    """Python's name of the set that the content of 1:90 declares; None where unknown.

    ESC % 5, which Reuters writes, names no registered set and counts as unknown.
    """
    return _DECLARED.get(escape.strip(b" \x00"))


def decode(octets: bytes, charset: str | None, limit: int | None) -> tuple[str, CharsetReading]:
    """The text of one dataset.

    Args:
        octets: its content, without padding.
        charset: as ``declared`` gave it; None means: strict UTF-8, else Windows-1252.
        limit: the dataset's octet limit, to tell a cut character from a false charset.

    Returns:
        The text and how it was found. ISO 8859-1 is read as its superset
        Windows-1252, as the writers that declare it use it; an octet without a
        meaning there is the control character of the same number.
    """
    if octets.isascii():
        return octets.decode("ascii"), CharsetReading.EXACT
    if charset == "iso8859-1":
        return _western(octets), CharsetReading.EXACT
    try:
        return octets.decode(charset or "utf-8"), CharsetReading.EXACT
    except UnicodeDecodeError as error:
        whole = octets[: error.start]
        if _is_cut(error, limit) and (charset == "utf-8" or not whole.isascii()):
            return whole.decode("utf-8"), CharsetReading.CUT
        return _western(octets), CharsetReading.GUESSED


def _is_cut(error: UnicodeDecodeError, limit: int | None) -> bool:
    """Whether UTF-8 ends within a character, and as near its limit as a cut would leave it."""
    if error.encoding != "utf-8" or error.reason != "unexpected end of data" or limit is None:
        return False
    return limit - _LONGEST_REST <= len(error.object) <= limit


def encode(text: str, charset: str | None) -> bytes | None:
    """The octets of a text; None where the character set does not hold it.

    Without a declared set only ASCII means the same to every reader.
    """
    try:
        return text.encode(charset or "ascii")
    except UnicodeEncodeError:
        return None


def _western(octets: bytes) -> str:
    return octets.decode("cp1252", "surrogateescape").translate(_CONTROLS)


_CONTROLS = {0xDC00 + octet: octet for octet in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
"""What decoding leaves of the octets that Windows-1252 does not define."""
