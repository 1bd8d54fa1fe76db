"""Rule 8 of the field, condition by condition, and what else a notice finds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matching_material import (
    BY_DIGEST,
    BY_IDENTIFIER,
    BY_PROVEN_COPY,
    CAPTION,
    CODE,
    CORRECTED,
    EMBEDDED,
    IDENTIFIER,
    IIM,
    IN_HOUSE,
    LEAKED,
    RIGHT,
    SCAN,
    STRIPPED,
    WRONG,
    XMP,
    Case,
    but,
    by_caption,
    by_identifier,
    credited,
    findings,
    notice,
    of_rule,
    picture,
    reasons,
    saying,
    target,
    value,
    with_value,
    withdrawal,
    without,
)

from provenance.matching import embedded_notices
from provenance.model import (
    Confidence,
    Correction,
    Fixability,
    Property,
    Pubstatus,
    Rule,
    Severity,
    Status,
    TargetKind,
)

SAFE, UNSAFE, SHOWN = Fixability.SAFE, Fixability.UNSAFE, Fixability.DISPLAY_ONLY
LONG_RIGHT = "Friederike-Charlotte von SÜNDERMANN"


@pytest.mark.parametrize(
    "case",
    [BY_IDENTIFIER, BY_DIGEST, BY_PROVEN_COPY, EMBEDDED, IN_HOUSE],
    ids=["identifier", "digest", "proven-copy", "embedded", "in-house"],
)
def test_a_safe_case(case: Case) -> None:
    found = case.credit()
    assert (found.severity, found.confidence) == (Severity.ERROR, Confidence.STRONG)
    assert (found.fixability, found.status) == (SAFE, Status.OPEN)
    assert found.notice_id == "afp-1"
    assert [(edit.locator, edit.before, edit.after) for edit in found.edits] == [
        ("IIM 2:80", WRONG, RIGHT),
        ("IIM 2:120", CAPTION, CORRECTED),
        ("XMP dc:creator", WRONG, RIGHT),
        ("XMP dc:description", CAPTION, CORRECTED),
    ]


BROKEN = {
    "withheld": (saying(pubstatus=Pubstatus.WITHHELD), "not-usable", UNSAFE),
    "canceled": (saying(pubstatus=Pubstatus.CANCELED), "not-usable", UNSAFE),
    "not understood": (saying(unparsed="and the dog"), "unparsed", UNSAFE),
    "claimed identifier": (
        but(EMBEDDED, record=credited(scan="aa" * 32)),
        "embedded",
        UNSAFE,
    ),
    "equal caption alone": (
        but(notice=notice(targets=by_caption()), record=STRIPPED),
        "not-proven",
        UNSAFE,
    ),
    "file name alone": (
        but(
            notice=notice(targets=[target(TargetKind.FILENAME, "boats.jpg")]),
            record=credited(name="boats.jpg"),
        ),
        "not-proven",
        UNSAFE,
    ),
    "several identifiers": (
        saying(targets=(*by_identifier(), *by_identifier("000_36NV2QM"))),
        "several-pictures",
        UNSAFE,
    ),
    "too long for IIM": (
        but(notice=notice(right=LONG_RIGHT)),
        "octet-limit",
        UNSAFE,
    ),
    "content credentials": (
        but(record=credited(credentials="c2pa")),
        "content-credentials",
        SHOWN,
    ),
    "no right value": (but(notice=notice(right=None)), "no-right-value", SHOWN),
    "another notice, another name": (
        but(others=(notice(right="Eva SOMMER", ident="afp-2"),)),
        "contended",
        UNSAFE,
    ),
    "another notice, the other way round": (
        but(others=(notice(RIGHT, WRONG, ident="afp-2"),)),
        "contended",
        UNSAFE,
    ),
    "another notice, one step further": (
        but(others=(notice(RIGHT, "Eva SOMMER", ident="afp-2"),)),
        "contended",
        UNSAFE,
    ),
    "another notice, one step before": (
        but(others=(notice("Eva SOMMER", WRONG, ident="afp-2"),)),
        "contended",
        UNSAFE,
    ),
    "its own pairs contradict": (
        saying(
            corrections=(
                Correction(Property.CREATOR_NAMES, WRONG, RIGHT),
                Correction(Property.CREATOR_NAMES, WRONG, "Eva SOMMER"),
            )
        ),
        "contradicts-itself",
        UNSAFE,
    ),
    "its own pairs swap": (
        saying(
            corrections=(
                Correction(Property.CREATOR_NAMES, WRONG, RIGHT),
                Correction(Property.CREATOR_NAMES, RIGHT, WRONG),
            )
        ),
        "contradicts-itself",
        UNSAFE,
    ),
    "both names credited together": (
        but(
            record=with_value(
                credited(), value(Property.CREDIT_LINE, XMP, f"{WRONG}, {RIGHT} / AFP")
            )
        ),
        "named-twice",
        UNSAFE,
    ),
    "a kill that may mean it": (
        but(others=(withdrawal(by_caption()),)),
        "withdrawal-claimed",
        UNSAFE,
    ),
    "another picture's number": (
        but(
            notice=notice(targets=[target(TargetKind.DIGEST, f"scan:{SCAN}"), *by_identifier()]),
            record=credited(code="36NV2QM"),
        ),
        "not-proven",
        SHOWN,
    ),
    "pictures that fit equally": (
        but(
            notice=notice(targets=by_caption()),
            record=STRIPPED,
            rivals=frozenset({IDENTIFIER, "afp:36NV2QM"}),
        ),
        "not-proven",
        UNSAFE,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_condition_is_not_safe_and_is_named(name: str) -> None:
    case, reason, fixability = BROKEN[name]
    found = case.credit()
    assert found.fixability is fixability
    assert reason in reasons(found)
    # What is unsafe waits for a person; what is only shown does where it is a candidate.
    low = found.confidence is Confidence.LOW
    assert found.status is (Status.HELD if fixability is UNSAFE or low else Status.OPEN)


@pytest.mark.parametrize("name", [name for name, (_, _, kind) in BROKEN.items() if kind is UNSAFE])
def test_what_is_held_still_shows_what_it_would_do(name: str) -> None:
    assert BROKEN[name][0].credit().edits


def test_a_reason_is_named_only_where_it_is_one() -> None:
    named = {reason for _, reason, _ in BROKEN.values()}
    assert reasons(BY_IDENTIFIER.credit()) & named == set()


@pytest.mark.parametrize("name", BROKEN)
def test_reasons_about_authority_do_not_speak_about_identity(name: str) -> None:
    case, reason, _ = BROKEN[name]
    assert {r.weight for r in case.credit().evidence if r.name == reason} == {0.0}


# Identity: design rule 1, decision 0002


def test_a_forged_picture_does_not_recredit_an_archive() -> None:
    forged = picture(
        value(Property.DESCRIPTION, IIM, LEAKED),
        value(Property.TITLE, IIM, f"000_{CODE}"),
        scan="ff" * 32,
    )
    (leaked,) = embedded_notices(forged)
    proven = (forged,)
    found = Case(leaked, credited(), proven).credit()
    assert (found.fixability, found.status) == (UNSAFE, Status.HELD)
    assert found.confidence is Confidence.MEDIUM
    assert {"identifier-claimed", "embedded"} <= reasons(found)


def test_a_genuine_retransmission_corrects_copies_of_the_same_data() -> None:
    sent = credited(RIGHT, caption=LEAKED)
    (leaked,) = embedded_notices(sent)
    found = Case(leaked, without(credited(name="hero.jpg"), Property.TITLE), (sent,)).credit()
    assert (found.fixability, found.status) == (SAFE, Status.OPEN)


@pytest.mark.parametrize(
    ("written", "of"),
    [
        (f"sha256:{'ab' * 32}", {"digest": "ab" * 32}),
        (f"image:{'ab' * 32}", {"image_digest": "ab" * 32}),
    ],
)
def test_any_digest_proves_the_picture_to_an_embedded_notice(
    written: str, of: dict[str, str]
) -> None:
    one = replace(EMBEDDED.notice, targets=(target(TargetKind.DIGEST, written),))
    record = replace(credited(scan=None), **of)  # type: ignore[arg-type]
    assert Case(one, record).credit().fixability is SAFE


def test_the_next_frame_of_a_burst_is_shown_and_never_written() -> None:
    one = notice(targets=[*by_identifier(), *by_caption()])
    found = Case(one, credited(code="36NV2QM", scan="aa" * 32)).credit()
    assert (found.confidence, found.fixability) == (Confidence.LOW, SHOWN)
    assert found.status is Status.HELD


def test_the_same_photographers_other_pictures_keep_their_credit() -> None:
    other = credited(caption="A market. (Photo by Luc MARIN / AFP)", code="36NV2QM", scan="aa" * 32)
    assert of_rule(findings(other, notice()), Rule.ERRONEOUS_CREDIT) == []


def test_a_name_with_day_and_place_is_a_candidate_only() -> None:
    record = replace(
        without(credited(caption="A market. (Photo by Luc MARIN / AFP)"), Property.TITLE),
        scan_digest=None,
    )
    found = Case(notice(targets=by_caption()), record).credit()
    assert (found.confidence, found.fixability) == (Confidence.LOW, SHOWN)
    assert found.status is Status.HELD


def test_a_nearly_equal_caption_waits_for_a_person_who_may_apply_it() -> None:
    record = replace(STRIPPED, values=credited(caption=CAPTION.replace("lie", "rest")).values)
    found = Case(notice(targets=by_caption()), without(record, Property.TITLE)).credit()
    assert (found.confidence, found.fixability) == (Confidence.LOW, UNSAFE)


def test_a_picture_already_corrected_has_no_erroneous_credit() -> None:
    assert findings(credited(RIGHT), notice()) == ()


def test_a_picture_without_the_wrong_value_has_none_either() -> None:
    assert of_rule(findings(credited("Eva SOMMER"), notice()), Rule.ERRONEOUS_CREDIT) == []


def test_a_retracted_notice_finds_nothing() -> None:
    one = replace(notice(), retracted="2024-12-01T00:00:00Z")
    assert findings(credited(), one) == ()


def test_another_spelling_on_another_picture_is_nothing() -> None:
    """Two suppositions make no finding: only the name itself is looked for there."""
    one = notice("Jörg MARIN", targets=[*by_identifier(), *by_caption(CORRECTED)])
    other = credited("JOERG MARIN", code="36NV2QM", scan="aa" * 32)
    assert of_rule(findings(other, one), Rule.ERRONEOUS_CREDIT) == []
    same = credited("JOERG MARIN", scan="aa" * 32)
    assert len(of_rule(findings(same, one), Rule.ERRONEOUS_CREDIT)) == 1
