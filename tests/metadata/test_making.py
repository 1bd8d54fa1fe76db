"""The new bytes of a picture's files, as a worker proposes them."""

from __future__ import annotations

import dataclasses
import pickle

import pytest
from fixing_material import finding_of, pictures, read_record, sidecar

from provenance import metadata
from provenance.metadata.making import Made, MadeFile, Wanted, WantedFile, is_sound, make
from provenance.metadata.splicing import Splice
from provenance.model import Failed, Held
from provenance.storage import LocalStore


def wanted_of(path, **change):
    record = read_record(path)
    edits = tuple(dataclasses.replace(one, **change) for one in finding_of(record).edits)
    uris = sorted({one.uri for one in edits}, key=lambda uri: uri != str(path))
    files = tuple(
        WantedFile(uri, uri, "0" * 64, tuple(e for e in edits if e.uri == uri)) for uri in uris
    )
    return Wanted(str(path), files, record)


def test_made_is_what_rewriting_gives(tmp_path):
    (path,) = pictures(tmp_path, 1)
    path.with_suffix(".xmp").write_bytes(sidecar())
    wanted = wanted_of(path)
    made = pickle.loads(pickle.dumps(make(LocalStore(), wanted)))
    assert isinstance(made, Made)
    assert is_sound(made, 2)
    for file, one in zip(wanted.files, made.files, strict=True):
        old = (path if file.uri == str(path) else path.with_suffix(".xmp")).read_bytes()
        new = metadata.rewrite(old, file.edits)
        assert one.splice.applied(old) == new
        assert one.image == metadata.digests(old).image == metadata.digests(new).image
    for file, one in zip(wanted.files, made.files, strict=True):
        target = path if file.uri == str(path) else path.with_suffix(".xmp")
        target.write_bytes(one.splice.applied(target.read_bytes()))
    assert made.record is not None
    assert made.record.values == read_record(path).values


def test_picture_that_is_not_registered(tmp_path):
    (path,) = pictures(tmp_path, 1)
    made = make(LocalStore(), dataclasses.replace(wanted_of(path), stored=None))
    assert isinstance(made, Made)
    assert made.record is None
    assert made.files[0].image == metadata.digests(path.read_bytes()).image


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"after": "x" * 5000}, Held),
        ({"before": "Nobody"}, Failed),
        ({"locator": "XMP a:b"}, Failed),
    ],
)
def test_refused_edit_is_a_value(tmp_path, change, expected):
    (path,) = pictures(tmp_path, 1)
    assert isinstance(make(LocalStore(), wanted_of(path, **change)), expected)


def test_missing_and_broken_files_are_values(tmp_path):
    (path,) = pictures(tmp_path, 1)
    wanted = wanted_of(path)
    path.write_bytes(b"\xff\xd8\xff\xe1")
    assert isinstance(make(LocalStore(), wanted), Failed)
    path.unlink()
    gone = make(LocalStore(), wanted)
    assert isinstance(gone, Failed)
    assert str(path) in gone.reason


FILE = MadeFile(Splice(0, b"", 0), None)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "made",
        Made((), None),
        Made((FILE, FILE), None),
        Made([FILE], None),
        Made((FILE,), "record"),
        Made(("file",), None),
        Made((dataclasses.replace(FILE, image="0" * 63),), None),
        Made((dataclasses.replace(FILE, image=b"0" * 64),), None),
        Made((dataclasses.replace(FILE, image="<script>"),), None),
        Made((dataclasses.replace(FILE, splice=(0, b"", 0)),), None),
        Made((dataclasses.replace(FILE, splice=Splice(0, "text", 0)),), None),
        Made((dataclasses.replace(FILE, splice=Splice(0.5, b"", 0)),), None),
        Made((dataclasses.replace(FILE, splice=Splice(0, b"", None)),), None),
    ],
)
def test_answer_of_another_form_is_not_sound(answer):
    assert is_sound(Made((FILE,), None), 1)
    assert not is_sound(answer, 1)
