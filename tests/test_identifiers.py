"""Identifiers: every spelling of one code is one key, and no random id is taken for one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance import identifiers
from provenance.identifiers import Identifier, canonical, find

_CODE = st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=5, max_size=5).map(
    lambda s: "4" + s + "Q"
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("AFP_48KT7NQ.jpg", "afp:48KT7NQ"),
        ("000_34L82NW", "afp:34L82NW"),
        ("afp_48kt7nq.JPG", "afp:48KT7NQ"),
        ("https://doc.afp.com/doc.afp.com.36PA6CH", "afp:36PA6CH"),
        ("000_DV1945213.jpg", "afp:DV1945213"),
        ("GettyImages-1160293129.jpg", "getty:1160293129"),
        ("gettyimages-536991815-612x612.jpg", "getty:536991815"),
        ("AP23312613652636.jpg", "ap:23312613652636"),
        ("2020-10-16T155432Z_452537730_RC2QJJ9GUHXD_RTRMADP_3_SLUG.JPG", "reuters:RC2QJJ9GUHXD"),
        ("RTX79LQC", "reuters:RTX79LQC"),
        ("RTS28UAK.jpg", "reuters:RTS28UAK"),
        ("Jamie Rhodes-USA TODAY Sports - RTR4JDW4", "reuters:RTR4JDW4"),
        ("GM1EA7M13RP01", "reuters:GM1EA7M13RP01"),
        ("epa08218991.jpg", "epa:08218991"),
        ("epa08033505 A general view", "epa:08033505"),
        ("urn:newsml:dpa.com:20090101:250129-99-739668", "dpa:250129-99-739668"),
        ("Credit: X/Alamy Stock Photo 2WAY3DT", "alamy:2WAY3DT"),
        ("Mandatory Credit: Photo by ITV/REX/Shutterstock (788096gs)", "rex:788096gs"),
    ],
)
def test_find_reads_each_agency(written: str, key: str) -> None:
    assert [canonical(found) for found in find(written)] == [key]


@pytest.mark.parametrize(
    "text",
    [
        "YOIBTE6VXRC27O5CQOOL44L3XA",
        "xRC2QJJ9GUHXD",
        "RC2QJJ9GUHXD7",
        "RTRMADP",
        "AFP_DEAD",
        "1000_48KT7NQ",
        "AFP_48KT7NQX",
        "AFP_ABCDEFG",
        "AP99999999999999",
        "2WAY3DT",
        "(788096gs)",
        "GettyImages-12345",
        "depa08218991",
        "November 30, 2024",
        "",
    ],
)
def test_find_refuses_what_only_looks_like_one(text: str) -> None:
    assert find(text) == ()


def test_find_gives_one_code_under_two_prefixes_once() -> None:
    text = "cms-gettyimages-2100351733-AFP_34M76AB.jpg was 000_34M76AB, not AFP_99Z99ZZ"
    assert [canonical(one) for one in find(text)] == [
        "getty:2100351733",
        "afp:34M76AB",
        "afp:99Z99ZZ",
    ]
    assert find(text)[1].written == "AFP_34M76AB"


@given(_CODE, st.sampled_from(["AFP_", "000_", "afp_"]), st.sampled_from(["", " ", "-", "_", "("]))
def test_find_makes_all_afp_spellings_equal(code: str, prefix: str, before: str) -> None:
    found = find(f"{before}{prefix}{code}.jpg")
    assert [canonical(one) for one in found] == [f"afp:{code}"]


@pytest.mark.parametrize(
    ("value", "agency", "key"),
    [
        ("48KT7NQ", "AFP", "afp:48KT7NQ"),
        (" DV1945213 ", "AFP", "afp:DV1945213"),
        ("536991815", "Getty Images", "getty:536991815"),
        ("1160293129", "Getty Images", "getty:1160293129"),
        ("23312613652636", "AP", "ap:23312613652636"),
        ("GM1EA7M13RP01", "Reuters", "reuters:GM1EA7M13RP01"),
        ("gettyimages-536991815", "Getty Images", "getty:536991815"),
    ],
)
def test_bare_reads_the_code_beside_its_agency(value: str, agency: str, key: str) -> None:
    found = identifiers.bare(value, agency)
    assert found is not None
    assert canonical(found) == key


@pytest.mark.parametrize(
    ("value", "agency"),
    [
        ("48KT7NQ", "Reuters"),
        ("1234567", "AFP"),
        ("PROTEST", "AFP"),
        ("cricket", "AFP"),
        ("48KT7NQ", "Unknown"),
        ("22150683", "Getty Images"),
        ("", "AFP"),
        ("A" * 100_000, "AFP"),
    ],
)
def test_bare_refuses_another_agencys_or_no_code(value: str, agency: str) -> None:
    assert identifiers.bare(value, agency) is None


def test_guid_keys_fold_the_spellings_of_a_uuid() -> None:
    uuid = "0F8FAD5B-D9CB-469F-A165-70867728950E"
    keys = {
        identifiers.canonical_guid(v)
        for v in (uuid, uuid.lower(), f"urn:uuid:{uuid}", uuid.replace("-", ""))
    }
    assert keys == {"guid:0f8fad5bd9cb469fa16570867728950e"}
    assert identifiers.canonical_supplier("DV1945213") == "supplier:DV1945213"


@pytest.mark.parametrize(
    "value", ["", "-", "0", "000000000000", "unknown", "none given", "   ", "x" * 999]
)
def test_guid_keys_refuse_what_names_no_picture(value: str) -> None:
    assert identifiers.canonical_guid(value) is None
    assert identifiers.canonical_supplier(value) is None


def test_identifier_keeps_what_was_written() -> None:
    assert find("see afp_48kt7nq")[0] == Identifier("AFP", "48KT7NQ", "afp_48kt7nq")


@pytest.mark.parametrize(
    "unit",
    [
        "AFP_",
        "000_4",
        "Mandatory Credit ",
        "alamy ",
        "gettyimages-",
        "RC2",
        "urn:newsml:dpa.com:",
        "A",
        "AP2",
        "(",
    ],
)
def test_find_takes_linear_time(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    started = time.process_time()
    find(text)
    assert time.process_time() - started < 1.0


def test_a_bare_code_may_belong_to_several_agencies() -> None:
    assert identifiers.belongs_to("36NV2QL") == ("AFP", "Alamy")
    assert identifiers.belongs_to("1160293129") == ("Getty Images",)
    assert identifiers.belongs_to("not a code") == ()
