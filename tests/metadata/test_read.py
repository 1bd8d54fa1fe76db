"""read(): from a file's bytes to its record."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from making import (
    XMP_HEADER,
    dress,
    exif_block,
    iim_block,
    photoshop_block,
    resource,
    segment,
    xmp_packet,
)
from PIL import Image

from provenance.errors import ProvenanceError, UnreadableError
from provenance.metadata import SNIFF_LENGTH, digests, read, sniff
from provenance.metadata.formats.sidecar import MAX_SIDECAR
from provenance.metadata.properties import XMP_NOTE
from provenance.metadata.source import FIRST
from provenance.metadata.standards.xmp_extended import chunk, guid_of
from provenance.model import AssetRef, Container, MetadataRecord, Property

REF = AssetRef("/pool/a.jpg", 0, "", path="pool/a.jpg")
SIDECAR = AssetRef("/pool/a.xmp", 0, "", path="pool/a.xmp")

EXIF = exif_block(
    {"artist": "Aaref WATAD", "copyright": "AFP", "description": "A street.",
     "taken": "2024:12:08 11:30:00"}
)  # fmt: skip
IIM = iim_block({"byline": ["Aaref WATAD"], "credit": "AFP", "caption": "A street.",
                 "date": "20241208", "time": "113000+0200", "keywords": ["war", "peace"]})  # fmt: skip
XMP = xmp_packet({"photoshop:Credit": "AFP", "dc:creator": ["Aaref WATAD"]})


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 24), (90, 20, 60)).save(out, "JPEG")
    return out.getvalue()


PLAIN = picture()
DRESSED = dress(PLAIN, exif=EXIF, xmp=XMP, photoshop=photoshop_block(IIM))


def said(record: MetadataRecord) -> list[tuple[str, tuple[str, ...]]]:
    return [(value.locator, value.values) for value in record.values]


def codes(record: MetadataRecord) -> list[str]:
    return [told.code for told in record.warnings]


class Source:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.octets = 0

    def read(self, offset: int, length: int) -> bytes:
        found = self.data[offset : offset + length]
        self.octets += len(found)
        return found


def test_read_keeps_what_every_container_says() -> None:
    record = read(REF, DRESSED)
    assert said(record) == [
        ("EXIF IFD0:ImageDescription", ("A street.",)),
        ("EXIF IFD0:Artist", ("Aaref WATAD",)),
        ("EXIF IFD0:Copyright", ("AFP",)),
        ("EXIF ExifIFD:DateTimeOriginal", ("2024-12-08T11:30:00",)),
        ("XMP photoshop:Credit", ("AFP",)),
        ("XMP dc:creator", ("Aaref WATAD",)),
        ("IIM 2:25", ("war", "peace")),
        ("IIM 2:55+2:60", ("2024-12-08T11:30:00+02:00",)),
        ("IIM 2:80", ("Aaref WATAD",)),
        ("IIM 2:110", ("AFP",)),
        ("IIM 2:120", ("A street.",)),
    ]
    assert record.ref == REF
    assert record.media_type == "image/jpeg"
    assert record.warnings == ()
    assert record.content_credentials is None
    assert (record.digest, record.image_digest, record.scan_digest) == (None, None, None)
    assert [value.container for value in record.of(Property.CREATOR_NAMES)] == [
        Container.EXIF,
        Container.XMP,
        Container.IIM,
    ]


def test_read_with_digests_fills_them_in() -> None:
    record, found = read(REF, DRESSED, digests=True), digests(DRESSED)
    assert (record.digest, record.image_digest, record.scan_digest) == (
        found.sha256,
        found.image,
        found.scan,
    )


def test_read_gives_the_same_from_ranges() -> None:
    data = DRESSED + bytes(300_000)
    for wanted in (False, True):
        source = Source(data)
        assert read(REF, source, digests=wanted) == read(REF, data, digests=wanted)
        assert source.octets == (FIRST if not wanted else FIRST + len(data))


def test_read_small_file_is_read_once_for_everything() -> None:
    source = Source(DRESSED)
    read(REF, source, digests=True)
    assert source.octets == len(DRESSED)


def test_read_numbers_further_blocks() -> None:
    second = xmp_packet({"photoshop:Credit": "Reuters"})
    iims = resource(0x0404, iim_block({"byline": "B"})) + resource(
        0x0404, iim_block({"byline": "C"})
    )
    data = dress(
        DRESSED, exif=exif_block({"artist": "Z"}), xmp=second, photoshop=b"Photoshop 3.0\x00" + iims
    )
    found = dict(said(read(REF, data)))
    assert found["EXIF IFD0:Artist"] == ("Z",)
    assert found["EXIF#2 IFD0:Artist"] == ("Aaref WATAD",)
    assert found["XMP photoshop:Credit"] == ("Reuters",)
    assert found["XMP#2 photoshop:Credit"] == ("AFP",)
    assert [found[f"{prefix} 2:80"] for prefix in ("IIM", "IIM#2", "IIM#3")] == [
        ("B",),
        ("C",),
        ("Aaref WATAD",),
    ]


def extended(main_guid: str, packet: bytes) -> bytes:
    main = xmp_packet({"photoshop:Credit": "AFP", "xmpNote:HasExtendedXMP": main_guid})
    chunks = b"".join(segment(0xE1, one) for one in chunk(packet))
    return PLAIN[:2] + segment(0xE1, XMP_HEADER + main) + chunks + PLAIN[2:]


def test_read_joins_extended_xmp() -> None:
    assert XMP_NOTE == "http://ns.adobe.com/xmp/note/"
    packet = xmp_packet({"dc:description": "x" * 150_000, "photoshop:Headline": "H"}, padding=0)
    record = read(REF, extended(guid_of(packet), packet))
    assert said(record) == [
        ("XMP photoshop:Credit", ("AFP",)),
        ("XMP-ext photoshop:Headline", ("H",)),
        ("XMP-ext dc:description", ("x" * 150_000,)),
    ]
    assert record.warnings == ()


def test_read_does_not_believe_extended_xmp_that_nothing_names() -> None:
    packet = xmp_packet({"photoshop:Headline": "H"}, padding=0)
    record = read(REF, extended("0" * 32, packet))
    assert said(record) == [("XMP photoshop:Credit", ("AFP",))]
    assert codes(record) == ["xmp-extended-orphan"]


def test_read_adds_sidecars_last_with_their_uri() -> None:
    second = AssetRef("/pool/b.xmp", 0, "")
    record = read(
        REF,
        DRESSED,
        sidecars=[(SIDECAR, XMP), (second, xmp_packet({"photoshop:Credit": "Reuters"}))],
    )
    assert [
        (value.container, value.locator, value.values, value.uri) for value in record.values[-3:]
    ] == [
        (Container.SIDECAR, "XMP photoshop:Credit", ("AFP",), "/pool/a.xmp"),
        (Container.SIDECAR, "XMP dc:creator", ("Aaref WATAD",), "/pool/a.xmp"),
        (Container.SIDECAR, "XMP photoshop:Credit", ("Reuters",), "/pool/b.xmp"),
    ]
    assert record.values[:-3] == read(REF, DRESSED).values


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"not XML at all", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
     b"<html>no</html>", b" " * (MAX_SIDECAR + 1)],
    ids=["empty", "binary", "text", "doctype", "html", "huge"],
)  # fmt: skip
def test_read_reports_a_broken_sidecar_and_keeps_the_picture(content: bytes) -> None:
    record = read(REF, DRESSED, sidecars=[(SIDECAR, content)])
    assert record.values == read(REF, DRESSED).values
    assert codes(record) == ["sidecar-unreadable"]
    assert "pool/a.xmp" in record.warnings[0].message


@pytest.mark.parametrize(
    "data",
    [XMP, b"\xef\xbb\xbf" + XMP, XMP[XMP.index(b"<x:xmpmeta") :], XMP[XMP.index(b"<rdf:RDF") :XMP.index(b"</x:")],
     b'<?xml version="1.0"?>\n<!-- sidecar -->\n' + XMP[XMP.index(b"<x:xmpmeta") : XMP.index(b"</x:") + 12]],
    ids=["packet", "BOM", "no packet", "bare RDF", "XML file"],
)  # fmt: skip
def test_read_takes_an_xmp_file_by_its_content(data: bytes) -> None:
    record = read(AssetRef("/pool/a.jpg", 0, ""), data, digests=True)
    assert record.media_type == "application/rdf+xml"
    assert {(v.container, v.uri) for v in record.values} == {(Container.SIDECAR, "/pool/a.jpg")}
    assert dict(said(record))["XMP dc:creator"] == ("Aaref WATAD",)
    assert record.digest is not None
    assert (record.image_digest, record.scan_digest) == (None, None)


def test_read_takes_a_utf_16_xmp_file() -> None:
    text = XMP.decode().replace("\ufeff", "")
    record = read(SIDECAR, ("\ufeff" + text).encode("utf-16-le"))
    assert dict(said(record))["XMP dc:creator"] == ("Aaref WATAD",)


@pytest.mark.parametrize("content", [b"<x:xmpmeta xmlns:x='a", b"<?xpacket begin=''?>\x00\x00"])
def test_read_refuses_an_xmp_file_that_says_nothing(content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"pool/a\.xmp") as caught:
        read(SIDECAR, content)
    assert caught.value.code == "xmp-unreadable"
    assert caught.value.remedy


def test_read_refuses_a_huge_xmp_file_before_reading_it() -> None:
    source = Source(XMP + b" " * MAX_SIDECAR)
    with pytest.raises(UnreadableError) as caught:
        read(SIDECAR, source)
    assert caught.value.code == "too-large"
    assert source.octets == FIRST


FORMATS = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/gif": b"GIF89a",
    "image/tiff": b"II*\x00\x08\x00\x00\x00",
    "image/x-canon-cr2": b"II*\x00\x10\x00\x00\x00CR\x02\x00",
    "image/webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "image/vnd.adobe.photoshop": b"8BPS\x00\x01",
    "image/jxl": b"\xff\x0a\x00",
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    "image/avif": b"\x00\x00\x00\x1cftypxxxx\x00\x00\x00\x00mif9avif",
    "video/mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomxxxx",
    "image/x-fuji-raf": b"FUJIFILMCCD-RAW 0201",
    "application/pdf": b"%PDF-1.7",
}


@pytest.mark.parametrize("media_type", FORMATS)
def test_sniff_names_the_format(media_type: str) -> None:
    assert sniff(FORMATS[media_type] + bytes(20)) == media_type


@pytest.mark.parametrize(
    "data", [b"\x00" * 100, b"hello", b"<html><body>", b"<?xml version='1.0'?><rss>"]
)
def test_read_refuses_what_it_does_not_recognise(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVENANCE_EXIFTOOL", "/not/there/exiftool")
    assert sniff(data) is None
    with pytest.raises(UnreadableError, match="no recognised format") as caught:
        read(REF, data)
    assert caught.value.code == "unsupported-format"


def test_read_reports_an_empty_file() -> None:
    with pytest.raises(UnreadableError, match=r"pool/a\.jpg is empty") as caught:
        read(REF, b"")
    assert caught.value.code == "empty-file"


def test_read_reports_a_jpeg_cut_in_its_header() -> None:
    with pytest.raises(UnreadableError, match=r"pool/a\.jpg") as caught:
        read(REF, DRESSED[:40])
    assert caught.value.code == "jpeg-truncated"


def test_read_warns_of_remote_content_credentials() -> None:
    remote = 'xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{}"'
    for url, expected in (("https://cai.example/m.c2pa", 1), ("self#jumbf=/c2pa/x", 0)):
        packet = XMP.replace(b'rdf:about=""', b'rdf:about="" ' + remote.format(url).encode())
        told = codes(read(REF, dress(PLAIN, xmp=packet)))
        assert told == ["content-credentials-remote"] * expected


def test_sniff_needs_no_more_than_it_says() -> None:
    prolog = b"<?xml version='1.0'?><!--" + b"x" * 3000 + b"-->"
    assert sniff((prolog + b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>")[:SNIFF_LENGTH]) is not None


# --- the corpus of real files ------------------------------------------------------------


def files_of(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(found) > 300
    return found


REFUSALS = {
    "empty-file",
    "exiftool-failed",
    "exiftool-missing",
    "limit-directories",
    "unsupported-format",
    "xmp-unreadable",
}


@pytest.mark.parametrize("folder", ["images", "malformed"])
def test_every_file_of_the_corpus_is_read_or_refused(shared: Path, folder: str) -> None:
    readable = 0
    refused: list[tuple[Path, UnreadableError]] = []
    for path in files_of(shared / "corpus" / folder):
        data = path.read_bytes()
        ref = AssetRef(str(path), len(data), "")
        try:
            record = read(ref, data, digests=True)
        except UnreadableError as error:
            refused.append((path, error))
            continue
        readable += 1
        assert len(record.digest or "") == 64
        lean = read(ref, Source(data))
        assert (lean.values, lean.warnings) == (record.values, record.warnings), path
    assert readable > (500 if folder == "images" else 80)
    assert all(str(path) in error.message and error.remedy for path, error in refused)
    codes = {error.code for _, error in refused}
    assert all(code.endswith("-truncated") for code in codes - REFUSALS)


@pytest.mark.parametrize(
    ("path", "locator", "values"),
    [
        ("sinfin-folio/529e8ad8_profimedia-1030993498.jpg", "IIM 2:80", ("ČTK / Taneček David",)),
        ("exiv2/86bec62a_exiv2-bug800-AgHg.jpg", "IIM 2:80", ("Julie V. Early",)),
        ("pillow/b804dcbb_jfif_unit_cm.jpg", "EXIF IFD0:ImageDescription", ("firstsecond",)),
    ],
)
def test_files_that_others_read_wrongly(
    shared: Path, path: str, locator: str, values: tuple[str, ...]
) -> None:
    data = (shared / "corpus" / "images" / path).read_bytes()
    assert dict(said(read(REF, data)))[locator] == values


def test_mutants_are_read_or_refused() -> None:
    rng = random.Random(7)
    seeds = [DRESSED, XMP, extended(guid_of(XMP), XMP)]
    refused: list[ProvenanceError] = []
    for _ in range(1500):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 12)):
            at = rng.randrange(len(data))
            data[at] = rng.choice((0, 0xFF, 0xD9, 0x1C, rng.randrange(256)))
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        try:
            read(REF, bytes(data), digests=rng.random() < 0.5)
        except ProvenanceError as error:
            refused.append(error)
    assert 0 < len(refused) < 1000
    assert {type(error) for error in refused} == {UnreadableError}
