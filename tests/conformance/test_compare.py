"""The comparison with an installed ExifTool, on pictures of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conformance import our_side, reference_material, tables
from conformance.compare import compare, main
from conformance.triples import Reading

NEWSROOM = Path(__file__).resolve().parents[2] / "fixtures" / "newsroom"


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """A folder with one picture that says everything everywhere."""
    (tmp_path / "reference.jpg").write_bytes(reference_material.reference_jpeg("2025.1"))
    return tmp_path


def test_every_property_of_every_container_is_read_alike(reference: Path, exiftool: str) -> None:
    found = compare(reference, exiftool)
    assert [one for one in found if not one.settled] == []
    # 22 properties; IIM has no place for three of them, and EXIF has one for five.
    assert Counter(one.container.value for one in found) == {"exif": 5, "iim": 19, "xmp": 22}
    assert tables.references(found) == found


def test_a_difference_is_seen_and_fails(
    reference: Path, exiftool: str, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    true_reading = our_side.reading

    def wrong(name: str, data: bytes) -> Reading:
        whole = true_reading(name, data)
        cell = next(iter(whole.values))
        return Reading({**whole.values, cell: (("elsewhere", ("wrong",)),)}, kind=whole.kind)

    monkeypatch.setattr(our_side, "reading", wrong)
    assert main([str(reference), "--exiftool", exiftool]) == 1
    printed = capsys.readouterr().out
    assert "elsewhere 'wrong'" in printed
    assert "| 46 | 45 | 97.82 % |" in printed


def test_a_file_that_we_cannot_read_counts_against_us(
    reference: Path, exiftool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(our_side, "reading", lambda name, _: Reading(error=f"{name}: why"))
    found = compare(reference, exiftool)
    assert len(found) == 46
    assert not any(one.equal for one in found)
    assert {one.unread for one in found} == {"reference.jpg: why"}


@pytest.mark.parametrize(
    ("make", "suffix"),
    [
        (reference_material.undeclared_utf8, ".jpg"),
        (reference_material.declared_late, ".jpg"),
        (reference_material.rarely_signed, ".jpg"),
        (reference_material.cut_in_header, ".jpg"),
        (reference_material.bare_profile_png, ".png"),
    ],
)
def test_what_exiftool_misses_it_reads_alike_with_help(
    make: Callable[[], bytes], suffix: str, tmp_path: Path, exiftool: str
) -> None:
    (tmp_path / f"odd{suffix}").write_bytes(make())
    found = compare(tmp_path, exiftool)
    assert found
    assert all(one.equal for one in found)
    assert not any(one.equal_unaided for one in found)


def test_undeclared_windows_1252_needs_no_help(tmp_path: Path, exiftool: str) -> None:
    (tmp_path / "latin.jpg").write_bytes(reference_material.undeclared_latin())
    (found,) = compare(tmp_path, exiftool)
    assert found.settled
    assert found.ours == (("2:80", ("Björn Åkesson – “AB”",)),)


def test_the_names_of_old_converters_are_read_alike(tmp_path: Path, exiftool: str) -> None:
    (tmp_path / "old.jpg").write_bytes(reference_material.old_converter())
    (found,) = compare(tmp_path, exiftool)
    assert found.settled
    assert found.ours == (("dc:creator", ("Anna Ek",)),)


def test_the_newsroom_is_read_alike(exiftool: str) -> None:
    found = compare(NEWSROOM, exiftool)
    assert [one for one in found if not one.settled] == []
    assert len(found) > 500
    assert {one.container.value for one in found} == {"exif", "iim", "xmp", "sidecar"}


def test_the_script_tells_and_succeeds(reference: Path, exiftool: str, capsys) -> None:
    assert main([str(reference), "--exiftool", exiftool, "--markdown"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("ExifTool ")
    assert "| JPEG | iim | 19 | 19 | 100.00 % | 19 | 100.00 % |" in printed


def test_a_missing_folder_or_program_is_told(tmp_path: Path, capsys) -> None:
    assert main([str(tmp_path / "none")]) == 2
    assert "is no folder" in capsys.readouterr().err
    assert main([str(tmp_path), "--exiftool", str(tmp_path / "none")]) == 2
    assert "cannot be run" in capsys.readouterr().err
