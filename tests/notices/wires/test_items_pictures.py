"""Which picture a notice of a wire speaks of, until when it is held, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from item_material import CAPTION, DPA_URN, item
from notice_material import BOATS, KILL, NOTICE

from provenance.model import (
    ItemClass,
    Limit,
    Notice,
    NoticeKind,
    Property,
    Pubstatus,
    TargetKind,
)
from provenance.notices.wires.item import Item, Note, is_embargoed
from provenance.notices.wires.items import carried


def _notices(*items: Item, text: str = "") -> tuple[Notice, ...]:
    parsed = carried(items, source="feed.xml", text=text)
    assert parsed.items == items
    assert parsed.errors == ()
    return parsed.notices


def _one(item_: Item, text: str = "") -> Notice:
    (found,) = _notices(item_, text=text)
    return found


# ---- embargoes -----------------------------------------------------------------------------------


def test_an_embargo_in_the_future_is_a_restriction() -> None:
    found = _one(
        item("Nicht vor 3. Mai, 18 Uhr", roles=["embargo"], embargoed="2023-05-03T18:00:00+02:00")
    )
    assert (found.kind, found.pubstatus) == (NoticeKind.RESTRICTION, Pubstatus.USABLE)
    (limit,) = found.restrictions
    assert (limit.limit, limit.words) == (Limit.EMBARGO, "Nicht vor 3. Mai, 18 Uhr")
    assert limit.until == "2023-05-03T18:00:00+02:00"
    assert found.text == "Nicht vor 3. Mai, 18 Uhr"


@pytest.mark.parametrize(
    ("changes", "until", "words"),
    [
        ({"embargoed": "2023-05-03T00:00:00Z"}, "2023-05-03T00:00:00Z",
         "embargoed 2023-05-03T00:00:00Z"),
        ({"embargoed": "2023-05-03T00:00:00Z", "pubstatus": Pubstatus.WITHHELD},
         "2023-05-03T00:00:00Z", "embargoed 2023-05-03T00:00:00Z"),
        ({"embargoed": "tonight"}, None, "embargoed tonight"),
        ({"signals": ["editorialtype:HoldForRelease"]}, None, "hold for release"),
        ({"signals": ["pubstatus:embargoed"], "pubstatus": Pubstatus.WITHHELD}, None,
         "hold for release"),
    ],
)  # fmt: skip
def test_embargoes_without_a_note(changes: dict[str, Any], until: str | None, words: str) -> None:
    found = _one(item(**changes))
    assert found.kind is NoticeKind.RESTRICTION
    assert [(one.until, one.words) for one in found.restrictions] == [(until, words)]
    assert found.text == "Boote in Lyon"


def test_an_embargo_that_is_over_holds_nothing() -> None:
    over = item("Sperrfrist 9 Uhr", roles=["embargo"], embargoed="2023-05-02T09:00:00+02:00")
    assert not is_embargoed(over)
    assert _notices(over) == ()
    withheld = replace(over, pubstatus=Pubstatus.WITHHELD)
    assert _one(withheld).kind is NoticeKind.WITHDRAWAL


def test_the_end_of_an_embargo_may_stand_in_its_words_alone() -> None:
    found = _one(item("EMBARGOED TO 0001 SATURDAY MAY 6", roles=["embargo"]))
    (limit,) = found.restrictions
    assert limit.until is not None
    assert limit.until.startswith("2023-05-0")


def test_a_correction_under_an_embargo_is_both() -> None:
    both = item(
        "Ort falsch",
        "Sperrfrist bis 18 Uhr",
        roles=["correction", "embargo"],
        signals=["sig:correction"],
        embargoed="2023-05-02T18:00:00+02:00",
    )
    held, corrected = _notices(both)
    assert (held.kind, held.text) == (NoticeKind.RESTRICTION, "Sperrfrist bis 18 Uhr")
    assert (corrected.kind, corrected.text) == (NoticeKind.CORRECTION, "Ort falsch")
    assert held.notice_id != corrected.notice_id


def test_a_canceled_item_under_embargo_is_withdrawn() -> None:
    found = _one(item(pubstatus=Pubstatus.CANCELED, embargoed="2024-01-01T00:00:00Z"))
    assert found.kind is NoticeKind.WITHDRAWAL


# ---- targets, places, ids ------------------------------------------------------------------------


def test_targets_of_a_picture() -> None:
    found = _one(
        item(
            pubstatus=Pubstatus.CANCELED,
            guid="tag:reuters.com,2023:newsml_RC2QJJ9GUHXD",
            identifiers=("IDX-20230001", "RC2QJJ9GUHXD"),
            filenames=(
                "2023-05-02T155432Z_452537730_RC2QJJ9GUHXD_RTRMADP_3_X.JPG",
                "baseImage.jpg",
            ),
        )
    )
    assert [(one.kind, one.value) for one in found.targets] == [
        (TargetKind.IDENTIFIER, "tag:reuters.com,2023:newsml_RC2QJJ9GUHXD"),
        (TargetKind.IDENTIFIER, "IDX-20230001"),
        (TargetKind.FILENAME, "2023-05-02T155432Z_452537730_RC2QJJ9GUHXD_RTRMADP_3_X.JPG"),
        (TargetKind.CAPTION, CAPTION),
    ]


@pytest.mark.parametrize(
    ("name", "unique"),
    [
        ("baseImage.jpg", False), ("original.jpg", False), ("a001_NormalHires.jpg", False),
        ("image-2048.jpg", False), ("IMG_1234.JPG", False), ("photo-20230502.jpg", False),
        ("filename.jpg", False), ("boats-on-the-river.jpg", False), ("thumbnail", False),
        ("AFP_48KT7NQ.jpg", True), ("GettyImages-1160293129.jpg", True), ("2.59562475.jpg", True),
        ("9eba8c38a3a82d35c2271e7b570fa7432342f0d7.jpg", True), ("epa08218991.jpg", True),
        ("LYNXMPEA6F0MS-FILEDIMAGE", True), (f"{DPA_URN}-v1-s2048.jpeg", True),
    ],
)  # fmt: skip
def test_only_unique_file_names_are_targets(name: str, unique: bool) -> None:
    found = _one(item(pubstatus=Pubstatus.CANCELED, filenames=(name,)))
    assert [one.value for one in found.targets if one.kind is TargetKind.FILENAME] == (
        [name] if unique else []
    )


@pytest.mark.parametrize("caption", ["", "(AP Photo)", "Boats.", "FILE"])
def test_a_caption_that_says_too_little_is_no_target(caption: str) -> None:
    found = _one(item(pubstatus=Pubstatus.CANCELED, values=((Property.DESCRIPTION, caption),)))
    assert TargetKind.CAPTION not in {one.kind for one in found.targets}


def test_repeats_are_one_notice_and_versions_are_not() -> None:
    first = item("Ort falsch", signals=["sig:correction"])
    second = replace(first, version="3")
    other = replace(first, guid="urn:newsml:dpa.com:20090101:230502-99-530009")
    found = _notices(first, first, second, other)
    assert [(one.item, one.version) for one in found] == [
        (first.guid, "2"),
        (first.guid, "3"),
        (other.guid, "2"),
    ]
    assert len({one.notice_id for one in found}) == 3
    assert all(one.notice_id.startswith("dpa-") for one in found)
    assert found[0].sent == "2023-05-02T10:00:00+02:00"


def test_places_of_the_words() -> None:
    text = "<edNote>Ort falsch</edNote><edNote>Tor</edNote><x>Tor</x>"
    found = _one(item("Ort falsch", "Tor", "T&or", signals=["sig:correction"]), text)
    assert found.text == "Ort falsch\nTor\nT&or"
    assert [(one.start, one.end, one.locator) for one in found.occurrences] == [
        (8, 18, "newsml-g2 ednote"),
        (0, 0, "newsml-g2 ednote"),
        (0, 0, "newsml-g2 ednote"),
    ]
    assert text[8:18] == "Ort falsch"
    assert {one.source for one in found.occurrences} == {"feed.xml"}


def test_captions_of_pictures_and_their_notices() -> None:
    killed = item(pubstatus=Pubstatus.CANCELED)
    plain = item(guid="urn:2", values=((Property.DESCRIPTION, BOATS.replace("Boats", "Ships")),))
    text = item(guid="urn:3", item_class=ItemClass.TEXT)
    parsed = carried([killed, killed, plain, text], source="x", text="")
    (notice,) = parsed.notices
    assert [(one.occurrences, one.notice_ids) for one in parsed.captions] == [
        (2, (notice.notice_id,)),
        (1, ()),
    ]
    assert [one.caption.credit and one.caption.credit.creator for one in parsed.captions] == [
        "Ana DUPOND",
        "Ana DUPOND",
    ]


def test_captions_name_notices_that_the_carrier_has() -> None:
    # The same kill, once under the identity of the picture and once without any.
    named = item(KILL, provider="AFP")
    bare = replace(named, guid="", version="")
    parsed = carried([named, bare], source="x", text="")
    assert {one for caption in parsed.captions for one in caption.notice_ids} == {
        one.notice_id for one in parsed.notices
    }


def test_no_items_give_nothing() -> None:
    assert carried([], source="x", text="") == carried((), source="x", text="y")
    assert carried([], source="x", text="").notices == ()


_ITEMS = st.builds(
    Item,
    format=st.sampled_from(["ninjs", "newsml-g2"]),
    guid=st.text(max_size=40),
    version=st.text(max_size=8),
    provider=st.sampled_from([None, "AFP", "dpa", "AP"]),
    item_class=st.sampled_from([None, *ItemClass]),
    pubstatus=st.sampled_from(list(Pubstatus)),
    signals=st.lists(
        st.sampled_from(["sig:correction", "sig:update", "edStat:D"]) | st.text(max_size=12),
        max_size=3,
    ).map(tuple),
    notes=st.lists(
        st.builds(
            Note,
            st.sampled_from([NOTICE, KILL, "x", ""]) | st.text(max_size=60),
            st.sampled_from(["", "correction", "embargo"]) | st.text(max_size=6),
        ),
        max_size=3,
    ).map(tuple),
    sent=st.none() | st.text(max_size=12) | st.datetimes().map(str),
    embargoed=st.none() | st.text(max_size=12) | st.datetimes().map(str),
    values=st.lists(
        st.tuples(st.sampled_from(list(Property)), st.text(max_size=80)), max_size=4
    ).map(tuple),
    filenames=st.lists(st.text(max_size=20), max_size=2).map(tuple),
    identifiers=st.lists(st.text(max_size=20), max_size=2).map(tuple),
)


@given(st.lists(_ITEMS, max_size=3), st.text(max_size=100))
def test_any_items_give_readable_notices(items: list[Item], text: str) -> None:
    parsed = carried(items, source="x", text=text)
    for one in parsed.notices:
        assert one.text.strip()
        assert one.occurrences
        assert not one.corrections or one.kind is NoticeKind.CORRECTION
        assert bool(one.restrictions) == (one.kind is NoticeKind.RESTRICTION)
        assert one.item_class is not ItemClass.TEXT or one.targets == ()
    withdrawn = {one.item for one in parsed.notices if one.kind is NoticeKind.WITHDRAWAL}
    # An item without a number of its own is told by its notice alone.
    numbered = {one.guid for one in items if one.pubstatus is Pubstatus.CANCELED} - {""}
    assert numbered <= withdrawn
