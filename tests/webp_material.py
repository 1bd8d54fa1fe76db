"""Make and take apart WebP files, by RFC 9649 alone: no code of the package is used."""

from __future__ import annotations

import io
import random
import struct

from PIL import Image


def picture(mode: str = "RGB", size: tuple[int, int] = (25, 17), **options: object) -> bytes:
    """A WebP file without metadata."""
    octets = size[0] * size[1] * len(mode)
    image = Image.frombytes(mode, size, random.Random(7).randbytes(octets))
    out = io.BytesIO()
    image.save(out, "WEBP", **options)
    return out.getvalue()


def animation() -> bytes:
    """A WebP file of three frames."""
    frames = [Image.new("RGB", (16, 16), (60 * n, 20, 90)) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=40)
    return out.getvalue()


def chunk(kind: bytes, data: bytes, *, padding: bytes = b"\x00") -> bytes:
    """One chunk, padded to an even length."""
    return kind + struct.pack("<I", len(data)) + data + (padding if len(data) % 2 else b"")


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """FourCC and data of each chunk; a wrong size in the header fails."""
    mark, size, form = struct.unpack_from("<4sI4s", data)
    assert (mark, form, size) == (b"RIFF", b"WEBP", len(data) - 8)
    found, at = [], 12
    while at < len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        found.append((kind, data[at + 8 : at + 8 + length]))
        assert len(found[-1][1]) == length
        at += 8 + length + length % 2
    assert at == len(data)
    return found


def kinds(data: bytes) -> list[bytes]:
    """The FourCCs of all chunks, in order."""
    return [kind for kind, _ in chunks(data)]


def riff(*parts: bytes, size: int | None = None) -> bytes:
    """A file of whole chunks; with a wrong size on demand."""
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def join(parts: list[tuple[bytes, bytes]]) -> bytes:
    """A file of these chunks."""
    return riff(*(chunk(kind, body) for kind, body in parts))


def canvas(flags: int, size: tuple[int, int]) -> bytes:
    """A VP8X chunk."""
    width, height = (side - 1 for side in size)
    body = struct.pack("<I", flags) + width.to_bytes(3, "little") + height.to_bytes(3, "little")
    return chunk(b"VP8X", body)


def extended(
    *behind: bytes, flags: int = 0, size: tuple[int, int] = (25, 17), **options: object
) -> bytes:
    """A still picture in the extended form, with whole chunks behind its picture data."""
    simple = [chunk(kind, body) for kind, body in chunks(picture(size=size, **options))]
    return riff(canvas(flags, size), *simple, *behind)


def pixels(data: bytes) -> list[tuple[str, bytes]]:
    """All frames, decoded."""
    with Image.open(io.BytesIO(data)) as image:
        found = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            found.append((image.mode, image.tobytes()))
    return found
