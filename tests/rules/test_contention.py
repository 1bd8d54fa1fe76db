"""Several notices on one picture: they contend, repeat one another, or withdraw it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    IN_HOUSE,
    RIGHT,
    STRIPPED,
    WRONG,
    XMP,
    Case,
    but,
    by_caption,
    by_identifier,
    credited,
    findings,
    notice,
    of_rule,
    reasons,
    saying,
    target,
    value,
    with_value,
    withdrawal,
)

from provenance.model import (
    Authority,
    Confidence,
    Fixability,
    Property,
    Rule,
    Severity,
    Status,
    TargetKind,
)

SAFE, UNSAFE, SHOWN = Fixability.SAFE, Fixability.UNSAFE, Fixability.DISPLAY_ONLY


def test_a_weaker_notice_does_not_spoil_a_proven_one() -> None:
    other = notice(right="Eva SOMMER", targets=by_caption(), ident="afp-2")
    case = but(others=(other,))
    assert case.credit().fixability is SAFE
    (weak,) = [one for one in case.credits() if one.notice_id == "afp-2"]
    assert weak.fixability is UNSAFE
    assert "contended" in reasons(weak)


def test_contending_notices_are_both_held() -> None:
    case = but(others=(notice(right="Eva SOMMER", ident="afp-2"),))
    assert [(one.notice_id, one.status) for one in case.credits()] == [
        ("afp-1", Status.HELD),
        ("afp-2", Status.HELD),
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("right", [RIGHT, RIGHT.upper()])
def test_notices_that_say_the_same_are_one_finding(order: tuple[int, int], right: str) -> None:
    both = (notice(), notice(right=right, ident="afp-2", targets=by_caption()))
    case = Case(both[order[0]], credited(), others=(both[order[1]],))
    (found,) = case.credits()
    assert (found.notice_id, found.fixability) == ("afp-1", SAFE)
    (also,) = [reason for reason in found.evidence if reason.name == "also"]
    assert also.weight == 0.0
    assert "afp-2" in also.detail


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_equal_notices_the_same_one_speaks_in_any_order(order: tuple[int, int]) -> None:
    both = (notice(ident="afp-a"), notice(ident="afp-b"))
    (found,) = Case(both[order[0]], credited(), others=(both[order[1]],)).credits()
    assert found.notice_id == "afp-a"


def test_rights_that_differ_in_their_letters_contend() -> None:
    case = but(notice=notice(right="Ipek Izgi"), others=(notice(right="Ipek İzgı", ident="afp-2"),))
    assert "contended" not in reasons(but(notice=notice(right="Ipek Izgi")).credit())
    assert "contended" in reasons(case.credit())


def test_a_correction_of_the_spelling_does_not_contend_with_itself() -> None:
    one = notice("Ipek Izgi", "İpek İzgi")
    case = Case(one, credited("Ipek Izgi"), others=(replace(one, notice_id="afp-2"),))
    (found,) = case.credits()
    assert found.fixability is SAFE
    assert reasons(found) & {"contended", "contradicts-itself"} == set()
    assert found.edits[0].after == "İpek İzgi"


def test_notices_on_different_names_do_not_contend() -> None:
    record = with_value(credited(), value(Property.CREDIT_LINE, XMP, "Eva SOMMER / AFP"))
    other = notice("Eva SOMMER", "Ida WINTER", ident="afp-2")
    assert {one.fixability for one in Case(notice(), record, others=(other,)).credits()} == {SAFE}


def test_one_picture_under_two_agencies_numbers_is_held() -> None:
    case = saying(targets=(*by_identifier(), *by_identifier("GettyImages-1190004821")))
    assert "several-pictures" in reasons(case.credit())


def test_one_number_in_two_writings_is_one_picture() -> None:
    case = saying(targets=(*by_identifier(), *by_identifier("AFP_36nv2ql.jpg")))
    assert case.credit().fixability is SAFE


def test_a_desk_may_name_several_pictures_itself() -> None:
    targets = (*by_identifier(), *by_identifier("000_36NV2QM"))
    case = but(IN_HOUSE, notice=replace(IN_HOUSE.notice, targets=targets))
    assert case.credit().fixability is SAFE


# Withdrawn


def test_a_withdrawn_picture_is_never_rewritten() -> None:
    found = findings(credited(), withdrawal(), notice())
    (one,) = found
    assert (one.rule, one.severity) == (Rule.WITHDRAWN, Severity.ERROR)
    assert (one.confidence, one.fixability, one.status) == (Confidence.STRONG, SHOWN, Status.OPEN)
    assert one.edits == ()


@pytest.mark.parametrize("code", ["36NV2QM"])
def test_a_kill_of_another_picture_does_not_reach_this_one(code: str) -> None:
    found = findings(credited(), withdrawal(by_identifier(f"000_{code}")))
    assert of_rule(found, Rule.WITHDRAWN) == []


def test_a_kill_by_byline_is_a_held_candidate_and_spoils_no_correction() -> None:
    kill = withdrawal([target(TargetKind.BYLINE, WRONG)])
    found = findings(credited(), kill, notice())
    (killed,) = of_rule(found, Rule.WITHDRAWN)
    assert (killed.confidence, killed.status) == (Confidence.LOW, Status.HELD)
    (credit,) = of_rule(found, Rule.ERRONEOUS_CREDIT)
    assert credit.fixability is SAFE


def test_a_claimed_kill_takes_away_corrections_that_are_no_surer() -> None:
    found = findings(STRIPPED, withdrawal(by_caption()), notice(targets=by_caption()))
    assert [one.rule for one in found] == [Rule.WITHDRAWN]


def test_a_forged_kill_does_not_take_away_a_proven_correction() -> None:
    kill = withdrawal(authority=Authority.EMBEDDED)
    found = findings(credited(), kill, notice())
    (killed,) = of_rule(found, Rule.WITHDRAWN)
    assert killed.confidence is Confidence.MEDIUM
    (credit,) = of_rule(found, Rule.ERRONEOUS_CREDIT)
    assert (credit.fixability, credit.status) == (UNSAFE, Status.HELD)


ITEM = "urn:newsml:example.com:20230502:1"


@pytest.mark.parametrize(
    ("wrong", "right"), [(RIGHT, "Eva SOMMER"), (f"{WRONG}-PETIT", "Eva SOMMER")]
)
def test_the_later_version_of_an_item_holds_the_earlier_one(wrong: str, right: str) -> None:
    """What version 2 still finds is shown; the name it gives is no longer the right one."""
    early = notice(ident="afp-2", item=ITEM, version="2")
    late = notice(wrong, right, ident="afp-3", item=ITEM, version="3")
    (found,) = of_rule(findings(credited(WRONG), early, late), Rule.ERRONEOUS_CREDIT)
    assert (found.notice_id, found.fixability, found.status) == ("afp-2", UNSAFE, Status.HELD)
    assert "contended" in reasons(found)


def test_the_earlier_version_of_an_item_does_not_hold_the_later_one() -> None:
    early = notice(ident="afp-2", item=ITEM, version="2")
    late = notice(RIGHT, "Eva SOMMER", ident="afp-3", item=ITEM, version="3")
    (found,) = of_rule(findings(credited(RIGHT), early, late), Rule.ERRONEOUS_CREDIT)
    assert (found.notice_id, found.fixability) == ("afp-3", SAFE)
    unordered = replace(late, version="")
    (held,) = of_rule(
        findings(credited(RIGHT), early, replace(unordered, received=early.received)),
        Rule.ERRONEOUS_CREDIT,
    )
    assert held.fixability is UNSAFE


@pytest.mark.parametrize(
    ("of", "who"),
    [
        ({"provider": None}, "The sender"),
        ({"provider": None, "authority": Authority.IN_HOUSE}, "The desk"),
        ({}, "AFP"),
    ],
)
def test_who_corrects(of: dict, who: str) -> None:
    (found,) = of_rule(findings(credited(WRONG), notice(**of)), Rule.ERRONEOUS_CREDIT)
    assert found.message.startswith(f"{who} corrects this picture")


def test_a_withdrawal_that_is_not_sure_does_not_say_that_it_is() -> None:
    by_name = withdrawal((target(TargetKind.BYLINE, WRONG),))
    (candidate,) = of_rule(findings(credited(WRONG), by_name), Rule.WITHDRAWN)
    assert candidate.confidence is Confidence.LOW
    assert (
        candidate.message == "AFP has withdrawn a picture that may be this one: a person must look."
    )
    (proven,) = of_rule(findings(credited(WRONG), withdrawal()), Rule.WITHDRAWN)
    assert proven.message == "AFP has withdrawn this picture: it may no longer be used."


def test_a_withdrawal_of_unsure_words_says_so() -> None:
    unsure = withdrawal(confidence=Confidence.LOW)
    (found,) = of_rule(findings(credited(WRONG), unsure), Rule.WITHDRAWN)
    assert found.message == "AFP may have withdrawn this picture: a person must read the notice."


@pytest.mark.parametrize(
    "right",
    ["Ana <b>DUPOND</b>", "Ana DUPOND</script>", "{{7*7}}", "Ana\x1bDUPOND", "http://x.example/a"],
)
def test_a_right_value_that_is_markup_is_not_written_alone(right: str) -> None:
    (found,) = of_rule(findings(credited(WRONG), notice(right=right)), Rule.ERRONEOUS_CREDIT)
    assert (found.fixability, found.status) == (UNSAFE, Status.HELD)
    assert "odd-value" in reasons(found)


@pytest.mark.parametrize("right", ["Ana O'DUPOND-ÉTÉ", "Ana DUPOND (R)", "A. & E. DUPOND"])
def test_a_name_with_signs_is_written(right: str) -> None:
    (found,) = of_rule(findings(credited(WRONG), notice(right=right)), Rule.ERRONEOUS_CREDIT)
    assert found.fixability is SAFE
