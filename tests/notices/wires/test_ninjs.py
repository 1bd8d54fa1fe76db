"""ninjs in its three generations and Superdesk's dialect."""

from __future__ import annotations

from typing import Any

import pytest
from item_material import CAPTION, ninjs, ninjs_3

from provenance.errors import NoticeError
from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires.item import Item, Mark, marks
from provenance.notices.wires.ninjs import filenames, identity, is_item, items


def _one(document: dict[str, Any]) -> Item:
    assert is_item(document)
    read = items("item.json", document)
    assert read.errors == ()
    return read.items[0]


@pytest.mark.parametrize("made", [ninjs, ninjs_3])
def test_all_generations_say_the_same(made: Any) -> None:
    found = _one(made())
    assert (found.format, found.guid) == ("ninjs", "http://pictures.example/items/20230502-0815")
    assert (found.version, found.sent) == ("1.0.1", "2023-05-02T08:00:00Z")
    assert (found.item_class, found.pubstatus) == (ItemClass.PICTURE, Pubstatus.USABLE)
    assert found.of(Property.CREATOR_NAMES) == ("Ana Dupond",)
    assert found.of(Property.DESCRIPTION) == (CAPTION,)
    assert found.of(Property.HEADLINE) == ("Boats in Lyon",)
    assert found.of(Property.CITY) == ("Lyon",)
    assert found.of(Property.COPYRIGHT_NOTICE) == ("Copyright 2023 Example Pictures",)
    assert found.of(Property.USAGE_TERMS) == ("Editorial use only",)
    assert found.identifiers == ("PIX-20230502-0815",)
    assert found.filenames == ("20230502-0815-big.jpg", "baseImage.jpg")
    assert found.language == "en"
    assert marks(found) == frozenset()


def test_the_credit_line_is_a_description_of_its_role() -> None:
    assert _one(ninjs_3()).of(Property.CREDIT_LINE) == ("Ana Dupond/Example",)
    assert _one(ninjs(creditline="Ana Dupond/X")).of(Property.CREDIT_LINE) == ("Ana Dupond/X",)
    assert _one(ninjs()).of(Property.CREDIT_LINE) == ()


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("usable", Pubstatus.USABLE),
        ("withheld", Pubstatus.WITHHELD),
        ("canceled", Pubstatus.CANCELED),
        ("cancelled", Pubstatus.CANCELED),
        ("Canceled", Pubstatus.CANCELED),
    ],
)
def test_status_in_every_spelling(written: str, status: Pubstatus) -> None:
    assert _one(ninjs(pubstatus=written)).pubstatus is status
    assert _one(ninjs_3(pubStatus=written)).pubstatus is status


@pytest.mark.parametrize("written", ["commissioned", "", 7, None, ["canceled"], {"a": 1}])
def test_a_status_that_no_standard_knows_is_told(written: object) -> None:
    read = items("item.json", ninjs(pubstatus=written))
    assert read.items[0].pubstatus is Pubstatus.USABLE
    codes = [error.code for error in read.errors]
    assert codes == ([] if written is None else ["pubstatus-unknown"])
    assert all(str(error).startswith("item.json") and error.remedy for error in read.errors)


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({"state": "corrected"}, Mark.CORRECTED),
        ({"operation": "correct", "state": "published"}, Mark.CORRECTED),
        ({"correction_sequence": 2}, Mark.CORRECTED),
        ({"state": "killed"}, Mark.WITHDRAWN),
        ({"state": "recalled"}, Mark.WITHDRAWN),
        ({"state": "unpublished"}, Mark.WITHDRAWN),
        ({"pubstatus": "canceled", "state": "published"}, Mark.WITHDRAWN),
        ({"embargoed": "2023-06-01T00:00:00+0000"}, Mark.HELD),
        ({"schedule_settings": {"utc_embargo": "2023-06-01T00:00:00+0000"}}, Mark.HELD),
        ({"embargoed": "in June"}, Mark.HELD),
    ],
)
def test_marks_of_superdesk(changes: dict[str, Any], mark: Mark) -> None:
    assert marks(_one(ninjs(**changes))) == {mark}


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "published"},
        {"state": "being_corrected"},
        {"state": "correction"},
        {"operation": "update"},
        {"operation": "publish"},
        {"correction_sequence": 0},
        {"correction_sequence": None},
        {"embargoed": None},
        {"embargoed": "2023-05-01T00:00:00Z"},
        {"schedule_settings": {"utc_embargo": None}},
        {"trustindicator": [{"title": "Corrections policy", "code": "corrections"}]},
        {"urgency": 1, "priority": 6},
        {"type": "event", "state": "killed"},
    ],
)
def test_no_marks(changes: dict[str, Any]) -> None:
    assert marks(_one(ninjs(**changes))) == frozenset()


@pytest.mark.parametrize("key", ["ednote", "edNote", "edNOTE"])
def test_notes_to_editors(key: str) -> None:
    assert [note.words for note in _one(ninjs(**{key: " CORRECTS CITY "})).notes] == [
        "CORRECTS CITY"
    ]


def test_associated_pictures_are_items_in_both_shapes() -> None:
    inner = ninjs(uri="urn:x:pic-100001", pubstatus="canceled")
    for held in ({"featuremedia": inner, "other": None, "text": "x"}, [inner, None, "x"]):
        text = ninjs(type="text", source="Reuters", associations=held)
        read = items("x", text)
        assert [one.guid for one in read.items] == [text["uri"], "urn:x:pic-100001"]
        assert [one.item_class for one in read.items] == [ItemClass.TEXT, ItemClass.PICTURE]
        assert [one.pubstatus for one in read.items] == [Pubstatus.USABLE, Pubstatus.CANCELED]
        assert {one.provider for one in read.items} == {"Reuters"}
        assert read.items[0].related == (("association", "urn:x:pic-100001"),)


def test_deep_associations_need_no_recursion() -> None:
    document = ninjs()
    for number in range(3000):
        document = ninjs(uri=f"urn:x:{number}", associations=[document])
    assert len(items("x", document).items) == 3001


@pytest.mark.parametrize(
    ("uri", "guid"),
    [
        ("0123456789abcdef0123456789abcdef:7", "0123456789abcdef0123456789abcdef"),
        (
            "http://api.ap.org/media/v/content/0123456789abcdef0123456789abcdef?qt=H1&et=0a1",
            "0123456789abcdef0123456789abcdef",
        ),
        ("tag:reuters.com,2023:newsml_RC2EQZ9KEA2R", "tag:reuters.com,2023:newsml_RC2EQZ9KEA2R"),
        (
            "urn:newsml:localhost:2017-08-24T14:37:19:c044",
            "urn:newsml:localhost:2017-08-24T14:37:19:c044",
        ),
        ("", ""),
    ],
)
def test_the_identity_is_the_same_in_every_version(uri: str, guid: str) -> None:
    assert identity(uri) == guid


@pytest.mark.parametrize(
    ("changes", "provider"),
    [
        ({"source": "AAP"}, "AAP"),
        ({"source": "politics"}, None),
        ({"infosources": [{"name": "ASSOCIATED PRESS"}]}, "AP"),
        ({"infoSources": [{"name": "REUTERS"}]}, "Reuters"),
        ({"copyrightholder": "NTB"}, "NTB"),
        ({"provider": {"name": "dpa"}}, "dpa"),
        ({"uri": "tag:reuters.com,2023:newsml_RC2EQZ9KEA2R"}, "Reuters"),
        ({"uri": "urn:newsml:dpa.com:20090101:230502-99-530001"}, "dpa"),
        ({"uri": "http://api.ap.org/media/v/content/0123456789abcdef0123456789abcdef"}, "AP"),
        ({"uri": "http://notreuters.com.example/items/1"}, None),
    ],
)
def test_who_sent_it(changes: dict[str, Any], provider: str | None) -> None:
    assert _one(ninjs(**changes)).provider == provider


def test_aps_friendly_key_is_written_as_ap_writes_it() -> None:
    altids = {"friendlykey": "23122419843308", "etag": "0123456789_a1"}
    assert _one(ninjs(source="AP", altids=altids)).identifiers[0] == "AP23122419843308"
    listed = [{"role": key, "value": value} for key, value in altids.items()]
    assert _one(ninjs_3(provider="AP", altIds=listed)).identifiers[0] == "AP23122419843308"


@pytest.mark.parametrize(
    ("descriptions", "caption"),
    [
        ({"description_text": "A boat", "description_html": "<p>B</p>"}, "A boat"),
        ({"description_html": "<p>A boat &amp; a quay</p>"}, "A boat & a quay"),
        ({"description_caption_xhtml": "<p>A <b>boat</b></p>"}, "A boat"),
        ({"description_text": "<p>A boat</p>"}, "A boat"),
        ({"description_text": "5 < 6 and 7 > 6"}, "5 < 6 and 7 > 6"),
        ({"description": "A boat"}, "A boat"),
        ({"descriptions": [{"value": "A boat"}]}, "A boat"),
        ({"descriptions": "A boat"}, ""),
        ({"caption": "A boat"}, "A boat"),
        ({}, ""),
    ],
)
def test_the_caption_is_the_plainest_description(
    descriptions: dict[str, Any], caption: str
) -> None:
    document = ninjs(**descriptions)
    if "description_text" not in descriptions:
        del document["description_text"]
    assert "".join(_one(document).of(Property.DESCRIPTION)) == caption


def test_one_name_in_two_spellings_must_say_one_thing() -> None:
    assert _one(ninjs(pubStatus="usable")).pubstatus is Pubstatus.USABLE
    with pytest.raises(NoticeError, match="pubstatus") as caught:
        items("feed.json", ninjs(pubStatus="canceled"))
    assert caught.value.message.startswith("feed.json")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"uri": "http://x.example/1"},
        {"uri": "http://x.example/1", "type": "track", "title": "A song"},
        {"$schema": "http://json-schema.org", "uri": "x", "type": "picture", "descriptions": []},
        {"_id": "publish_picture", "act": "publish", "type": "picture", "schema": {"headline": {}}},
        {"_id": "genre", "display_name": "Genre", "type": "manageable", "items": []},
        {
            "guid": {"rendered": "https://x.example/?p=1"},
            "type": "post",
            "title": {"rendered": "A"},
        },
        {"guid": "urn:1", "state": "killed", "dates": {}, "event_id": "e", "versioncreated": "x"},
        {"type": "photo", "version": "1.0", "title": "oEmbed", "url": "https://x.example/1.jpg"},
        {"guid": "urn:1", "type": 5, "headline": "x"},
    ],
)
def test_other_json_is_no_item(document: dict[str, Any]) -> None:
    assert not is_item(document)


@pytest.mark.parametrize(
    "document",
    [
        {"uri": "007_pubstatus_cancelled", "pubstatus": "cancelled"},
        {"uri": "urn:1", "urgency": 3},
        {"uri": "urn:1", "headline_main": "A"},
        {"guid": "urn:1", "type": "text", "versioncreated": "2023-01-01T00:00:00Z"},
        {"type": "text", "versioncreated": "x", "headline": "A", "pubstatus": "usable"},
    ],
)
def test_bare_items_are_items(document: dict[str, Any]) -> None:
    assert is_item(document)


def test_superdesks_own_count_is_the_version() -> None:
    assert _one(ninjs(version="1", _current_version=3)).version == "3"


def test_names_of_files() -> None:
    held = {
        "a": {
            "media": "20230502/9eba8c38a3a8.jpg",
            "href": "https://x.example/a/9eba8c38a3a8.jpg?x",
        },
        "b": {"href": "https://x.example/r/urn:newsml:dpa.com:1-v1.jpeg?signature=1"},
        "c": {"href": "https://x.example/download?role=main"},
        "d": {"href": "https://x.example/a%20b.PNG#top", "mimetype": "image/png"},
        "e": {"href": "https://[broken/c.jpg", "filename": 5},
        "f": {"href": "https://x.example/film.mp4"},
        "g": None,
    }
    assert filenames(held) == (
        "9eba8c38a3a8.jpg",
        "urn:newsml:dpa.com:1-v1.jpeg",
        "a b.PNG",
        "c.jpg",
    )
    assert filenames("x") == ()


def test_values_of_another_kind_are_left_out() -> None:
    strange: dict[str, Any] = {key: {"a": [1]} for key in ninjs()}
    document = strange | {"uri": "urn:1", "type": "picture", "pubstatus": "usable"}
    found = _one(document)
    assert found.values == ()
    assert (found.version, found.sent, found.notes) == ("", None, ())
