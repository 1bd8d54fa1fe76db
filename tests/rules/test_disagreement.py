"""containers-disagree: who says what, every value with its place, and the words for it."""

from __future__ import annotations

import pytest
from matching_material import EXIF, IIM, SCENE, SIDECAR, XMP, picture, reasons, value

from provenance.metadata.properties import ROWS
from provenance.metadata.reconcile import Disagreement
from provenance.model import Container, Finding, Property, PropertyValue, Rule, Severity
from provenance.rules.disagreement import disagreement_findings, in_words
from provenance.rules.findings import Answer, Grounds, finding
from provenance.rules.intrinsic import intrinsic_findings

CREATOR, CREDIT = Property.CREATOR_NAMES, Property.CREDIT_LINE
LONG = "Maximilian Konstantin von Hohenfels-Sommer"


def found(*values: PropertyValue) -> list[Finding]:
    return list(disagreement_findings(picture(*values)))


def words(*values: PropertyValue) -> str:
    return in_words(Disagreement(values[0].property, values))


def test_there_is_one_finding_per_property_with_all_values() -> None:
    names, credit_lines = found(
        value(CREATOR, EXIF, "Ana DUPOND"),
        value(CREATOR, IIM, "Luc MARIN"),
        value(CREATOR, XMP, "Luc MARIN"),
        value(CREATOR, SIDECAR, "Eva SOMMER", "Ana DUPOND", uri="/archive/scan.xmp"),
        value(CREDIT, IIM, "AFP"),
        value(CREDIT, XMP, "EPA"),
    )
    assert (names.rule, names.severity) == (Rule.CONTAINERS_DISAGREE, Severity.WARNING)
    assert names.message == (
        "creatorNames: EXIF says “Ana DUPOND”; IIM and XMP say “Luc MARIN”;"
        " the sidecar scan.xmp says “Eva SOMMER; Ana DUPOND”."
    )
    assert [reason.detail for reason in names.evidence] == [
        "EXIF IFD0:Artist: Ana DUPOND",
        "IIM 2:80: Luc MARIN",
        "XMP dc:creator: Luc MARIN",
        "scan.xmp, XMP dc:creator: Eva SOMMER; Ana DUPOND",
    ]
    assert reasons(names) == {"exif", "iim", "xmp", "sidecar"}
    assert credit_lines.message == "creditLine: IIM says “AFP”; XMP says “EPA”."


def test_it_is_among_the_intrinsic_findings() -> None:
    record = picture(value(CREATOR, EXIF, "Ana DUPOND"), value(CREATOR, IIM, "Luc MARIN"))
    rules = [one.rule for one in intrinsic_findings(record)]
    assert rules.count(Rule.CONTAINERS_DISAGREE) == 1


@pytest.mark.parametrize(
    "prop",
    [
        one
        for one in Property
        if one in ROWS
        and one not in {Property.IMAGE_SUPPLIER_IMAGE_ID, Property.DIGITAL_IMAGE_GUID}
    ],
)
def test_every_property_but_identifiers_may_disagree(prop: Property) -> None:
    (one,) = found(value(prop, XMP, "a"), value(prop, SIDECAR, "b", uri="/archive/scan.xmp"))
    assert one.message.startswith(f"{prop.value}: XMP says “a”")


@pytest.mark.parametrize(
    "values",
    [
        (value(CREATOR, IIM, "Ana DUPOND"), value(CREATOR, XMP, "Ana  DUPOND ")),
        (value(CREATOR, IIM, LONG[:32]), value(CREATOR, XMP, LONG)),
        (
            value(Property.IMAGE_SUPPLIER_IMAGE_ID, IIM, "1"),
            value(Property.IMAGE_SUPPLIER_IMAGE_ID, XMP, "2"),
        ),
        (value(Property.KEYWORDS, IIM, "a", "b"), value(Property.KEYWORDS, XMP, "b", "a")),
    ],
)
def test_what_agrees_or_is_not_compared(values: tuple[PropertyValue, ...]) -> None:
    assert found(*values) == []


def test_decisions_rest_on_values_and_places_not_on_words() -> None:
    values = (
        value(CREATOR, IIM, "Luc MARIN"),
        value(CREATOR, SIDECAR, "Ana DUPOND", uri="/archive/scan.xmp"),
    )
    (one,) = found(*values)
    same = finding(
        Rule.CONTAINERS_DISAGREE,
        picture(*values),
        "Other words.",
        Answer(),
        Grounds(before=("IIM 2:80: Luc MARIN", "XMP dc:creator: Ana DUPOND")),
    )
    assert (one.finding_id, one.decision_key) == (same.finding_id, same.decision_key)
    (other,) = found(value(CREATOR, IIM, "Luc MARIN"), value(CREATOR, XMP, "Ana DUPONT"))
    assert one.decision_key != other.decision_key


def test_exif_is_named_first_whatever_stands_first_in_the_file() -> None:
    said = words(value(CREATOR, XMP, "b"), value(CREATOR, IIM, "a"), value(CREATOR, EXIF, "a"))
    assert said == "creatorNames: EXIF and IIM say “a”; XMP says “b”."


def test_long_texts_are_shown_from_where_they_differ() -> None:
    tail = " Many people came to see it and stayed until the evening, officials said."
    said = words(
        value(Property.DESCRIPTION, IIM, f"{SCENE} {SCENE} (Photo by Luc MARIN / AFP){tail}"),
        value(Property.DESCRIPTION, XMP, f"{SCENE} {SCENE}\r\n(Photo by Ana DUPOND / AFP){tail}"),
    )
    assert len(said) < 260
    first, second = said.split(";")
    assert first.startswith("description: IIM says “… ")
    assert "(Photo by Luc MARIN / AFP)" in first
    assert second.startswith(" XMP says “… ")
    assert "(Photo by Ana DUPOND / AFP)" in second
    assert said.endswith(" …”.")


def test_packets_and_blocks_of_one_standard_are_told_apart() -> None:
    said = words(
        value(CREATOR, IIM, "a", where="IIM#2 2:80"),
        value(CREATOR, XMP, "b"),
        value(CREATOR, XMP, "c", where="XMP#3 dc:creator"),
        value(CREATOR, XMP, "d", where="XMP-ext dc:creator"),
        value(CREATOR, XMP, "e", where="XMP#12 dc:creator"),
    )
    assert said == (
        "creatorNames: the second IIM block says “a”; XMP says “b”; the third XMP packet says"
        " “c”; the extended XMP says “d”; the 12th XMP packet says “e”."
    )


def test_two_places_of_one_packet_are_told_apart() -> None:
    said = words(value(CREATOR, XMP, "a"), value(CREATOR, XMP, "b", where="XMP tiff:Artist"))
    assert said == "creatorNames: XMP (dc:creator) says “a”; XMP (tiff:Artist) says “b”."


def test_very_many_voices_are_counted() -> None:
    said = words(*(value(CREATOR, XMP, f"n{n}", where=f"XMP#{n} dc:creator") for n in range(2, 90)))
    assert said.count("says “") == 6
    assert said.endswith("; 82 more say something else again.")


def test_running_text_is_named_by_its_place() -> None:
    place = PropertyValue(CREATOR, Container.TEXT, ("a",), "chars 1-2")
    assert words(place, value(CREATOR, XMP, "b")).endswith("the text at chars 1-2 says “a”.")
