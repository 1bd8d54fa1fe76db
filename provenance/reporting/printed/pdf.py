"""The compliance report as a PDF for a lawyer's file, typeset by typst in a confined worker.

The page is drawn from the same values as the HTML. Typst is given a template of ours and the
report as JSON, never as markup, so that nothing in a caption can be a command to it.
"""

from __future__ import annotations

import importlib.util
from datetime import datetime
from typing import Final

from provenance import isolation
from provenance.errors import ProvenanceError, UsageError
from provenance.model import Paper
from provenance.reporting.printed import pdf_setting
from provenance.reporting.printed.pdf_content import IN_FULL, Json, content
from provenance.reporting.printed.pdf_setting import Printed, Sheet
from provenance.reporting.report import ComplianceReport, Picture
from provenance.reporting.thumbnails import Thumbnail, Thumbnails

__all__ = ["IN_FULL", "MOST_THUMBNAILS", "Paper", "PrintError", "render", "require"]

MOST_THUMBNAILS: Final = 240

_MIB: Final = 1 << 20
_LIMITS: Final = isolation.Limits(
    memory=6 * 1024 * _MIB, processor=600, seconds=900.0, written=64 * _MIB, files=64, tasks=1
)
_SHEETS: Final = {Paper.A4: "a4", Paper.LETTER: "us-letter"}  # as typst calls them
_REMEDY = "Narrow the report to some folders, or take --format html."


class PrintError(ProvenanceError):
    """The report could not be typeset; every other format still can be made."""

    code = "print"


def require() -> None:
    """Say so before any work is done where typst is not installed.

    Raises:
        UsageError: it is not; names what to install.
    """
    if importlib.util.find_spec("typst") is None:
        raise UsageError(
            "The report cannot be made as PDF, because typst is not installed.",
            code="no-typst",
            remedy="Run pip install 'provenance-auditor[report]', or take --format html.",
        )


def render(
    report: ComplianceReport,
    thumbnails: Thumbnails,
    *,
    paper: Paper = Paper.A4,
    most_thumbnails: int = MOST_THUMBNAILS,
) -> bytes:
    """Draw the report as a tagged PDF (PDF/A-2a and PDF/UA-1).

    The same report, thumbnails, program and fonts give the same octets. A character that no
    font of this machine has is shown as ``⟨U+4F60⟩``, and the first page says so.

    Args:
        report: what to show.
        thumbnails: where the pictures come from.
        paper: the sheet.
        most_thumbnails: how many pictures are drawn, first ones first.

    Raises:
        UsageError: typst is not installed.
        PrintError: typst did not come to an end within its limits, or refused.
    """
    require()
    gallery = _Gallery(thumbnails, most_thumbnails)
    told = content(report, gallery.draw, gallery.fit)
    sheet = Sheet(told, tuple(gallery.drawn), _SHEETS[paper], _made(report.stamp.generated))
    isolation.prepare(pdf_setting.__name__)
    (printed,) = isolation.run(pdf_setting.typeset, [sheet], jobs=1, limits=_LIMITS)
    if isinstance(printed, isolation.Died):
        raise PrintError(f"The report could not be made as PDF: {printed.reason}", remedy=_REMEDY)
    if not isinstance(printed, Printed) or not printed.is_pdf:
        why = printed.problem if isinstance(printed, Printed) else "the answer is no PDF."
        raise PrintError(f"The report could not be made as PDF: {why}", remedy=_REMEDY)
    return printed.pdf


class _Gallery:
    """Numbers the pictures that are drawn; one that stands in several places is held once."""

    def __init__(self, thumbnails: Thumbnails, most: int) -> None:
        self._thumbnails = thumbnails
        self._most = most
        self._numbers: dict[bytes, int] = {}

    @property
    def drawn(self) -> list[bytes]:
        """The pictures, by number."""
        return list(self._numbers)

    def fit(self, wanted: int) -> int:
        """How many of an entry's pictures are shown; one in any case, if only as missing."""
        return max(1, min(wanted, self._most))

    def draw(self, picture: Picture, edge: int) -> Json:
        made = self._made(picture, edge)
        if not made.jpeg:
            return {"reason": made.reason}
        number = self._numbers.setdefault(made.jpeg, len(self._numbers))
        return {"number": number, "width": made.width, "height": made.height}

    def _made(self, picture: Picture, edge: int) -> Thumbnail:
        if picture.ref is None:
            return Thumbnail(reason="The file is no longer there.")
        if self._most <= 0:
            return Thumbnail(reason="Not drawn, to keep this document small.")
        self._most -= 1
        return self._thumbnails.of(picture.ref, edge)


def _made(generated: str) -> int:
    """Seconds since 1970, for the document's own date; 0 where the stamp has no time."""
    try:
        return max(0, int(datetime.fromisoformat(generated).timestamp()))
    except (ValueError, OverflowError):
        return 0
