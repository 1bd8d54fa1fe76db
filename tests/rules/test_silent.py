"""Versions of one picture that differ in silence, and what is no difference."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    EXIF,
    IIM,
    POLICY,
    SCENE,
    XMP,
    credited,
    notice,
    of_rule,
    pairs,
    picture,
    reasons,
    value,
    with_value,
    without,
)

from provenance.model import (
    Edit,
    Finding,
    Fixability,
    ItemClass,
    MetadataRecord,
    Property,
    Rule,
    Severity,
)
from provenance.notices.wires.item import Item
from provenance.rules import History, examine
from provenance.rules.silent import silent_correction_findings
from provenance.rules.versions import of_former, of_item, of_record

CREATOR, CREDIT, CAPTION = Property.CREATOR_NAMES, Property.CREDIT_LINE, Property.DESCRIPTION
DAY, CITY, COUNTRY = Property.DATE_CREATED, Property.CITY, Property.COUNTRY_NAME
LONG = "Fishers from three villages carry their nets along the quay of the old port"


ALONE = History()


def silent(own: MetadataRecord, *others: MetadataRecord, history: History = ALONE) -> list[Finding]:
    return list(silent_correction_findings(own, others, history))


def two(prop: Property, own: str, other: str) -> list[Finding]:
    """The findings on one of two copies that say these things."""
    return silent(picture(value(prop, XMP, own)), picture(value(prop, XMP, other), name="copy.jpg"))


def before(record: MetadataRecord, **of: object) -> History:
    return History(former=(of_former(record, "2024-11-01T10:00:00Z"),), **of)  # type: ignore[arg-type]


def test_another_name_on_the_same_picture_is_told_once() -> None:
    others = [
        credited(name, name=f"copy{n}.jpg") for n, name in enumerate(["Ana DUPOND", "Eva SOMMER"])
    ]
    (found,) = silent(credited("Luc MARIN"), *others)
    assert (found.rule, found.severity) == (Rule.SILENT_CORRECTION, Severity.WARNING)
    assert found.fixability is Fixability.DISPLAY_ONLY
    assert found.message == (
        "Two versions of this picture differ, this one and /archive/copy0.jpg, and no notice "
        "explains it: creatorNames “Luc MARIN” → “Ana DUPOND”."
    )
    assert [one.detail for one in found.evidence] == [
        (
            "“Luc MARIN” (/archive/scan.jpg: IIM 2:80, XMP dc:creator, IIM 2:120 (credit), "
            "XMP dc:description (credit)) → “Ana DUPOND” (/archive/copy0.jpg: IIM 2:80, "
            "XMP dc:creator, IIM 2:120 (credit), XMP dc:description (credit))"
        ),
        "/archive/copy1.jpg differs, too.",
    ]


@pytest.mark.parametrize(
    ("prop", "own", "other"),
    [
        (CREATOR, "Carla Wexham", "Carl Wexham"),
        (CREATOR, "Luc MARIN", "Ana DUPOND / AFP"),
        (CREDIT, "AFP", "Reuters"),
        (CREDIT, "Luc MARIN/AFP", "Ana DUPOND/AFP"),
        (CITY, "Nice", "Lyon"),
        (Property.SUBLOCATION, "Old port", "New market"),
        (Property.PROVINCE_STATE, "Idlib", "Aleppo"),
        (COUNTRY, "Syria", "Iraq"),
        (DAY, "2024-11-30", "2024-12-01"),
        (CAPTION, f"{LONG} of Nice.", f"{LONG} of Lyon."),
        (CAPTION, f"{LONG}. (Photo by Ana DUPOND / AFP)", f"{LONG}. (Photo by Eva SOMMER / AFP)"),
    ],
)
def test_what_is_a_change(prop: Property, own: str, other: str) -> None:
    assert len(two(prop, own, other)) == 1
    assert len(two(prop, other, own)) == 1


@pytest.mark.parametrize(
    ("prop", "own", "other"),
    [
        (CREATOR, "Luc MARIN", "LUC MARIN"),
        (CREATOR, "Luc MARIN", "MARIN, Luc"),
        (CREATOR, "Jörg CARSTENSEN", "JOERG CARSTENSEN"),
        (CREATOR, "Ipek Izgi", "İpek İzgi"),
        (CREATOR, "Luc MARIN", "STR"),
        (CREATOR, "-", "Ana DUPOND"),
        (CREATOR, "Luc MARIN", "Luc MARIN/AFP"),
        (CREATOR, "Luc MARIN / Pool", "Luc MARIN"),
        (CREATOR, "Luc MARIN", "AFP Contributor#AFP"),
        (CREDIT, "AFP", "AFP via Getty Images"),
        (CREDIT, "AFP/Getty Images", "AFP"),
        (CREDIT, "afp", "AFP"),
        (CREDIT, "Luc MARIN/AFP", "AFP"),
        (CREDIT, "The Daily  Post", "THE DAILY POST"),
        (CITY, "ISTANBUL", "İstanbul"),
        (CITY, "Köln", "KOELN"),
        (CITY, "Douma", "Douma, Syria"),
        (CITY, "", "Lyon"),
        (COUNTRY, "USA", "United States"),
        (COUNTRY, "UK", "United Kingdom"),
        (COUNTRY, "U.S.A.", "United States of America"),
        (DAY, "2024-11-30", "2024-11-30T21:15:00+00:00"),
        (DAY, "2024-11-30T23:30:00Z", "2024-12-01T00:30:00+01:00"),
        (DAY, "2024", "2024-12-01"),
        (DAY, "2024-12-01T10:00:00", "2024-12-01T12:00:00"),
        (CAPTION, f"{LONG} of Nice.", f"{LONG}  of\r\nNICE. "),
        (CAPTION, f"{LONG} of Nice.", f"{LONG} of"),
        (CAPTION, f"{LONG} of Nice.", f"{LONG} of Ni"),
        (CAPTION, f"{LONG}.", f"{LONG}. RESTRICTED TO EDITORIAL USE - NO MARKETING CAMPAIGNS"),
        (CAPTION, f"{LONG}.", f"FILE PHOTO: {LONG}. TPX IMAGES OF THE DAY"),
        (CAPTION, f"{LONG}.", f"(EDITORS NOTE: taken with a remote camera) {LONG}."),
        (CAPTION, f"{LONG}.", f"NICE, FRANCE - MAY 2: {LONG}."),
        (CAPTION, f"{LONG} d'azur &amp; sel.", f"{LONG} d?azur & sel."),
        (CAPTION, f"{LONG}.", "Des pêcheurs de trois villages portent leurs filets sur le quai."),
        (CAPTION, f"{LONG}.", "Something else altogether was written here by the desk."),
    ],
)
def test_what_is_no_change(prop: Property, own: str, other: str) -> None:
    assert two(prop, own, other) == []
    assert two(prop, other, own) == []


def test_a_name_cut_at_its_limit_is_no_change() -> None:
    whole = "Maximilian Konstantin von Hohenfels-Sommer"
    own = picture(value(CREATOR, IIM, whole[:32]))
    assert silent(own, picture(value(CREATOR, XMP, whole), name="b.jpg")) == []


def test_a_country_is_one_by_its_code() -> None:
    own, other = (
        picture(
            value(COUNTRY, XMP, name), value(Property.COUNTRY_CODE, IIM, "CIV"), name=f"{name}.jpg"
        )
        for name in ("Ivory Coast", "Elfenbeinküste")
    )
    assert silent(own, other) == []


def test_captions_in_another_language_are_not_compared() -> None:
    own = picture(value(CAPTION, XMP, f"{LONG} of Nice.", where="XMP dc:description[fr]"))
    other = picture(
        value(CAPTION, XMP, f"{LONG} of Lyon.", where="XMP dc:description[fr]"), name="b"
    )
    assert silent(own, other) == []


@pytest.mark.parametrize("prop", [CREATOR, CAPTION, DAY, CITY, CREDIT])
def test_a_rendition_without_a_field_is_no_change(prop: Property) -> None:
    assert silent(credited(), without(replace(credited(name="web.jpg")), prop)) == []


def test_a_stale_container_hides_no_change() -> None:
    """PA's Exif still held last year's caption when IPTC and XMP had this year's."""
    stale = value(CAPTION, EXIF, "Another caption of last year, long and telling enough.")
    own = picture(stale, value(CAPTION, XMP, f"{LONG} of Nice."))
    now = picture(stale, value(CAPTION, XMP, f"{LONG} of Lyon."))
    assert len(silent(now, history=before(own))) == 1


def test_an_old_value_beside_the_new_one_is_no_second_version() -> None:
    own = with_value(credited("Luc MARIN"), value(CREATOR, EXIF, "Ana DUPOND"))
    assert silent(own, credited("Ana DUPOND", name="b.jpg")) == []


# which is later


def test_a_file_that_was_changed_is_later_than_before() -> None:
    (found,) = silent(credited("Ana DUPOND"), history=before(credited("Luc MARIN")))
    assert found.message.startswith(
        "This version of the picture says something else than the earlier "
        "/archive/scan.jpg as read on 2024-11-01"
    )
    assert "creatorNames “Luc MARIN” → “Ana DUPOND”" in found.message
    assert "order" in reasons(found)


def test_what_was_registered_later_is_told_as_that() -> None:
    other = credited("Ana DUPOND", name="b.jpg")
    history = History(
        seen="2024-11-01T00:00:00Z",
        copies={other.ref.uri: of_record(other, seen="2024-11-05T00:00:00Z")},
    )
    (found,) = silent(credited("Luc MARIN"), other, history=history)
    assert found.message.startswith("A later version of this picture, /archive/b.jpg,")
    assert found.evidence[-1].detail == (
        "/archive/b.jpg was registered later, on 2024-11-05T00:00:00Z, than /archive/scan.jpg."
    )
    assert "“Luc MARIN” → “Ana DUPOND”" in found.message
    (there,) = silent(
        other,
        credited("Luc MARIN"),
        history=History(
            seen="2024-11-05T00:00:00Z",
            copies={credited().ref.uri: of_record(credited(), seen="2024-11-01T00:00:00Z")},
        ),
    )
    assert "than the earlier /archive/scan.jpg" in there.message
    assert "“Luc MARIN” → “Ana DUPOND”" in there.message


def wire(version: str, city: str, **of: object) -> Item:
    values = ((CITY, city), (CREATOR, "Luc MARIN"))
    return Item("ninjs", "urn:x:1", version, item_class=ItemClass.PICTURE, values=values, **of)  # type: ignore[arg-type]


def test_a_wire_item_sent_after_the_file_came_is_later() -> None:
    item = of_item(wire("4", "Nice", sent="2024-11-05T00:00:00Z"))
    (found,) = silent(credited(), history=History(seen="2024-11-01T00:00:00Z", items=(item,)))
    assert found.message.startswith(
        "A later version of this picture, version 4 of the item urn:x:1"
    )
    assert "city “Lyon” → “Nice”" in found.message
    unknown = History(seen="2024-11-09T00:00:00Z", items=(item,))
    assert silent(credited(), history=unknown)[0].message.startswith("Two versions")


@pytest.mark.parametrize(
    "of", [{"signals": ("sig:correction",)}, {"signals": ("edStat:C",)}, {"signals": ("edStat:D",)}]
)
def test_a_version_that_says_so_is_not_silent(of: dict) -> None:
    item = of_item(wire("4", "Nice", sent="2024-11-05T00:00:00Z", **of))
    assert silent(credited(), history=History(seen="2024-11-01T00:00:00Z", items=(item,))) == []
    update = of_item(wire("4", "Nice", sent="2024-11-05T00:00:00Z", signals=("sig:update",)))
    assert silent(credited(), history=History(seen="2024-11-01T00:00:00Z", items=(update,)))


@pytest.mark.parametrize(
    "words", ["REFILE - CORRECTING CITY ", "CORRECTS NAME OF PHOTOGRAPHER ", "CORRECTION: "]
)
def test_a_caption_that_says_so_is_not_silent(words: str) -> None:
    marked = credited("Ana DUPOND", caption=f"{words}{SCENE} (Photo by Ana DUPOND / AFP)")
    assert silent(marked, history=before(credited("Luc MARIN"))) == []
    assert silent(credited("Luc MARIN"), history=before(marked)), "the mark went with the old one"


# what this program wrote


def test_a_fix_of_this_program_is_no_silent_correction() -> None:
    old, new = (
        picture(value(CREATOR, IIM, name), value(CREATOR, XMP, name))
        for name in ("A. Lim", "R. Ott")
    )
    edits = tuple(
        Edit(old.ref.uri, one.container, one.locator, CREATOR, "A. Lim", "R. Ott")
        for one in old.values
    )
    assert silent(new, history=before(old, edits=edits)) == []
    assert silent(old, history=before(new, edits=edits)) == [], "an undone fix neither"
    third = picture(value(CREATOR, IIM, "E. Som"), value(CREATOR, XMP, "E. Som"))
    assert len(silent(third, history=before(old, edits=edits))) == 1


def test_texts_have_no_versions() -> None:
    text = replace(credited("Luc MARIN"), media_type="text/plain")
    assert silent(text, credited("Ana DUPOND", name="b.jpg")) == []
    assert silent(credited("Ana DUPOND", name="b.jpg"), text) == []


def test_a_notice_explains_and_a_restriction_does_not() -> None:
    other = [credited("Eva SOMMER", name="copy.jpg")]

    def told(*notices: object) -> int:
        found = examine(credited(), pairs(*notices), other, POLICY)  # type: ignore[arg-type]
        return len(of_rule(found, Rule.SILENT_CORRECTION))

    assert told() == 1
    assert told(notice()) == 0
    assert told(replace(notice(), superseded_by="afp-2")) == 1
    assert told(replace(notice(), kind=notice().kind.RESTRICTION, corrections=())) == 1


def test_hostile_values_cost_little() -> None:
    own = picture(value(CREATOR, XMP, "A/" * 40_000), value(CAPTION, XMP, "A B " * 40_000))
    other = picture(
        value(CREATOR, XMP, "B;" * 40_000), value(CAPTION, XMP, "B A " * 40_000), name="b"
    )
    silent(own, other)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize(
    ("prop", "text"),
    [
        (CREATOR, "Jörg Mörike"),
        (CITY, "Orléans"),
        (CAPTION, f"{SCENE}, près de Compiègne. (Photo by Jörg MÖRIKE / AFP)"),
    ],
)
def test_a_text_decoded_wrongly_is_no_change(prop: Property, text: str, encoding: str) -> None:
    damaged = text.encode("utf-8").decode(encoding)
    assert damaged != text
    assert two(prop, text, damaged) == []
    assert two(prop, damaged, text) == []


def test_a_text_decoded_wrongly_may_have_changed_all_the_same() -> None:
    assert two(CREATOR, "Jörg Mörike", "Hélène Dumas".encode().decode("cp1252"))
