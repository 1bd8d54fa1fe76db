"""Values that all wire formats write: moments, agencies, file names, statuses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.captions.agencies import agency_named
from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires import facts


@given(st.datetimes(timezones=st.just(UTC)).map(lambda one: one.replace(microsecond=0)))
def test_a_moment_comes_back(moment: datetime) -> None:
    written = moment.isoformat().replace("+00:00", "")
    forms = (written + "Z", written, written + "+0000", written.replace("T", " "))
    squeezed = written.replace("-", "").replace(":", "")
    found = {facts.moment(form) for form in (*forms, squeezed + "Z", squeezed + "-00:00")}
    assert found == {written + "Z"}


@given(st.text(alphabet="0123456789-:TZ+. ", max_size=40))
def test_a_moment_is_rfc_3339_or_none(text: str) -> None:
    found = facts.moment(text)
    assert found is None or datetime.fromisoformat(found).tzinfo is not None


@pytest.mark.parametrize("earliest", [None, "2023-05-03T00:00:00Z"])
def test_nothing_is_later_than_an_unknown_moment(earliest: str | None) -> None:
    assert not facts.later(None, earliest)
    assert not facts.later(earliest, None)
    assert facts.later("2023-05-03T01:00:00+02:00", "2023-05-02T22:59:59Z")


@pytest.mark.parametrize(
    ("href", "name"),
    [
        ("AFP_48KT7NQ.jpg", "AFP_48KT7NQ.jpg"),
        ("file:///./ GYI0062134533-web.jpg", "GYI0062134533-web.jpg"),
        ("http://a.example/b/c%20d.JPG?sig=x/y.z#f", "c d.JPG"),
        ("C:\\pics\\a.tif", "a.tif"),
        (
            "urn:newsml:a.example:photo-1-v1-s2048.jpeg",
            "urn:newsml:a.example:photo-1-v1-s2048.jpeg",
        ),
        ("http://a.example/%2e%2e%2fpasswd.jpg", None),
        ("http://a.example/binary_GM1-BASEIMAGE", None),
        ("http://a.example/page.html", None),
        ("http://a.example", None),
        ("item.XML", None),
        ("a" * 300 + ".jpg", None),
        ("", None),
    ],
)
def test_the_name_of_a_file(href: str, name: str | None) -> None:
    assert facts.filename(href) == name


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["Agence France-Presse"], "AFP"),
        (["www.afp.com"], "AFP"),
        (["https://www.reuters.com/"], "Reuters"),
        (["x1", "Thomson Reuters"], "Reuters"),
        (["Getty Images, Inc."], "Getty Images"),
        (["www.itar-tass.com"], "TASS"),
        (["belga.be"], "Belga"),
        (["Acme \n News"], "Acme News"),
        (["", " "], None),
        (["x" * 5000], None),
        (["notreuters.com"], "notreuters.com"),
        (["reuters.com.evil.example"], "reuters.com.evil.example"),
    ],
)
def test_a_provider(said: list[str], expected: str | None) -> None:
    assert facts.provider(said) == expected


def test_every_domain_names_an_agency_that_captions_know_or_none_other() -> None:
    unknown = {"STT", "Ritzau", "Keystone-SDA"}
    names = set(facts._CALLED.values())
    assert {name for name in names if agency_named(name) != name} <= unknown | {"TT"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [("KILLED", Pubstatus.CANCELED), ("hold", Pubstatus.WITHHELD), ("embargoed", None), ("", None)],
)
def test_a_status(code: str, expected: Pubstatus | None) -> None:
    assert facts.status(code) is expected


def test_classes() -> None:
    assert facts.item_class("image/jpeg") is ItemClass.PICTURE
    assert facts.item_class("Photo") is ItemClass.PICTURE
    assert facts.item_class("text/html") is ItemClass.TEXT
    assert facts.item_class("graphic") is ItemClass.OTHER
    assert facts.item_class(" ") is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("By Ana Dupond", "Ana Dupond"),
        ("BY  ANA", "ANA"),
        ("Byron Marin", "Byron Marin"),
        ("by", "by"),
        ("", ""),
    ],
)
def test_a_byline(said: str, name: str) -> None:
    assert facts.byline(said) == name


def test_values_are_squeezed_and_stand_once() -> None:
    values = [(Property.HEADLINE, " a\n b"), (Property.HEADLINE, "a b"), (Property.TITLE, "  ")]
    assert facts.collected(values) == ((Property.HEADLINE, "a b"),)
