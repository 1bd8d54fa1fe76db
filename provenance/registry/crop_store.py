"""How the parts of a picture look: kept for what notices speak of, so that it is decoded once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, write_rows
from provenance.registry.tables import PICTURE_CROP

_MARK = (
    PICTURE_CROP.update()
    .where(PICTURE_CROP.c.basis == bindparam("of"))
    .values(searched=bindparam("marks"))
)


@dataclass(frozen=True, slots=True)
class Crops:
    """How the parts of one picture look.

    Attributes:
        hashes: 32 octets for each part, one behind the other; empty where there are none.
        searched: the searcher's own word on which assets were held against them.
    """

    hashes: bytes
    searched: bytes = b""


def put_crops(tx: Transaction, rows: Iterable[tuple[str, bytes]]) -> int:
    """Keep the hashes of pictures' parts; return how many pictures were kept.

    What was kept of a picture before is replaced, and nothing counts as searched for it any
    more; where one comes twice the last row holds.

    Args:
        tx: a writing transaction.
        rows: the picture's basis, and the hashes, 32 octets each, one behind the other; nothing
            for a picture that has none.
    """
    connection = tx.writing()
    latest = dict(rows)
    kept = [{"basis": basis, "hashes": hashes, "searched": b""} for basis, hashes in latest.items()]
    write_rows(connection, PICTURE_CROP, kept)
    return len(latest)


def put_searched(tx: Transaction, marks: Iterable[tuple[str, bytes]]) -> None:
    """Remember what the parts of pictures were held against.

    Args:
        tx: a writing transaction.
        marks: the picture's basis, and the mark; a picture that is not kept is left out.
    """
    connection = tx.writing()
    rows = [{"of": basis, "marks": mark} for basis, mark in marks]
    if rows:
        connection.execute(_MARK, rows)


def crops_of(tx: Transaction, bases: Iterable[str]) -> dict[str, Crops]:
    """Return how the parts of these pictures look, as far as it is kept."""
    found: dict[str, Crops] = {}
    for chunk in chunks(dict.fromkeys(bases)):
        query = select(PICTURE_CROP).where(PICTURE_CROP.c.basis.in_(chunk))
        for basis, hashes, searched in tx.connection.execute(query):
            found[basis] = Crops(bytes(hashes), bytes(searched))
    return found
