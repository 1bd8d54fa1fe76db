"""Edits of XMP packets that touch the edited value and the padding only."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import xmp_packet
from xmp_edit_material import HARD, edit, rdf, read, refused

from provenance.errors import RewriteRefusedError
from provenance.metadata.standards.xmp_edit import splice
from provenance.metadata.standards.xmp_places import placed_properties

# --- every context that a value can stand in

CONTEXTS = [
    rdf("", ' photoshop:Credit="@"'),
    rdf("", " photoshop:Credit = '@' q:a='b' "),
    rdf("<photoshop:Credit>@</photoshop:Credit>"),
    rdf("<photoshop:Credit xml:lang='en' >@</photoshop:Credit >"),
    rdf("<photoshop:Credit><![CDATA[@]]></photoshop:Credit>"),
    rdf("<photoshop:Credit>&#64;</photoshop:Credit>"),
    rdf("<photoshop:Credit><rdf:Bag><rdf:li>@</rdf:li></rdf:Bag></photoshop:Credit>"),
    rdf("<photoshop:Credit rdf:resource='@'/>"),
    rdf("<photoshop:Credit rdf:value='@' q:a='1'/>"),
    rdf("<photoshop:Credit rdf:parseType='Resource'><rdf:value>@</rdf:value><q:a/></photoshop:Credit>"),
    rdf("<photoshop:Credit rdf:parseType='Resource'><rdf:value rdf:resource='@'/></photoshop:Credit>"),
    rdf("<photoshop:Credit><rdf:Description rdf:value='@' q:a='1'/></photoshop:Credit>"),
    rdf("<photoshop:Credit><rdf:Description><q:a/><rdf:value>@</rdf:value></rdf:Description></photoshop:Credit>"),
]  # fmt: skip


@pytest.mark.parametrize("packet", CONTEXTS, ids=range(len(CONTEXTS)))
@pytest.mark.parametrize("after", ["x", HARD, "&amp;", "]]>", '"', "'", "<!-- -->"])
def test_a_value_is_replaced_in_every_context(packet: bytes, after: str) -> None:
    written = splice(packet, [edit("photoshop:Credit", "@", after)], keep_size=False)
    assert read(written) == {"XMP photoshop:Credit": [(after,)]}
    raw = b"<![CDATA[@]]>" if b"CDATA" in packet else b"&#64;" if b"&#64;" in packet else b"@"
    head, tail = packet.split(raw)
    assert written.startswith(head)
    assert written.endswith(tail)


@pytest.mark.parametrize("packet", CONTEXTS, ids=range(len(CONTEXTS)))
def test_a_value_is_removed_in_every_context(packet: bytes) -> None:
    written = splice(packet, [edit("photoshop:Credit", "@", None)], keep_size=False)
    assert read(written) == {}
    assert b"photoshop:Credit" not in written
    assert re.sub(rb"\s", b"", written) in (
        re.sub(rb"\s", b"", rdf("")),
        re.sub(rb"\s", b"", rdf("", " q:a='b' ")),
    )


_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("&<>\"']\t\n\r ")
).filter(lambda text: bool(text.strip()))


@given(before=_TEXT, after=_TEXT, template=st.sampled_from([0, 1, 2, 7, 8]))
def test_any_text_takes_the_place_of_any_other(before: str, after: str, template: int) -> None:
    packet = CONTEXTS[template]
    first = splice(packet, [edit("photoshop:Credit", "@", before)], keep_size=False)
    second = splice(first, [edit("photoshop:Credit", before, after)], keep_size=False)
    assert read(second) == {"XMP photoshop:Credit": [(after,)]}
    assert splice(second, [edit("photoshop:Credit", after, "@")], keep_size=False) == packet


@given(
    names=st.lists(st.sampled_from("ABC"), min_size=1, max_size=5),
    after=st.one_of(st.none(), _TEXT),
    padding=st.sampled_from([0, 200, 2000]),
)
def test_items_of_arrays(names: list[str], after: str | None, padding: int) -> None:
    packet = xmp_packet(
        {"dc:creator": names, "dc:subject": "A", "photoshop:Credit": "A"}, padding=padding
    )
    written = splice(packet, [edit("dc:creator", names[0], after)], keep_size=True)
    left = tuple(
        text for text in (after if n == names[0] else n for n in names) if text is not None
    )
    assert read(written).get("XMP dc:creator", [()]) == [left]
    assert read(written)["XMP dc:subject"] == [("A",)]
    assert read(written)["XMP photoshop:Credit"] == [("A",)]
    assert len(written) >= len(packet)


# --- size


def test_padding_gives_and_takes_so_that_the_size_stays() -> None:
    packet = xmp_packet({"photoshop:Credit": "AFP", "photoshop:City": "Homs"})
    for after in ("A", "A much longer credit " * 20, None):
        written = splice(packet, [edit("photoshop:Credit", "AFP", after)], keep_size=True)
        assert len(written) == len(packet)
        assert written.endswith(b'\n<?xpacket end="w"?>')
        assert written.split() != packet.split()
        start = packet.index(b"</rdf:RDF>")
        assert b"</rdf:RDF>\n</x:xmpmeta>\n" in written
        assert packet[start:].split() == written[written.index(b"</rdf:RDF>") :].split()


def test_padding_that_does_not_suffice_is_used_up_and_the_packet_grows() -> None:
    packet = xmp_packet({"photoshop:Credit": "AFP"}, padding=100)
    written = splice(packet, [edit("photoshop:Credit", "AFP", "x" * 503)], keep_size=True)
    assert len(written) == len(packet) + 500 - 100
    assert b'</x:xmpmeta>\n<?xpacket end="w"?>' in written


def test_the_size_is_free_where_nobody_asks_for_it() -> None:
    packet = xmp_packet({"photoshop:Credit": "AFP"})
    written = splice(packet, [edit("photoshop:Credit", "AFP", "AF")], keep_size=False)
    assert written == packet.replace(b'photoshop:Credit="AFP"', b'photoshop:Credit="AF"')


def test_without_a_wrapper_the_size_follows_the_text() -> None:
    packet = rdf("", ' photoshop:Credit="AFP"') + b"\n \0\0"
    written = splice(packet, [edit("photoshop:Credit", "AFP", "AF")], keep_size=True)
    assert written == rdf("", ' photoshop:Credit="AF"') + b"\n \0\0"


def test_what_stands_around_a_packet_is_kept_whatever_it_is() -> None:
    packet = rdf("", ' photoshop:Credit="AFP"')
    written = splice(
        b"\xff" + packet + b"\xe8\0", [edit("photoshop:Credit", "AFP", "AF")], keep_size=True
    )
    assert written == b"\xff" + rdf("", ' photoshop:Credit="AF"') + b"\xe8\0"


# --- arrays and languages


def test_the_last_item_takes_the_property_with_it() -> None:
    packet = xmp_packet({"dc:creator": ["A", "B"], "photoshop:Credit": "AFP"})
    both = [edit("dc:creator", "A", None), edit("dc:creator", "B", None)]
    written = splice(packet, both, keep_size=True)
    assert b"dc:creator" not in written
    assert len(written) == len(packet)
    assert read(written) == {"XMP photoshop:Credit": [("AFP",)]}


def alt(*items: tuple[str, str]) -> bytes:
    inner = "".join(f'<rdf:li xml:lang="{lang}">{text}</rdf:li>' for lang, text in items)
    return rdf(f"<dc:description><rdf:Alt>{inner}</rdf:Alt></dc:description>")


def test_languages_are_edited_on_their_own() -> None:
    packet = alt(("x-default", "T"), ("fr", "T"), ("de", "T"))
    written = splice(packet, [edit("dc:description[fr]", "T", "F")], keep_size=True)
    assert written == alt(("x-default", "T"), ("fr", "F"), ("de", "T"))
    written = splice(packet, [edit("dc:description", "T", "D")], keep_size=True)
    assert written == alt(("x-default", "D"), ("fr", "T"), ("de", "T"))
    written = splice(packet, [edit("dc:description[fr]", "T", None)], keep_size=True)
    assert written == alt(("x-default", "T"), ("de", "T"))


@pytest.mark.parametrize("default", ["x-default", "en"])
def test_no_language_becomes_the_default_when_the_default_is_removed(default: str) -> None:
    packet = alt((default, "T"), ("fr", "F"))
    written = splice(packet, [edit("dc:description", "T", None)], keep_size=True)
    assert written == alt((default, ""), ("fr", "F"))
    assert read(written) == {"XMP dc:description[fr]": [("F",)]}


def test_all_languages_can_be_removed() -> None:
    packet = alt(("x-default", "T"), ("fr", "F"))
    both = [edit("dc:description", "T", None), edit("dc:description[fr]", "F", None)]
    assert splice(packet, both, keep_size=True) == rdf("")


def test_a_property_that_stands_twice_is_edited_twice() -> None:
    packet = rdf("<photoshop:Credit>A</photoshop:Credit>", ' photoshop:Credit="A"')
    written = splice(packet, [edit("photoshop:Credit", "A", "B")], keep_size=True)
    assert written == rdf("<photoshop:Credit>B</photoshop:Credit>", ' photoshop:Credit="B"')


def test_several_edits_at_once() -> None:
    packet = rdf("<photoshop:City>P</photoshop:City>", ' photoshop:Credit="A" photoshop:Source="A"')
    edits = [
        edit("photoshop:Source", "A", None),
        edit("photoshop:City", "P", "Homs"),
        edit("photoshop:Credit", "A", "AFP"),
    ]
    assert splice(packet, edits, keep_size=True) == rdf(
        "<photoshop:City>Homs</photoshop:City>", ' photoshop:Credit="AFP"'
    )


def test_no_edits_no_change() -> None:
    assert splice(b"not even xml", (), keep_size=True) == b"not even xml"


# --- encodings


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-8"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_unicode_encodings_are_kept(encoding: str, mark: str) -> None:
    text = xmp_packet({"photoshop:Credit": "Zoë", "photoshop:City": "Łódź"}).decode()
    packet = (mark + text).encode(encoding)
    written = splice(packet, [edit("photoshop:Credit", "Zoë", HARD)], keep_size=True)
    assert len(written) == len(packet)
    assert read(written)["XMP photoshop:Credit"] == [(HARD,)]
    assert written.decode(encoding).split()[:10] == packet.decode(encoding).split()[:10]


def test_a_narrow_encoding_gets_character_references() -> None:
    text = (
        '<?xml version="1.0" encoding="ISO-8859-1"?>' + rdf("", ' photoshop:Credit="Zoë"').decode()
    )
    written = splice(
        text.encode("latin-1"), [edit("photoshop:Credit", "Zoë", "Zoë Ž")], keep_size=True
    )
    assert written == text.replace("Zoë", "Zoë &#381;").encode("latin-1")


@pytest.mark.parametrize(
    "form", ["<photoshop:Credit>{}</photoshop:Credit>", " photoshop:Credit='{}'"]
)
def test_octets_of_no_meaning_stay_beside_an_edit(form: str) -> None:
    value = form.format("A@")
    inner, attributes = (value, "") if value.startswith("<") else ("", value)
    packet = rdf("<q:x>M@nchen, Zo\u00eb</q:x>" + inner, attributes)
    packet = packet.replace(b"M@", b"M\xfc").replace(b"A@", b"A\xe9\x81")
    assert read(packet)["XMP photoshop:Credit"] == [("Aé\ufffd",)]
    written = splice(packet, [edit("photoshop:Credit", "Aé\ufffd", "AFP €")], keep_size=True)
    assert written == packet.replace(b"A\xe9\x81", "AFP €".encode())


def test_octets_of_no_meaning_stay_in_a_narrow_encoding() -> None:
    head = b'<?xml version="1.0" encoding="us-ascii"?>'
    packet = head + rdf("<q:x>M@nchen</q:x>", ' photoshop:Credit="A"').replace(b"@", b"\xfc")
    written = splice(packet, [edit("photoshop:Credit", "A", "é")], keep_size=True)
    assert written == packet.replace(b'"A"', b'"&#233;"')


def test_a_damaged_value_is_corrected() -> None:
    packet = xmp_packet({"photoshop:Credit": "Agence @", "photoshop:Source": "@"})
    packet = packet.replace(b"Agence @", b"Agence \xe9")
    written = splice(packet, [edit("photoshop:Credit", "Agence é", "AFP")], keep_size=True)
    assert written.decode()
    assert len(written) == len(packet)
    assert read(written)["XMP photoshop:Credit"] == [("AFP",)]


def test_broken_wide_encodings_are_refused() -> None:
    wide = rdf("", ' photoshop:Credit="A"').decode().encode("utf-16-le") + b"\x00"
    assert refused(wide, edit("photoshop:Credit", "A", "B")) == "xmp-encoding"


# --- refusals


@pytest.mark.parametrize("before", ["AF", "AFP ", "afp", "&amp;"])
def test_what_is_not_there_exactly_is_refused(before: str) -> None:
    packet = rdf("", ' photoshop:Credit="AFP"')
    assert refused(packet, edit("photoshop:Credit", before, "X")) == "value-changed"
    assert refused(packet, edit("photoshop:Source", "AFP", "X")) == "value-changed"


def test_entities_are_compared_decoded() -> None:
    packet = rdf("", ' photoshop:Credit="A&amp;B &#x26; &quot;"')
    written = splice(packet, [edit("photoshop:Credit", 'A&B & "', "C")], keep_size=True)
    assert written == rdf("", ' photoshop:Credit="C"')


@pytest.mark.parametrize("bad", ["\0", "\x07", "\x1b", "\ufffe", "\uffff", "\ud800"])
def test_what_xml_cannot_hold_is_refused(bad: str) -> None:
    for packet in CONTEXTS[:3]:
        assert refused(packet, edit("photoshop:Credit", "@", f"x{bad}")) == "value-form"


@pytest.mark.parametrize(
    ("inside", "after"),
    [
        ("A<!-- c -->FP", "X<!-- c -->"),
        ("A<?p i?>FP", "X<?p i?>"),
        ("<!-- < --><?p ?>AFP", "<!-- < --><?p ?>X"),
        ("<![CDATA[A<!-- no -->]]><!-- yes -->FP", "X<!-- yes -->"),
    ],
)
def test_comments_and_instructions_inside_of_a_value_stay(inside: str, after: str) -> None:
    packet = rdf(f"<photoshop:Credit>{inside}</photoshop:Credit>")
    before = read(packet)["XMP photoshop:Credit"][0][0]
    written = splice(packet, [edit("photoshop:Credit", before, "X")], keep_size=True)
    assert written == rdf(f"<photoshop:Credit>{after}</photoshop:Credit>")


def test_a_broken_packet_is_not_edited() -> None:
    packet = rdf("", ' photoshop:Credit="A"')[:-5]
    assert refused(packet, edit("photoshop:Credit", "A", "B")) == "xmp-broken"


def test_a_document_type_is_not_edited() -> None:
    packet = b"<!DOCTYPE a>" + rdf("", ' photoshop:Credit="A"')
    assert refused(packet, edit("photoshop:Credit", "A", "B")) == "value-changed"
    with pytest.raises(RewriteRefusedError) as refusal:
        list(placed_properties(packet, "XMP"))
    assert refusal.value.code == "xmp-broken"


def test_contradicting_edits_are_refused() -> None:
    packet = rdf("", ' photoshop:Credit="A"')
    one, other = edit("photoshop:Credit", "A", "B"), edit("photoshop:Credit", "A", None)
    assert refused(packet, one, other) == "edits-conflict"


@given(st.data())
def test_a_mutated_packet_is_edited_right_or_refused(data: st.DataObject) -> None:
    packet = bytearray(xmp_packet({"dc:creator": ["A", "B"], "photoshop:Credit": "AFP"}, padding=9))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(packet) - 1))
        packet[at] = data.draw(st.sampled_from(b"<>&\"'=/ \0\xff!?ab]["))
    wanted = [edit("dc:creator", "B", HARD), edit("photoshop:Credit", "AFP", None)]
    try:
        written = splice(bytes(packet), wanted, keep_size=True)
    except RewriteRefusedError as refusal:
        assert refusal.remedy  # noqa: PT017  both ends of the call are right ones
        return
    assert HARD in read(written)["XMP dc:creator"][0]
    assert "XMP photoshop:Credit" not in read(written)
