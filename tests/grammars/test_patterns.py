"""Every compiled pattern of the room, against text made to slow it down.

The patterns are found in the modules, and each is fed what its own source asks for: whole
matches, cut ones, long runs of what it repeats. A new pattern is covered by itself.
"""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

import pytest

from provenance import grammars

MEGABYTE = 1_000_000
SHORT, LONG = 10_000, 100_000
# What costs less in a short text is looked at in a long run of the tests alone.
SUSPECT = 0.001

COMMON = (" ", "\n", " \n", "a", "A ", "a b ", "Aa ", "1 ", ".", ". ", ", ", "(", "[", "]", '"', "?", "«", "'a ", "-", "é", "「")  # fmt: skip

# Patterns that are asked about one place or a stretch of text, never about the whole: its length.
BOUNDED = {
    "afp._HEAD_WORDS": 1_600,
    "afp_languages._LANGUAGES-1": 1_400,
    "afp_languages._LANGUAGES-6": 1_400,
    "afp_languages._LANGUAGES-11": 1_400,
    "afp_languages._LANGUAGES-16": 1_400,
    "afp_withdrawals._FRENCH_COURTESY": 400,
    "kyodo._BEHIND": 160,
    "labelled._FIELD_AHEAD": 200,
}

_parser = import_module("re._parser")
_CATEGORY = {
    "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_DIGIT": "1",
    "CATEGORY_NOT_SPACE": "a", "CATEGORY_NOT_WORD": " ", "CATEGORY_NOT_DIGIT": "a",
}  # fmt: skip


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for info in pkgutil.walk_packages(grammars.__path__, f"{grammars.__name__}."):
        module = import_module(info.name)
        short = info.name.rpartition(".")[2]
        for name, value in sorted(vars(module).items()):
            for index, pattern in enumerate(_inside(value, 4)):
                yield f"{short}.{name}{f'-{index}' if index else ''}", pattern


def _inside(value: object, depth: int) -> Iterator[re.Pattern[str]]:
    """The patterns that a value is, or holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            yield from _inside(one, depth - 1)
    elif depth and isinstance(value, dict):
        for one in value.values():
            yield from _inside(one, depth - 1)
    elif depth and is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _inside(getattr(value, one.name), depth - 1)


def _spelled(parsed: Any, *, last: bool, most: int, depth: int = 12) -> str:
    """A text that a parsed pattern asks for; of alternatives the first or the last."""
    return "".join(_one(str(op), of, last=last, most=most, depth=depth) for op, of in parsed)


def _one(op: str, of: Any, *, last: bool, most: int, depth: int) -> str:
    if depth == 0:
        return ""
    more = {"last": last, "most": most, "depth": depth - 1}
    match op:
        case "LITERAL":
            return chr(of)
        case "NOT_LITERAL" | "ANY":
            return "a" if of != ord("a") else "b"
        case "CATEGORY":
            return _CATEGORY[str(of)]
        case "IN":
            return _member(of, last=last)
        case "BRANCH":
            return _spelled(of[1][-1 if last else 0], **more)
        case "SUBPATTERN":
            return _spelled(of[3], **more)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inner = of
            count = max(low, min(int(high), most))
            return _spelled(inner, **more) * min(count, 80)
    return ""


def _member(of: Any, *, last: bool) -> str:
    """A character of a set."""
    if str(of[0][0]) == "NEGATE":
        pattern = {chr(one) for op, one in of[1:] if str(op) == "LITERAL"}
        return next(one for one in "a b1.,Z~" if one not in pattern)
    op, one = of[-1 if last else 0]
    if str(op) == "RANGE":
        return chr(one[0])
    return chr(one) if str(op) == "LITERAL" else _CATEGORY[str(one)]


def units(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """What a pattern is fed, again and again."""
    parsed = _parser.parse(pattern.pattern, pattern.flags)
    whole = [_spelled(parsed, last=last, most=most) for last in (False, True) for most in (1, 8)]
    found = [part for one in whole for part in (one, one[:-1], one[: len(one) // 2], one + " ")]
    # Its first words, and then for long nothing that it wants.
    found += [one[: len(one) // 2] + " " * 200 for one in whole[:1]]
    return tuple(dict.fromkeys(one for one in (*COMMON, *found) if one))


def _seconds(pattern: re.Pattern[str], unit: str, length: int) -> float:
    text = (unit * (length // len(unit) + 1))[:length]
    before = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - before


PATTERNS = dict(_patterns())


def test_the_patterns_are_found() -> None:
    names = {name.partition("-")[0] for name in PATTERNS}
    assert {"afp._INSTEAD", "afp._ANCHOR", "pairs._LINKS", "orders.HEADING", "dpa._STATT"} <= names
    assert len(PATTERNS) > 150


def _slowest(name: str, length: int, suspect: float) -> tuple[float, str]:
    """The cost of a text of this length, as a share of a second for each megabyte."""
    pattern, whole = PATTERNS[name], BOUNDED.get(name)
    if whole is not None:
        return max((_seconds(pattern, unit, whole), unit) for unit in units(pattern))
    costs = [
        (_seconds(pattern, unit, length) * MEGABYTE / length, unit)
        for unit in units(pattern)
        if _seconds(pattern, unit, SHORT) > suspect
    ]
    return max(costs, default=(0.0, ""))


@pytest.mark.parametrize("name", PATTERNS)
def test_no_text_takes_long(name: str) -> None:
    cost, unit = _slowest(name, LONG, SUSPECT)
    assert cost < 1 or _slowest(name, LONG, SUSPECT)[0] < 1, unit[:80]


@pytest.mark.soak
@pytest.mark.parametrize("name", PATTERNS)
def test_a_megabyte_takes_less_than_a_second(name: str) -> None:
    cost, unit = _slowest(name, MEGABYTE, 0)
    assert cost < 1, unit[:80]


def test_bounded_patterns_exist() -> None:
    assert set(BOUNDED) <= set(PATTERNS)


ARTICLE = (
    "The mayor said on Monday, March 4, 2024, that the bridge would be repaired by the end of the"
    ' year. "We are sorry," she said; a picture of it was shown. (AP Photo/Dana Whitlow)\n\n'
)
WORST = (
    ARTICLE,
    "Home\nNews\nCorrections\n\nPlease subscribe. Foto: Jule Hartwig/dpa\n\nTags: kill, remove\n\n",
    "Correction: the photographer is Nora Viard, not Paul Ng. ",
    (
        "The erroneous mention[s] appearing in the metadata of this photo by A has been modified in"
        " AFP systems in the following manner: [A] instead of [B] "
    ),
    "The erroneous mention " + " " * 300,
    "PHOTO KILL\nPlease kill it from your archive.\n",
    "Please remove this photo from your systems. ",
    "richtig muss es heissen: A statt: B ",
    "\n",
    "x",
)


@pytest.mark.parametrize("unit", WORST, ids=range(len(WORST)))
@pytest.mark.parametrize("provider", [None, "AP"])
def test_a_long_message_is_read_in_a_second(unit: str, provider: str | None) -> None:
    text = (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
    costs = []
    for _ in range(2):
        before = time.process_time()
        grammars.read(text, grammars.Context(provider))
        costs.append(time.process_time() - before)
    assert min(costs) < 1


def test_no_grammar_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys; from provenance import grammars; grammars.find('A boat lies in Lyon.');"
        "print(*sorted(one for one in sys.modules if one.startswith('provenance.grammars.')))"
    )
    loaded = subprocess.run(  # the interpreter that runs the tests
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [one.rpartition(".")[2] for one in loaded] == [
        "alignment", "frame", "lineup", "phrasing", "plain", "reading",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "unit", "length"), [(r"(?:a+)+b", "a", 20), (r"\s+x", " ", 4_000)]
)
def test_a_slow_pattern_would_be_told(pattern: str, unit: str, length: int) -> None:
    slow = re.compile(pattern)
    more = length + 4 if length < 100 else 4 * length
    assert unit in units(slow)
    assert _seconds(slow, unit, more) > 6 * _seconds(slow, unit, length)
