"""Unified diffs of pages (POSIX.1-2024 ``diff -u``), octet for octet.

Encoding and line endings are the page's own: lines are cut at line feeds only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from provenance import pages
from provenance.pages import Change

_CONTEXT = 3
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class Source:
    """A page's source by lines.

    Attributes:
        lines: with their line feeds.
        starts: the offset of each line's first character.
        encoding: Python's name.
        mark: the byte order mark's octets.
    """

    lines: tuple[str, ...]
    starts: tuple[int, ...]
    encoding: str
    mark: bytes

    @classmethod
    def of(cls, data: bytes, charset: str) -> Source | None:
        """None where the page's lines cannot be written as octets one by one."""
        found = pages.decode(data, charset)
        if found.encoding.startswith("utf-16") or b"\x00" in data:
            return None
        lines = tuple(found.text.split("\n"))
        lines = (*(f"{line}\n" for line in lines[:-1]), *lines[-1:]) if lines[-1] else tuple(
            f"{line}\n" for line in lines[:-1]
        )  # fmt: skip
        starts, at = [], 0
        for line in lines:
            starts.append(at)
            at += len(line)
        source = cls(lines, tuple(starts), found.encoding, found.mark)
        return source if source.octets(lines) == data else None

    def octets(self, lines: Sequence[str]) -> bytes:
        """Lines as the page has them, the mark before the first."""
        return self.mark + b"".join(self.encoded(line) for line in lines)

    def encoded(self, text: str) -> bytes:
        """Characters that the encoding lacks are written as character references."""
        return text.encode(self.encoding, "xmlcharrefreplace")

    def changed(self, changes: Sequence[Change]) -> bytes:
        """The page with the changes."""
        text = "".join(self.lines)
        out, at = [], 0
        for change in in_order(changes):
            out += [text[at : change.start], change.text]
            at = change.end
        return self.mark + self.encoded("".join([*out, text[at:]]))

    def line_of(self, offset: int) -> int:
        """The index of the line in which a character stands."""
        return max(0, bisect_right(self.starts, offset) - 1)


def in_order(changes: Sequence[Change]) -> list[Change]:
    """Each change once, by its place."""
    return sorted(set(changes), key=lambda one: (one.start, one.end))


def header_name(path: str) -> str:
    """A file's name as ``patch`` and ``git apply`` read it."""
    if any(character < " " or character in '"\\' for character in path):
        named = "".join(
            f"\\{ord(one):03o}" if one < " " else f"\\{one}" if one in '"\\' else one
            for one in path
        )
        return f'"{named}"'
    return f"{path}\t" if " " in path else path


def unified(name: str, source: Source, changes: Sequence[Change]) -> bytes:
    """The diff of one page.

    Args:
        name: from :func:`header_name`.
        source: the page.
        changes: of its characters, apart from each other.
    """
    blocks = _blocks(source, changes)
    hunks: list[list[tuple[int, int, str]]] = []
    for block in blocks:
        if hunks and block[0] - hunks[-1][-1][1] <= 2 * _CONTEXT:
            hunks[-1].append(block)
        else:
            hunks.append([block])
    out = [f"--- {name}\n+++ {name}\n".encode("utf-8", "surrogateescape")]
    shift = 0
    for hunk in hunks:
        octets, grown = _hunk(source, hunk, shift)
        out.append(octets)
        shift += grown
    return b"".join(out)


def _blocks(source: Source, changes: Sequence[Change]) -> list[tuple[int, int, str]]:
    """First line, line behind the last, and the new text, of each changed stretch of lines."""
    blocks: list[tuple[int, int, list[Change]]] = []
    for change in in_order(changes):
        first = source.line_of(change.start)
        last = source.line_of(max(change.start, change.end - 1)) + 1
        # A line feed that goes joins the next line to this one.
        if change.end == source.starts[last - 1] + len(source.lines[last - 1]) and (
            not change.text.endswith("\n") and change.end > change.start
        ):
            last = min(last + 1, len(source.lines))
        if blocks and first < blocks[-1][1]:
            begin, end, many = blocks[-1]
            blocks[-1] = (begin, max(end, last), [*many, change])
        else:
            blocks.append((first, last, [change]))
    return [(first, last, _new(source, first, last, many)) for first, last, many in blocks]


def _new(source: Source, first: int, last: int, changes: Sequence[Change]) -> str:
    base = source.starts[first]
    text = "".join(source.lines[first:last])
    out, at = [], 0
    for change in changes:
        out += [text[at : change.start - base], change.text]
        at = change.end - base
    return "".join([*out, text[at:]])


def _hunk(source: Source, blocks: Sequence[tuple[int, int, str]], shift: int) -> tuple[bytes, int]:
    start = max(0, blocks[0][0] - _CONTEXT)
    end = min(len(source.lines), blocks[-1][1] + _CONTEXT)
    out: list[bytes] = []
    at, new_count = start, 0
    for first, last, text in blocks:
        out += [_line(source, b" ", at + n, one) for n, one in enumerate(source.lines[at:first])]
        out += [
            _line(source, b"-", first + n, one) for n, one in enumerate(source.lines[first:last])
        ]
        new = [f"{one}\n" for one in text.split("\n")[:-1]]
        new += [text.split("\n")[-1]] if text.split("\n")[-1] else []
        out += [
            _line(source, b"+", 0 if first == 0 and n == 0 else -1, one)
            for n, one in enumerate(new)
        ]
        new_count += first - at + len(new)
        at = last
    out += [_line(source, b" ", at + n, one) for n, one in enumerate(source.lines[at:end])]
    new_count += end - at
    old_count = end - start
    head = f"@@ -{start + 1},{old_count} +{start + 1 + shift},{new_count} @@\n".encode()
    return head + b"".join(out), new_count - old_count


def _line(source: Source, sign: bytes, number: int, text: str) -> bytes:
    mark = source.mark if number == 0 else b""
    octets = sign + mark + source.encoded(text)
    return octets if text.endswith("\n") else octets + _NO_NEWLINE
