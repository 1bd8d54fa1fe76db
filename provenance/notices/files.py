"""One file, whatever it is: taken for what its content says, read by the carrier it is.

Apart from the room's front, because the processes that read pictures need no carriers.
"""

from __future__ import annotations

import hashlib

from provenance.errors import NoticeError
from provenance.notices import carrier, documents, kinds
from provenance.notices.carrier import ParsedCarrier, Receipt
from provenance.notices.mails import mail, mbox


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
