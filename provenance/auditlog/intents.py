"""Which begun fixes never ended.

Every ``fix.intent`` ends in exactly one commit, abort or conflict with the same ``tx`` and the
same first object's path. One that never did means that a run died and nobody recovered it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

_WHAT: Final = ("fix", "undo", "quarantine", "release", "destroy")
_BEGINS: Final = frozenset(f"{what}.intent" for what in _WHAT)
_ENDS: Final = frozenset(
    f"{what}.{how}" for what in _WHAT for how in ("commit", "abort", "conflict")
)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class OpenIntents:
    """Follows the log, record by record, and keeps the intents that have not ended.

    Args:
        limit: intents begun later than this may still be at work.
    """

    def __init__(self, limit: datetime) -> None:
        self._limit = limit
        self._open: dict[tuple[str, str], tuple[int, str]] = {}

    def see(self, index: int, document: Mapping[str, Any]) -> None:
        """Take up one decoded record."""
        act = str(document.get("act"))
        if act in _BEGINS:
            self._open[_key(document)] = (index, str(document.get("at")))
        elif act in _ENDS:
            self._open.pop(_key(document), None)

    def overdue(self) -> Iterator[tuple[int, str]]:
        """Give index and path of each intent that is older than the limit and has no end."""
        for (_, path), (index, at) in self._open.items():
            if _when(at) <= self._limit:
                yield index, path


def _key(document: Mapping[str, Any]) -> tuple[str, str]:
    objects = document.get("objects")
    first = objects[0] if isinstance(objects, list) and objects else None
    path = first.get("path") if isinstance(first, dict) else None
    return _plain(document.get("tx")), _plain(path)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _when(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return _LONG_AGO
    return when if when.tzinfo is not None else _LONG_AGO
