from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registry.values import instances, notice, record

from provenance.errors import RegistryError
from provenance.model import (
    AssetRef,
    Decision,
    Edit,
    Finding,
    MetadataRecord,
    Notice,
    ScanResult,
    Unreadable,
)
from provenance.registry import codec

KINDS = [Notice, Finding, Decision, Edit, AssetRef, Unreadable, MetadataRecord]


def as_row(result: ScanResult) -> Any:
    record = result if isinstance(result, MetadataRecord) else MetadataRecord(result.ref, "")
    return SimpleNamespace(
        uri=result.ref.uri,
        path=result.ref.path,
        size=result.ref.size,
        version=result.ref.version,
        media_type=record.media_type,
        sha256=record.digest,
        image_digest=record.image_digest,
        scan_digest=record.scan_digest,
        content_credentials=record.content_credentials,
        document=codec.dump_result(result),
        error=codec.dump_error(result),
    )


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_values_come_back_equal(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(instances(kind))
    text = codec.dump(value)
    assert text.isascii()
    assert codec.load(kind, text, "it") == value


@settings(max_examples=100, deadline=None)
@given(st.one_of(instances(MetadataRecord), instances(Unreadable)))
def test_scan_results_come_back_equal(result: ScanResult) -> None:
    assert codec.load_result(as_row(result)) == result


def test_what_is_at_its_default_is_not_stored() -> None:
    assert json.loads(codec.dump(notice())) == {
        "notice_id": "n1",
        "provider": "AFP",
        "kind": "correction",
        "pubstatus": "usable",
        "text": "The byline should read",
    }


def test_a_records_document_is_short() -> None:
    assert codec.dump_result(record("/a.jpg")) == (
        '{"values":[["creatorNames","iim","IIM 2:80",["Aaref WATAD"]]]}'
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", '"x"', "{}", '{"notice_id":1}', '{"nonsense":1}',
        '{"notice_id":"n","provider":null,"kind":"tattle","pubstatus":"usable","text":""}',
        '{"notice_id":"n","provider":null,"kind":"correction","pubstatus":"usable","text":null}',
        '{"notice_id":"n","provider":null,"kind":"correction","pubstatus":"usable","complete":1}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_a_damaged_document_is_refused_by_name(text: str) -> None:
    with pytest.raises(RegistryError, match="entry for the notice n1 is damaged") as caught:
        codec.load(Notice, text, "the notice n1")
    assert caught.value.code == "registry-damaged"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "change",
    [
        {"document": "{}"},
        {"document": '{"values":[["creatorNames","iim"]]}'},
        {"document": '{"values":[["noProperty","iim","x",[]]]}'},
        {"document": "[]"},
        {"error": "[1]"},
        {"error": "oops"},
    ],
)
def test_a_damaged_asset_is_refused_by_name(change: dict[str, str]) -> None:
    row = as_row(record("/pictures/a.jpg"))
    vars(row).update(change)
    with pytest.raises(RegistryError, match=r"'/pictures/a\.jpg' is damaged"):
        codec.load_result(row)


def test_plain_data_is_refused_by_name() -> None:
    assert codec.load_plain(codec.dump_plain({"a": [1, "\udc80"]}), "it") == {"a": [1, "\udc80"]}
    with pytest.raises(RegistryError, match="the run 7 is damaged"):
        codec.load_plain("{", "the run 7")
