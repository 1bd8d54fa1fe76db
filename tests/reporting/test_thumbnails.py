from __future__ import annotations

import base64
import io
import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import piexif
import pytest
from making import dress, exif_block, iim_block, photoshop_block, segment, xmp_packet
from PIL import Image, ImageStat
from wardrobe import psd

from provenance.errors import StorageError
from provenance.model import AssetRef
from provenance.reporting import thumbnails
from provenance.reporting.thumbnails import (
    EDGE,
    LARGEST,
    NoThumbnails,
    PictureThumbnails,
    Remembered,
    Thumbnail,
    is_sound,
    jpeg_size,
    thumbnail,
)

REF = AssetRef("/p/a.jpg", 10, "1", path="a.jpg")


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def halves(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """Left dark, right light: shows which way it was turned."""
    image = Image.new("L", size, 20)
    image.paste(230, (size[0] // 2, 0, *size))
    return image.convert(mode)


def drawn(data_uri: str) -> Image.Image:
    head, _, body = data_uri.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(body, validate=True)))


def test_it_is_a_small_jpeg_of_the_picture() -> None:
    small = thumbnail(encoded(halves((1600, 1200))))
    image = drawn(small.data_uri)
    assert (image.format, image.size) == ("JPEG", (320, 240))
    assert (small.width, small.height, small.reason) == (320, 240, "")
    left, right = image.crop((0, 0, 100, 240)), image.crop((220, 0, 320, 240))
    assert ImageStat.Stat(left.convert("L")).mean[0] < 40
    assert ImageStat.Stat(right.convert("L")).mean[0] > 210


def test_a_small_picture_is_not_blown_up() -> None:
    assert thumbnail(encoded(halves((60, 40)))).width == 60


def test_a_sliver_keeps_a_pixel() -> None:
    small = thumbnail(encoded(halves((4000, 2))))
    assert (small.width, small.height) == (EDGE, 1)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright(orientation: int) -> None:
    """The dark half must lie where a viewer that knows EXIF orientation shows it."""
    where = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom",
             8: "bottom"}[orientation]  # fmt: skip
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: orientation}})
    image = drawn(thumbnail(dress(encoded(halves()), exif=exif)).data_uri).convert("L")
    width, height = image.size
    assert (width > height) is (orientation < 5)
    spot = {
        "left": (8, height // 2), "right": (width - 8, height // 2),
        "top": (width // 2, 8), "bottom": (width // 2, height - 8),
    }  # fmt: skip
    dark = {name for name, at in spot.items() if image.getpixel(at) < 60}
    assert where in dark
    opposite = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[where]
    assert image.getpixel(spot[opposite]) > 200


def test_nothing_of_the_file_comes_along() -> None:
    secret = "SECRET-" + "x" * 20
    data = dress(
        encoded(halves(), comment=secret.encode(), icc_profile=secret.encode() * 10),
        exif=exif_block({"artist": secret, "description": secret}),
        xmp=xmp_packet({"dc:creator": [secret]}),
        photoshop=photoshop_block(iim_block({"byline": secret})),
    )
    small = thumbnail(data)
    plain = base64.b64decode(small.data_uri.partition(",")[2])
    assert b"SECRET" not in plain
    assert not {b"Exif", b"Photoshop", b"ICC_PROFILE"} & {
        mark for mark in (b"Exif", b"Photoshop", b"ICC_PROFILE") if mark in plain
    }


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "1"), ("PNG", "L"), ("PNG", "I;16"),
        ("WEBP", "RGB"), ("TIFF", "RGB"), ("TIFF", "CMYK"), ("GIF", "P"), ("JPEG", "CMYK"),
        ("JPEG", "L"), ("AVIF", "RGB"), ("JPEG2000", "RGB"),
    ],
)  # fmt: skip
def test_the_formats_and_modes_of_a_picture_desk(kind: str, mode: str) -> None:
    if mode == "I;16":
        row = struct.pack("<200H", *[5_000] * 200) + struct.pack("<200H", *[59_000] * 200)
        image = Image.frombytes("I;16", (400, 300), row * 300)
    else:
        image = halves(mode=mode)
    small = thumbnail(encoded(image, kind))
    assert small.reason == ""
    shown = drawn(small.data_uri).convert("L")
    assert shown.getpixel((20, 100)) < 60 < 190 < shown.getpixel((300, 100))


def test_a_photoshop_file_shows_its_merged_picture() -> None:
    planes = b"".join(channel.tobytes() for channel in halves((40, 30)).split())
    shown = drawn(thumbnail(psd((40, 30), b"", planes)).data_uri).convert("L")
    assert shown.size == (40, 30)
    assert shown.getpixel((4, 15)) < 60 < 190 < shown.getpixel((35, 15))


def test_transparency_is_white_paper() -> None:
    image = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    assert drawn(thumbnail(encoded(image, "PNG")).data_uri).getpixel((50, 50)) >= (250, 250, 250)
    palette = Image.new("P", (100, 100), 0)
    small = thumbnail(encoded(palette, "PNG", transparency=0))
    assert drawn(small.data_uri).getpixel((50, 50)) >= (250, 250, 250)


def _png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999))
            + chunk(b"IEND", b""))  # fmt: skip


@pytest.mark.parametrize("size", [(13_000, 13_000), (7_000, 6_000), (2**31 - 1, 2**31 - 1)])
def test_a_pixel_bomb_is_not_decoded(size: tuple[int, int]) -> None:
    small = thumbnail(_png_claiming(*size))
    assert small.data_uri == ""
    assert "large" in small.reason or "DecompressionBomb" in small.reason


def test_a_bomb_of_scans_is_not_decoded() -> None:
    jpeg = encoded(halves((64, 64)), progressive=True)
    at = jpeg.rindex(b"\xff\xda")
    bomb = jpeg[:at] + jpeg[at:-2] * 200 + jpeg[-2:]
    assert "scans" in thumbnail(bomb).reason
    assert thumbnail(jpeg).reason == ""


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8", b"not a picture", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4", b"II*\x00"],
)
def test_what_cannot_be_decoded_has_a_reason(data: bytes) -> None:
    small = thumbnail(data)
    assert small.data_uri == ""
    assert "cannot be decoded" in small.reason


def test_programs_hidden_in_picture_formats_are_not_run() -> None:
    """EPS would start an interpreter; it is not among the formats that are looked at."""
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    assert "UnidentifiedImage" in thumbnail(eps).reason


def test_damaged_exif_costs_the_turn_and_not_the_picture() -> None:
    broken = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\xff" * 60
    assert thumbnail(dress(encoded(halves()), exif=broken)).reason == ""


def test_mutated_pictures_never_raise() -> None:
    chance = random.Random(7)
    whole = [
        dress(encoded(halves((64, 48))), exif=exif_block({"artist": "A"})),
        encoded(halves((64, 48)), "PNG"),
        encoded(halves((64, 48)), "TIFF"),
        encoded(halves((64, 48)), "WEBP"),
        encoded(halves((64, 48)), "GIF"),
    ]
    for _ in range(400):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        small = thumbnail(bytes(data[: chance.randint(8, len(data))]))
        assert bool(small.data_uri) is not bool(small.reason)


def test_each_picture_is_read_once_and_each_size_made_once() -> None:
    asked: list[str] = []
    gallery = PictureThumbnails(partial(thumbnails.drawn, _counting(asked)))
    assert gallery.of(REF) == gallery.of(REF)
    assert gallery.of(REF, 40).width == 40
    assert asked == ["a.jpg", "a.jpg"]


def test_the_memory_is_bounded_by_octets_and_keeps_what_was_asked_for_last() -> None:
    kept = Remembered(most=10_000)
    picture = Thumbnail(b"x" * 4_000, 1, 1)
    kept.put("a", picture)
    kept.put("b", picture)
    assert kept.get("a") == picture
    kept.put("c", picture)
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]
    kept.put("c", picture)
    assert kept.get("a") == picture
    kept.put("huge", Thumbnail(b"x" * 20_000, 1, 1))
    assert [name for name in ("a", "c", "huge") if kept.get(name)] == ["huge"]


def test_reasons_are_forgotten_too() -> None:
    kept = Remembered(most=10_000)
    for number in range(1_000):
        kept.put(str(number), Thumbnail(reason="The file is no longer there."))
    assert kept.get("0") is None
    assert kept.get("999") is not None


def _counting(asked: list[str]) -> Callable[[AssetRef], bytes]:
    data = encoded(halves((48, 32)))

    def read(ref: AssetRef) -> bytes:
        asked.append(ref.path)
        return data

    return read


def test_a_file_that_cannot_be_read_says_why() -> None:
    def read(ref: AssetRef) -> bytes:
        raise StorageError(f"{ref.path} is on a share that is not mounted.")

    small = PictureThumbnails(partial(thumbnails.drawn, read)).of(REF)
    assert small.reason == "a.jpg is on a share that is not mounted."


def test_a_huge_file_is_not_read() -> None:
    def read(ref: AssetRef) -> bytes:
        raise AssertionError(ref)

    huge = AssetRef("/p/scan.tif", 2**33, "1")
    assert "too large" in PictureThumbnails(partial(thumbnails.drawn, read)).of(huge).reason


def test_a_report_may_go_without_pictures() -> None:
    assert NoThumbnails().of(REF).data_uri == ""
    assert NoThumbnails().of(REF).reason


def test_a_segment_that_lies_about_its_length_is_survived() -> None:
    jpeg = encoded(halves((64, 48)))
    lying = jpeg[:2] + segment(0xE1, b"Exif\0\0")[:4] + jpeg[2:]
    small = thumbnail(lying)
    assert bool(small.data_uri) is not bool(small.reason)


def test_what_is_no_thumbnail_is_known() -> None:
    good = thumbnail(encoded(halves((60, 40))), 32)
    assert is_sound(good, 32)
    assert is_sound(Thumbnail(reason="It is no picture."), 32)
    lies = [
        replace(good, jpeg=b"javascript:alert(1)"),
        replace(good, jpeg=good.jpeg + b"<script>"),
        replace(good, jpeg=good.jpeg.decode("latin-1")),  # type: ignore[arg-type]
        replace(good, jpeg=bytearray(good.jpeg)),  # type: ignore[arg-type]
        replace(good, jpeg=b""),
        replace(good, width=33),
        replace(good, width=31),
        replace(good, height="20"),  # type: ignore[arg-type]
        replace(good, width=True),
        replace(good, reason=7),  # type: ignore[arg-type]
        "a word",
        None,
    ]
    assert [one for one in lies if is_sound(one, 32)] == []


def test_the_address_of_a_picture_is_base64_and_that_of_none_is_empty() -> None:
    small = thumbnail(encoded(halves((60, 40))), 32)
    head, _, octets = small.data_uri.partition(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(octets, validate=True) == small.jpeg
    assert Thumbnail(reason="none").data_uri == ""


def test_only_a_bare_jpeg_is_one_of_ours() -> None:
    bare = thumbnail(encoded(halves((60, 40))), 32).jpeg
    assert jpeg_size(bare) == (32, 21)
    assert jpeg_size(encoded(halves((60, 40)))) == (60, 40)
    others = {
        "empty": b"",
        "cut": bare[:-1],
        "cut in a scan": bare[: len(bare) // 2],
        "trailing": bare + b"\x00",
        "two pictures": bare + bare,
        "comment": bare[:2] + segment(0xFE, b"words") + bare[2:],
        "metadata": bare[:2] + segment(0xE1, b"Exif\0\0words") + bare[2:],
        "profile": bare[:2] + segment(0xE2, b"ICC_PROFILE\0") + bare[2:],
        "another APP0": bare[:2] + segment(0xE0, b"JFXX\0" + b"x" * 9) + bare[2:],
        "no scan": bare[: bare.index(b"\xff\xda")] + b"\xff\xd9",
        "png": encoded(halves((60, 40)), "PNG"),
        "too large": bare + b"\0" * LARGEST,
    }
    assert [name for name, data in others.items() if jpeg_size(data)] == []


def test_no_mutation_of_a_jpeg_raises() -> None:
    chance = random.Random(11)
    bare = thumbnail(encoded(halves((60, 40))), 32).jpeg
    for _ in range(3_000):
        data = bytearray(bare)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        size = jpeg_size(bytes(data[: chance.randint(0, len(data))]))
        assert size is None or all(0 < one < 65_536 for one in size)
