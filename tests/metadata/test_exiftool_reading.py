"""What ExifTool tells of a file, in our own words: values, warnings, refusals."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from exiftool_material import Fake, gif, jpeg, ref, told, xmp_extension
from hypothesis import given
from hypothesis import strategies as st
from making import xmp_packet

from provenance.errors import StorageError, UnreadableError
from provenance.metadata import digests, read
from provenance.metadata.exiftool import program, session
from provenance.metadata.exiftool.reading import items_of
from provenance.metadata.exiftool.workspace import MAX_FILE
from provenance.model import Container, MetadataRecord, Property

PACKET = xmp_packet({"photoshop:Credit": "AFP", "dc:creator": ["Zoë Ärger", "007"]})
IIM = b"\x1c\x01\x5a\x00\x03\x1b%G\x1c\x02\x50\x00\x04Zo\xc3\xab"


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    yield
    session.close()


@pytest.fixture
def real() -> str:
    """The ExifTool of this machine."""
    found = program()
    if found is None:
        pytest.skip("ExifTool is not on this machine")
    return found


def told_of(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    values: Mapping[str, str | bytes],
    data: bytes = b"GIF89a",
    name: str = "/pool/a.gif",
) -> MetadataRecord:
    """The record of a file of which ExifTool tells this."""
    fake = Fake(folder, output=told(values))
    monkeypatch.setenv("PROVENANCE_EXIFTOOL", str(fake.path))
    return read(ref(name), data, digests=True)


def values_of(record: MetadataRecord) -> dict[str, tuple[str, ...]]:
    return {value.locator: value.values for value in record.values}


def test_blocks_are_decoded_by_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = told_of(
        monkeypatch,
        tmp_path,
        {"XMP:XMP": PACKET, "IPTC:IPTC": IIM, "File:MIMEType": "image/gif"},
    )
    assert values_of(record) == {
        "XMP photoshop:Credit": ("AFP",),
        "XMP dc:creator": ("Zoë Ärger", "007"),
        "IIM 2:80": ("Zoë",),
    }
    assert {value.container for value in record.values} == {Container.XMP, Container.IIM}
    (warning,) = record.warnings
    assert warning.code == "read-by-exiftool"
    assert "a GIF picture" in warning.message
    assert "ExifTool 13.59" in warning.message
    assert record.digest == digests(b"GIF89a").sha256
    assert record.image_digest is record.scan_digest is None


def test_a_second_packet_has_locators_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = told_of(
        monkeypatch, tmp_path, {"XMP:XMP": PACKET, "XMP:Copy1:XMP": PACKET.replace(b"AFP", b"dpa")}
    )
    assert values_of(record)["XMP photoshop:Credit"] == ("AFP",)
    assert values_of(record)["XMP#2 photoshop:Credit"] == ("dpa",)


def test_exif_tags_are_texts_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = told_of(
        monkeypatch,
        tmp_path,
        {
            "IFD0:Artist": '"Sobotka; Jana"; True',
            "IFD0:Copyright": "© 2024 Jana\nThe Editor",
            "IFD0:ImageDescription": "007",
            "ExifIFD:DateTimeOriginal": "2024:12:08 11:30:00",
            "ExifIFD:OffsetTimeOriginal": "+02:00",
            "ExifIFD:ImageUniqueID": "1e3",
            "IFD0:Copy1:Artist": b"Zo\xeb",
        },
    )
    assert values_of(record) == {
        "EXIF IFD0:Artist": ("Sobotka; Jana", "True"),
        "EXIF IFD0:Copyright": ("© 2024 Jana", "The Editor"),
        "EXIF IFD0:ImageDescription": ("007",),
        "EXIF ExifIFD:DateTimeOriginal": ("2024-12-08T11:30:00+02:00",),
        "EXIF ExifIFD:ImageUniqueID": ("1e3",),
        "EXIF#2 IFD0:Artist": ("Zoë",),
    }
    assert record.of(Property.CREATOR_NAMES)[0].container is Container.EXIF
    assert "exif-charset-guessed" in {warning.code for warning in record.warnings}


def test_an_exif_block_goes_before_its_tags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = b"II*\x00\x08\x00\x00\x00\x01\x00\x3b\x01\x02\x00\x04\x00\x00\x00Ann\x00" + bytes(4)
    record = told_of(monkeypatch, tmp_path, {"EXIF:EXIF": block, "IFD0:Artist": "Ann ..."})
    assert values_of(record) == {"EXIF IFD0:Artist": ("Ann",)}


@pytest.mark.parametrize("how", ["label", "octets"])
def test_content_credentials_are_seen(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = {"JUMBF:JUMDLabel": "c2pa"} if how == "label" else {}
    data = b"GIF89a" + bytes(2_000_000) + (b"jumdc2pa" if how == "octets" else b"")
    values = {"File:MIMEType": "image/gif", **label}
    assert told_of(monkeypatch, tmp_path, values, data).content_credentials == "c2pa"


def test_no_content_credentials_are_imagined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"File:MIMEType": "image/gif", "JUMBF:JUMDLabel": "cai"}
    assert told_of(monkeypatch, tmp_path, values).content_credentials is None


def test_what_exiftool_warns_of_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {
        "XMP:XMP": PACKET,
        "ExifTool:Warning": "Bad footer",
        "ExifTool:Copy1:Warning": "[minor] Large arrays",
        "ExifTool:Error": "Truncated",
    }
    record = told_of(monkeypatch, tmp_path, values)
    messages = [one.message for one in record.warnings if one.code == "exiftool-warning"]
    assert messages == ["ExifTool says: Bad footer", "ExifTool says: Truncated"]


@pytest.mark.parametrize(
    ("values", "data", "code", "words"),
    [
        ({"ExifTool:Error": "Format error"}, b"GIF89a", "exiftool-failed", "a GIF picture, and"),
        ({"ExifTool:Error": "Unknown file type"}, b"?", "unsupported-format", "no recognised"),
        ({"File:MIMEType": "text/html"}, b"?", "unsupported-format", "of the type text/html"),
        (
            {"File:MIMEType": "image/x-pgf", "ExifTool:Error": "Odd"},
            b"?",
            "exiftool-failed",
            "image/x-pgf, and ExifTool 13.59 cannot read it (Odd)",
        ),
    ],
)
def test_refusals(
    values: dict[str, str],
    data: bytes,
    code: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UnreadableError) as caught:
        told_of(monkeypatch, tmp_path, values, data)
    assert caught.value.code == code
    assert "/pool/a.gif" in caught.value.message
    assert words in caught.value.message
    assert caught.value.remedy


def test_exiftool_may_know_what_we_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"File:MIMEType": "image/x-rare", "XMP:XMP": PACKET}
    record = told_of(monkeypatch, tmp_path, values, b"RARE")
    assert record.media_type == "image/x-rare"
    assert "of the type image/x-rare" in record.warnings[-1].message


class Huge:
    """A file too large to be copied."""

    size = MAX_FILE + 1

    def read(self, offset: int, length: int) -> bytes:
        assert offset == 0
        assert length <= 65_536
        return b"GIF89a" + bytes(length - 6)


def test_a_huge_file_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(tmp_path)
    monkeypatch.setenv("PROVENANCE_EXIFTOOL", str(fake.path))
    with pytest.raises(UnreadableError) as caught:
        read(ref(), Huge())
    assert caught.value.code == "too-large"
    assert fake.started == []


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    with pytest.raises(StorageError) as caught:
        read(ref(), gif())
    assert caught.value.code == "no-copy"
    assert "/pool/a.gif" in caught.value.message
    assert "TMPDIR" in caught.value.remedy


@given(st.binary(max_size=60) | st.text(alphabet='[]{}",:=ab1e\\n', max_size=40).map(str.encode))
def test_no_output_is_a_surprise(output: bytes) -> None:
    for name, value in items_of(output):
        assert isinstance(name, str)
        assert isinstance(value, bytes)


# --- names that speak against the content ------------------------------------------------


def test_a_false_name_is_told() -> None:
    record = read(ref("/pool/a.png"), jpeg())
    (warning,) = record.warnings
    assert warning.code == "content-differs-from-name"
    assert warning.message == "It is named .png but is a JPEG picture: read by its content."
    assert read(ref("/pool/a.JPEG"), jpeg()).warnings == ()


# --- ExifTool itself ---------------------------------------------------------------------


def test_a_gif_with_xmp(real: str) -> None:
    record = read(ref(), gif(xmp_extension(PACKET)))
    assert record.media_type == "image/gif"
    assert values_of(record) == {
        "XMP photoshop:Credit": ("AFP",),
        "XMP dc:creator": ("Zoë Ärger", "007"),
    }
    assert [warning.code for warning in record.warnings] == ["read-by-exiftool"]


def test_a_user_s_configuration_is_not_run(
    real: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "was-run"
    (tmp_path / ".ExifTool_config").write_text(
        f"open(my $f, '>', '{mark}'); close $f; 1;", encoding="utf-8"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EXIFTOOL_HOME", str(tmp_path))
    assert read(ref(), gif()).media_type == "image/gif"
    assert not mark.exists()


def test_the_long_tail_of_the_corpus(real: str, shared: Path) -> None:
    """Each file that is left to ExifTool is read, or refused by name."""
    read_ones, refused = 0, []
    for path in sorted((shared / "corpus").rglob("*")):
        if path.suffix.lower() not in {".gif", ".crw", ".eps", ".exv", ".pgf", ".fuzzed", ".bmp"}:
            continue
        try:
            record = read(ref(os.fspath(path)), path.read_bytes())
        except UnreadableError as error:
            refused.append((path, error))
            continue
        read_ones += 1
        if path.suffix.lower() == ".crw" and "CanonRaw" in path.name:
            assert values_of(record) == {"XMP dc:description": ("CRW with embedded XMP",)}
    assert read_ones > 50
    assert all(str(path) in error.message and error.remedy for path, error in refused)
