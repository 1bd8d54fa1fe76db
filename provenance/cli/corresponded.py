"""The ledger, letters and answers, as people and programs read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from provenance.cli import console, tables
from provenance.model import Authority, Delivery, DutyAct
from provenance.pipeline.parties.corresponding import Correspondence
from provenance.pipeline.parties.delivery_import import Imported
from provenance.registry import Recorded
from provenance.reporting import wording
from provenance.reporting.machine import wire
from provenance.reporting.machine.csv import cell
from provenance.reporting.text import one_line
from provenance.reporting.third_parties import (
    ANSWERS,
    STATES,
    TO_TELL_AGAIN,
    PartyState,
    ThirdParty,
)

COLUMNS: Final = ("deliveryId", "picture", "recipient", "date", "contact", "recorded", "by", "list")
_EMBEDDED: Final = (
    "This notice was found inside a file and nobody brought it: ask the agency before you write "
    "to anybody."
)
_ROWS_SHOWN: Final = 1_000
_BAD_SHOWN: Final = 50
_PAGE: Final = 1_000
_NAMES_SHOWN: Final = 3
_STYLES: Final = {
    PartyState.TO_TELL: "red",
    PartyState.TO_REMIND: "red",
    PartyState.REFUSED: "red",
    PartyState.UNSURE: "yellow",
    PartyState.TOLD: "yellow",
    PartyState.ANSWERED: "green",
}


def recorded(one: Delivery, done: Recorded, also: Sequence[str] = ()) -> None:
    """Say what became of one delivery, and as whom else the ledger knows the third party."""
    said = "recorded" if done.fresh else "its address was updated" if done.updated else "known"
    text = f"{one.uri} went to {one.recipient} on {one.day}: {said}"
    same = f"; one third party with {', '.join(also[:_NAMES_SHOWN])}" if also else ""
    console.write(f"{one_line(text + same)}\n", None)


def say_opened(opened: Sequence[DutyAct], *, color: bool) -> None:
    """Say on stderr which duties are open again, and what to do."""
    for one in opened:
        console.say(
            one_line(f"{one.notice_id}: {one.duty} is open again. {one.reason}"), color=color
        )
    if opened:
        which = opened[0].notice_id if len(opened) == 1 else "NOTICE"
        console.say(f"Next: `provenance letters {which}` shows whom to tell.", color=color)


def ledger(found: Iterable[Delivery], kind: str, *, color: bool) -> None:
    """Write deliveries; CSV row by row, whatever their number."""
    if kind == "csv":
        rows = iter(found)
        console.write(_csv([COLUMNS]), None)
        while page := list(islice(rows, _PAGE)):
            console.write(_csv(map(_row, page)), None)
    elif kind == "json":
        told = {
            "schemaVersion": wire.SCHEMA_VERSION,
            "deliveries": [delivery_json(one) for one in found],
        }
        console.write(wire.dump(told), None)
    else:
        _ledger_table(found, color=color)


def _csv(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def _row(one: Delivery) -> tuple[str, ...]:
    return (
        one.delivery_id,
        one.uri,
        one.recipient,
        one.day,
        one.contact,
        one.recorded,
        one.agent,
        one.source,
    )


def delivery_json(one: Delivery) -> wire.Json:
    """A delivery as JSON."""
    return {
        "deliveryId": one.delivery_id,
        "picture": one.uri,
        "scanDigest": one.scan_digest,
        "recipient": one.recipient,
        "date": one.day,
        "contact": one.contact,
        "recorded": one.recorded,
        "recordedBy": one.agent,
        "list": one.source,
    }


def _ledger_table(found: Iterable[Delivery], *, color: bool) -> None:
    rows = iter(found)
    table = _table("date", "recipient", "contact", "by", "picture")
    number = 0
    for one in islice(rows, _ROWS_SHOWN):
        number += 1
        cells = (one.day, one.recipient, one.contact, one.agent, one.uri)
        table.add_row(*(Text(one_line(value)) for value in cells))
    parts: list[RenderableType] = [table if number else Text("No delivery is on record.")]
    if next(rows, None) is not None:
        parts.append(Text(f"... the first {_ROWS_SHOWN:,}; --format csv has all", style="dim"))
    tables.show(parts, None, color=color)


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def imported(done: Imported, *, as_json: bool, color: bool, preview: bool) -> None:
    """Say what became of a list; every row that was left out is told of."""
    if as_json:
        console.write(wire.dump(_imported_json(done, preview=preview)), None)
        return
    verb = "would be recorded" if preview else "recorded"
    facts = [
        f"{done.fresh:,} of {wording.count(done.rows, 'row')} {verb}",
        f"{done.known:,} known already" if done.known else "",
        f"{done.updated:,} with a new address or digest" if done.updated else "",
        f"{len(done.bad):,} left out" if done.bad else "",
    ]
    told = ", ".join(part for part in facts if part)
    parts: list[RenderableType] = [Text(one_line(f"{done.path}: {told}"), style="bold")]
    columns = ", ".join(f"{theirs} = {ours}" for theirs, ours in done.columns)
    parts.append(Text(f"  columns       {one_line(columns)}"))
    if done.unknown:
        parts.append(Text(f"  not taken up  {one_line(', '.join(done.unknown))}"))
    if done.as_windows:
        parts.append(Text("  encoding      not UTF-8 throughout; read as Windows-1252 there"))
    for line, one in done.previews[:_BAD_SHOWN]:
        said = one_line(f"{one.recipient}, {one.day}, {one.uri}")
        parts.append(Text(f"  line {line}: {said}"))
    parts += [Text(one_line(f"{bad.message} {bad.remedy}"), style="red") for bad in done.bad]
    if done.left_at is not None:
        parts.append(Text(_left(done), style="red"))
    tables.show(parts, None, color=color)


def _left(done: Imported) -> str:
    return (
        f"So many rows are bad that nothing behind line {done.left_at} was read. "
        "Check --root and what the columns hold, and import the list again."
    )


def _imported_json(done: Imported, *, preview: bool) -> wire.Json:
    return {
        "schemaVersion": wire.SCHEMA_VERSION,
        "preview": preview,
        "path": done.path,
        "sha256": done.sha256,
        "rows": done.rows,
        "recorded": done.fresh,
        "updated": done.updated,
        "known": done.known,
        "columns": [{"theirs": theirs, "ours": ours} for theirs, ours in done.columns],
        "unknownColumns": list(done.unknown),
        "readAsWindows1252": done.as_windows > 0,
        "leftAtLine": done.left_at,
        "deliveries": [{"line": line, **delivery_json(one)} for line, one in done.previews],
        "errors": [
            {
                "path": done.path,
                "line": bad.row,
                "code": bad.code,
                "message": bad.message,
                "remedy": bad.remedy,
            }
            for bad in done.bad
        ],
    }


def show(done: Correspondence, *, as_json: bool, color: bool, reminders: bool = False) -> None:
    """Show the third parties of a notice, what was written, and what to do next."""
    if as_json:
        console.write(wire.dump(_document(done)), None)
        return
    parts: list[RenderableType] = [tables.heading(done.notice)]
    if done.parties:
        table = _table("third party", "state", "told", "pictures", "address", "said")
        for one in done.parties:
            table.add_row(*_cells(one))
        parts.append(table)
    else:
        parts.append(Text("No third party is on record as having this picture."))
    for _, stem in done.written:
        parts.append(Text(one_line(f"written: {stem}.eml, {stem.name}.txt")))
    if done.notice.authority is Authority.EMBEDDED:
        parts.append(Text(_EMBEDDED, style="yellow"))
    if reminders and not done.written:
        parts.append(Text("Nobody is to be reminded today."))
    parts += [Text(one_line(line)) for line in _next(done)]
    tables.show(parts, None, color=color)


def _cells(one: ThirdParty) -> Iterator[Text]:
    yield Text(one_line(one.recipient))
    state = TO_TELL_AGAIN if one.again else STATES[one.state]
    yield Text(state, style=_STYLES[one.state])
    yield Text((one.told or "")[:10])
    yield Text(str(len(one.deliveries)))
    yield Text(one_line(one.contact) or "none on record")
    answer = one.answer
    said = (ANSWERS[answer.kind], answer.words) if answer else ()
    yield Text(one_line(": ".join(part for part in said if part)))


def _next(done: Correspondence) -> Iterator[str]:
    number = done.notice.notice_id
    states = {one.state for one in done.parties}
    if done.written:
        yield f"Next: look at them, send them, then `provenance letters {number} --sent-all`."
    elif PartyState.TO_TELL in states:
        yield f"Next: `provenance letters {number} --out DIR` writes to those who are to be told."
    if PartyState.UNSURE in states:
        yield "Next: accept or reject the held findings of this notice; that tells who has it."
    if PartyState.TO_REMIND in states and not done.written:
        yield f"Next: `provenance letters {number} --reminders --out DIR` writes reminders."
    if done.parties and done.may_close:
        said = "has confirmed it"
        if done.unconfirmed:
            said = f"was told, but {done.unconfirmed} of {len(done.parties)} did not confirm it"
        yield (
            f"Everybody {said}: `provenance notices duty {number} inform-third-parties --done` "
            "closes that duty, if you hold it to be done."
        )


def _document(done: Correspondence) -> wire.Json:
    return {
        "schemaVersion": wire.SCHEMA_VERSION,
        "noticeId": done.notice.notice_id,
        "thirdParties": [_party(one) for one in done.parties],
        "written": [
            {
                "letterId": letter.letter_id,
                "recipient": letter.recipient,
                "contact": letter.contact,
                "kind": letter.kind.value,
                "sha256": letter.sha256,
                "eml": f"{stem}.eml",
                "text": f"{stem}.txt",
            }
            for letter, stem in done.written
        ],
        "mayCloseDuty": bool(done.parties) and done.may_close,
    }


def _party(one: ThirdParty) -> wire.Json:
    answer = one.answer
    return {
        "recipient": one.recipient,
        "contact": one.contact,
        "state": one.state.value,
        "deliveries": [delivery_json(delivery) for delivery in one.deliveries],
        "letters": [
            {
                "letterId": letter.letter_id,
                "kind": letter.kind.value,
                "made": letter.made,
                "by": letter.agent,
                "sha256": letter.sha256,
                "sent": letter.sent,
            }
            for letter in one.letters
        ],
        "answer": None
        if answer is None
        else {
            "kind": answer.kind.value,
            "received": answer.received,
            "by": answer.agent,
            "words": answer.words,
            "evidence": answer.evidence,
            "evidenceSha256": answer.evidence_sha256,
        },
    }
