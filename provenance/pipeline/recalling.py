"""Look things up: one picture with all that is known of it, the records about a notice."""

from __future__ import annotations

import os
from dataclasses import dataclass

from provenance import registry
from provenance.auditlog import entries, log_size
from provenance.errors import UsageError
from provenance.matching import keys
from provenance.matching.keys import ID, SCAN, SHA256
from provenance.model import Finding, MetadataRecord
from provenance.pipeline.session import Session
from provenance.registry import Transaction

_PAGE = 1_000
_WORDS = {SHA256: "the very same file", SCAN: "the same picture data", ID: "the same identifier"}


@dataclass(frozen=True, slots=True)
class Known:
    """One picture with everything the registry knows.

    Attributes:
        asset: its record and its presence.
        copies: path and reason of each other asset that shares a digest or an identifier.
        findings: all of them, whatever their status.
        fixes: what was done to it, oldest first.
    """

    asset: registry.StoredAsset
    copies: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    fixes: tuple[registry.Fix, ...]


def known(session: Session, path: str) -> Known:
    """Everything about the picture at ``path``.

    Raises:
        UsageError: the registry does not hold it.
    """
    uri = os.path.abspath(path)
    with session.registry.read() as tx:
        asset = registry.stored(tx, [uri]).get(uri)
        if asset is None:
            raise UsageError(
                f"The registry does not hold {path}.", remedy="`provenance scan` its folder first."
            )
        return Known(
            asset=asset,
            copies=_copies(tx, asset),
            findings=registry.findings(tx, registry.FindingQuery(roots=(uri,))),
            fixes=registry.fixes(tx, registry.FixQuery(uri=uri)),
        )


def _copies(tx: Transaction, asset: registry.StoredAsset) -> tuple[tuple[str, str], ...]:
    if not isinstance(asset.result, MetadataRecord):
        return ()
    own = [key for key in keys(asset.result) if key[0] in _WORDS]
    shared = registry.by_keys(tx, own)
    why: dict[str, str] = {}
    for kind in (ID, SCAN, SHA256):  # the strongest reason is told
        for key, uris in shared.items():
            if key[0] == kind:
                why.update((uri, _WORDS[kind]) for uri in uris if uri != asset.result.ref.uri)
    results = registry.records(tx, why)
    return tuple(sorted((results[uri].ref.display, reason) for uri, reason in why.items()))


def records_of_notice(tx: Transaction, notice_id: str) -> tuple[int, ...]:
    """The numbers of all log records that cite a notice, in order.

    Raises:
        RegistryError: there is no such notice.
    """
    wanted = registry.notice(tx, notice_id).notice_id
    found: list[int] = []
    for start in range(0, log_size(tx.connection), _PAGE):
        for entry in entries(tx.connection, start, _PAGE):
            why = entry.record.get("why", {})
            cited = why.get("notice", ())
            if wanted in ([cited] if isinstance(cited, str) else cited):
                found.append(entry.index)
    return tuple(found)
