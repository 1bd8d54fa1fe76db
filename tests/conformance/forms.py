"""One spelling for what the two sides write differently, so that only meaning is compared.

Each rule stands in docs/conformance.md, "Rules of comparison". Nothing here is shared with
``provenance.metadata``: a mistake there must not be repeated here.
"""

from __future__ import annotations

import base64
import re
from typing import Final

_BASE64: Final = "base64:"
_MARK: Final = "="
_DATE: Final = re.compile(
    r"(\d{4})[:-](\d{2})[:-](\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?\s*(\S*))?", re.ASCII
)
_NO_DATE: Final = re.compile(r"[0: -]*")
_UNKNOWN_PARTS: Final = re.compile(r"(?::00){1,2}\Z")


def has_content(text: str) -> bool:
    """Whether a text says anything; white space and NULs do not."""
    return bool(text.strip(" \t\r\n\v\f\0"))


def text(printed: str) -> str:
    """A text of ExifTool's JSON, behind the mark that keeps it from becoming a number.

    Octets for which ExifTool knows no character set come as base64. As they are not UTF-8
    they are read as Windows-1252, up to the first NUL.

    Raises:
        ValueError: where the mark is missing.
    """
    marked = printed
    if printed.startswith(_BASE64):
        octets = base64.b64decode(printed.removeprefix(_BASE64)).partition(b"\0")[0]
        marked = "".join(_western(octet) for octet in octets)
    if not marked.startswith(_MARK):
        raise ValueError(f"ExifTool did not mark {printed!r}.")
    return marked.removeprefix(_MARK)


def _western(octet: int) -> str:
    single = bytes([octet])
    try:
        return single.decode("cp1252")
    except UnicodeDecodeError:
        return single.decode("latin-1")


def date(written: str) -> str:
    """A date as ``2024:12:08 11:30:00+02:00``, empty where it is said to be unknown.

    ExifTool puts colons into every date and a blank before its time. Months and days
    written as 00 are unknown and left out. What is no date stays as it is.
    """
    stripped = written.strip()
    if _NO_DATE.fullmatch(stripped):
        return ""
    found = _DATE.fullmatch(stripped)
    if found is None:
        return stripped.replace("-", ":") if stripped[:4].isdigit() else stripped
    year, month, day, minutes, seconds, zone = found.groups()
    on = f"{year}:{month}:{day}"
    if minutes is None:
        return _UNKNOWN_PARTS.sub("", on)
    return f"{on} {minutes}{seconds or ''}{zone}"


def names(artist: str) -> tuple[str, ...]:
    """EXIF Artist as the list that MWG 2.0, 5.4 makes of it: semicolons part the names.

    A name that begins with a double quote reaches to the next single one and may hold
    semicolons; a double quote inside of it is written twice.
    """
    found: list[str] = []
    current = ""
    quoted = False
    for letter in artist:
        if letter == '"' and (quoted or not current.strip()):
            quoted = not quoted
        if letter == ";" and not quoted:
            found.append(current)
            current = ""
        else:
            current += letter
    found.append(current)
    return tuple(_unquoted(name.strip()) for name in found if has_content(name))


def _unquoted(name: str) -> str:
    if len(name) > 1 and name[0] == name[-1] == '"':
        return name[1:-1].replace('""', '"')
    return name
