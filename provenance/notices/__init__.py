"""Notices: what an agency says about one picture, out of texts, captions and mails.

``parse_text`` reads a text, ``files.parse_file`` any carrier, ``strip`` takes leaked notices
out of a caption. RIGHT and WRONG are never swapped and never guessed: what a notice does not
give is None, what the grammar does not know is in ``Notice.unparsed``.
"""

from __future__ import annotations

from collections.abc import Sequence

from provenance.model import Notice
from provenance.notices import carrier
from provenance.notices.carrier import ParsedCaption, ParsedCarrier
from provenance.notices.desk import in_house
from provenance.notices.identity import canonical, merge, notice_id
from provenance.notices.stripping import StripResult, strip

__all__ = [
    "ParsedCaption",
    "ParsedCarrier",
    "StripResult",
    "canonical",
    "in_house",
    "merge",
    "notice_id",
    "parse_text",
    "strip",
]


def parse_text(
    text: str,
    *,
    source: str,
    credits: Sequence[str] = (),  # noqa: A002 - the field's own word, given by name only
) -> tuple[Notice, ...]:
    """Every notice of a text, once, bound to the caption it stands in or behind.

    ``text[o.start:o.end]`` of each occurrence are the notice's own words. A correction
    is of ``creatorNames`` only where its wrong value is the notice's byline, or a credit.

    Args:
        text: a caption, an article, a message.
        source: its name, for the occurrences.
        credits: byline and credit values known from the picture's other fields.
    """
    return carrier.read(text, source=source, known=credits).notices
