"""Pictures as agencies send them: 300 to 900 KB, full IIM and XMP, with and without camera EXIF."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path

import piexif
from making import dress, exif_block, iim_block, photoshop_block, resource, xmp_packet
from PIL import Image

CAPTION = (
    "People walk through a street of the old town on December 8, 2024. "
    "The city was quiet in the morning after a night of celebrations. (Photo by {} / AFP)"
)


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


def wire_pictures(folder: Path, count: int) -> list[Path]:
    """As a wire delivers them: four EXIF tags, full IIM and XMP, no thumbnail, no history."""
    bodies = [body(number) for number in range(10)]
    made = []
    for number in range(count):
        name = ("Aaref WATAD", "Bakr ALKASEM", "Ümit Öz", "Jörg CARSTENSEN")[number % 4]
        caption = (
            f"People walk through street {number} of the old town of Maaret al-Numan in Syria's"
            " northwestern Idlib province on November 30, 2024. The city was quiet in the morning"
            f" after a night of celebrations that followed the withdrawal. (Photo by {name} / AFP)"
        )
        title = f"000_3{'ABCDEFGHIJ'[number % 10]}{number:05}"
        iim = iim_block({
            "byline": name, "byline_title": "Stringer", "credit": "AFP", "source": "AFP",
            "caption": caption, "date": "20241130", "time": "113000+0200",
            "city": "Maaret al-Numan", "country": "Syria", "country_code": "SYR",
            "headline": "A quiet morning", "title": title, "job_id": f"JOB{number}",
            "keywords": ["street", "town", "quiet"], "instructions": "No archive sales.",
            "copyright": "AFP or licensors",
        })  # fmt: skip
        xmp = xmp_packet({
            "dc:creator": [name], "dc:description": caption, "dc:title": title,
            "dc:rights": "AFP or licensors", "dc:subject": ["street", "town", "quiet"],
            "photoshop:Credit": "AFP", "photoshop:Source": "AFP",
            "photoshop:City": "Maaret al-Numan", "photoshop:Country": "Syria",
            "photoshop:Headline": "A quiet morning",
            "photoshop:DateCreated": "2024-11-30T11:30:00+02:00",
            "photoshop:TransmissionReference": f"JOB{number}",
            "photoshop:Instructions": "No archive sales.", "Iptc4xmpCore:CountryCode": "SYR",
        })  # fmt: skip
        exif = exif_block({
            "artist": name, "copyright": "AFP", "description": caption,
            "taken": "2024:11:30 11:30:00",
        })  # fmt: skip
        path = folder / f"{number:05}.jpg"
        picture = bodies[number % len(bodies)]
        path.write_bytes(dress(picture, exif=exif, xmp=xmp, photoshop=photoshop_block(iim)))
        made.append(path)
    return made


def agency_pictures(folder: Path, count: int) -> list[Path]:
    """As a desk exports them: camera EXIF with its thumbnail, an XMP history; in ``folder``."""
    bodies = [body(number) for number in range(10)]
    made = []
    for number in range(count):
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
