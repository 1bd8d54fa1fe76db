"""Column types that hold any Python string and any file size on every database.

File names and metadata are hostile: they carry lone surrogates (names that are not
UTF-8, by PEP 383), NUL and anything else. SQLite's driver refuses the first,
PostgreSQL the second. ``SafeText`` stores all of them and gives them back unchanged.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_UNSAFE = re.compile("[\\\\\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(?:\\|u([0-9a-f]{4}))")
_LONGEST_KEY = 200

BigInt: Final = BigInteger().with_variant(Integer(), "sqlite")


def escape(text: str) -> str:
    """Return ``text`` in a form that every database stores.

    Backslash, NUL and surrogates are escaped, one by one, so that ``escape`` keeps
    prefixes: ``escape(a + b) == escape(a) + escape(b)``.
    """
    if text.isascii() and "\\" not in text and "\x00" not in text:
        return text
    return _UNSAFE.sub(_escaped, text)


def unescape(stored: str) -> str:
    """Return the text that ``escape`` was given."""
    if "\\" not in stored:
        return stored
    if "\\" not in stored.replace("\\\\", ""):
        # Nothing but doubled backslashes: every document that is not plain ASCII has many.
        return stored.replace("\\\\", "\\")
    return _ESCAPED.sub(_unescaped, stored)


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    return "\\\\" if char == "\\" else f"\\u{ord(char):04x}"


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else "\\"


def prefix_bounds(prefix: str) -> tuple[str, str | None]:
    """Return the half-open range that holds exactly the texts that begin with ``prefix``.

    Both ends are as stored (escaped); the database must compare by code point. The
    upper end is None where nothing bounds it.
    """
    low = escape(prefix)
    for at in range(len(low) - 1, -1, -1):
        code = ord(low[at])
        if code < 0x10FFFF:
            following = 0xE000 if code == 0xD7FF else code + 1
            return low, low[:at] + chr(following)
    return low, None


def key_text(value: str) -> str:
    """Return the stored form of a key's value: itself, or its digest where it is long.

    Keys are only ever compared for equality. A digest begins with an escape that
    ``escape`` never makes, so that no text can pass for the digest of another.
    """
    stored = escape(value)
    if len(stored) <= _LONGEST_KEY:
        return stored
    return "\\#" + hashlib.sha256(stored.encode()).hexdigest()


class SafeText(TypeDecorator[str]):
    """Text of any content, compared by code point."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Compare by code point on PostgreSQL too, whatever the database's locale."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Text(collation="C"))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape on the way in."""
        del dialect
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Unescape on the way out."""
        del dialect
        return None if value is None else unescape(value)


class KeyText(TypeDecorator[str]):
    """The value of a key: bounded length, compared for equality only, never read back."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """As ``SafeText``."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Text(collation="C"))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape and bound on the way in."""
        del dialect
        return None if value is None else key_text(value)
