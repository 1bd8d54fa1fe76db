"""ExifTool's process: one for each of ours, under limits, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from exiftool_material import Fake, gif, gone, jpeg, lives, read_in_worker, ref, told

from provenance import isolation
from provenance.errors import UnreadableError
from provenance.metadata import read
from provenance.metadata.exiftool import reading, session
from provenance.metadata.exiftool.program import is_old

GIF = gif()
PLAIN = told({"File:MIMEType": "image/gif"})


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    yield
    session.close()


def install(monkeypatch: pytest.MonkeyPatch, fake: Fake) -> Fake:
    monkeypatch.setenv("PROVENANCE_EXIFTOOL", str(fake.path))
    return fake


def refusal(name: str = "/pool/a.gif", data: bytes = GIF) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        read(ref(name), data)
    return caught.value


def test_many_reads_need_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install(monkeypatch, Fake(tmp_path, output=PLAIN))
    for _ in range(3):
        assert read(ref(), GIF).media_type == "image/gif"
    assert len(fake.started) == 1
    assert len(fake.asked) == 3
    session.close()
    assert not lives(fake.started[0])
    read(ref(), GIF)
    assert len(fake.started) == 2


def test_no_configuration_is_read_and_no_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install(monkeypatch, Fake(tmp_path, output=PLAIN))
    read(ref("/pool/-execute\n-evil=$(touch x).gif"), GIF)
    ((args, line),) = fake.asked
    assert line[1:5] == ["-config", "", "-stay_open", "True"]
    assert not any("evil" in arg or "pool" in arg for arg in args)
    copy = Path(args[-3])
    assert copy.is_absolute()
    assert copy.name == "picture"
    assert not copy.parent.exists()


def test_the_program_on_the_path_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(tmp_path, output=PLAIN)
    monkeypatch.delenv("PROVENANCE_EXIFTOOL", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    read(ref(), GIF)
    assert len(fake.started) == 1


def test_another_program_takes_the_place_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = install(monkeypatch, Fake(tmp_path / "a", output=PLAIN))
    read(ref(), GIF)
    second = install(monkeypatch, Fake(tmp_path / "b", output=PLAIN))
    read(ref(), GIF)
    assert len(second.started) == 1
    assert not lives(first.started[0])


def test_a_jpeg_is_never_shown_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install(monkeypatch, Fake(tmp_path, output=PLAIN))
    assert read(ref("/pool/a.gif"), jpeg(), digests=True).media_type == "image/jpeg"
    assert fake.started == []


# --- limits ------------------------------------------------------------------------------


def test_a_file_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install(monkeypatch, Fake(tmp_path, act="time.sleep(1000)"))
    monkeypatch.setattr(reading, "ask", partial(session.ask, patience=0.3))
    error = refusal()
    assert error.code == "exiftool-timeout"
    assert "/pool/a.gif is a GIF picture" in error.message
    assert error.remedy
    assert len(fake.started) == 1
    assert not lives(fake.started[0])
    Fake(tmp_path, output=PLAIN)
    assert read(ref(), GIF).media_type == "image/gif"
    assert len(fake.started) == 2


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_flood_is_stopped(stream: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    act = f"\n        while True: sys.{stream}.write('x' * 65536)"
    fake = install(monkeypatch, Fake(tmp_path, act=act))
    assert refusal().code == "exiftool-output"
    assert not lives(fake.started[0])


def test_what_it_says_beside_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    act = "err = 'Warning: odd' * 20000 + '\\n'"
    install(monkeypatch, Fake(tmp_path, output=PLAIN, act=act))
    answer, version = session.ask(["-j", "x"])
    assert version == "13.59"
    assert answer.complaints[0].startswith("Warning: odd")
    assert answer.output.decode().strip() == PLAIN


def test_a_process_that_died_is_started_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = "len(open(os.path.join(here, 'started')).readlines()) == 1 and os._exit(3)"
    fake = install(monkeypatch, Fake(tmp_path, output=PLAIN, act=act))
    assert read(ref(), GIF).media_type == "image/gif"
    assert len(fake.started) == 2


def test_a_file_that_kills_it_twice_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install(monkeypatch, Fake(tmp_path, act="os._exit(3)"))
    error = refusal()
    assert error.code == "exiftool-died"
    assert "in the middle of its work" in error.message
    assert len(fake.started) == 2


def test_a_process_killed_between_two_files_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install(monkeypatch, Fake(tmp_path, output=PLAIN))
    read(ref(), GIF)
    os.kill(fake.started[0], signal.SIGKILL)
    assert gone(fake.started[0])
    assert read(ref(), GIF).media_type == "image/gif"
    assert len(fake.started) == 2


@pytest.mark.parametrize(
    "output", ["{{{", "[]", "[1]", "[{}]", '{"a": 1}', "", "\x00\ufffd", "[" * 99999]
)
def test_garbage_is_no_answer(output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, Fake(tmp_path, output=output))
    for data in (GIF, b"what is this"):
        error = refusal(data=data)
        assert error.code == "exiftool-failed"
        assert "no answer that makes sense" in error.message


def test_the_copy_is_removed_when_all_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, Fake(tmp_path / "bin", act="os._exit(3)"))
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert refusal().code == "exiftool-died"
    assert list(folder.iterdir()) == []


def test_a_line_end_in_a_path_is_no_second_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install(monkeypatch, Fake(tmp_path / "bin", output=PLAIN))
    folder = tmp_path / "a\n-delete_original"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert refusal().code == "exiftool-failed"
    assert fake.asked == []


# --- without it --------------------------------------------------------------------------


def test_what_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROVENANCE_EXIFTOOL", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    error = refusal()
    assert error.code == "exiftool-missing"
    assert "/pool/a.gif is a GIF picture (image/gif)" in error.message
    for word in ("apt install libimage-exiftool-perl", "brew install exiftool", "exiftool.org"):
        assert word in error.remedy
    unknown = refusal("/pool/a.xyz", b"what is this")
    assert unknown.code == "unsupported-format"
    assert "no recognised format" in unknown.message


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("absent", "is not found"),
        ("script", "does not start"),
        ("old", "is '12.16'; 12.40 or newer"),
        ("other", "is 'git version 2.40'; 12.40"),
    ],
)
def test_what_cannot_be_used_is_told(
    how: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = {"old": "12.16", "other": "git version 2.40"}
    fake = install(monkeypatch, Fake(tmp_path, version=versions.get(how, "13.59")))
    if how == "absent":
        fake.path.unlink()
    elif how == "script":
        fake.path.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    error = refusal()
    assert error.code == "exiftool-missing"
    assert f"{fake.path}, which PROVENANCE_EXIFTOOL names," in error.message
    assert words in error.message
    assert "apt install" in error.remedy


@pytest.mark.parametrize(
    ("version", "old"),
    [("12.40", False), ("13.0", False), ("12.39", True), ("9.99", True), ("", True), ("x.y", True)],
)
def test_versions_are_numbers(version: str, old: bool) -> None:
    assert is_old(version) is old


# --- nothing is left behind --------------------------------------------------------------


def test_workers_have_one_each_and_leave_none(tmp_path: Path) -> None:
    fake = Fake(tmp_path, output=PLAIN, act="time.sleep(0.02)")
    items = [(str(fake.path), GIF)] * 12
    done = list(isolation.run(read_in_worker, items, jobs=2))
    assert [media_type for *_, media_type in done] == ["image/gif"] * 12
    started = {process for _, process, _ in done}
    assert len(started) == len({worker for worker, *_ in done}) <= 2
    assert all(gone(process) for process in started)


_PARENT = """
import sys, time
sys.path.insert(0, {tests!r})
from exiftool_material import gif, read_in_worker
read_in_worker(({program!r}, gif()))
print("ready", flush=True)
time.sleep(1000)
"""


@pytest.mark.parametrize("act", ["pass", "time.sleep(1000)"])
def test_a_killed_parent_leaves_none(act: str, tmp_path: Path) -> None:
    fake = Fake(tmp_path, output=PLAIN, act=act)
    tests = str(Path(__file__).resolve().parents[1])
    code = _PARENT.format(tests=tests, program=str(fake.path))
    # What it leaves in its temporary folder is removed with the test.
    place = {**os.environ, "TMPDIR": str(tmp_path)}
    line = [sys.executable, "-c", code]
    with subprocess.Popen(line, stdout=subprocess.PIPE, env=place) as parent:
        assert parent.stdout is not None
        if act == "pass":
            assert parent.stdout.readline() == b"ready\n"
        else:
            while not fake.asked:
                assert parent.poll() is None
        (process,) = fake.started
        assert lives(process)
        parent.kill()
    assert gone(process)
