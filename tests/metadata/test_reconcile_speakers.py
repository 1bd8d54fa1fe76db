"""Who speaks for a property: MWG 2.0, chapters 3 and 5, and what the house adds."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.metadata.properties import ROWS
from provenance.metadata.reconcile import Preferred, Reason, preferred
from provenance.model import (
    AssetRef,
    Container,
    MetadataRecord,
    Property,
    PropertyValue,
    ReadWarning,
)

IIM, XMP, EXIF, SIDECAR = Container.IIM, Container.XMP, Container.EXIF, Container.SIDECAR
CREATOR = Property.CREATOR_NAMES
EXIF_FIRST = (
    CREATOR,
    Property.DESCRIPTION,
    Property.COPYRIGHT_NOTICE,
    Property.DATE_CREATED,
)
LONG = "Eine Fotografin mit einem sehr langen Namen"


def value(
    container: Container, *texts: str, prop: Property = CREATOR, locator: str = ""
) -> PropertyValue:
    places = {XMP: f"XMP {ROWS[prop].xmp.qname}", SIDECAR: f"XMP {ROWS[prop].xmp.qname}"}
    where = locator or places.get(container, f"{container.value} x")
    return PropertyValue(prop, container, texts, where, "b.xmp" if container is SIDECAR else "")


def speaks(
    *values: PropertyValue,
    stale: bool = False,
    media_type: str = "image/jpeg",
    prop: Property | None = None,
) -> Preferred:
    warnings = (ReadWarning("iptc-digest-stale", "."),) if stale else ()
    record = MetadataRecord(AssetRef("a", 1, "1"), media_type, values=values, warnings=warnings)
    found = preferred(record, prop or values[0].property)
    assert found is not None
    return found


@pytest.mark.parametrize("prop", EXIF_FIRST)
def test_exif_speaks_for_the_four_that_it_carries(prop: Property) -> None:
    exif, xmp, iim, side = (value(c, c.value, prop=prop) for c in (EXIF, XMP, IIM, SIDECAR))
    for stale in (False, True):
        for order in permutations((side, iim, xmp, exif)):
            found = speaks(*order, stale=stale)
            assert (found.value, found.reason) == (exif, Reason.EXIF_FIRST)


@pytest.mark.parametrize("prop", [one for one, row in ROWS.items() if row.iim is not None])
def test_without_exif_xmp_speaks_unless_the_iim_was_edited_later(prop: Property) -> None:
    xmp, iim, side = (value(c, c.value, prop=prop) for c in (XMP, IIM, SIDECAR))
    found = speaks(side, iim, xmp)
    assert (found.value, found.values, found.reason) == (xmp, ("xmp",), Reason.XMP_FIRST)
    found = speaks(side, iim, xmp, stale=True)
    assert (found.value, found.values, found.reason) == (iim, ("iim",), Reason.IIM_EDITED_LATER)


@pytest.mark.parametrize("stale", [False, True])
def test_who_is_alone_speaks(stale: bool) -> None:
    for container in (EXIF, XMP, IIM, SIDECAR, Container.TEXT):
        found = speaks(value(container, "A"), stale=stale)
        assert (found.values, found.reason, found.repaired_from) == (("A",), Reason.ALONE, None)


def test_the_iim_of_another_property_does_not_silence_the_xmp() -> None:
    xmp = value(XMP, "A")
    iim = value(IIM, "AFP", prop=Property.CREDIT_LINE)
    assert speaks(xmp, iim, stale=True).value == xmp


def test_nobody_speaks_where_nothing_is_said() -> None:
    silent = MetadataRecord(AssetRef("a", 1, "1"), "image/jpeg")
    assert preferred(silent, CREATOR) is None
    blank = MetadataRecord(AssetRef("a", 1, "1"), "image/jpeg", values=(value(EXIF, " ", "\t"),))
    assert preferred(blank, CREATOR) is None


def test_blank_exif_does_not_speak() -> None:
    xmp = value(XMP, "A")
    assert speaks(value(EXIF, "   "), xmp).value == xmp


def test_exif_has_no_say_where_mwg_gives_it_none() -> None:
    exif, xmp = (value(c, c.value, prop=Property.DIGITAL_IMAGE_GUID) for c in (EXIF, XMP))
    assert speaks(exif, xmp).value == xmp


def test_what_a_limit_cut_is_made_whole_from_the_xmp() -> None:
    iim, xmp = value(IIM, LONG[:32]), value(XMP, LONG)
    found = speaks(iim, xmp, stale=True)
    assert (found.value, found.values, found.repaired_from) == (iim, (LONG,), xmp)


def test_a_repair_is_made_item_by_item() -> None:
    iim, xmp = value(IIM, LONG[:32], "B", "C"), value(XMP, LONG, "Other")
    found = speaks(iim, xmp, stale=True)
    assert (found.values, found.repaired_from) == ((LONG, "B", "C"), xmp)


def test_nothing_is_repaired_that_was_not_cut() -> None:
    for iim in (LONG[:20], "Somebody else", LONG):
        found = speaks(value(IIM, iim), value(XMP, LONG), stale=True)
        assert (found.values, found.repaired_from) == ((iim,), None)


def test_the_file_speaks_before_its_sidecar() -> None:
    side = value(SIDECAR, "side")
    for container in (XMP, IIM):
        found = speaks(side, value(container, "file"))
        assert (found.values, found.reason) == (("file",), Reason.FILE_FIRST)


@pytest.mark.parametrize(
    ("media_type", "first"),
    [
        ("image/x-canon-cr3", SIDECAR),
        ("image/x-nikon-nef", SIDECAR),
        ("image/x-raw", SIDECAR),
        ("image/x-adobe-dng", EXIF),
        ("image/x-tiff-big", EXIF),
        ("image/tiff", EXIF),
    ],
)
def test_beside_a_raw_picture_the_sidecar_speaks(media_type: str, first: Container) -> None:
    values = [value(c, c.value) for c in (EXIF, XMP, SIDECAR)]
    found = speaks(*values, media_type=media_type)
    assert found.value.container is first
    assert (found.reason is Reason.SIDECAR_OF_RAW) == (first is SIDECAR)


def test_a_raw_picture_without_a_sidecar_follows_the_rules() -> None:
    exif, xmp = value(EXIF, "a"), value(XMP, "b")
    assert speaks(xmp, exif, media_type="image/x-canon-cr3").value == exif


def test_the_path_of_the_standard_goes_before_old_ones() -> None:
    old = value(XMP, "old", locator="XMP tiff:Artist")
    new = value(XMP, "new", locator="XMP#2 dc:creator")
    second = value(XMP, "second", locator="XMP#3 dc:creator")
    assert speaks(old, new, second).value == new
    assert speaks(new, old).value == new
    assert speaks(old).value == old


def test_another_language_does_not_speak_for_the_default_one() -> None:
    french = value(XMP, "Le", prop=Property.DESCRIPTION, locator="XMP dc:description[fr]")
    iim = value(IIM, "The", prop=Property.DESCRIPTION)
    assert speaks(french, iim).value == iim


_VALUES = st.lists(
    st.builds(
        lambda container, prop, texts: value(container, *texts, prop=prop),
        st.sampled_from(Container),
        st.sampled_from([CREATOR, Property.CREDIT_LINE]),
        st.lists(st.text(max_size=40), min_size=1, max_size=3),
    ),
    max_size=8,
)


@given(_VALUES, st.booleans(), st.sampled_from(["image/jpeg", "image/x-canon-cr2"]))
def test_whoever_speaks_is_one_of_those_who_say_something(
    values: list[PropertyValue], stale: bool, media_type: str
) -> None:
    warnings = (ReadWarning("iptc-digest-stale", "."),) if stale else ()
    record = MetadataRecord(
        AssetRef("a", 1, "1"), media_type, values=tuple(values), warnings=warnings
    )
    for prop in (CREATOR, Property.CREDIT_LINE):
        says = [v for v in values if v.property is prop and any(t.strip() for t in v.values)]
        found = preferred(record, prop)
        assert (found is None) == (not says)
        if found is not None:
            assert found.value in says
            assert len(found.values) == len(found.value.values)
            assert (found.values == found.value.values) == (found.repaired_from is None)
            assert (found.reason is Reason.ALONE) == (len({v.container for v in says}) == 1)
