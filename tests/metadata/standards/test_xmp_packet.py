"""The packet as bytes: encoding, wrapper, padding."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.metadata.standards.xmp_packet import body, encoding_of, fit, has_doctype, transcribe


@pytest.mark.parametrize(
    ("packet", "encoding"),
    [
        (b"<x/>", "utf-8"),
        (b"\xef\xbb\xbf<x/>", "utf-8"),
        (b"", "utf-8"),
        ("<x/>".encode("utf-16-be"), "utf-16-be"),
        ("\ufeff<x/>".encode("utf-16-le"), "utf-16-le"),
        ("<x/>".encode("utf-32-le"), "utf-32-le"),
        ("\ufeff<x/>".encode("utf-32-be"), "utf-32-be"),
        (b"<?xml version='1.0' encoding='Windows-1252'?><x/>", "cp1252"),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding = "latin1"?><x/>', "latin-1"),
        (b"<?xml version='1.0' encoding='EBCDIC'?><x/>", "utf-8"),
        (b"<?xml version='1.0'?><x encoding='latin1'/>", "utf-8"),
    ],
)
def test_the_encoding_is_that_of_the_octets(packet: bytes, encoding: str) -> None:
    assert encoding_of(packet) == encoding


def test_sound_text_is_transcribed_exactly_and_damage_is_told() -> None:
    assert transcribe("<ž/>".encode("utf-16-le")).text.decode() == "<ž/>"
    assert not transcribe("<ž/>".encode("utf-16-le")).damaged
    western = transcribe(b"<\xe9 \x80 \x81/>" + "ž".encode())
    assert (western.text.decode(), western.damaged) == ("<é € \ufffd/>ž", True)
    wide = transcribe(b"<\x00\x00\xd8/\x00>\x00")
    assert (wide.text.decode(), wide.damaged) == ("<\ufffd/>", True)


@given(st.text(), st.sampled_from(["utf-8", "utf-16-le", "utf-32-be"]))
def test_text_survives_its_transcription(text: str, encoding: str) -> None:
    packet = ("<x>" + text).encode(encoding)
    assert transcribe(packet).text.decode() == "<x>" + text


def test_the_body_is_from_the_first_tag_to_the_last() -> None:
    assert body(b"\0\0 <x>\n</x>\0junk") == b"<x>\n</x>"
    assert body(b"junk") == b""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"<!DOCTYPE a><a/>", True),
        (b"\xef\xbb\xbf <?xml?> <!-- < --> \n<?p <!-- ?><!DOCTYPE a>", True),
        (b"<!-- <!DOCTYPE a> --><a/>", False),
        (b"<?p <!DOCTYPE a> ?><a/>", False),
        (b"<a><!DOCTYPE a></a>", False),
        (b"<!-- <!DOCTYPE a>", False),
        (b"<?p <!DOCTYPE a>", False),
        (b"no tag", False),
    ],
)
def test_a_document_type_stands_before_the_root(text: bytes, expected: bool) -> None:
    assert has_doctype(text) is expected


END = '<?xpacket end="w"?>'


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("<x/>\n   \n" + END, 26, "<x/>\n \n" + END),
        ("<x/>\n   \n" + END, 25, "<x/>\n\n" + END),
        ("<x/>\n   \n" + END, 24, "<x/>\n" + END),
        ("<x/>\n   \n" + END, 3, "<x/>\n" + END),
        ("<x/>\n   \n" + END, 28, "<x/>\n   \n" + END),
        ("<x/>\n\n" + END, 27, "<x/>\n  \n" + END),
        ("<x/>" + END, 25, "<x/>  " + END),
        ("<x/>\n   \n", 3, "<x/>\n   \n"),
        ("<x/>   <?xpacket begin=''?>", 30, "<x/>   <?xpacket begin=''?>"),
    ],
)
def test_padding_follows_the_size(text: str, size: int, expected: str) -> None:
    assert fit(text, "utf-8", size) == expected


def test_the_last_end_of_a_packet_is_the_end() -> None:
    text = f"<x/>   {END}   {END}"
    assert fit(text, "utf-8", len(text) - 2) == f"<x/>   {END} {END}"


@given(st.integers(0, 400), st.sampled_from(["utf-8", "utf-16-le", "utf-32-be"]))
def test_a_size_that_padding_can_reach_is_reached(size: int, encoding: str) -> None:
    text = f"<ž/>\n{' ' * 30}\n{END}"
    unit = len(" ".encode(encoding))
    least = len(f"<ž/>\n{END}".encode(encoding))
    wanted = least + size * unit
    assert len(fit(text, encoding, wanted).encode(encoding)) == wanted


def test_a_sea_of_white_space_costs_nothing() -> None:
    started = time.perf_counter()
    fit(" " * 1_000_000 + "x" + " " * 1_000_000, "utf-8", 5)
    fit(" " * 1_000_000 + END, "utf-8", 5)
    assert time.perf_counter() - started < 1
