"""Walking local folders, and reading exactly the version that was seen."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from walk_material import JPEG, STORE, names, problems, refs, touch, walk

from provenance.errors import ConflictError, StorageError
from provenance.model import AssetRef
from provenance.storage import (
    ListedFolder,
    OtherFile,
    StoreProblem,
    version_of,
)
from provenance.storage.candidates import is_picture_magic, suffix


def test_walk_gives_files_sorted_then_the_folder_then_its_subfolders(tmp_path: Path) -> None:
    touch(tmp_path, "b.jpg", "a.jpg", "sub/c.jpg", "sub/deeper/d.jpg", "other/e.jpg")
    found = walk(tmp_path)
    shape = [
        entry.uri.removeprefix(str(tmp_path)) for entry in found if not isinstance(entry, OtherFile)
    ]
    assert shape == [
        "/a.jpg", "/b.jpg", "", "/other/e.jpg", "/other", "/sub/c.jpg", "/sub",
        "/sub/deeper/d.jpg", "/sub/deeper",
    ]  # fmt: skip
    folders = [entry for entry in found if isinstance(entry, ListedFolder)]
    assert folders[0] == ListedFolder(str(tmp_path), str(tmp_path.stat().st_dev))


def test_ref_says_what_the_file_system_says(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    found = (tmp_path / "a.jpg").stat()
    assert refs(tmp_path) == [
        AssetRef(
            uri=str(tmp_path / "a.jpg"),
            size=len(JPEG),
            version=f"{found.st_mtime_ns}-{found.st_ino}-{found.st_size}",
            path=str(tmp_path / "a.jpg"),
        )
    ]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (".", "./a.jpg"),
        ("a.jpg", "a.jpg"),
        ("./a.jpg", "./a.jpg"),
        ("../{name}", "../{name}/a.jpg"),
        ("sub/..", "sub/../a.jpg"),
        ("a.jpg/", "a.jpg"),
    ],
)
def test_path_is_as_typed_and_uri_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, shown: str
) -> None:
    touch(tmp_path, "a.jpg")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    (ref,) = refs(typed.format(name=tmp_path.name))
    assert ref.path == shown.format(name=tmp_path.name)
    assert ref.uri == str(tmp_path / "a.jpg")


def test_sidecars_come_with_their_picture(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.tif", "b.JPG", "Vol.II.jpg", "alone.jpg")
    touch(tmp_path, "a.xmp", "a.JPG.XMP", "b.jpg.xmp", "Vol.II.xmp", "orphan.xmp", data=b"<x/>")
    by_name = {Path(ref.uri).name: ref for ref in refs(tmp_path)}
    sidecars = {
        name: [Path(sidecar.uri).name for sidecar in ref.sidecars] for name, ref in by_name.items()
    }
    assert sidecars == {
        "a.jpg": ["a.xmp", "a.JPG.XMP"],
        "a.tif": ["a.xmp"],
        "b.JPG": ["b.jpg.xmp"],
        "Vol.II.jpg": ["Vol.II.xmp"],
        "alone.jpg": [],
        "orphan.xmp": [],
    }


def test_version_of_a_picture_covers_its_sidecars(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.xmp")
    (before,) = refs(tmp_path)
    os.utime(tmp_path / "a.xmp", ns=(1, 1))
    (after,) = refs(tmp_path)
    assert before.version != after.version
    assert STORE.get(before) == JPEG
    with pytest.raises(ConflictError):
        STORE.get(before.sidecars[0])
    (tmp_path / "a.xmp").unlink()
    assert refs(tmp_path)[0].version == version_of((tmp_path / "a.jpg").stat())


def test_a_named_sidecar_gives_its_pictures_once(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.tif", "a.xmp", "orphan.xmp")
    assert names(tmp_path / "a.xmp") == ["a.jpg", "a.tif"]
    assert names(tmp_path / "orphan.xmp") == ["orphan.xmp"]
    assert names(*sorted(tmp_path.iterdir())) == ["a.jpg", "a.tif", "orphan.xmp"]


def test_named_file_and_folder_give_the_same_reference(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.xmp", "b.jpg", "b.JPG.Xmp", "c", "c.xmp")
    assert refs(tmp_path) == [
        ref for name in ("a.jpg", "b.jpg", "c") for ref in refs(tmp_path / name)
    ]


def test_overlapping_paths_give_nothing_twice(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "sub/b.jpg", "sub/c.jpg")
    everything = sorted(names(tmp_path))
    sub = tmp_path / "sub"
    assert sorted(names(sub / "b.jpg", tmp_path, sub, sub / "c.jpg", tmp_path)) == everything
    assert names(sub, sub / "b.jpg", sub / "b.jpg") == ["b.jpg", "c.jpg"]


def test_other_files_are_told_by_content(tmp_path: Path) -> None:
    touch(tmp_path, "picture", "wrong.dat", data=b"\x89PNG\r\n\x1a\n12345678")
    touch(tmp_path, "clip.mp4", data=b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00")
    touch(tmp_path, "phone", data=b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00")
    touch(tmp_path, "notes.doc", "empty", data=b"")
    touch(tmp_path, "caption.txt", data=b"text")
    assert names(tmp_path) == ["caption.txt", "phone", "picture", "wrong.dat"]
    others = [Path(e.uri).name for e in walk(tmp_path) if isinstance(e, OtherFile)]
    assert others == ["clip.mp4", "empty", "notes.doc"]
    assert walk(tmp_path / "clip.mp4") == [
        OtherFile(str(tmp_path / "clip.mp4"), str(tmp_path / "clip.mp4"))
    ]


def test_hidden_names_are_left_out_unless_named(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", ".b.jpg", ".cache/c.jpg", ".a.jpg.0190-ab.tmp")
    assert names(tmp_path) == ["a.jpg"]
    assert names(tmp_path / ".b.jpg", tmp_path / ".cache") == [".b.jpg", "c.jpg"]


def test_symlinks_inside_a_tree_are_reported_once_and_not_followed(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.jpg", "tree/b.jpg")
    tree = tmp_path / "tree"
    (tree / "file.jpg").symlink_to(tmp_path / "real/a.jpg")
    (tree / "folder").symlink_to(tmp_path / "real")
    (tree / "loop").symlink_to(tree)
    (tree / "broken.jpg").symlink_to("nowhere")
    assert names(tree, tree) == ["b.jpg"]
    told = problems(tree, tree)
    assert [Path(p.uri).name for p in told] == ["broken.jpg", "file.jpg", "folder", "loop"]
    assert {(p.code, p.expected) for p in told} == {("symlink-skipped", True)}


def test_a_named_symlink_is_followed_to_a_folder_but_not_to_a_file(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.jpg")
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "file.jpg").symlink_to("real/a.jpg")
    assert refs(tmp_path / "folder")[0].uri == str(tmp_path / "folder/a.jpg")
    (told,) = problems(tmp_path / "file.jpg")
    assert (told.code, told.expected) == ("symlink-refused", False)
    assert "Name the file" in told.remedy


def test_a_folder_swapped_for_a_symlink_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "secret/s.jpg", "tree/a.jpg", "tree/sub/b.jpg")
    steps = STORE.walk([str(tmp_path / "tree")])
    next(steps)
    (tmp_path / "tree/sub/b.jpg").unlink()
    (tmp_path / "tree/sub").rmdir()
    (tmp_path / "tree/sub").symlink_to(tmp_path / "secret")
    rest = list(steps)
    assert not [entry for entry in rest if isinstance(entry, AssetRef)]
    assert [e.code for e in rest if isinstance(e, StoreProblem)] in (
        ["symlink-refused"],
        ["not-found"],
    )


def test_special_files_are_refused_without_hanging(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "sock"))
        told = problems(tmp_path, tmp_path / "pipe.jpg", "/dev/null")
        with pytest.raises(StorageError, match="sock"):
            STORE.get(AssetRef(str(tmp_path / "sock"), 0, ""))
    assert [(Path(p.uri).name, p.code) for p in told] == [
        ("pipe.jpg", "not-a-file"),
        ("sock", "not-a-file"),
        ("pipe.jpg", "not-a-file"),
        ("null", "not-a-file"),
    ]
    for uri in (str(tmp_path / "pipe.jpg"), "/dev/zero", str(tmp_path)):
        with pytest.raises(StorageError) as caught:
            STORE.get(AssetRef(uri, 0, ""))
        assert caught.value.code == "not-a-file"


def test_what_is_not_there_is_a_problem_with_a_remedy(tmp_path: Path) -> None:
    for path in (tmp_path / "gone", tmp_path / "gone/deeper.jpg", "", "nul\x00.jpg", "x" * 5000):
        (told,) = walk(path)
        assert isinstance(told, StoreProblem)
        assert told.code in {"not-found", "bad-name", "name-too-long"}
        assert told.remedy
        assert not told.expected


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_a_problem_and_not_listed(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "locked/b.jpg", "z/c.jpg")
    (tmp_path / "locked").chmod(0)
    try:
        found = walk(tmp_path)
    finally:
        (tmp_path / "locked").chmod(0o700)
    _check_locked(tmp_path, found)


def test_a_folder_that_fails_to_list_is_a_problem_and_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.jpg", "locked/b.jpg", "z/c.jpg")
    real = os.open

    def guarded(path: str, flags: int, *rest: int) -> int:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", guarded)
    _check_locked(tmp_path, walk(tmp_path))


def _check_locked(tmp_path: Path, found: list[object]) -> None:
    (told,) = [entry for entry in found if isinstance(entry, StoreProblem)]
    assert (told.code, told.uri) == ("no-permission", str(tmp_path / "locked"))
    assert str(tmp_path / "locked") in told.message
    listed = [entry.uri for entry in found if isinstance(entry, ListedFolder)]
    assert listed == [str(tmp_path), str(tmp_path / "z")]
    assert [Path(e.uri).name for e in found if isinstance(e, AssetRef)] == ["a.jpg", "c.jpg"]


HOSTILE = [
    b"new\nline.jpg", b"-rf.jpg", b"| rm.jpg", b"\xe2\x80\xaegpj.exe.jpg", b"caf\xe9.jpg",
    b"\xff\xfe.jpg", b" .jpg", b"%s%n.jpg", b"*.jpg", b"'\"`$(id).jpg", b"\\.jpg", b"\x01\x1b[2J.jpg",
    b"a" * 251 + b".jpg", b"~.jpg", b"nul\xc0\x80.jpg", b"..jpg"[1:] + b".jpg", b"a.jpg.jpg",
]  # fmt: skip


def test_hostile_names_are_walked_and_read(tmp_path: Path) -> None:
    made = []
    for raw in HOSTILE:
        name = os.fsdecode(raw)
        if not name.startswith("."):
            (tmp_path / name).write_bytes(JPEG + raw)
            made.append(name)
    found = refs(tmp_path)
    assert sorted(Path(ref.uri).name for ref in found) == sorted(made)
    for ref in found:
        assert STORE.get(ref) == JPEG + os.fsencode(Path(ref.uri).name)
        assert refs(ref.uri) == [ref]


@given(st.binary(max_size=40))
def test_no_head_breaks_the_sniffing(head: bytes) -> None:
    assert is_picture_magic(head) in (True, False)


@given(st.text(max_size=20))
def test_suffix_is_the_end_of_the_name(name: str) -> None:
    assert suffix(name) == "" or name.lower().endswith(suffix(name))
