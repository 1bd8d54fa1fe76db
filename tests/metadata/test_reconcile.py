"""Who speaks, and who disagrees."""

from __future__ import annotations

import time

import pytest

from provenance.metadata.reconcile import agree, disagreements, is_cut_of, voices
from provenance.model import (
    AssetRef,
    Container,
    MetadataRecord,
    Property,
    PropertyValue,
)

IIM, XMP, EXIF = Container.IIM, Container.XMP, Container.EXIF


def value(
    container: Container,
    *texts: str,
    prop: Property = Property.CREATOR_NAMES,
    locator: str = "",
) -> PropertyValue:
    return PropertyValue(prop, container, texts, locator or f"{container} x")


def record(*values: PropertyValue) -> MetadataRecord:
    return MetadataRecord(AssetRef("a", 1, "1"), "image/jpeg", values=values)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Bakr ALKASEM", "Bakr ALKASEM", True),
        ("Bakr  ALKASEM\r\n", " Bakr\tALKASEM", True),
        ("Bakr ALKASEM", "Bakr Alkasem", False),
        ("Bakr ALKASEM", "Aaref WATAD", False),
        ("Bakr", "Bakr ALKASEM", False),
    ],
)
def test_white_space_is_no_difference_and_letters_are(a: str, b: str, same: bool) -> None:
    for one, other in ((IIM, XMP), (XMP, IIM), (XMP, EXIF), (XMP, XMP)):
        assert agree(value(one, a), value(other, b)) is same


LONG = "Eine Fotografin mit einem sehr langen Namen"


@pytest.mark.parametrize("octets", [31, 32])
def test_an_iim_value_cut_at_its_limit_agrees(octets: int) -> None:
    cut = value(IIM, LONG[:octets])
    assert agree(cut, value(XMP, LONG))
    assert agree(value(EXIF, LONG), cut)


def test_a_cut_is_one_at_the_limit_of_iim_only() -> None:
    assert not agree(value(IIM, LONG[:30]), value(XMP, LONG))
    assert not agree(value(EXIF, LONG[:32]), value(XMP, LONG))
    assert not agree(value(IIM, "X" + LONG[1:32]), value(XMP, LONG))
    assert not agree(value(IIM, LONG[:33]), value(XMP, LONG))
    assert not agree(value(IIM, LONG), value(XMP, LONG[:32]))


def test_octets_are_counted_and_not_characters() -> None:
    name = "Ž" * 40
    assert agree(value(IIM, "Ž" * 16), value(XMP, name))
    assert agree(value(IIM, "xŽ" + "Ž" * 14), value(XMP, "x" + name))
    assert not agree(value(IIM, "Ž" * 14), value(XMP, name))
    # A cut that would have to go through a character of four octets.
    assert agree(value(IIM, "x" * 29), value(XMP, "x" * 29 + "\U0001f4f7"))


def test_a_western_value_is_cut_at_as_many_characters() -> None:
    assert agree(value(IIM, "é" * 32), value(XMP, "é" * 40))


def test_a_caption_is_cut_at_two_thousand_octets() -> None:
    caption = "word " * 500
    cut = value(IIM, caption[:1999], prop=Property.DESCRIPTION)
    assert agree(cut, value(XMP, caption, prop=Property.DESCRIPTION))
    assert not agree(
        value(IIM, caption[:1500], prop=Property.DESCRIPTION),
        value(XMP, caption, prop=Property.DESCRIPTION),
    )


def test_what_has_no_limit_is_never_cut() -> None:
    assert not is_cut_of("x" * 32, "x" * 40, Property.USAGE_TERMS)
    assert not is_cut_of("", "x" * 40, Property.CREATOR_NAMES)
    assert not is_cut_of("x" * 32, "x" * 32, Property.CREATOR_NAMES)


def test_several_values_agree_one_by_one_or_joined() -> None:
    assert agree(value(IIM, "A", "B"), value(XMP, "A", "B"))
    assert not agree(value(IIM, "B", "A"), value(XMP, "A", "B"))
    assert agree(value(EXIF, "A; B"), value(XMP, "A", "B"))
    assert not agree(value(IIM, "A"), value(XMP, "A", "B"))


def test_keywords_have_no_order() -> None:
    a = value(IIM, "syria", "war", prop=Property.KEYWORDS)
    assert agree(a, value(XMP, "war", "syria", prop=Property.KEYWORDS))
    assert not agree(a, value(XMP, "war", "peace", prop=Property.KEYWORDS))


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("2024-01-31", "2024-01-31T10:00:00", True),
        ("2024", "2024-01-31", True),
        ("2024-01-31T10:00:00", "2024-01-31T10:00:00+02:00", True),
        ("2024-01-31T10:00:00.25", "2024-01-31T10:00:00", True),
        ("2024-01-31T10:00:00.25", "2024-01-31T10:00:00.2", True),
        ("2024-01-31T10:00:00.25", "2024-01-31T10:00:00.3", False),
        ("2024:01:31 10:00:00", "2024-01-31T10:00", True),
        ("2024-01-31T10:00:00+02:00", "2024-01-31T08:00:00Z", True),
        ("2024-01-31T10:00:00+02:00", "2024-01-31T10:00:00Z", False),
        ("2024-01-31T10:00:00", "2024-01-31T10:00:01", False),
        ("2024-01-31", "2024-02-01", False),
        ("2024-01-31", "soon", False),
        ("9999-99-99T10:00:00+02:00", "9999-99-99T10:00:00Z", False),
    ],
)
def test_dates_compare_by_what_both_tell(a: str, b: str, same: bool) -> None:
    one, other = (value(XMP, text, prop=Property.DATE_CREATED) for text in (a, b))
    assert agree(one, other) is same
    assert agree(other, one) is same


def test_only_dates_are_compared_as_dates() -> None:
    assert not agree(
        value(XMP, "2024", prop=Property.TITLE), value(IIM, "2024-01", prop=Property.TITLE)
    )


def test_disagreements_name_the_property_and_every_value() -> None:
    credit = [value(c, "AFP", prop=Property.CREDIT_LINE) for c in (IIM, XMP)]
    names = [value(EXIF, "B"), value(IIM, "A"), value(XMP, "A")]
    (found,) = disagreements(record(*credit, *names))
    assert found.property is Property.CREATOR_NAMES
    assert found.values == tuple(names)
    assert disagreements(record(*credit)) == ()


def test_agreement_that_is_not_transitive_is_seen() -> None:
    values = [
        value(XMP, text, prop=Property.DATE_CREATED)
        for text in ("2024-01-31", "2024", "2024-02-01")
    ]
    assert len(disagreements(record(*values))) == 1


def test_languages_and_identifiers_do_not_disagree() -> None:
    caption = value(XMP, "The", prop=Property.DESCRIPTION, locator="XMP dc:description")
    french = value(XMP, "Le", prop=Property.DESCRIPTION, locator="XMP dc:description[fr]")
    ids = [value(c, c.value, prop=Property.IMAGE_SUPPLIER_IMAGE_ID) for c in (IIM, XMP)]
    assert disagreements(record(caption, french, *ids)) == ()


@pytest.mark.parametrize(
    ("iim", "xmp", "same"),
    [
        ("SYR", "SY", True),
        ("SY", "SYR", True),
        ("SYR", "TUR", False),
        ("SY", "TR", False),
        ("S-R", "SY", False),
        ("Syria", "SY", False),
    ],
)
def test_country_codes_of_two_and_three_letters_are_not_compared(
    iim: str, xmp: str, same: bool
) -> None:
    ours = value(IIM, iim, prop=Property.COUNTRY_CODE)
    assert agree(ours, value(XMP, xmp, prop=Property.COUNTRY_CODE)) is same
    assert not agree(value(IIM, "SYR", prop=Property.TITLE), value(XMP, "SY", prop=Property.TITLE))


def test_voices_are_those_who_say_the_same() -> None:
    exif, iim, xmp = value(EXIF, "A  B"), value(IIM, "C"), value(XMP, "A B")
    assert voices([exif, iim, xmp]) == ((exif, xmp), (iim,))
    assert voices([]) == ()


def test_a_cut_value_has_the_voice_of_the_whole_one() -> None:
    xmp, iim = value(XMP, LONG), value(IIM, LONG[:32])
    assert voices([xmp, iim, value(EXIF, "C")]) == ((xmp, iim), (value(EXIF, "C"),))


def test_very_many_texts_cost_no_comparison_of_each_with_each() -> None:
    """A pair-by-pair comparison of these would take minutes."""
    many = [
        value(XMP, f"2024-01-31T10:00:00.{'0' * n}", prop=Property.DATE_CREATED)
        for n in range(1, 6_000)
    ]
    started = time.perf_counter()
    (found,) = disagreements(record(*many))
    assert len(voices(found.values)) == 1
    assert time.perf_counter() - started < 5


def test_the_same_text_many_times_is_no_disagreement() -> None:
    assert disagreements(record(*[value(XMP, "A")] * 10_000, value(IIM, " A "))) == ()
