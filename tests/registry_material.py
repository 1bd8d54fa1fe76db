"""A registry filled with the made-up findings of ``report_material``, as runs would leave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report_material import NOW, Size, facts

from provenance import registry
from provenance.matching import keys
from provenance.model import (
    Container,
    Event,
    Finding,
    MetadataRecord,
    Notice,
    Property,
    PropertyValue,
    Status,
)
from provenance.pipeline import Session
from provenance.registry import Ending, Fix, FixState, Transaction
from provenance.registry.fix_store import Fixity
from provenance.reporting.report import Facts

AT = NOW.isoformat()
_SAME = Fixity("0" * 64, "0" * 64, 41_000)


def fill(session: Session, size: Size, *, fixes: int) -> Facts:
    """Register pictures with their keys, notices, findings, decisions with log records, fixes.

    Files of every second notice bear the identifier that it names: copies are proven, tied to
    others by identifier or picture data, or only found by the notice.

    Returns:
        The facts that were filled in; as many fixes as were asked for stand in their place.
    """
    made = facts(size)
    named = {one.notice_id: one for one in made.notices[::2]}
    about = {one.uri: named.get(one.notice_id or "") for one in made.findings}
    records = [_numbered(one, about[uri]) for uri, one in made.records.items()]
    with session.registry.write() as tx:
        for kind in ("fix", "scan", "audit"):
            registry.start_run(tx, registry.Run(f"{kind}-1", kind, session.agent, AT))
        registry.put_notices(tx, made.notices, AT)
        registry.upsert_assets(tx, [(one, keys(one)) for one in records], "scan-1", AT)
        registry.replace_findings(tx, list(made.records), made.findings, AT, "audit-1")
        for decision in made.decisions.values():
            registry.put_decision(tx, decision)
            told = (("decision", decision.decision_key),)
            session.record(tx, Event("reject", agents=session.agents(), detail=told))
        _put_fixes(session, tx, made.findings, fixes)
    return made


def _numbered(record: MetadataRecord, notice: Notice | None) -> MetadataRecord:
    if notice is None:
        return record
    code = notice.targets[0].value
    value = PropertyValue(Property.JOBID, Container.IIM, (code,), "IIM 2:103")
    return replace(record, values=(*record.values, value))


def _put_fixes(session: Session, tx: Transaction, found: Sequence[Finding], number: int) -> None:
    """Those that were fixed first, then any others that a notice asks for."""
    order = sorted(found, key=lambda one: one.status is not Status.FIXED)
    made = [
        Fix(f"x-{n:06}", "fix-1", one.uri, one.uri, _SAME, _SAME, b"patch", ".t", AT,
            session.agent, (one.finding_id,), (one.notice_id or "",), one.edits)
        for n, one in enumerate([one for one in order if one.notice_id][:number])
    ]  # fmt: skip
    registry.put_intents(tx, made)
    ends = [Ending(one.fix_id, FixState.COMMIT, n) for n, one in enumerate(made)]
    registry.settle_fixes(tx, ends, AT)
