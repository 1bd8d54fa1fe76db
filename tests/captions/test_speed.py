"""The captions room stays linear in hostile text."""

from __future__ import annotations

import time

import pytest

from provenance import captions, wording
from provenance.captions import lines, segments
from provenance.grammars import afp, afp_withdrawals, frame

HOSTILE = [
    "(", "(a", "AFP ", "AFP/", "/AFP", "Photo by ", "(Photo by ", " - ", "\n", "AFP PHOTO / ", "REUTERS/A ", "(AFP)",
    "The erroneous mention[s] appearing ", "The erroneous mention[s] appearing has been modified [",
    "MANDATORY KILL ", "MANDATORY KILL THIS PHOTO HAS BEEN WITHDRAWN ", "cette image a été retirée ", "[", "?", " ",
    "TPX IMAGES ", "(AFP PHOTO) NO SALES ", "(AFP PHOTO)\n", "A. (AFP)\r\n", "X. ", "A.\n", "x / AFP ", "Foto: ", "mandatory credit ", "AFP via ", "dpa|", "EPA/A A ", "\r",
    "(AP, File", "NO SALES ", "the erroneous mention ", "©", "AFP/Xa/", "\n AFP/X\n", "((AFP", "A\n\n", "a,\n",
    "The erroneous mention[s] appearing has been modified [a] instead of [b] please immediately remove the x ",
]  # fmt: skip


def _seconds(unit: str, size: int) -> float:
    text = (unit * (size // len(unit) + 1))[:size]
    started = time.process_time()
    captions.segment(text)
    captions.replace_creator(text, "Aaref WATAD", "Bakr ALKASEM")
    return time.process_time() - started


@pytest.mark.parametrize("unit", HOSTILE)
def test_cost_grows_with_the_length_only(unit: str) -> None:
    # Twice through the text; 20,000 credits in 100 kB are the slowest. Quadratic cost takes minutes.
    assert _seconds(unit, 100_000) < 1.5


@pytest.mark.soak
@pytest.mark.parametrize("unit", HOSTILE)
def test_a_megabyte_of_the_worst_is_read(unit: str) -> None:
    assert _seconds(unit, 1_000_000) < 12 * max(_seconds(unit, 100_000), 0.05)


# Every pattern that runs over a whole text; the others see bounded windows only.
WHOLE_TEXT = [
    lines._WORDS, lines._ALL_WORDS, afp._ANCHOR, afp_withdrawals._KILL_ANCHOR, afp_withdrawals._FRENCH, frame.BLANK_LINE,
    segments._BLANK_LINE, segments._LINE_BREAK, segments._JOINT, wording._SPACES, wording._SPACE_AT_MARK,
]  # fmt: skip
MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "unit",
    [
        "\n",
        " ",
        " \n",
        "the ",
        "the erroneous ",
        "MANDATORY ",
        "cette image ",
        "Foto",
        "e\u0301?",
        "/",
        "A",
        "dpa",
    ],
)
def test_each_pattern_reads_its_worst_megabyte_in_a_second(unit: str) -> None:
    text = (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
    for pattern in WHOLE_TEXT:
        started = time.process_time()
        for _ in pattern.finditer(text):
            pass
        assert time.process_time() - started < 1.0, pattern.pattern
