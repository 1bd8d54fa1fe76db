"""Plain texts and text wires: what encoding they are in, and when they are a message."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_material import BOATS, CAFE, NOTICE

from provenance.errors import NoticeError
from provenance.notices import text
from provenance.notices.files import parse_file

WIRE = (
    b"\x01afp0123 4 i 90 photo   afp 061\r\n\nPhotos/corrections/\r\n\x02Corrected photo =\r\n\n"
    b"%s\r\n\nafp ab cd\r\n\n   The following information is not intended for publication\r\n\n"
    b"%s\r\n\x03041330 GMT Dec 24\r\n\x04\r\n"
)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", b"\xff\xfe\x00\x00"),
        ("cp1252", b""),
    ],
)
def test_text_is_read_in_its_encoding(encoding: str, mark: bytes) -> None:
    words = f"{CAFE} / “{NOTICE}”"
    assert text.decode("a.txt", mark + words.encode(encoding)) == words


def test_bytes_without_meaning_in_windows_1252_are_latin_1() -> None:
    assert text.decode("a.txt", b"caf\xe9 \x81") == "caf\xe9 \x81"


@pytest.mark.parametrize(
    "data", [b"\x00\x01" * 40, b"a\x00b\x00\x00c" * 9, b"\xff\xfe\x00\xd8", b"\x7fELF\x00\x02" * 9]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(NoticeError) as refusal:
        text.decode("odd.bin", data)
    assert refusal.value.code == "carrier-unknown"
    assert "odd.bin" in refusal.value.message
    assert refusal.value.remedy


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        said = text.decode("a", data)
    except NoticeError as error:
        said = error.remedy
    assert said or not data.strip(b"\x00\xff\xfe\xef\xbb\xbf")


@pytest.mark.parametrize("where", [0, 1])
def test_a_wire_is_read_with_its_private_note(where: int) -> None:
    parts = [b"Words of the story.", b"Contact the desk."]
    parts[where] = NOTICE.encode("latin-1")
    parsed = parse_file("0061.txt", WIRE % tuple(parts), None, "anna")
    (found,) = parsed.notices
    assert parsed.errors == ()
    assert (found.complete, found.text) == (True, NOTICE)
    assert found.occurrences[0].locator == "wire text"


def test_a_short_wire_of_many_controls_is_a_wire() -> None:
    data = b"\x16\x16\x01a0105KYODO\x1f_koko-\r\nu s\x14\x12 BC-X   09-12 0344\r\n\x02" + (
        NOTICE.encode() + b"\x03\x04\x7f\x1f\x1e\x16" * 20
    )
    (found,) = parse_file("a", data, None, "anna").notices
    assert found.complete


def test_damaged_letters_of_a_wire_do_not_stop_it() -> None:
    parsed = parse_file("a", WIRE % (b"M\xfcnchen \x81\x9d", NOTICE.encode()), None, "anna")
    assert len(parsed.notices) == 1


def test_the_real_wires_are_read_and_raise_no_alarm(shared: Path) -> None:
    """None of them is about a picture's error."""
    read = 0
    for path in sorted((shared / "corpus/wires").iterdir()):
        data = path.read_bytes()
        if data.lstrip(b"\x16")[:1] != b"\x01":
            continue
        parsed = parse_file(path.name, data, None, None)
        assert (parsed.notices, parsed.errors) == ((), ()), path.name
        read += 1
    assert read > 8


def test_an_article_is_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    contexts: list[object] = []
    whole = text.read

    def spy(words: str, **given: object) -> object:
        contexts.append(given["context"])
        return whole(words, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(text, "read", spy)
    text.parse("a.txt", f"Prose.\n\n{BOATS}\n".encode())
    text.parse("a.txt", b"Please note the following.")
    assert contexts[0] is None
    assert contexts[1] is not None


def test_a_large_text_is_read_in_time_and_a_larger_one_refused() -> None:
    data = (b"Words of a story that goes on. " * 40 + b"\n") * 400 + NOTICE.encode()
    started = time.process_time()
    assert len(parse_file("a.txt", data, None, "anna").notices) == 1
    assert time.process_time() - started < 6
    (error,) = parse_file("a.txt", b"a" * 10_000_001, None, "anna").errors
    assert error.code == "notice-too-large"
