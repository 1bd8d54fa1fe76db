"""Copies that each say something of their own: compared a bounded number of times each."""

from __future__ import annotations

import pytest
from matching_material import XMP, credited, value, with_value

from provenance.model import Finding, MetadataRecord, Property
from provenance.rules import sayings, versions
from provenance.rules.sayings import Sayings, silent
from provenance.rules.silent import silent_correction_findings
from provenance.rules.versions import History, differences, of_former, of_record

SCENES = "abcdefghijklmnopqrst"


def telling(number: int) -> str:
    """A caption that shares no word with another's: no changed version of it."""
    return " ".join(f"{sign}{number}{sign}" for sign in SCENES)


def copies(count: int, creator: str = "Luc MARIN") -> list[MetadataRecord]:
    return [
        credited(creator, caption=telling(number), name=f"{number:04}.jpg")
        for number in range(count)
    ]


def examined(
    records: list[MetadataRecord], most: int = sayings.MOST_COMPARED
) -> tuple[list[Finding], set[str]]:
    """What is found on all of them, and those that were not held against every other."""
    known, left = Sayings(most), set[str]()
    versions = {one.ref.uri: known.version(one, None) for one in records}
    history = History(copies=versions, sayings=known, uncompared=left.add)
    found = [
        finding
        for one in records
        for finding in silent_correction_findings(
            one, [other for other in records if other is not one], history
        )
    ]
    return found, left


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each two versions of which the differences were looked for."""
    calls: list[None] = []

    def counted(*given: object) -> object:
        calls.append(None)
        return differences(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sayings, "differences", counted)
    return calls


def test_copies_with_captions_of_their_own_cost_what_the_limit_says(compared: list[None]) -> None:
    asked = []
    for count in (30, 60):
        compared.clear()
        found, left = examined(copies(count), most=10)
        assert found == []
        assert len(left) == count
        asked.append(len(compared))
    assert 0 < asked[1] <= 2.2 * asked[0]


def test_a_copy_that_differs_from_all_is_told_after_a_few(compared: list[None]) -> None:
    asked = []
    for count in (30, 60):
        compared.clear()
        made = [credited(f"Maker {'xyz'[n % 3]}{SCENES[n % 20]}{n} MARIN", name=f"{n:04}.jpg")
                for n in range(count)]  # fmt: skip
        found, left = examined(made)
        assert (len(found), left) == (count, set())
        asked.append(len(compared))
    assert 0 < asked[1] <= 2.2 * asked[0]


def test_below_the_limit_nothing_is_left_out(compared: list[None]) -> None:
    made = [*copies(12), credited("Ana DUPOND", caption=telling(3), name="other.jpg")]
    found, left = examined(made)
    assert left == set()
    assert {one.uri for one in found} == {one.ref.uri for one in made}
    assert compared


def test_copies_that_say_the_same_are_one_saying(compared: list[None]) -> None:
    made = [credited(name=f"{n:04}.jpg") for n in range(50)]
    made.append(credited("Ana DUPOND", name="other.jpg"))
    found, _ = examined(made)
    assert len(found) == len(made)
    # One saying with itself, and the two with each other, both ways round.
    assert len(compared) <= 6


def test_what_is_not_compared_makes_no_saying() -> None:
    known = Sayings()
    plain = credited(name="a.jpg")
    keyed = with_value(credited(name="b.jpg"), value(Property.KEYWORDS, XMP, "boats"))
    one, other = known.version(plain, None), known.version(keyed, None)
    assert one.said == other.said
    assert known.differ(one, other, None) == silent(of_record(plain), of_record(keyed), None) == ()


def test_what_holds_too_many_values_of_one_property_is_compared_with_nothing_and_told(
    monkeypatch: pytest.MonkeyPatch, compared: list[None]
) -> None:
    monkeypatch.setattr(versions, "MOST_VALUES", 3)
    crowd = credited("Luc MARIN", name="crowd.jpg")
    for number in range(4):
        crowd = with_value(
            crowd, value(Property.CITY, XMP, f"City {number}", where=f"/city/{number}")
        )
    plain = credited("Rosa TEIXEIRA", name="plain.jpg")
    found, left = examined([crowd, plain])
    assert found == []
    assert left == {crowd.ref.uri, plain.ref.uri}
    assert compared == []


def test_what_it_said_before_is_not_compared_either_where_that_is_too_much(
    monkeypatch: pytest.MonkeyPatch, compared: list[None]
) -> None:
    monkeypatch.setattr(versions, "MOST_VALUES", 3)
    plain = credited("Rosa TEIXEIRA", name="plain.jpg")
    crowd = plain
    for number in range(4):
        crowd = with_value(
            crowd, value(Property.CITY, XMP, f"City {number}", where=f"/city/{number}")
        )
    left: set[str] = set()
    history = History(former=(of_former(crowd, "2024-01-02T00:00:00Z"),), uncompared=left.add)
    assert list(silent_correction_findings(plain, [], history)) == []
    assert left == {plain.ref.uri}
    assert compared == []
    assert differences(of_record(plain), of_record(crowd)) == ()
