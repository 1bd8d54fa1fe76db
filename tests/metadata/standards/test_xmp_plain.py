"""The quick reading of plain packets says what the full one says, or leaves them to it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import XMP_NAMESPACES, xmp_packet
from real_blocks import xmp_packets
from xmp_material import RDF

from provenance.metadata.properties import PREFIXES, xmp_paths
from provenance.metadata.standards import xmp, xmp_plain
from provenance.metadata.standards.xmp import XmpReading
from provenance.metadata.standards.xmp_slots import Gathered, slots
from provenance.model import Container

URIS = {prefix: uri for uri, prefix in PREFIXES.items()} | XMP_NAMESPACES
DESCRIPTION = "\n".join(
    f'xmlns:{prefix}="{uri}"' for prefix, uri in URIS.items() if prefix != "rdf"
)


def quickly(packet: bytes) -> XmpReading | None:
    found = xmp_plain.gather(packet, Gathered(Container.XMP, "", slots("XMP")))
    if found is None:
        return None
    return XmpReading(tuple(found.values), (), found.extended, found.digest)


def fully(packet: bytes) -> XmpReading:
    return xmp._parse(packet, Gathered(Container.XMP, "", slots("XMP")))


def whole(inner: str, attributes: str = "", declared: str = DESCRIPTION) -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Toolkit 1">\n<rdf:RDF xmlns:rdf="{RDF}">\n'
        f'<rdf:Description rdf:about="" {declared}{attributes}>{inner}</rdf:Description>\n'
        f'</rdf:RDF>\n</x:xmpmeta>\n{" " * 40}\n<?xpacket end="w"?>'
    ).encode()


FULL = xmp_packet(
    {
        "dc:creator": ["Aaref WATAD", "Ümit Öz"],
        "dc:description": 'Rock "n" roll & <more>, they said.',
        "dc:title": "STREET",
        "dc:subject": ["street", "town"],
        "photoshop:Credit": "AFP",
        "photoshop:Headline": "It's > 3 o'clock",
        "photoshop:City": " Łódź ",
        "Iptc4xmpCore:CountryCode": "POL",
        "photoshop:State": "  ",
    },
    inner="   <dc:rights><rdf:Alt>\n <rdf:li xml:lang='x-default'>AFP</rdf:li>"
    '<rdf:li xml:lang="fr">L&#39;AFP &#x2014; &amp;amp;</rdf:li><rdf:li xml:lang="de"/></rdf:Alt>'
    "</dc:rights>\n<xmpNote:HasExtendedXMP>AB12</xmpNote:HasExtendedXMP>"
    '<xmpMM:History xmlns:e="http://e/"><rdf:Seq><rdf:li e:a="1" e:b="2"/></rdf:Seq></xmpMM:History>'
    "<photoshop:LegacyIPTCDigest>C0FFEE</photoshop:LegacyIPTCDigest>",
)


def test_what_is_plain_is_read_quickly() -> None:
    found = quickly(FULL)
    assert found == fully(FULL)
    assert found is not None
    assert {value.locator: value.values for value in found.values} == {
        "XMP photoshop:Credit": ("AFP",),
        "XMP photoshop:Headline": ("It's > 3 o'clock",),
        "XMP photoshop:City": (" Łódź ",),
        "XMP Iptc4xmpCore:CountryCode": ("POL",),
        "XMP dc:creator": ("Aaref WATAD", "Ümit Öz"),
        "XMP dc:description": ('Rock "n" roll & <more>, they said.',),
        "XMP dc:title": ("STREET",),
        "XMP dc:subject": ("street", "town"),
        "XMP dc:rights": ("AFP",),
        "XMP dc:rights[fr]": ("L'AFP — &amp;",),
    }
    assert (found.has_extended, found.legacy_iptc_digest) == ("AB12", "C0FFEE")


PLAIN = {
    "attributes in single quotes": whole(
        "", " photoshop:City='P'", DESCRIPTION.replace('"', "'")
    ).replace(b'rdf:about=""', b"rdf:about=''"),
    "no declarations": whole("<rdf:x/>", "", ""),
    "an empty tag": whole("", "").replace(b"></rdf:Description>", b"/>"),
    "a sign within a value": whole("", ' photoshop:City="a > b > c"'),
    "line feeds in an attribute": whole("", ' photoshop:City="a\n\tb"'),
    "a referred line feed": whole("", ' photoshop:City="a&#xA;b&#10;"'),
    "blank values": whole("<photoshop:City> </photoshop:City>", ' photoshop:Credit="&#32;"'),
    "nothing in an array": whole("<dc:creator><rdf:Seq> </rdf:Seq></dc:creator>"),
    "an empty item": whole(
        "<dc:subject><rdf:Bag><rdf:li/><rdf:li>a</rdf:li></rdf:Bag></dc:subject>"
    ),
    "a value twice": whole("<photoshop:City>b</photoshop:City>", ' photoshop:City="a"'),
    "two descriptions": whole('</rdf:Description><rdf:Description rdf:about=""\n>'),
    "notes as attributes": whole("", ' photoshop:LegacyIPTCDigest="AB"'),
    "a structure in one tag": whole('<xmpMM:x xmpMM:y="1"/><photoshop:City>b</photoshop:City>'),
    "names that begin alike": whole("<xmpMM:x ><rdf:Bag/></xmpMM:x><xmpMM:xy>b</xmpMM:xy>"),
    "brackets": whole("<photoshop:City>a]] >![CDATA[?</photoshop:City>"),
}


@pytest.mark.parametrize("packet", PLAIN.values(), ids=PLAIN)
def test_plain_forms(packet: bytes) -> None:
    found = quickly(packet)
    assert found is not None
    assert found == fully(packet)
    assert fully(packet).warnings == ()


OTHER = {
    "a comment": whole("<!-- <photoshop:City>no</photoshop:City> -->"),
    "CDATA": whole("<photoshop:City><![CDATA[a]]></photoshop:City>"),
    "the end of CDATA": whole("<photoshop:City>]]></photoshop:City>"),
    "an instruction": whole("<?a </xmpMM:x> ?>"),
    "an instruction in a structure": whole("<xmpMM:x ><?a </xmpMM:x>?><rdf:y/></xmpMM:x>"),
    "a document type": b"<!DOCTYPE a>" + whole(""),
    "a carriage return": whole("<photoshop:City>a\r\nb</photoshop:City>"),
    "a control character": whole("<photoshop:City>a\x07</photoshop:City>"),
    "a control character in the padding": whole("").replace(b"    ", b"  \x0b ", 1),
    "no character": whole("<photoshop:City>\ufffe</photoshop:City>"),
    "no UTF-8": whole("<photoshop:City>Zo?</photoshop:City>").replace(b"Zo?", b"Zo\xeb"),
    "a reference to no character": whole("<photoshop:City>&#0;</photoshop:City>"),
    "a reference to half of one": whole("<photoshop:City>&#xD800;</photoshop:City>"),
    "a reference beyond the plane": whole("<photoshop:City>&#128512;</photoshop:City>"),
    "an unknown entity": whole("<rdf:x>&nbsp;</rdf:x>"),
    "a bare ampersand": whole("", ' rdf:x="a & b"'),
    "an unbound prefix": whole("<zz:x/>"),
    "an unbound prefix of an attribute": whole("", ' zz:x="1"'),
    "an unbound prefix in a structure": whole("<xmpMM:x ><zz:y/></xmpMM:x>"),
    "an attribute twice": whole("", ' photoshop:City="a" photoshop:City="a"'),
    "rdf:about twice": whole("", ' rdf:about=""'),
    "an attribute twice in a structure": whole('<xmpMM:x rdf:a="1" rdf:a="1"/>'),
    "two prefixes of a namespace": whole("", "", DESCRIPTION + ' xmlns:u="u:u" xmlns:w="u:u"'),
    "another prefix of ours": whole("<d:title/>", "", f'xmlns:d="{URIS["dc"]}"'),
    "our prefix for others": whole("<dc:title>a</dc:title>", "", 'xmlns:dc="http://other/"'),
    "a default namespace": whole("", "", 'xmlns="http://other/"'),
    "no URI": whole("", "", 'xmlns:a="http://a:b:c/"'),
    "a reserved prefix": whole("", "", 'xmlns:xml="http://www.w3.org/XML/1998/namespace"'),
    "a reserved namespace": whole("", "", 'xmlns:a="http://www.w3.org/2000/xmlns/"'),
    "a value before the declarations": whole("", ' xmlns:a="http://a/"', 'dc:x="1"'),
    "a language of the description": whole("", ' xml:lang="fr"'),
    "no blank between attributes": whole("", ' rdf:a="1"rdf:b="2"'),
    "another blank": whole("", '\xa0rdf:a="1"'),
    "an attribute without a value": whole("", " rdf:a"),
    "an open quote": whole("", ' rdf:a="1'),
    "a sign in an attribute": whole("", ' rdf:a="<"'),
    "an element left open": whole("<photoshop:City>a"),
    "an element closed twice": whole("</photoshop:City>"),
    "elements that overlap": whole("<rdf:a><rdf:b></rdf:a></rdf:b>"),
    "structures that overlap": whole("<rdf:a ><rdf:b ></rdf:a></rdf:b>"),
    "a structure in itself": whole("<xmpMM:x ><xmpMM:x >a</xmpMM:x></xmpMM:x>"),
    "a property with attributes": whole('<photoshop:City rdf:resource="a"/>'),
    "a structure for a property": whole("<dc:title><rdf:Description rdf:value='a'/></dc:title>"),
    "a qualified item": whole(
        "<dc:creator><rdf:Seq><rdf:li><rdf:x/></rdf:li></rdf:Seq></dc:creator>"
    ),
    "an array for a note": whole(
        "<xmpNote:HasExtendedXMP><rdf:Seq><rdf:li>a</rdf:li></rdf:Seq></xmpNote:HasExtendedXMP>"
    ),
    "text between elements": whole("text <photoshop:City>b</photoshop:City>"),
    "no description": whole("").replace(b"rdf:Description", b"rdf:description"),
    "no envelope": whole("").replace(b"x:xmpmeta", b"x:xapmeta"),
    "another envelope": whole("").replace(b"adobe:ns:meta/", b"http://meta/"),
    "an envelope bound too late": whole("", "", f'xmlns:rdf="{RDF}"').replace(
        f'<rdf:RDF xmlns:rdf="{RDF}">'.encode(), b"<rdf:RDF>"
    ),
    "something behind": whole("") + b"<a/>",
    "something in front": b"a" + whole(""),
    "a cut packet": whole("")[:-80],
    "nothing": b"",
    "UTF-16": whole("").decode().encode("utf-16"),
}


@pytest.mark.parametrize("packet", OTHER.values(), ids=OTHER)
def test_other_forms_are_left_to_the_full_reading(packet: bytes) -> None:
    assert quickly(packet) is None
    assert xmp.parse(packet, container=Container.XMP, locator_prefix="XMP") == fully(packet)


NAMES = sorted({path.qname for _, path in xmp_paths()})
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["&amp;", "&#10;", "&lt;", " ", "\n", "]]>", "'", '"', "a > b", "x-default"]
)
LANGUAGES = st.sampled_from(["", ' xml:lang="x-default"', " xml:lang='fr'", ' xml:lang="fr" '])
ELEMENTS = st.one_of(
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(NAMES), TEXTS),
    st.builds(
        lambda name, kind, items: (
            f"<{name}><rdf:{kind}>"
            + "".join(f"<rdf:li{lang}>{text}</rdf:li>" for lang, text in items)
            + f"</rdf:{kind}></{name}>"
        ),
        st.sampled_from(NAMES),
        st.sampled_from(["Alt", "Bag", "Seq", "Set"]),
        st.lists(st.tuples(LANGUAGES, TEXTS), max_size=3),
    ),
    st.sampled_from(
        [
            "<dc:title/>",
            "<xmpMM:x ><rdf:y>a</rdf:y></xmpMM:x>",
            "<rdf:x rdf:a='1'/>",
            " ",
            "\n",
            "t",
        ]
    ),
)
ATTRIBUTES = st.builds(
    " {}={}{}{}".format, st.sampled_from(NAMES), st.shared(st.sampled_from("\"'"), key="q"), TEXTS,
    st.shared(st.sampled_from("\"'"), key="q"),
)  # fmt: skip


@given(st.lists(ELEMENTS, max_size=4), st.lists(ATTRIBUTES, max_size=4, unique=True))
def test_any_packet_says_the_same_in_both_readings(
    elements: list[str], attributes: list[str]
) -> None:
    packet = whole("".join(elements), "".join(attributes))
    found = quickly(packet)
    assert found is None or found == fully(packet)


BITS = [
    *(bytes([octet]) for octet in b"<>\"'&/=: \n\t\r\x0b\x00\x85\xff"),
    b"&amp;", b"&#65;", b"&#0;", b"\xc2\xa0", b"\xef\xbf\xbe", b"</rdf:li>", b"<rdf:li>", b"<rdf:li/>",
    b' xmlns:dc="http://x/"', b' xmlns="http://x/"', b"<!-- -->", b"]]>", b"<?x y?>", b"dc:", b"rdf:",
    b"<a:b/>", b"<dc:title>", b"</dc:title>", b' rdf:about=""', b"</rdf:Description>",
    b'<rdf:Description rdf:about="">', b' photoshop:City="P"',
]  # fmt: skip


def mutants(packets: list[bytes], count: int, seed: int) -> list[bytes]:
    """Packets with one to three small changes at or near their markup."""
    rnd = random.Random(seed)
    out = []
    for _ in range(count):
        mutant = bytearray(rnd.choice(packets))
        for _ in range(rnd.choice((1, 1, 1, 2, 3))):
            at = rnd.randrange(max(mutant.rfind(b"</x:xmpmeta>"), 1))
            near = mutant.find(rnd.choice((b"<", b">", b'"', b"=")), at)
            at = near if near >= 0 and rnd.random() < 0.7 else at
            end = at + rnd.choice((0, 0, 1, 2, 5, 30))
            copied = bytes(mutant[end : end + rnd.choice((0, 3, 40))])
            mutant[at:end] = rnd.choice((b"", copied, rnd.choice(BITS), rnd.choice(BITS)))
        out.append(bytes(mutant))
    return out


def test_mutants_say_the_same_in_both_readings() -> None:
    plain = 0
    for packet in mutants([FULL, *PLAIN.values()], 20_000, 20241208):
        found = quickly(packet)
        if found is not None:
            assert found == fully(packet), packet
            plain += 1
    assert plain > 1_000


def test_real_packets_and_their_mutants_say_the_same_in_both_readings(shared: Path) -> None:
    packets = [packet for _, packet in xmp_packets(shared) if len(packet) < 60_000]
    readings = [(packet, quickly(packet)) for packet in packets]
    plain = [packet for packet, found in readings if found is not None]
    assert len(plain) > len(packets) / 2
    for packet, found in readings:
        assert found is None or found == fully(packet), packet
    for packet in mutants([one for one in plain if len(one) < 10_000], 5_000, 20241209):
        found = quickly(packet)
        assert found is None or found == fully(packet), packet


def test_what_is_remembered_of_packets_is_bounded() -> None:
    known = len(xmp_plain._names)
    long = " " * 200
    assert quickly(whole("", f'{long}photoshop:City="P"')) is None
    for number in range(6_000):
        quickly(whole("", f' rdf:a{number}="P"'))
    assert known < len(xmp_plain._names) == 4096
    assert max(map(len, xmp_plain._names)) <= 100
    assert quickly(whole("", ' rdf:another="P" photoshop:City="P"')) is not None
