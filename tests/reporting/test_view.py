from __future__ import annotations

from dataclasses import replace

from provenance.model import Property, Rule, Status
from provenance.reporting import view
from provenance.reporting.difference import Kind
from provenance.reporting.report import ComplianceReport, Facts, Picture, Stamp, build


def correction(report: ComplianceReport) -> view.NoticeView:
    return next(
        one for one in view.notices(report) if one.notice.notice_id == "afp-5d2f0a91c3b7e864"
    )


def test_copies_about_which_the_same_is_said_share_a_card(report: ComplianceReport) -> None:
    family = correction(report).families[0]
    assert family.copies == "3 copies of one picture"
    assert [[file.path for file in card.files] for card in family.cards] == [
        ["desk/2024-11-30_syria/000_36NV2QL.jpg"],
        ["web/renditions/syria-road-1200.jpg", "web/renditions/syria-road-lead.jpg"],
    ]


def test_places_that_say_the_same_share_a_row(report: ComplianceReport) -> None:
    changes = correction(report).families[0].cards[0].findings[0].changes
    assert [(change.label, change.places) for change in changes] == [
        ("Creator", ("EXIF IFD0:Artist", "IIM 2:80", "XMP dc:creator",
                     "XMP dc:creator in 000_36NV2QL.jpg.xmp")),
        ("Caption", ("IIM 2:120", "XMP dc:description")),
    ]  # fmt: skip


def test_a_long_removal_is_cut_and_given_in_full_below(report: ComplianceReport) -> None:
    leak = next(
        card.findings[0]
        for family in correction(report).families
        for card in family.cards
        if card.findings[0].rule == "Notice text in a published field"
    )
    change = leak.changes[0]
    assert Kind.SKIPPED in {run.kind for run in change.runs}
    assert "Failure to promptly comply" in change.before
    assert change.after.endswith("(Photo by Bakr ALKASEM / AFP)")


def test_a_short_change_is_not_given_twice(report: ComplianceReport) -> None:
    change = correction(report).families[0].cards[0].findings[0].changes[0]
    assert (change.before, change.after) == ("", "")


def test_a_value_of_megabytes_is_limited(week: Facts) -> None:
    huge = "A" * 3_000_000
    finding = week.findings[0]
    edits = (replace(finding.edits[0], before=huge, after=huge + " B"),)
    report = build(replace(week, findings=(replace(finding, edits=edits),)), _stamp(week))
    change = correction(report).families[0].cards[0].findings[0].changes[0]
    assert sum(len(run.text) for run in change.runs) < 21_000
    assert "more characters]" in "".join(run.text for run in change.runs)


def test_a_removed_value_says_so(week: Facts) -> None:
    finding = week.findings[0]
    edits = (replace(finding.edits[0], after=None),)
    report = build(replace(week, findings=(replace(finding, edits=edits),)), _stamp(week))
    change = correction(report).families[0].cards[0].findings[0].changes[0]
    assert change.removed
    assert {run.kind for run in change.runs} == {Kind.GONE}


def test_the_chart_counts_every_finding_once(report: ComplianceReport, week: Facts) -> None:
    bars = view.chart(report)
    assert sum(bar.total for bar in bars) == len(week.findings)
    assert [bar.total for bar in bars] == sorted((bar.total for bar in bars), reverse=True)
    first = bars[0]
    assert (first.label, first.ready, first.person, first.settled) == ("Wrong credit", 3, 1, 2)
    assert first.total * first.unit == 100


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
    files = [f for one in correction(report).families for card in one.cards for f in card.files]
    fixed = {file.path: file.fixes for file in files if file.fixes}
    assert list(fixed) == ["archive/2024/11/AFP_36NV2QL.jpg"]
    assert "log entry 41" in fixed["archive/2024/11/AFP_36NV2QL.jpg"][0]


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
    section = next(one for one in view.notices(alone) if one.families)
    assert section.counts.replace("\u00a0", " ") == "1 file: 1 dismissed"


def _stamp(week: Facts) -> Stamp:
    return Stamp("2024-12-03T08:00:00+00:00", "anna", f"p {week.assets}")
