"""Records of the audit log, and what a check of it found, as people read them."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from provenance.auditlog import PROGRAM, Entry, Verification
from provenance.cli import console, tables
from provenance.reporting.text import escape_hidden, one_line

_WORDS_SHOWN = 40
_REMEDY = (
    "Keep the registry and the state folder as they are. What was lost or altered may be put back"
    " from a backup; where there is none, `provenance log renew --reason WHY` keeps this log for"
    " reading and begins a new one that names it."
)
_STYLES = {"conflict": "bold yellow", "failure": "bold red", "aborted": "yellow"}


def show(entries: Sequence[Entry], *, as_json: bool, color: bool) -> None:
    """Print records, oldest first; as JSON one object per line, with the leaf hash."""
    if as_json:
        for entry in entries:
            line = {
                "index": entry.index,
                "leafHash": entry.leaf_hash,
                "record": entry.record,
                "words": entry.words,
            }
            console.write(escape_hidden(json.dumps(line, ensure_ascii=False)) + "\n", None)
        return
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("#", "when", "what", "outcome", "who", "about"):
        table.add_column(name, no_wrap=name != "about", overflow="fold")
    for entry in entries:
        table.add_row(*_cells(entry))
    tables.show([table], None, color=color)


def _cells(entry: Entry) -> tuple[str | Text, ...]:
    record = entry.record
    if not record:
        return (str(entry.index), "", Text("damaged", style="bold red"), "", "", "")
    agents = [one for one in record.get("agents", ()) if one.get("role") != PROGRAM.role]
    people = dict.fromkeys(str(one.get("id", "")).removeprefix("user:") for one in agents)
    about = [_path(one) for one in record.get("objects", ())[:1]]
    about += [f"{name} {_listed(value)}" for name, value in record.get("why", {}).items() if value]
    new = [words for name, words in sorted(entry.words.items()) if name.endswith("/new")]
    about += [f"now {_beginning(words)}" for words in dict.fromkeys(new)]
    when = one_line(str(record.get("at", ""))[:19].replace("T", " "))
    outcome = one_line(str(record.get("outcome", "")))
    told = "; ".join(one for one in about if one)
    return (
        str(entry.index),
        when,
        one_line(str(record.get("act", ""))),
        Text(outcome, style=_STYLES.get(outcome, "")),
        one_line(", ".join(people)),
        one_line(told),
    )


def _beginning(words: str) -> str:
    return words if len(words) <= _WORDS_SHOWN else f"{words[:_WORDS_SHOWN].rstrip()}…"


def _path(thing: Mapping[str, object]) -> str:
    """The path of an object; one that is not UTF-8 stands in the record as base64."""
    path = thing.get("path", "")
    if isinstance(path, Mapping):
        return os.fsdecode(base64.b64decode(str(path.get("b64", ""))))
    return str(path)


def _listed(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def show_verification(verified: Verification, *, color: bool) -> None:
    """Say whether the log holds, and if not, where."""
    if verified.ok:
        many = "1 record" if verified.size == 1 else f"{verified.size} records"
        head = Text(f"The log holds: {many}.", style="bold green")
    else:
        head = Text("The log does not hold.", style="bold red")
    parts: list[RenderableType] = [head, Text(f"root {verified.root_hash}", style="dim")]
    for title, said in (("Proved", verified.proved), ("Not proved", verified.not_proved)):
        if said:
            parts.append(Text(f"{title}:", style="bold"))
            parts += [Text(f"  {one_line(one)}") for one in said]
    for one in verified.problems:
        where = "the log" if one.index is None else f"record {one.index}"
        parts.append(Text(f"{where}: {one_line(one.message)}", style="red"))
    if not verified.ok:
        parts.append(Text(_REMEDY))
    tables.show(parts, None, color=color)
