from __future__ import annotations

import io
import random
import struct
import subprocess
import sys

import numpy as np
import piexif
import pytest
from PIL import Image

from provenance.errors import PictureError
from provenance.pixels import luminance, streams
from provenance.pixels.decode import EDGE, small


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def halves(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """Left dark, right light."""
    image = Image.new("L", size, 20)
    image.paste(230, (size[0] // 2, 0, *size))
    return image.convert(mode)


def scene(size: tuple[int, int] = (1024, 768), seed: int = 1) -> Image.Image:
    chance = np.random.default_rng(seed)
    few = chance.integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(few).resize(size, Image.Resampling.BICUBIC)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_shorter_side_is_reduced_to_the_edge_or_a_little_more(kind: str) -> None:
    lum = luminance(encoded(scene((1600, 1000)), kind))
    assert (lum.width, lum.height) == (1600, 1000)
    assert lum.pixels.dtype == np.float32
    assert EDGE <= lum.pixels.shape[0] < 2 * EDGE
    assert lum.pixels.shape == (250, 400)


def test_a_small_picture_is_not_blown_up() -> None:
    assert luminance(encoded(scene((60, 40)))).pixels.shape == (40, 60)


def test_a_sliver_does_not_grow_without_end() -> None:
    lum = luminance(encoded(Image.new("L", (40_000, 300), 9), "PNG"))
    assert max(lum.pixels.shape) <= 8 * EDGE
    assert (lum.width, lum.height) == (40_000, 300)


def test_a_reduced_decode_holds_the_averages_of_blocks() -> None:
    image = scene((1536, 768))
    whole = np.asarray(image.convert("L"), np.float32)
    for kind, options in (("PNG", {}), ("JPEG", {"quality": 97, "subsampling": 0})):
        lum = luminance(encoded(image, kind, **options))
        blocks = whole.reshape(192, 4, 384, 4).mean(axis=(1, 3))
        assert lum.pixels.shape == blocks.shape
        assert np.abs(lum.pixels - blocks).max() < 4


def test_colours_weigh_as_in_pdq() -> None:
    for colour, luma in (((255, 0, 0), 76.2), ((0, 255, 0), 149.7), ((0, 0, 255), 29.1)):
        for kind in ("PNG", "JPEG"):
            options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
            lum = luminance(encoded(Image.new("RGB", (256, 256), colour), kind, **options))
            assert abs(float(lum.pixels.mean()) - luma) < 1.5


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright(orientation: int) -> None:
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: orientation}})
    image = Image.new("L", (400, 300), 20)
    image.paste(230, (0, 0, 100, 75))
    lum = luminance(encoded(image, exif=exif), 64)
    assert (lum.width, lum.height) == ((400, 300) if orientation < 5 else (300, 400))
    rows, columns = lum.pixels.shape
    assert (columns > rows) is (orientation < 5)
    corners = {
        "top left": (0, 0),
        "top right": (0, -1),
        "bottom right": (-1, -1),
        "bottom left": (-1, 0),
    }
    light = [name for name, at in corners.items() if lum.pixels[at] > 150]
    # Where EXIF says that row 0 and column 0 of the file are to be seen.
    assert light == [{1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left",
                      5: "top left", 6: "top right", 7: "bottom right", 8: "bottom left"}[orientation]]  # fmt: skip


def test_damaged_exif_costs_the_turn_and_not_the_picture() -> None:
    broken = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\xff" * 60
    assert luminance(encoded(halves(), exif=broken)).width == 400


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "1"), ("PNG", "L"), ("PNG", "I;16"),
        ("WEBP", "RGB"), ("TIFF", "RGB"), ("TIFF", "CMYK"), ("GIF", "P"), ("JPEG", "CMYK"),
        ("JPEG", "L"), ("AVIF", "RGB"), ("JPEG2000", "RGB"), ("TIFF", "F"), ("TIFF", "I"),
        ("TIFF", "LAB"),
    ],
)  # fmt: skip
def test_the_formats_and_modes_of_a_picture_desk(kind: str, mode: str) -> None:
    if mode == "I;16":
        row = struct.pack("<200H", *[5_000] * 200) + struct.pack("<200H", *[59_000] * 200)
        image = Image.frombytes("I;16", (400, 300), row * 300)
    elif mode == "LAB":
        flat = Image.new("L", (400, 300), 128)
        image = Image.merge("LAB", (halves(mode="L"), flat, flat))
    else:
        image = halves(mode=mode)
    lum = luminance(encoded(image, kind))
    seen = lum.pixels
    at = seen.shape[1] // 20
    assert seen[100, at] < 60 < 190 < seen[100, -at]


def test_transparency_is_white_paper() -> None:
    clear = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    assert luminance(encoded(clear, "PNG")).pixels.min() == 255
    palette = Image.new("P", (100, 100), 0)
    assert luminance(encoded(palette, "PNG", transparency=0)).pixels.min() == 255


def test_real_numbers_that_are_none_are_black() -> None:
    values = np.full((64, 64), 7.5, np.float32)
    values[0, :3] = np.nan, np.inf, -np.inf
    values[1] = 1e38
    seen = luminance(encoded(Image.fromarray(values), "TIFF")).pixels
    assert np.isfinite(seen).all()
    assert (seen[0, :3] == 0).all()
    assert (seen[1] == 255).all()


@pytest.mark.parametrize("size", [(13_000, 13_000), (7_000, 6_000), (2**31 - 1, 2**31 - 1)])
def test_a_pixel_bomb_is_not_decoded(size: tuple[int, int]) -> None:
    head = b"\x89PNG\r\n\x1a\n"
    body = encoded(halves((64, 64)), "PNG")
    claims = bytearray(body)
    claims[16:24] = struct.pack(">II", *size)
    import zlib  # noqa: PLC0415 - beside its only use

    claims[29:33] = struct.pack(">I", zlib.crc32(bytes(claims[12:29])))
    assert bytes(claims).startswith(head)
    with pytest.raises(PictureError) as caught:
        luminance(bytes(claims))
    assert "large" in caught.value.message or "DecompressionBomb" in caught.value.message


def test_a_bomb_of_scans_is_not_decoded() -> None:
    jpeg = encoded(halves((64, 64)), progressive=True)
    at = jpeg.rindex(b"\xff\xda")
    bomb = jpeg[:at] + jpeg[at:-2] * 200 + jpeg[-2:]
    with pytest.raises(PictureError, match="scans") as caught:
        luminance(bomb)
    assert caught.value.code == "picture-scans"
    assert luminance(jpeg).width == 64


def test_scans_that_no_decoder_reads_do_not_count() -> None:
    """A baseline picture ends with its one scan, whatever lies behind it (previews, films)."""
    jpeg = encoded(halves((64, 64)))
    assert luminance(jpeg + b"\xff\xda" * 500).width == 64


def test_a_header_in_disguise_does_not_hide_scans() -> None:
    jpeg = encoded(halves((64, 64)), progressive=True)
    at = jpeg.rindex(b"\xff\xda")
    bomb = jpeg[:at] + jpeg[at:-2] * 200 + jpeg[-2:]
    for disguise in (b"\xff\xff", b"\xff\xd0", b"\x00\x00", b"\xff\x01"):
        assert streams.has_too_many_scans(bomb[:2] + disguise + bomb[2:])
    baseline = encoded(halves((64, 64)))
    start = baseline.index(b"\xff\xc0")
    assert streams.has_too_many_scans(bomb[:2] + baseline[start : start + 19] + bomb[2:])


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8", b"not a picture", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4", b"II*\x00",
     b"FUJIFILMCCD-RAW 0201", b"\x00\x00\x00\x18ftypheic"],
)  # fmt: skip
def test_what_cannot_be_decoded_has_a_reason_and_a_remedy(data: bytes) -> None:
    with pytest.raises(PictureError) as caught:
        luminance(data)
    assert "cannot be decoded" in caught.value.message
    assert caught.value.remedy


def test_a_cut_file_is_an_error_and_not_half_a_picture() -> None:
    data = encoded(scene())
    with pytest.raises(PictureError) as caught:
        luminance(data[: len(data) // 2])
    assert "cut short" in caught.value.remedy


def test_programs_hidden_in_picture_formats_are_not_run() -> None:
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    with pytest.raises(PictureError) as caught:
        luminance(eps)
    assert caught.value.code == "picture-kind"


@pytest.mark.parametrize(
    "head",
    [b"FUJIFILMCCD-RAW 0201", b"\x00MRM" + bytes(30), b"IIRO" + bytes(30),
     b"\x00\x00\x00\x18ftypcrx " + bytes(30), b"II*\x00\x10\x00\x00\x00CR\x02\x00" + bytes(30)],
)  # fmt: skip
def test_a_raw_file_is_seen_by_its_largest_preview(head: bytes) -> None:
    thumbnail, preview = encoded(Image.new("L", (160, 120), 9)), encoded(halves((800, 600)))
    lum = luminance(head + thumbnail + bytes(99) + preview + b"\xff\xd8\xff" * 20 + bytes(5_000))
    assert (lum.width, lum.height) == (800, 600)
    with pytest.raises(PictureError):
        luminance(head + thumbnail + bytes(5_000))


def test_a_raw_tiff_says_that_its_first_picture_is_reduced_and_how_it_stands() -> None:
    tags = {254: 1, 274: 6}
    first = encoded(Image.new("RGB", (16, 12)), "TIFF", tiffinfo=tags)
    lum = luminance(first + encoded(halves((800, 600))))
    assert (lum.width, lum.height) == (600, 800)


def test_a_tiff_is_not_its_embedded_thumbnail() -> None:
    tiff = encoded(halves((800, 600)), "TIFF", tiffinfo={254: 1})
    assert luminance(tiff + encoded(Image.new("L", (640, 480), 9))).width == 800


def test_mutated_pictures_never_raise_anything_else() -> None:
    chance = random.Random(11)
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    image = scene((96, 64))
    whole = [encoded(image, exif=exif), *(encoded(image, kind) for kind in ("PNG", "TIFF", "WEBP", "GIF")),
             b"FUJIFILMCCD-RAW" + encoded(image.resize((400, 300)))]  # fmt: skip
    decoded = 0
    for _ in range(400):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            lum = luminance(bytes(data[: chance.randint(8, len(data) * 2)]))
        except PictureError:
            continue
        decoded += 1
        assert np.isfinite(lum.pixels).all()
    assert decoded > 50


def test_nothing_is_said_on_the_terminal_about_damage() -> None:
    """Pillow logs what it meets; without a handler that would go to standard error."""
    tags = ((256, 8), (257, 8), (258, 8), (262, 2), (277, 65_535))
    entries = b"".join(struct.pack("<HHIHH", tag, 3, 1, value, 0) for tag, value in tags)
    odd = b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(tags)) + entries + bytes(40)
    program = f"""
import contextlib
from provenance.errors import PictureError
from provenance.pixels import luminance
with contextlib.suppress(PictureError):
    luminance({odd!r})
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stderr == b""


def test_in_colour_it_lies_on_a_fresh_sheet() -> None:
    shown = small(encoded(scene((1600, 1200)), comment=b"SECRET"), 320)
    assert (shown.mode, shown.size, shown.info) == ("RGB", (320, 240), {})


def test_every_picture_of_the_corpus_is_decoded_or_says_why_not(shared) -> None:
    paths = sorted(path for path in (shared / "corpus" / "images").rglob("*") if path.is_file())
    outcomes = {"seen": 0, "not": 0}
    for path in paths[::6]:
        try:
            lum = luminance(path.read_bytes())
        except PictureError:
            outcomes["not"] += 1
        else:
            assert lum.pixels.size
            outcomes["seen"] += 1
    assert outcomes["seen"] > 3 * outcomes["not"]
