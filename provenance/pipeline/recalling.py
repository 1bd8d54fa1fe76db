"""Look things up: one picture with all that is known of it, the records about a notice."""

from __future__ import annotations

import os
from dataclasses import dataclass

from provenance import registry
from provenance.auditlog import entries, log_size
from provenance.errors import UsageError
from provenance.model import Finding, Notice
from provenance.pipeline.families import family, standing
from provenance.pipeline.session import Session
from provenance.registry import Transaction
from provenance.reporting.family import Family, Standing
from provenance.reporting.report import FixDone

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Known:
    """One picture with everything the registry knows.

    Attributes:
        asset: its record and its presence.
        family: its copies and renditions, itself among them.
        findings: all of them, whatever their status.
        fixes: what was done to it, oldest first.
        notices: those that it has findings of, each with how it stands.
    """

    asset: registry.StoredAsset
    family: Family
    findings: tuple[Finding, ...]
    fixes: tuple[registry.Fix, ...]
    notices: tuple[tuple[Notice, Standing], ...] = ()

    @property
    def history(self) -> tuple[FixDone, ...]:
        """What was done to it, as reports tell it."""
        return tuple(fix_done(one) for one in self.fixes)


def fix_done(fix: registry.Fix) -> FixDone:
    """A fix, as reports tell it."""
    return FixDone(
        uri=fix.asset_uri,
        run_id=fix.run_id,
        when=fix.settled or fix.created,
        agent=fix.agent,
        state=fix.state.value,
        finding_ids=fix.finding_ids,
        log_index=fix.outcome_index,
    )


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
        found = registry.findings(tx, registry.FindingQuery(roots=(uri,)))
        told = {one.notice_id for one in found if one.notice_id}
        every = registry.notices(tx, active_only=False) if told else ()
        concerned = [one for one in every if one.notice_id in told]
        return Known(
            asset=asset,
            family=family(tx, uri),
            findings=found,
            fixes=registry.fixes(tx, registry.FixQuery(uri=uri)),
            notices=tuple((one, standing(tx, one, session.policy)) for one in concerned),
        )


def notice_standing(session: Session, notice_id: str) -> tuple[Notice, Standing]:
    """A notice, and how it stands with every copy of its picture.

    Raises:
        RegistryError: there is no such notice, or several begin with these letters.
    """
    with session.registry.read() as tx:
        one = registry.notice(tx, notice_id)
        return one, standing(tx, one, session.policy)


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
