"""Rule 8 of the field, condition by condition, and what else a notice finds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_material import (
    CAPTION,
    CODE,
    CORRECTED,
    EXIF,
    IDENTIFIER,
    IIM,
    LEAKED,
    POLICY,
    RIGHT,
    SCAN,
    SCENE,
    SIDECAR,
    WRONG,
    XMP,
    applied,
    by_caption,
    by_identifier,
    credited,
    findings,
    notice,
    of_rule,
    pairs,
    picture,
    reasons,
    target,
    value,
    with_value,
    withdrawal,
    without,
)
from notice_material import TAIL

from provenance import captions
from provenance.matching import Picture, embedded_notices, picture_of
from provenance.model import (
    Authority,
    Confidence,
    Correction,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    Property,
    Pubstatus,
    Rule,
    Severity,
    Status,
    Target,
    TargetKind,
)
from provenance.rules import examine

SAFE, UNSAFE, SHOWN = Fixability.SAFE, Fixability.UNSAFE, Fixability.DISPLAY_ONLY
LONG_RIGHT = "Friederike-Charlotte von SÜNDERMANN"
STRIPPED = without(credited(scan=None), Property.TITLE)


@dataclass(frozen=True)
class Case:
    """A notice, the asset it is held against, and the files proven before."""

    notice: Notice
    record: MetadataRecord
    proven: tuple[MetadataRecord, ...] = ()
    others: tuple[Notice, ...] = ()
    rivals: frozenset[str] = frozenset()

    def credit(self) -> Finding:
        """The one erroneous credit that this notice finds."""
        (found,) = [one for one in self.credits() if one.notice_id == self.notice.notice_id]
        return found

    def credits(self) -> list[Finding]:
        known: list[tuple[Notice, Picture]] = [
            (one, replace(known, rivals=self.rivals))
            for one, known in pairs(self.notice, *self.others, proven=self.proven)
        ]
        return of_rule(examine(self.record, known, (), POLICY), Rule.ERRONEOUS_CREDIT)


BY_IDENTIFIER = Case(notice(), credited())
BY_DIGEST = Case(notice(targets=[target(TargetKind.DIGEST, f"scan:{SCAN}")]), credited())
BY_PROVEN_COPY = Case(notice(), without(credited(), Property.TITLE), (credited(),))
EMBEDDED = Case(
    notice(
        targets=[*by_identifier(), target(TargetKind.DIGEST, f"scan:{SCAN}")],
        authority=Authority.EMBEDDED,
        received_by=None,
    ),
    credited(),
)
IN_HOUSE = Case(notice(authority=Authority.IN_HOUSE, provider=None), credited())


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


def but(case: Case = BY_IDENTIFIER, **of: object) -> Case:
    """The safe case with one condition broken."""
    return replace(case, **of)  # type: ignore[arg-type]


def saying(**of: object) -> Case:
    return but(notice=replace(BY_IDENTIFIER.notice, **of))  # type: ignore[arg-type]


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
        but(notice=notice(targets=[target(TargetKind.FILENAME, "scan.jpg")])),
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


# Several notices


def test_a_weaker_notice_does_not_spoil_a_proven_one() -> None:
    other = notice(right="Eva SOMMER", targets=by_caption(), ident="afp-2")
    case = but(others=(other,))
    assert case.credit().fixability is SAFE
    (weak,) = [one for one in case.credits() if one.notice_id == "afp-2"]
    assert weak.fixability is UNSAFE
    assert "contended" in reasons(weak)


def test_contending_notices_are_both_held() -> None:
    case = but(others=(notice(right="Eva SOMMER", ident="afp-2"),))
    assert [(one.notice_id, one.status) for one in case.credits()] == [
        ("afp-1", Status.HELD),
        ("afp-2", Status.HELD),
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("right", [RIGHT, RIGHT.upper()])
def test_notices_that_say_the_same_are_one_finding(order: tuple[int, int], right: str) -> None:
    both = (notice(), notice(right=right, ident="afp-2", targets=by_caption()))
    case = Case(both[order[0]], credited(), others=(both[order[1]],))
    (found,) = case.credits()
    assert (found.notice_id, found.fixability) == ("afp-1", SAFE)
    (also,) = [reason for reason in found.evidence if reason.name == "also"]
    assert also.weight == 0.0
    assert "afp-2" in also.detail


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_equal_notices_the_same_one_speaks_in_any_order(order: tuple[int, int]) -> None:
    both = (notice(ident="afp-a"), notice(ident="afp-b"))
    (found,) = Case(both[order[0]], credited(), others=(both[order[1]],)).credits()
    assert found.notice_id == "afp-a"


def test_rights_that_differ_in_their_letters_contend() -> None:
    case = but(notice=notice(right="Ipek Izgi"), others=(notice(right="Ipek İzgı", ident="afp-2"),))
    assert "contended" not in reasons(but(notice=notice(right="Ipek Izgi")).credit())
    assert "contended" in reasons(case.credit())


def test_a_correction_of_the_spelling_does_not_contend_with_itself() -> None:
    one = notice("Ipek Izgi", "İpek İzgi")
    case = Case(one, credited("Ipek Izgi"), others=(replace(one, notice_id="afp-2"),))
    (found,) = case.credits()
    assert found.fixability is SAFE
    assert reasons(found) & {"contended", "contradicts-itself"} == set()
    assert found.edits[0].after == "İpek İzgi"


def test_notices_on_different_names_do_not_contend() -> None:
    record = with_value(credited(), value(Property.CREDIT_LINE, XMP, "Eva SOMMER / AFP"))
    other = notice("Eva SOMMER", "Ida WINTER", ident="afp-2")
    assert {one.fixability for one in Case(notice(), record, others=(other,)).credits()} == {SAFE}


def test_one_picture_under_two_agencies_numbers_is_held() -> None:
    case = saying(targets=(*by_identifier(), *by_identifier("GettyImages-1190004821")))
    assert "several-pictures" in reasons(case.credit())


def test_one_number_in_two_writings_is_one_picture() -> None:
    case = saying(targets=(*by_identifier(), *by_identifier("AFP_36nv2ql.jpg")))
    assert case.credit().fixability is SAFE


def test_a_desk_may_name_several_pictures_itself() -> None:
    targets = (*by_identifier(), *by_identifier("000_36NV2QM"))
    case = but(IN_HOUSE, notice=replace(IN_HOUSE.notice, targets=targets))
    assert case.credit().fixability is SAFE


# Withdrawn


def test_a_withdrawn_picture_is_never_rewritten() -> None:
    found = findings(credited(), withdrawal(), notice())
    (one,) = found
    assert (one.rule, one.severity) == (Rule.WITHDRAWN, Severity.ERROR)
    assert (one.confidence, one.fixability, one.status) == (Confidence.STRONG, SHOWN, Status.OPEN)
    assert one.edits == ()


@pytest.mark.parametrize("code", ["36NV2QM"])
def test_a_kill_of_another_picture_does_not_reach_this_one(code: str) -> None:
    found = findings(credited(), withdrawal(by_identifier(f"000_{code}")))
    assert of_rule(found, Rule.WITHDRAWN) == []


def test_a_kill_by_byline_is_a_held_candidate_and_spoils_no_correction() -> None:
    kill = withdrawal([target(TargetKind.BYLINE, WRONG)])
    found = findings(credited(), kill, notice())
    (killed,) = of_rule(found, Rule.WITHDRAWN)
    assert (killed.confidence, killed.status) == (Confidence.LOW, Status.HELD)
    (credit,) = of_rule(found, Rule.ERRONEOUS_CREDIT)
    assert credit.fixability is SAFE


def test_a_claimed_kill_takes_away_corrections_that_are_no_surer() -> None:
    found = findings(STRIPPED, withdrawal(by_caption()), notice(targets=by_caption()))
    assert [one.rule for one in found] == [Rule.WITHDRAWN]


def test_a_forged_kill_does_not_take_away_a_proven_correction() -> None:
    kill = withdrawal(authority=Authority.EMBEDDED)
    found = findings(credited(), kill, notice())
    (killed,) = of_rule(found, Rule.WITHDRAWN)
    assert killed.confidence is Confidence.MEDIUM
    (credit,) = of_rule(found, Rule.ERRONEOUS_CREDIT)
    assert (credit.fixability, credit.status) == (UNSAFE, Status.HELD)


# What is a credit


def test_an_unnamed_property_is_a_credit_where_the_picture_credits_the_value() -> None:
    found = Case(notice(prop=None), credited()).credit()
    assert found.fixability is SAFE


def mention(
    text: str,
    wrong: str = "Nice",
    right: str | None = "Lyon",
    *,
    prop: Property | None = None,
    where: Property = Property.DESCRIPTION,
) -> list[Finding]:
    record = with_value(without(credited(RIGHT), where), value(where, IIM, text))
    return of_rule(findings(record, notice(wrong, right, prop=prop)), Rule.ERRONEOUS_MENTION)


def test_a_corrected_fact_is_a_mention_and_never_safe() -> None:
    (found,) = mention("Boats lie in Nice. (Photo by Ana DUPOND / AFP)")
    assert (found.severity, found.confidence) == (Severity.ERROR, Confidence.STRONG)
    assert (found.fixability, found.status) == (UNSAFE, Status.HELD)
    assert [r.weight for r in found.evidence if r.name == "prose"] == [0.0]
    (edit,) = found.edits
    assert (edit.locator, edit.after) == (
        "IIM 2:120",
        "Boats lie in Lyon. (Photo by Ana DUPOND / AFP)",
    )


@pytest.mark.parametrize(
    "where", [Property.DESCRIPTION, Property.HEADLINE, Property.TITLE, Property.KEYWORDS]
)
def test_where_a_fact_is_looked_for(where: Property) -> None:
    record = picture(value(where, XMP, "Nice"), name="AFP_36NV2QL.jpg")
    (found,) = of_rule(findings(record, notice("Nice", "Lyon", prop=None)), Rule.ERRONEOUS_MENTION)
    assert found.edits[0].after == "Lyon"


@pytest.mark.parametrize("text", ["Nicea.", "Venice by night.", "nice boats", "Niceé"])
def test_a_fact_inside_another_word_is_another_fact(text: str) -> None:
    assert mention(text) == []


def test_a_fact_inside_a_credit_line_is_somebodys_name() -> None:
    (found,) = mention("Boats in Nice. (Photo by Nice PATEL / AFP)")
    assert found.edits[0].after == "Boats in Lyon. (Photo by Nice PATEL / AFP)"
    assert mention("Boats. (Photo by Nice PATEL / AFP)") == []
    (found,) = mention("Boats. (Photo by Nice PATEL / AFP) Nice at night.")
    assert found.edits[0].after == "Boats. (Photo by Nice PATEL / AFP) Lyon at night."


def test_the_words_of_a_leaked_notice_are_no_mention() -> None:
    words = f"The erroneous mention[s] appearing in the metadata of this photo by X Y has been modified in AFP systems in the following manner: [Lyon] instead of [Nice]. {TAIL}"
    assert mention(f"Boats in Lyon. (AFP Photo) / “{words}”") == []
    (found,) = mention(f"Boats in Nice. (AFP Photo) / “{words}”")
    assert found.edits[0].after == f"Boats in Lyon. (AFP Photo) / “{words}”"


def test_a_named_property_is_the_only_one_that_a_mention_changes() -> None:
    record = with_value(credited(RIGHT), value(Property.HEADLINE, IIM, "Lyon"))
    (found,) = of_rule(
        findings(record, notice("Lyon", "Nice", prop=Property.CITY)), Rule.ERRONEOUS_MENTION
    )
    assert [edit.property for edit in found.edits] == [Property.CITY]


def test_a_right_value_is_written_as_it_is_and_is_no_pattern() -> None:
    (found,) = mention("Boats in Nice (Alpes).", "Nice (Alpes)", r"Lyon \1 \g<0>")
    assert found.edits[0].after == r"Boats in Lyon \1 \g<0>."


@pytest.mark.parametrize(("wrong", "right"), [("Nice", None), (" ", "Lyon"), (None, "Lyon")])
def test_without_both_values_no_mention_is_edited(wrong: str | None, right: str | None) -> None:
    record = with_value(credited(RIGHT), value(Property.HEADLINE, IIM, "Boats in  Nice"))
    one = notice(wrong, right, prop=None)
    assert of_rule(findings(record, one), Rule.ERRONEOUS_MENTION) == []


def test_a_corrected_credit_does_not_touch_the_mans_name_in_prose() -> None:
    text = f"{WRONG} walks in Lyon. (Photo by {WRONG} / AFP)"
    record = with_value(
        credited(caption=text),
        value(Property.KEYWORDS, IIM, WRONG, "boats"),
        value(Property.CAPTION_WRITER, IIM, WRONG),
    )
    (found,) = findings(record, notice())
    assert {edit.property for edit in found.edits} == {Property.CREATOR_NAMES, Property.DESCRIPTION}
    assert {edit.after for edit in found.edits} == {
        RIGHT,
        text.replace(f"by {WRONG}", f"by {RIGHT}"),
    }


def test_one_notice_may_correct_a_credit_and_a_fact() -> None:
    one = notice(
        corrections=(
            Correction(Property.CREATOR_NAMES, WRONG, RIGHT),
            Correction(None, "Lyon", "Nice"),
        )
    )
    found = findings(credited(), one)
    assert [(f.rule, f.fixability) for f in found] == [
        (Rule.ERRONEOUS_CREDIT, SAFE),
        (Rule.ERRONEOUS_MENTION, UNSAFE),
    ]


# One name in two spellings


@pytest.mark.parametrize(
    ("wrong", "stands"),
    [
        ("Jörg CARSTENSEN", "JOERG CARSTENSEN"),
        ("Joerg Carstensen", "Jörg Carstensen"),
        ("Søren KJÆR", "Soeren KJAER"),
    ],
)
def test_the_wrong_name_in_another_spelling_is_shown_and_held(wrong: str, stands: str) -> None:
    found = Case(notice(wrong, RIGHT), credited(stands)).credit()
    assert (found.confidence, found.fixability) == (Confidence.STRONG, UNSAFE)
    assert found.status is Status.HELD
    (why,) = [reason for reason in found.evidence if reason.name == "other-spelling"]
    assert stands in why.detail
    assert [edit.after for edit in found.edits] == [RIGHT, CORRECTED, RIGHT, CORRECTED]


def test_one_other_spelling_beside_the_exact_name_holds_both() -> None:
    record = with_value(
        credited("Jörg CARSTENSEN"), value(Property.CREDIT_LINE, XMP, "JOERG CARSTENSEN/AFP")
    )
    found = Case(notice("Jörg CARSTENSEN", RIGHT), record).credit()
    assert found.fixability is UNSAFE
    assert [edit.after for edit in found.edits][-1] == f"{RIGHT}/AFP"


@pytest.mark.parametrize(
    ("wrong", "right", "stands"),
    [
        ("Joerg CARSTENSEN", "Jörg CARSTENSEN", "Jörg CARSTENSEN"),  # corrected already
        ("Jorg CARSTENSEN", "Joerg CARSTENSEN", "JOERG CARSTENSEN"),
        ("Jörg CARSTENSEN", RIGHT, "Georg CARSTENSEN"),
        ("Jörg CARSTENSEN", RIGHT, "Joerg CARSTENSENS"),
        ("\u200b", RIGHT, "Jörg CARSTENSEN"),
    ],
)
def test_what_is_no_other_spelling_of_the_wrong_name(wrong: str, right: str, stands: str) -> None:
    found = findings(credited(stands), notice(wrong, right))
    assert of_rule(found, Rule.ERRONEOUS_CREDIT) == []


def test_another_spelling_in_prose_is_not_touched() -> None:
    text = "JOERG CARSTENSEN walks. (Photo by Jörg CARSTENSEN / AFP)"
    found = Case(
        notice("Jörg CARSTENSEN", RIGHT), credited("Jörg CARSTENSEN", caption=text)
    ).credit()
    assert found.fixability is SAFE
    assert "JOERG CARSTENSEN walks. (Photo by Ana DUPOND / AFP)" in {e.after for e in found.edits}


# Where the edits go


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
