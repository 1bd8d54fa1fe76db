"""The compliance report as one self-contained page: no script, no request, no foreign byte."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from provenance.model import AssetRef
from provenance.reporting import wording
from provenance.reporting.page import charts, overview_page, view
from provenance.reporting.report import ComplianceReport, LogState
from provenance.reporting.text import paragraphs
from provenance.reporting.thumbnails import EDGE, Thumbnail, Thumbnails

SHOWN_AT_ONCE = 50
MOST_THUMBNAILS = 240
SMALL_EDGE = 160

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_ROOT = re.compile(r"[0-9a-f]{64}", re.ASCII)


def render(
    report: ComplianceReport, thumbnails: Thumbnails, *, most_thumbnails: int = MOST_THUMBNAILS
) -> str:
    """Draw the report as an HTML document.

    The page loads nothing and runs nothing; a Content Security Policy in its head says
    so to the browser as well. Every value is escaped, and control, direction and
    invisible characters in it are shown as ``⟨U+202E⟩``. The log's checkpoint stands in
    ``<meta name="provenance-checkpoint" content="SIZE ROOT">``, the root in hex.

    Args:
        report: what to show.
        thumbnails: where the pictures come from.
        most_thumbnails: how many pictures are drawn, first ones first; keeps a page
            with thousands of findings within some megabytes.

    Returns:
        The document, encodable as UTF-8; write it as such.
    """
    gallery = _Gallery(thumbnails, most_thumbnails)
    style = stylesheet("report.css", "overview.css")
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            title=wording.verdict(report),
            first=overview_page.first_page(report),
            height=charts.COLUMN_HEIGHT,
            notices=view.notices(report),
            rules=view.rules(report),
            checkpoint=_checkpoint(report.log),
            draw=gallery.draw,
            room=gallery.room,
            style=Markup(style),  # noqa: S704 - our own file, shipped with the package
            style_hash=csp_hash(style),
            shown=SHOWN_AT_ONCE,
            edges={"large": EDGE, "small": SMALL_EDGE},
        )
        .lstrip()
    )


def _checkpoint(log: LogState | None) -> str:
    """Size and root hash for a program to read; empty where there is no such hash."""
    return f"{log.size:d} {log.root_hash}" if log and _ROOT.fullmatch(log.root_hash) else ""


class _Gallery:
    """Draws pictures until the page has enough of them."""

    def __init__(self, thumbnails: Thumbnails, most: int) -> None:
        self._thumbnails = thumbnails
        self._left = most

    def room(self, wanted: int) -> int:
        """How many of an entry's pictures are shown; one in any case, if only as missing."""
        return max(1, min(wanted, self._left))

    def draw(self, ref: AssetRef | None, edge: int) -> Thumbnail:
        if ref is None:
            return Thumbnail(reason="The file is no longer there.")
        if self._left <= 0:
            return Thumbnail(reason="Not drawn, to keep this page small.")
        self._left -= 1
        return self._thumbnails.of(ref, edge)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates; every value that they write is escaped and made safe to show."""
    environment = Environment(
        loader=PackageLoader("provenance.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": wording.moment,
        "language": _language,
        "breakable": _breakable,
        "sender": wording.sender,
        "authority": wording.authority,
        "duties": wording.duties,
        "replacement": wording.replacement,
        "restrictions": wording.restrictions,
    }
    environment.globals["count"] = wording.count
    return environment


def _finalize(value: object) -> object:
    """Every value that a template writes passes here, so that none can hide or reorder text."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return paragraphs(value)
    return value


def _language(tag: str) -> str:
    """A BCP 47 tag, or ``und`` where a notice's language is not one."""
    return tag if _LANGUAGE.fullmatch(tag) else "und"


def _breakable(path: str) -> Markup:
    """A path that may be broken behind each slash."""
    return Markup("/<wbr>").join(paragraphs(path).split("/"))


def stylesheet(*names: str) -> str:
    """Our own style sheets, one behind the other."""
    folder = resources.files("provenance.reporting") / "templates"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def csp_hash(style: str) -> str:
    """CSP level 3 source expression for exactly the text of the ``style`` element."""
    digest = hashlib.sha256(style.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
