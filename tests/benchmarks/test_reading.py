"""Reading the metadata of many pictures, against the tools of the field, in one run."""

from __future__ import annotations

import io
import os
import random
import shutil
import statistics
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import piexif
import pytest
from making import dress, iim_block, photoshop_block, resource, xmp_packet
from PIL import Image

from provenance.metadata import digests, read, rewrite
from provenance.model import AssetRef, Edit, MetadataRecord, Property

COUNT = int(os.environ.get("PROVENANCE_BENCH_FILES", "300"))
BATCH = 500
ROUNDS = 5
CAPTION = (
    "People walk through a street of the old town on December 8, 2024. "
    "The city was quiet in the morning after a night of celebrations. (Photo by {} / AFP)"
)

pytestmark = pytest.mark.benchmark


class Ranges:
    """An open file as a byte source."""

    __slots__ = ("_fd", "size")

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.size = os.fstat(fd).st_size

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._fd, length, offset)


def body(number: int) -> bytes:
    out = io.BytesIO()
    width = 1000 + 60 * (number % 10)
    image = Image.effect_noise((width, 700), 64).convert("RGB")
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


# What the usual raw converter leaves behind when a photographer exports a picture.
HISTORY = (
    '   <xmpMM:History xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"><rdf:Seq>\n'
    + "".join(
        f'    <rdf:li stEvt:action="{action}" stEvt:instanceID="xmp.iid:{at:032x}"'
        f' stEvt:when="2024-12-08T11:4{at}:00+02:00" stEvt:softwareAgent="Converter 13.1"'
        ' stEvt:changed="/metadata"/>\n'
        for at, action in enumerate(("derived", "saved", "saved", "saved"))
    )
    + "   </rdf:Seq></xmpMM:History>\n"
)


def camera_exif(name: str, caption: str) -> bytes:
    """The tags of an ordinary press camera, with its thumbnail."""
    image, photo = piexif.ImageIFD, piexif.ExifIFD
    thumbnail = io.BytesIO()
    Image.effect_noise((160, 120), 40).save(thumbnail, "JPEG", quality=40)
    block: bytes = piexif.dump({
        "0th": {
            image.ImageDescription: caption.encode(), image.Artist: name.encode(),
            image.Copyright: b"AFP", image.Make: b"Canon", image.Model: b"Canon EOS-1D X Mark III",
            image.Orientation: 1, image.XResolution: (300, 1), image.YResolution: (300, 1),
            image.ResolutionUnit: 2, image.Software: b"Converter 13.1 (Macintosh)",
            image.DateTime: b"2024:12:08 11:45:00",
        },
        "Exif": {
            photo.ExposureTime: (1, 500), photo.FNumber: (28, 10), photo.ExposureProgram: 1,
            photo.ISOSpeedRatings: 400, photo.ExifVersion: b"0231",
            photo.DateTimeOriginal: b"2024:12:08 11:30:00",
            photo.DateTimeDigitized: b"2024:12:08 11:30:00",
            photo.ShutterSpeedValue: (8965784, 1000000), photo.ApertureValue: (2970854, 1000000),
            photo.ExposureBiasValue: (0, 1), photo.MaxApertureValue: (3, 1),
            photo.MeteringMode: 5, photo.Flash: 16, photo.FocalLength: (70, 1),
            photo.SubSecTimeOriginal: b"31", photo.SubSecTimeDigitized: b"31",
            photo.ColorSpace: 1, photo.PixelXDimension: 1200, photo.PixelYDimension: 700,
            photo.FocalPlaneXResolution: (5472000, 899), photo.FocalPlaneResolutionUnit: 3,
            photo.CustomRendered: 0, photo.ExposureMode: 1, photo.WhiteBalance: 0,
            photo.SceneCaptureType: 0, photo.BodySerialNumber: b"012345678901",
            photo.LensSpecification: ((24, 1), (70, 1), (0, 0), (0, 0)),
            photo.LensModel: b"EF24-70mm f/2.8L II USM", photo.LensSerialNumber: b"0000c14f3b",
        },
        "1st": {image.Compression: 6},
        "thumbnail": thumbnail.getvalue(),
    })  # fmt: skip
    return block


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pictures")
    bodies = [body(number) for number in range(10)]
    made = []
    for number in range(COUNT):
        name = random.Random(number).choice(["Aaref WATAD", "Bakr ALKASEM", "Ümit Öz"])
        caption = CAPTION.format(name)
        iim = iim_block({
            "byline": name, "byline_title": "Stringer", "credit": "AFP", "source": "AFP",
            "caption": caption, "date": "20241208", "time": "113000+0200", "city": "Damascus",
            "country": "Syria", "country_code": "SYR", "headline": "A quiet morning",
            "title": "STREET", "job_id": f"JOB{number}", "keywords": ["street", "town", "quiet"],
            "instructions": "No archive sales.", "copyright": "AFP or licensors",
        })  # fmt: skip
        xmp = xmp_packet({
            "dc:creator": [name], "dc:description": caption, "dc:title": "STREET",
            "dc:rights": "AFP or licensors", "dc:subject": ["street", "town", "quiet"],
            "photoshop:Credit": "AFP", "photoshop:Source": "AFP", "photoshop:City": "Damascus",
            "photoshop:Country": "Syria", "photoshop:Headline": "A quiet morning",
            "photoshop:DateCreated": "2024-12-08T11:30:00+02:00",
            "photoshop:TransmissionReference": f"JOB{number}",
            "photoshop:Instructions": "No archive sales.", "Iptc4xmpCore:CountryCode": "SYR",
        }, inner=HISTORY)  # fmt: skip
        resolution = resource(0x03ED, struct.pack(">IHHIHH", 300 << 16, 1, 1, 300 << 16, 1, 1))
        block = photoshop_block(iim, before=resolution, after=resource(0x0406, bytes(7)))
        path = folder / f"{number:05}.jpg"
        picture = bodies[number % len(bodies)]
        path.write_bytes(dress(picture, exif=camera_exif(name, caption), xmp=xmp, photoshop=block))
        made.append(path)
    sizes = [path.stat().st_size for path in made]
    assert min(sizes) >= 300_000
    assert max(sizes) <= 900_000
    return made


def read_one(path: Path) -> MetadataRecord:
    fd = os.open(path, os.O_RDONLY)
    try:
        source = Ranges(fd)
        return read(AssetRef(str(path), source.size, ""), source)
    finally:
        os.close(fd)


def rate(count: int, work: Callable[[], object], repeats: int = 3) -> float:
    """Files a second, the best of some runs."""
    best = float("inf")
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return count / best


def ours(pictures: list[Path]) -> float:
    records = [read_one(path) for path in pictures]
    # 4 of EXIF, 14 of XMP, 15 of IIM: date and time are one value.
    assert {len(record.values) for record in records} == {33}
    return rate(len(pictures), lambda: [read_one(path) for path in pictures])


def batches(pictures: list[Path]) -> list[list[str]]:
    names = [str(path) for path in pictures]
    return [names[at : at + BATCH] for at in range(0, len(names), BATCH)]


def race(name: str, command: list[str], pictures: list[Path]) -> float:
    """How many times as fast we are: the median of rounds run in turns."""

    def rival() -> None:
        for batch in batches(pictures):
            # exiv2 ends with 253 where a file has no value of one kind; it has read them all.
            done = subprocess.run([*command, *batch], capture_output=True, check=False)
            assert done.stdout.count(b"Aaref WATAD") + done.stdout.count(b"Bakr ALKASEM") > 0

    rounds = []
    for _ in range(ROUNDS):
        mine, theirs = ours(pictures), rate(len(pictures), rival, 1)
        print(f"\nours {mine:,.0f} files/s, {name} {theirs:,.0f}: {mine / theirs:.1f}x", end="")
        rounds.append(mine / theirs)
    return statistics.median(rounds)


def test_reading_reaches_its_rate(pictures: list[Path]) -> None:
    found = ours(pictures)
    print(f"\nours: {found:,.0f} files/s")
    assert found >= 3500


def exiftool() -> list[str] | None:
    if (given := os.environ.get("PROVENANCE_EXIFTOOL")) is not None:
        return given.split()
    found = shutil.which("exiftool")
    return [found] if found else None


def test_reading_against_exiftool(pictures: list[Path]) -> None:
    command = exiftool()
    if command is None:
        pytest.skip("exiftool is not on this machine; PROVENANCE_EXIFTOOL may name it")
    assert race("exiftool -fast2", [*command, "-fast2", "-j"], pictures) >= 30


def test_reading_against_exiv2(pictures: list[Path]) -> None:
    command = shutil.which("exiv2")
    if command is None:
        pytest.skip("exiv2 is not on this machine")
    assert race("exiv2 -pa", [command, "-pa"], pictures) >= 1.5


def test_digesting_and_rewriting_rates(pictures: list[Path]) -> None:
    contents = [path.read_bytes() for path in pictures[:60]]

    def correct(data: bytes) -> bytes:
        found = read(AssetRef("a.jpg", len(data), ""), data).of(Property.CREATOR_NAMES)
        edits = [
            Edit("", v.container, v.locator, v.property, v.values[0], "Somebody ELSE")
            for v in found
        ]
        return rewrite(data, edits)

    hashed = rate(len(contents), lambda: [digests(data) for data in contents])
    written = rate(len(contents), lambda: [correct(data) for data in contents])
    print(f"\nthree digests: {hashed:,.0f} files/s; corrected in memory: {written:,.0f} files/s")
    assert hashed > 300
    assert written > 100
