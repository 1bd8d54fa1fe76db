"""File names: what cameras and systems give to every picture tells nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_material import held_against, notice, picture, target

from provenance.matching import picture_of
from provenance.matching.filenames import tells
from provenance.model import TargetKind

GENERIC = [
    "image.jpg", "IMG_1234.JPG", "DSC_0001.jpg", "_DSC1234.NEF", "DSCF0042.jpg", "P1010001.JPG",
    "5D4A1234.CR3", "_MG_0001.jpg", "DJI_0007.jpg", "GOPR0123.JPG", "100_0001.jpg", "1.jpg",
    "0001.jpg", "foto.jpg", "foto2.jpg", "Foto (1).jpg", "photo-3.png", "bild_4.jpg", "imagen.jpg",
    "image001.png", "untitled-1.jpg", "Unbenannt.jpg", "download (2).jpg", "unnamed.jpg",
    "hero.jpg", "cover_1200x630.jpg", "image-1024x683.jpg", "large@2x.jpg", "thumb_w640.webp",
    "IMG_20230502_101112.jpg", "PXL_20230502_101112345.jpg", "IMG-20230502-WA0001.jpg",
    "Screenshot 2023-05-02 at 10.11.12.png", "20230502.jpg", "2023-05-02.jpg", "original.jpeg",
    "IMG_1234 copy.jpg", "IMG_1234_edited-2.jpg", "фото1.jpg", "图片.jpg", "画像1.png", "", ".jpg",
    "-.jpg", "copy of image.jpg"[5:], "a.jpg", "scan0001.tif", "default.png", "_.jpg",
]  # fmt: skip
TELLING = [
    "boats.jpg", "AFP_36NV2QL.jpg", "000_36NV2QL.jpg", "GettyImages-1190004821.jpg",
    "AP23312613652636.jpg", "1190004821.jpg", "epa08218991.jpg", "788096gs.jpg", "RTX79LQC.jpg",
    "2023-05-02-lyon-quay.jpg", "quay_1200x630.jpg", "IMG_1234_lyon.jpg", "Łódź.jpg", "東京.jpg",
    "9e627f74-b978-41b3-b856-2b6547ada9c7.jpg", "photo-of-boats.jpg", "marin20230502.jpg",
]  # fmt: skip


@pytest.mark.parametrize("name", GENERIC)
def test_what_every_archive_holds_many_times(name: str) -> None:
    assert not tells(name)
    one = notice(targets=[target(TargetKind.FILENAME, name)])
    assert picture_of(one).filenames == frozenset()
    assert not [key for key in picture_of(one).suggesting_keys() if key[0] == "filename"]
    assert held_against(one, picture(name=name or "x.jpg")) is None


@pytest.mark.parametrize("name", TELLING)
def test_what_somebody_chose(name: str) -> None:
    assert tells(name)
    assert tells(name.casefold())
    one = notice(targets=[target(TargetKind.FILENAME, f"pool/{name}")])
    assert held_against(one, picture(name=name)) is not None


@given(st.integers(0, 9999), st.from_regex(r"[A-Z0-9_]{4}", fullmatch=True))
def test_every_name_of_a_cameras_own_making(number: int, free: str) -> None:
    assert not tells(f"{free}{number:04d}.JPG")


@given(st.text())
def test_no_name_raises(name: str) -> None:
    assert tells(name) in {True, False}
