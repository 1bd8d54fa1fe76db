"""Notices: what an agency says about one picture, out of texts, captions and mails.

``parse_file`` reads a carrier, ``parse_text`` a text, ``strip`` takes leaked notices out
of a caption. RIGHT and WRONG are never swapped and never guessed: what a notice does not
give is None, what the grammar does not know is in ``Notice.unparsed``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from provenance.errors import NoticeError
from provenance.model import Notice
from provenance.notices import carrier, documents, kinds, mail, mbox
from provenance.notices.carrier import ParsedCaption, ParsedCarrier, Receipt
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
    "parse_file",
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


def parse_file(
    path_name: str, data: bytes, received: str | None, received_by: str | None
) -> ParsedCarrier:
    """The notices, captions and items of one file, read as what its content says it is.

    Mails and mail folders, wire items in JSON (ninjs, AP, dpa) and XML (NewsML, NITF), pages,
    text wires and plain texts are carriers. What is none of them, or cannot be read, is in
    ``errors`` with the file's name and a remedy; nothing that a file holds is raised.

    Args:
        path_name: the file's name, as shown to people.
        data: its content.
        received: when the desk got it (RFC 3339); the Date of the mail, of each message of a
            mail folder, where None.
        received_by: the person who brought it, who gives it authority; None where it
            was found.
    """
    sent: str | None = None
    try:
        kind = kinds.kind(path_name, data)
        if kind is kinds.Kind.MBOX:
            parsed = mbox.parse(path_name, data)
        elif kind is kinds.Kind.MAIL:
            parsed, sent = mail.parse(path_name, data)
        else:
            parsed = documents.parse(path_name, data)
    except NoticeError as error:
        return ParsedCarrier(errors=(error,))
    digest = hashlib.sha256(data).hexdigest()
    return carrier.stamped(parsed, Receipt(received or sent, received_by, digest))
