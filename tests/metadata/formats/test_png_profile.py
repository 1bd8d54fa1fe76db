"""ImageMagick's raw profiles: text to octets and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from png_material import raw_profile

from provenance.errors import RewriteRefusedError
from provenance.metadata.formats.png_profile import name_of, unpack


@pytest.mark.parametrize(
    ("keyword", "name"),
    [
        (b"Raw profile type iptc", b"iptc"),
        (b"Raw profile type APP1", b"app1"),
        (b"raw profile type 8BIM", b"8bim"),
        (b"Raw profile", None),
        (b"Author", None),
        (b"XML:com.adobe.xmp", None),
    ],
)
def test_name_of_knows_profiles_in_any_case(keyword: bytes, name: bytes | None) -> None:
    assert name_of(keyword) == name


@given(payload=st.binary(max_size=200), line=st.sampled_from([2, 8, 72, 78]), upper=st.booleans())
def test_a_profile_keeps_its_layout(payload: bytes, line: int, upper: bool) -> None:
    text = raw_profile("iptc", payload, line=line, upper=upper)
    found = unpack(text)
    assert found.payload == payload
    assert found.stated == len(payload)
    assert found.with_payload(payload) == text


@given(old=st.binary(min_size=40, max_size=200), new=st.binary(max_size=400))
def test_another_payload_is_written_as_imagemagick_would(old: bytes, new: bytes) -> None:
    assert unpack(raw_profile("exif", old)).with_payload(new) == raw_profile("exif", new)


@given(
    text=st.binary(max_size=60) | st.binary(max_size=40).map(lambda tail: b"\niptc\n 12\n" + tail)
)
def test_any_text_is_read_or_refused(text: bytes) -> None:
    found = unpack(text)
    if found.whole:
        again = unpack(found.with_payload(found.payload))
        assert again.payload == found.payload
        assert again.is_hex is found.is_hex
    else:
        with pytest.raises(RewriteRefusedError) as caught:
            found.with_payload(b"new")
        assert caught.value.code == "png-profile-broken"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (b"\niptc\n3\n1c0201\n", b"\niptc\n4\n00ff10aa\n"),
        (b"\niptc\n       3\n120201\n", b"\niptc\n       4\n00ff10aa\n"),
        (b"\niptc\n       3\n1C02AB", b"\niptc\n       4\n00FF10AA"),
        (b"\nIPTC profile\n  3\r\n1c\n02\nab\n\n", b"\nIPTC profile\n  4\r\n00\nff\n10\naa\n\n"),
        (b"\n\xaa\x01{generic prof\n       3\n1c02ab\n", b"\n\xaa\x01{generic prof\n       4\n00ff10aa\n"),
        (b"\x1c\x02\x50\x00\x00", b"\x00\xff\x10\xaa"),
    ],
    ids=["narrow", "digits only", "capitals", "short lines", "odd name", "no profile"],
)  # fmt: skip
def test_odd_layouts_stay(text: bytes, written: bytes) -> None:
    assert unpack(text).with_payload(b"\x00\xff\x10\xaa") == written


def test_one_endless_line_stays_one_line() -> None:
    text = b"\nxmp\n     300\n" + b"ab" * 300
    assert unpack(text).with_payload(b"\xcd" * 310) == b"\nxmp\n     310\n" + b"cd" * 310


def test_bare_octets_that_look_like_a_header_further_in_are_no_profile() -> None:
    text = b"\x1c\x02\x78\x00\x0cFoo\n 12\nabcd"
    assert unpack(text).payload == text
