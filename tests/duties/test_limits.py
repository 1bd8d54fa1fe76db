"""Whose limits hold for a notice."""

from __future__ import annotations

import pytest

from provenance.duties import agency_key, limits_for
from provenance.duties.moments import day, instant
from provenance.model import Deadlines, Limits

AFP, DPA = Limits(1, 2, 3), Limits(4, 5, 6)
DEADLINES = Deadlines(Limits(), (("AFP", AFP), ("dpa", DPA), ("Foto Nord", Limits(7, 8, 9))))


@pytest.mark.parametrize(
    ("provider", "limits"),
    [
        ("AFP", AFP),
        ("Agence France-Presse", AFP),
        ("afp", AFP),
        ("Deutsche Presse-Agentur", DPA),
        ("DPA", DPA),
        ("FOTO  nord", Limits(7, 8, 9)),
        ("Reuters", Limits()),
        ("AFPX", Limits()),
        (None, Limits()),
    ],
)
def test_an_agency_is_one_however_it_is_spelt(provider: str | None, limits: Limits) -> None:
    assert limits_for(DEADLINES, provider) == limits


def test_other_agencies_are_others() -> None:
    assert agency_key("AP") != agency_key("AFP")
    assert agency_key("EPA") != agency_key("EFE")


def test_moments_are_read_carefully() -> None:
    assert instant("2026-03-29T01:30:00+01:00") == instant("2026-03-29T00:30:00Z")
    assert instant("2026-03-29") == instant("2026-03-29T00:00:00Z")
    assert instant("2026-03-29T10:00:00") == instant("2026-03-29T10:00:00Z")
    assert [instant(one) for one in (None, "", "soon", "0001-01-01T00:00:00+14:00")] == [None] * 4
    assert [day(one) for one in (None, "soon", "2026-02-30")] == [None] * 3
