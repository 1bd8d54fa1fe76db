"""Copies of originals: durable, once each, found again, and never in the way."""

from __future__ import annotations

import errno
import json
import os
import stat

import pytest
from fixing_material import pictures, plan_for, sha

from provenance.errors import StorageError, UsageError
from provenance.fixing import ApplyOptions, apply_plan, file_query, make_ready, undo
from provenance.fixing.originals import INDEX, keep
from provenance.model import Applied, Failed
from provenance.storage import systems


def index(folder):
    return [json.loads(line) for line in (folder / INDEX).read_bytes().splitlines() if line]


def copies(folder):
    return {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()} - {
        INDEX
    }


def test_fix_and_undo_keep_what_they_touch(desk, tmp_path):
    paths, kept = pictures(tmp_path / "desk", 2), tmp_path / "kept"
    make_ready(kept, [])
    options = ApplyOptions(originals=kept)
    old = {str(path): path.read_bytes() for path in paths}
    applying = apply_plan(plan_for(desk, paths), desk, options)
    assert all(isinstance(one.result, Applied) for one in applying.outcomes)
    new = paths[0].read_bytes()
    undone = undo(file_query(str(paths[0])), desk, options)
    told = index(kept)
    assert {one["path"]: one["sha256"] for one in told[:2]} == {
        uri: sha(data) for uri, data in old.items()
    }
    assert (told[2]["path"], told[2]["sha256"]) == (str(paths[0]), sha(new))
    assert [one["run"] for one in told] == [applying.run_id] * 2 + [undone.run_id]
    for one in told:
        assert sha((kept / one["file"]).read_bytes()) == one["sha256"]
    assert len(copies(kept)) == 3
    assert all(stat.S_IMODE((kept / name).stat().st_mode) == 0o600 for name in copies(kept))


def test_the_same_bytes_are_kept_once_and_a_damaged_copy_is_mended(tmp_path):
    kept, data = tmp_path / "kept", b"the picture"
    make_ready(kept, [])
    keep(kept, "/desk/a.JPG", data, sha(data))
    keep(kept, "/desk/b.jpg", data, sha(data))
    (name,) = copies(kept)
    assert name == f"{sha(data)[:2]}/{sha(data)}.jpg"
    assert [one["path"] for one in index(kept)] == ["/desk/a.JPG", "/desk/b.jpg"]
    (kept / name).write_bytes(b"the pictorr")
    keep(kept, "/desk/c.jpg", data, sha(data))
    assert (kept / name).read_bytes() == data


@pytest.mark.parametrize(
    "name",
    ["=HYPERLINK(1).jpg", "a\nb.jpg", "../../x", "a.\u202egpj", os.fsdecode(b"\xff.jpg"), "n.j/g"],
)
def test_names_do_nothing(tmp_path, name):
    kept, data = tmp_path / "kept", b"bytes"
    make_ready(kept, [])
    keep(kept, f"/desk/{name}", data, sha(data))
    (copy,) = copies(kept)
    assert copy in {f"{sha(data)[:2]}/{sha(data)}", f"{sha(data)[:2]}/{sha(data)}.jpg"}
    (line,) = (kept / INDEX).read_bytes().splitlines()
    assert line.isascii()
    assert line.startswith(b"{")
    assert json.loads(line)["path"] == f"/desk/{name}"


def test_a_cut_line_of_the_index_spoils_no_other(tmp_path):
    kept, data = tmp_path / "kept", b"bytes"
    make_ready(kept, [])
    (kept / INDEX).write_bytes(b'{"time": "2026-1')
    keep(kept, "/desk/a.jpg", data, sha(data))
    cut, whole = (kept / INDEX).read_bytes().splitlines()
    assert cut == b'{"time": "2026-1'
    assert json.loads(whole)["path"] == "/desk/a.jpg"


def test_an_audited_folder_is_refused_unless_it_is_passed_over(tmp_path):
    root = tmp_path / "pictures"
    root.mkdir()
    for inside in (root, root / "kept", root / "a" / "b"):
        with pytest.raises(UsageError) as caught:
            make_ready(inside, [str(root)])
        assert caught.value.code == "originals-audited"
        assert str(inside) in str(caught.value)
    assert list(root.iterdir()) == []
    make_ready(root / ".kept", [str(root)])
    make_ready(tmp_path / "pictures-kept", [str(root)])
    (tmp_path / "link").symlink_to(root)
    with pytest.raises(UsageError):
        make_ready(tmp_path / "link" / "kept", [str(root)])


def test_a_folder_that_cannot_be_written_is_refused_before_anything(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError) as caught:
        make_ready(tmp_path / "file" / "kept", [])
    assert caught.value.code == "originals-unwritable"
    assert "--keep-originals" in caught.value.remedy


def test_where_a_copy_fails_the_picture_is_left_alone(desk, tmp_path, monkeypatch):
    (path,), kept = pictures(tmp_path / "desk", 1), tmp_path / "kept"
    make_ready(kept, [])
    old, plan = path.read_bytes(), plan_for(desk, [path])
    write = os.write

    def full(descriptor, data):
        if os.readlink(f"/proc/self/fd/{descriptor}").startswith(str(kept)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    (outcome,) = apply_plan(plan, desk, ApplyOptions(originals=kept)).outcomes
    assert isinstance(outcome.result, Failed)
    assert outcome.result.error == "originals-unwritable"
    assert str(path) in outcome.result.reason
    assert "--keep-originals" in outcome.result.reason
    assert path.read_bytes() == old
    assert copies(kept) == set()
    with pytest.raises(StorageError):
        keep(kept, str(path), old, sha(old))


def test_names_and_bytes_are_made_durable_by_the_calls_of_the_system(tmp_path, monkeypatch):
    """Not every system syncs a folder, or a file, by the call of that name, or knows ``pread``."""
    ours, synced = systems.current(), []

    class Other:
        def sync_file(self, _opened):
            synced.append("file")

        def sync_folder(self, _where):
            synced.append("folder")

        def __getattr__(self, name):
            return getattr(ours, name)

    monkeypatch.setattr(systems, "current", Other)
    monkeypatch.delattr(os, "fsync")
    monkeypatch.delattr(os, "pread")
    data = b"as it was"
    keep(tmp_path, "/desk/a.jpg", data, sha(data))
    # The shelf's name, the copy, its name; the index, and its name when it was made.
    assert synced == ["folder", "file", "folder", "file", "folder"]
    with (tmp_path / INDEX).open("ab") as cut:
        cut.write(b'{"cut')
    keep(tmp_path, "/desk/b.jpg", data, sha(data))
    lines = (tmp_path / INDEX).read_bytes().split(b"\n")
    assert [json.loads(one)["path"] for one in (lines[0], lines[2])] == [
        "/desk/a.jpg",
        "/desk/b.jpg",
    ]


def test_a_link_in_the_place_of_a_shelf_is_not_followed(tmp_path):
    kept, elsewhere, data = tmp_path / "kept", tmp_path / "elsewhere", b"as it was"
    elsewhere.mkdir()
    kept.mkdir()
    (kept / sha(data)[:2]).symlink_to(elsewhere)
    with pytest.raises(StorageError, match="symbolic link") as refused:
        keep(kept, "/desk/a.jpg", data, sha(data))
    assert refused.value.code == "originals-unwritable"
    assert list(elsewhere.iterdir()) == []


def test_an_index_that_is_no_file_stops_before_the_picture_is_touched(tmp_path):
    os.mkfifo(tmp_path / INDEX)
    with pytest.raises(StorageError, match="is no file"):
        keep(tmp_path, "/desk/a.jpg", b"as it was", sha(b"as it was"))


def test_a_shelf_that_an_interrupted_run_left_is_made_durable(tmp_path, monkeypatch):
    data, synced, real = b"as it was", [], os.fsync
    (tmp_path / sha(data)[:2]).mkdir()

    def fsync(opened):
        synced.append(os.readlink(f"/proc/self/fd/{opened}"))
        real(opened)

    monkeypatch.setattr(os, "fsync", fsync)
    keep(tmp_path, "/desk/a.jpg", data, sha(data))
    assert synced[0] == str(tmp_path)
