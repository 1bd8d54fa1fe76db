"""The desk's table of names: read with care, told by file and line where it is wrong."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.captions import aliases, known_as
from provenance.errors import UsageError
from provenance.model.finding import NO_ALIASES, Aliases

HEADER = "name,agency,spelling,spelling\n"


def _table(rows: str) -> Aliases:
    return aliases.parse((HEADER + rows).encode(), "names.csv")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_spreadsheet_of_any_country_is_read(mark: str, start: str) -> None:
    text = f"{start}{HEADER}# a remark\n\nIda Hofer,,I. Hofer,Ida Höfer\nUte Rehm,AFP,URE,\n"
    found = aliases.parse(text.replace(",", mark).encode(), "names.csv")
    assert [(row.name, row.spellings, row.agency) for row in found.rows] == [
        ("Ida Hofer", ("I. Hofer", "Ida Höfer"), None),
        ("Ute Rehm", ("URE",), "AFP"),
    ]


def test_any_spelling_leads_to_all() -> None:
    table = _table("Ida Hofer,,I. Hofer,Ida Brandt\n")
    for name in ("ida HOFER", "I. Hofer", "Ida Brandt"):
        assert known_as(table, name, ()) == {"ida hofer", "i. hofer", "ida brandt"}
    assert known_as(table, "Ida", ()) == frozenset()
    assert known_as(NO_ALIASES, "Ida Hofer", ()) == frozenset()


def test_a_row_of_an_agency_counts_in_its_credits_only() -> None:
    table = _table("Ute Rehm,AFP,URE\n")
    assert known_as(table, "URE", ("AFP",)) == {"ute rehm", "ure"}
    assert known_as(table, "URE", ("Reuters",)) == frozenset()
    assert known_as(table, "URE", ()) == frozenset()


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"Ida Hofer,,I. Hofer\n", 1, "columns"),
        (HEADER.encode() + b"Ida Hofer,,\n", 2, "no other spelling"),
        (HEADER.encode() + b"Ida Hofer\n", 2, "no other spelling"),
        (HEADER.encode() + b",,I. Hofer\n", 2, "no name"),
        (HEADER.encode() + b"STR,,I. Hofer\n", 2, "no name"),
        (HEADER.encode() + b"Ida Hofer,,Getty Images\n", 2, "no person"),
        (HEADER.encode() + b"Ida Hofer,Nobody Press,I. Hofer\n", 2, "no agency"),
        (HEADER.encode() + b"Ida Hofer,,IH\nUte Rehm,,UR,IH\n", 3, "line 2"),
        (HEADER.encode() + b"Ida Hofer,,IH\nUte Rehm,,Ida Hofer\n", 3, "line 2"),
        (HEADER.encode() + b'Ida Hofer,,"I. Hofer\n', 2, "not CSV"),
        (HEADER.encode() + b"Ida Hofer,," + b",".join(b"I%d" % n for n in range(60)), 2, "spellings"),
        (HEADER.encode() + b"Ida Hofer,," + b"I" * 300, 2, "characters"),
        (HEADER.encode() + b"Ida Hofer,,\xe9\xff\n", 2, "UTF-8"),
    ],
)  # fmt: skip
def test_errors_name_file_and_line(data: bytes, line: int, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        aliases.parse(data, "desk/names.csv")
    assert "desk/names.csv" in caught.value.message
    assert f"line {line}" in caught.value.message
    assert what in caught.value.message
    assert caught.value.remedy


def test_too_large_a_table_is_refused() -> None:
    with pytest.raises(UsageError, match=r"names\.csv has"):
        aliases.parse(b"x" * (aliases.LARGEST + 1), "names.csv")


def test_ten_thousand_names_cost_little() -> None:
    letters = "bcdfghjklm"
    rows = "".join(
        f"Ida {''.join(letters[int(d)] for d in f'{n:04d}')}er,,{n:04d} I\n" for n in range(10_000)
    )
    started = time.process_time()
    table = _table(rows)
    for _ in range(1_000):
        assert known_as(table, "Ida bbbber", ("AFP",))
    assert time.process_time() - started < 3


@given(st.binary(max_size=200))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    for octets in (data, HEADER.encode() + data):
        try:
            table = aliases.parse(octets, "names.csv")
        except UsageError:
            continue
        assert all(row.name and row.spellings for row in table.rows)
