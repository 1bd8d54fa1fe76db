"""What ``inspect`` shows of one file, from its name to what a person should know of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from provenance.cli import tables, value_text
from provenance.cli.sheet import Row, Sheet, sheet
from provenance.cli.side_by_side import DIFFERS, SPEAKS, SideBySide
from provenance.cli.value_text import ATTENTION, CONFLICT, NOTICE
from provenance.metadata import reconcile
from provenance.metadata.formats.naming import described, misnamed
from provenance.metadata.reconcile import Preferred, Reason
from provenance.model import MetadataRecord, ReadWarning, ScanResult, Unreadable
from provenance.reporting.advice import advice
from provenance.reporting.text import one_line
from provenance.reporting.wording import count, size
from provenance.rules.disagreement import in_words, speaker_name

_PICTURE: Final = "image/"
_TEXT: Final = "text/plain"
_SIGN: Final = "!"
_REASONS: Final = {
    Reason.EXIF_FIRST: "By the MWG rules {who} speaks.",
    Reason.XMP_FIRST: "By the MWG rules {who} speaks.",
    Reason.IIM_EDITED_LATER: "By the MWG rules {who} speaks: it was edited after the XMP.",
    Reason.FILE_FIRST: "What stands in the file speaks before what stands beside it.",
    Reason.SIDECAR_OF_RAW: "The sidecar speaks: beside a raw picture, edits are kept in it.",
}
_FIRST: Final = "What stands first in the file speaks."


@dataclass(slots=True)
class Tally:
    """How many files were shown, and how many of them want a look."""

    files: int = 0
    conflicts: int = 0
    warned: int = 0
    unreadable: int = 0

    def take(self, result: ScanResult) -> None:
        """Count one file."""
        self.files += 1
        if isinstance(result, Unreadable):
            self.unreadable += 1
        else:
            self.conflicts += bool(reconcile.disagreements(result))
            self.warned += bool(result.warnings)

    def sums(self) -> Text:
        """All files in one line."""
        parts = [
            f"{self.conflicts:,} with conflicts" if self.conflicts else "",
            f"{self.warned:,} with warnings" if self.warned else "",
            f"{self.unreadable:,} unreadable" if self.unreadable else "",
        ]
        told = ", ".join(part for part in parts if part) or "nothing to look at closer"
        return Text(f"{count(self.files, 'file')}: {told}", style="bold")


def record(record: MetadataRecord, *, verbose: bool = False) -> list[RenderableType]:
    """One file: what it is, what it says, where it contradicts itself, what to know of it.

    Args:
        record: what was read.
        verbose: show values whole, however long they are.
    """
    told = sheet(record)
    parts: list[RenderableType] = [*_head(record)]
    if told.rows:
        parts.append(SideBySide(told, whole=verbose))
    else:
        parts.append(Text("It says nothing of who made it or what it shows.", style="dim"))
    parts += _remarks(told)
    parts += [_warning(one, record.ref.display) for one in record.warnings]
    parts.append(Text())
    return parts


def unreadable(bad: Unreadable) -> list[RenderableType]:
    """A file that could not be read: why, and what can be done."""
    said = one_line(bad.reason).removeprefix(one_line(bad.ref.display)).lstrip(": ")
    said = f"it {said}" if said.startswith(("is ", "has ")) else said
    line = Text(f"Not read: {said}", style="red")
    line.append(f" {one_line(bad.remedy)}".rstrip(), style="not bold default")
    line.append(f"  {bad.error}", style="dim")
    return [Text(one_line(bad.ref.display), style="bold"), Remark(_SIGN, line), Text()]


def show(parts: Sequence[RenderableType], *, color: bool, width: int) -> None:
    """Write to stdout, folded to the terminal, or to ``width`` where there is none."""
    tables.show(parts, None, color=color, width=width)


def _head(record: MetadataRecord) -> Iterator[Text]:
    yield Text(one_line(record.ref.display), style="bold")
    is_text = record.media_type == _TEXT
    what = "text" if is_text else described(record.media_type).partition(" ")[2]
    line = Text(what[:1].upper() + what[1:])
    extension = None if is_text else misnamed(record.ref.display, record.media_type)
    if extension:
        line.append(f", although named {one_line(extension)}", style=ATTENTION)
    line.append(f", {size(record.ref.size)}")
    if record.media_type.startswith(_PICTURE):
        line.append(". Content Credentials: ")
        if record.content_credentials:
            line.append("present, any edit would break their signature", style=ATTENTION)
        else:
            line.append("none")
    line.append(".")
    yield line
    if record.ref.sidecars:
        names = ", ".join(one_line(_beside(side.display)) for side in record.ref.sidecars)
        one = len(record.ref.sidecars) == 1
        yield Text(f"Read with its {'sidecar' if one else 'sidecars'} {names}.")
    for name, digest in (
        ("SHA-256", record.digest),
        ("image digest", record.image_digest),
        ("scan digest", record.scan_digest),
    ):
        if digest:
            yield Text(f"{name}: {digest}", style="dim")


def _beside(path: str) -> str:
    return os.path.basename(path)


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence behind its sign, folded beside it."""

    sign: str
    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        indent = len(self.sign) + 1
        width = max(options.max_width - indent, 1)
        for n, line in enumerate(self.text.wrap(console, width, overflow="fold")):
            line.rstrip()
            begin = f"{self.sign} " if n == 0 else " " * indent
            yield Text(begin, style=self.text.style) + line


def _remarks(told: Sheet) -> Iterator[RenderableType]:
    """In words: who contradicts whom, what was cut, where a notice stands."""
    rows = {row.prop: row for row in told.rows}
    for one in told.disagreements:
        line = Text(one_line(in_words(one)), style=CONFLICT)
        speaks = _speaks(rows[one.property].preferred) or f" {_FIRST}"
        line.append(speaks, style="not bold default")
        yield Remark(DIFFERS, line)
    for row in told.rows:
        if not row.differs and row.preferred is not None and row.preferred.repaired_from:
            yield Remark(SPEAKS, Text(f"{row.prop.value}:{_speaks(row.preferred)}"))
    if any(row.is_marked and not row.differs for row in told.rows):
        yield Text(f"{SPEAKS} marks who speaks by the MWG rules.", style="dim")
    yield from _notices(told.rows)


def _speaks(preferred: Preferred | None) -> str:
    if preferred is None or preferred.reason is Reason.ALONE:
        return ""
    words = " " + _REASONS[preferred.reason].format(who=one_line(speaker_name(preferred.value)))
    if preferred.repaired_from is not None:
        whole = value_text.in_brief("; ".join(preferred.values))
        words += f" What its limit cut is whole in {preferred.repaired_from.locator}: “{whole}”."
    return words


def _notices(rows: Sequence[Row]) -> Iterator[Remark]:
    for row in rows:
        places = [said.locator for said in row.statements if value_text.has_notice([said.value])]
        if places:
            words = (
                f"{row.prop.value}: an agency's notice to its clients stands in it"
                f" ({', '.join(places)}). It is not for readers; `provenance audit` takes it up."
            )
            yield Remark(_SIGN, Text(words, style=NOTICE))


def _warning(warning: ReadWarning, path: str) -> Remark:
    """What is odd, what it means, what to do; without the path, which stands above."""
    message = one_line(warning.message.removeprefix(f"{path}: "))
    text = Text(message[:1].upper() + message[1:], style=ATTENTION)
    text.append(f" {' '.join(advice(warning.code))}".rstrip(), style="not bold default")
    text.append(f"  {warning.code}", style="dim")
    return Remark(_SIGN, text)
