"""Writing through ExifTool: the planned values, and nothing else."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from exiftool_material import Fake, gif, ref, told, xmp_extension
from making import xmp_packet
from PIL import Image

from provenance.errors import RewriteRefusedError, UnreadableError
from provenance.metadata import read, rewrite
from provenance.metadata.exiftool import program, session, writable
from provenance.metadata.exiftool.fidelity import (
    Plan,
    State,
    differ_in_blocks_only,
    first_difference,
)
from provenance.metadata.exiftool.workspace import MAX_FILE
from provenance.metadata.formats.recognition import FORMATS, recognise
from provenance.metadata.source import Window
from provenance.model import Container, Edit, Property

CAPTION = 'Line one\r\n\tline "two" <&> €\n-execute\n#[CSTR] $Comment ${x;print 1} \\n'
PACKET = xmp_packet(
    {"photoshop:Credit": "AFP", "dc:creator": ["Wrong Name", "Jana"], "dc:description": "Old"}
)


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


def edit(locator: str, prop: Property, before: str, after: str | None) -> Edit:
    container = Container(locator.partition(" ")[0].partition("#")[0].lower())
    return Edit("", container, locator, prop, before, after)


CREATOR = edit("XMP dc:creator", Property.CREATOR_NAMES, "Wrong Name", "Bakr ALKÄSEM")
DESCRIPTION = edit("XMP dc:description", Property.DESCRIPTION, "Old", CAPTION)
CREDIT = edit("XMP photoshop:Credit", Property.CREDIT_LINE, "AFP", None)


def values_of(data: bytes) -> dict[str, tuple[str, ...]]:
    return {value.locator: value.values for value in read(ref(), data).values}


def pixels(data: bytes) -> list[bytes]:
    picture = Image.open(io.BytesIO(data))
    frames = []
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        frames.append(picture.convert("RGBA").tobytes())
    return frames


def refusal(data: bytes, edits: Sequence[Edit]) -> RewriteRefusedError:
    with pytest.raises(RewriteRefusedError) as caught:
        rewrite(data, edits)
    return caught.value


# --- GIF: read and written through ExifTool ----------------------------------------------


def test_a_gif_is_corrected(real: str) -> None:
    data = gif(b"\x21\xfe\x05Hello\x00", xmp_extension(PACKET))
    new = rewrite(data, [CREATOR, DESCRIPTION, CREDIT])
    assert values_of(new) == {
        "XMP dc:creator": ("Bakr ALKÄSEM", "Jana"),
        "XMP dc:description": (CAPTION,),
    }
    assert pixels(new) == pixels(data)
    # The packet keeps its size by its padding, and all around it its octets.
    assert len(new) == len(data)
    at = data.index(PACKET)
    assert new[:at] == data[:at]
    assert new[at + len(PACKET) :] == data[at + len(PACKET) :]


def test_a_gif_without_xmp_gets_a_packet(real: str) -> None:
    data = gif()
    for one in (data, b"GIF87a" + data[6:]):
        new = rewrite(one, [edit("XMP photoshop:Credit", Property.CREDIT_LINE, "", "AFP")])
        assert values_of(new) == {"XMP photoshop:Credit": ("AFP",)}
        assert new[:6] == b"GIF89a"
        assert pixels(new) == pixels(one)


def test_a_value_that_is_not_there_is_not_replaced(real: str) -> None:
    error = refusal(gif(xmp_extension(PACKET)), [edit(CREATOR.locator, CREATOR.property, "X", "Y")])
    assert error.code == "value-changed"


def test_content_credentials_are_not_broken(real: str) -> None:
    comment = b"\x21\xfe\x08jumdc2pa\x00"
    error = refusal(gif(comment, xmp_extension(PACKET)), [CREATOR])
    assert error.code == "content-credentials"


def test_two_packets_are_not_told_apart(real: str) -> None:
    data = gif(xmp_extension(PACKET), xmp_extension(PACKET))
    error = refusal(data, [CREATOR])
    assert error.code == "exiftool-refused"
    assert "one XMP block" in error.message


def test_a_packet_that_would_be_doubled_is_refused(real: str) -> None:
    error = refusal(gif(last=xmp_extension(PACKET)), [CREATOR])
    assert error.code == "exiftool-refused"
    assert "Duplicate XMP block" in error.message


def test_what_exiftool_says_is_passed_on(real: str) -> None:
    data = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(cut"
    error = refusal(data, [edit("XMP photoshop:Credit", Property.CREDIT_LINE, "", "AFP")])
    assert error.code in ("exiftool-refused", "exiftool-unproven")
    assert "an EPS picture" in error.message
    assert tempfile.gettempdir() not in error.message
    assert error.remedy


# --- formats that we read, and ExifTool writes -------------------------------------------


def avif() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "Wrong Name"
    exif[0x8298] = "© AFP"
    exif[0x010F] = "Maker"
    out = io.BytesIO()
    Image.linear_gradient("L").resize((32, 32)).save(out, "AVIF", exif=exif, xmp=PACKET)
    return out.getvalue()


def dng() -> bytes:
    """A TIFF file that says of itself to be a DNG (Adobe DNG 1.7, DNGVersion)."""
    out = io.BytesIO()
    tags = {50706: b"\x01\x04\x00\x00", 271: "Maker", 315: "Wrong Name", 33432: "A", 700: PACKET}
    Image.linear_gradient("L").resize((32, 32)).save(out, "TIFF", tiffinfo=tags)
    return out.getvalue()


ARTIST = edit("EXIF IFD0:Artist", Property.CREATOR_NAMES, "Wrong Name", "Bakr ALKÄSEM; Jana")


@pytest.mark.parametrize(("make", "media_type"), [(avif, "image/avif"), (dng, "image/x-adobe-dng")])
def test_exif_is_corrected_beside_xmp(make: object, media_type: str, real: str) -> None:
    assert callable(make)
    data = make()
    assert recognise(Window.over(data, "x"))[0] == media_type
    assert FORMATS[media_type].replace is None
    before = read(ref(), data, digests=True)
    assert "read-by-exiftool" not in {warning.code for warning in before.warnings}
    new = rewrite(data, [ARTIST, CREATOR, DESCRIPTION])
    after = read(ref(), new, digests=True)
    assert after.image_digest == before.image_digest
    assert pixels(new) == pixels(data)
    found = {value.locator: value.values for value in after.values}
    assert found["EXIF IFD0:Artist"] == ("Bakr ALKÄSEM; Jana",)
    assert found["XMP dc:creator"] == ("Bakr ALKÄSEM", "Jana")
    assert found["XMP dc:description"] == (CAPTION,)
    old = {value.locator: value.values for value in before.values}
    assert found.keys() == old.keys()


def test_exif_text_with_line_ends_and_two_copyrights(real: str) -> None:
    data = dng()
    wanted = "Photographer\nsecond line"
    new = rewrite(data, [edit("EXIF IFD0:Copyright", Property.COPYRIGHT_NOTICE, "A", wanted)])
    assert values_of(new)["EXIF IFD0:Copyright"] == (wanted,)
    again = rewrite(new, [edit("EXIF IFD0:Copyright", Property.COPYRIGHT_NOTICE, wanted, None)])
    assert "EXIF IFD0:Copyright" not in values_of(again)
    assert values_of(again)["EXIF IFD0:Artist"] == ("Wrong Name",)


def test_a_tag_that_is_not_there_is_set(real: str) -> None:
    place = "EXIF IFD0:ImageDescription"
    new = rewrite(dng(), [edit(place, Property.DESCRIPTION, "", CAPTION)])
    assert values_of(new)[place] == (CAPTION,)


def test_the_corpus_is_corrected_or_refused(real: str, shared: Path) -> None:
    done: Counter[str] = Counter()
    for path in sorted((shared / "corpus" / "images").rglob("*")):
        if path.suffix.lower() not in {".gif", ".dng", ".heic", ".avif", ".crw", ".mrw", ".nef"}:
            continue
        data = path.read_bytes()
        try:
            record = read(ref(str(path)), data, digests=True)
            new = rewrite(data, _credit_edits(record.values))
        except (UnreadableError, RewriteRefusedError) as error:
            done[error.code] += 1
            continue
        done["written"] += 1
        assert read(ref(str(path)), new, digests=True).image_digest == record.image_digest
        if path.suffix.lower() == ".gif":
            assert pixels(new) == pixels(data)
    assert done["written"] > 45
    refused = {"exiftool-refused", "exiftool-unproven", "content-credentials", "xmp-broken"}
    assert set(done) <= {"written", *refused}


def _credit_edits(values: Sequence[object]) -> list[Edit]:
    place = "XMP photoshop:Credit"
    old = next((one.values[0] for one in values if one.locator == place), "")
    return [edit(place, Property.CREDIT_LINE, old, "Agence Zoë")]


# --- what may not be ---------------------------------------------------------------------


def test_without_exiftool_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    data = dng()
    monkeypatch.setenv("PROVENANCE_EXIFTOOL", "/not/there/exiftool")
    error = refusal(data, [ARTIST])
    assert error.code == "exiftool-missing"
    assert "a DNG picture, which is written through ExifTool" in error.message
    assert "apt install" in error.remedy


def test_an_answer_that_reports_no_write_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = "err = 'Warning: [minor] Odd - ' + args[-3] + '\\n'"
    fake = Fake(tmp_path, output=told({"XMP:XMP": PACKET}), act=act)
    monkeypatch.setenv("PROVENANCE_EXIFTOOL", str(fake.path))
    error = refusal(gif(), [CREATOR])
    assert error.code == "exiftool-refused"
    assert error.message.endswith("which says: Warning: [minor] Odd.")


def test_a_write_that_changes_nothing_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = told({"XMP:XMP": PACKET})
    act = "out += '    1 image files updated' if '-overwrite_original' in args else ''"
    fake = Fake(tmp_path, output=output, act=act)
    monkeypatch.setenv("PROVENANCE_EXIFTOOL", str(fake.path))
    error = refusal(gif(), [CREATOR])
    assert error.code == "readback-differs"
    assert "XMP" in error.message


def test_a_format_of_ours_is_left_alone() -> None:
    known = FORMATS["image/jpeg"]
    assert writable("image/jpeg", known) is known


def test_a_huge_file_is_not_written() -> None:
    class Long(bytes):
        def __len__(self) -> int:
            return MAX_FILE + 1

    kind = writable("image/gif", None)
    assert kind.replace is not None
    with pytest.raises(RewriteRefusedError, match="over its limit"):
        kind.replace(Long(b"GIF89a"), {0: (b"x",)})
    assert kind.replace(b"GIF89a", {}) == b"GIF89a"


def state(**items: str) -> State:
    named = Counter((name.replace("_", ":"), value.encode()) for name, value in items.items())
    return State(named, None)


@pytest.mark.parametrize(
    ("before", "after", "odd"),
    [
        ({"XMP_XMP-dc_Creator": "a"}, {"XMP_XMP-dc_Creator": "b"}, None),
        ({"EXIF_IFD0_Artist": "a"}, {"EXIF_IFD0_Artist": "b"}, None),
        ({"EXIF_IFD0_Make": "a"}, {"EXIF_IFD0_Make": "b"}, "EXIF:IFD0:Make"),
        ({"EXIF_IFD1_Artist": "a"}, {}, "EXIF:IFD1:Artist"),
        ({}, {"MakerNotes_Canon_Odd": "b"}, "MakerNotes:Canon:Odd"),
        ({"File_System_FileSize": "1"}, {"File_System_FileSize": "2"}, None),
        ({"ExifTool_Warning": "x"}, {}, "ExifTool:Warning"),
        ({"EXIF_IFD0_StripOffsets": "1"}, {"EXIF_IFD0_StripOffsets": "2"}, None),
        ({"MakerNotes_Sony_ExposureOffset": "1"}, {}, "MakerNotes:Sony:ExposureOffset"),
        ({"IPTC_Credit": "1"}, {}, "IPTC:Credit"),
        ({"Photoshop_IPTCDigest": "1"}, {}, "Photoshop:IPTCDigest"),
    ],
)
def test_what_differs_is_named(
    before: dict[str, str], after: dict[str, str], odd: str | None
) -> None:
    plan = Plan(frozenset({"XMP"}), frozenset({"IFD0:Artist"}))
    assert first_difference(state(**before), state(**after), plan) == odd


@pytest.mark.parametrize(
    ("after", "old", "new", "same"),
    [
        (b"head NEW tail", [b"OLD"], [b"NEW"], True),
        (b"head NEWER tail", [b"OLD"], [b"NEWER"], True),
        (b"head NEW tall", [b"OLD"], [b"NEW"], False),
        (b"heat NEW tail", [b"OLD"], [b"NEW"], False),
        (b"head OLD (XMP) tail", [], [b"XMP"], True),
        (b"head OLD (XMP) tai", [], [b"XMP"], False),
        (b"hexd OLD (XMP) tail", [], [b"XMP"], False),
        (b"head NEW tail", [b"GONE"], [b"NEW"], False),
        (b"head tail", [b"OLD"], [b"NEW"], False),
    ],
)
def test_octets_around_the_blocks(
    after: bytes, old: list[bytes], new: list[bytes], same: bool
) -> None:
    assert differ_in_blocks_only((b"head OLD tail", after), old, new) is same
