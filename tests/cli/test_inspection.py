"""The page of one file: side by side, conflicts marked, words a picture editor understands."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_material import CORRECTED, LEAKED, SCENE, picture, value
from rich.cells import cell_len
from rich.console import Console

from provenance.cli import inspection
from provenance.metadata.properties import IIM_ROWS, ROWS, XMP_ROWS
from provenance.model import (
    AssetRef,
    Container,
    MetadataRecord,
    Property,
    PropertyValue,
    ReadWarning,
    Unreadable,
)

EXIF, IIM, XMP, SIDECAR = Container.EXIF, Container.IIM, Container.XMP, Container.SIDECAR
CREATOR, CREDIT, CAPTION = Property.CREATOR_NAMES, Property.CREDIT_LINE, Property.DESCRIPTION
LONG = "Maximilian Konstantin von Hohenfels-Sommer"
ACUTE = (
    value(CREATOR, EXIF, "Ana DUPOND"),
    value(CREATOR, IIM, "Ana DUPOND"),
    value(CREATOR, XMP, "Luc MARIN"),
)


def page(record: MetadataRecord | Unreadable, *, width: int = 140, verbose: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, no_color=True, highlight=False, markup=False, emoji=False
    )
    if isinstance(record, Unreadable):
        parts = inspection.unreadable(record)
    else:
        parts = inspection.record(record, verbose=verbose)
    for part in parts:
        console.print(part)
    return out.getvalue()


def coloured(record: MetadataRecord) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=140, force_terminal=True, color_system="standard", highlight=False,
        markup=False, emoji=False, _environ={},
    )  # fmt: skip
    for part in inspection.record(record):
        console.print(part)
    return out.getvalue()


def words(text: str) -> str:
    """The text without its line breaks and columns."""
    return " ".join(text.split())


def line(text: str, begins: str) -> str:
    return next(one for one in text.splitlines() if one.startswith(begins))


# what the file is


def test_the_head_tells_what_the_file_is() -> None:
    head = page(picture(*ACUTE)).splitlines()[:2]
    assert head == [
        "/archive/scan.jpg",
        "JPEG picture, 1 KB. Content Credentials: none.",
    ]


def test_the_head_tells_a_wrong_name_and_content_credentials() -> None:
    shown = words(page(picture(*ACUTE, name="scan.png", credentials="c2pa")))
    assert "JPEG picture, although named .png, 1 KB." in shown
    assert "Content Credentials: present, any edit would break their signature." in shown


def test_text_and_sidecars_carry_no_content_credentials() -> None:
    caption = PropertyValue(CAPTION, Container.TEXT, (CORRECTED,), "chars 100-199")
    shown = page(picture(caption, media_type="text/plain", scan=None, name="article.txt"))
    assert "Text, 1 KB.\n" in shown
    assert "chars 100-199" in shown
    assert "Content Credentials" not in page(picture(media_type="application/rdf+xml"))


def test_the_sidecars_that_were_read_are_named() -> None:
    sides = tuple(AssetRef(f"/archive/{name}", 1, "") for name in ("scan.xmp", "scan.jpg.xmp"))
    values = tuple(value(CREATOR, SIDECAR, one.uri[9:], uri=one.uri) for one in sides)
    record = MetadataRecord(
        AssetRef("/archive/scan.jpg", 1, "", sides), "image/jpeg", values=values
    )
    shown = page(record)
    assert "Read with its sidecars scan.xmp, scan.jpg.xmp." in shown
    head = line(shown, "    ")
    assert head.split() == ["scan.xmp", "scan.jpg.xmp"]


def test_digests_are_shown_where_they_were_asked_for() -> None:
    shown = page(picture(*ACUTE, digest="ab" * 32))
    assert f"SHA-256: {'ab' * 32}" in shown
    assert "scan digest: " in shown
    assert "image digest" not in shown


def test_a_file_that_says_nothing_says_so() -> None:
    assert "It says nothing of who made it" in page(picture())


# who says what


def test_containers_stand_side_by_side_with_places() -> None:
    shown = page(picture(*ACUTE, value(CREDIT, IIM, "AFP"), value(CREDIT, XMP, "AFP")))
    assert line(shown, "    ").split() == ["EXIF", "IIM", "XMP"]
    row = line(shown, "creatorNames")
    assert row.split("  ")[0] == "creatorNames ≠"
    assert "▸ Ana DUPOND  IFD0:Artist" in row
    assert "≠ Luc MARIN  dc:creator" in row
    assert row.index("2:80") < row.index("≠ Luc")
    credit = line(shown, "creditLine")
    assert credit.index("AFP  2:110") == row.index("Ana DUPOND  2:80")
    assert credit.index("AFP  photoshop:Credit") == row.index("Luc MARIN")
    assert "≠" not in credit
    assert "▸" not in credit


def test_the_conflict_is_said_in_words() -> None:
    assert (
        "≠ creatorNames: EXIF and IIM say “Ana DUPOND”; XMP says “Luc MARIN”."
        " By the MWG rules EXIF speaks." in words(page(picture(*ACUTE)))
    )


@pytest.mark.parametrize(
    ("values", "warnings", "said"),
    [
        (ACUTE[1:], (), "By the MWG rules XMP speaks."),
        (
            ACUTE[1:],
            (ReadWarning("iptc-digest-stale", "."),),
            "By the MWG rules IIM speaks: it was edited after the XMP.",
        ),
        (
            (ACUTE[2], value(CREATOR, SIDECAR, "A", uri="/archive/scan.xmp")),
            (),
            "What stands in the file speaks before what stands beside it.",
        ),
        (
            (ACUTE[2], value(CREATOR, XMP, "A", where="XMP#2 dc:creator")),
            (),
            "What stands first in the file speaks.",
        ),
    ],
)
def test_the_reason_is_said(
    values: tuple[PropertyValue, ...], warnings: tuple[ReadWarning, ...], said: str
) -> None:
    record = MetadataRecord(AssetRef("a.jpg", 1, ""), "image/jpeg", values=values)
    record = MetadataRecord(record.ref, record.media_type, values=record.values, warnings=warnings)
    assert f". {said}" in words(page(record))


def test_where_columns_would_be_too_narrow_there_are_none() -> None:
    shown = page(picture(*ACUTE), width=60)
    assert "EXIF IFD0:Artist = IIM 2:80" in shown
    assert "≠ Luc MARIN  XMP dc:creator" in shown
    assert "▸ Ana DUPOND" in shown


def test_what_fits_no_column_has_the_width_for_itself() -> None:
    guid = f"urn:newsml:afp.com:20241130:{'0' * 60}"
    shown = page(picture(*ACUTE, value(Property.DIGITAL_IMAGE_GUID, XMP, guid)), width=120)
    assert f"{guid}\n" in shown


def test_a_cut_value_is_marked() -> None:
    shown = page(picture(value(CREATOR, IIM, LONG[:32]), value(CREATOR, XMP, LONG)))
    assert "2:80, cut at 32 octets" in shown
    assert f"▸ {LONG}" in shown
    assert "▸ marks who speaks by the MWG rules." in shown
    assert "≠" not in shown


def test_other_languages_have_lines_of_their_own() -> None:
    french = value(CAPTION, XMP, "Des bateaux.", where="XMP dc:description[fr]")
    shown = page(picture(value(CAPTION, XMP, SCENE), value(CAPTION, IIM, SCENE), french))
    assert f"{SCENE}  IIM 2:120 = XMP dc:description\n" in shown
    assert "Des bateaux.  XMP dc:description[fr]\n" in shown
    assert "≠" not in shown


def test_a_value_in_two_places_of_one_packet_is_shown_twice() -> None:
    shown = page(picture(ACUTE[2], value(CREATOR, XMP, "Luc MARIN", where="XMP tiff:Artist")))
    assert "dc:creator" in shown
    assert "tiff:Artist" in shown


# captions


def test_the_credit_line_is_marked_and_understood() -> None:
    record = picture(value(CAPTION, IIM, CORRECTED))
    assert "\x1b[1;32m(Photo by Ana DUPOND / AFP)\x1b[0m" in coloured(record)
    assert "credit: Ana DUPOND, AFP\n" in page(record)


def test_the_differing_words_of_captions_are_marked() -> None:
    other = CORRECTED.replace("Ana DUPOND", "Luc MARIN")
    shown = coloured(picture(value(CAPTION, EXIF, CORRECTED), value(CAPTION, XMP, other)))
    assert "\x1b[1;31mLuc MARIN\x1b[0m" in shown
    assert "\x1b[1;31mAna DUPOND\x1b[0m" not in shown


def test_the_words_of_a_notice_are_marked_and_told() -> None:
    record = picture(value(CAPTION, IIM, LEAKED), value(CAPTION, XMP, CORRECTED))
    assert "\x1b[1;35m" in coloured(record)
    told = words(page(record))
    assert "! description: an agency's notice to its clients stands in it (IIM 2:120)." in told


# warnings


def test_a_warning_says_what_it_means_and_what_to_do() -> None:
    warning = ReadWarning("iptc-digest-stale", "/a/b.jpg: the IIM was changed.")
    record = MetadataRecord(AssetRef("/a/b.jpg", 1, ""), "image/jpeg", warnings=(warning,))
    told = words(page(record))
    assert "! The IIM was changed. The IIM may be newer than the XMP" in told
    assert told.endswith("once more. iptc-digest-stale")


def test_a_warning_without_advice_stands_by_itself() -> None:
    warning = ReadWarning("wholly-new", "Odd.")
    record = MetadataRecord(AssetRef("a.jpg", 1, ""), "image/jpeg", warnings=(warning,))
    assert "! Odd.  wholly-new\n" in page(record)


def test_remarks_are_folded_beside_their_sign() -> None:
    lines = page(picture(*ACUTE), width=60).splitlines()
    at = next(n for n, one in enumerate(lines) if one.startswith("≠ "))
    assert lines[at + 1].startswith("  ")
    assert lines[at + 1][2] != " "


def test_an_unreadable_file_says_why_and_what_to_do() -> None:
    bad = Unreadable(AssetRef("a.jpg", 0, ""), "empty-file", "a.jpg is empty.", "Fetch it.")
    assert page(bad) == "a.jpg\n! Not read: it is empty. Fetch it.  empty-file\n\n"


# long and hostile


def test_long_values_are_shortened_and_told_how_much_is_left() -> None:
    record = picture(value(Property.INSTRUCTIONS, IIM, "x" * 5_000))
    assert "... (4,400 more characters)" in words(page(record))
    whole = page(record, verbose=True)
    assert "more characters" not in whole
    assert whole.count("x") == 5_000


def test_every_caption_that_iim_holds_is_shown_whole() -> None:
    caption = ("word " * 400).strip()
    assert "more characters" not in page(picture(value(CAPTION, IIM, caption)))
    assert "more characters" in words(page(picture(value(CAPTION, XMP, caption * 2))))


def test_many_values_and_many_lines_are_shortened() -> None:
    many = value(Property.KEYWORDS, XMP, *(f"keyword{n}" for n in range(3_000)))
    lines = value(CAPTION, XMP, "\n".join("ab" * (n % 2 + 1) for n in range(500)))
    shown = page(picture(many, lines))
    assert words(shown).count("more characters") == 2
    assert len(shown.splitlines()) < 60
    assert "keyword2999" in words(page(picture(many), verbose=True))


def test_what_is_left_out_is_counted_exactly() -> None:
    texts = tuple(f"keyword{n}" for n in range(300))
    shown = words(page(picture(value(Property.KEYWORDS, XMP, *texts)), width=4_000))
    kept, _, rest = shown.split("keywords ")[1].partition("... (")
    assert len(kept) + int(rest.split()[0].replace(",", "")) == len("; ".join(texts))


def test_text_from_the_right_stands_in_no_column() -> None:
    shown = page(picture(value(CREDIT, IIM, "AFP"), value(CREDIT, XMP, "وكالة")))
    assert "≠ وكالة" not in line(shown, "creditLine")
    assert "وكالة  XMP photoshop:Credit" in shown


def test_more_packets_than_columns_are_listed() -> None:
    values = [value(CREATOR, XMP, f"n{n}", where=f"XMP#{n} dc:creator") for n in range(2, 60)]
    shown = page(picture(*values))
    assert "n58  XMP#58 dc:creator" in shown


_HOSTILE = st.text(st.characters(), max_size=60)
_VALUES = st.lists(
    st.builds(
        lambda prop, container, texts, tail: PropertyValue(
            prop, container, tuple(texts), f"{container.value.upper()} {tail}", "b.xmp"
        ),
        st.sampled_from(Property),
        st.sampled_from(Container),
        st.lists(_HOSTILE, min_size=1, max_size=3),
        _HOSTILE,
    ),
    max_size=6,
)


@given(
    values=_VALUES,
    message=_HOSTILE,
    name=_HOSTILE,
    width=st.integers(30, 200),
    verbose=st.booleans(),
)
def test_no_value_steers_the_terminal_or_breaks_the_width(
    values: list[PropertyValue], message: str, name: str, width: int, verbose: bool
) -> None:
    record = MetadataRecord(
        AssetRef(f"/a/{name}", 1, ""),
        "image/jpeg",
        values=tuple(values),
        warnings=(ReadWarning("xmp-broken", message),),
    )
    for one in page(record, width=width, verbose=verbose).split("\n"):
        assert cell_len(one) <= width
        assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in one)


def test_every_property_of_the_standard_can_be_shown() -> None:
    values = [value(prop, XMP, f"value of {prop.value}") for prop in ROWS]
    values += [
        value(prop, IIM, f"value of {prop.value}", where=f"IIM {row.iim.name}")
        for prop, row in IIM_ROWS.items()
    ]
    values += [
        value(prop, XMP, f"value of {prop.value}", where=f"XMP {row.xmp.qname}")
        for prop, row in XMP_ROWS.items()
    ]
    shown = page(picture(*values), width=200)
    for prop in Property:
        assert line(shown, prop.value)
        assert f"value of {prop.value}" in shown
