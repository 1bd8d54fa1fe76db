"""Mail folders: every message is a carrier, and a bad one stops no other."""

from __future__ import annotations

import io
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_material import BOATS, KILL, NOTICE, bracket, mail
from PIL import Image

from provenance.notices import ParsedCarrier
from provenance.notices.files import parse_file
from provenance.notices.mails import mbox

POSTMARK = b"From photo@agency.example Wed May  3 08:00:00 2023\n"


def _folder(*messages: bytes, end: bytes = b"\n") -> bytes:
    return b"".join(POSTMARK + one.replace(b"\nFrom ", b"\n>From ") + end + end for one in messages)


def _parsed(data: bytes, received: str | None = None) -> ParsedCarrier:
    return parse_file("inbox", data, received, "anna.editor")


def _dated(data: bytes, day: int) -> bytes:
    return data.replace(b"03 May 2023", b"%02d May 2023" % day)


def test_each_message_is_read_with_its_own_date_and_place() -> None:
    parsed = _parsed(
        _folder(
            _dated(mail("Correction AFP_48KT7NQ", NOTICE), 1),
            mail("lunch", "At noon."),
            _dated(mail("MANDATORY KILL", KILL), 3),
        )
    )
    assert parsed.errors == ()
    assert [one.occurrences[0].locator for one in parsed.notices] == [
        "message 1: mail body",
        "message 3: mail body",
    ]
    assert {one.occurrences[0].source for one in parsed.notices} == {"inbox"}
    assert [one.received for one in parsed.notices] == [
        "2023-05-01T10:00:00+02:00",
        "2023-05-03T10:00:00+02:00",
    ]
    assert [one.sent for one in parsed.notices] == [one.received for one in parsed.notices]
    assert {one.received_by for one in parsed.notices} == {"anna.editor"}


def test_the_desks_own_time_of_receipt_wins() -> None:
    given_time = "2024-01-01T00:00:00+00:00"
    (found,) = _parsed(_folder(mail("x", NOTICE)), given_time).notices
    assert (found.received, found.sent) == (given_time, "2023-05-03T10:00:00+02:00")


def test_the_same_notice_in_two_messages_is_one_with_the_earliest_receipt() -> None:
    data = _folder(
        _dated(mail("Correction AFP_48KT7NQ", NOTICE), 4), mail("Correction AFP_48KT7NQ", NOTICE)
    )
    (found,) = _parsed(data).notices
    assert found.received == "2023-05-03T10:00:00+02:00"
    assert [one.locator for one in found.occurrences] == [
        "message 1: mail body",
        "message 2: mail body",
    ]


@pytest.mark.parametrize(
    "postmark",
    [
        b"From - Wed May 03 10:00:00 2023\n",
        b"From a@b.example Wed May  3 10:00:00 +0200 2023\n",
        b"From 1764@xxx Wed May 03 10:00:00 +0000 2023\r\n",
        b"From MAILER-DAEMON Wed May  3 10:00 2023\n",
    ],
)
def test_from_lines_of_all_programs(postmark: bytes) -> None:
    data = (postmark + mail("Correction AFP_48KT7NQ", NOTICE) + b"\n\n") * 2
    (found,) = _parsed(data).notices
    assert len(found.occurrences) == 2


def test_lines_that_begin_with_from_are_words_again() -> None:
    body = f"Dear desk,\n\nFrom now on 10:00 counts.\nNote: all\n\nFrom me: {NOTICE}"
    parsed = _parsed(_folder(mail("x", body), mail("y", KILL)))
    assert [len(one.occurrences) for one in parsed.notices] == [1, 1]
    assert parsed.notices[1].occurrences[0].locator == "message 2: mail body"


def test_a_bad_message_stops_no_other() -> None:
    bomb = (
        b"From: a@b\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    )
    bomb += b"--b\n\nx\n" * 5_000
    parsed = _parsed(_folder(mail("x", NOTICE), bomb, b"Odd: x\n\n", mail("y", KILL)))
    assert len(parsed.notices) == 2
    (error,) = parsed.errors
    assert error.message.startswith("inbox, message 2")
    assert error.remedy


def test_attached_pictures_are_handed_on_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(out, "JPEG")
    data = _folder(*(mail("x", f"{n}", attached=((f"{n}.jpg", out.getvalue()),)) for n in range(4)))
    assert [name for name, _ in _parsed(data).attached] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]
    monkeypatch.setattr(mbox, "_LARGEST_ATTACHED", 2 * len(out.getvalue()))
    parsed = _parsed(data)
    assert [name for name, _ in parsed.attached] == ["0.jpg", "1.jpg"]
    assert parsed.skipped == ("2.jpg", "3.jpg")


@pytest.mark.parametrize(("limit", "value"), [("_LARGEST", 2_000), ("_MOST_MESSAGES", 3)])
def test_a_folder_over_a_limit_is_refused(
    limit: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _folder(*(mail("x", NOTICE) for _ in range(4)))
    assert _parsed(data).errors == ()
    monkeypatch.setattr(mbox, limit, value)
    (error,) = _parsed(data).errors
    assert (error.code, error.message.startswith("inbox")) == ("notice-limit", True)
    assert "parts" in error.remedy


def test_a_large_folder_is_read_with_one_message_in_hand() -> None:
    big = mail("x", "Words of a long mail.\n" * 1_000)
    data = _folder(*[big] * 40, mail("y", NOTICE))
    tracemalloc.start()
    try:
        assert len(_parsed(data).notices) == 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(data) > 35 * len(big)
    assert peak < 25 * len(big)


def test_many_messages_are_read_in_time() -> None:
    messages = [
        mail(
            f"Correction AFP_48KT{n:03d}",
            bracket(f"[A B{n}] instead of [C D]")[:200] if n % 9 == 0 else "Hi",
        )
        for n in range(450)
    ]
    data = _folder(*messages)
    started = time.process_time()
    parsed = _parsed(data)
    assert time.process_time() - started < 6
    assert parsed.errors == ()
    assert len(parsed.notices) == 50


def test_repeats_in_a_folder_are_one_notice() -> None:
    data = _folder(*[mail("Correction AFP_48KT7NQ", NOTICE)] * 3, mail("x", KILL), mail("y", BOATS))
    assert [len(one.occurrences) for one in _parsed(data).notices] == [3, 1]


@pytest.mark.parametrize(
    "data", [POSTMARK * 20_000, POSTMARK + b"A: b\n\n" + (POSTMARK + b"A: b\n\n") * 5_000,
             POSTMARK + b"A: b\n\n" + b">From \n" * 200_000, b"From " + b"1:" * 200_000,
             (b"From " + b"x" * 390 + b"\n") * 5_000],
)  # fmt: skip
def test_hostile_folders_are_a_value_in_time(data: bytes) -> None:
    started = time.process_time()
    assert isinstance(_parsed(data), ParsedCarrier)
    assert time.process_time() - started < 8


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_from_line_are_a_value(data: bytes) -> None:
    assert isinstance(_parsed(POSTMARK + b"From: a@b\n" + data), ParsedCarrier)
