from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.auditlog.problems import Problem
from provenance.auditlog.verification import Verification
from provenance.fixing.desk import Outcome
from provenance.fixing.recovery import Recovered
from provenance.model import (
    Applied,
    AssetRef,
    Caption,
    Conflict,
    Container,
    CreditLine,
    Failed,
    Fixity,
    Held,
    MetadataRecord,
    Occurrence,
    Property,
    PropertyValue,
    ReadWarning,
    Rule,
    Unreadable,
)
from provenance.registry import FixState
from provenance.reporting.machine import wire
from provenance.reporting.report import ComplianceReport, Facts, FileProblem, Stamp, build

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Seen:
    caption: Caption
    occurrences: int
    notice_ids: tuple[str, ...]


TEXT = "A dam near Tabqa. (Photo by Bakr ALKASEM / AFP via Getty Images)"
CREDIT = CreditLine(TEXT[18:], "Bakr ALKASEM", ("AFP", "Getty Images"), "Getty Images", start=18)
CAPTION = Caption(TEXT, CREDIT, 0, len(TEXT), (CREDIT,))
PLAIN = Caption("A dam near Tabqa. (AFP Photo)", replace(CREDIT, raw="(AFP Photo)", creator=None,
                agencies=("AFP",), via=None), 0, 29)  # fmt: skip


def a_record() -> MetadataRecord:
    sidecar = AssetRef("/p/a.xmp", 10, "1", path="p/a.xmp")
    return MetadataRecord(
        AssetRef("/p/caf\udce9.jpg", 100, "1-1", (sidecar,), path="p/caf\udce9.jpg"),
        "image/jpeg",
        digest="1" * 64,
        scan_digest="3" * 64,
        values=(
            PropertyValue(Property.DESCRIPTION, Container.IIM, (TEXT,), "IIM 2:120"),
            PropertyValue(Property.CREATOR_NAMES, Container.XMP, ("A", "B \x9b"), "XMP dc:creator"),
            PropertyValue(Property.CREATOR_NAMES, Container.SIDECAR, ("A",), "XMP dc:creator",
                          "/p/a.xmp"),
        ),
        warnings=(ReadWarning("iim-charset", "1:90 is absent"),),
        content_credentials="c2pa",
    )  # fmt: skip


def inspect_document() -> wire.Json:
    gone = Unreadable(
        AssetRef("/p/b.jpg", 1, "1", path="p/b.jpg"), "truncated", "Cut.", "Fetch it."
    )
    bare = MetadataRecord(AssetRef("/p/c.jpg", 1, "1"), "image/png")
    return wire.inspect_document([(a_record(), (CAPTION,)), (bare, ())], [gone])


def notices_document(week: Facts) -> wire.Json:
    embedded = replace(week.notices[0], occurrences=(Occurrence("a.jpg", 130, 900, "IIM 2:120"),))
    return wire.notices_document(
        (embedded, week.notices[1]),
        (Seen(CAPTION, 2, (embedded.notice_id,)), Seen(replace(PLAIN, credit=None), 1, ())),
        (FileProblem("n/x.eml", "notice-headers", "The headers are too long."),),
    )


def fix_document() -> wire.Json:
    before, after = Fixity("1" * 64, "5" * 64, 10), Fixity("2" * 64, "5" * 64, 12)
    return wire.fix_document(
        ("r-0", "r-1"),
        [
            Outcome("a.jpg", "/a.jpg", Applied(before, after), ("f1", "f2"), ("No exchange.",)),
            Outcome("b.jpg", "/b.jpg", Held("It has Content Credentials."), ("f3",)),
            Outcome("c.jpg", "/c.jpg", Conflict("Somebody else saved it."), ("f4",)),
            Outcome("d.jpg", "/d.jpg", Failed("no-space", "The disk is full."), ("f5",)),
        ],
        [FileProblem("e", "gone", "It is not there.")],
        [
            Recovered("/e.jpg", "9" * 32, FixState.COMMIT, act="fix", run_id="r-2"),
            Recovered("/f.jpg", "8" * 32, FixState.CONFLICT, "Saved.", "/.f.tmp", "undo", "r-2"),
        ],
    )


def verify_document() -> wire.Json:
    problems = (
        Problem(3, "leaf-hash", "Entry 3 was altered."),
        Problem(None, "head", "Too short."),
    )
    return wire.verify_document(
        Verification(ok=False, size=9, root_hash="ab" * 32, problems=problems)
    )


def documents(week: Facts, report: ComplianceReport) -> dict[str, wire.Json]:
    return {
        "inspect": inspect_document(),
        "notices": notices_document(week),
        "audit": wire.audit_document(report),
        "audit-all": wire.audit_document(report, every=True),
        "fix": fix_document(),
        "verify": verify_document(),
    }


@pytest.mark.parametrize("name", ["inspect", "notices", "audit", "audit-all", "fix", "verify"])
def test_document_is_the_golden_one(week: Facts, report: ComplianceReport, name: str) -> None:
    text = wire.dump(documents(week, report)[name])
    assert text == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


def test_notice_keys_stand_as_promised(week: Facts) -> None:
    assert list(wire.notice(week.notices[0])) == [
        "noticeId", "provider", "kind", "pubstatus", "byline", "corrections", "targets",
        "received", "replacement", "duties", "language", "occurrences", "text", "unparsed",
        "receivedBy", "authority", "complete", "form", "confidence", "instructions",
        "restrictions", "itemClass", "item", "version", "sent", "retracted", "supersededBy",
    ]  # fmt: skip


def test_finding_keys_stand_as_promised(week: Facts) -> None:
    shown = wire.finding_json(week.findings[0], "a.jpg")
    assert list(shown) == [
        "findingId", "rule", "severity", "confidence", "fixability", "status", "path", "noticeId",
        "message", "evidence", "edits",
    ]  # fmt: skip
    assert list(shown["edits"][0]) == [
        "path", "container", "locator", "property", "before", "after",
    ]  # fmt: skip


def test_asset_keys_stand_as_promised() -> None:
    asset = inspect_document()["assets"][0]
    assert list(asset) == [
        "path", "mediaType", "sha256", "imageDigest", "scanDigest", "properties", "captions",
        "contentCredentials", "warnings", "speaks", "disagreements",
    ]  # fmt: skip
    assert list(asset["properties"]) == ["creatorNames", "description"]


def test_the_sidecar_stands_in_the_edit_and_the_picture_in_the_finding(week: Facts) -> None:
    shown = wire.finding_json(week.findings[0], "x/000_36NV2QL.jpg")
    assert shown["path"] == "x/000_36NV2QL.jpg"
    assert {edit["path"] for edit in shown["edits"]} == {
        "x/000_36NV2QL.jpg", "x/000_36NV2QL.jpg.xmp",
    }  # fmt: skip


def test_the_summary_counts_what_is_listed(report: ComplianceReport) -> None:
    for every in (False, True):
        document = wire.audit_document(report, every=every)
        counts = document["summary"]["findings"]
        assert sum(counts["byRule"].values()) == len(document["findings"])
        assert sum(counts["bySeverity"].values()) == len(document["findings"])
    assert document["summary"]["assets"] == 4_212
    assert document["summary"]["unreadable"] == 1


def test_raw_values_come_back_from_the_text() -> None:
    document = json.loads(wire.dump(inspect_document()))
    assert document["assets"][0]["path"] == "p/caf\udce9.jpg"
    assert document["assets"][0]["properties"]["creatorNames"][0]["values"] == ["A", "B \x9b"]


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=30))
def test_any_value_can_be_written_to_a_utf8_stream(text: str) -> None:
    shown = wire.dump({"value": text}, indent=None)
    shown.encode("utf-8")
    assert not {unicodedata.category(char) for char in shown.rstrip("\n")} & {
        "Cc",
        "Cs",
        "Zl",
        "Zp",
    }
    if not any(0xD800 <= ord(char) < 0xE000 for char in text):
        assert json.loads(shown) == {"value": text}


def test_a_number_that_json_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        wire.dump({"weight": float("nan")})


def test_a_verified_log_may_give_its_root_in_octets() -> None:
    @dataclass(frozen=True)
    class Raw:
        ok: bool = True
        size: int = 1
        root_hash: bytes = b"\xab" * 32
        problems: tuple[Problem, ...] = ()
        proved: tuple[str, ...] = ("All 1 records are there.",)
        not_proved: tuple[str, ...] = ("That it is true.",)

    document = wire.verify_document(Raw())
    assert document["rootHash"] == "ab" * 32
    assert document["proved"] == ["All 1 records are there."]
    assert document["notProved"] == ["That it is true."]


def test_every_rule_can_be_summed_up(week: Facts) -> None:
    findings = tuple(
        replace(week.findings[0], finding_id=f"f-{rule}", rule=rule, notice_id=None)
        for rule in Rule
    )
    report = build(replace(week, findings=findings), Stamp("2024-12-03", "anna", "p 1"))
    document = wire.audit_document(report)
    assert document["summary"]["findings"]["byRule"] == {rule.value: 1 for rule in sorted(Rule)}
