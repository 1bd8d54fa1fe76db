"""The registry: the only room with SQL. Values in, values out; rows never leave it.

``open_registry`` gives a ``Registry``; every function below takes one of its
transactions first. The audit log's tables stand in the same database
(``provenance.registry.tables``), so that a leaf and the rows it speaks of are one
transaction.
"""

from provenance.registry.asset_store import (
    Key,
    Presence,
    StoredAsset,
    by_keys,
    count_assets,
    iter_records,
    known_versions,
    mark_examined,
    records,
    stored,
    unexamined,
    upsert_assets,
)
from provenance.registry.engine import wal_is_safe
from provenance.registry.finding_store import (
    FindingCounts,
    FindingQuery,
    count_findings,
    decision_history,
    decisions,
    finding,
    findings,
    put_decision,
    replace_findings,
    set_status,
)
from provenance.registry.fix_store import (
    Fix,
    FixQuery,
    FixState,
    edits_of,
    fix,
    fixes,
    last_commits,
    open_intents,
    put_intents,
    settle_fix,
)
from provenance.registry.item_store import (
    StoredItem,
    items_by_keys,
    items_of_guids,
    items_of_sources,
    put_items,
)
from provenance.registry.notice_store import (
    notice,
    notices,
    notices_by_keys,
    notices_of_items,
    put_notices,
    put_standing,
    retract,
    retracted_by,
)
from provenance.registry.presence import PresenceChanges, Walked, mark_presence
from provenance.registry.registry import Registry, Transaction, open_registry
from provenance.registry.run_store import Run, finish_run, run, runs, start_run
from provenance.registry.version_store import FormerVersion, former_versions

__all__ = [
    "FindingCounts",
    "FindingQuery",
    "Fix",
    "FixQuery",
    "FixState",
    "FormerVersion",
    "Key",
    "Presence",
    "PresenceChanges",
    "Registry",
    "Run",
    "StoredAsset",
    "StoredItem",
    "Transaction",
    "Walked",
    "by_keys",
    "count_assets",
    "count_findings",
    "decision_history",
    "decisions",
    "edits_of",
    "finding",
    "findings",
    "finish_run",
    "fix",
    "fixes",
    "former_versions",
    "items_by_keys",
    "items_of_guids",
    "items_of_sources",
    "iter_records",
    "known_versions",
    "last_commits",
    "mark_examined",
    "mark_presence",
    "notice",
    "notices",
    "notices_by_keys",
    "notices_of_items",
    "open_intents",
    "open_registry",
    "put_decision",
    "put_intents",
    "put_items",
    "put_notices",
    "put_standing",
    "records",
    "replace_findings",
    "retract",
    "retracted_by",
    "run",
    "runs",
    "set_status",
    "settle_fix",
    "start_run",
    "stored",
    "unexamined",
    "upsert_assets",
    "wal_is_safe",
]
