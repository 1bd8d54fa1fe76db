"""The measurement on the newsroom of our own, and on writers that do harm."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fidelity import attempts, kinds, tables
from fidelity.attempts import Verdict
from fidelity.measure import main, measure
from fidelity.outcomes import Outcome, refused
from PIL import Image

from provenance.metadata import rewrite

NEWSROOM = Path(__file__).resolve().parents[2] / "fixtures" / "newsroom"
DESIGN = NEWSROOM / "web" / "design"
NATIVE = {kinds.JPEG, kinds.PNG, kinds.PSD, kinds.TIFF, kinds.WEBP, kinds.XMP}


@pytest.fixture(scope="module")
def found(exiftool: str) -> list[Outcome]:
    """The outcomes of the newsroom."""
    return measure(NEWSROOM, exiftool)


def test_the_newsroom_is_written_as_planned(found: list[Outcome]) -> None:
    written = [one for one in found if one.attempt.verdict is Verdict.WRITTEN]
    assert {one.attempt.kind for one in written} == NATIVE
    assert [one.unplanned for one in found if one.unplanned] == []
    assert refused(found) == []


def test_broken_and_signed_pictures_are_told_apart(found: list[Outcome]) -> None:
    others = {one.attempt.verdict for one in found} - {Verdict.WRITTEN}
    assert others == {Verdict.INCOMPLETE, Verdict.CREDENTIALS, Verdict.FOREIGN}


def test_undo_is_exact_and_patches_are_small(found: list[Outcome]) -> None:
    number = sum(one.attempt.written is not None for one in found)
    assert f"| {number} | {number} | " in tables.undo(found)
    assert max(one.attempt.written.patch for one in found if one.attempt.written) < 5_000


def test_files_written_through_exiftool_are_compared(tmp_path: Path, exiftool: str) -> None:
    picture = Image.new("RGB", (32, 32), (9, 99, 199))
    exif = Image.Exif()
    exif[0x010F] = "Maker " * 100
    picture.save(tmp_path / "one.gif")
    picture.save(tmp_path / "two.avif", exif=exif)
    found = measure(tmp_path, exiftool)
    assert [one.attempt.verdict for one in found] == [Verdict.WRITTEN] * 2
    assert [one.unplanned for one in found] == [(), ()]
    assert all(one.attempt.aided for one in found)


def _other_headline(data: bytes) -> bytes:
    # Both forms of XMP, and IIM, hold it as plain text.
    assert b"Aleppo" in data
    return data.replace(b"8 December 2024", b"9 December 2024")


def _appended(data: bytes) -> bytes:
    return data + b"more"


@pytest.mark.parametrize("harm", [_other_headline, _appended])
def test_a_writer_that_does_harm_is_found_out(
    harm: Callable[[bytes], bytes], tmp_path: Path, exiftool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(next((NEWSROOM / "incoming").glob("dpa-*.jpg")), tmp_path / "one.jpg")
    monkeypatch.setattr(attempts, "rewrite", lambda data, edits: harm(rewrite(data, edits)))
    (found,) = measure(tmp_path, exiftool)
    assert found.unplanned != ()
    assert main([str(tmp_path), "--exiftool", exiftool]) == 1


def test_other_pixels_are_found_out(
    tmp_path: Path, exiftool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("L", (8, 8), 200).save(tmp_path / "one.tif")

    def darker(data: bytes, edits: object) -> bytes:
        return rewrite(data.replace(b"\xc8" * 64, b"\x64" * 64), edits)

    monkeypatch.setattr(attempts, "rewrite", darker)
    (found,) = measure(tmp_path, exiftool)
    assert "the pixels are not the same" in found.unplanned


def test_the_script_tells_and_succeeds(exiftool: str, capsys) -> None:
    assert main([str(DESIGN), "--exiftool", exiftool, "--markdown"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("ExifTool ")
    assert "| PSD | 1 | 0 | 0 | 1 | 1 | 0 | 0.00 % | 0 | 1 | 0 |" in printed


def test_a_missing_folder_or_program_is_told(tmp_path: Path, capsys) -> None:
    assert main([str(tmp_path / "none")]) == 2
    assert "is no folder" in capsys.readouterr().err
    assert main([str(tmp_path), "--exiftool", str(tmp_path / "none")]) == 2
    assert "cannot be run" in capsys.readouterr().err
