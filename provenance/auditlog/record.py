"""Records: an event as the exact bytes that become a leaf, and the words kept beside it.

The bytes are JSON after RFC 8785, at most 32 KiB, and are never written again: whoever
checks them hashes the stored bytes. Values of metadata stand in a record only as salted
commitments, so that they can be erased or disclosed one by one while every proof holds.
``seq`` is the leaf's index and ``log`` the log's origin, so that a record fits one place only.

Sources: PREMIS 3 (event, agent, object; labels of the Library of Congress event types),
RFC 9562 section 5.7 (UUID version 7), RFC 8785 (canonical JSON), RFC 3339 (times).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from provenance.errors import LogError
from provenance.model import Change, Event, EventObject

VERSION: Final = 1
LARGEST_RECORD: Final = 32 * 1024
SALT_SIZE: Final = 16
COMMITMENT: Final = "c:"

ACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "log.open": "ingestion",
        "log.close": "validation",
        "key.rotate": "policy assignment",
        "payload.erase": "redaction",
        "scan.run": "metadata extraction",
        "notice.import": "ingestion",
        "notice.retract": "deaccession",
        "desk.import": "ingestion",
        "desk.forget": "deaccession",
        "proposal": "appraisal",
        "approve": "appraisal",
        "reject": "appraisal",
        "waive": "appraisal",
        "withdraw": "appraisal",
        "hold": "appraisal",
        "fix.intent": "metadata modification",
        "fix.commit": "metadata modification",
        "fix.abort": "metadata modification",
        "fix.conflict": "metadata modification",
        "undo.intent": "recovery",
        "undo.commit": "recovery",
        "undo.abort": "recovery",
        "undo.conflict": "recovery",
        "quarantine.intent": "quarantine",
        "quarantine.commit": "quarantine",
        "quarantine.abort": "quarantine",
        "quarantine.conflict": "quarantine",
        "release.intent": "unquarantine",
        "release.commit": "unquarantine",
        "release.abort": "unquarantine",
        "release.conflict": "unquarantine",
        "destroy.intent": "deletion",
        "destroy.commit": "deletion",
        "destroy.abort": "deletion",
        "destroy.conflict": "deletion",
        "report.export": "dissemination",
        "duty.done": "validation",
        "duty.waive": "appraisal",
        "duty.reopen": "appraisal",
        "delivery.record": "dissemination",
        "delivery.import": "dissemination",
        "letter.write": "dissemination",
        "letter.sent": "dissemination",
        "letter.answer": "ingestion",
    }
)
"""The closed list of acts, each with the label of its PREMIS event type."""

OUTCOMES: Final = frozenset({"success", "failure", "conflict", "aborted"})

_WHOLE: Final = 2**53
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 1 << 48


@dataclass(frozen=True, slots=True)
class Payload:
    """A value that a record commits to: its name in the record, the salt, the words."""

    name: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant, as the log writes it."""

    milliseconds: int
    text: str


def moment(now: datetime | str) -> Moment:
    """Return an instant from an aware time or from RFC 3339 text.

    Raises:
        LogError: code ``time-unclear``; no zone, or not a time after 1970.
    """
    try:
        when = datetime.fromisoformat(now) if isinstance(now, str) else now
        milliseconds = (when - _EPOCH) // timedelta(milliseconds=1)
        text = when.astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, TypeError, OverflowError) as error:
        raise _unclear(now) from error
    if not 0 <= milliseconds < _LATEST:
        raise _unclear(now)
    return Moment(milliseconds, text.replace("+00:00", "Z"))


def commitment(salt: bytes, value: str) -> str:
    """Return what stands in the record for ``value``: SHA-256 over salt and UTF-8, marked."""
    digest = hashlib.sha256(salt + value.encode("utf-8", "surrogatepass"))
    return COMMITMENT + digest.hexdigest()


def encode(event: Event, origin: str, index: int, at: Moment) -> tuple[bytes, tuple[Payload, ...]]:
    """Return the record's bytes and the values it commits to.

    Raises:
        LogError: code ``unknown-act``, ``unknown-outcome``, ``number-too-large`` or
            ``record-too-large``.
    """
    _check(event)
    payloads: list[Payload] = []
    document: dict[str, Any] = {
        "v": VERSION,
        "log": origin,
        "seq": index,
        "id": _uuid7(at.milliseconds),
        "at": at.text,
        "act": event.act,
        "event": ACTS[event.act],
        "outcome": event.outcome,
        "tx": _text(event.tx),
        "agents": [{"role": _text(one.role), "id": _text(one.id)} for one in event.agents],
        "objects": [_object(one) for one in event.objects],
        "why": _pairs(event.why),
        "change": [_change(n, one, payloads) for n, one in enumerate(event.changes)],
        "detail": _pairs(event.detail),
    }
    kept = {name: value for name, value in document.items() if value not in ("", [], {})}
    try:
        record = _canonical(kept)
    except (ValueError, TypeError) as error:
        raise LogError(
            f"The event {event.act} cannot be written as canonical JSON: {error}.",
            code="record-malformed",
            remedy="Name its reasons and details in plain text.",
        ) from error
    if len(record) > LARGEST_RECORD:
        raise LogError(
            f"The record of {event.act} would take {len(record)} octets; the most is"
            f" {LARGEST_RECORD}.",
            code="record-too-large",
            remedy="Record fewer files or changes in one event.",
        )
    return record, tuple(payloads)


def _canonical(document: dict[str, Any]) -> bytes:
    """RFC 8785 of a record, at a fifth of the time that a general encoder takes.

    Names in a record are ASCII and its numbers whole and below 2^53, both checked above or
    our own; for these the standard library writes what RFC 8785 asks for, which a test holds
    against its reference in Python. Lone surrogates are refused by the encoding.
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def decode(record: bytes) -> dict[str, Any] | None:
    """Return the record as a dict; None where the bytes are not a JSON object."""
    try:
        document = json.loads(record.decode())  # of octets it would take UTF-16 too
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def commitments(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what a decoded record commits to, by payload name. Hostile shapes are passed over."""
    changes = document.get("change")
    if not isinstance(changes, list):
        return {}
    found = {}
    for number, change in enumerate(changes):
        if isinstance(change, dict):
            for side in ("old", "new"):
                value = change.get(side)
                if isinstance(value, str) and value.startswith(COMMITMENT):
                    found[_name(number, side)] = value
    return found


def _check(event: Event) -> None:
    if event.act not in ACTS:
        raise LogError(
            f"The audit log knows no act {event.act!r}.",
            code="unknown-act",
            remedy=f"It is one of: {', '.join(ACTS)}.",
        )
    if event.outcome not in OUTCOMES:
        raise LogError(
            f"The audit log knows no outcome {event.outcome!r}.",
            code="unknown-outcome",
            remedy=f"It is one of: {', '.join(sorted(OUTCOMES))}.",
        )
    numbers = [one.size for one in event.objects if one.size is not None]
    numbers += [value for _, value in event.detail if isinstance(value, int)]
    if any(not -_WHOLE < number < _WHOLE for number in numbers):
        raise LogError(
            f"A number in the event {event.act} is beyond 2^53.",
            code="number-too-large",
            remedy="Give it as text.",
        )


def _unclear(now: datetime | str) -> LogError:
    return LogError(
        f"Not a time that the audit log can hold: {now!r}.",
        code="time-unclear",
        remedy="Give date, time and zone as in 2026-11-22T12:05:13Z.",
    )


def _object(one: EventObject) -> dict[str, Any]:
    document = {
        "role": _text(one.role),
        "path": _text(one.path),
        "sha256": one.sha256,
        "img": one.image_digest,
        "size": one.size,
    }
    return {name: value for name, value in document.items() if value is not None}


def _change(number: int, change: Change, payloads: list[Payload]) -> dict[str, Any]:
    document: dict[str, Any] = {"f": _text(change.locator)}
    for side, value in (("old", change.old), ("new", change.new)):
        if value is None:
            document[side] = None
            continue
        salt = os.urandom(SALT_SIZE)
        payloads.append(Payload(_name(number, side), salt, value))
        document[side] = commitment(salt, value)
    return document


def _name(number: int, side: str) -> str:
    return f"change/{number}/{side}"


def _pairs(pairs: tuple[tuple[str, str | int], ...]) -> dict[str, Any]:
    """An object; a name given several times holds a list, in the order given."""
    grouped: dict[str, list[Any]] = {}
    for name, value in pairs:
        written = _text(value) if isinstance(value, str) else int(value)
        grouped.setdefault(name, []).append(written)
    return {name: held if len(held) > 1 else held[0] for name, held in grouped.items()}


def _text(value: str) -> str | dict[str, str]:
    """The text, or its octets where it is a file name that is not UTF-8 (PEP 383)."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        try:
            raw = value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raw = value.encode("utf-8", "surrogatepass")
        return {"b64": base64.b64encode(raw).decode()}
    return value


def _uuid7(milliseconds: int) -> str:
    tail = int.from_bytes(os.urandom(10), "big")
    number = milliseconds << 80 | tail
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=number))
