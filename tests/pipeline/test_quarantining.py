"""Which files go with a withdrawn picture; the rest is proven at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing_material import credited, finding_of, plain_jpeg, read_record, sidecar

from provenance.model import Finding, MetadataRecord
from provenance.pipeline.quarantining import _pictures


@pytest.fixture
def chosen(tmp_path: Path) -> list[tuple[Finding, MetadataRecord, str]]:
    """Two pictures that one sidecar speaks for."""
    (tmp_path / "a.xmp").write_bytes(sidecar())
    found = []
    for n, name in enumerate(("a.jpg", "a.jpeg")):
        (tmp_path / name).write_bytes(credited(plain_jpeg(n)))
        record = read_record(tmp_path / name)
        found.append((finding_of(record), record, "anna"))
    return found


def files(chosen: list[tuple[Finding, MetadataRecord, str]]) -> list[list[str]]:
    return [[Path(file.uri).name for file in one.files] for one in _pictures(chosen)]


def test_a_sidecar_that_speaks_for_another_picture_stays(chosen: list) -> None:
    (one,) = _pictures(chosen[:1])
    assert files(chosen[:1]) == [["a.jpg"]]
    assert len(one.notes) == 1
    assert one.notes[0].endswith("a.jpeg.")
    assert "it also speaks for" in one.notes[0]


def test_it_goes_once_where_all_its_pictures_go(chosen: list) -> None:
    assert files(chosen) == [["a.jpg"], ["a.jpeg", "a.xmp"]]


def test_several_findings_of_one_picture_are_one_move(chosen: list) -> None:
    first, record, word = chosen[0]
    other = finding_of(record, wrong="Road")
    (one,) = _pictures([(first, record, word), (other, record, word)])
    assert one.finding_ids == (first.finding_id, other.finding_id)
    assert (one.files[0].sha256, one.scan_digest) == (record.digest, record.scan_digest)
