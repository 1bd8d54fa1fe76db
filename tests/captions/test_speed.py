"""The captions room stays linear in hostile text."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

from provenance import captions, wording
from provenance.captions import limits

HOSTILE = [
    "(", "(a", "AFP ", "AFP/", "/AFP", "Photo by ", "(Photo by ", " - ", "\n", "AFP PHOTO / ", "REUTERS/A ", "(AFP)",
    "The erroneous mention[s] appearing ", "The erroneous mention[s] appearing has been modified [",
    "MANDATORY KILL ", "MANDATORY KILL THIS PHOTO HAS BEEN WITHDRAWN ", "cette image a été retirée ", "[", "?", " ",
    "TPX IMAGES ", "(AFP PHOTO) NO SALES ", "(AFP PHOTO)\n", "A. (AFP)\r\n", "X. ", "A.\n", "x / AFP ", "Foto: ", "mandatory credit ", "AFP via ", "dpa|", "EPA/A A ", "\r",
    "(AP, File", "NO SALES ", "the erroneous mention ", "©", "AFP/Xa/", "\n AFP/X\n", "((AFP", "A\n\n", "a,\n",
    "The erroneous mention[s] appearing has been modified [a] instead of [b] please immediately remove the x ",
    "picture alliance / a ", "picture alliance / a | ", "Ab | AFP/C ", "A. Ab\nCd/AFP ", "(Foto: Ab Cd) ", "© a b c AFP/",
    "(Photo by Ab Cd / AFP) ", "://AFP/", "(zu dpa ", "[CopyrightNotice: ", "FILE PHOTO: ", "(----", "写真：", "Symbolfoto", "2024 ",
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
    # Ten times the text; a quadratic cost would be a hundred times as high.
    assert _seconds(unit, 1_000_000) < 25 * max(_seconds(unit, 100_000), 0.05)


LIMITS = [
    "EMBARGO ", "EMBARGOED UNTIL ", "EMBARGOED UNTIL 1 MAY ", "sperrfrist 1", "NO SALES ", "NO SALES IN UK, ", "UK, ", "UK OUT ",
    "UKOUT ", "EUO ", "14 days ", "used for 14 days ", "only be used for only 14 days of ", "MANDATORY CREDIT ", 'mandatory credit "a',
    "no use uk and ", "may be used until 1 ", "this image has been ", "HANDOUT ", "expires 1 ", "not for use before 1 2 3 4 ",
]  # fmt: skip


@pytest.mark.parametrize("unit", LIMITS)
def test_the_cost_of_restrictions_grows_with_the_length_only(unit: str) -> None:
    text = (unit * (100_000 // len(unit) + 1))[:100_000]
    started = time.process_time()
    captions.restrictions(text)
    captions.body(text)
    assert time.process_time() - started < 1.5


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern of the room and of ``wording``."""
    modules = [
        importlib.import_module(f"{captions.__name__}.{one.name}")
        for one in pkgutil.iter_modules(captions.__path__)
    ]
    for module in (*modules, wording):
        for name, value in vars(module).items():
            many = value if isinstance(value, tuple) else (value,)
            for number, one in enumerate(many):
                if isinstance(one, limits.Form):
                    one = one.pattern  # noqa: PLW2901
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    yield f"{module.__name__.rpartition('.')[2]}.{name}.{number}", one


PATTERNS = dict(_patterns())
_WORDS = re.compile(r"[A-Za-z\u00c0-\u017f]{2,}")


def _worst_of(pattern: re.Pattern[str]) -> list[str]:
    """Texts that a pattern nearly matches: blanks, its own marks, and its words begun over."""
    plain = re.sub(r"\\[sSwWdDbB]|\(\?[:!=<a-zP-][^)>]{0,12}[>]?|\{[\d,]+\}", " ", pattern.pattern)
    words = list(dict.fromkeys(_WORDS.findall(plain)))
    marks = "".join(dict.fromkeys(c for c in plain if not c.isalnum() and c not in "\\?*+{}^$ "))
    units = [
        " ",
        "\n",
        "A",
        "a ",
        "1 ",
        "A.",
        marks or ".",
        " ".join(words[:6]) + " ",
        "".join(words[:4]),
    ]
    units += [f"{word} " for word in (*words[:2], *words[-2:])]
    return [unit for unit in dict.fromkeys(units) if unit]


def _slowest(pattern: re.Pattern[str], size: int) -> tuple[float, str]:
    worst = 0.0, ""
    for unit in _worst_of(pattern):
        text = (unit * (size // len(unit) + 1))[:size]
        started = time.process_time()
        for _ in pattern.finditer(text):
            pass
        worst = max(worst, (time.process_time() - started, unit))
    return worst


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_backtracks_catastrophically(name: str) -> None:
    # Quadratic cost would take seconds for 20 kB already.
    seconds, unit = _slowest(PATTERNS[name], 20_000)
    assert seconds < 0.2, (unit, PATTERNS[name].pattern)


# Every pattern that runs over a whole text; the others see bounded windows only.
WHOLE_TEXT = [
    name for name in PATTERNS
    if name.startswith(("hits.WALKS", "segments._BLANK", "segments._LINE", "segments._JOINT", "wording._SPACE", "furniture._TAGGED", "limits."))
]  # fmt: skip


def test_the_patterns_that_walk_whole_texts_are_known() -> None:
    assert {"hits.WALKS.0", "hits.WALKS.3", "wording._SPACES.0", "limits.OUT.0"} <= {*WHOLE_TEXT}


@pytest.mark.parametrize("name", [one for one in WHOLE_TEXT if not one.startswith("limits.")])
def test_each_walking_pattern_reads_its_worst_megabyte_in_a_second(name: str) -> None:
    unit = max(_worst_of(PATTERNS[name]), key=lambda one: _of(name, one, 20_000))
    assert _of(name, unit, 1_000_000) < 1.0, unit


def _of(name: str, unit: str, size: int) -> float:
    text = (unit * (size // len(unit) + 1))[:size]
    started = time.process_time()
    for _ in PATTERNS[name].finditer(text):
        pass
    return time.process_time() - started


@pytest.mark.soak
@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_reads_its_worst_megabyte_in_a_second(name: str) -> None:
    seconds, unit = _slowest(PATTERNS[name], 1_000_000)
    assert seconds < 1.0, (unit, PATTERNS[name].pattern)
