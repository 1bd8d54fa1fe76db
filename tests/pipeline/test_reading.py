"""The unit of work: a batch in, as many results out, errors as values."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path

import pytest
from desk_material import NEWSROOM, PICTURE, WRONG, tiny

from provenance.model import AssetRef, Container, MetadataRecord, Property, Unreadable
from provenance.pipeline import reading
from provenance.pipeline.reading import decode_text, read_asset, read_batch
from provenance.storage import LocalStore


def refs(folder: Path) -> list[AssetRef]:
    return [one for one in LocalStore().walk([str(folder)]) if isinstance(one, AssetRef)]


def test_a_batch_gives_one_result_per_asset_whatever_fails(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(tiny())
    (tmp_path / "b.jpg").touch()
    (tmp_path / "c.jpg").write_bytes(tiny())
    found = refs(tmp_path)
    (tmp_path / "c.jpg").unlink()
    results = [one.result for one in read_batch(LocalStore(), found)]
    assert [one.ref for one in results] == found
    good, empty, gone = results
    assert isinstance(good, MetadataRecord)
    assert isinstance(empty, Unreadable)
    assert isinstance(gone, Unreadable)
    for bad in (empty, gone):
        assert bad.error
        assert os.path.basename(bad.ref.uri) in bad.reason


def test_a_picture_is_read_with_digests_keys_and_the_notices_in_it() -> None:
    path = NEWSROOM / "incoming" / "000_36NV2QL_retransmission.jpg"
    (one,) = read_batch(LocalStore(), refs(path))
    assert isinstance(one.result, MetadataRecord)
    assert one.result.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert {kind for kind, _ in one.keys} >= {"id", "scan", "sha256"}
    (notice,) = one.notices
    assert notice.byline == "Aaref WATAD"


def test_what_a_worker_sends_can_be_pickled() -> None:
    done = read_batch(LocalStore(), refs(NEWSROOM / "incoming"))
    assert pickle.loads(pickle.dumps(done)) == done


def test_without_digests_only_the_head_is_read() -> None:
    (ref,) = refs(NEWSROOM / PICTURE)
    full, head = read_asset(LocalStore(), ref), read_asset(LocalStore(), ref, digests=False)
    assert isinstance(full, MetadataRecord)
    assert isinstance(head, MetadataRecord)
    assert head.digest is None
    assert full.values == head.values
    assert {text for one in head.of(Property.CREATOR_NAMES) for text in one.values} == {WRONG}


def test_captions_of_a_text_stand_with_their_places() -> None:
    (ref,) = refs(NEWSROOM / "pages" / "article.txt")
    record = read_asset(LocalStore(), ref)
    assert isinstance(record, MetadataRecord)
    text = (NEWSROOM / "pages" / "article.txt").read_text("utf-8")
    assert len(record.values) > 3
    for value in record.values:
        assert (value.property, value.container) == (Property.DESCRIPTION, Container.TEXT)
        start, end = (int(one) for one in value.locator.removeprefix("chars ").split("-"))
        assert value.values == (text[start:end],)


def test_a_text_too_large_to_be_captions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "log.txt").write_text("x" * 100, encoding="utf-8")
    monkeypatch.setattr(reading, "_LARGEST_TEXT", 99)
    (ref,) = refs(tmp_path)
    result = read_asset(LocalStore(), ref)
    assert isinstance(result, Unreadable)
    assert result.error == "too-large"
    assert "log.txt" in result.reason
    assert result.remedy


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Čapek – “x”".encode(), "Čapek – “x”"),
        (b"\xef\xbb\xbfmarked", "marked"),
        (b"caf\xe9 \x93quoted\x94", "café “quoted”"),
        (b"\x81undefined in Windows-1252", "\x81undefined in Windows-1252"),
        (b"", ""),
    ],
)
def test_text_is_decoded_without_loss(data: bytes, text: str) -> None:
    assert decode_text(data) == text
