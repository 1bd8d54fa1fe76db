"""Reading XMP that is broken, hostile, or real."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from making import xmp_packet
from real_blocks import xmp_packets
from xmp_material import CREDIT, RDF, XML, codes, rdf, read, said

from provenance.metadata.properties import ROWS, Form

# --- broken and hostile


@pytest.mark.parametrize(
    "packet",
    [
        rdf("<photoshop:City>P</photoshop:City>", ' photoshop:Credit="AFP"')[:-20],
        rdf("<photoshop:City>P</photoshop:City><q:x>&undefined;</q:x>", ' photoshop:Credit="AFP"'),
        rdf("<q:x>\x07</q:x>", ' photoshop:Credit="AFP"'),
        rdf("", ' photoshop:Credit="AFP" photoshop:Credit="AFP"'),
        rdf("", ' photoshop:Credit="AFP"').replace('xmlns:photoshop="', 'xmlns:other="'),
    ],
)
def test_a_broken_packet_gives_what_is_clear_with_a_warning(packet: str) -> None:
    assert said(packet)["XMP photoshop:Credit"] == ("AFP",)
    assert codes(packet) == ["xmp-broken"]


@pytest.mark.parametrize("half", ["&#xD800;", "&#x000dfff;", "&#55296;", "&#0057343;"])
def test_a_reference_to_half_a_character_is_none(half: str) -> None:
    packet = rdf(f"<photoshop:City>a{half}b</photoshop:City>", f' photoshop:Credit="A{half}"')
    assert said(packet)["XMP photoshop:City"] == ("a\ufffdb",)
    assert said(packet)["XMP photoshop:Credit"] == ("A\ufffd",)
    assert codes(packet) == ["xmp-broken"]


def test_octets_that_are_not_utf8_are_read_as_western_and_told() -> None:
    packet = rdf("<photoshop:City>Łódź</photoshop:City>", ' photoshop:Credit="Zo?"').encode()
    packet = packet.replace(b"Zo?", b"Zo\xeb \x96 \x81")
    assert said(packet) == {
        "XMP photoshop:Credit": ("Zoë – \ufffd",),
        "XMP photoshop:City": ("Łódź",),
    }
    assert codes(packet) == ["xmp-broken"]


@pytest.mark.parametrize("half", ["xD800", "xdfff", "x000D9aF", "55296", "57343", "0056000"])
def test_half_of_a_character_is_shown_as_none(half: str) -> None:
    packet = rdf(f"<photoshop:City>a&#{half};b</photoshop:City>", f' photoshop:Credit="&#{half};"')
    assert said(packet) == {
        "XMP photoshop:Credit": ("\ufffd",),
        "XMP photoshop:City": ("a\ufffdb",),
    }
    assert codes(packet) == ["xmp-broken"]


def test_every_reference_can_be_read() -> None:
    for code in [*range(0xD7F0, 0xE010), 0, 7, 0xFFFE, 0xFFFF, 0x10FFFF, 0x110000]:
        read(rdf(f"<photoshop:City>&#{code};</photoshop:City><q:x>&#x{code:X};</q:x>"))


BOMB = "<!DOCTYPE a [" + "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(12)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        '<!DOCTYPE a [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY e11 "x">]>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;<!ENTITY e11 "x">]>',
    ],
)
@pytest.mark.parametrize("before", ["", "<!-- c -->\n<?p i?>", '<?xml version="1.0"?>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_document_type_is_refused(doctype: str, before: str, encoding: str) -> None:
    packet = (before + doctype + rdf("<photoshop:Credit>&e11;</photoshop:Credit>")).encode(encoding)
    started = time.perf_counter()
    assert codes(packet) == ["xmp-doctype"]
    assert said(packet) == {}
    assert time.perf_counter() - started < 1


def test_a_document_type_behind_the_root_element_is_not_read_either() -> None:
    packet = rdf("", ' photoshop:Credit="AFP"') + BOMB
    assert codes(packet) == ["xmp-broken", "xmp-doctype"]


def test_the_word_doctype_in_a_caption_is_a_caption() -> None:
    packet = rdf("<photoshop:Credit><![CDATA[<!DOCTYPE]]></photoshop:Credit><!-- <!DOCTYPE -->")
    assert said(packet) == {"XMP photoshop:Credit": ("<!DOCTYPE",)}


@pytest.mark.parametrize(
    "packet",
    [
        rdf("<q:x>" * 20_000),
        rdf("<q:x>" * 20_000 + "</q:x>" * 20_000),
        rdf("", ' q:x="' + "y" * 1_000_000 + '"'),
        rdf("<q:x>" + "y" * 1_000_000 + "</q:x>"),
        rdf("", "".join(f' q:a{n}="1"' for n in range(50_000))),
        rdf("", "".join(f' xmlns:n{n}="urn:{n}"' for n in range(20_000))),
        rdf("<q:x/>" * 200_000),
        "<!--" * 250_000,
        "<![CDATA[" * 100_000,
        " " * 1_000_000 + "<?xpacket",
        "&" * 1_000_000,
        "<" * 1_000_000,
        "\udcff".encode("utf-8", "surrogateescape") * 1_000_000 + b"<a>",
        "<!--<!DOCTYPE" * 70_000,
        rdf("", "".join(f' q:a{n}="<"' for n in range(100_000))),
        rdf("", "".join(f' q:a{n}="<"' for n in range(8_000))),
    ],
    ids=range(16),
)
def test_hostile_packets_are_read_in_no_time(packet: str | bytes) -> None:
    started = time.perf_counter()
    read(packet)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "packet",
    [
        rdf("<q:x/>" * 500_001, ' photoshop:Credit="AFP"'),
        rdf("", "".join(f" q:a{n} = '1'" for n in range(500_000))),
        rdf("", "".join(f' q:a{n}="1"' for n in range(50_000))).encode("utf-16-le"),
    ],
    ids=["tags", "attributes", "utf-16"],
)
def test_a_flood_makes_no_tree(packet: str | bytes) -> None:
    started = time.perf_counter()
    assert codes(packet) == ["xmp-too-large"]
    assert time.perf_counter() - started < 2


def test_a_large_packet_is_read_whole() -> None:
    text = "word " * 400_000
    assert said(rdf(f"<photoshop:Credit>{text}</photoshop:Credit>")) == {
        "XMP photoshop:Credit": (text,)
    }


@given(st.binary(max_size=200))
def test_no_octets_raise(data: bytes) -> None:
    read(data)
    read(CREDIT.encode().replace(b"Zo", data))


@given(st.data())
def test_no_mutation_raises(data: st.DataObject) -> None:
    packet = bytearray(xmp_packet({"dc:creator": "A", "photoshop:Credit": "AFP"}, padding=0))
    for _ in range(data.draw(st.integers(1, 4))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(packet))


# --- real files, against a plain reading by lxml's tree


def plainly(packet: bytes) -> dict[str, list[tuple[str, ...]]] | None:
    """A slow and plain reading of the forms that ISO 16684-1 lists; None where not XML."""
    try:
        root = etree.fromstring(packet.strip(b"\0 \r\n"))
    except etree.XMLSyntaxError:
        return None
    paths = {path.tag: path for row in ROWS.values() for path in (row.xmp, *row.aliases)}
    found: dict[str, list[tuple[str, ...]]] = {}
    for description in root.xpath("//r:RDF/r:Description", namespaces={"r": RDF}):
        for name, path in paths.items():
            texts = [] if description.get(name) is None else [(None, description.get(name))]
            for element in description.findall(name):
                items = element.xpath("r:*/r:li", namespaces={"r": RDF})
                texts += [
                    (i.get(f"{{{XML}}}lang"), "".join(i.itertext())) for i in items or [element]
                ]
            texts = [(lang, text) for lang, text in texts if text.strip()]
            if path.form is Form.LANG_ALT:
                texts.sort(key=lambda pair: pair[0] != "x-default")
                texts = texts[:1]
            if texts:
                found.setdefault(f"XMP {path.qname}", []).append(tuple(text for _, text in texts))
        for locator, steps in LINEAGE.items():
            texts = [str(text) for step in steps for text in description.xpath(step, namespaces=MM)]
            if any(texts):
                found[locator] = [(text,) for text in texts if text.strip()]
    return found


MM = {
    "r": RDF,
    "m": "http://ns.adobe.com/xap/1.0/mm/",
    "s": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
}
LINEAGE = {
    "XMP xmpMM:DocumentID": ("@m:DocumentID", "m:DocumentID/text()", "m:DocumentID/@r:resource"),
    "XMP xmpMM:OriginalDocumentID": ("@m:OriginalDocumentID", "m:OriginalDocumentID/text()"),
    **{
        f"XMP xmpMM:DerivedFrom/stRef:{name}": tuple(
            f"m:DerivedFrom{inner}{end}"
            for inner in ("", "/r:Description")
            for end in (f"/@s:{name}", f"/s:{name}/text()")
        )
        for name in ("documentID", "originalDocumentID")
    },
}


def test_real_packets_read_like_a_plain_reading(shared: Path) -> None:
    compared = 0
    for name, packet in xmp_packets(shared):
        expected = plainly(packet)
        reading = read(packet)
        if expected is None:
            continue
        actual: dict[str, list[tuple[str, ...]]] = {}
        for value in reading.values:
            if not value.locator.endswith("]"):
                actual.setdefault(value.locator, []).append(value.values)
        assert actual == expected, name
        compared += sum(map(len, expected.values()))
    assert compared > 400


def test_no_real_packet_takes_long(shared: Path) -> None:
    packets = xmp_packets(shared)
    started = time.perf_counter()
    for _, packet in packets:
        read(packet)
    assert time.perf_counter() - started < len(packets) * 0.005
