"""Which findings a person's words name: looked up once, then counted and ordered by id alone."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, and_, func, or_, select, true
from sqlalchemy import cast as as_type

from provenance.registry.columns import escape, unescape
from provenance.registry.registry import Transaction
from provenance.registry.tables import ASSET, FINDING

_SIGNS = "|%_"


@dataclass(frozen=True, slots=True)
class Among:
    """Some of all findings, by the shorter list.

    Attributes:
        ids: of these; or, where they are more than half, of the others.
        left_out: the ids are those of the others.
    """

    ids: tuple[str, ...]
    left_out: bool = False


def findings_saying(tx: Transaction, text: str) -> Among | None:
    """Find the findings in which every word stands: in their path, ids, or own words.

    Reads every document once. A word is found in capital letters and in small ones.

    Args:
        tx: any transaction.
        text: words with space between them.

    Returns:
        None where no word was given: then nothing is left out.
    """
    words = text.split()
    if not words:
        return None
    found = _ids(tx, and_(*(_says(tx, word) for word in words)))
    every = tx.connection.execute(select(func.count()).select_from(FINDING)).scalar_one()
    if 2 * len(found) <= every:
        return Among(tuple(found))
    return Among(tuple(set(_ids(tx, true())).difference(found)), left_out=True)


def _ids(tx: Transaction, which: ColumnElement[bool]) -> list[str]:
    """The ids of some findings, in any order."""
    if tx.connection.dialect.name == "postgresql":
        return list(tx.connection.execute(select(FINDING.c.finding_id).where(which)).scalars())
    # One row: to take fifty thousand one by one costs more than to find them.
    packed = select(func.json_group_array(FINDING.c.finding_id, type_=Text())).where(which)
    found: list[str] = json.loads(tx.connection.execute(packed).scalar_one())
    return [unescape(one) for one in found]


def _says(tx: Transaction, word: str) -> ColumnElement[bool]:
    """That a word stands somewhere, in capital letters or small ones."""
    # Without a locale, databases know the two cases of ASCII letters alone.
    forms = (
        [word] if word.isascii() else sorted({word, word.lower(), word.upper(), word.capitalize()})
    )
    return or_(*(_stands(tx, one) for one in forms))


def _stands(tx: Transaction, word: str) -> ColumnElement[bool]:
    # Documents are JSON in ASCII, kept as any text is.
    shown, written = escape(word), escape(json.dumps(word)[1:-1])
    # A list of assets that is made once: a look at each finding's own asset takes longer.
    on_path = select(ASSET.c.id).where(_has(tx, ASSET.c.path, shown))
    return or_(
        FINDING.c.asset_id.in_(on_path),
        _has(tx, FINDING.c.finding_id, shown),
        _has(tx, FINDING.c.notice_id, shown),
        _has(tx, FINDING.c.document, written),
    )


def _has(tx: Transaction, where: ColumnElement[str], part: str) -> ColumnElement[bool]:
    for sign in _SIGNS:
        part = part.replace(sign, f"|{sign}")
    told, pattern = as_type(where, Text), f"%{part}%"
    if tx.connection.dialect.name == "postgresql":
        return told.ilike(pattern, escape="|")
    # SQLite's LIKE is blind to case by itself; ``lower`` would copy every document.
    return told.like(pattern, escape="|")
