from __future__ import annotations

from dataclasses import replace

from provenance.model import Property, Rule, Status
from provenance.reporting.difference import Kind
from provenance.reporting.page import view
from provenance.reporting.page.entries import Told
from provenance.reporting.report import ComplianceReport, Facts, Picture, Stamp, build


def correction(report: ComplianceReport) -> view.NoticeView:
    return next(
        one for one in view.notices(report) if one.notice.notice_id == "afp-5d2f0a91c3b7e864"
    )


def test_copies_about_which_the_same_is_said_share_a_card(report: ComplianceReport) -> None:
    first = correction(report).entries[0]
    assert [file.path for file in first.files] == [
        "desk/2024-11-30_syria/000_36NV2QL.jpg",
        "web/renditions/syria-road-1200.jpg",
        "web/renditions/syria-road-lead.jpg",
    ]
    assert [file.number for file in first.files] == [1, 2, 3]


def test_places_that_say_the_same_share_a_row(report: ComplianceReport) -> None:
    changes = correction(report).entries[0].findings[0].changes
    one = "copy\N{NO-BREAK SPACE}1"
    assert [(each.change.label, [(*spots.places, spots.of) for spots in each.spots]) for each in changes] == [
        ("Creator", [("EXIF IFD0:Artist", "XMP dc:creator", "XMP dc:creator in 000_36NV2QL.jpg.xmp", one),
                     ("IIM 2:80", "")]),
        ("Caption", [("IIM 2:120", "XMP dc:description", one)]),
    ]  # fmt: skip


def test_a_long_removal_is_cut_and_given_in_full_below(report: ComplianceReport) -> None:
    leak = next(
        entry.findings[0]
        for entry in correction(report).entries
        if entry.findings[0].rule == "Notice text in a published field"
    )
    change = leak.changes[0].change
    assert Kind.SKIPPED in {run.kind for run in change.runs}
    assert "Failure to promptly comply" in change.before
    assert change.after.endswith("(Photo by Bakr ALKASEM / AFP)")


def test_a_short_change_is_not_given_twice(report: ComplianceReport) -> None:
    change = correction(report).entries[0].findings[0].changes[0].change
    assert (change.before, change.after) == ("", "")


def test_a_value_of_megabytes_is_limited(week: Facts) -> None:
    huge = "A" * 3_000_000
    finding = week.findings[0]
    edits = (replace(finding.edits[0], before=huge, after=huge + " B"),)
    report = build(replace(week, findings=(replace(finding, edits=edits),)), _stamp(week))
    change = correction(report).entries[0].findings[0].changes[0].change
    assert sum(len(run.text) for run in change.runs) < 21_000
    assert "more characters]" in "".join(run.text for run in change.runs)


def test_a_removed_value_says_so(week: Facts) -> None:
    finding = week.findings[0]
    edits = (replace(finding.edits[0], after=None),)
    report = build(replace(week, findings=(replace(finding, edits=edits),)), _stamp(week))
    change = correction(report).entries[0].findings[0].changes[0].change
    assert change.removed
    assert {run.kind for run in change.runs} == {Kind.GONE}


def test_unreadable_files_are_not_listed_twice(report: ComplianceReport) -> None:
    assert Rule.UNREADABLE in {section.rule for section in report.rules}
    assert Rule.UNREADABLE.value not in {section.rule for section in view.rules(report)}


def test_the_clock_of_a_notice(report: ComplianceReport) -> None:
    clocks = [one.clock.replace("\u00a0", " ") for one in view.notices(report)]
    assert clocks == [
        "open for 19 h 20 min", "open for 2 days 1 h", "complied with 3 h 10 min after receipt",
    ]  # fmt: skip


def test_a_notice_without_a_receipt_has_no_clock(week: Facts) -> None:
    notices = tuple(replace(one, received=None) for one in week.notices)
    report = build(replace(week, notices=notices), _stamp(week))
    assert [one.clock for one in view.notices(report)] == ["", "", ""]


def test_fixes_stand_with_the_file_they_were_made_to(report: ComplianceReport) -> None:
    fixed = {one.files[0].path: one.fixes for one in correction(report).entries if one.fixes}
    assert list(fixed) == ["archive/2024/11/AFP_36NV2QL.jpg"]
    assert "log entry 41" in fixed["archive/2024/11/AFP_36NV2QL.jpg"][0].text


def _picture(report: ComplianceReport, caption: str) -> Picture:
    picture = next(report.pictures)
    values = tuple(
        replace(value, values=(caption,) if value.property is Property.DESCRIPTION else ())
        for value in picture.record.values
    )
    return replace(picture, record=replace(picture.record, values=values))


def test_alt_text_is_the_caption_cut_at_a_word(report: ComplianceReport) -> None:
    long = "word " * 40
    alt = view.alt_text(_picture(report, long))
    assert len(alt) <= 120
    assert alt.endswith("word…")
    assert view.alt_text(_picture(report, " A dam\nnear  Tabqa ")) == "A dam near Tabqa"
    assert len(view.alt_text(_picture(report, "x" * 500))) == 120


def test_alt_text_without_a_caption_names_the_file(report: ComplianceReport) -> None:
    picture = _picture(report, "")
    assert view.alt_text(picture) == "Picture without a caption: 000_36MX7PD.jpg"
    assert view.alt_text(replace(picture, record=None)).endswith("000_36MX7PD.jpg")


def test_counts_name_every_stage(week: Facts, report: ComplianceReport) -> None:
    said = correction(report).counts.replace("\u00a0", " ")
    assert said == "6 files: 4 ready to fix, 1 waits for a person, 1 corrected"
    waived = replace(week.findings[0], status=Status.WAIVED)
    alone = build(replace(week, findings=(waived,)), report.stamp)
    section = next(one for one in view.notices(alone) if one.entries)
    assert section.counts.replace("\u00a0", " ") == "1 file: 1 dismissed"


def _stamp(week: Facts) -> Stamp:
    return Stamp("2024-12-03T08:00:00+00:00", "anna", f"p {week.assets}")


def first_finding(report: ComplianceReport) -> Told:
    return correction(report).entries[0].findings[0]


def test_a_conflict_says_so_and_keeps_its_reasons_open(week: Facts) -> None:
    fix = replace(week.fixes[0], state="conflict", finding_ids=(week.findings[0].finding_id,))
    told = first_finding(build(replace(week, fixes=(fix,)), _stamp(week)))
    assert (told.stage, told.label) == ("conflict", "Conflict")


def test_a_conflict_that_was_settled_since_is_none(week: Facts) -> None:
    number = (week.findings[0].finding_id,)
    fix = replace(week.fixes[0], state="conflict", finding_ids=number)
    later = replace(fix, state="commit", when="2024-12-02T00:00:00+00:00")
    told = first_finding(build(replace(week, fixes=(later, fix)), _stamp(week)))
    assert told.label == "Ready to fix"


def test_a_value_that_a_person_put_in_is_told_beside_the_proposed_one(week: Facts) -> None:
    finding = week.findings[0]
    edits = (replace(finding.edits[0], after="B. Alkasem"), *finding.edits[1:])
    amended = replace(finding, edits=edits, proposed=finding.edits)
    report = build(replace(week, findings=(amended,)), _stamp(week))
    assert [one.text for one in first_finding(report).proposed] == [
        "EXIF IFD0:Artist: Bakr ALKASEM"
    ]


def test_a_text_is_no_picture_to_draw(week: Facts) -> None:
    uri = week.findings[0].uri
    records = {uri: replace(week.records[uri], media_type="text/plain; charset=utf-8")}
    report = build(replace(week, records=records, findings=week.findings[:1]), _stamp(week))
    assert correction(report).entries[0].looks[0].instead == "A text file"
    assert correction(build(week, _stamp(week))).entries[0].looks[0].instead == ""


def test_a_decision_names_its_entry_in_the_log(week: Facts) -> None:
    facts = replace(week, decided_at={week.findings[5].decision_key: 33})
    told = [
        said.text
        for entry in correction(build(facts, _stamp(week))).entries
        for finding in entry.findings
        for said in finding.decisions
    ]
    assert len(told) == 1
    assert told[0].endswith("(log entry 33)")
