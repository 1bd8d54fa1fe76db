"""What lies beside a picture in quarantine, for a reader who has only the folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from provenance.model import Notice
from provenance.registry import Move

JSON_NAME: Final = "instruction.json"
TEXT_NAME: Final = "instruction.txt"
NAMES: Final = (JSON_NAME, TEXT_NAME)
DELETED_NAME: Final = "deleted.txt"

_LINE: Final = "-" * 72
_DUTIES: Final = {
    "remove-online": "take it off all online services",
    "delete-servers": "delete it from all servers",
    "inform-third-parties": "tell everybody whom it was passed on to",
}


def instruction_files(notice: Notice, moved: Sequence[Move]) -> dict[str, bytes]:
    """The instruction and what was done on it, by file name: as text and as JSON, in UTF-8.

    Args:
        notice: the withdrawal.
        moved: the files of one picture, the picture first.
    """
    return {
        JSON_NAME: _as_json(notice, moved),
        TEXT_NAME: _as_text(notice, moved).encode("utf-8", "backslashreplace"),
    }


def deletion_file(deleted: Move) -> bytes:
    """What lies in the folder once the picture has been deleted."""
    lines = [
        "THE WITHDRAWN PICTURE THAT WAS KEPT HERE HAS BEEN DELETED.",
        "",
        f"Decided:   {deleted.created}, by {_plain(deleted.agent)}",
        f"Reason:    {_plain(deleted.reason)}",
        f"File:      {deleted.place.rpartition('/')[2]}, {deleted.fixity.size} octets",
        f"SHA-256:   {deleted.fixity.sha256}",
        f"Run:       {deleted.run_id}",
        "",
        "Backups, and what a disk keeps of deleted files, were not reached.",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _as_json(notice: Notice, moved: Sequence[Move]) -> bytes:
    first = moved[0]
    document = {
        "schemaVersion": 1,
        "orderedBy": first.agent,
        "moved": first.created,
        "runId": first.run_id,
        "findingIds": list(first.finding_ids),
        "notice": {
            "noticeId": notice.notice_id,
            "provider": notice.provider,
            "pubstatus": notice.pubstatus.value,
            "sent": notice.sent,
            "received": notice.received,
            "receivedBy": notice.received_by,
            "duties": [duty.value for duty in notice.duties],
            "sourceSha256": notice.source_digest or None,
            "text": notice.text,
        },
        "files": [
            {
                "moveId": one.move_id,
                "file": one.place.rpartition("/")[2],
                "path": one.uri,
                "sha256": one.fixity.sha256,
                "imageDigest": one.fixity.image_digest,
                "scanDigest": one.scan_digest,
                "size": one.fixity.size,
                "mode": f"{one.mode:04o}",
                "modified": _time(one.modified),
                "names": one.links,
            }
            for one in moved
        ],
    }
    # As escapes, names that are no UTF-8 survive.
    return (json.dumps(document, indent=1) + "\n").encode()


def _as_text(notice: Notice, moved: Sequence[Move]) -> str:
    first = moved[0]
    told = [
        "THIS PICTURE IS WITHDRAWN AND MUST NOT BE USED.",
        "",
        f"Moved out of reach: {first.created}, on the word of {_plain(first.agent)}",
        f"Run:                {first.run_id}",
        f"Withdrawn by:       {_plain(notice.provider or 'an unknown sender')}",
        f"Sent:               {_plain(notice.sent or 'not stated')}",
        f"Received:           {_plain(notice.received or 'not recorded')}"
        + (f", by {_plain(notice.received_by)}" if notice.received_by else ""),
        f"Notice:             {notice.notice_id}",
    ]
    told += [f"It asks to:         {_DUTIES.get(duty.value, duty.value)}" for duty in notice.duties]
    for one in moved:
        told += [
            "",
            f"File here:     {one.place.rpartition('/')[2]}",
            f"It came from:  {_plain(one.uri)}",
            f"SHA-256:       {one.fixity.sha256}",
            f"Size:          {one.fixity.size} octets, last modified {_time(one.modified)}",
        ]
        if one.fixity.image_digest:
            told.append(f"Image digest:  {one.fixity.image_digest}")
        if one.links > 1:
            told.append(f"Other names:   {one.links - 1} (hard links) were left where they were")
    told += [
        "",
        "The audit log of provenance-auditor proves these entries. To put the picture back:",
        f"provenance quarantine {notice.notice_id} --release --apply",
        "",
        "The notice, word for word:",
        _LINE,
        _plain(notice.text, lines=True),
        _LINE,
    ]
    return "\n".join(told) + "\n"


def _plain(text: str, *, lines: bool = False) -> str:
    """Text from outside without what a terminal or an editor would obey."""
    kept = "\n\t" if lines else ""
    return "".join(
        char if char.isprintable() or char in kept or "\udc80" <= char <= "\udcff" else "\ufffd"
        for char in text.replace("\r\n", "\n")
    )


def _time(nanoseconds: int) -> str | None:
    try:
        when = datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when.isoformat().replace("+00:00", "Z")
