"""SARIF: valid, every rule declared, one result per finding, nothing that a tool could spoil."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import report_material
from report_material import STAMP, Size

from provenance.model import Container, Edit, Fixability, Property, Rule, Status
from provenance.reporting.machine import wire
from provenance.reporting.machine.sarif import Baseline, sarif_document
from provenance.reporting.report import AuditRun, ComplianceReport, Facts, build

WRITTEN = json.loads(
    (Path(__file__).parent / "sarif_written.schema.json").read_text(encoding="utf-8")
)


def drawn(report: ComplianceReport, **options: object) -> dict:
    """The document as a reader gets it, checked against what we say that we write."""
    document = json.loads(wire.dump(sarif_document(report, **options)))  # type: ignore[arg-type]
    jsonschema.Draft202012Validator(WRITTEN).validate(document)
    (run,) = document["runs"]
    return run


def rules(run: dict) -> dict[str, dict]:
    return {one["id"]: one for one in run["tool"]["driver"]["rules"]}


def of(run: dict, finding_id: str) -> dict:
    (found,) = [one for one in run["results"] if one["properties"]["findingId"] == finding_id]
    return found


def test_the_official_schema_has_nothing_to_object(report: ComplianceReport, shared: Path) -> None:
    official = shared / "standards" / "sarif-schema-2.1.0.json"
    if not official.exists():
        pytest.skip("the standard's own schema is not among the shared material")
    schema = json.loads(official.read_text(encoding="utf-8"))
    baseline = Baseline("audit-1", frozenset())
    for every in (False, True):
        document = sarif_document(report, every=every, baseline=baseline)
        jsonschema.Draft4Validator(schema).validate(json.loads(wire.dump(document)))


def test_every_rule_and_every_notice_is_declared_whether_it_fired_or_not(
    report: ComplianceReport,
) -> None:
    declared = list(rules(drawn(report)))
    assert declared[: len(Rule)] == [rule.value for rule in Rule]
    assert set(declared[len(Rule) :]) == {one.notice.notice_id for one in report.notices}
    assert len(declared) == len(set(declared))


def test_one_result_per_finding_that_is_not_corrected(
    report: ComplianceReport, week: Facts
) -> None:
    run = drawn(report)
    wanted = {one.finding_id for one in week.findings if one.status is not Status.FIXED}
    assert Counter(one["properties"]["findingId"] for one in run["results"]) == Counter(wanted)
    for one in run["results"]:
        declared = run["tool"]["driver"]["rules"][one["ruleIndex"]]
        assert declared["id"] == one["ruleId"]
        place = one["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][place["index"]]["location"]["uri"] == place["uri"]
    fixed = [one for one in drawn(report, every=True)["results"] if one["kind"] == "pass"]
    assert len(fixed) == len(week.findings) - len(wanted)


def test_a_finding_under_a_notice_has_the_notice_as_its_rule(
    report: ComplianceReport, week: Facts
) -> None:
    run = drawn(report)
    for finding in week.findings:
        if finding.status is not Status.FIXED:
            one = of(run, finding.finding_id)
            assert one["ruleId"] == (finding.notice_id or finding.rule.value)
            assert one["level"] == finding.severity.value


def test_a_notice_tells_who_speaks_and_what_is_right(report: ComplianceReport) -> None:
    (one,) = [each for name, each in rules(drawn(report)).items() if name.startswith("afp-5d2f")]
    assert "Bakr ALKASEM, not Aaref WATAD" in one["shortDescription"]["text"]
    assert one["properties"]["corrections"][0]["right"] == "Bakr ALKASEM"


def test_the_word_of_a_person_is_a_suppression_with_its_reason(
    report: ComplianceReport, week: Facts
) -> None:
    run = drawn(report)
    waived = [one for one in week.findings if one.status is Status.WAIVED]
    assert waived
    for finding in waived:
        (said,) = of(run, finding.finding_id)["suppressions"]
        assert (said["kind"], said["status"]) == ("external", "accepted")
        assert said["justification"] == "Library stock, credit on page"
        assert said["properties"]["by"] == "m.okafor"
        assert said["properties"]["until"] == "2026-12-31"
    others = [one for one in run["results"] if one["properties"]["status"] in {"open", "held"}]
    assert others
    assert all(one["suppressions"] == [] for one in others)


def test_only_safe_findings_have_fixes_and_no_tool_can_spoil_a_file_with_them(
    report: ComplianceReport,
) -> None:
    run = drawn(report)
    with_fixes = {one["properties"]["findingId"] for one in run["results"] if "fixes" in one}
    assert with_fixes == {
        item.finding.finding_id
        for item in report.items
        if item.finding.fixability is Fixability.SAFE and item.finding.status is Status.OPEN
    }
    for one in run["results"]:
        for fix in one.get("fixes", ()):
            assert "provenance fix --apply" in fix["description"]["text"]
            changes = [each for part in fix["artifactChanges"] for each in part["replacements"]]
            assert len(changes) == len(one["properties"]["edits"])
            for each in changes:
                assert each["deletedRegion"] == {"byteOffset": 0, "byteLength": 0}
                assert "insertedContent" not in each
                assert each["properties"]["after"] is not None


def test_an_edit_of_a_sidecar_names_the_sidecar(report: ComplianceReport) -> None:
    (fix,) = of(drawn(report), f"f{1:015x}")["fixes"]
    uris = [one["artifactLocation"]["uri"] for one in fix["artifactChanges"]]
    assert uris == [
        "desk/2024-11-30_syria/000_36NV2QL.jpg",
        "desk/2024-11-30_syria/000_36NV2QL.jpg.xmp",
    ]


def test_a_fingerprint_outlives_a_move_and_tells_notices_contents_and_fields_apart(
    week: Facts,
) -> None:
    def prints(facts: Facts) -> dict[str, str]:
        return {
            one["properties"]["findingId"]: one["partialFingerprints"]["noticeContentFields/v1"]
            for one in drawn(build(facts, STAMP))["results"]
        }

    first = week.findings[0]
    moved_uri = "/elsewhere/renamed.jpg"
    record = week.records[first.uri]
    moved = replace(
        week,
        findings=(
            replace(
                first,
                uri=moved_uri,
                edits=tuple(replace(one, uri=moved_uri) for one in first.edits),
            ),
        ),
        records={
            moved_uri: replace(record, ref=replace(record.ref, uri=moved_uri, path=moved_uri))
        },
    )
    assert prints(moved)[first.finding_id] == prints(week)[first.finding_id]
    other = replace(week, findings=(replace(first, edits=first.edits[:1]),))
    assert prints(other)[first.finding_id] != prints(week)[first.finding_id]
    rescanned = replace(week, records={first.uri: replace(record, scan_digest="9" * 64)})
    assert prints(rescanned)[first.finding_id] != prints(week)[first.finding_id]
    unnamed = replace(week, findings=(replace(first, notice_id=None),))
    assert prints(unnamed)[first.finding_id] != prints(week)[first.finding_id]


def test_the_baseline_tells_new_results_from_old_ones(week: Facts) -> None:
    runs = (AuditRun("audit-a", "2024-12-01T00:00:00Z", 1, 1, 1), AuditRun("audit-b", "x", 1, 1, 1))
    report = build(replace(week, runs=runs), STAMP)
    known, reopened = week.findings[0], week.findings[1]
    fix = replace(week.fixes[0], finding_ids=(reopened.finding_id,), state="undone")
    report = build(replace(week, runs=runs, fixes=(fix,)), STAMP)
    run = drawn(
        report, baseline=Baseline("audit-a", frozenset({known.finding_id, reopened.finding_id}))
    )
    states = {one["properties"]["findingId"]: one["baselineState"] for one in run["results"]}
    assert states[known.finding_id] == "unchanged"
    assert states[reopened.finding_id] == "updated"
    assert set(states.values()) == {"unchanged", "updated", "new"}
    assert run["baselineGuid"] != run["automationDetails"]["guid"]
    assert all("baselineState" not in one for one in drawn(report)["results"])
    assert "baselineGuid" not in drawn(report)


def test_what_could_not_be_read_is_told_and_stops_nothing(report: ComplianceReport) -> None:
    (invocation,) = drawn(report)["invocations"]
    assert invocation["executionSuccessful"] is True
    told = {one["descriptor"]["id"] for one in invocation["toolExecutionNotifications"]}
    assert told == {"truncated", "symlink-skipped"}


def test_a_message_has_no_link_no_placeholder_and_nothing_hidden(week: Facts) -> None:
    hostile = "See [here](https://evil.example/{0}) \u202etxt.exe \x1b[31m {1}"
    findings = tuple(replace(one, message=hostile) for one in week.findings)
    run = drawn(build(replace(week, findings=findings), STAMP))
    text = run["results"][0]["message"]["text"]
    assert "](" not in text
    assert "{{0}}" in text
    assert not {"\u202e", "\x1b"} & set(text)
    assert run["results"][0]["properties"]["message"] == hostile


@pytest.mark.parametrize(
    ("container", "locator", "region"),
    [
        (Container.TEXT, "chars 12-40", {"charOffset": 12, "charLength": 28}),
        (Container.TEXT, "chars 40-12", {"charOffset": 40, "charLength": 0}),
        (Container.PAGE, "html > body > img @alt line 12", {"startLine": 12}),
        (Container.PAGE, "html > p line 7 text 2 chars 3-9", {"startLine": 7}),
        (Container.PAGE, "html > p line 0", None),
        (Container.TEXT, "chars x-9", None),
        (Container.IIM, "chars 1-2", None),
    ],
)
def test_a_place_in_a_text_or_a_page_is_a_region(
    week: Facts, container: Container, locator: str, region: dict | None
) -> None:
    first = week.findings[0]
    edit = Edit(first.uri, container, locator, Property.DESCRIPTION, "a", "b")
    run = drawn(build(replace(week, findings=(replace(first, edits=(edit,)),)), STAMP))
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical.get("region") == region


def test_paths_are_told_relative_to_an_absolute_scope(week: Facts) -> None:
    record = next(iter(week.records.values()))
    finding = replace(week.findings[0], uri=record.ref.uri)
    path = "/pictures/désk/a b#1.jpg"
    facts = replace(
        week,
        findings=(finding,),
        records={record.ref.uri: replace(record, ref=replace(record.ref, path=path))},
    )
    run = drawn(build(facts, replace(STAMP, scope=("/pictures", "/pictures/désk/"))))
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "a%20b%231.jpg", "uriBaseId": "SCOPE2", "index": 0}
    assert run["originalUriBaseIds"]["SCOPE2"] == {"uri": "file:///pictures/d%C3%A9sk/"}


def test_equal_reports_give_equal_octets_and_many_results_are_no_trouble() -> None:
    size = Size(600, 20)
    one, two = (wire.dump(sarif_document(report_material.report(size))) for _ in range(2))
    assert one == two
    run = drawn(report_material.report(size))
    assert len(run["results"]) == sum(
        item.finding.status is not Status.FIXED for item in report_material.report(size).items
    )
