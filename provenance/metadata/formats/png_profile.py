"""ImageMagick's raw profiles: a metadata block as hexadecimal text in a PNG text chunk.

No standard describes them; ImageMagick (coders/png.c) and ExifTool write a line break, the
profile's name, its length in octets right-justified, and lines of 36 octets. Photo Mechanic
puts bare octets under the same keyword.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from provenance.errors import RewriteRefusedError

_KEYWORD: Final = b"raw profile type "
_HEADER: Final = re.compile(rb"\n[^\n]{0,255}\n([ \t]{0,20}[0-9]{1,10})[ \t\r]{0,8}\n")
_HEX: Final = re.compile(rb"[0-9A-Fa-f\s]*+")
_LOWER_CASE: Final = re.compile(rb"[a-f]")
_UPPER_CASE: Final = re.compile(rb"[A-F]")
_LINE: Final = 72


@dataclass(frozen=True, slots=True)
class Profile:
    """A raw profile, taken apart.

    Attributes:
        payload: the octets that the text stands for.
        is_hex: the text is hexadecimal; else it is the payload itself.
        head: text up to the length, with the line break and the name.
        width: columns of the length.
        behind: what stands between the length and the digits.
        line: digits in a line; 0 for one endless line.
        upper: digits above nine are capitals.
        tail: white space behind the digits.
        stated: octets as the length says.
        whole: nothing but digits and white space stood there.
    """

    payload: bytes
    is_hex: bool = False
    head: bytes = b""
    width: int = 0
    behind: bytes = b""
    line: int = 0
    upper: bool = False
    tail: bytes = b""
    stated: int = 0
    whole: bool = True

    def with_payload(self, payload: bytes) -> bytes:
        """The text for another payload, laid out as before, with the length that is true.

        Raises:
            RewriteRefusedError: ``png-profile-broken`` where the old text had characters
                that are no digits.
        """
        if not self.is_hex:
            return payload
        if not self.whole:
            raise RewriteRefusedError(
                "The raw profile that holds this metadata has characters that are no"
                " hexadecimal digits.",
                code="png-profile-broken",
                remedy="Fetch the file again, or remove the profile with another editor.",
            )
        digits = payload.hex().encode("ascii")
        if self.upper:
            digits = digits.upper()
        step = self.line or max(len(digits), 1)
        lines = [digits[at : at + step] for at in range(0, len(digits), step)]
        count = b"%*d" % (self.width, len(payload))
        return b"".join((self.head, count, self.behind, b"\n".join(lines), self.tail))


def name_of(keyword: bytes) -> bytes | None:
    """The profile's name in small letters, None where the keyword is no raw profile's."""
    small = keyword.lower()
    return small.removeprefix(_KEYWORD) if small.startswith(_KEYWORD) else None


def unpack(text: bytes) -> Profile:
    """Read a raw profile's text; digits behind a character that is none are not read."""
    header = _HEADER.match(text)
    if header is None:
        return Profile(text)
    digits = text[header.end() :]
    found = _HEX.match(digits)
    assert found is not None, "the pattern matches nothing, too"
    octets = digits[: found.end()].translate(None, b" \t\n\r\v\f")
    whole = found.end() == len(digits) and len(octets) % 2 == 0
    inner = digits.rstrip()
    first = inner.find(b"\n")
    if first < 0:
        line = _LINE if len(inner) <= _LINE else 0
    else:
        line = first if first and first % 2 == 0 else _LINE
    return Profile(
        payload=bytes.fromhex(octets[: len(octets) & ~1].decode("ascii")),
        is_hex=True,
        head=text[: header.start(1)],
        width=header.end(1) - header.start(1),
        behind=text[header.end(1) : header.end()],
        line=line,
        upper=bool(_UPPER_CASE.search(inner)) and not _LOWER_CASE.search(inner),
        tail=digits[len(inner) :],
        stated=int(header[1]),
        whole=whole,
    )
