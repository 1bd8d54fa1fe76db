"""The JSON document holds the whole report, as its published schema says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import report_material
from report_material import STAMP, Size

from provenance.model import (
    AnswerKind,
    DutyState,
    LetterKind,
    Milestone,
    Proof,
    Rule,
)
from provenance.reporting.machine import wire
from provenance.reporting.machine.compliance_json import compliance_document
from provenance.reporting.report import ComplianceReport, Facts, ItemState, Stage, build
from provenance.reporting.third_parties import PartyState

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "schema" / "compliance.schema.json").read_text(
        encoding="utf-8"
    )
)
DEFS = SCHEMA["$defs"]


def drawn(report: ComplianceReport) -> dict:
    document = json.loads(wire.dump(compliance_document(report)))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


@pytest.fixture(scope="module")
def many() -> ComplianceReport:
    return report_material.report(Size(300, 10))


def _findings(document: dict) -> list[dict]:
    pictures = [
        picture
        for section in document["notices"]
        for family in section["families"]
        for picture in family["pictures"]
    ] + [picture for section in document["rules"] for picture in section["pictures"]]
    return [finding for picture in pictures for finding in picture["findings"]]


def test_every_finding_stands_in_it_once(many: ComplianceReport) -> None:
    told = [one["findingId"] for one in _findings(drawn(many))]
    assert sorted(told) == sorted(item.finding.finding_id for item in many.items)
    assert len(told) == len(set(told)) == 300


def test_decisions_have_person_time_reason_and_record(many: ComplianceReport) -> None:
    decided = [one["decision"] for one in _findings(drawn(many)) if one["decision"]]
    assert {one["verdict"] for one in decided} == {"hold", "waive", "reject"}
    for one in decided:
        assert one["by"] == "m.okafor"
        assert one["decided"].startswith("2024-")
        assert one["reason"].startswith("Checked")
        assert isinstance(one["logIndex"], int)


def test_clocks_duties_and_third_parties_are_those_of_the_report(many: ComplianceReport) -> None:
    for told, section in zip(drawn(many)["notices"], many.notices, strict=True):
        clock = section.clock
        assert clock is not None
        assert told["noticeId"] == section.notice.notice_id
        assert told["clock"]["ageSeconds"] == clock.age
        assert [one["milestone"] for one in told["clock"]["milestones"]] == list(Milestone)
        assert [one["reached"] for one in told["clock"]["milestones"]] == [
            one.reached for one in clock.milestones
        ]
        assert [one["duty"] for one in told["clock"]["duties"]] == [
            one.duty for one in clock.duties
        ]
        assert told["clock"]["duties"][0]["act"]["evidence"] == "https://example.org/purged"
        assert [one["recipient"] for one in told["thirdParties"]] == [
            one.recipient for one in section.third_parties
        ]
        assert told["overdue"] == section.is_overdue
    answered = [one for each in drawn(many)["notices"] for one in each["thirdParties"]]
    assert {one["state"] for one in answered} == {"answered", "to-tell"}


def test_the_overview_counts_what_is_listed(many: ComplianceReport) -> None:
    document = drawn(many)
    told = document["overview"]
    assert told["notices"] == len(document["notices"])
    assert sum(one["total"] for one in told["byRule"]) == len(_findings(document))
    assert sum(one["total"] for one in told["byAgency"]) == len(_findings(document))
    assert len(told["trend"]) == 12
    assert [one["milestone"] for one in told["paces"]] == list(Milestone)


def test_the_checkpoint_is_named(many: ComplianceReport) -> None:
    report = many
    assert report.log is not None
    assert drawn(report)["checkpoint"] == {
        "origin": report.log.origin,
        "size": report.log.size,
        "rootHash": report.log.root_hash,
    }
    assert drawn(build(Facts(assets=0), STAMP))["checkpoint"] is None


def test_the_words_of_the_schema_are_those_of_the_model() -> None:
    finding = DEFS["finding"]["properties"]
    party = DEFS["thirdParty"]["properties"]
    duty = DEFS["duty"]["properties"]
    for told, words in (
        (finding["state"], ItemState),
        (finding["stage"], Stage),
        (finding["rule"], Rule),
        (DEFS["rule"], Rule),
        (party["state"], PartyState),
        (party["letters"]["items"]["properties"]["kind"], LetterKind),
        (party["answer"]["properties"]["kind"], AnswerKind),
        (duty["state"], DutyState),
        (duty["act"]["properties"]["proof"], Proof),
        (DEFS["milestone"]["properties"]["milestone"], Milestone),
    ):
        assert set(told["enum"]) == {one.value for one in words}


@pytest.mark.parametrize("key", ["overview", "notices", "checkpoint", "generatedBy"])
def test_a_document_without_a_key_is_refused(many: ComplianceReport, key: str) -> None:
    document = drawn(many)
    del document[key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
