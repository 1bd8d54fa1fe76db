"""Metadata chunks of a PNG file: found, named, unwrapped."""

from __future__ import annotations

import zlib

import pytest
from making import exif_block, iim_block, photoshop_block, xmp_packet
from png_material import (
    SIGNATURE,
    animation,
    before,
    chunk,
    header,
    itext,
    picture,
    raw_profile,
    text,
    xmp_chunk,
    ztext,
)

from provenance.errors import UnreadableError
from provenance.metadata import read
from provenance.metadata.blocks import Block, Carrier
from provenance.metadata.formats import png
from provenance.metadata.formats.png import survey
from provenance.metadata.formats.png_chunks import MAX_CHUNKS
from provenance.metadata.source import Window
from provenance.model import AssetRef, Container, Property

EXIF = exif_block({"artist": "Aaref WATAD"})[6:]
IIM = iim_block({"byline": "Aaref WATAD", "credit": "AFP"})
PHOTOSHOP = photoshop_block(IIM)[14:]
XMP = xmp_packet({"photoshop:Credit": "AFP"}, padding=200)
PLAIN = picture()
XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\x00"


class Counting:
    """A byte source that keeps account of what was read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.reads: list[tuple[int, int]] = []

    def read(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        return self.data[offset : offset + length]


def blocks_of(data: bytes) -> list[tuple[Carrier, bytes]]:
    return [(block.carrier, block.payload) for block in survey(Window.over(data, "a.png")).blocks]


def codes_of(data: bytes) -> list[str]:
    return [told.code for told in survey(Window.over(data, "a.png")).warnings]


def test_survey_of_a_plain_picture_finds_nothing() -> None:
    found = survey(Window.over(PLAIN, "a.png"))
    assert (found.blocks, found.warnings, found.content_credentials) == ((), (), None)


@pytest.mark.parametrize(
    ("made", "carrier", "payload"),
    [
        (chunk(b"eXIf", EXIF), Carrier.EXIF, EXIF),
        (chunk(b"eXIf", b"Exif\x00\x00" + EXIF), Carrier.EXIF, EXIF),
        (xmp_chunk(XMP), Carrier.XMP, XMP),
        (xmp_chunk(XMP, packed=True), Carrier.XMP, XMP),
        (ztext("XML:com.adobe.xmp", XMP), Carrier.XMP, XMP),
        (text("XML:com.adobe.xmp", XMP), Carrier.XMP, XMP),
        (itext("XML:com.adobe.xmp", XMP, language=b"en"), Carrier.XMP, XMP),
        (ztext("Raw profile type xmp", raw_profile("xmp", XMP)), Carrier.XMP, XMP),
        (
            ztext("Raw profile type APP1", raw_profile("generic", XMP_HEADER + XMP)),
            Carrier.XMP,
            XMP,
        ),
        (
            ztext("Raw profile type APP1", raw_profile("generic", b"Exif\x00\x00" + EXIF)),
            Carrier.EXIF,
            EXIF,
        ),
        (
            ztext("Raw profile type exif", raw_profile("exif", b"Exif\x00\x00" + EXIF)),
            Carrier.EXIF,
            EXIF,
        ),
        (text("Raw profile type exif", raw_profile("exif", EXIF)), Carrier.EXIF, EXIF),
        (ztext("Raw profile type iptc", raw_profile("iptc", IIM)), Carrier.IIM, IIM),
        (itext("Raw profile type iptc", raw_profile("iptc", IIM)), Carrier.IIM, IIM),
        (
            ztext("Raw profile type iptc", raw_profile("IPTC profile", PHOTOSHOP)),
            Carrier.PHOTOSHOP,
            PHOTOSHOP,
        ),
        (text("Raw profile type 8bim", raw_profile("8bim", PHOTOSHOP)), Carrier.PHOTOSHOP, PHOTOSHOP),
        (ztext("Raw profile type iptc", IIM), Carrier.IIM, IIM),
    ],
    ids=[
        "eXIf", "eXIf with a JPEG header", "iTXt", "iTXt packed", "zTXt XMP", "tEXt XMP",
        "iTXt with a language", "profile xmp", "profile APP1 XMP", "profile APP1 EXIF",
        "profile exif", "profile exif bare", "profile iptc IIM", "profile iptc in iTXt",
        "profile iptc Photoshop", "profile 8bim", "Photo Mechanic's bare octets",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [b"IDAT", b"IEND"], ids=["before pixels", "behind pixels"])
def test_survey_unwraps_each_form(
    made: bytes, carrier: Carrier, payload: bytes, place: bytes
) -> None:
    data = before(PLAIN, place, made)
    (block,) = survey(Window.over(data, "a.png")).blocks
    container = {Carrier.EXIF: Container.EXIF, Carrier.XMP: Container.XMP}.get(
        carrier, Container.IIM
    )
    assert block == Block(carrier, container, payload, (data.index(made),))
    assert codes_of(data) == []


def test_read_shows_every_container_of_a_file_that_has_each_twice() -> None:
    data = header(
        PLAIN,
        ztext("Raw profile type exif", raw_profile("exif", b"Exif\x00\x00" + EXIF)),
        ztext("Raw profile type iptc", raw_profile("iptc", PHOTOSHOP)),
        xmp_chunk(XMP),
        chunk(b"eXIf", exif_block({"artist": "Bakr ALKASEM"})[6:]),
    )
    found = read(AssetRef("/a.png", 0, ""), data)
    assert found.media_type == "image/png"
    assert [(value.locator, value.values) for value in found.of(Property.CREATOR_NAMES)] == [
        ("EXIF IFD0:Artist", ("Aaref WATAD",)),
        ("IIM 2:80", ("Aaref WATAD",)),
        ("EXIF#2 IFD0:Artist", ("Bakr ALKASEM",)),
    ]


def test_survey_of_an_animation_finds_chunks_between_its_frames() -> None:
    data = before(animation(), b"fdAT", xmp_chunk(XMP))
    assert blocks_of(before(data, b"IEND", chunk(b"eXIf", EXIF))) == [
        (Carrier.XMP, XMP),
        (Carrier.EXIF, EXIF),
    ]


def test_survey_reads_no_pixels() -> None:
    plain = picture(size=(600, 600))
    source = Counting(before(plain, b"IEND", chunk(b"eXIf", EXIF)))
    found = survey(Window(source, "a.png"))
    assert [block.payload for block in found.blocks] == [EXIF]
    assert sum(length for _, length in source.reads) < source.size // 2


def test_survey_sees_content_credentials() -> None:
    data = header(PLAIN, chunk(b"caBX", b"\x00\x00\x00\x08jumb"))
    assert survey(Window.over(data, "a.png")).content_credentials == "c2pa"


@pytest.mark.parametrize(
    "made",
    [
        text("Author", b"Aaref WATAD"),
        ztext("Description", b"Smoke rises over Damascus"),
        itext("Copyright", "© AFP".encode()),
        itext("Title", b"Damascus", packed=True),
        text("exif:Artist", b"Aaref WATAD"),
        text("photoshop:Credit", b"AFP"),
        text("Artist", "Åse".encode("latin-1")),
    ],
)
def test_survey_warns_of_a_credit_that_no_correction_reaches(made: bytes) -> None:
    assert codes_of(header(PLAIN, made)) == ["png-text-credit"]


def test_the_warning_names_keyword_and_shortened_value() -> None:
    caption = "Smoke rises over Damascus, " * 40
    data = header(PLAIN, itext("Description", caption.encode()))
    (told,) = survey(Window.over(data, "a.png")).warnings
    assert "a.png: the PNG text 'Description' says 'Smoke rises over Damascus," in told.message
    assert len(told.message) < 220


@pytest.mark.parametrize("start", range(8))
def test_a_character_cut_by_the_shortening_does_not_spoil_the_message(start: int) -> None:
    caption = "x" * start + "دمشق" * 400
    data = header(PLAIN, itext("Description", caption.encode()))
    (told,) = survey(Window.over(data, "a.png")).warnings
    assert "دمشق" in told.message


@pytest.mark.parametrize(
    "made",
    [
        text("Software", b"GIMP"),
        text("Comment", b"Created with GIMP"),
        text("Author", b"  "),
        text("icc:copyright", b"Hewlett-Packard"),
        chunk(b"tEXt", b"Author"),
        chunk(b"zTXt", b""),
    ],
)
def test_survey_does_not_warn_of_other_texts(made: bytes) -> None:
    assert codes_of(header(PLAIN, made)) == []


def test_survey_does_not_drown_in_warnings() -> None:
    data = header(PLAIN, *[text("Author", b"%d" % n) for n in range(500)])
    told = survey(Window.over(data, "a.png")).warnings
    assert len(told) == 17
    assert told[-1].message == "a.png: 484 more places of this kind."


def test_a_wrong_checksum_is_told_and_the_metadata_are_read() -> None:
    data = header(PLAIN, chunk(b"eXIf", EXIF, checksum=1))
    assert blocks_of(data) == [(Carrier.EXIF, EXIF)]
    assert codes_of(data) == ["png-bad-checksum"]


def test_a_wrong_checksum_of_a_picture_chunk_is_not_looked_at() -> None:
    data = PLAIN.replace(chunk(b"IEND", b""), b"\x00\x00\x00\x00IEND\x00\x00\x00\x00")
    assert codes_of(data) == []


@pytest.mark.parametrize(
    ("body", "codes", "read_on"),
    [
        (b"\x00\x00" + zlib.compress(XMP)[:-40], ["png-text-broken"], True),
        (b"\x00\x00" + zlib.compress(XMP)[:-4] + b"oops", ["png-text-broken"], True),
        (b"\x00\x00" + b"no zlib stream", ["png-text-broken"], False),
        (b"\x00\x07" + zlib.compress(XMP), ["png-text-broken"], False),
    ],
    ids=["cut stream", "wrong checksum", "no stream", "unknown method"],
)
def test_a_damaged_text_is_read_as_far_as_it_goes(
    body: bytes, codes: list[str], read_on: bool
) -> None:
    data = header(PLAIN, chunk(b"zTXt", b"XML:com.adobe.xmp" + body))
    assert codes_of(data) == codes
    assert [XMP.startswith(payload) for _, payload in blocks_of(data)] == [True] * read_on


@pytest.mark.parametrize(
    "body", [b"", b"\x00", b"\x00\x00en", b"\x01\x00\x00"], ids=["empty", "one", "two", "packed"]
)
def test_an_international_text_without_its_fields_is_told(body: bytes) -> None:
    data = header(PLAIN, chunk(b"iTXt", b"XML:com.adobe.xmp\x00" + body))
    assert codes_of(data) == ["png-text-broken"]
    assert blocks_of(data) == []


@pytest.mark.parametrize(
    ("content", "codes", "payload"),
    [
        (b"\niptc\n       9\n" + IIM.hex().encode() + b"\n", ["png-profile-size"], IIM),
        (b"\niptc\n  99\n" + IIM.hex().encode() + b"0!", ["png-profile-broken"], IIM),
        (b"\niptc\n  99\n" + IIM.hex().encode() + b"0", ["png-profile-broken"], IIM),
        (b"\niptc\n       4\n00010203\n", ["png-profile-unknown"], None),
        (b"nothing of the kind", ["png-profile-unknown"], None),
        (b"\niptc\n       0\n\n", [], None),
        (b"", [], None),
    ],
    ids=["wrong length", "no digit", "half an octet", "unknown", "no profile", "zero", "empty"],
)
def test_an_odd_raw_profile_is_told(
    content: bytes, codes: list[str], payload: bytes | None
) -> None:
    data = header(PLAIN, ztext("Raw profile type iptc", content))
    assert codes_of(data) == codes
    assert blocks_of(data) == ([] if payload is None else [(Carrier.IIM, payload)])


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compress(bytes(png.MAX_BLOCK + 1), 9)
    data = header(
        PLAIN,
        chunk(b"zTXt", b"XML:com.adobe.xmp\x00\x00" + bomb),
        chunk(b"zTXt", b"Author\x00\x00" + bomb),
        chunk(b"eXIf", EXIF),
    )
    assert codes_of(data) == ["limit-metadata", "limit-metadata"]
    assert blocks_of(data) == [(Carrier.EXIF, EXIF)]


def test_many_bombs_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "MAX_TOTAL", 40_000)
    packed = xmp_chunk(XMP + b" " * 9_000, packed=True)
    data = header(PLAIN, *[packed] * 10)
    assert len(blocks_of(data)) == 3
    assert set(codes_of(data)) == {"limit-metadata"}


def test_a_metadata_chunk_over_the_limit_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "MAX_BLOCK", 1_000)
    data = header(PLAIN, chunk(b"eXIf", bytes(1_001)), chunk(b"eXIf", EXIF))
    assert blocks_of(data) == [(Carrier.EXIF, EXIF)]
    assert codes_of(data) == ["limit-metadata"]


def test_countless_metadata_chunks_are_left_out() -> None:
    data = header(PLAIN, *[chunk(b"eXIf", EXIF)] * (png.MAX_BLOCKS + 30))
    assert len(blocks_of(data)) == png.MAX_BLOCKS
    assert set(codes_of(data)) == {"limit-metadata"}


def test_a_file_of_countless_chunks_is_refused() -> None:
    data = SIGNATURE + chunk(b"abcd", b"") * (MAX_CHUNKS + 1)
    with pytest.raises(UnreadableError) as caught:
        survey(Window.over(data, "a.png"))
    assert caught.value.code == "limit-chunks"


def test_data_behind_the_end_are_told_and_not_read() -> None:
    data = PLAIN + chunk(b"eXIf", EXIF)
    assert blocks_of(data) == []
    assert codes_of(data) == ["png-trailing-data"]


def test_every_truncation_is_told() -> None:
    data = header(PLAIN, chunk(b"eXIf", EXIF), xmp_chunk(XMP))
    behind = data.index(b"eXIf") + 8 + len(EXIF)
    for end in range(8, len(data)):
        if end < behind:
            with pytest.raises(UnreadableError, match=r"a\.png: the PNG file is cut") as caught:
                survey(Window.over(data[:end], "a.png"))
            assert caught.value.code == "png-truncated"
        else:
            assert codes_of(data[:end]) == ["png-truncated"], end


def test_a_file_that_breaks_off_keeps_what_stands_before() -> None:
    data = before(header(PLAIN, chunk(b"eXIf", EXIF)), b"IEND", b"\x00" * 64)
    assert blocks_of(data) == [(Carrier.EXIF, EXIF)]
    assert codes_of(data) == ["png-broken"]
