"""Sixty file names that somebody could mean harm by, or that programs stumble over."""

from __future__ import annotations

import os

SEEN = (
    "new\nline.jpg", "-rf.jpg", "--apply", "-", "|pipe.jpg", "$(touch x).jpg", "`x`.jpg", "a b.jpg",
    " lead.jpg", "trail.jpg ", "trail.", "dots..jpg", "tab\t.jpg", "\x01\x1b[31mred.jpg",
    "\x1b]52;c;eA==\x07.jpg", "'.jpg", '".jpg', "\\.jpg", "*.jpg", "?.jpg", "[a].jpg", "~", "~root.jpg",
    "#a#.jpg", "a;b.jpg", "a&b.jpg", "a>b.jpg", "a<b.jpg", "%00.jpg", "%s%n.jpg", "%2e%2e%2fa.jpg",
    "\u202egpj.exe.jpg", "\u2066iso\u2069.jpg", "\u200bzero.jpg", "\ufeffmark.jpg", "\u0430fp.jpg",
    "e\u0301.jpg", "\u00e9.jpg", "\U0001f4f7.jpg", "\U0001f468\u200d\U0001f469\u200d\U0001f467.jpg",
    "\u65e5\u672c\u8a9e.jpg", "\u0639\u0631\u0628\u064a.jpg", "x" * 255, "\u00e9" * 127, "\u65e5" * 85,
    "x" * 251 + ".jpg", "CON", "nul.jpg", "a:b.jpg", "a.jpg.tmp", "picture.0123456789abcdef.tmp",
    os.fsdecode(b"\xff\xfe.jpg"), os.fsdecode(b"caf\xe9.jpg"), os.fsdecode(b"\x80" * 255),
    os.fsdecode(b"\xc3\x28.jpg"), os.fsdecode(b"\xed\xa0\x80.jpg"), "\r.jpg", "\x7f.jpg", "\u2028.jpg",
    "A.JPG", "=cmd|' C calc'!A0.jpg", "+1.jpg", "@sum.jpg", "<img src=x onerror=alert(1)>.jpg",
    "--><script>alert(1).jpg", "{{7*7}}.jpg", "[red]bold[.red].jpg", "C:\\a.jpg",
    "javascript:alert(1)", "null", "a.xmp.jpg",
)  # fmt: skip
"""Names that a scan looks at."""

HIDDEN = (".hidden.jpg", "..a.jpg", "...", ".a.jpg.deadbeefdeadbeef.tmp", ".provenance-trial.1.tmp")
"""Names that begin with a dot, and are left alone."""
