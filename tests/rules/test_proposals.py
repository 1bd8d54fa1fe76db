"""What a correction proposes: where it goes, what it says, and that it settles the matter."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from matching_material import (
    BY_IDENTIFIER,
    EXIF,
    IDENTIFIER,
    IIM,
    IN_HOUSE,
    RIGHT,
    SCENE,
    SIDECAR,
    STRIPPED,
    WRONG,
    XMP,
    Case,
    applied,
    but,
    by_caption,
    credited,
    findings,
    notice,
    of_rule,
    picture,
    value,
    with_value,
)

from provenance import captions
from provenance.matching import picture_of
from provenance.model import (
    Fixability,
    Property,
    Rule,
    Status,
    Target,
    TargetKind,
)

SAFE, UNSAFE, SHOWN = Fixability.SAFE, Fixability.UNSAFE, Fixability.DISPLAY_ONLY


def test_a_sidecar_is_edited_where_it_holds_the_wrong_name() -> None:
    beside = value(Property.CREATOR_NAMES, SIDECAR, WRONG, uri="/archive/scan.xmp")
    found = Case(notice(), with_value(credited(), beside)).credit()
    assert found.uri == "/archive/scan.jpg"
    assert found.edits[-1].uri == "/archive/scan.xmp"
    assert {edit.uri for edit in found.edits[:-1]} == {"/archive/scan.jpg"}


def test_a_text_is_shown_only() -> None:
    record = replace(STRIPPED, media_type="text/plain")
    found = Case(notice(targets=by_caption()), record).credit()
    assert (found.fixability, found.status) == (SHOWN, Status.OPEN)


def test_a_container_that_lacks_the_name_is_not_edited() -> None:
    record = picture(
        value(Property.CREATOR_NAMES, IIM, WRONG),
        value(Property.CREATOR_NAMES, XMP, RIGHT),
        value(Property.CREATOR_NAMES, EXIF, "Eva SOMMER"),
        name="AFP_36NV2QL.jpg",
    )
    assert [edit.container for edit in Case(notice(), record).credit().edits] == [IIM]


def test_the_message_says_who_corrects_what() -> None:
    assert BY_IDENTIFIER.credit().message == f"AFP corrects this picture: {RIGHT}, not {WRONG}."
    assert IN_HOUSE.credit().message == f"The desk corrects this picture: {RIGHT}, not {WRONG}."
    told = but(notice=notice(right=None)).credit().message
    assert told == f"AFP corrects this picture: {WRONG} is wrong."


def test_the_evidence_names_the_places_once() -> None:
    (stands,) = [r for r in BY_IDENTIFIER.credit().evidence if r.name == "wrong-value"]
    assert stands.detail == (
        "The wrong name stands in IIM 2:80, IIM 2:120, XMP dc:creator, XMP dc:description."
    )


# Applying what is proposed


PERSONS = st.sampled_from(
    [
        "Ana DUPOND",
        "ANA DUPOND",
        "Jörg MÜLLER",
        "Omar HAJ KADOUR",
        "Li NA",
        "Ipek Izgi",
        "İpek İzgi",
    ]
)
FIELDS = st.sampled_from(
    [
        "{}",
        "{} / AFP",
        "{}/AFP via Getty Images",
        "AFP PHOTO / {}",
        "© 2023 {}",
        "{} and Eva SOMMER",
    ]
)
TEXTS = st.sampled_from(
    [
        "{0} walks. (Photo by {0} / AFP)",
        "A street. (Photo by {0} and {1} / AFP)",
        "A street. (Photo by {1} / AFP)",
        "A street. AFP PHOTO / {0}",
        "A street. (Photo credit should read {0}/AFP/Getty Images)",
        "No credit for {0} at all.",
    ]
)


@given(PERSONS, PERSONS, FIELDS, TEXTS, st.sampled_from([IIM, XMP, EXIF]))
def test_applied_edits_leave_no_erroneous_credit(
    wrong: str, right: str, field: str, text: str, container: object
) -> None:
    record = picture(
        value(Property.CREATOR_NAMES, container, wrong, "Eva SOMMER"),  # type: ignore[arg-type]
        value(Property.CREDIT_LINE, XMP, field.format(wrong)),
        value(Property.COPYRIGHT_NOTICE, IIM, field.format(wrong)),
        value(Property.DESCRIPTION, XMP, text.format(wrong, right)),
        name="AFP_36NV2QL.jpg",
    )
    one = notice(wrong, right)
    found = of_rule(findings(record, one), Rule.ERRONEOUS_CREDIT)
    if wrong == right:
        assert found == []
    for finding in found:
        done = applied(record, finding.edits)
        assert of_rule(findings(done, one), Rule.ERRONEOUS_CREDIT) == []
        outside = {Property.KEYWORDS, Property.TITLE}
        assert not any(edit.property in outside for edit in finding.edits)


@given(PERSONS, PERSONS)
def test_what_is_safe_leaves_the_wrong_name_in_no_credit(wrong: str, right: str) -> None:
    key = captions.normalise_name
    if key(wrong) == key(right):
        return
    record = credited(wrong)
    found = Case(notice(wrong, right), record).credit()
    assert found.fixability is SAFE
    done = applied(record, found.edits)
    names = {key(text) for v in done.of(Property.CREATOR_NAMES) for text in v.values}
    assert names == {key(right)}
    captions_now = [text for v in done.of(Property.DESCRIPTION) for text in v.values]
    assert captions_now == [f"{SCENE} (Photo by {right} / AFP)"] * 2


def test_targets_given_as_canonical_identifiers_prove_too() -> None:
    one = notice(targets=[Target(TargetKind.IDENTIFIER, IDENTIFIER)])
    assert picture_of(one).identifiers == {IDENTIFIER}
    assert Case(one, credited()).credit().fixability is SAFE
