"""Corrected facts, and one name in two spellings: shown to a person, never safe."""

from __future__ import annotations

import pytest
from matching_material import (
    CORRECTED,
    IIM,
    RIGHT,
    SIDECAR,
    WRONG,
    XMP,
    Case,
    credited,
    findings,
    notice,
    of_rule,
    picture,
    value,
    with_value,
    without,
)
from notice_material import TAIL

from provenance.model import (
    Confidence,
    Correction,
    Finding,
    Fixability,
    Property,
    Rule,
    Severity,
    Status,
)

SAFE, UNSAFE, SHOWN = Fixability.SAFE, Fixability.UNSAFE, Fixability.DISPLAY_ONLY


def test_an_unnamed_property_is_a_credit_where_the_picture_credits_the_value() -> None:
    found = Case(notice(prop=None), credited()).credit()
    assert found.fixability is SAFE


def mention(
    text: str,
    wrong: str = "Nice",
    right: str | None = "Lyon",
    *,
    prop: Property | None = None,
    where: Property = Property.DESCRIPTION,
) -> list[Finding]:
    record = with_value(without(credited(RIGHT), where), value(where, IIM, text))
    return of_rule(findings(record, notice(wrong, right, prop=prop)), Rule.ERRONEOUS_MENTION)


def test_a_corrected_fact_is_a_mention_and_never_safe() -> None:
    (found,) = mention("Boats lie in Nice. (Photo by Ana DUPOND / AFP)")
    assert (found.severity, found.confidence) == (Severity.ERROR, Confidence.STRONG)
    assert (found.fixability, found.status) == (UNSAFE, Status.HELD)
    assert [r.weight for r in found.evidence if r.name == "prose"] == [0.0]
    (edit,) = found.edits
    assert (edit.locator, edit.after) == (
        "IIM 2:120",
        "Boats lie in Lyon. (Photo by Ana DUPOND / AFP)",
    )


@pytest.mark.parametrize(
    "where", [Property.DESCRIPTION, Property.HEADLINE, Property.TITLE, Property.KEYWORDS]
)
def test_where_a_fact_is_looked_for(where: Property) -> None:
    record = picture(value(where, XMP, "Nice"), name="AFP_36NV2QL.jpg")
    (found,) = of_rule(findings(record, notice("Nice", "Lyon", prop=None)), Rule.ERRONEOUS_MENTION)
    assert found.edits[0].after == "Lyon"


@pytest.mark.parametrize("text", ["Nicea.", "Venice by night.", "nice boats", "Niceé"])
def test_a_fact_inside_another_word_is_another_fact(text: str) -> None:
    assert mention(text) == []


def test_a_fact_inside_a_credit_line_is_somebodys_name() -> None:
    (found,) = mention("Boats in Nice. (Photo by Nice PATEL / AFP)")
    assert found.edits[0].after == "Boats in Lyon. (Photo by Nice PATEL / AFP)"
    assert mention("Boats. (Photo by Nice PATEL / AFP)") == []
    (found,) = mention("Boats. (Photo by Nice PATEL / AFP) Nice at night.")
    assert found.edits[0].after == "Boats. (Photo by Nice PATEL / AFP) Lyon at night."


def test_the_words_of_a_leaked_notice_are_no_mention() -> None:
    words = f"The erroneous mention[s] appearing in the metadata of this photo by X Y has been modified in AFP systems in the following manner: [Lyon] instead of [Nice]. {TAIL}"
    assert mention(f"Boats in Lyon. (AFP Photo) / “{words}”") == []
    (found,) = mention(f"Boats in Nice. (AFP Photo) / “{words}”")
    assert found.edits[0].after == f"Boats in Lyon. (AFP Photo) / “{words}”"


def test_a_named_property_is_the_only_one_that_a_mention_changes() -> None:
    record = with_value(credited(RIGHT), value(Property.HEADLINE, IIM, "Lyon"))
    (found,) = of_rule(
        findings(record, notice("Lyon", "Nice", prop=Property.CITY)), Rule.ERRONEOUS_MENTION
    )
    assert [edit.property for edit in found.edits] == [Property.CITY]


def test_a_fact_in_a_sidecar_is_corrected_there() -> None:
    beside = value(Property.HEADLINE, SIDECAR, "Nice", uri="/archive/scan.xmp")
    (found,) = of_rule(
        findings(with_value(credited(RIGHT), beside), notice("Nice", "Lyon", prop=None)),
        Rule.ERRONEOUS_MENTION,
    )
    assert [edit.uri for edit in found.edits] == ["/archive/scan.xmp"]


def test_a_right_value_is_written_as_it_is_and_is_no_pattern() -> None:
    (found,) = mention("Boats in Nice (Alpes).", "Nice (Alpes)", r"Lyon \1 \g<0>")
    assert found.edits[0].after == r"Boats in Lyon \1 \g<0>."


@pytest.mark.parametrize(("wrong", "right"), [("Nice", None), (" ", "Lyon"), (None, "Lyon")])
def test_without_both_values_no_mention_is_edited(wrong: str | None, right: str | None) -> None:
    record = with_value(credited(RIGHT), value(Property.HEADLINE, IIM, "Boats in  Nice"))
    one = notice(wrong, right, prop=None)
    assert of_rule(findings(record, one), Rule.ERRONEOUS_MENTION) == []


def test_a_corrected_credit_does_not_touch_the_mans_name_in_prose() -> None:
    text = f"{WRONG} walks in Lyon. (Photo by {WRONG} / AFP)"
    record = with_value(
        credited(caption=text),
        value(Property.KEYWORDS, IIM, WRONG, "boats"),
        value(Property.CAPTION_WRITER, IIM, WRONG),
    )
    (found,) = findings(record, notice())
    assert {edit.property for edit in found.edits} == {Property.CREATOR_NAMES, Property.DESCRIPTION}
    assert {edit.after for edit in found.edits} == {
        RIGHT,
        text.replace(f"by {WRONG}", f"by {RIGHT}"),
    }


def test_one_notice_may_correct_a_credit_and_a_fact() -> None:
    one = notice(
        corrections=(
            Correction(Property.CREATOR_NAMES, WRONG, RIGHT),
            Correction(None, "Lyon", "Nice"),
        )
    )
    found = findings(credited(), one)
    assert [(f.rule, f.fixability) for f in found] == [
        (Rule.ERRONEOUS_CREDIT, SAFE),
        (Rule.ERRONEOUS_MENTION, UNSAFE),
    ]


# One name in two spellings


@pytest.mark.parametrize(
    ("wrong", "stands"),
    [
        ("Jörg CARSTENSEN", "JOERG CARSTENSEN"),
        ("Joerg Carstensen", "Jörg Carstensen"),
        ("Søren KJÆR", "Soeren KJAER"),
    ],
)
def test_the_wrong_name_in_another_spelling_is_shown_and_held(wrong: str, stands: str) -> None:
    found = Case(notice(wrong, RIGHT), credited(stands)).credit()
    assert (found.confidence, found.fixability) == (Confidence.STRONG, UNSAFE)
    assert found.status is Status.HELD
    (why,) = [reason for reason in found.evidence if reason.name == "other-spelling"]
    assert stands in why.detail
    assert [edit.after for edit in found.edits] == [RIGHT, CORRECTED, RIGHT, CORRECTED]


def test_one_other_spelling_beside_the_exact_name_holds_both() -> None:
    record = with_value(
        credited("Jörg CARSTENSEN"), value(Property.CREDIT_LINE, XMP, "JOERG CARSTENSEN/AFP")
    )
    found = Case(notice("Jörg CARSTENSEN", RIGHT), record).credit()
    assert found.fixability is UNSAFE
    assert [edit.after for edit in found.edits][-1] == f"{RIGHT}/AFP"


@pytest.mark.parametrize(
    ("wrong", "right", "stands"),
    [
        ("Joerg CARSTENSEN", "Jörg CARSTENSEN", "Jörg CARSTENSEN"),  # corrected already
        ("Jorg CARSTENSEN", "Joerg CARSTENSEN", "JOERG CARSTENSEN"),
        ("Jörg CARSTENSEN", RIGHT, "Georg CARSTENSEN"),
        ("Jörg CARSTENSEN", RIGHT, "Joerg CARSTENSENS"),
        ("\u200b", RIGHT, "Jörg CARSTENSEN"),
    ],
)
def test_what_is_no_other_spelling_of_the_wrong_name(wrong: str, right: str, stands: str) -> None:
    found = findings(credited(stands), notice(wrong, right))
    assert of_rule(found, Rule.ERRONEOUS_CREDIT) == []


def test_another_spelling_in_prose_is_not_touched() -> None:
    text = "JOERG CARSTENSEN walks. (Photo by Jörg CARSTENSEN / AFP)"
    found = Case(
        notice("Jörg CARSTENSEN", RIGHT), credited("Jörg CARSTENSEN", caption=text)
    ).credit()
    assert found.fixability is SAFE
    assert "JOERG CARSTENSEN walks. (Photo by Ana DUPOND / AFP)" in {e.after for e in found.edits}
