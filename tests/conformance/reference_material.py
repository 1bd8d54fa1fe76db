"""Pictures in the manner of IPTC's reference pictures: every property, in every container."""

from __future__ import annotations

import io
import struct
import zlib

import piexif
from making import dress, iim_block, photoshop_block, resource, segment, xmp_packet
from PIL import Image

LATE_CHARSET = b"\x1c\x01\x5a\x00\x03\x1b%G"


def bare_jpeg() -> bytes:
    """A small JPEG file without metadata."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (40, 80, 120)).save(out, "JPEG")
    return out.getvalue()


def reference_jpeg(version: str) -> bytes:
    """Every property of the contract in IIM, XMP and EXIF, as far as each has a place for it."""
    mark = f"(ref{version})"
    return dress(
        bare_jpeg(),
        exif=_exif(mark),
        photoshop=photoshop_block(iim_block(_iim(mark))),
        xmp=xmp_packet(_xmp(mark), inner=_languages(mark)),
    )


def _exif(mark: str) -> bytes:
    image, photo = piexif.ImageIFD, piexif.ExifIFD
    block: bytes = piexif.dump({
        "0th": {
            image.Artist: f'Création1 {mark}; "Creator2; Jr. {mark}"; Creator3 {mark}'.encode(),
            image.Copyright: f"Photographer {mark} \0Editor {mark}".encode(),
            image.ImageDescription: f"The description, naïve {mark}   ".encode(),
        },
        "Exif": {
            photo.DateTimeOriginal: b"2024:03:22 00:23:02",
            photo.OffsetTimeOriginal: b"+05:30",
            photo.ImageUniqueID: b"0123456789abcdef0123456789abcdef",
        },
    })  # fmt: skip
    return block


def _iim(mark: str) -> dict[str, str | list[str]]:
    return {
        "byline": [f"Créateur1 {mark}", f"Creator2 {mark}"], "byline_title": f"Job {mark}",
        "credit": f"Credit {mark}", "source": f"Source {mark}", "copyright": f"© 2024 {mark}",
        "caption": f"The description\nin two lines {mark}", "writer": f"Writer {mark}",
        "headline": f"The Headline {mark}", "title": f"The Title {mark}",
        "instructions": f"An Instruction {mark}", "job_id": f"Job Id {mark}",
        "date": "20240322", "time": "002302+0530", "city": f"City {mark}",
        "sublocation": f"Sublocation {mark}", "state": f"State {mark}", "country_code": "R24",
        "country": f"Country {mark}", "keywords": [f"Keyword1 {mark}", "0012", "true"],
        "fixture_id": "000123",
    }  # fmt: skip


def _xmp(mark: str) -> dict[str, str | list[str]]:
    return {
        "dc:creator": [f"Créateur1 {mark}", f"Creator2 {mark}"],
        "photoshop:AuthorsPosition": f"Job {mark}", "photoshop:Credit": f"Credit & {mark}",
        "photoshop:Source": f"Source {mark}", "dc:rights": f"© 2024 {mark}",
        "photoshop:CaptionWriter": f"Writer {mark}",
        "photoshop:Headline": f"The Headline {mark}", "dc:title": f"The Title {mark}",
        "photoshop:Instructions": f"An Instruction {mark}",
        "photoshop:TransmissionReference": "0099",
        "photoshop:DateCreated": "2024-03-22T00:23:02.50+05:30",
        "photoshop:City": f"City {mark}", "Iptc4xmpCore:Location": f"Sublocation {mark}",
        "photoshop:State": f"State {mark}", "photoshop:Country": f"Country {mark}",
        "Iptc4xmpCore:CountryCode": "R24", "dc:subject": [f"Keyword1 {mark}", "0012", "true"],
        "Iptc4xmpExt:DigImageGUID": "urn:guid:0012", "plus:ImageSupplierImageID": "000123",
        "Iptc4xmpExt:DigitalSourceType":
            "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
        "xmpRights:UsageTerms": f"Usage Terms {mark}",
    }  # fmt: skip


def _languages(mark: str) -> str:
    texts = {"x-default": "The description", "fr-FR": "La description", "de": "Die Beschreibung"}
    items = "".join(f'<rdf:li xml:lang="{tag}">{t} {mark}</rdf:li>' for tag, t in texts.items())
    return f"   <dc:description><rdf:Alt>{items}</rdf:Alt></dc:description>\n"


CREDIT: dict[str, str | list[str]] = {"byline": "Petr Novák", "credit": "ČTK"}


def undeclared_utf8() -> bytes:
    """IIM in UTF-8 that does not say so."""
    return dress(bare_jpeg(), photoshop=photoshop_block(iim_block(CREDIT, charset=None)))


def undeclared_latin() -> bytes:
    """IIM in Windows-1252 that does not say so; ExifTool's own assumption."""
    iim = iim_block({"byline": "Björn Åkesson – “AB”"}, charset=None, encoding="cp1252")
    return dress(bare_jpeg(), photoshop=photoshop_block(iim))


def declared_late() -> bytes:
    """IIM whose 1:90 stands behind the text it speaks of."""
    iim = iim_block(CREDIT, charset=None) + LATE_CHARSET
    return dress(bare_jpeg(), photoshop=photoshop_block(iim))


def rarely_signed() -> bytes:
    """IIM in an image resource that is not signed 8BIM."""
    payload = resource(0x0404, iim_block(CREDIT)).replace(b"8BIM", b"AgHg")
    return dress(bare_jpeg(), photoshop=b"Photoshop 3.0\0" + payload)


def old_converter() -> bytes:
    """XMP as Adobe's first DNG converters wrote it: ``dc:Creator``."""
    inner = "   <dc:Creator><rdf:Seq><rdf:li>Anna Ek</rdf:li></rdf:Seq></dc:Creator>\n"
    return dress(bare_jpeg(), xmp=xmp_packet({}, inner=inner))


def cut_in_header() -> bytes:
    """The head of a JPEG file: EXIF, and three octets of the next segment."""
    return b"\xff\xd8" + segment(0xE1, _exif("cut")) + b"\xff\xe2\x05"


def bare_profile_png() -> bytes:
    """IIM in a PNG text chunk as Photo Mechanic writes it: no header, no digits."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    content = b"zTXtRaw profile type iptc\0\0" + zlib.compress(iim_block(CREDIT))
    size, check = struct.pack(">I", len(content) - 4), struct.pack(">I", zlib.crc32(content))
    at = out.getvalue().index(b"IDAT") - 4
    return out.getvalue()[:at] + size + content + check + out.getvalue()[at:]
