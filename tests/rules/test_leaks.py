"""A notice's own words in a published field: stripped when whole, held when cut."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    CORRECTED,
    EXIF,
    IIM,
    LEAKED,
    POLICY,
    RIGHT,
    SCENE,
    SIDECAR,
    WRONG,
    XMP,
    applied,
    credited,
    findings,
    notice,
    of_rule,
    picture,
    reasons,
    value,
    withdrawal,
)
from notice_material import BOATS, KILL, NOTICE, bracket

from provenance.matching import embedded_notices
from provenance.model import (
    Confidence,
    Finding,
    Fixability,
    MetadataRecord,
    Property,
    PropertyValue,
    Rule,
    Severity,
    Status,
)
from provenance.rules import examine
from provenance.rules.leaks import leak_findings

SAFE, UNSAFE, SHOWN = Fixability.SAFE, Fixability.UNSAFE, Fixability.DISPLAY_ONLY
CUT = LEAKED[:-200]


def leaks(*values: PropertyValue, **of: object) -> list[Finding]:
    record = picture(*values, **of)  # type: ignore[arg-type]
    return of_rule(findings(record), Rule.LEAKED_NOTICE)


def only(*values: PropertyValue, **of: object) -> Finding:
    (found,) = leaks(*values, **of)
    return found


def test_a_whole_notice_is_stripped_safely() -> None:
    found = only(value(Property.DESCRIPTION, IIM, LEAKED))
    assert (found.severity, found.confidence) == (Severity.ERROR, Confidence.STRONG)
    assert (found.fixability, found.status) == (SAFE, Status.OPEN)
    (edit,) = found.edits
    assert (edit.locator, edit.before, edit.after) == ("IIM 2:120", LEAKED, CORRECTED)
    assert found.message == "AFP's notice to its clients stands in a field that is published."


def test_every_container_is_stripped() -> None:
    found = only(
        value(Property.DESCRIPTION, IIM, LEAKED),
        value(Property.DESCRIPTION, XMP, CORRECTED),
        value(Property.DESCRIPTION, EXIF, LEAKED),
        value(Property.DESCRIPTION, SIDECAR, LEAKED, uri="/archive/scan.xmp"),
    )
    assert [(edit.uri, edit.locator) for edit in found.edits] == [
        ("/archive/scan.jpg", "IIM 2:120"),
        ("/archive/scan.jpg", "EXIF IFD0:ImageDescription"),
        ("/archive/scan.xmp", "XMP dc:description"),
    ]
    assert {edit.after for edit in found.edits} == {CORRECTED}


@pytest.mark.parametrize(
    ("prop", "published"),
    [
        (Property.DESCRIPTION, True),
        (Property.HEADLINE, True),
        (Property.TITLE, True),
        (Property.COPYRIGHT_NOTICE, True),
        (Property.INSTRUCTIONS, False),
    ],
)
def test_which_fields_are_published(prop: Property, published: bool) -> None:
    assert bool(leaks(value(prop, XMP, LEAKED))) is published


def test_a_notice_in_the_instructions_does_not_make_the_caption_a_leak() -> None:
    values = (
        value(Property.INSTRUCTIONS, IIM, NOTICE),
        value(Property.DESCRIPTION, IIM, CORRECTED),
    )
    assert leaks(*values) == []


def test_a_field_that_is_nothing_but_a_notice_is_removed() -> None:
    found = only(value(Property.HEADLINE, XMP, NOTICE))
    assert found.edits[0].after is None


@pytest.mark.parametrize(
    "text",
    [CUT, CUT + " ...[+]", LEAKED.replace("in AFP systems", "in some strange other systems")],
    ids=["cut", "cut by a CMS", "another wording"],
)
def test_a_cut_or_half_understood_notice_waits_for_a_person(text: str) -> None:
    found = only(value(Property.DESCRIPTION, IIM, text))
    assert (found.fixability, found.status) == (UNSAFE, Status.HELD)
    assert "cut" in reasons(found)


@pytest.mark.parametrize("of", [{"complete": False}, {"unparsed": "and the dog"}])
def test_what_the_notice_says_of_itself_counts(of: dict[str, object]) -> None:
    record = credited(RIGHT, caption=LEAKED)
    (one,) = embedded_notices(record)
    (found,) = leak_findings(record, [replace(one, **of)])  # type: ignore[arg-type]
    assert found.fixability is UNSAFE


def test_one_cut_copy_holds_the_whole_notice_back() -> None:
    found = leaks(value(Property.DESCRIPTION, XMP, LEAKED), value(Property.DESCRIPTION, IIM, CUT))
    assert {one.fixability for one in found} == {UNSAFE}


def test_a_text_and_signed_pictures_are_shown_only() -> None:
    for of in ({"media_type": "text/plain"}, {"credentials": "c2pa"}):
        found = only(value(Property.DESCRIPTION, XMP, LEAKED), **of)
        assert (found.fixability, found.status) == (SHOWN, Status.OPEN)


def test_a_kill_in_the_caption_is_shown_and_never_rewritten() -> None:
    text = f"{BOATS} / {KILL}"
    (found,) = leaks(value(Property.DESCRIPTION, IIM, text))
    assert (found.fixability, found.status) == (SHOWN, Status.OPEN)


def test_a_withdrawn_picture_keeps_even_a_leaked_correction() -> None:
    record = credited(RIGHT, caption=LEAKED)
    (found,) = of_rule(findings(record, withdrawal()), Rule.LEAKED_NOTICE)
    assert found.fixability is SHOWN
    (found,) = of_rule(findings(record, notice()), Rule.LEAKED_NOTICE)
    assert found.fixability is SAFE


@pytest.mark.parametrize(
    "text",
    [
        CORRECTED,
        f"EDITORS NOTE: Graphic content / {CORRECTED}",
        f'{CORRECTED} / RESTRICTED TO EDITORIAL USE - MANDATORY CREDIT "AFP PHOTO / X"',
        "The erroneous mention of his name was corrected, the agency said.",
        "ATTENTION EDITORS - THIS IMAGE WAS PROVIDED BY A THIRD PARTY",
    ],
)
def test_ordinary_furniture_is_no_leak(text: str) -> None:
    assert leaks(value(Property.DESCRIPTION, IIM, text)) == []


def test_two_notices_in_one_caption_are_two_findings_with_one_result() -> None:
    second = bracket("[Nice] instead of [Lyon]")
    found = leaks(value(Property.DESCRIPTION, IIM, f"{LEAKED} / “{second}”"))
    assert len(found) == 2
    assert {one.edits[0].after for one in found} == {CORRECTED}
    assert len({one.notice_id for one in found}) == 2


def test_nothing_is_left_of_the_notice_once_it_is_stripped() -> None:
    record = credited(RIGHT, caption=LEAKED)
    (found,) = of_rule(findings(record), Rule.LEAKED_NOTICE)
    done = applied(record, found.edits)
    assert findings(done) == ()
    assert all(text == CORRECTED for v in done.of(Property.DESCRIPTION) for text in v.values)


def test_the_credit_of_a_leaking_caption_is_corrected_beside_the_notice() -> None:
    text = f"{SCENE} (Photo by {WRONG} / AFP) / “{NOTICE}”"
    record: MetadataRecord = credited(WRONG, caption=text)
    found = findings(record, notice())
    (credit,) = of_rule(found, Rule.ERRONEOUS_CREDIT)
    after = [edit.after for edit in credit.edits if edit.property is Property.DESCRIPTION]
    assert after == [f"{SCENE} (Photo by {RIGHT} / AFP) / “{NOTICE}”"] * 2
    (leak,) = of_rule(found, Rule.LEAKED_NOTICE)
    assert {edit.after for edit in leak.edits} == {f"{SCENE} (Photo by {WRONG} / AFP)"}


def test_notices_of_other_files_are_not_looked_for() -> None:
    record = replace(credited(RIGHT, caption=LEAKED))
    assert list(leak_findings(record, [notice()])) == []
    assert of_rule(examine(record, (), (), POLICY), Rule.LEAKED_NOTICE) != []


@pytest.mark.parametrize("form", [Confidence.MEDIUM, Confidence.LOW])
def test_a_notice_of_an_unsure_form_is_never_stripped_alone(form: Confidence) -> None:
    record = credited(RIGHT, caption=LEAKED)
    unsure = [replace(one, confidence=form) for one in embedded_notices(record)]
    (found,) = leak_findings(record, unsure)
    assert (found.fixability, found.status) == (UNSAFE, Status.HELD)
    assert "cut" in reasons(found)


def test_one_unsure_notice_holds_the_whole_field() -> None:
    record = credited(RIGHT, caption=LEAKED)
    (sure,) = embedded_notices(record)
    weak = replace(sure, notice_id="afp-weak", confidence=Confidence.LOW)
    assert {one.fixability for one in leak_findings(record, [sure, weak])} == {UNSAFE}
    assert {one.fixability for one in leak_findings(record, [sure])} == {SAFE}
