"""Attacks on metadata blocks: EXIF and the directories of TIFF, IIM, XMP."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import png_material as png
import psd_material
from attack_material import MIB, Attack, attributes, dataset, photoshop
from making import resource
from tiff_material import ASCII, BYTE, LONG, SHORT, UNDEFINED, Maker, tiff
from xmp_material import RDF, rdf

# --- EXIF and TIFF -----------------------------------------------------------------------


def _full_directories(many: int, *, step: int = 12) -> bytes:
    """A block of directories of 65,535 entries each that overlap one another."""
    entry = struct.pack("<HHII", 0x8769, LONG, 1, 0)
    base = 8 + 2
    total = base + 12 * (65_535 + many) + 4
    block = bytearray(b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 65_535))
    for number in range(65_535 + many):
        where = 8 + step * (number % many + 1)
        block += entry[:8] + struct.pack("<I", where)
    return bytes(block.ljust(total + 4, b"\xff"))


def _exif_far_values(many: int) -> bytes:
    """Entries whose values lie behind the end of the block."""
    rows = b"".join(struct.pack("<HHII", 0x9C9B, 1, 64, 0x7FFF0000 + n) for n in range(many))
    head = b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", many + 1)
    artist = struct.pack("<HHII", 0x013B, 2, 12, 8 + 2 + 12 * (many + 1) + 4)
    return head + artist + rows + bytes(4) + b"Aaref WATAD\x00"


def _chain(many: int) -> bytes:
    """Directories of one entry that follow one another."""
    out = bytearray(b"II*\x00\x08\x00\x00\x00")
    for number in range(many):
        following = len(out) + 18 if number < many - 1 else 8
        out += struct.pack("<HHHII", 1, 0x0100, SHORT, 1, 1) + struct.pack("<I", following)
    return bytes(out)


def _tree(many: int) -> bytes:
    """Directories with SubIFDs, each of which is all of them."""
    out = bytearray(b"II*\x00\x08\x00\x00\x00")
    places = [8 + 30 * number for number in range(many)]
    table = 8 + 30 * many
    for _ in range(many):
        out += struct.pack("<HHHIIHHIII", 2, 0x014A, LONG, many, table, 0x8769, LONG, 1, 8, 8)
    return bytes(out) + struct.pack(f"<{many}I", *places)


def _strips(many: int, kind: int = LONG) -> bytes:
    """A page of as many strips as there is room for; they overlap all."""
    maker = Maker()
    offsets = b"\x08\x00\x00\x00\x10\x00\x00\x00" * (many // 2)
    lengths = b"\x04\x00\x00\x00" * many
    rows = [(0x0111, kind, offsets), (0x0117, LONG, lengths), (0x0100, SHORT, b"\x01\x00")]
    return maker.done(maker.directory([*rows, (0x013B, ASCII, b"Aaref WATAD\x00")]))


def _wide_layout(tag: int, octets: int) -> bytes:
    """A tag that wants one number and has millions."""
    maker = Maker()
    rows = [
        *(row for row in maker.picture() if row[0] not in (tag, 0x0117)),
        (tag, BYTE, bytes(octets)),
    ]
    return maker.done(maker.directory(rows))


def _overlapping_values(many: int, octets: int) -> bytes:
    maker = Maker()
    at = maker.add(bytes(octets))
    first = len(maker.data)
    rows = b"".join(struct.pack("<HHII", 0x1000 + n, UNDEFINED, octets, at) for n in range(many))
    maker.data += struct.pack("<H", many) + rows + bytes(4)
    return maker.done(first)


def _tiff_blocks(many: int, octets: int) -> bytes:
    """XMP entries by the thousand, all of the same octets."""
    maker = Maker()
    at = maker.add(b" " * octets)
    first = len(maker.data)
    rows = b"".join(struct.pack("<HHII", 0x02BC, BYTE, octets, at) for _ in range(many))
    maker.data += struct.pack("<H", many) + rows + bytes(4)
    return maker.done(first)


# --- image resources and IIM -------------------------------------------------------------


def _psd_datasets(many: int) -> bytes:
    iim = dataset(25, b"\x00\x01", b"k") * many + dataset(80, b"\x00\x05", b"Aaref")
    return psd_material.psd(resource(0x0404, iim))


# --- XMP ---------------------------------------------------------------------------------


_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
_FILE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
_PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'


def _sidecar(text: str) -> bytes:
    return text.encode()


def _bindings(each: int, depth: int, leaves: int) -> bytes:
    """Namespaces bound on every level, and names at the bottom that look all of them up."""
    opened = "".join(
        "<q:a" + "".join(f' xmlns:n{level}x{n}="u"' for n in range(each)) + ">"
        for level in range(depth)
    )
    return rdf(opened + "<q:b/>" * leaves + "</q:a>" * depth).encode()


def _nested(depth: int) -> bytes:
    return rdf("<q:a>" * depth + "</q:a>" * depth).encode()


def _bag(many: int) -> bytes:
    items = "<rdf:li>k</rdf:li>" * many
    return rdf(f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>").encode()


def _languages(many: int) -> bytes:
    items = "".join(f'<rdf:li xml:lang="x-{n}">t</rdf:li>' for n in range(many))
    return rdf(f"<dc:description><rdf:Alt>{items}</rdf:Alt></dc:description>").encode()


def _repeated(many: int) -> bytes:
    return rdf("<dc:creator>A</dc:creator>" * many).encode()


def _nested_rdf(many: int) -> bytes:
    one = f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""/></rdf:RDF>'
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{one * many}</x:xmpmeta>'.encode()


def _structures(many: int) -> bytes:
    return rdf(
        "<q:a rdf:parseType='Resource'><q:b>1</q:b></q:a>" * many, ' photoshop:Credit="A"'
    ).encode()


def _comments(many: int) -> bytes:
    return b"<!-- -->" * many + rdf("", ' photoshop:Credit="A"').encode()


ON_BLOCKS: Mapping[str, Attack] = {
    # EXIF and TIFF
    "exif 31 directories of 65,535 entries": Attack(
        lambda: png.header(png.picture(size=(2, 2)), png.chunk(b"eXIf", _full_directories(31))),
        "rewritten",
    ),
    "exif 60,000 values behind the end": Attack(
        lambda: png.header(png.picture(size=(2, 2)), png.chunk(b"eXIf", _exif_far_values(60_000))),
        "rewritten",
    ),
    "tiff loop of directories": Attack(lambda: _chain(3), "tiff-shared-directory"),
    "tiff chain of 100,000 directories": Attack(lambda: _chain(100_000), "limit-directories"),
    "tiff directories inside one another": Attack(lambda: _tree(3_000), "limit-directories"),
    "tiff full directories": Attack(lambda: _full_directories(4_000), "tiff-directory-full"),
    "tiff 2,000,000 strips": Attack(lambda: _strips(2_000_000), "limit-directories"),
    "tiff 3,000,000 strips": Attack(lambda: _strips(3_000_000), "limit-directories"),
    "tiff 16 MiB of bits per sample": Attack(lambda: _wide_layout(0x0102, 16 * MIB), "rewritten"),
    "tiff 16 MiB of width": Attack(lambda: _wide_layout(0x0100, 16 * MIB), "tiff-no-lengths"),
    "tiff 16 MiB of old JPEG tables": Attack(
        lambda: _wide_layout(0x0207, 16 * MIB), "limit-directories"
    ),
    "tiff 29,000 values of one MiB": Attack(
        lambda: _overlapping_values(29_000, MIB), "limit-overlaps"
    ),
    "tiff 10,000 packets of 15 MiB": Attack(
        lambda: _tiff_blocks(10_000, 15 * MIB), "tiff-value-too-large"
    ),
    "tiff value of 16 GiB": Attack(
        lambda: tiff([(0x02BC, BYTE, b"x" * 8)]).replace(
            struct.pack("<HHI", 0x02BC, 1, 8), struct.pack("<HHI", 0x02BC, 12, 0x7FFFFFFF)
        ),
        "tiff-value-too-large",
    ),
    # IIM
    "iim length of 2^31": Attack(
        lambda: photoshop(resource(0x0404, dataset(120, b"\x80\x04\x80\x00\x00\x00", b"cap"))),
        "iim-broken",
    ),
    "iim length of 32,767 octets": Attack(
        lambda: photoshop(resource(0x0404, dataset(120, b"\xff\xff", b"\xff" * 32_767))),
        "iim-broken",
    ),
    "iim 110,000 datasets": Attack(lambda: _psd_datasets(110_000), "iim-broken"),
    "iim 20,000 keywords": Attack(lambda: _psd_datasets(20_000), "rewritten"),
    # XMP
    "xmp billion laughs": Attack(
        lambda: _sidecar(_LAUGHS + rdf("", ' photoshop:Credit="A"')), "xmp-unreadable"
    ),
    "xmp billion laughs in UTF-16": Attack(
        lambda: (_LAUGHS + rdf("", ' photoshop:Credit="A"')).encode("utf-16"), "xmp-unreadable"
    ),
    "xmp external entity": Attack(
        lambda: _sidecar(_FILE + rdf("<dc:creator>&e;</dc:creator>")), "xmp-unreadable"
    ),
    "xmp parameter entity": Attack(lambda: _sidecar(_PARAMETER + rdf("")), "xmp-unreadable"),
    "xmp document type behind a comment": Attack(
        lambda: _sidecar("<?x?><!-- > -->" + _FILE + rdf("<dc:creator>&e;</dc:creator>")),
        "xmp-unreadable",
    ),
    "xmp 100,000 attributes in one": Attack(lambda: attributes(100_000, 1), "xmp-too-large"),
    "xmp 1,900,000 attributes": Attack(lambda: attributes(1_900, 1_000), "xmp-too-large"),
    "xmp 400,000 bindings looked up": Attack(
        lambda: _bindings(1_900, 200, 20_000), "xmp-too-large"
    ),
    "xmp 245,000 attributes": Attack(lambda: attributes(1_900, 129), "xmp-too-large"),
    "xmp 240,000 bindings looked up": Attack(
        lambda: _bindings(1_000, 240, 40_000), "xmp-too-large"
    ),
    "xmp 100,000 elements deep": Attack(lambda: _nested(100_000), "xmp-unreadable"),
    "xmp 240 elements deep": Attack(lambda: _nested(240), "rewritten"),
    "xmp keywords of 15 MiB": Attack(lambda: _bag(800_000), "xmp-too-large"),
    "xmp 100,000 keywords": Attack(lambda: _bag(100_000), "xmp-too-large"),
    "xmp 51,000 languages": Attack(lambda: _languages(51_000), "xmp-too-large"),
    "xmp 200,000 creators": Attack(lambda: _repeated(200_000), "xmp-too-large"),
    "xmp 40,000 times rdf:RDF": Attack(lambda: _nested_rdf(40_000), "read"),
    "xmp 100,000 structures": Attack(lambda: _structures(100_000), "xmp-too-large"),
    "xmp a million comments": Attack(lambda: _comments(1_000_000), "unsupported-format"),
    "xmp 4 MiB of no character": Attack(
        lambda: b"<rdf:RDF>" + bytes(range(128, 256)) * (4 * MIB // 128), "xmp-unreadable"
    ),
    "xmp 15 MiB of white space": Attack(
        lambda: b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + b" " * (15 * MIB), "xmp-unreadable"
    ),
    "xmp half a character of UTF-16": Attack(
        lambda: (rdf("", ' photoshop:Credit="A"')).encode("utf-16")[:-1], "xmp-broken"
    ),
    "xmp UTF-32 beyond Unicode": Attack(
        lambda: (
            rdf("<dc:creator>A</dc:creator>")
            .encode("utf-32-le")
            .replace(b"A\x00\x00\x00", b"\xff\xff\xff\x7f")
        ),
        "xmp-broken",
    ),
}
