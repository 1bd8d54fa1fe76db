"""Answers come from processes that read hostile bytes: they can lie, and do nothing else."""

from __future__ import annotations

import io
import os
import pickle
import struct
from pathlib import Path

import pytest

from provenance.errors import ConflictError, ProvenanceError
from provenance.isolation import parcels
from provenance.isolation.parcels import pack, unpack
from provenance.model import AssetRef, Container, Property, PropertyValue, Unreadable
from provenance.pipeline.reading import Reading
from provenance.storage import LocalStore

REF = AssetRef("/a/é\udc80.jpg", 3, "1:2", (AssetRef("/a/b.xmp", 1, "v"),), "b.jpg")
VALUE = PropertyValue(Property.CREDIT_LINE, Container.XMP, ("A", "B"), "XMP photoshop:Credit")


def sent(value: object) -> object:
    return unpack(bytearray(b"".join(pack(value))))


@pytest.mark.parametrize(
    "value",
    [None, 7, 1.5, "é\udc80", b"\0\xff", (1, [2, {"a": {3}}]), frozenset({1}), REF, VALUE,
     Reading(Unreadable(REF, "code", "why", "do")), Property.CREDIT_LINE, LocalStore()],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_values_come_back_equal(value: object) -> None:
    found = sent(value)
    assert found == value
    assert type(found) is type(value)


def test_members_stay_themselves() -> None:
    found = sent([VALUE, VALUE])
    assert isinstance(found, list)
    assert found[0].property is Property.CREDIT_LINE
    assert found[0] is found[1]


def test_members_travel_by_value_where_python_would_call_for_them_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As Python 3.11.0 to 3.11.3 do."""

    def by_name(one: Property, _: object) -> tuple[object, tuple[object, ...]]:
        return getattr, (type(one), one.name)

    monkeypatch.setattr(Property, "__reduce_ex__", by_name)
    monkeypatch.setattr(parcels, "_PICKLER", pickle.Pickler)
    with pytest.raises(pickle.UnpicklingError, match="getattr"):
        sent(VALUE)
    monkeypatch.setattr(parcels, "_PICKLER", parcels.Pickler)
    assert sent([VALUE, REF]) == [VALUE, REF]
    found = sent(Property.CREDIT_LINE)
    assert found is Property.CREDIT_LINE


def test_errors_come_back_whole() -> None:
    error = sent(ConflictError("it changed", code="own", remedy="Again."))
    assert isinstance(error, ConflictError)
    assert (error.message, error.code, error.remedy) == ("it changed", "own", "Again.")


@pytest.mark.parametrize("length", [0, 65_535, 65_536, 1 << 20, (1 << 21) + 3])
def test_long_octets_are_sent_as_they_are(length: int) -> None:
    data = os.urandom(length)
    pieces = pack(data)
    assert sent((data, "x", data)) == (data, "x", data)
    assert length < 1 << 17 or any(piece is data for piece in pieces)


class Call:
    """What a taken-over worker would send."""

    def __init__(self, function: object, *arguments: object) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> tuple[object, ...]:
        return self._call


@pytest.mark.parametrize(
    "function",
    [os.system, os.mkdir, eval, exec, getattr, open, io.FileIO, bytearray, __import__, type, Path,
     pickle.loads, struct.unpack],
    ids=lambda function: function.__name__,
)  # fmt: skip
def test_an_answer_calls_nothing(function: object, tmp_path: Path) -> None:
    target = tmp_path / "made"
    with pytest.raises(pickle.UnpicklingError, match="an answer names"):
        sent(Call(function, str(target)))
    assert not target.exists()


def named(module: str, name: str) -> bytearray:
    """A pickle that names something, in the form of protocol 4."""
    words = b"".join(b"\x8c" + bytes([len(w)]) + w.encode() for w in (module, name))
    return bytearray(b"\x80\x04" + words + b"\x93.")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("provenance.cli.__main__", "main"),
        ("provenance.storage.local", "os.system"),  # through a module of ours
        ("provenance.storage.local", "os"),
        ("provenance.metadata.exiftool.process", "StayOpen"),  # would start a program
        ("provenance.metadata", "read"),
        ("provenance.model", "AssetRef"),  # not where it is defined
        ("provenance", "model"),
        ("provenance.no_such", "Thing"),
        ("provenance.registry.asset_tables", "AssetRow"),  # its base can take on anything
        ("provenance.storage.linux", "_OpenHow"),  # memory as the kernel reads it
        ("provenancex.model", "AssetRef"),
        ("os", "system"),
        ("builtins", "eval"),
    ],
)
def test_an_answer_names_values_of_ours_only(module: str, name: str) -> None:
    with pytest.raises(pickle.UnpicklingError):
        unpack(named(module, name))


@pytest.mark.parametrize(
    ("module", "name"),
    [("provenance.model.asset", "AssetRef"), ("provenance.model.asset", "Property"),
     ("provenance.errors", "StorageError"), ("provenance.pipeline.desk.columns", "Columns")],
)  # fmt: skip
def test_an_answer_changes_no_class(module: str, name: str) -> None:
    """The instruction that sets an instance's state must not work on the class itself."""
    data = named(module, name)[:-1] + b"N}\x8c\x04EVIL\x8c\x01xs\x86b."
    with pytest.raises(pickle.UnpicklingError):
        unpack(data)
    found = __import__(module, fromlist=[name])
    assert not hasattr(getattr(found, name), "EVIL")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x80", b"\x80\x05.", b"\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\x7f", b"P1\n.",
     b"\x80\x05\x8e" + b"\xff" * 8, b"\x80\x05\x97.", b"\x80\x05\x82\x01.", b"I1\n."],
)  # fmt: skip
def test_what_is_no_pickle_is_refused(data: bytes) -> None:
    try:
        unpack(bytearray(data))
    except pickle.UnpicklingError:
        return
    assert data == b"I1\n."  # a number in the oldest form


def test_cut_anywhere_it_is_refused_or_another_value() -> None:
    whole = b"".join(pack((REF, VALUE, ProvenanceError("no"))))
    for length in range(len(whole)):
        with pytest.raises(pickle.UnpicklingError):
            unpack(bytearray(whole[:length]))


@pytest.mark.parametrize("step", [1, 7, 128])
def test_changed_anywhere_nothing_but_a_value_or_a_refusal_comes(step: int) -> None:
    whole = bytearray(b"".join(pack((REF, VALUE))))
    refused = 0
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] = (changed[at] + step) % 256
        try:
            unpack(changed)
        except pickle.UnpicklingError:
            refused += 1
    assert refused > len(whole) // 10
