"""Wire JSON by its content: what is read, what is refused, and the real files."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from item_material import (
    AP_ID,
    CAPTION,
    ap_media,
    digitalwire,
    ednote,
    encoded,
    ninjs,
    ninjs_3,
)
from notice_material import BOATS, NOTICE

from provenance.errors import NoticeError
from provenance.model import (
    Confidence,
    Correction,
    ItemClass,
    Limit,
    Notice,
    NoticeKind,
    Property,
    Pubstatus,
    TargetKind,
)
from provenance.notices.carrier import ParsedCarrier
from provenance.notices.wires import json_items


def _parsed(value: object, name: str = "item.json") -> ParsedCarrier:
    return json_items.parse(name, encoded(value))


def _tried(name: str, data: bytes) -> ParsedCarrier | NoticeError:
    try:
        return json_items.parse(name, data)
    except NoticeError as error:
        return error


# ---- formats and envelopes --------------------------------------------------------------------


def _ap_feed(*items: dict[str, Any]) -> dict[str, Any]:
    return {"api_version": "2.0", "data": {"items": [{"meta": {}, "item": one} for one in items]}}


@pytest.mark.parametrize(
    ("value", "formats"),
    [
        (ninjs(), ["ninjs"]),
        (ninjs_3(), ["ninjs"]),
        (ap_media(), ["ap-media-api"]),
        (digitalwire(), ["dpa-digitalwires"]),
        ({"data": {"item": ap_media()}}, ["ap-media-api"]),
        (_ap_feed(ap_media(), ap_media(type="text")), ["ap-media-api"] * 2),
        ([ninjs(), ap_media(), digitalwire()], ["ninjs", "ap-media-api", "dpa-digitalwires"]),
        ({"_items": [ninjs()], "_meta": {"total": 1}}, ["ninjs"]),
        ({"total": 1, "item": [ninjs()]}, ["ninjs"]),
        ({"entries": [digitalwire()]}, ["dpa-digitalwires"]),
        ([[ninjs()]], ["ninjs"]),
    ],
)
def test_formats_are_known_by_content(value: object, formats: list[str]) -> None:
    parsed = _parsed(value, "anything.txt")
    assert [one.format for one in parsed.items] == formats
    assert (parsed.notices, parsed.errors) == ((), ())


@pytest.mark.parametrize(
    "value",
    [
        {}, [], [[]], "text", 5, None, {"data": {}}, {"items": [1, "a"]},
        [{"_id": "publish", "act": "publish", "type": "picture", "schema": {}}],
        [{"template_name": "Kill", "data": {"headline": "x", "type": "text", "pubstatus": "canceled"}}],
        {"_id": "genre", "items": [{"name": "Article", "qcode": "Article", "is_active": True}]},
        [{"id": 1, "type": "post", "title": {"rendered": "x"}, "image_meta": {"caption": NOTICE}}],
        {"@context": "https://schema.org", "@type": "ImageObject", "caption": NOTICE},
    ],
)  # fmt: skip
def test_other_json_is_reported_not_guessed(value: object) -> None:
    with pytest.raises(NoticeError) as caught:
        _parsed(value, "folder/some.json")
    assert caught.value.code == "carrier-unknown"
    assert caught.value.message.startswith("folder/some.json")
    assert caught.value.remedy


def test_strange_entries_of_a_list_are_named() -> None:
    parsed = _parsed([{"a": 1}, ninjs(), 5, {"b": [1]}, "x"])
    assert len(parsed.items) == 1
    (error,) = parsed.errors
    assert error.code == "carrier-unknown"
    assert "4 entries" in error.message
    assert "$[0], $[2], $[3] …" in error.message


def test_an_unknown_status_is_told_beside_the_item() -> None:
    parsed = _parsed([ninjs(pubstatus="commissioned"), ninjs(uri="urn:2", pubstatus="canceled")])
    assert [one.code for one in parsed.errors] == ["pubstatus-unknown"]
    assert [one.item for one in parsed.notices] == ["urn:2"]


def test_two_statuses_are_refused() -> None:
    with pytest.raises(NoticeError, match="twice"):
        json_items.parse("x", b'{"uri":"urn:1","pubstatus":"canceled","pubstatus":"usable"}')
    with pytest.raises(NoticeError, match="two things"):
        _parsed(ninjs(pubStatus="canceled"))


def test_too_many_items_are_refused() -> None:
    few = {"uri": "urn:1", "pubstatus": "usable"}
    with pytest.raises(NoticeError) as caught:
        _parsed([few] * 10_001)
    assert caught.value.code == "notice-limit"


def test_many_notices_cost_little() -> None:
    noted = [
        ninjs(
            uri=f"urn:x:{number}",
            pubstatus="canceled",
            ednote=f"KILL {number} " + "x" * 300,
            description_text=f"Boat number {number} lies on the river in Lyon.",
        )
        for number in range(400)
    ]
    start = perf_counter()
    assert len(_parsed(noted).notices) == 400
    assert perf_counter() - start < 8


# ---- notices ----------------------------------------------------------------------------------


def _one(value: object) -> Notice:
    (found,) = _parsed(value).notices
    return found


@pytest.mark.parametrize("status", ["canceled", "cancelled"])
def test_a_canceled_picture_in_each_format(status: str) -> None:
    wires = [
        ninjs(pubstatus=status, ednote="Kill it"),
        ninjs_3(pubStatus=status, edNote="Kill it"),
        ap_media(pubstatus=status, ednote="Kill it"),
        digitalwire(pubstatus=status, ednotes=[ednote("Kill it")]),
    ]
    for wire in wires:
        found = _one(wire)
        assert (found.kind, found.pubstatus) == (NoticeKind.WITHDRAWAL, Pubstatus.CANCELED)
        assert (found.text, found.confidence) == ("Kill it", Confidence.STRONG)
        assert found.item_class is ItemClass.PICTURE
        assert found.item
        (place,) = found.occurrences
        assert encoded(wire).decode()[place.start : place.end] == "Kill it"
        assert place.locator == f"{found.form} ednote"


def test_aps_identity_is_without_the_version() -> None:
    document = ninjs(guid=f"{AP_ID}:3", source="AP", pubstatus="canceled", version="3")
    assert (_one(document).item, _one(document).version) == (AP_ID, "3")
    found = _one(ap_media(editorialtypes=["Elimination"], version=5))
    assert (found.item, found.version, found.provider) == (AP_ID, "5", "AP")
    assert [one.value for one in found.targets if one.kind is TargetKind.IDENTIFIER] == [
        AP_ID,
        "AP23122419843308",
    ]


def test_a_notice_in_the_caption_of_an_associated_picture() -> None:
    inner = ninjs(uri="urn:pic:230502", description_text=f"{BOATS} / “{NOTICE}”")
    found = _one(ninjs(type="text", associations={"featuremedia": inner}))
    assert (found.item, found.item_class) == ("urn:pic:230502", ItemClass.PICTURE)
    assert found.corrections == (Correction(Property.CREATOR_NAMES, "Luc MARIN", "Ana DUPOND"),)
    assert found.form == "afp.brackets"


def test_dpas_additions_are_no_corrections() -> None:
    notes = [ednote("Bestätigung ergänzt", "correction"), ednote("ergänzt", "correctionshort")]
    assert _parsed(digitalwire(signal="sig:update", ednotes=notes)).notices == ()
    found = _one(digitalwire(signal="sig:correction", ednotes=notes))
    assert found.kind is NoticeKind.CORRECTION


def test_captions_are_those_of_the_pictures() -> None:
    parsed = _parsed([ninjs(), ninjs_3(uri="urn:2"), ninjs(uri="urn:3", type="text")])
    assert [(one.caption.text, one.occurrences) for one in parsed.captions] == [(CAPTION, 2)]


def test_words_that_json_escapes_have_a_locator_only() -> None:
    document = json.dumps(ninjs(pubstatus="canceled", ednote='Kill "it"\nnow')).encode()
    (found,) = json_items.parse("x", document).notices
    assert found.text == 'Kill "it"\nnow'
    assert [(one.start, one.end) for one in found.occurrences] == [(0, 0)]


_LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6)
_ANY = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner)
)


@given(st.sampled_from([ninjs, ninjs_3, ap_media, digitalwire]), st.data())
def test_any_value_in_any_place_is_read_or_refused(made: Any, drawn: st.DataObject) -> None:
    document = made()
    for _ in range(drawn.draw(st.integers(1, 4))):
        spots = [document, *(v for v in document.values() if isinstance(v, dict) and v)]
        spot = drawn.draw(st.sampled_from(spots))
        spot[drawn.draw(st.sampled_from(sorted(spot)))] = drawn.draw(_ANY)
    parsed = _tried("item.json", encoded(document))
    told = f"{parsed}" if isinstance(parsed, NoticeError) else "item.json"
    assert told.startswith("item.json")
    assert isinstance(parsed, NoticeError) or parsed.items


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(NoticeError):
        json_items.parse("x.json", data)


# ---- real files -------------------------------------------------------------------------------


def _real(shared: Path, ending: str) -> ParsedCarrier:
    (path,) = (shared / "corpus/wires").glob(f"*{ending}")
    return json_items.parse(path.name, path.read_bytes())


def test_every_real_file_is_read_or_clearly_refused(shared: Path) -> None:
    unread = ("_vocabularies", "_validators", "_templates", "_types", "_roles", "agenda_")
    damaged = ("_bad_genre", "ntb__d8f72c9d_planning_types", "20130731006140")
    notices: set[str] = set()
    read = 0
    for path in sorted((shared / "corpus/wires").iterdir()):
        data = path.read_bytes()
        if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[")):
            continue
        parsed = _tried(path.name, data)
        if isinstance(parsed, NoticeError):
            assert str(parsed).startswith(path.name)
            assert parsed.remedy
            strange = any(word in path.name for word in damaged)
            assert parsed.code == ("json-refused" if strange else "carrier-unknown")
            assert strange or any(word in path.name for word in unread), path.name
            continue
        read += 1
        assert parsed.items, path.name
        assert [one.code for one in parsed.errors] in ([], ["pubstatus-unknown"])
        if parsed.notices:
            notices.add(path.name.rpartition("__")[2][9:])
    assert read > 80
    assert notices == {
        "image.json",
        "dw-1.json",
        "tvo_pol.json",
        "rubix_multimedia_testartikel.json",
        "007_pubstatus_cancelled.json",
        "022_pubstatus_withheld.json",
        "ninjs_embargoed.json",
    }


def test_the_real_correction_of_a_picture(shared: Path) -> None:
    parsed = _real(shared, "b6a4c40b_image.json")
    (found,) = parsed.notices
    assert (found.provider, found.kind, found.item_class) == (
        "dpa",
        NoticeKind.CORRECTION,
        ItemClass.PICTURE,
    )
    assert (found.text, found.language, found.version) == (
        "FILE PHOTO -Ortsname korrigiert",
        "de",
        "4",
    )
    assert found.corrections == (Correction(Property.CITY, None, None),)
    assert found.item == "urn:newsml:dpa.com:20090101:250129-99-739668"
    assert found.targets[0].value == found.item
    assert found.pubstatus is Pubstatus.USABLE
    (item,) = parsed.items
    assert item.of(Property.CITY) == ("Newport News",)
    assert item.of(Property.CREDIT_LINE) == ("Steve Helber/AP/dpa",)


@pytest.mark.parametrize("ending", ["dw-1.json", "tvo_pol.json"])
def test_real_corrections_of_texts(shared: Path, ending: str) -> None:
    (found,) = _real(shared, ending).notices
    assert (found.kind, found.item_class) == (NoticeKind.CORRECTION, ItemClass.TEXT)
    assert (found.targets, found.version, found.language) == ((), "2", "de")
    wrong_and_right = {(one.wrong, one.right) for one in found.corrections}
    assert wrong_and_right == ({("1992", "1997")} if ending == "dw-1.json" else {(None, "1335")})


def test_real_embargoes(shared: Path) -> None:
    for ending, until in (
        ("rubix_multimedia_testartikel.json", "2024-10-22T11:30:00+02:00"),
        ("ninjs_embargoed.json", "2022-06-29T02:30:00Z"),
    ):
        (found,) = _real(shared, ending).notices
        assert found.kind is NoticeKind.RESTRICTION
        assert [(one.limit, one.until) for one in found.restrictions] == [(Limit.EMBARGO, until)]


def test_the_real_canceled_item(shared: Path) -> None:
    (found,) = _real(shared, "007_pubstatus_cancelled.json").notices
    assert (found.kind, found.pubstatus) == (NoticeKind.WITHDRAWAL, Pubstatus.CANCELED)
    assert found.item == "007_pubstatus_cancelled"
    assert found.text == "withdrawal of 007_pubstatus_cancelled (pubstatus canceled)"


def test_a_real_picture_of_ap(shared: Path) -> None:
    (item,) = _real(shared, "ap-picture.json").items
    assert (item.guid, item.version) == ("de1bb822362146388852c8b7eee93c76", "0")
    assert item.of(Property.CREATOR_NAMES) == ("Alvaro Barrientos",)
    assert item.identifiers == ("AP20157600857108",)


def test_a_real_note_of_ap(shared: Path) -> None:
    rows = (shared / "corpus/notices_real.jsonl").read_text("utf-8").splitlines()
    noted = [json.loads(row) for row in rows if "Eds: CORRECTS" in row]
    for row in noted:
        found = _one(ap_media(type="text", version=4, ednote=row["text"]))
        assert (found.kind, found.item_class) == (NoticeKind.CORRECTION, ItemClass.TEXT)
        assert all(one.wrong is None for one in found.corrections)
    assert noted
