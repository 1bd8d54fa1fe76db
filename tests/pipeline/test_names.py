"""Names of third parties that are not known: which of the known ones may be meant."""

from __future__ import annotations

import pytest

from provenance.pipeline.parties.names import nearest

KNOWN = ("Morning Courier", "Radio Northwind", "Éditions du Phare", "MORNING  Courier")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("Mornin Courier", ("Morning Courier",)),
        ("radio", ("Radio Northwind",)),
        ("Editions du Phare", ("Éditions du Phare",)),
        ("The Morning Courier, online desk", ("Morning Courier",)),
        ("Harbour Weekly", ()),
        ("", ()),
        (" ", ()),
        ("\udce9", ()),
    ],
)
def test_the_names_that_are_like_it(given: str, meant: tuple[str, ...]) -> None:
    assert nearest(given, KNOWN, 3) == meant


def test_the_most_alike_come_first_and_no_more_than_asked() -> None:
    known = [f"Radio Northwind {number}" for number in range(9)] + ["Radio Northwint"]
    assert nearest("Radio Northwimt", known, 1) == ("Radio Northwint",)
    assert len(nearest("Radio Northwind", known, 4)) == 4


def test_of_a_ledger_of_names_all_alike_not_every_one_is_weighed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weighed: list[str] = []

    class Counting:
        def __init__(self, **given: object) -> None:
            del given

        def set_seq1(self, key: str) -> None:
            self.key = key

        def real_quick_ratio(self) -> float:
            return 1.0

        quick_ratio = real_quick_ratio

        def ratio(self) -> float:
            weighed.append(self.key)
            return 0.7

    monkeypatch.setattr("provenance.pipeline.parties.names.SequenceMatcher", Counting)
    assert len(nearest("ab" * 100, (f"{n:06}" for n in range(5_000)), 5)) == 5
    assert len(weighed) == 1_000
