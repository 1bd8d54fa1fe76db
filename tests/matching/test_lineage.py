"""Ids of a file's history: made equal, found by, and never a proof."""

from __future__ import annotations

import pytest
from matching_material import SCAN, XMP, credited, notice, picture, reasons, value, with_value

from provenance.matching import keys, match, picture_of
from provenance.matching.lineage import lineage_id, lineage_of
from provenance.model import Confidence, MetadataRecord, Property

PLAIN = "7e5b0a6cf4a84d1f9c2d3e4f5a6b7c8d"
DASHED = "7E5B0A6C-F4A8-4D1F-9C2D-3E4F5A6B7C8D"


def told(prop: Property, text: str = f"xmp.did:{PLAIN}") -> MetadataRecord:
    """A picture with one id and nothing else, of other picture data."""
    return picture(value(prop, XMP, text, where="XMP xmpMM:x"), scan="aa" * 32)


@pytest.mark.parametrize(
    "written",
    [
        f"xmp.did:{DASHED}", f"xmp.did:{PLAIN.upper()}", f"uuid:{DASHED}", f"urn:uuid:{DASHED}",
        f"adobe:docid:photoshop:{DASHED}", f"xmp.iid:{DASHED}", PLAIN, f" {DASHED} ",
    ],
)  # fmt: skip
def test_every_form_of_an_id_is_one(written: str) -> None:
    assert lineage_id(written) == PLAIN


@pytest.mark.parametrize(
    "written",
    [
        "", "xmp.did:", "uuid:00000000-0000-0000-0000-000000000000", "xmp.did:" + "f" * 32,
        "D41D8CD98F00B204E9800998ECF8427E", "xmp.did:12345678", "untitled", "xmp.did:" + "g" * 32,
        "uuid:" + "ab" * 200, "12121212121212121212121212121212", "uuid:\ud800" + PLAIN,
    ],
)  # fmt: skip
def test_what_is_no_id_says_nothing(written: str) -> None:
    assert lineage_id(written) is None
    assert not [key for key in keys(told(Property.DOCUMENT_ID, written)) if key[0] == "lineage"]


@pytest.mark.parametrize(
    "prop", [Property.DOCUMENT_ID, Property.ORIGINAL_DOCUMENT_ID, Property.DERIVED_FROM]
)
def test_relatives_are_found_and_are_candidates_only(prop: Property) -> None:
    one = notice()
    original = with_value(
        credited(), value(Property.DOCUMENT_ID, XMP, f"uuid:{DASHED}", where="XMP xmpMM:DocumentID")
    )
    known = picture_of(one, [original])
    relative = told(prop)
    assert lineage_of(relative) == {PLAIN}
    assert ("lineage", PLAIN) in known.suggesting_keys() & set(keys(relative))
    assert ("lineage", PLAIN) not in known.proving_keys()
    found = match(one, known, relative)
    assert reasons(found) == {"lineage"}
    assert found is not None
    assert found.confidence is Confidence.LOW


def test_what_came_from_one_template_has_its_own_number() -> None:
    one = notice()
    mark = value(Property.ORIGINAL_DOCUMENT_ID, XMP, PLAIN, where="XMP xmpMM:OriginalDocumentID")
    known = picture_of(one, [with_value(credited(), mark)])
    frame = with_value(credited(code="36NV2QM", scan="aa" * 32, caption=""), mark)
    assert match(one, known, frame) is None


def test_the_notice_alone_has_no_history() -> None:
    assert picture_of(notice()).lineage == frozenset()
    assert picture_of(notice(), [picture(scan=SCAN)]).lineage == frozenset()
