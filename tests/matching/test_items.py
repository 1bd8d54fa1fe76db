"""Items: by which keys their picture is found, and what a picture is as an item."""

from __future__ import annotations

from dataclasses import replace

from matching_material import IDENTIFIER, LEAKED, SCAN, SCENE, credited, without

from provenance.matching import identity_keys, item_keys, item_of
from provenance.model import ItemClass, Property
from provenance.notices.wires.item import Item


def test_an_item_is_found_under_every_spelling_of_its_picture() -> None:
    for written in ("000_36NV2QL", "AFP_36nv2ql", IDENTIFIER):
        assert item_keys(Item("ninjs", "urn:x", identifiers=(written,))) == (("id", IDENTIFIER),)
    named = Item("ninjs", "urn:x", filenames=("AFP_36NV2QL.jpg",))
    assert ("id", IDENTIFIER) in item_keys(named)


def test_a_guid_is_a_key_and_a_text_has_none() -> None:
    guid = Item("ninjs", "tag:example.com,2024:photo-1")
    assert item_keys(guid) != ()
    assert item_keys(replace(guid, item_class=ItemClass.TEXT)) == ()


def test_a_picture_is_an_item_under_its_own_keys() -> None:
    record = credited(caption=LEAKED, digest="ab" * 32)
    item = item_of(record)
    assert set(identity_keys(record)) <= set(item_keys(item))
    assert item.of(Property.CITY) == ("Lyon",)
    (caption,) = item.of(Property.DESCRIPTION)
    assert caption.startswith(SCENE)
    assert "erroneous mention" not in caption


def test_a_picture_without_a_number_is_known_by_its_data() -> None:
    item = item_of(without(credited(digest="ab" * 32), Property.TITLE))
    assert item.guid == f"scan:{SCAN}"
    assert ("scan", SCAN) in item_keys(item)
    bare = item_of(without(credited(digest="ab" * 32, scan=None), Property.TITLE))
    assert bare.guid == "sha256:" + "ab" * 32
    assert item_keys(bare) == ()
