"""Names: hostile ones are replaced like any other, and temporary ones always fit."""

from __future__ import annotations

import hashlib
import os

import pytest

from provenance.errors import UsageError
from provenance.storage.replace import (
    Replacer,
    prepare,
)
from provenance.storage.temporary import temporary_name

TX = "0123456789abcdef"
OLD, NEW = b"old picture bytes" * 1000, b"new picture bytes, corrected" * 1000


@pytest.fixture
def replacer():
    with Replacer() as open_replacer:
        yield open_replacer


HOSTILE = [
    "new\nline.jpg", "-rf", "--", "|pipe.jpg", "$(touch x).jpg", "`x`.jpg", "a b.jpg", " .jpg",
    "tab\t.jpg", "\x01\x1b[31m.jpg", "'.jpg", '".jpg', "\\.jpg", "*.jpg", "?.jpg", "[a].jpg",
    "~", "~root.jpg", "#a#.jpg", "a;b.jpg", "a&b.jpg", "a>b.jpg", "a<b.jpg", "%00.jpg", "%s%n.jpg",
    "\u202egpj.exe", "\u200b.jpg", "\u0430.jpg", "e\u0301.jpg", "\u00e9.jpg", "\U0001f4f7.jpg",
    "日本語.jpg", "عربي.jpg", "x" * 255, "é" * 127, "日" * 85, "x" * 251 + ".jpg", "..a", "...",
    ".hidden.jpg", "a.", "a..jpg", "CON", "nul.jpg", "a:b.jpg", "a.jpg.tmp", ".a.jpg.deadbeef.tmp",
    os.fsdecode(b"\xff\xfe.jpg"), os.fsdecode(b"caf\xe9.jpg"), os.fsdecode(b"\x80" * 255),
    os.fsdecode(b"\xc3\x28.jpg"), "\r.jpg", "\x7f.jpg", "\u2028.jpg", "a.JPG",
    "=cmd|' C calc'!A0.jpg", "<img onerror=x>.jpg", "{{7*7}}.jpg", "C:\\a.jpg", "a%2f..%2fb.jpg",
]  # fmt: skip


def test_hostile_names(tmp_path, replacer):
    assert len(set(HOSTILE)) >= 60
    for name in HOSTILE:
        path = tmp_path / "desk" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(OLD)
        replacement = prepare(
            str(path), hashlib.sha256(OLD).hexdigest(), NEW, TX, replacer=replacer
        )
        assert len(os.fsencode(replacement.temporary)) <= 255
        assert replacement.temporary.endswith(f".{TX}.tmp")
        replacement.exchange()
        replacement.sync()
        replacement.discard_old()
        assert path.read_bytes() == NEW
    assert {one.name for one in (tmp_path / "desk").iterdir()} == set(HOSTILE)


def test_long_names_that_begin_alike_get_their_own_temporary():
    names = {temporary_name("x" * 250 + end, TX) for end in ("a", "b")}
    assert len(names) == 2
    assert all(len(os.fsencode(name)) <= 255 for name in names)


@pytest.mark.parametrize(
    "tx", ["", "abc", "../../etc", "A" * 16, "g" * 16, "0" * 65, "0" * 16 + "\n"]
)
def test_transaction_id_that_is_no_part_of_a_name(tx):
    with pytest.raises(UsageError):
        temporary_name("a.jpg", tx)
