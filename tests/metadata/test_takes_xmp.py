"""Which files can be given XMP that they do not have, and that nothing else changes in them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from provenance.metadata import digests, rewrite, takes_xmp
from provenance.model import Container, Edit, Property

NAMED = Edit("u", Container.XMP, "XMP dc:creator", Property.CREATOR_NAMES, "", "Rosa TEIXEIRA")


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("TIFF", "image/tiff"),
    ],
)
def test_what_takes_xmp_gets_a_packet_and_keeps_its_picture(kind: str, media_type: str) -> None:
    out = io.BytesIO()
    Image.effect_noise((48, 32), 40).convert("RGB").save(out, kind)
    data = out.getvalue()
    new = rewrite(data, [NAMED])
    assert takes_xmp(media_type)
    assert b"Rosa TEIXEIRA" in new
    assert (digests(new).image, digests(new).scan) == (digests(data).image, digests(data).scan)


@pytest.mark.parametrize("media_type", ["image/bmp", "image/x-fuji-raf", "text/plain", ""])
def test_what_takes_no_xmp_says_so(media_type: str) -> None:
    assert not takes_xmp(media_type)
