"""What the coverage-guided fuzzer calls: one function for each parser, and files to begin with.

A target takes any octets. It returns where they are read, or where they are refused in our own
words; anything else that it raises is a finding. Where two ways lead to one answer (a plain
packet and a tree, a quick block and any block), a target walks both and compares.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from format_samples import (
    EXIF,
    EXIF_BIG,
    IIM,
    READ_ONLY,
    RESOURCES,
    XMP,
    XMP_TREE,
    extended,
    samples,
)
from hostile_material import replacements, survive

from provenance import metadata
from provenance.errors import ProvenanceError, RewriteRefusedError
from provenance.metadata.blocks import Block, Carrier, Survey
from provenance.metadata.decoding import decode
from provenance.metadata.formats.recognition import FORMATS
from provenance.metadata.source import Window
from provenance.metadata.standards import exif, exif_edit, iim, iim_edit, irb, xmp, xmp_edit
from provenance.model import AssetRef, Container, Edit, Property, PropertyValue

_NEW = "Bakr ALKASEM"
_WRITABLE = ("jpeg", "tiff", "png", "webp", "psd", "psb", "xmp")


class Target(NamedTuple):
    """A parser: what to call with octets, and what to begin with."""

    call: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]


def _format(media_type: str, magic: Sequence[tuple[int, bytes]], data: bytes) -> None:
    """A format by itself, with its magic number put back, by which it would be called."""
    for at, octets in magic:
        data = data[:at].ljust(at, b"\x00") + octets + data[at + len(octets) :]
    kind = FORMATS[media_type]
    for use in (
        lambda: decode(kind.survey(Window.over(data, "hostile"))),
        lambda: kind.fingerprints(data),
        lambda: kind.check_writable(data),
    ):
        with contextlib.suppress(ProvenanceError):
            use()


def _exif(data: bytes) -> None:
    reading = exif.decode(data)
    exif.geometry(data)
    _edited(partial(exif_edit.encode, data), reading.values)
    _edited(partial(exif_edit.encode, data, sparing=True), reading.values)
    _set(
        partial(exif_edit.encode, data), Container.EXIF, "EXIF IFD0:Artist", Property.CREATOR_NAMES
    )


def _iim(data: bytes) -> None:
    values = iim.decode(data).values
    assert values == iim._any(data, "IIM").values
    _edited(partial(iim_edit.encode, data), values)
    _set(partial(iim_edit.encode, data), Container.IIM, "IIM 2:110", Property.CREDIT_LINE)


def _irb(data: bytes) -> None:
    blocks, _told = irb.reading(data)
    for number, block in enumerate(blocks):
        assert irb.with_iim(data, block, index=number) == data
        changed = irb.with_iim(data, block + b"\x1c\x02\x6e\x00\x03AFP", index=number)
        assert len(irb.iims_of(changed)) == len(blocks)
    irb.with_digest(data, IIM, IIM[:-1])
    with contextlib.suppress(RewriteRefusedError):
        irb.with_new(data, 0x0424, XMP)


def _xmp(data: bytes) -> None:
    whole = partial(xmp.parse, container=Container.XMP, locator_prefix="XMP")
    reading = whole(data)
    if not reading.warnings:
        # A comment is no part of a plain packet, so that a tree is made of this one.
        tree = whole(b"<!-- -->" + data.removeprefix(b"\xef\xbb\xbf"))
        assert tree.warnings or tree == reading, (tree, reading)
    splice = partial(xmp_edit.splice, data, keep_size=True)
    _edited(splice, reading.values)
    _set(splice, Container.XMP, "XMP photoshop:Instructions", Property.INSTRUCTIONS)


def _extended(data: bytes) -> None:
    """A packet and chunks, with a rare octet pair between them."""
    packet, *chunks = data.split(b"\xff\xe1")
    blocks = [Block(Carrier.XMP, Container.XMP, packet, (0,))]
    blocks += [
        Block(Carrier.EXTENDED_XMP, Container.XMP, one, (at,)) for at, one in enumerate(chunks)
    ]
    decode(Survey(tuple(blocks)))


def _sidecar(data: bytes) -> None:
    plain = samples("jpeg")[0]
    ref = AssetRef("/pictures/a.jpg", len(plain), "1", path="a.jpg")
    beside = AssetRef("/pictures/a.xmp", len(data), "1", path="a.xmp")
    record = metadata.read(ref, plain, sidecars=[(beside, data)])
    assert len(record.of(Property.CREDIT_LINE)) >= 2


def _edited(encode: Callable[[Sequence[Edit]], bytes], values: Sequence[PropertyValue]) -> None:
    with contextlib.suppress(RewriteRefusedError):
        encode(replacements("", values))


def _set(
    encode: Callable[[Sequence[Edit]], bytes], where: Container, locator: str, prop: Property
) -> None:
    with contextlib.suppress(RewriteRefusedError):
        encode([Edit("", where, locator, prop, "", _NEW)])


def _writable_seeds() -> list[bytes]:
    return [one for name in _WRITABLE for one in samples(name)]


def _extended_seeds() -> list[bytes]:
    guid, segments = extended()
    chunks = [one[2 + 35 :] for one in segments.split(b"\xff\xe1")[1:]]
    named = b"xmpNote:HasExtendedXMP='%s' photoshop:Credit=" % guid.encode()
    packet = XMP.replace(b"photoshop:Credit=", named)
    return [b"\xff\xe1".join((packet, *chunks)), b"\xff\xe1".join((packet, *reversed(chunks)))]


def _of(media_type: str, names: Sequence[str], *magic: tuple[int, bytes]) -> Target:
    return Target(partial(_format, media_type, magic), partial(_samples, names))


def _samples(names: Sequence[str]) -> list[bytes]:
    return [one for name in names for one in samples(name)]


assert READ_ONLY.isdisjoint(_WRITABLE)

TARGETS: Mapping[str, Target] = {
    "jpeg": _of("image/jpeg", ["jpeg"], (0, b"\xff\xd8")),
    "tiff": Target(survive, partial(_samples, ("tiff", "bigtiff"))),
    "raw": Target(survive, partial(_samples, ("raw",))),
    "png": _of("image/png", ["png"], (0, b"\x89PNG\r\n\x1a\n")),
    "webp": _of("image/webp", ["webp"], (0, b"RIFF"), (8, b"WEBP")),
    "psd": _of("image/vnd.adobe.photoshop", ["psd", "psb"], (0, b"8BPS")),
    "heif": _of("image/heic", ["heif"], (4, b"ftypheic")),
    "cr3": _of("image/x-canon-cr3", ["cr3"], (4, b"ftypcrx ")),
    "jxl": _of("image/jxl", ["jxl"], (0, b"\x00\x00\x00\x0cJXL \r\n\x87\n")),
    "jp2": _of("image/jp2", ["jp2"], (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n")),
    "exif": Target(_exif, lambda: (EXIF, EXIF_BIG)),
    "iim": Target(_iim, lambda: (IIM, IIM[8:])),
    "irb": Target(_irb, lambda: (RESOURCES,)),
    "xmp": Target(_xmp, lambda: (XMP, XMP_TREE, *samples("xmp"))),
    "extended": Target(_extended, _extended_seeds),
    "sidecar": Target(_sidecar, partial(_samples, ("xmp",))),
    "rewrite": Target(partial(survive, write=True), _writable_seeds),
}
"""The parsers by name."""
