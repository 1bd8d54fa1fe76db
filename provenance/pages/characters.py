"""A page's octets as characters: by its byte order mark, the server's word, its own word.

Order as in the WHATWG Encoding and HTML standards (13.2.3): byte order mark, transport,
declaration in the first 1,024 octets, then UTF-8, then Windows-1252. Never lossy.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 1024
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([-\w:]{1,40})"""
    rb"""|<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([-\w:]{1,40})""",
    re.IGNORECASE,
)
# Browsers read these labels as the wider code page; a declaration in ASCII octets cannot
# be true where it says UTF-16.
_READ_AS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_TEXT_CODECS = re.compile(
    r"utf-?8|cp\d{3,4}|iso8859-\d{1,2}|latin|mac|koi8|gb18030|big5|euc|shift|tis|hz", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Characters:
    """A page's characters and how to turn them back into its octets.

    Attributes:
        text: all of it, without the mark.
        encoding: Python's name.
        mark: the byte order mark's octets.
    """

    text: str
    encoding: str
    mark: bytes = b""


def decode(data: bytes, charset: str = "") -> Characters:
    """The characters of a page.

    Args:
        data: its octets.
        charset: what the server said in its ``Content-Type``, if it did.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Characters(data[len(mark) :].decode(encoding), encoding, mark)
            except UnicodeDecodeError:
                break
    declared = _DECLARED.search(data, 0, _HEAD)
    own = (declared[1] or declared[2]).decode("ascii", "replace") if declared else ""
    for label in (charset, own, "utf-8", "windows-1252"):
        encoding = _known(label)
        if not encoding:
            continue
        try:
            return Characters(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return Characters(data.decode("latin-1"), "latin-1")


def _known(label: str) -> str:
    """Python's name of a text encoding; empty for what is none (``rot13``, ``zlib``)."""
    try:
        name = codecs.lookup(label.strip()).name if label.strip() else ""
    except (LookupError, ValueError):
        return ""
    name = _READ_AS.get(name, name)
    return name if _TEXT_CODECS.match(name) else ""
