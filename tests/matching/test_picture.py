"""What is known of a notice's picture: from the notice, and from the files it stands in."""

from __future__ import annotations

import pytest
from matching_material import (
    CAPTION,
    CODE,
    CORRECTED,
    EXIF,
    IDENTIFIER,
    IIM,
    LEAKED,
    RIGHT,
    SCAN,
    SCENE,
    WRONG,
    XMP,
    by_caption,
    by_identifier,
    credited,
    notice,
    picture,
    target,
    value,
    withdrawal,
)
from notice_material import ARTICLE, KILL, NOTICE

from provenance import captions
from provenance.matching import embedded_notices, picture_of
from provenance.matching.keys import caption_body
from provenance.matching.picture import canonical_identifiers
from provenance.model import (
    Authority,
    Container,
    Correction,
    NoticeKind,
    Property,
    Target,
    TargetKind,
)

BODY = caption_body(CAPTION)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("000_36NV2QL", (IDENTIFIER,)),
        ("AFP_36NV2QL.jpg", (IDENTIFIER,)),
        ("afp:36NV2QL", (IDENTIFIER,)),
        ("AFP_36NV2QL or GettyImages-1190004821", (IDENTIFIER, "getty:1190004821")),
        ("bng01661gda", ("guid:bng01661gda", "supplier:bng01661gda")),
        ("short", ()),
        ("", ()),
    ],
)
def test_canonical_identifiers(written: str, expected: tuple[str, ...]) -> None:
    assert canonical_identifiers(written) == expected


def test_the_targets_of_a_notice_become_keys() -> None:
    one = notice(
        targets=[
            *by_identifier(),
            *by_caption(),
            target(TargetKind.DIGEST, "sha256:" + "AB" * 32),
            target(TargetKind.DIGEST, f"scan:{SCAN}"),
            target(TargetKind.DIGEST, "cd" * 32),
            target(TargetKind.FILENAME, "mail/Boats.JPG"),
        ]
    )
    known = picture_of(one)
    assert known.identifiers == {IDENTIFIER}
    assert known.digests == {("sha256", "ab" * 32), ("scan", SCAN), ("sha256", "cd" * 32)}
    assert known.filenames == {"boats.jpg"}
    assert known.captions == {BODY}
    assert known.name_days == {"ana dupond|2023-05-02", "luc marin|2023-05-02"}
    assert known.bylines == frozenset()


def test_the_keys_that_prove_are_not_those_that_suggest() -> None:
    one = notice(targets=[*by_identifier(), *by_caption()])
    known = picture_of(one, [credited(scan="aa" * 32)])
    assert known.proving_keys() == {("id", IDENTIFIER), ("scan", "aa" * 32)}
    assert {kind for kind, _ in known.suggesting_keys()} == {"caption", "name-date"}


def test_a_correction_of_prose_is_also_looked_for_as_it_stood_before() -> None:
    one = notice(
        "Nice", "Lyon", prop=None, targets=by_caption(f"{SCENE} The quay of Lyon. (AFP Photo)")
    )
    before = "boats lie on the river in nice on may 2, 2023. the quay of nice."
    assert picture_of(one).captions == {before, before.replace("nice", "lyon")}


def test_several_corrections_are_taken_back_together() -> None:
    one = notice(
        corrections=(Correction(None, "Nice", "Lyon"), Correction(None, "sea", "river")),
        targets=by_caption(f"{SCENE} (AFP Photo)"),
    )
    assert "boats lie on the sea in nice on may 2, 2023." in picture_of(one).captions


@pytest.mark.parametrize("right", ['"?"', "", "\u200b"])
def test_a_right_value_without_letters_is_not_put_between_all_letters(right: str) -> None:
    one = notice("Nice", right, prop=None, targets=by_caption())
    assert picture_of(one).captions == {BODY}


def test_a_wrong_value_without_letters_takes_nothing_away() -> None:
    one = notice('"?"', "Lyon", prop=None, targets=by_caption())
    assert picture_of(one).captions == {BODY}


def test_a_date_in_turkish_letters_is_no_error() -> None:
    one = notice(targets=by_caption(f"{SCENE} Aprıl 3, 2024, and May 4, 2024. (AFP Photo)"))
    assert {day.partition("|")[2] for day in picture_of(one).name_days} == {
        "2023-05-02",
        "2024-05-04",
    }


MONTHS = "January February March April May June July August September October November December"


@pytest.mark.parametrize(("number", "month"), list(enumerate(MONTHS.split(), start=1)))
def test_every_month_is_known(number: int, month: str) -> None:
    one = notice(targets=by_caption(f"Boats lie in Lyon, {month} 7, 2024. (AFP Photo)"))
    assert picture_of(one).name_days == {
        f"{name}|2024-{number:02d}-07" for name in ("ana dupond", "luc marin")
    }


def test_proven_assets_add_what_they_say() -> None:
    known = picture_of(notice(), [credited(scan="aa" * 32), credited(code="99ZZ9ZZ", scan=None)])
    assert known.proven_scans == {"aa" * 32}
    assert known.proven_identifiers == {IDENTIFIER, "afp:99ZZ9ZZ"}
    assert known.identifiers == {IDENTIFIER}
    assert known.captions == {BODY}
    assert known.name_days == {"luc marin|2023-05-02", "ana dupond|2023-05-02"}


def test_a_kill_by_byline_reaches_the_name_only_where_no_picture_is_named() -> None:
    named = target(TargetKind.BYLINE, "Luc MARIN")
    assert picture_of(withdrawal([named])).bylines == {"luc marin"}
    assert picture_of(withdrawal([named])).suggesting_keys() == {("name", "luc marin")}
    assert picture_of(withdrawal([named, *by_identifier()])).bylines == frozenset()
    assert picture_of(notice(targets=[named])).bylines == frozenset()


def test_an_embedded_notice_is_bound_to_its_picture_alone() -> None:
    (one,) = embedded_notices(credited(RIGHT, caption=LEAKED, digest="ab" * 32))
    assert one.authority is Authority.EMBEDDED
    assert one.received_by is None
    assert one.corrections == (Correction(Property.CREATOR_NAMES, WRONG, RIGHT),)
    assert one.targets == (
        Target(TargetKind.IDENTIFIER, IDENTIFIER),
        Target(TargetKind.DIGEST, f"scan:{SCAN}"),
        Target(TargetKind.CAPTION, CORRECTED),
    )
    assert one.source_digest == "ab" * 32
    assert {place.locator for place in one.occurrences} == {"IIM 2:120", "XMP dc:description"}
    assert all(LEAKED[place.start : place.end] == NOTICE for place in one.occurrences)


def test_an_identifier_that_a_caption_prints_is_no_target_of_an_embedded_notice() -> None:
    text = LEAKED.replace(SCENE, f"{SCENE} Not AFP_99ZZ9ZZ.")
    (one,) = embedded_notices(credited(RIGHT, caption=text))
    named = [t.value for t in one.targets if t.kind is TargetKind.IDENTIFIER]
    assert named == [IDENTIFIER]


def test_the_same_words_in_two_pictures_are_two_notices() -> None:
    here = embedded_notices(credited(RIGHT, caption=LEAKED))
    there = embedded_notices(credited(RIGHT, caption=LEAKED, code="99ZZ9ZZ"))
    assert here[0].notice_id != there[0].notice_id


def test_copies_of_one_picture_carry_one_notice() -> None:
    here = embedded_notices(credited(RIGHT, caption=LEAKED, name="a.jpg"))
    there = embedded_notices(credited(RIGHT, caption=LEAKED, name="b.jpg", scan="aa" * 32))
    assert here[0].notice_id == there[0].notice_id


def test_a_nameless_picture_is_named_by_its_data() -> None:
    record = picture(value(Property.DESCRIPTION, IIM, LEAKED))
    (one,) = embedded_notices(record)
    assert one.targets[0] == Target(TargetKind.DIGEST, f"scan:{SCAN}")
    other = picture(value(Property.DESCRIPTION, IIM, LEAKED), scan="aa" * 32)
    assert embedded_notices(other)[0].notice_id != one.notice_id


def test_a_nameless_file_without_picture_data_is_named_by_its_digest() -> None:
    leaking = value(Property.DESCRIPTION, IIM, LEAKED)
    found = [
        embedded_notices(picture(leaking, scan=None, digest=digest))[0]
        for digest in ("ab" * 32, "ab" * 32, "cd" * 32)
    ]
    assert found[0].notice_id == found[1].notice_id != found[2].notice_id
    assert {one.kind for one in found[0].targets} == {TargetKind.CAPTION}


def test_the_credit_fields_tell_that_a_credit_is_corrected() -> None:
    text = f"{SCENE} / {NOTICE.replace(f' by {WRONG}', ' by X Y')}"
    plain = value(Property.DESCRIPTION, IIM, text)
    (unknown,) = embedded_notices(picture(plain))
    assert unknown.corrections[0].property is None
    (known,) = embedded_notices(picture(plain, value(Property.CREATOR_NAMES, IIM, WRONG)))
    assert known.corrections[0].property is Property.CREATOR_NAMES
    (headed,) = embedded_notices(picture(plain, value(Property.HEADLINE, IIM, WRONG)))
    assert headed.corrections[0].property is None


@pytest.mark.parametrize(
    ("prop", "speaks"),
    [
        (Property.DESCRIPTION, True),
        (Property.HEADLINE, True),
        (Property.TITLE, True),
        (Property.INSTRUCTIONS, True),
        (Property.COPYRIGHT_NOTICE, True),
        (Property.CREATOR_NAMES, False),
        (Property.KEYWORDS, False),
    ],
)
def test_in_which_fields_a_notice_is_looked_for(prop: Property, speaks: bool) -> None:
    found = embedded_notices(picture(value(prop, XMP, NOTICE)))
    assert bool(found) is speaks


def test_a_kill_in_a_caption_is_a_withdrawal_of_that_picture() -> None:
    (one,) = embedded_notices(picture(value(Property.DESCRIPTION, EXIF, KILL)))
    assert one.kind is NoticeKind.WITHDRAWAL
    assert Target(TargetKind.DIGEST, f"scan:{SCAN}") in one.targets


def test_a_notice_in_running_text_keeps_the_caption_it_stands_behind() -> None:
    start = ARTICLE.index("People sit outside")
    caption = next(
        one for one in captions.segment(ARTICLE) if one.notice_spans and one.start > start - 1
    )
    text = ARTICLE[caption.start : caption.end]
    place = f"chars {caption.start}-{caption.end}"
    record = picture(
        value(Property.DESCRIPTION, Container.TEXT, text, where=place),
        name="article.txt",
        media_type="text/plain",
        scan=None,
    )
    (one,) = embedded_notices(record)
    assert {t.kind for t in one.targets} == {TargetKind.CAPTION}
    assert one.authority is Authority.EMBEDDED
    assert [ARTICLE[o.start : o.end] for o in one.occurrences] == [NOTICE]
    assert one.occurrences[0].locator == place


def test_a_picture_without_a_notice_brings_none() -> None:
    assert embedded_notices(credited(code=CODE)) == ()
