"""What follows from an edit, and what does not. No ExifTool is needed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from fidelity import kinds
from fidelity.attempts import Attempt, Pixels, Verdict, Written
from fidelity.consequences import judged
from fidelity.edits import TEXTS
from fidelity.shown import gathered

from provenance.model import Property

NAME, CREDIT, CAPTION = (
    TEXTS[one] for one in (Property.CREATOR_NAMES, Property.CREDIT_LINE, Property.DESCRIPTION)
)
DONE = {
    "XMP-dc:Creator": (NAME,),
    "XMP-photoshop:Credit": (CREDIT,),
    "XMP-dc:Description": (CAPTION,),
}


@pytest.fixture
def attempt(tmp_path: Path) -> Attempt:
    path = tmp_path / "one.jpg"
    path.write_bytes(bytes(100))
    written = Written(
        result=bytes(130),
        edits=(),
        changed=(),
        pixels=Pixels.EQUAL,
        undone=True,
        patch=1,
        growth=0,
        in_xmp=0,
        new_packet=True,
    )
    return Attempt(
        path, "0" * 64, kinds.JPEG, aided=False, verdict=Verdict.WRITTEN, written=written
    )


def judge(attempt: Attempt, before: dict, after: dict) -> tuple[Counter[int], list[str]]:
    return judged(attempt, (before, before, {**DONE, **after}))


def test_the_plan_is_no_difference(attempt: Attempt) -> None:
    explained, odd = judge(attempt, {"IFD0:Artist": ("Anna",)}, {"IFD0:Artist": (NAME,)})
    assert (explained, odd) == (Counter({0: 4}), [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"IFD0:Artist": ("Anna",)}, {"IFD0:Artist": ("Bo",)}),
        ({"IFD0:Artist": ("Anna",)}, {}),
        ({"IFD0:Copyright": ("Anna",)}, {"IFD0:Copyright": (NAME,)}),
        ({"XMP-dc:Title": ("A",)}, {}),
        ({}, {"XMP-dc:Title": ("A",)}),
        ({}, {"ExifTool:Warning": ("Bad offset",)}),
        ({"IPTC:Keywords": (["A"],)}, {"IPTC:Keywords": (["B"],)}),
        ({}, {"XMP-dc:Creator": ("Anna",)}),
        (
            {"Photoshop:IPTCDigest": ("a",), "File:CurrentIPTCDigest": ("a",)},
            {"Photoshop:IPTCDigest": ("b",), "File:CurrentIPTCDigest": ("c",)},
        ),
        ({"MPImage1:MPImageLength": (50,)}, {"MPImage1:MPImageLength": (79,)}),
        ({"IFD1:ThumbnailOffset": (50,)}, {}),
        ({"IFD1:ThumbnailLength": (50,)}, {"IFD1:ThumbnailLength": (51,)}),
        ({"RIFF:WebP_Flags": ("Alpha",)}, {"RIFF:WebP_Flags": ("XMP",)}),
        ({"RIFF:ImageWidth": (8,)}, {"RIFF:ImageWidth": (8, 9)}),
    ],
)
def test_other_differences_are_told(attempt: Attempt, before: dict, after: dict) -> None:
    assert len(judge(attempt, before, after)[1]) >= 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            {"Photoshop:IPTCDigest": ("a",), "File:CurrentIPTCDigest": ("a",)},
            {"Photoshop:IPTCDigest": ("c",), "File:CurrentIPTCDigest": ("c",)},
        ),
        ({"MPImage1:MPImageLength": (50,)}, {"MPImage1:MPImageLength": (80,)}),
        ({"IFD1:ThumbnailOffset": (50,)}, {"IFD1:ThumbnailOffset": (80,)}),
        ({}, {"IPTC:CodedCharacterSet": ("UTF8",)}),
        ({"RIFF:WebP_Flags": ("Alpha",)}, {"RIFF:WebP_Flags": ("XMP, Alpha",)}),
        ({"RIFF:ImageWidth": (8,)}, {"RIFF:ImageWidth": (8, 8)}),
        ({"System:FileSize": ("1 kB",)}, {"System:FileSize": ("2 kB",)}),
    ],
)
def test_consequences_are_explained(attempt: Attempt, before: dict, after: dict) -> None:
    assert judge(attempt, before, after)[1] == []


def test_a_property_that_is_not_there_is_told(attempt: Attempt) -> None:
    after = {tag: value for tag, value in DONE.items() if tag != "XMP-photoshop:Credit"}
    assert judged(attempt, ({}, {}, after))[1] == ["XMP-photoshop:Credit is not as planned"]


def test_undeclared_utf8_reads_as_it_does_with_help(attempt: Attempt) -> None:
    before, helped = {"IPTC:City": ("MÃ¡laga",)}, {"IPTC:City": ("Málaga",)}
    assert judged(attempt, (before, helped, {**DONE, **helped}))[1] == []


def test_copies_are_gathered_whatever_their_numbers() -> None:
    printed = {"IPTC:Copy2:Credit": "C", "XMP-photoshop:Credit": "A", "IPTC:Copy1:Credit": "B"}
    assert gathered(printed) == {"IPTC:Credit": ("B", "C"), "XMP-photoshop:Credit": ("A",)}
