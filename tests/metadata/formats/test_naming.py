"""What formats are called, and names that speak against the content."""

from __future__ import annotations

import pytest

from provenance.metadata.formats.naming import called, described, misnamed
from provenance.metadata.formats.recognition import FORMATS


@pytest.mark.parametrize(
    ("media_type", "words"),
    [
        ("image/jpeg", "a JPEG picture"),
        ("image/avif", "an AVIF picture"),
        ("application/rdf+xml", "an XMP file"),
        ("video/mp4", "an MP4 video"),
        ("image/x-olympus-orf", "an Olympus ORF picture"),
        ("font/ttf", "a file of the type font/ttf"),
    ],
)
def test_formats_in_a_sentence(media_type: str, words: str) -> None:
    assert described(media_type) == words


def test_every_format_of_ours_has_a_name() -> None:
    assert all("/" not in called(media_type) for media_type in FORMATS)
    assert called("font/ttf") == "font/ttf"


@pytest.mark.parametrize(
    ("name", "media_type", "extension"),
    [
        ("/pool/a.png", "image/jpeg", ".png"),
        ("/pool/a.PNG", "image/jpeg", ".PNG"),
        ("a.jpg", "image/heic", ".jpg"),
        ("a.nef", "image/jpeg", ".nef"),
        ("a.xmp", "image/jpeg", ".xmp"),
        ("a.JPG", "image/jpeg", None),
        ("a.jpe", "image/jpeg", None),
        ("a.tif", "image/x-adobe-dng", None),
        ("a.nef", "image/tiff", None),
        ("a.cr2", "image/x-canon-cr2", None),
        ("a.avif", "image/heif", None),
        ("a.HIF", "image/heic", None),
        ("a.xyz", "image/jpeg", None),
        ("a.jpg.bak", "image/png", None),
        ("jpg", "image/png", None),
        (".png", "image/jpeg", None),
        ("/pool/.png", "image/jpeg", None),
        ("/pool.png/a", "image/jpeg", None),
        ("", "image/jpeg", None),
    ],
)
def test_a_name_that_speaks_against_the_content(
    name: str, media_type: str, extension: str | None
) -> None:
    assert misnamed(name, media_type) == extension
