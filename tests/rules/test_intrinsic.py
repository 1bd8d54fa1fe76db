"""What is wrong with a picture by itself: each rule where it applies, and where it must not."""

from __future__ import annotations

import pytest
from matching_material import (
    CORRECTED,
    EXIF,
    IIM,
    SCENE,
    SIDECAR,
    XMP,
    credited,
    picture,
    reasons,
    value,
)

from provenance.model import (
    Confidence,
    Container,
    Finding,
    Fixability,
    MetadataRecord,
    Property,
    PropertyValue,
    Rule,
    Severity,
    Status,
)
from provenance.rules.intrinsic import intrinsic_findings

CREATOR, CREDIT, SOURCE = Property.CREATOR_NAMES, Property.CREDIT_LINE, Property.SOURCE
LONG = "Maximilian Konstantin von Hohenfels-Sommer"
PLAIN = (value(CREATOR, IIM, "Ana DUPOND"), value(CREDIT, IIM, "AFP"))


def rules(*values: PropertyValue, **of: object) -> list[Rule]:
    record = picture(*values, **of)  # type: ignore[arg-type]
    return [one.rule for one in intrinsic_findings(record)]


def only(rule: Rule, *values: PropertyValue, **of: object) -> Finding:
    record = picture(*values, **of)  # type: ignore[arg-type]
    (found,) = [one for one in intrinsic_findings(record) if one.rule is rule]
    return found


def text(*captions: str) -> MetadataRecord:
    values = (
        PropertyValue(Property.DESCRIPTION, Container.TEXT, (one,), f"chars {n}00-{n}99")
        for n, one in enumerate(captions, start=1)
    )
    return picture(*values, media_type="text/plain", scan=None, name="article.txt")


def test_a_picture_in_order_has_no_finding() -> None:
    assert list(intrinsic_findings(credited("Ana DUPOND"))) == []


def test_intrinsic_findings_are_shown_only() -> None:
    record = picture(
        value(CREDIT, IIM, "AFP"),
        value(CREDIT, XMP, "EPA"),
        value(Property.HEADLINE, IIM, "JÃ¶rg"),
        credentials="c2pa",
    )
    found = list(intrinsic_findings(record))
    assert {one.rule: one.severity for one in found} == {
        Rule.CREDIT_INCOMPLETE: Severity.NOTE,
        Rule.CONTAINERS_DISAGREE: Severity.WARNING,
        Rule.CONTENT_CREDENTIALS: Severity.NOTE,
        Rule.ENCODING_DAMAGED: Severity.WARNING,
    }
    for one in found:
        assert (one.fixability, one.status) == (Fixability.DISPLAY_ONLY, Status.OPEN)
        assert (one.confidence, one.edits, one.notice_id) == (Confidence.STRONG, (), None)


# credit-missing


@pytest.mark.parametrize(
    "values",
    [
        (),
        (value(Property.DESCRIPTION, IIM, SCENE),),
        (value(CREATOR, IIM, "  "),),
        (value(Property.CAPTION_WRITER, IIM, "Ana DUPOND"),),
    ],
)
def test_credit_missing(values: tuple[PropertyValue, ...]) -> None:
    assert only(Rule.CREDIT_MISSING, *values).severity is Severity.WARNING


@pytest.mark.parametrize(
    "one",
    [
        value(CREATOR, EXIF, "Ana DUPOND"),
        value(CREDIT, IIM, "AFP"),
        value(SOURCE, IIM, "AFP"),
        value(Property.COPYRIGHT_NOTICE, XMP, "Ana DUPOND"),
        value(CREATOR, SIDECAR, "Ana DUPOND", uri="/archive/scan.xmp"),
        value(Property.DESCRIPTION, IIM, CORRECTED),
        value(Property.DESCRIPTION, IIM, f"{SCENE} (AFP Photo)"),
    ],
)
def test_one_credit_of_any_kind_is_not_missing(one: PropertyValue) -> None:
    assert Rule.CREDIT_MISSING not in rules(one)


def test_a_text_is_not_asked_for_a_credit() -> None:
    assert list(intrinsic_findings(text(SCENE))) == []


# credit-incomplete


@pytest.mark.parametrize(
    "values",
    [
        (value(CREDIT, IIM, "AFP"),),
        (value(SOURCE, IIM, "Getty Images"),),
        (value(CREDIT, IIM, "picture alliance/dpa"),),
        (value(CREDIT, IIM, "AFP"), value(CREATOR, IIM, "STR")),
        (value(CREDIT, IIM, "AFP"), value(CREATOR, IIM, "-")),
        (value(CREDIT, IIM, "AFP"), value(CREATOR, IIM, "AFP")),
        (value(Property.DESCRIPTION, IIM, f"{SCENE} (AFP Photo)"),),
    ],
)
def test_credit_incomplete(values: tuple[PropertyValue, ...]) -> None:
    assert only(Rule.CREDIT_INCOMPLETE, *values).severity is Severity.NOTE


@pytest.mark.parametrize(
    "values",
    [
        PLAIN,
        (value(CREDIT, IIM, "Ana DUPOND/AFP"),),
        (value(CREDIT, IIM, "AFP PHOTO / Ana DUPOND"),),
        (value(CREDIT, IIM, "AFP"), value(Property.DESCRIPTION, XMP, CORRECTED)),
        (value(CREDIT, IIM, "Family archive"),),  # no agency
        (value(CREDIT, IIM, "AFP"), value(CREATOR, IIM, "HANDOUT")),
        (value(CREDIT, IIM, "AFP"), value(CREATOR, IIM, "-HO")),
        (value(CREDIT, IIM, "AFP"), value(CREATOR, IIM, "Pool")),
        (value(CREDIT, IIM, "AFP"), value(Property.CREATOR_JOBTITLE, IIM, "HO")),
        (value(CREDIT, IIM, "HANDOUT / AFP"),),
        (value(CREDIT, IIM, "Handout Photo"), value(SOURCE, IIM, "AFP")),
        (value(CREDIT, IIM, "AFP"), value(Property.DESCRIPTION, IIM, f"{SCENE} (POOL / AFP)")),
        (
            value(CREDIT, IIM, "AFP"),
            value(Property.DESCRIPTION, IIM, f"{SCENE} (Photo by Handout / City of Lyon / AFP)"),
        ),
        (value(Property.COPYRIGHT_NOTICE, IIM, "AFP"),),
    ],
)
def test_a_named_or_provided_picture_is_complete(values: tuple[PropertyValue, ...]) -> None:
    assert Rule.CREDIT_INCOMPLETE not in rules(*values)


def test_each_caption_of_a_text_is_complete_or_not() -> None:
    record = text(CORRECTED, f"{SCENE} (AFP Photo)", f"{SCENE} (Handout / AFP)")
    (found,) = intrinsic_findings(record)
    assert found.rule is Rule.CREDIT_INCOMPLETE
    assert "chars 200-299" in found.message


# credit-truncated


@pytest.mark.parametrize("prop", [CREATOR, CREDIT, SOURCE])
@pytest.mark.parametrize("length", [31, 32])
def test_an_iim_value_cut_at_its_limit_is_told(prop: Property, length: int) -> None:
    found = only(Rule.CREDIT_TRUNCATED, value(prop, IIM, LONG[:length]), value(prop, XMP, LONG))
    assert found.severity is Severity.NOTE
    assert LONG in found.message


def test_a_cut_before_a_character_that_did_not_fit_is_told() -> None:
    name = "Jean-Christophe Emmanuel MARIN€ZEWSKI"
    assert only(Rule.CREDIT_TRUNCATED, value(CREATOR, IIM, name[:30]), value(CREATOR, XMP, name))


@pytest.mark.parametrize(
    "values",
    [
        (value(CREATOR, IIM, LONG[:29]), value(CREATOR, XMP, LONG)),  # shortened by somebody
        (value(CREATOR, IIM, LONG[:32]), value(CREATOR, XMP, LONG[:32])),
        (value(CREATOR, IIM, LONG[:32]),),
        (value(CREATOR, IIM, LONG[:32]), value(CREDIT, XMP, LONG)),
        (value(CREATOR, EXIF, LONG[:32]), value(CREATOR, XMP, LONG)),
        (value(Property.CITY, IIM, LONG[:32]), value(Property.CITY, XMP, LONG)),
    ],
)
def test_what_was_not_cut_by_a_limit(values: tuple[PropertyValue, ...]) -> None:
    assert Rule.CREDIT_TRUNCATED not in rules(*values)


@pytest.mark.parametrize(
    "caption", [f"{SCENE} (Photo by Ana DUP", f"{SCENE} (Photo by Ana ... [+] DUPOND / AFP)"]
)
def test_a_credit_line_cut_by_a_content_system_is_told(caption: str) -> None:
    found = only(Rule.CREDIT_TRUNCATED, *PLAIN, value(Property.DESCRIPTION, XMP, caption))
    assert found.message == "The credit line in XMP dc:description is cut."
    (told,) = intrinsic_findings(text(caption))
    assert told.rule is Rule.CREDIT_TRUNCATED


# encoding-damaged


@pytest.mark.parametrize(
    "damaged",
    [
        "JÃ¶rg",
        "MÃœLLER",
        "Ã‰tienne",
        "Â© 2024 AFP",
        "20Â°",
        "citroÃ«n",
        "PaweÅ‚",
        "Å›wiat",
        "gÄ™Å›",
        "quai dâ€™Orsay",
        "Fran\ufffdois",
        "voilÃ\u00a0",
    ],
)
def test_damage_that_a_wrong_decoding_leaves(damaged: str) -> None:
    found = only(Rule.ENCODING_DAMAGED, *PLAIN, value(Property.HEADLINE, XMP, damaged))
    assert damaged in found.message
    assert reasons(found) == {"damaged"}


@pytest.mark.parametrize(
    "sound",
    [
        "Jörg Müller",
        "São Paulo, NÃO",
        "MANHÃ",
        "”DET ÄR BLÅ”",
        "»GRÅ« og »BLÅ»",
        "HAN ÄR PÅ\u00a0ÖN",
        "PÅ – og AV",
        "Ấn Độ".replace("Ấ", "Â\u0301"),
        "İpek Çoşkun, ğ",
        "Ångström Äpfel",
        "СÃО".replace("Ã", "А"),
        "€ 20 – “quoted” … ™",
        "ÄŒ".replace("Œ", "e"),
    ],
)
def test_sound_words_of_any_language_are_not_damaged(sound: str) -> None:
    assert Rule.ENCODING_DAMAGED not in rules(*PLAIN, value(Property.HEADLINE, XMP, sound))


def test_damage_is_one_finding_per_property() -> None:
    record = picture(
        *(value(CREATOR, container, "JÃ¶rg") for container in (EXIF, IIM, XMP)),
        value(CREDIT, IIM, "JÃ¶rg / AFP"),
    )
    found = [one for one in intrinsic_findings(record) if one.rule is Rule.ENCODING_DAMAGED]
    assert [len(one.evidence) for one in found] == [3, 1]


# content-credentials


def test_content_credentials_are_noted() -> None:
    assert rules(*PLAIN, credentials="c2pa") == [Rule.CONTENT_CREDENTIALS]
