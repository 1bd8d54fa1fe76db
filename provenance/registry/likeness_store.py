"""What comparing two pictures came to: kept, so that no two are compared twice.

Pictures are named by their bases (the scan digest, else the file's digest): a result holds
for every copy of the same picture data, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import select, tuple_

from provenance.model.look import Likeness
from provenance.registry import codec
from provenance.registry.columns import escape, unescape
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, is_empty, rows_among, write_rows
from provenance.registry.tables import LIKENESS

Pair = tuple[str, str]
_WITH: Final = (
    "SELECT one, other, document FROM likeness WHERE one {among}"
    " UNION SELECT one, other, document FROM likeness WHERE other {among}"
)


def put_likeness(tx: Transaction, results: Iterable[tuple[str, str, Likeness]]) -> int:
    """Keep what comparisons came to; return how many pairs were kept.

    The order of the two does not matter; where a pair comes twice, or was known, the last
    result holds. A picture is not compared with itself: such a pair is left out.

    Args:
        tx: a writing transaction.
        results: the two bases, and the result.
    """
    connection = tx.writing()
    count = 0
    for batch in chunks(results):
        latest = {_pair(one, other): found for one, other, found in batch if one != other}
        rows = [
            {"one": one, "other": other, "document": codec.dump(found)}
            for (one, other), found in latest.items()
        ]
        write_rows(connection, LIKENESS, rows)
        count += len(rows)
    return count


def likeness_of(tx: Transaction, pairs: Iterable[Pair]) -> dict[Pair, Likeness]:
    """Return what is known of these pairs of bases; the keys are sorted pairs.

    Raises:
        RegistryError: an entry is damaged.
    """
    found: dict[Pair, Likeness] = {}
    for chunk in chunks({_pair(*pair): None for pair in pairs}):
        query = select(LIKENESS).where(tuple_(LIKENESS.c.one, LIKENESS.c.other).in_(chunk))
        for one, other, document in tx.connection.execute(query):
            found[one, other] = _load(one, other, document)
    return found


def likeness_with(tx: Transaction, bases: Iterable[str]) -> dict[str, Mapping[str, Likeness]]:
    """Return, for each basis that was compared, what came of it, by the other's basis.

    Raises:
        RegistryError: an entry is damaged.
    """
    found: dict[str, dict[str, Likeness]] = {}
    asked = frozenset(bases)
    if not asked or is_empty(tx.connection, LIKENESS):
        return {}
    for chunk in chunks(sorted(map(escape, asked))):
        for pair in rows_among(tx.connection, _WITH, chunk):
            one, other, document = map(unescape, pair)
            result = _load(one, other, document)
            for own, their in ((one, other), (other, one)):
                if own in asked:
                    found.setdefault(own, {})[their] = result
    return dict(found)


def _load(one: str, other: str, document: str) -> Likeness:
    return codec.load(Likeness, document, f"the comparison of {one!r} with {other!r}")


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one <= other else (other, one)
