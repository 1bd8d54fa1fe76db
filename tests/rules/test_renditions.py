"""A copy that names nobody gets the right credit, never the wrong one, and never by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    CODE,
    IIM,
    POLICY,
    RIGHT,
    SCENE,
    SIDECAR,
    WRONG,
    XMP,
    credited,
    notice,
    pairs,
    picture,
    reasons,
    value,
    withdrawal,
)

from provenance.matching import picture_of
from provenance.matching.keys import basis
from provenance.metadata.planned import planned
from provenance.model import (
    AssetRef,
    Authority,
    Beside,
    Confidence,
    Container,
    Correction,
    Finding,
    Fixability,
    Likeness,
    LikenessKind,
    MetadataRecord,
    Notice,
    Property,
    Rule,
    Status,
)
from provenance.rules import examine
from provenance.rules.renditions import names_nobody

ORIGINAL = credited(name="original.jpg")
STRIPPED = picture(name="web/lead.jpg")


def missing(
    record: MetadataRecord,
    *notices: Notice,
    siblings: tuple[MetadataRecord, ...] = (),
    proven: tuple[MetadataRecord, ...] = (ORIGINAL,),
    beside: Beside | None = None,
) -> list[Finding]:
    found = examine(
        record, pairs(*notices, proven=proven), siblings, POLICY, beside=beside or Beside()
    )
    return [one for one in found if one.rule is Rule.CREDIT_MISSING]


def the_one(record: MetadataRecord, *notices: Notice, **more: object) -> Finding:
    (found,) = missing(record, *notices, **more)  # type: ignore[arg-type]
    return found


def said(one: Finding) -> list[tuple[Container, str, str, str | None]]:
    return [(edit.container, edit.locator, edit.before, edit.after) for edit in one.edits]


def test_a_stripped_copy_gets_the_right_credit_and_not_the_one_that_its_original_has() -> None:
    found = the_one(STRIPPED, notice(), siblings=(ORIGINAL,))
    assert said(found) == [
        (XMP, "XMP dc:creator", "", RIGHT),
        (XMP, "XMP photoshop:Credit", "", "AFP"),
    ]
    assert (found.confidence, found.fixability, found.status) == (
        Confidence.STRONG,
        Fixability.UNSAFE,
        Status.HELD,
    )
    assert found.notice_id == "afp-1"
    assert reasons(found) >= {"scan-digest", "names-nobody", "credit-from", "credit-restored"}


def test_once_it_is_written_nothing_is_found_any_more() -> None:
    found = the_one(STRIPPED, notice(), siblings=(ORIGINAL,))
    after = replace(STRIPPED, values=planned((), found.edits))
    assert examine(after, pairs(notice(), proven=(ORIGINAL,)), (ORIGINAL,), POLICY) == ()


def test_without_a_copy_that_says_a_credit_line_the_photographer_alone_is_named() -> None:
    assert said(the_one(STRIPPED, notice())) == [(XMP, "XMP dc:creator", "", RIGHT)]


def test_the_finding_without_a_notice_is_not_reported_beside_it() -> None:
    assert len(missing(STRIPPED, notice(), siblings=(ORIGINAL,))) == 1
    assert len(missing(STRIPPED)) == 1
    assert len(missing(STRIPPED, siblings=(ORIGINAL,))) == 1


def test_what_no_copy_and_no_notice_knows_is_only_shown() -> None:
    found = the_one(STRIPPED)
    assert (found.edits, found.fixability) == ((), Fixability.DISPLAY_ONLY)


def test_iim_is_set_only_where_it_is_there_already() -> None:
    record = picture(value(Property.CITY, IIM, "Lyon"))
    edits = said(the_one(record, notice(), siblings=(ORIGINAL,)))
    assert edits[2:] == [(IIM, "IIM 2:80", "", RIGHT), (IIM, "IIM 2:110", "", "AFP")]


def test_what_does_not_fit_iim_is_not_cut() -> None:
    long = "Maximiliana Alexandrowna DUPOND-LAFITTE"
    record = picture(value(Property.CITY, IIM, "Lyon"))
    found = the_one(record, notice(right=long), siblings=(ORIGINAL,))
    assert [edit.locator for edit in found.edits if edit.container is IIM] == ["IIM 2:110"]
    assert "octet-limit" in reasons(found)


@pytest.mark.parametrize(
    "stands",
    [
        value(Property.CREATOR_NAMES, XMP, "Somebody"),
        value(Property.CREDIT_LINE, IIM, "AFP"),
        value(Property.DESCRIPTION, XMP, f"{SCENE} (Photo by {RIGHT} / AFP)"),
        value(Property.CREATOR_NAMES, SIDECAR, RIGHT, uri="/archive/lead.xmp"),
        value(Property.CREATOR_NAMES, IIM, "STR"),
    ],
)
def test_what_names_anybody_anywhere_is_left_alone(stands: object) -> None:
    record = replace(STRIPPED, values=(stands,))
    assert not names_nobody(record)
    assert missing(record, notice(), siblings=(ORIGINAL,)) == []


def test_a_caption_without_credit_names_nobody() -> None:
    record = picture(value(Property.DESCRIPTION, XMP, SCENE), value(Property.CREDIT_LINE, IIM, " "))
    assert names_nobody(record)


def test_a_withdrawn_picture_is_given_nothing() -> None:
    found = missing(STRIPPED, notice(), withdrawal(), siblings=(ORIGINAL,))
    assert [one.edits for one in found] == [()]


def test_a_picture_that_is_not_proven_is_given_nothing_on_the_notices_word() -> None:
    like = picture(value(Property.DESCRIPTION, XMP, SCENE), scan="77" * 32)
    (found,) = missing(like, notice())
    assert (found.notice_id, found.edits) == (None, ())


def test_content_credentials_are_not_broken() -> None:
    found = the_one(replace(STRIPPED, content_credentials="c2pa"), notice(), siblings=(ORIGINAL,))
    assert found.fixability is Fixability.DISPLAY_ONLY
    assert "content-credentials" in reasons(found)


def test_a_format_that_can_take_no_xmp_says_so() -> None:
    found = the_one(replace(STRIPPED, media_type="image/bmp"), notice(), siblings=(ORIGINAL,))
    assert (found.edits, found.fixability) == ((), Fixability.DISPLAY_ONLY)
    assert "no-place" in reasons(found)


def test_a_sidecar_takes_what_the_format_cannot() -> None:
    sidecar = AssetRef("/archive/web/lead.xmp", 10, "v1")
    ref = replace(STRIPPED.ref, sidecars=(sidecar,))
    city = value(Property.CITY, SIDECAR, "Lyon", uri=sidecar.uri)
    record = replace(STRIPPED, ref=ref, media_type="image/x-fuji-raf", values=(city,))
    found = the_one(record, notice(), siblings=(ORIGINAL,))
    assert {(edit.uri, edit.container) for edit in found.edits} == {(sidecar.uri, SIDECAR)}


def test_two_notices_that_say_the_same_are_one_finding() -> None:
    found = the_one(STRIPPED, notice(), notice(ident="afp-2"), siblings=(ORIGINAL,))
    assert "also" in reasons(found)


def test_two_notices_that_contradict_each_other_are_contended() -> None:
    other = notice(right="Nora FELDT", ident="afp-2")
    found = missing(STRIPPED, notice(), other, siblings=(ORIGINAL,))
    assert {one.edits[0].after for one in found} == {RIGHT, "Nora FELDT"}
    assert all("contended" in reasons(one) for one in found)


def test_the_reasons_against_the_notice_are_told() -> None:
    embedded = notice(authority=Authority.EMBEDDED, received_by=None, unparsed="and so on")
    targets = (*embedded.targets, *notice().targets)
    found = missing(STRIPPED, replace(embedded, targets=targets), siblings=(ORIGINAL,))
    assert [one.fixability for one in found] != [Fixability.SAFE]
    brought = the_one(STRIPPED, notice(unparsed="and so on"), siblings=(ORIGINAL,))
    assert "unparsed" in reasons(brought)


def test_a_notice_without_a_property_is_about_the_byline_that_it_names() -> None:
    found = the_one(STRIPPED, notice(prop=None))
    assert said(found) == [(XMP, "XMP dc:creator", "", RIGHT)]


def test_a_corrected_place_is_no_credit_and_the_copy_speaks() -> None:
    place = notice(corrections=(Correction(Property.CITY, "Lyon", "Vienne"),))
    found = the_one(STRIPPED, place, siblings=(ORIGINAL,))
    assert (found.notice_id, found.edits[0].after) == (None, WRONG)


def test_a_second_author_stays_beside_the_corrected_one() -> None:
    both = credited(name="original.jpg")
    values = tuple(
        replace(one, values=(WRONG, "Nora FELDT"))
        if one.property is Property.CREATOR_NAMES
        else one
        for one in both.values
    )
    found = the_one(STRIPPED, notice(), siblings=(replace(both, values=values),))
    named = [edit.after for edit in found.edits if edit.property is Property.CREATOR_NAMES]
    assert named == [RIGHT, "Nora FELDT"]


def test_copies_that_disagree_give_nothing_without_a_notice() -> None:
    other = credited("Nora FELDT", name="another.jpg")
    found = the_one(STRIPPED, siblings=(ORIGINAL, other))
    assert (found.edits, found.fixability) == ((), Fixability.DISPLAY_ONLY)
    assert "copies-disagree" in reasons(found)


def test_a_copy_whose_credit_a_notice_may_correct_gives_nothing() -> None:
    by_caption = notice(targets=(), ident="afp-3")
    known = replace(picture_of(by_caption), captions=picture_of(notice(), (ORIGINAL,)).captions)
    found = examine(STRIPPED, [(by_caption, known)], (ORIGINAL,), POLICY)
    (one,) = [one for one in found if one.rule is Rule.CREDIT_MISSING]
    assert (one.edits, one.fixability) == ((), Fixability.DISPLAY_ONLY)
    assert "credit-doubted" in reasons(one)


def test_a_compared_copy_gives_its_credit_and_one_that_is_another_picture_does_not() -> None:
    small = picture(name="web/small.jpg", scan="66" * 32)
    for kind, edits in ((LikenessKind.SAME, 2), (LikenessKind.OTHER, 0), (LikenessKind.UNSURE, 0)):
        beside = Beside(likeness={basis(ORIGINAL): Likeness(kind, 0.01)})
        (found,) = missing(small, siblings=(ORIGINAL,), proven=(), beside=beside)
        assert len(found.edits) == edits, kind


def test_a_file_name_alone_is_a_claim_and_another_picture_is_none() -> None:
    named = picture(name=f"000_{CODE}.jpg", scan="66" * 32)
    found = the_one(named, siblings=(ORIGINAL,), proven=())
    assert (found.confidence, len(found.edits)) == (Confidence.MEDIUM, 2)
    beside = Beside(likeness={basis(ORIGINAL): Likeness(LikenessKind.OTHER, 0.6)})
    assert the_one(named, siblings=(ORIGINAL,), proven=(), beside=beside).edits == ()


def test_its_identity_is_that_of_a_missing_credit_whatever_is_proposed() -> None:
    alone, with_copy = the_one(STRIPPED), the_one(STRIPPED, siblings=(ORIGINAL,))
    assert alone.finding_id == with_copy.finding_id
    assert alone.decision_key == with_copy.decision_key
    elsewhere = replace(STRIPPED, ref=replace(STRIPPED.ref, uri="/moved/lead.jpg"))
    assert the_one(elsewhere).decision_key == alone.decision_key


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        (LikenessKind.SAME, Confidence.STRONG),
        (LikenessKind.CROP, Confidence.MEDIUM),
        (LikenessKind.MIRRORED, Confidence.MEDIUM),
        (LikenessKind.OTHER, None),
        (LikenessKind.UNSURE, None),
    ],
)
def test_a_cutting_that_lost_its_words_is_offered_the_credit(
    kind: LikenessKind, level: Confidence | None
) -> None:
    cut = picture(name="web/square.jpg", scan="aa" * 32)
    seen = Beside(likeness={basis(ORIGINAL): Likeness(kind, 0.01, 0.7)})
    found = [one for one in missing(cut, notice(), beside=seen) if one.edits]
    assert [one.confidence for one in found] == ([level] if level else [])
    assert all(one.fixability is Fixability.UNSAFE for one in found)
    assert all(one.status is Status.HELD for one in found)
