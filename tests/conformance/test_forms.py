"""The spellings in which both sides are compared."""

from __future__ import annotations

import pytest
from conformance import forms


@pytest.mark.parametrize(
    ("written", "alike"),
    [
        ("2024-12-08T11:30:00+02:00", "2024:12:08 11:30:00+02:00"),
        ("2024:12:08 11:30:00+02:00", "2024:12:08 11:30:00+02:00"),
        ("2024-12-08T11:30:00.51", "2024:12:08 11:30:00.51"),
        ("2024-12-08T11:30Z", "2024:12:08 11:30Z"),
        ("2024-12-08", "2024:12:08"),
        ("2024:12:08 ", "2024:12:08"),
        ("2024-12", "2024:12"),
        ("2019:00:00", "2019"),
        ("2019:07:00", "2019:07"),
        ("2019", "2019"),
        ("0000:00:00 00:00:00", ""),
        ("    :  :     :  :  ", ""),
        ("a day in May", "a day in May"),
    ],
)
def test_dates_are_spelled_alike(written: str, alike: str) -> None:
    assert forms.date(written) == alike


def test_different_moments_stay_different() -> None:
    moments = ("2024-12-08", "2024-12-08T00:00:00", "2024-12-08T00:00:00Z", "2024-12-09")
    assert len({forms.date(moment) for moment in moments}) == len(moments)


@pytest.mark.parametrize(
    ("artist", "names"),
    [
        ("Anna Ek", ("Anna Ek",)),
        (" Anna Ek ; Bo Ek;", ("Anna Ek", "Bo Ek")),
        ('"Ek; Anna"; Bo "B." Ek', ("Ek; Anna", 'Bo "B." Ek')),
        ('"Anna ""A"" Ek"', ('Anna "A" Ek',)),
        (" ; ", ()),
    ],
)
def test_artist_is_parted_at_semicolons(artist: str, names: tuple[str, ...]) -> None:
    assert forms.names(artist) == names


def test_texts_stand_behind_a_mark() -> None:
    assert forms.text("=0012") == "0012"
    assert forms.text("==") == "="
    with pytest.raises(ValueError, match="did not mark"):
        forms.text("0012")


def test_octets_without_a_character_set_are_windows_1252() -> None:
    assert forms.text("base64:PZJBgQ==") == "’A\x81"
    assert forms.text("base64:PZIAQQ==") == "’"


@pytest.mark.parametrize("blank", ["", " ", "\0\0", "\r\n\t"])
def test_blanks_say_nothing(blank: str) -> None:
    assert not forms.has_content(blank)
    assert forms.has_content(f"{blank}x")
