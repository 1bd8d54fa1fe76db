"""IIM 2:42 Action Advised: whom it withdraws, and whom it does not."""

from __future__ import annotations

import pytest
from iim_material import dataset

from provenance.metadata.standards import iim
from provenance.model import (
    AssetRef,
    Authority,
    Confidence,
    Container,
    MetadataRecord,
    NoticeKind,
    Property,
    PropertyValue,
    Pubstatus,
    Replacement,
    TargetKind,
)
from provenance.notices.advice import advised

DIGEST = "a" * 64
SCAN = "b" * 64


def _record(*blocks: bytes) -> MetadataRecord:
    values = tuple(
        value
        for number, block in enumerate(blocks, start=1)
        for value in iim.decode(
            block, locator_prefix="IIM" if number == 1 else f"IIM#{number}"
        ).values
    )
    ref = AssetRef("/p/a.jpg", 1, "1", path="p/a.jpg")
    return MetadataRecord(ref, "image/jpeg", DIGEST, "c" * 64, SCAN, values)


def _block(action: bytes, *references: tuple[bytes, bytes, bytes]) -> bytes:
    block = dataset(2, 42, action)
    for service, date, number in references:
        block += dataset(2, 45, service) + dataset(2, 47, date) + dataset(2, 50, number)
    return block


def test_a_kill_without_a_reference_is_of_the_picture_itself() -> None:
    (found,) = advised(_record(_block(b"01")))
    assert (found.kind, found.pubstatus) == (NoticeKind.WITHDRAWAL, Pubstatus.CANCELED)
    assert [(one.kind, one.value) for one in found.targets] == [
        (TargetKind.DIGEST, f"scan:{SCAN}"),
        (TargetKind.DIGEST, f"sha256:{DIGEST}"),
    ]
    assert (found.form, found.authority) == ("iim.action-advised", Authority.EMBEDDED)
    assert (found.confidence, found.replacement) == (Confidence.STRONG, Replacement.UNKNOWN)
    (seen,) = found.occurrences
    assert (seen.source, seen.locator, found.text) == ("p/a.jpg", "IIM 2:42", "IIM 2:42 01")
    assert found.source_digest == DIGEST


@pytest.mark.parametrize(
    ("action", "replacement"), [(b"01", Replacement.UNKNOWN), (b"02", Replacement.COMING)]
)
def test_the_earlier_object_is_the_one_that_is_withdrawn(
    action: bytes, replacement: Replacement
) -> None:
    (found,) = advised(_record(_block(action, (b"AFP", b"20241130", b"000_34L82NW"))))
    assert [(one.kind, one.value) for one in found.targets] == [
        (TargetKind.IDENTIFIER, "000_34L82NW")
    ]
    assert (found.provider, found.replacement) == ("AFP", replacement)
    assert found.text == (f"IIM 2:42 {action.decode()}, 2:45 AFP, 2:47 20241130, 2:50 000_34L82NW")
    assert found.confidence is Confidence.STRONG


@pytest.mark.parametrize("action", [b"03", b"04", b"00", b"99", b"x", b"011"])
def test_append_reference_and_unknown_codes_withdraw_nothing(action: bytes) -> None:
    assert advised(_record(_block(action, (b"AFP", b"20241130", b"000_34L82NW")))) == ()
    assert advised(_record(_block(action))) == ()


def test_a_replacement_of_nothing_named_is_no_notice() -> None:
    assert advised(_record(_block(b"02"))) == ()
    assert advised(_record(dataset(2, 80, b"Ann"))) == ()


@pytest.mark.parametrize("number", [b"08218991", b"00000001", b"123456789"])
@pytest.mark.parametrize("service", [b"EPA", b"GETTY", b"AFP", b"XYZ"])
def test_an_envelope_number_is_no_pictures_code(service: bytes, number: bytes) -> None:
    (found,) = advised(_record(_block(b"01", (service, b"20241130", number))))
    assert found.targets == ()
    assert found.confidence is Confidence.LOW


def test_a_bare_code_belongs_to_the_service_that_is_named() -> None:
    (found,) = advised(_record(_block(b"01", (b"AFP", b"20241130", b"34L82NW"))))
    assert [one.value for one in found.targets] == ["afp:34L82NW"]
    (other,) = advised(_record(_block(b"01", (b"XYZ", b"20241130", b"34L82NW"))))
    assert other.targets == ()


def test_each_reference_is_a_notice_of_its_own() -> None:
    found = advised(
        _record(
            _block(b"1", (b"AFP", b"20241130", b"34L82NW"), (b"Reuters", b"20241201", b"RTX79LQC"))
        )
    )
    assert [[one.value for one in each.targets] for each in found] == [
        ["afp:34L82NW"],
        ["RTX79LQC"],
    ]
    assert [one.provider for one in found] == ["AFP", "Reuters"]


def test_the_references_of_another_block_are_not_its_own() -> None:
    found = advised(_record(_block(b"01"), _block(b"04", (b"AFP", b"20241130", b"34L82NW"))))
    assert [one.text for one in found] == ["IIM 2:42 01"]


def test_a_date_alone_names_nothing() -> None:
    (found,) = advised(_record(dataset(2, 42, b"01") + dataset(2, 47, b"20241130")))
    assert (found.targets, found.text) == ((), "IIM 2:42 01, 2:47 20241130")
    assert found.confidence is Confidence.LOW


def test_two_pictures_with_the_same_unnamed_reference_are_two_notices() -> None:
    record = _record(_block(b"01", (b"XYZ", b"20241130", b"1")))
    other = MetadataRecord(record.ref, record.media_type, "d" * 64, values=record.values)
    assert advised(record)[0].notice_id != advised(other)[0].notice_id
    assert advised(record) == advised(record)


def test_only_iim_advises() -> None:
    value = PropertyValue(Property.ACTION_ADVISED, Container.XMP, ("01",), "XMP x:y")
    record = MetadataRecord(AssetRef("/a", 1, "1"), "image/jpeg", DIGEST, values=(value,))
    assert advised(record) == ()


def test_very_many_references_are_read_in_part() -> None:
    block = _block(b"01", *((b"AFP", b"20241130", b"34L8%03d" % n) for n in range(900)))
    assert len(advised(_record(block))) == 50
