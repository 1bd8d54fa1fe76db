"""Make and take apart PNG files, by the standard alone: no code of the package is used."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Mapping

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(mode: str = "RGB", size: tuple[int, int] = (24, 16), **options: object) -> bytes:
    """A PNG file without metadata; noise, so that its data do not shrink to nothing."""
    octets = size[0] * size[1] * len(Image.new(mode, (1, 1)).getbands())
    image = Image.frombytes(mode, size, random.Random(5).randbytes(octets))
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def animation() -> bytes:
    """An APNG file of three frames."""
    frames = [Image.new("RGB", (16, 16), (60 * n, 20, 90)) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:], duration=40)
    return out.getvalue()


def chunk(kind: bytes, data: bytes, *, checksum: int | None = None) -> bytes:
    """One chunk; with a wrong checksum on demand."""
    right = zlib.crc32(kind + data)
    return (
        struct.pack(">I", len(data)) + kind + data
        + struct.pack(">I", right if checksum is None else checksum)
    )  # fmt: skip


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Type and data of each chunk up to IEND; a wrong checksum fails."""
    assert data.startswith(SIGNATURE)
    found, at = [], len(SIGNATURE)
    while True:
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        (stored,) = struct.unpack_from(">I", data, at + 8 + size)
        assert stored == zlib.crc32(kind + body), kind
        found.append((kind, body))
        at += 12 + size
        if kind == b"IEND":
            return found


def kinds(data: bytes) -> list[bytes]:
    """The types of all chunks, in order."""
    return [kind for kind, _ in chunks(data)]


def join(parts: list[tuple[bytes, bytes]]) -> bytes:
    """A file of these chunks."""
    return SIGNATURE + b"".join(chunk(kind, body) for kind, body in parts)


def before(data: bytes, kind: bytes, *inserted: bytes) -> bytes:
    """Put whole chunks before the first one of a type."""
    at = data.index(kind, len(SIGNATURE)) - 4
    return data[:at] + b"".join(inserted) + data[at:]


def header(data: bytes, *inserted: bytes) -> bytes:
    """Put whole chunks directly behind IHDR."""
    at = len(SIGNATURE) + 25
    return data[:at] + b"".join(inserted) + data[at:]


def text(keyword: str, value: bytes) -> bytes:
    """A tEXt chunk."""
    return chunk(b"tEXt", keyword.encode("latin-1") + b"\x00" + value)


def ztext(keyword: str, value: bytes, *, tail: bytes = b"", method: int = 0) -> bytes:
    """A zTXt chunk."""
    head = keyword.encode("latin-1") + bytes([0, method])
    return chunk(b"zTXt", head + zlib.compress(value) + tail)


def itext(keyword: str, value: bytes, *, packed: bool = False, language: bytes = b"") -> bytes:
    """An iTXt chunk."""
    head = keyword.encode("latin-1") + bytes([0, packed, 0]) + language + b"\x00" + b"\x00"
    return chunk(b"iTXt", head + (zlib.compress(value) if packed else value))


def xmp_chunk(packet: bytes, *, packed: bool = False) -> bytes:
    """XMP where XMP part 3 wants it."""
    return itext("XML:com.adobe.xmp", packet, packed=packed)


def raw_profile(name: str, payload: bytes, *, line: int = 72, upper: bool = False) -> bytes:
    """A metadata block as ImageMagick spells it out."""
    digits = payload.hex()
    lines = [digits[at : at + line] for at in range(0, len(digits), line)]
    body = "\n".join(lines)
    return f"\n{name}\n{len(payload):8d}\n{body.upper() if upper else body}\n".encode()


def profile_texts(data: bytes) -> Mapping[str, bytes]:
    """Each raw profile's octets by its keyword, through whatever chunk holds it."""
    found = {}
    for kind, body in chunks(data):
        keyword, _, rest = body.partition(b"\x00")
        if not keyword.startswith(b"Raw profile type "):
            continue
        content = {b"tEXt": lambda r: r, b"zTXt": lambda r: zlib.decompress(r[1:]),
                   b"iTXt": lambda r: r[2:].split(b"\x00", 2)[2]}[kind](rest)  # fmt: skip
        _, name, count, *lines = content.decode().split("\n")
        payload = bytes.fromhex("".join(lines))
        assert int(count) == len(payload), name
        assert all(len(line) <= 72 for line in lines)
        found[keyword.decode()] = payload
    return found


def pixels(data: bytes) -> list[tuple[str, bytes]]:
    """All frames, decoded."""
    with Image.open(io.BytesIO(data)) as image:
        found = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            found.append((image.mode, image.tobytes()))
    return found
