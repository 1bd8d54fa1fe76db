"""Where words still stand after they were erased from the log: told, table by table.

The log forgets them; the rest of the registry is working memory, which needs them as long as
a picture or a notice says them. Nothing is changed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, Table, cast, func, or_, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import LargeBinary, Text

from provenance.auditlog import ledger
from provenance.registry.columns import KeyText, SafeText, escape
from provenance.registry.row import METADATA
from provenance.registry.tables import AUDIT_LEAF
from provenance.wording import normalise

MOST_WORDS: Final = 50
"""Of how many different words is asked at most."""

_FILES: Final = "They go when the files no longer say it: correct them, then scan them again."
_NOTICES: Final = "A notice is kept as long as its correction must be proved; see the desk's rules."
_FINDINGS: Final = "They are kept with the notice that they rest on."
_FORMER: Final = "Former versions are kept to tell what changed."
_DESK: Final = "`provenance registry forget` takes out what was imported from the desk's system."

_SAID: Final = MappingProxyType(
    {
        "asset": ("pictures, as they were last read", _FILES),
        "asset_key": ("index entries of pictures", _FILES),
        "asset_version": ("former versions of pictures", _FORMER),
        "notice": ("notices", _NOTICES),
        "notice_key": ("index entries of notices", _NOTICES),
        "finding": ("findings, with what stood there and should stand there", _FINDINGS),
        "decision": ("reasons given for decisions", "They are kept with the decision."),
        "fix": (
            "fixes, with the old and the new values and the patch that undoes them",
            "They are kept so that the fix can be undone.",
        ),
        "desk_record": ("records imported from the desk's own system", _DESK),
        "desk_record_key": ("index entries of those records", _DESK),
        "run": ("accounts of former runs", "They are kept with what the run did."),
        "quarantine": ("pictures put out of reach", "They are kept with their instruction."),
        "wire_item": ("news items as they came", "They are kept with their notices."),
        "wire_item_key": ("index entries of news items", "They are kept with their notices."),
    }
)
_OTHERWISE: Final = "The registry's working memory needs it there."
_APART: Final = ("audit_payload", "audit_leaf", "audit_node", "audit_head", "audit_checkpoint")


@dataclass(frozen=True, slots=True)
class Remainder:
    """Words that still stand somewhere.

    Attributes:
        place: where, in words for a person.
        count: in how many rows.
        remedy: what can be done, or why they stay.
    """

    place: str
    count: int
    remedy: str


def remains(connection: Connection, words: Sequence[str]) -> tuple[Remainder, ...]:
    """Return where any of these words still stand in the registry.

    Of letters without accents the case does not matter. Takes one look at every row of the
    registry.

    Args:
        connection: inside a transaction of the registry.
        words: what was erased; the first ``MOST_WORDS`` of them are looked for.

    Raises:
        RegistryError: the database refused.
    """
    asked = [one for one in dict.fromkeys(words) if one.strip()][:MOST_WORDS]
    if not asked:
        return ()
    with ledger.at(connection):
        return tuple(_found(connection, asked))


def _found(connection: Connection, words: Sequence[str]) -> Iterator[Remainder]:
    patterns = _patterns(words)
    for table in METADATA.sorted_tables:
        if table.name in _APART:
            continue
        count = _count(connection, table, patterns)
        if count:
            place, remedy = _SAID.get(table.name, (f"rows of the table {table.name}", _OTHERWISE))
            yield Remainder(place, count, remedy)
    count = _in_records(connection, words)
    if count:
        yield Remainder(
            "records of the log itself: a file's path, or a reason that a person gave",
            count,
            "Records are never altered: that is what proves the log. Rename the file; the record"
            " of its former name stays.",
        )


def _patterns(words: Sequence[str]) -> list[str]:
    """Each word as the columns may hold it: as it is, as JSON writes it, made equal."""
    forms: dict[str, None] = {}
    for word in words:
        for form in (word, json.dumps(word)[1:-1], normalise(word)):
            if form:
                forms[escape(form)] = None
    quoted = (form.replace("!", "!!").replace("%", "!%").replace("_", "!_") for form in forms)
    return [f"%{form}%" for form in quoted]


def _count(connection: Connection, table: Table, patterns: Sequence[str]) -> int:
    texts = [one for one in table.columns if isinstance(one.type, (SafeText, KeyText))]
    if not texts:
        return 0
    found = or_(
        *(
            type_coerce(one, Text()).ilike(pattern, escape="!")
            for one in texts
            for pattern in patterns
        )
    )
    return int(connection.execute(select(func.count()).where(found)).scalar_one())


def _in_records(connection: Connection, words: Sequence[str]) -> int:
    """Records are octets: looked through as such, in the letters given."""
    forms = dict.fromkeys(
        json.dumps(word, ensure_ascii=False)[1:-1].encode("utf-8", "replace") for word in words
    )
    column = AUDIT_LEAF.c.rec
    found = or_(*(_holds(connection, column, form) for form in forms))
    wanted = select(func.count()).select_from(AUDIT_LEAF).where(found)
    return int(connection.execute(wanted).scalar_one())


def _holds(
    connection: Connection, column: ColumnElement[bytes], form: bytes
) -> ColumnElement[bool]:
    sought = cast(form, LargeBinary())
    if connection.dialect.name == "sqlite":
        return func.instr(column, sought) > 0
    return func.position(sought.op("IN")(column)) > 0
