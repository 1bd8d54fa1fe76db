"""What makes some findings more urgent than others: limits that have run out, publication."""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta
from threading import Lock
from typing import Final

from provenance import duties, registry
from provenance.model import Policy
from provenance.pipeline.session import Session
from provenance.registry import Transaction

_REMEMBERED: Final = 8


def overdue(tx: Transaction, policy: Policy, now: str) -> tuple[str, ...]:
    """Return the ids of notices whose findings are open longer than a copy may go out wrongly."""
    here = duties.instant(now)
    hours = _Hours(policy)
    late = []
    for notice_id, provider, received in registry.open_receipts(tx):
        began = duties.instant(received)
        limit = hours.of(provider)
        if began is None or here is None or not limit:
            continue
        if (here - began) / timedelta(hours=1) > limit:
            late.append(notice_id)
    return tuple(late)


class _Hours:
    """The limits of agencies, each looked up once."""

    def __init__(self, policy: Policy) -> None:
        self._deadlines = policy.deadlines
        self._known: dict[str | None, float] = {}

    def of(self, provider: str | None) -> float:
        if provider not in self._known:
            self._known[provider] = duties.limits_for(self._deadlines, provider).contained
        return self._known[provider]


class Published:
    """Which assets are published: worked out anew only after a scan or an import."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, tuple[tuple[int, str], tuple[int, ...]]] = OrderedDict()

    def of(self, session: Session, tx: Transaction) -> tuple[int, ...]:
        """Return the ids of the assets that are, or stand on, published pages."""
        place, now = session.registry.place, registry.published_as_of(tx)
        with self._lock:
            known = self._known.get(place)
        if known is not None and known[0] == now:
            return known[1]
        found = registry.published_assets(tx)
        with self._lock:
            self._known[place] = (now, found)
            self._known.move_to_end(place)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


PUBLISHED: Final = Published()
