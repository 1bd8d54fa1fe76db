"""Evidence and levels: identity first, and a name alone proves nothing."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_material import (
    CAPTION,
    CORRECTED,
    IDENTIFIER,
    IIM,
    RIGHT,
    SCAN,
    SCENE,
    WRONG,
    XMP,
    by_caption,
    by_identifier,
    credited,
    held_against,
    notice,
    picture,
    reasons,
    target,
    value,
    with_value,
    withdrawal,
    without,
)

from provenance.matching import match, picture_of
from provenance.matching.match import similarity
from provenance.model import (
    Authority,
    Confidence,
    Match,
    MetadataRecord,
    Property,
    TargetKind,
)

STRONG, MEDIUM, LOW = Confidence.STRONG, Confidence.MEDIUM, Confidence.LOW
NEAR = CAPTION.replace("Boats lie", "Boats rest")
OTHER = credited(code="36NV2QM", scan="aa" * 32)


def level(found: Match | None) -> Confidence | None:
    return None if found is None else found.confidence


def nameless(record: MetadataRecord) -> MetadataRecord:
    return without(record, Property.TITLE)


def test_the_identifier_that_a_persons_notice_names_proves_the_picture() -> None:
    found = held_against(notice(), credited())
    assert reasons(found) >= {"identifier"}
    assert level(found) is STRONG


@pytest.mark.parametrize("authority", [Authority.BROUGHT, Authority.IN_HOUSE])
def test_a_persons_word_carries_the_identifier(authority: Authority) -> None:
    one = notice(authority=authority)
    assert level(held_against(one, credited(caption="", scan=None))) is STRONG


def test_an_identifier_that_a_picture_claims_proves_nothing() -> None:
    one = notice(authority=Authority.EMBEDDED)
    found = held_against(one, credited(scan="aa" * 32))
    assert "identifier-claimed" in reasons(found)
    assert "identifier" not in reasons(found)
    assert level(found) is MEDIUM


def test_the_identifier_in_a_file_name_counts() -> None:
    record = picture(name="AFP_36NV2QL_w840.jpg", scan=None)
    assert level(held_against(notice(), record)) is STRONG


@pytest.mark.parametrize(
    ("written", "record", "reason"),
    [
        (f"sha256:{'ab' * 32}", picture(digest="ab" * 32, scan=None), "sha256-digest"),
        ("AB" * 32, picture(digest="ab" * 32, scan=None), "sha256-digest"),
        (f"scan:{SCAN}", picture(), "scan-digest"),
        (f"image:{SCAN}", replace(picture(scan=None), image_digest=SCAN), "image-digest"),
    ],
)
@pytest.mark.parametrize("authority", list(Authority))
def test_a_digest_proves_the_picture_whoever_speaks(
    written: str, record: MetadataRecord, reason: str, authority: Authority
) -> None:
    one = notice(targets=[target(TargetKind.DIGEST, written)], authority=authority)
    found = held_against(one, record)
    assert reasons(found) == {reason}
    assert level(found) is STRONG


@pytest.mark.parametrize(
    "written", [f"sha256:{SCAN}", f"image:{SCAN}", SCAN, "scan:" + "aa" * 32, "scan:"]
)
def test_a_digest_of_another_kind_or_value_proves_nothing(written: str) -> None:
    one = notice(targets=[target(TargetKind.DIGEST, written)])
    assert held_against(one, picture(digest="ee" * 32)) is None


def test_the_picture_data_of_a_proven_file_proves_its_stripped_copies() -> None:
    stripped = picture(name="hero.jpg")
    assert held_against(notice(), stripped) is None
    found = held_against(notice(), stripped, proven=[credited()])
    assert reasons(found) == {"scan-digest"}
    assert level(found) is STRONG


def test_two_files_without_picture_data_do_not_prove_each_other() -> None:
    assert held_against(notice(), picture(scan=None), proven=[credited(scan=None)]) is None


def test_the_equal_caption_is_medium() -> None:
    record = nameless(credited(scan=None))
    found = held_against(notice(targets=by_caption()), record)
    assert "caption-equal" in reasons(found)
    assert "caption-near" not in reasons(found)
    assert level(found) is MEDIUM


def test_the_caption_with_the_correction_applied_backwards_is_equal() -> None:
    one = notice("Nice", "Lyon", prop=None, targets=by_caption(f"{SCENE} (AFP Photo)"))
    record = picture(value(Property.DESCRIPTION, IIM, SCENE.replace("Lyon", "Nice")))
    found = held_against(one, record)
    assert "caption-equal" in reasons(found)
    assert level(found) is MEDIUM


def test_the_correction_is_never_applied_forwards() -> None:
    """A caption that says RIGHT where the notice's caption says WRONG is another caption."""
    one = notice("Nice", "Lyon", prop=None, targets=by_caption(f"{SCENE} In Nice. (AFP Photo)"))
    record = picture(value(Property.DESCRIPTION, IIM, f"{SCENE} In Lyon."))
    assert "caption-equal" not in reasons(held_against(one, record))


def test_another_number_of_the_same_agency_speaks_against_an_equal_caption() -> None:
    one = notice(targets=[*by_identifier(), *by_caption()])
    found = held_against(one, OTHER)
    assert reasons(found) >= {"caption-equal", "other-identifier"}
    assert level(found) is LOW


def test_another_number_speaks_against_a_proven_picture_too() -> None:
    found = held_against(notice(), credited(code="36NV2QM"), proven=[credited()])
    assert reasons(found) >= {"scan-digest", "other-identifier"}
    assert level(found) is MEDIUM


def test_the_numbers_of_proven_files_speak_where_the_notice_names_none() -> None:
    one = notice(targets=[target(TargetKind.DIGEST, f"scan:{SCAN}"), *by_caption()])
    assert "other-identifier" in reasons(held_against(one, OTHER, proven=[credited()]))
    assert "other-identifier" not in reasons(held_against(one, OTHER))


@pytest.mark.parametrize(
    "also",
    [
        value(Property.TITLE, IIM, "GettyImages-1190004821"),  # another agency's number
        value(Property.DIGITAL_IMAGE_GUID, XMP, "bng01661gda"),
        value(Property.IMAGE_SUPPLIER_IMAGE_ID, XMP, "bng01661gda"),
    ],
)
def test_a_number_of_another_kind_does_not_speak_against(also: object) -> None:
    one = notice(targets=[*by_identifier(), *by_caption()])
    record = with_value(nameless(credited(scan=None)), also)  # type: ignore[arg-type]
    found = held_against(one, record)
    assert "other-identifier" not in reasons(found)
    assert level(found) is MEDIUM


def test_one_of_several_numbers_is_enough() -> None:
    record = with_value(credited(), value(Property.JOBID, IIM, "AFP_36NV2QM"))
    found = held_against(notice(), record)
    assert "other-identifier" not in reasons(found)
    assert level(found) is STRONG


def test_a_nearly_equal_caption_is_low() -> None:
    record = nameless(credited(caption=NEAR, scan=None))
    found = held_against(notice(targets=by_caption()), without(record, Property.DATE_CREATED))
    assert reasons(found) == {"caption-near"}
    assert level(found) is LOW


def test_a_nearly_equal_caption_stays_a_candidate_with_another_number() -> None:
    one = notice(targets=[*by_identifier(), *by_caption()])
    found = held_against(one, credited(caption=NEAR, code="36NV2QM", scan=None))
    assert level(found) is LOW


def test_another_sentence_on_the_same_event_is_not_near() -> None:
    text = "The quay of Lyon was quiet on the second of May, said its keeper. (AFP Photo)"
    record = picture(value(Property.DESCRIPTION, IIM, text))
    assert held_against(notice(targets=by_caption()), record) is None


@pytest.mark.parametrize("count", [0, 1])
def test_one_fitting_picture_is_no_tie(count: int) -> None:
    known = replace(
        picture_of(notice(targets=by_caption())), rivals=frozenset([IDENTIFIER][:count])
    )
    found = match(notice(targets=by_caption()), known, nameless(credited()))
    assert level(found) is MEDIUM


def test_pictures_that_fit_equally_are_a_tie() -> None:
    one = notice(targets=by_caption())
    known = replace(picture_of(one), rivals=frozenset({"afp:36NV2QM", IDENTIFIER}))
    found = match(one, known, credited())
    assert found is not None
    assert level(found) is LOW
    (tie,) = [reason for reason in found.evidence if reason.name == "tie"]
    assert "afp:36NV2QL, afp:36NV2QM" in tie.detail


def test_the_file_name_alone_waits_for_a_person() -> None:
    one = notice(targets=[target(TargetKind.FILENAME, "Boats.JPG")])
    found = held_against(one, picture(name="boats.jpg"))
    assert reasons(found) == {"file-name"}
    assert level(found) is MEDIUM
    assert held_against(one, picture(name="boats2.jpg")) is None


def test_a_kill_by_byline_yields_candidates() -> None:
    one = withdrawal([target(TargetKind.BYLINE, WRONG)])
    found = held_against(one, credited(WRONG.upper()))
    assert reasons(found) == {"byline"}
    assert level(found) is LOW
    assert held_against(one, credited(RIGHT)) is None


def test_a_correction_never_matches_by_byline() -> None:
    one = notice(targets=[target(TargetKind.BYLINE, WRONG)])
    assert held_against(one, credited()) is None


def test_name_day_and_place_are_a_candidate() -> None:
    one = notice(targets=by_caption())
    record = nameless(credited(caption="A market. (Photo by Luc MARIN / AFP)", scan=None))
    found = held_against(one, record)
    assert reasons(found) == {"name-date-place"}
    assert level(found) is LOW


@pytest.mark.parametrize(
    ("prop", "instead"),
    [
        (Property.CREATOR_NAMES, "Eva SOMMER"),
        (Property.DATE_CREATED, "2023-05-03"),
        (Property.CITY, "Nice"),
    ],
)
def test_name_day_and_place_are_all_needed(prop: Property, instead: str) -> None:
    one = notice(targets=by_caption())
    record = nameless(credited(caption="A market at noon, seen from the church.", scan=None))
    assert level(held_against(one, record)) is LOW
    without_it = without(record, prop)
    assert held_against(one, without_it) is None
    assert held_against(one, with_value(without_it, value(prop, IIM, instead))) is None


def test_name_day_and_place_are_nothing_beside_another_number() -> None:
    one = notice(targets=[*by_identifier(), *by_caption()])
    record = credited(caption="A market. (Photo by Luc MARIN / AFP)", code="36NV2QM", scan=None)
    assert held_against(one, record) is None


def test_a_name_alone_is_no_match() -> None:
    record = picture(value(Property.CREATOR_NAMES, IIM, WRONG))
    assert held_against(notice(targets=[*by_identifier(), *by_caption()]), record) is None


def test_a_notice_that_names_nothing_matches_nothing() -> None:
    assert held_against(notice(targets=()), credited()) is None


def test_every_reason_for_is_positive_and_every_reason_against_negative() -> None:
    one = notice(targets=[*by_identifier(), *by_caption()])
    found = held_against(one, OTHER)
    assert found is not None
    weights = {reason.name: reason.weight for reason in found.evidence}
    assert weights.pop("other-identifier") < 0
    assert all(weight > 0 for weight in weights.values())


def test_similarity_of_long_hostile_captions_costs_nothing() -> None:
    began = time.perf_counter()
    assert similarity("a b " * 20_000, "b a " * 20_000) == 0.0
    assert time.perf_counter() - began < 1


@given(st.lists(st.sampled_from(["ab", "cd", "ef", "gh"]), max_size=12), st.data())
def test_similarity_is_one_for_equal_texts_only(words: list[str], data: st.DataObject) -> None:
    other = data.draw(st.permutations(words))
    assert (similarity(" ".join(words), " ".join(other)) == 1) is (list(other) == words)


def test_corrected_and_uncorrected_copies_are_the_same_picture() -> None:
    one = notice(targets=by_caption(CORRECTED))
    for creator in (WRONG, RIGHT):
        assert level(held_against(one, nameless(credited(creator, scan=None)))) is MEDIUM


@pytest.mark.parametrize(
    ("provider", "reached"),
    [("AFP", True), ("Reuters", False), (None, True), ("Example Photo Service", True)],
)
def test_an_agency_withdraws_only_what_it_sent(provider: str | None, *, reached: bool) -> None:
    """A man works for several agencies; who sent an uncredited picture is not known."""
    one = withdrawal((target(TargetKind.BYLINE, WRONG),), provider=provider)
    assert (held_against(one, nameless(credited(WRONG))) is not None) is reached
    uncredited = picture(value(Property.CREATOR_NAMES, IIM, WRONG))
    assert held_against(one, uncredited) is not None


def test_the_captions_credit_names_the_agency_too() -> None:
    one = withdrawal((target(TargetKind.BYLINE, WRONG),), provider="Reuters")
    creator = value(Property.CREATOR_NAMES, IIM, WRONG)
    assert held_against(
        one, picture(creator, value(Property.DESCRIPTION, IIM, f"{SCENE} REUTERS/{WRONG}"))
    )
    assert not held_against(
        one, picture(creator, value(Property.DESCRIPTION, IIM, f"{SCENE} (Photo by {WRONG} / AFP)"))
    )
