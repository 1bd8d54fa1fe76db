"""The review queue with 50,000 findings: how long one page takes, wherever it stands."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.auditlog import AuditLog
from provenance.model import (
    AssetRef,
    Confidence,
    Container,
    Decision,
    Edit,
    Evidence,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    NoticeKind,
    Policy,
    Property,
    PropertyValue,
    Pubstatus,
    Rule,
    Severity,
    Status,
    Verdict,
)
from provenance.pipeline.reviewing import Query, case, queue
from provenance.pipeline.session import Session
from provenance.registry import (
    View,
    open_registry,
    put_decision,
    put_notices,
    replace_findings,
    upsert_assets,
)

FINDINGS, NOTICES, DECISIONS = 50_000, 400, 2_000
NOW = "2026-11-20T12:00:00.000Z"
CAPTION = "Fishers land their catch in the harbour of Porto, Portugal. " * 12


def record(number: int) -> MetadataRecord:
    uri = f"/archive/{number % 997:03}/{number:06}.jpg"
    values = (
        PropertyValue(Property.DESCRIPTION, Container.IIM, (CAPTION,), "IIM 2:120"),
        PropertyValue(Property.CREATOR_NAMES, Container.IIM, ("Ana LIM",), "IIM 2:80"),
    )
    return MetadataRecord(
        AssetRef(uri, 4_000_000, f"v{number}"), "image/jpeg", values=values,
        scan_digest=f"{number:064x}",
    )  # fmt: skip


def finding(number: int) -> Finding:
    uri = f"/archive/{number % 997:03}/{number:06}.jpg"
    edit = Edit(uri, Container.IIM, "IIM 2:80", Property.CREATOR_NAMES, "Ana LIM", "Rosa TEIXEIRA")
    held = number % 3 == 0
    return Finding(
        finding_id=f"f-{number * 2654435761 % 2**64:016x}",
        decision_key=f"d-{number:016x}",
        rule=list(Rule)[number % 9],
        severity=list(Severity)[number % 3],
        confidence=list(Confidence)[number // 3 % 3],
        fixability=Fixability.UNSAFE if held else Fixability.SAFE,
        status=Status.HELD if held else Status.OPEN,
        uri=uri,
        message="The file still names Ana LIM; the agency says Rosa TEIXEIRA.",
        notice_id=f"n-{number % NOTICES:05}",
        evidence=tuple(Evidence(f"reason-{at}", 1.5, "A sentence of evidence.") for at in range(6)),
        edits=(edit,),
    )


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder: Path = tmp_path_factory.mktemp("queue")
    with open_registry(str(folder / "registry.db")) as registry:
        with registry.write() as tx:
            notices = [
                Notice(f"n-{at:05}", "AFP", NoticeKind.CORRECTION, Pubstatus.USABLE, "words",
                       received=NOW) for at in range(NOTICES)
            ]  # fmt: skip
            put_notices(tx, notices, NOW)
            for start in range(0, FINDINGS, 5_000):
                numbers = range(start, start + 5_000)
                records = [record(at) for at in numbers]
                upsert_assets(tx, [(one, ()) for one in records], "scan-1", NOW)
                found = [finding(at) for at in numbers]
                replace_findings(tx, [one.ref.uri for one in records], found, NOW, "audit-1")
            for at in range(DECISIONS):
                put_decision(
                    tx, Decision(f"d-{at:016x}", Verdict.APPLY, "anna.editor", NOW, "Seen")
                )
        yield Session(registry, AuditLog(), "anna.editor", Policy(today="2026-11-22"))


def seconds(work: object, times: int = 7) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()  # type: ignore[operator]
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


@pytest.mark.benchmark
def test_a_page_of_fifty_thousand(session: Session) -> None:
    first = queue(session, Query())
    assert sum(first.counts[view] for view in (View.PERSON, View.READY)) == FINDINGS
    deep = first
    for _ in range(40):
        deep = queue(session, Query(after=deep.next))
    figures = {
        "first page": seconds(lambda: queue(session, Query())),
        "page 42": seconds(lambda: queue(session, Query(after=deep.next))),
        "back": seconds(lambda: queue(session, Query(before=deep.previous))),
        "one notice": seconds(lambda: queue(session, Query(notice_id="n-00007"))),
        "one rule": seconds(lambda: queue(session, Query(rule=Rule.WITHDRAWN))),
        "words": seconds(lambda: queue(session, Query(text="012345"))),
        "words of all": seconds(lambda: queue(session, Query(text="agency teixeira"))),
        "case": seconds(lambda: case(session, first.rows[0].finding.finding_id)),
    }
    print()
    for name, taken in figures.items():
        print(f"{name:>12}: {taken * 1000:7.1f} ms")
    assert figures["page 42"] < 3 * figures["first page"]
