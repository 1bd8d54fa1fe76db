from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from registry.values import LATER, NOW, finding, instances, record

from provenance.errors import RegistryError
from provenance.model import Container, Edit, Finding, Fixability, Property, Rule, Status
from provenance.registry import (
    UNSEEN,
    FindingCounts,
    FindingQuery,
    Registry,
    count_findings,
    findings,
    findings_of_keys,
    replace_findings,
    restate,
    set_status,
    upsert_assets,
)
from provenance.registry import finding as one_finding
from provenance.registry.tables import FINDING

A, B = "/p/a.jpg", "/p/sub/b.jpg"


@pytest.fixture
def scanned(registry: Registry) -> Registry:
    with registry.write() as tx:
        upsert_assets(tx, [(record(A), ()), (record(B), ())], "r1", NOW)
    return registry


def audit(
    registry: Registry, *given: Finding, uris: tuple[str, ...] = (A, B), now: str = NOW
) -> FindingCounts:
    with registry.write() as tx:
        return replace_findings(tx, uris, given, now, "r1")


def ids(registry: Registry, **query: object) -> list[str]:
    with registry.read() as tx:
        return [one.finding_id for one in findings(tx, FindingQuery(**query))]  # type: ignore[arg-type]


def test_put_and_read_back(scanned: Registry) -> None:
    given = (finding("f1", A), finding("f2", B, notice_id=None, status=Status.HELD))
    assert audit(scanned, *given) == FindingCounts(new=2)
    with scanned.read() as tx:
        assert findings(tx) == given


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(instances(Finding))
def test_any_finding_comes_back_equal(scanned: Registry, given: Finding) -> None:
    given = replace(given, uri=A)
    audit(scanned, given)
    with scanned.read() as tx:
        assert findings(tx, FindingQuery(ids=[given.finding_id])) == (given,)


def test_what_is_not_found_any_more_is_fixed(scanned: Registry) -> None:
    audit(scanned, finding("f1", A), finding("f2", A, status=Status.HELD), finding("f3", B))
    assert audit(scanned, finding("f3", B), now=LATER) == FindingCounts(kept=1, fixed=2)
    assert ids(scanned, statuses=[Status.FIXED]) == ["f1", "f2"]
    assert audit(scanned, finding("f1", A), finding("f3", B)) == FindingCounts(reopened=1, kept=1)
    assert ids(scanned, statuses=[Status.OPEN]) == ["f1", "f3"]
    with scanned.read() as tx:
        row = tx.connection.execute(FINDING.select().where(FINDING.c.finding_id == "f3")).one()
    assert row.first_seen == NOW


def test_what_another_finding_asks_for_now_was_not_fixed(scanned: Registry) -> None:
    audit(scanned, finding("f1", A, notice_id="n1"))
    counts = audit(scanned, finding("f2", A, notice_id="n2"), now=LATER)
    assert (counts.new, counts.fixed) == (1, 0)
    assert ids(scanned) == ["f2"]


def test_other_assets_findings_are_not_touched(scanned: Registry) -> None:
    audit(scanned, finding("f1", A), finding("f2", B))
    assert audit(scanned, uris=(A,)) == FindingCounts(fixed=1)
    assert ids(scanned, statuses=[Status.OPEN]) == ["f2"]


def test_waived_and_rejected_findings_stay(scanned: Registry) -> None:
    audit(scanned, finding("f1", A, status=Status.WAIVED), finding("f2", A, status=Status.REJECTED))
    for now in (LATER, "2027-01-01T00:00:00+00:00"):
        assert audit(scanned, now=now) == FindingCounts()
    assert ids(scanned, statuses=[Status.WAIVED, Status.REJECTED]) == ["f1", "f2"]
    with scanned.read() as tx:
        told = [[r.detail for r in one.evidence if r.name == UNSEEN] for one in findings(tx)]
    assert told == [["Not found any more since 2026-11-23."]] * 2
    audit(scanned, finding("f1", A, status=Status.WAIVED))
    with scanned.read() as tx:
        (found,) = findings(tx, FindingQuery(ids=["f1"]))
    assert found == finding("f1", A, status=Status.WAIVED)


def test_a_missing_credit_that_is_now_known_was_not_fixed(scanned: Registry) -> None:
    audit(scanned, finding("f1", A, rule=Rule.CREDIT_MISSING))
    edit = Edit(A, Container.XMP, "XMP dc:creator", Property.CREATOR_NAMES, "", "Ana DUPOND")
    counts = audit(scanned, finding("f2", A, rule=Rule.CREDIT_MISSING, edits=(edit,)))
    assert (counts.new, counts.fixed) == (1, 0)
    assert ids(scanned) == ["f2"]


def test_findings_of_keys_and_restating_them(scanned: Registry) -> None:
    audit(scanned, finding("f2", B, decision_key="k"), finding("f1", A, decision_key="k"),
          finding("f3", A))  # fmt: skip
    with scanned.write() as tx:
        both = findings_of_keys(tx, ["k", "k", "none"])
        assert [one.finding_id for one in both] == ["f1", "f2"]
        changed = [replace(one, status=Status.HELD, fixability=Fixability.UNSAFE, evidence=())
                   for one in both]  # fmt: skip
        assert restate(tx, changed) == 2
        assert findings_of_keys(tx, ["k"]) == tuple(changed)
        assert restate(tx, []) == 0
    assert ids(scanned, statuses=[Status.OPEN]) == ["f3"]
    with scanned.read() as tx:
        row = tx.connection.execute(FINDING.select().where(FINDING.c.finding_id == "f1")).one()
    assert (row.status, row.fixability) == ("held", "unsafe")


def test_a_finding_about_an_asset_that_was_not_audited_is_refused_whole(scanned: Registry) -> None:
    for uri in ("/unknown.jpg", B):
        with pytest.raises(RegistryError, match=uri) as caught:
            audit(scanned, finding("f1", A), finding("f2", uri), uris=(A, "/unknown.jpg"))
        assert caught.value.code == "registry-unknown-asset"
    assert ids(scanned) == []


def test_queries(scanned: Registry) -> None:
    audit(
        scanned,
        finding("f3", A, rule=Rule.WITHDRAWN),
        finding("f1", B, notice_id="n2"),
        finding("f2", B, status=Status.HELD),
    )
    assert ids(scanned) == ["f3", "f1", "f2"]
    assert ids(scanned, roots=["/p/sub"]) == ["f1", "f2"]
    assert ids(scanned, roots=[A]) == ["f3"]
    assert ids(scanned, notice_id="n2") == ["f1"]
    assert ids(scanned, ids=["f1", "f3", "f1", "none"]) == ["f3", "f1"]
    assert ids(scanned, ids=["f1", "f2"], statuses=[Status.HELD]) == ["f2"]
    assert ids(scanned, ids=[]) == ids(scanned, statuses=[]) == ids(scanned, roots=[]) == []
    with scanned.read() as tx:
        assert count_findings(tx) == {
            ("erroneous-credit", "open"): 1,
            ("erroneous-credit", "held"): 1,
            ("withdrawn", "open"): 1,
        }
        assert count_findings(tx, FindingQuery(roots=["/p/sub"])).total() == 2


def test_set_status(scanned: Registry) -> None:
    audit(scanned, finding("f1", A), finding("f2", A))
    with scanned.write() as tx:
        assert set_status(tx, ["f1", "f1", "none"], Status.FIXED) == 1
        assert findings(tx, FindingQuery(ids=["f1"]))[0].status is Status.FIXED
    assert ids(scanned, statuses=[Status.OPEN]) == ["f2"]


@pytest.mark.parametrize(
    ("prefix", "code"),
    [("", "not-found"), ("z", "not-found"), ("ab", "ambiguous"), ("_", "not-found")],
)
def test_a_prefix_must_name_one_finding(scanned: Registry, prefix: str, code: str) -> None:
    audit(scanned, finding("abc1", A), finding("abd2", A))
    with scanned.read() as tx:
        assert one_finding(tx, "abd").finding_id == "abd2"
        with pytest.raises(RegistryError) as caught:
            one_finding(tx, prefix)
    assert caught.value.code == code
    assert caught.value.remedy
