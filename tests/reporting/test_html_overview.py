"""What the page says of deadlines, third parties and the whole, and how it draws it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from compliance_material import CORRECTION, RUNS, owing
from family_material import STANDING
from html_material import text_of, tree

from provenance.reporting.family import MemberState
from provenance.reporting.page.html import render
from provenance.reporting.report import Facts, LogState, Stamp, build
from provenance.reporting.thumbnails import NoThumbnails

STAMP = Stamp("2024-12-03T08:00:00+00:00", "anna.editor", "provenance 1")


@pytest.fixture
def page(week: Facts) -> str:
    return render(build(week, STAMP), NoThumbnails())


def test_the_charts_speak(week: Facts) -> None:
    root = tree(render(build(owing(week), STAMP), NoThumbnails()))
    charts = root.xpath("//*[local-name()='svg'][@role='img']")
    told = {chart.xpath("string(*[local-name()='title'])"): text_of(chart) for chart in charts}
    assert list(told) == [
        "Open notices by age", "Findings by rule", "Time to comply", "Findings by agency",
        "Audit by audit",
    ]  # fmt: skip
    assert (
        "Wrong credit: 3 ready to fix, 1 waiting for a person, 2 settled."
        in told["Findings by rule"]
    )
    assert "1 to 3 days: 1 behind a limit." in told["Open notices by age"]
    for chart in charts:
        for rect in chart.iter("rect"):
            if "%" in rect.get("width"):
                start, width = (float(rect.get(name, "0").rstrip("%")) for name in ("x", "width"))
                assert start + width <= 100.01


def test_every_chart_has_its_table_and_tells_its_parts_without_colour(week: Facts) -> None:
    root = tree(render(build(owing(week), STAMP), NoThumbnails()))
    figures = root.xpath("//figure")
    assert len(figures) == 5
    for figure in figures:
        rows = figure.xpath(".//details//tbody/tr")
        assert rows
        assert all(row.xpath("./th[@scope='row']") for row in rows)
        used = {rect.get("class") for rect in figure.xpath(".//*[@role='img']//rect")} - {"track"}
        explained = set(figure.xpath(".//ul[@class='legend']//rect/@class"))
        assert used <= explained
    fills = set(root.xpath("//rect/@fill"))
    assert fills == {"url(#hatch)"}
    assert set(root.xpath("//pattern/@id")) == {"hatch", "dots"}


def test_what_is_overdue_stands_first(week: Facts) -> None:
    root = tree(render(build(owing(week), STAMP), NoThumbnails()))
    assert text_of(root.xpath("//h1")[0]).startswith("1 notice overdue; ")
    late = root.xpath("//div[@class='late']")[0]
    assert "Contained 2 Dec 2024, 06:14 UTC" in text_of(late)
    assert text_of(late.xpath(".//td[@class='by']")[0]) == "1 day 1 h"
    assert late.xpath(".//a/@href") == ["#notice-1"]
    states = [text_of(one) for one in root.xpath("//section[@id='notices']//td[1]")]
    assert states == ["Overdue", "Open", "Complied with"]


def test_a_notice_tells_its_duties_and_its_third_parties(week: Facts) -> None:
    root = tree(render(build(owing(week), STAMP), NoThumbnails()))
    section = root.get_element_by_id("notice-1")
    text = text_of(section)
    for said in (
        "Acknowledged a person took note 1 Dec 2024, 06:14 UTC, after 1 h 0 min",
        "Remove from online services Done by m.okafor on 1 Dec 2024, 09:00 UTC",
        "Evidence: ticket-4711.pdf",
        "Inform third parties Overdue nobody yet",
        "Radio Kvarken To be told",
        "rights@nordlicht.example",
        "did what was asked, 2 Dec 2024, 11:00 UTC: Both copies replaced",
        "Waiting for the agency's answer (log entry 33)",
    ):
        assert said in text, said


def test_copies_in_order_are_shown_once_and_those_with_findings_not_again(week: Facts) -> None:
    clean = week.records[week.findings[6].uri].ref
    spoken = week.records[week.findings[0].uri].ref
    standing = replace(
        STANDING,
        settled=((clean, MemberState.CLEAN), (spoken, MemberState.CLEAN)),
    )
    facts = replace(owing(week), standings={CORRECTION: standing})
    root = tree(render(build(facts, STAMP), NoThumbnails()))
    (tidy,) = root.xpath("//details[@class='tidy']")
    assert [text_of(one) for one in tidy.xpath(".//p[@class='path']")] == [clean.display]
    assert "1 copy with nothing to correct" in text_of(tidy)


def test_what_is_settled_is_folded_and_what_is_open_is_not(week: Facts) -> None:
    root = tree(render(build(owing(week), STAMP), NoThumbnails()))
    assert root.xpath("//section[@id='notice-1']/article")
    done = root.get_element_by_id("notice-3")
    assert not done.xpath("./article")
    assert done.xpath("./details[@class='body']/article")


def test_the_checkpoint_can_be_read_by_a_program(page: str, week: Facts) -> None:
    meta = "string(//meta[@name='provenance-checkpoint']/@content)"
    assert tree(page).xpath(meta) == f"58 {'c4b1f2e6a0d97385' * 4}"
    odd = replace(week, log=LogState("o", 1, 'not a hash" onload="x'))
    assert tree(render(build(odd, STAMP), NoThumbnails())).xpath(meta) == ""


def test_one_audit_is_told_in_words_and_two_are_drawn(week: Facts) -> None:
    one = tree(render(build(replace(owing(week), runs=RUNS[:1]), STAMP), NoThumbnails()))
    assert "The registry was audited once, on 29 November 2024" in text_of(one)
    assert not one.xpath("//figure[@id='chart-trend']")


@pytest.mark.parametrize("text", ["<script>x</script>", "a\u202eb\x1b[2J", "x" * 400])
def test_hostile_words_in_what_is_owed_stay_words(week: Facts, text: str) -> None:
    plain = tree(render(build(poisoned(week, "plain"), STAMP), NoThumbnails()))
    page = render(build(poisoned(week, text), STAMP), NoThumbnails())
    assert [node.tag for node in tree(page).iter()] == [node.tag for node in plain.iter()]
    assert not set("\u202e\x1b") & set(page)


def poisoned(week: Facts, text: str) -> Facts:
    """The week with ``text`` in every free word of its clocks and third parties."""
    facts = owing(week)
    clock, others = facts.clocks[CORRECTION], facts.third_parties[CORRECTION]
    duties = tuple(
        replace(
            one,
            act=None
            if one.act is None
            else replace(one.act, agent=text, reason=text, evidence=text, until=text),
        )
        for one in clock.duties
    )
    told = others[1]
    party = replace(
        told,
        recipient=text,
        contact=text,
        deliveries=tuple(replace(one, day=text) for one in told.deliveries),
        letters=tuple(replace(one, agent=text, sent=text) for one in told.letters),
        answer=replace(told.answer, words=text, received=text) if told.answer else None,
    )
    return replace(
        facts,
        clocks={CORRECTION: replace(clock, duties=duties)},
        third_parties={CORRECTION: (party,)},
        runs=(RUNS[0], replace(RUNS[1], when=text)),
    )
