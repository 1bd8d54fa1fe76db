from __future__ import annotations

from dataclasses import replace

import pytest

from provenance.model import (
    Authority,
    Correction,
    Duty,
    NoticeKind,
    Property,
    Replacement,
    Rule,
    Status,
)
from provenance.reporting import wording
from provenance.reporting.report import ComplianceReport, Facts, FixDone, NoticeState, Stage, build


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024-11-30T14:05:00+00:00", "30 November 2024, 14:05 UTC"),
        ("2024-11-30T14:05:00Z", "30 November 2024, 14:05 UTC"),
        ("2024-11-30T14:05:00+03:00", "30 November 2024, 14:05 UTC+03:00"),
        ("2024-11-30T14:05:00-05:30", "30 November 2024, 14:05 UTC-05:30"),
        ("2024-11-30", "30 November 2024"),
        ("2024-02-30", "2024-02-30"),
        ("yesterday", "yesterday"),
        ("", ""),
        (None, ""),
    ],
)
def test_moments(text: str | None, shown: str) -> None:
    assert wording.moment(text) == shown


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, "0 octets"),
        (1, "1 octet"),
        (999, "999 octets"),
        (1000, "1 KB"),
        (118_402, "118 KB"),
        (1_437_000, "1.44 MB"),
        (999_400, "999 KB"),
        (2_500_000_000, "2.5 GB"),
        (1_500_000_000_000, "1,500 GB"),
    ],
)
def test_sizes_have_words(octets: int, words: str) -> None:
    assert wording.size(octets) == words


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2024-12-01T06:14:00+00:00", "2024-12-01T06:14:59+00:00", "0 min"),
        ("2024-12-01T06:14:00+00:00", "2024-12-01T07:02:11+00:00", "48 min"),
        ("2024-12-01T06:14:00+00:00", "2024-12-01T09:20:00+00:00", "3 h 6 min"),
        ("2024-12-01T06:14:00+03:00", "2024-12-03T08:00:00+00:00", "2\u00a0days 4 h"),
        ("2024-12-01", "2024-12-02", "1\u00a0day"),
        ("2024-12-02", "2024-12-01", ""),
        ("soon", "2024-12-01", ""),
        (None, "2024-12-01", ""),
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "3,652,060\u00a0days 3 h"),
    ],
)
def test_elapsed(start: str | None, end: str, shown: str) -> None:
    assert wording.elapsed(start, end) == shown


@pytest.mark.parametrize(
    ("enum", "words"),
    [
        (Rule, wording.RULES),
        (Property, wording.PROPERTIES),
        (Stage, wording.STAGES),
        (NoticeState, wording.STATES),
    ],
)
def test_every_member_has_words(enum: type, words: dict) -> None:
    assert list(words) == list(enum)


def test_the_title_is_a_verdict(report: ComplianceReport, week: Facts) -> None:
    said = wording.verdict(report).replace("\u00a0", " ")
    assert said == "4 corrections ready to apply, 8 findings waiting for a person"
    fixed = tuple(replace(one, status=Status.FIXED) for one in week.findings)
    settled = build(replace(week, findings=fixed, standings={}), report.stamp)
    assert wording.verdict(settled).replace("\u00a0", " ") == "All 15 findings settled"
    clean = build(replace(week, findings=(), standings={}), report.stamp)
    assert wording.verdict(clean).replace("\u00a0", " ") == "Nothing to correct in 4,212 files"
    elsewhere = build(replace(week, findings=()), report.stamp)
    told = wording.verdict(elsewhere).replace("\u00a0", " ")
    assert told == "Settled here; 1 notice open elsewhere"
    one = build(replace(week, findings=week.findings[:1]), report.stamp)
    assert wording.verdict(one).replace("\u00a0", " ") == "1 correction ready to apply"


def test_a_notice_in_one_line(week: Facts) -> None:
    correction, kill, _ = week.notices
    assert wording.essences(correction) == (wording.Essence("Bakr ALKASEM", "Aaref WATAD"),)
    assert wording.essences(kill)[0].plain == "Withdrawn: picture 000_36MX7PD by Lina HADDAD"
    bare = replace(correction, corrections=(), targets=(), byline=None)
    assert wording.essences(bare)[0].plain == "Corrected, but the notice names no values: a picture"
    limited = replace(kill, kind=NoticeKind.RESTRICTION, byline=None)
    assert wording.essences(limited)[0].plain == "Restricted: picture 000_36MX7PD"
    pairs = (Correction(None, "a", "b"), Correction(None, "c", None))
    both = wording.essences(replace(correction, corrections=pairs))
    assert [(one.right, one.wrong) for one in both] == [("b", "a"), (None, "c")]


@pytest.mark.parametrize(
    ("duties", "said"),
    [
        ((), ""),
        ((Duty.DELETE_SERVERS,), "AFP asks you to delete it from the servers."),
        (
            (Duty.REMOVE_ONLINE, Duty.DELETE_SERVERS),
            (
                "AFP asks you to remove the error from all online services and to delete it from the "
                "servers."
            ),
        ),
        (
            tuple(Duty),
            (
                "AFP asks you to remove the error from all online services, to delete it from the "
                "servers and to make sure that third parties who received it do the same."
            ),
        ),
    ],
)
def test_duties_are_one_sentence(week: Facts, duties: tuple[Duty, ...], said: str) -> None:
    assert wording.duties(replace(week.notices[0], duties=duties)) == said


def test_a_withdrawal_is_about_the_picture_not_an_error(week: Facts) -> None:
    assert "remove the picture from" in wording.duties(week.notices[1])
    nameless = replace(week.notices[1], provider=None)
    assert wording.duties(nameless).startswith("The notice asks you to")


def test_who_speaks_and_on_whose_word(week: Facts) -> None:
    correction, kill, desk = week.notices
    assert [wording.sender(one) for one in week.notices] == [
        "Correction by AFP", "Withdrawal by AFP", "The desk's own correction",
    ]  # fmt: skip
    assert wording.sender(replace(kill, provider=None)) == "Withdrawal by An agency not named"
    assert wording.authority(correction) == "brought by anna.editor"
    assert wording.authority(replace(desk, received_by=None)) == "brought to the desk"
    embedded = replace(correction, authority=Authority.EMBEDDED)
    assert wording.authority(embedded) == "found in a file; proves nothing about other files"


def test_replacements(week: Facts) -> None:
    said = [wording.replacement(replace(week.notices[0], replacement=one)) for one in Replacement]
    assert said == ["The agency will send a replacement.", "There will be no replacement.", ""]


def test_decisions_and_fixes_name_person_time_and_place(week: Facts) -> None:
    held, waived = week.decisions.values()
    assert wording.decision(held) == (
        "anna.editor held this on 1 December 2024, 09:30 UTC: Waiting for the agency's answer"
    )
    assert "m.okafor waived this" in wording.decision(waived)
    assert ", until 31 December 2026: Library stock" in wording.decision(waived)
    assert wording.fix(week.fixes[0]) == (
        "Corrected on 1 December 2024, 07:02 UTC by anna.editor, run r-20241201-0702, log entry 41."
    )


@pytest.mark.parametrize("state", ["commit", "undone", "conflict", "abort", "intent"])
def test_every_end_of_a_fix_has_words(state: str) -> None:
    said = wording.fix(FixDone("u", "r1", "2024-12-01", "anna", state))
    assert said.endswith(" on 1 December 2024 by anna, run r1.")


def test_what_may_be_done_is_not_said_of_what_is_done(report: ComplianceReport) -> None:
    said = {item.stage: wording.standing(item) for one in report.notices for item in one.items}
    assert said[Stage.DONE] == "The picture is proven."
    assert said[Stage.READY] == "The picture is proven; the correction is safe to apply."
    assert all(wording.standing(i) == "" for r in report.rules for p in r.pictures for i in p.items)
