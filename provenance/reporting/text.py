"""Text that is safe to show: nothing invisible, nothing that steers a screen."""

from __future__ import annotations

import re
import unicodedata

_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

# Letters and marks by category, yet they draw nothing: fillers, joiners, variation selectors.
_EMPTY_MARKS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
)
_EMPTY = re.compile(f"[{_EMPTY_MARKS}]")

# What a JSON text may carry raw by RFC 8259, but a terminal would obey or hide.
_JSON_HIDDEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    f"{_EMPTY_MARKS}\U000e0000-\U000e00ff\ud800-\udfff]"
)

_FIRST_RAW_BYTE, _LAST_RAW_BYTE = 0xDC80, 0xDCFF
_FIRST_ASTRAL = 0x10000


def printable(text: str, *, keep: str = "") -> str:
    r"""Show every control, direction mark and invisible character as ``⟨U+202E⟩``.

    The result can be written to a terminal, a spreadsheet cell or a page and looks
    like what it is. A byte of a file name that is not UTF-8 is shown as ``⟨0xE9⟩``.

    Args:
        text: hostile text, lone surrogates included.
        keep: control characters to let through, such as ``"\n"``.

    Returns:
        Text without any character of the categories Cc, Cf, Cs, Zl and Zp other than
        those in ``keep`` (Unicode chapter 4.5), and without marks that draw nothing.
    """
    if text.isprintable() and not _EMPTY.search(text):
        return text
    return "".join(char if char in keep else _shown(char) for char in text)


def one_line(text: str) -> str:
    """Like ``printable``, with line breaks and tabs turned into single spaces."""
    return printable(" ".join(re.split(r"[\t\n\r\v\f]+", text)).strip())


def paragraphs(text: str) -> str:
    """Like ``printable``, with any line end (CR, LF, CRLF) kept as a line feed."""
    return printable(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n")


def escape_hidden(json_text: str) -> str:
    r"""Write what hides inside a JSON text as ``\uXXXX``; a JSON reader sees no difference.

    Args:
        json_text: the output of a JSON encoder that left non-ASCII characters raw.

    Returns:
        The same document, encodable as UTF-8 whatever strings it holds (lone
        surrogates are escaped) and harmless on a terminal (RFC 8259, section 7).
    """
    return _JSON_HIDDEN.sub(_as_json_escape, json_text)


def _shown(char: str) -> str:
    code = ord(char)
    if _FIRST_RAW_BYTE <= code <= _LAST_RAW_BYTE:
        return f"⟨0x{code - 0xDC00:02X}⟩"
    if unicodedata.category(char) in _NOT_SHOWN or _EMPTY.match(char):
        return f"⟨U+{code:04X}⟩"
    return char


def _as_json_escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < _FIRST_ASTRAL:
        return f"\\u{code:04x}"
    high, low = divmod(code - _FIRST_ASTRAL, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
