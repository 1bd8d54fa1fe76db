"""XMP packets: values that are not there yet."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import xmp_packet
from xmp_edit_material import HARD, RDF, edit, rdf, read, refused

from provenance.metadata.properties import PREFIXES, TABLE, Form
from provenance.metadata.standards.xmp_edit import new_packet, splice
from provenance.model import Container, Edit, Property

DC = "http://purl.org/dc/elements/1.1/"
ADOBE = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core">
   <rdf:RDF xmlns:rdf="{RDF}">
      <rdf:Description rdf:about=""
            xmlns:xmp="http://ns.adobe.com/xap/1.0/">
         <xmp:Rating>3</xmp:Rating>
      </rdf:Description>
      <rdf:Description rdf:about=""
            xmlns:dc="{DC}">
         <dc:format>image/jpeg</dc:format>
      </rdf:Description>
   </rdf:RDF>
</x:xmpmeta>
"""


def setting(packet: bytes, *pairs: tuple[str, str], keep_size: bool = True) -> bytes:
    return splice(packet, [edit(name, "", after) for name, after in pairs], keep_size=keep_size)


def test_a_property_goes_to_the_description_of_its_namespace_and_is_indented() -> None:
    new = setting(ADOBE.encode(), ("dc:creator", "Bakr ALKASEM"), ("dc:description", "A street."))
    assert new.decode() == ADOBE.replace(
        "         <dc:format>image/jpeg</dc:format>\n",
        """         <dc:format>image/jpeg</dc:format>
         <dc:creator>
            <rdf:Seq>
               <rdf:li>Bakr ALKASEM</rdf:li>
            </rdf:Seq>
         </dc:creator>
         <dc:description>
            <rdf:Alt>
               <rdf:li xml:lang="x-default">A street.</rdf:li>
            </rdf:Alt>
         </dc:description>
""",
    )


def test_a_namespace_that_is_nowhere_bound_is_declared_on_the_property() -> None:
    new = setting(ADOBE.encode(), ("photoshop:Credit", "AFP")).decode()
    element = '<photoshop:Credit xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">AFP<'
    assert f"<xmp:Rating>3</xmp:Rating>\n         {element}/photoshop:Credit>\n" in new


def test_a_prefix_that_means_something_else_is_bound_anew() -> None:
    packet = rdf("<q:x>1</q:x>", ' xmlns:dc="urn:other" dc:creator="no"').replace(
        f' xmlns:dc="{DC}"'.encode(), b"", 1
    )
    new = setting(packet, ("dc:creator", "Ann"))
    assert read(new) == {"XMP dc:creator": [("Ann",)]}
    assert f'<dc:creator xmlns:dc="{DC}">'.encode() in new
    assert b'dc:creator="no"' in new


def test_other_prefixes_of_the_file_are_used() -> None:
    packet = (
        f'<r:RDF xmlns:r="{RDF}"><r:Description r:about="" xmlns:d="{DC}"><d:format>x</d:format>'
        "</r:Description></r:RDF>"
    ).encode()
    new = setting(packet, ("dc:subject", "war"), ("dc:subject", "Syria"))
    bag = b"<d:subject><r:Bag><r:li>war</r:li><r:li>Syria</r:li></r:Bag></d:subject>"
    assert new == packet.replace(b"</r:Description>", bag + b"</r:Description>")
    default = packet.replace(b"xmlns:r=", b"xmlns=").replace(b"r:RDF", b"RDF")
    default = default.replace(b"r:Description", b"Description").replace(b"r:about", b"about")
    new = setting(default, ("dc:subject", "war"))
    assert b"<d:subject><Bag><li>war</li></Bag></d:subject></Description>" in new


@pytest.mark.parametrize(
    "description",
    [
        '<rdf:Description rdf:about=""/>',
        '<rdf:Description rdf:about="" />',
        '<rdf:Description rdf:about=""></rdf:Description>',
        '<rdf:Description rdf:about="">\n  </rdf:Description>',
        "",
    ],
)
@pytest.mark.parametrize("lines", [True, False])
def test_an_empty_packet_takes_properties(description: str, lines: bool) -> None:
    line = "\n  " if lines else ""
    packet = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{line[:2]}<rdf:RDF xmlns:rdf="{RDF}">'
        f"{line}{description}{line[:2]}</rdf:RDF>{line[:1]}</x:xmpmeta>"
    ).encode()
    new = setting(packet, ("dc:creator", "Ann"), ("photoshop:Credit", "AFP"))
    assert read(new) == {"XMP dc:creator": [("Ann",)], "XMP photoshop:Credit": [("AFP",)]}
    assert len(list(ET.fromstring(new).iter(f"{{{RDF}}}Description"))) == 1
    if lines:
        assert b"\n   <photoshop:Credit" in new
        assert b"</photoshop:Credit>\n  </rdf:Description>" in new
    elif b"\n" not in description.encode():
        assert b"\n" not in new


@pytest.mark.parametrize(
    "inside", ["/>", "></x:xmpmeta>", f'><rdf:RDF xmlns:rdf="{RDF}"/></x:xmpmeta>']
)
def test_a_packet_without_rdf_gets_it(inside: str) -> None:
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"{inside}'.encode()
    new = setting(packet, ("dc:creator", "Ann"))
    assert read(new) == {"XMP dc:creator": [("Ann",)]}
    assert b'<rdf:Description rdf:about="">' in new


def test_a_packet_of_something_else_is_refused() -> None:
    assert refused(b"<svg/>", edit("dc:creator", "", "Ann")) == "xmp-no-rdf"
    assert refused(b"", edit("dc:creator", "", "Ann")) == "xmp-broken"


# --- what stands there empty


@pytest.mark.parametrize(
    ("inner", "attributes", "after"),
    [
        ("<photoshop:Credit/>", "", "<photoshop:Credit>AFP</photoshop:Credit>"),
        ("<photoshop:Credit />", "", "<photoshop:Credit >AFP</photoshop:Credit>"),
        (
            "<photoshop:Credit> \n</photoshop:Credit>",
            "",
            "<photoshop:Credit>AFP</photoshop:Credit>",
        ),
        (
            "<photoshop:Credit><!-- c --></photoshop:Credit>",
            "",
            "<photoshop:Credit>AFP<!-- c --></photoshop:Credit>",
        ),
        ("", " photoshop:Credit=''", " photoshop:Credit='AFP'"),
        ("", ' photoshop:Credit="  "', ' photoshop:Credit="AFP"'),
    ],
)
def test_an_empty_text_is_filled(inner: str, attributes: str, after: str) -> None:
    packet = rdf(inner, attributes)
    wanted = rdf(after) if inner else rdf("", after)
    assert setting(packet, ("photoshop:Credit", "AFP")) == wanted


@pytest.mark.parametrize(
    ("inner", "after"),
    [
        ("<rdf:Seq/>", "<rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Zoë</rdf:li></rdf:Seq>"),
        ("<rdf:Seq></rdf:Seq>", "<rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Zoë</rdf:li></rdf:Seq>"),
        (
            "<rdf:Bag> <rdf:li/> </rdf:Bag>",
            "<rdf:Bag> <rdf:li>Ann</rdf:li><rdf:li>Zoë</rdf:li> </rdf:Bag>",
        ),
        (
            "<rdf:Seq><rdf:li></rdf:li><rdf:li> </rdf:li><rdf:li/></rdf:Seq>",
            "<rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Zoë</rdf:li><rdf:li/></rdf:Seq>",
        ),
        ("", "<rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Zoë</rdf:li></rdf:Seq>"),
    ],
)
def test_an_empty_list_is_filled(inner: str, after: str) -> None:
    packet = rdf(f"<dc:creator>{inner}</dc:creator>")
    new = setting(packet, ("dc:creator", "Ann"), ("dc:creator", "Zoë"))
    assert new == rdf(f"<dc:creator>{after}</dc:creator>")
    assert read(new) == {"XMP dc:creator": [("Ann", "Zoë")]}


def test_an_empty_attribute_gives_way_to_a_list() -> None:
    new = setting(rdf("", ' dc:creator=""'), ("dc:creator", "Ann"))
    assert new == rdf("<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li></rdf:Seq></dc:creator>")


@pytest.mark.parametrize(
    ("items", "after"),
    [
        ("", '<rdf:li xml:lang="x-default">T</rdf:li>'),
        ('<rdf:li xml:lang="x-default"/>', '<rdf:li xml:lang="x-default">T</rdf:li>'),
        (
            '<rdf:li xml:lang="x-default"/><rdf:li xml:lang="fr">F</rdf:li>',
            '<rdf:li xml:lang="x-default">T</rdf:li><rdf:li xml:lang="fr">F</rdf:li>',
        ),
        (
            '<rdf:li xml:lang="fr"/><rdf:li xml:lang="de">D</rdf:li>',
            '<rdf:li xml:lang="x-default">T</rdf:li><rdf:li xml:lang="fr"/><rdf:li xml:lang="de">D</rdf:li>',
        ),
    ],
)
def test_the_default_language_is_set_and_others_stay(items: str, after: str) -> None:
    packet = rdf(f"<dc:description><rdf:Alt>{items}</rdf:Alt></dc:description>")
    assert setting(packet, ("dc:description", "T")) == rdf(
        f"<dc:description><rdf:Alt>{after}</rdf:Alt></dc:description>"
    )


@pytest.mark.parametrize(
    "inner",
    [
        "<rdf:Description><q:note>x</q:note></rdf:Description>",
        "<rdf:Seq><rdf:li><rdf:Description q:note='x'/></rdf:li></rdf:Seq>",
        "<rdf:Seq/><q:x/>",
    ],
)
def test_a_structure_is_not_overwritten(inner: str) -> None:
    packet = rdf(f"<dc:creator>{inner}</dc:creator>")
    assert refused(packet, edit("dc:creator", "", "Ann")) == "xmp-structure"


# --- together with changes


def test_changes_and_additions_go_together() -> None:
    packet = rdf("<dc:title>T</dc:title>", ' photoshop:Source="S"')
    edits = [
        edit("photoshop:Source", "S", None),
        edit("dc:title", "T", None),
        edit("photoshop:Credit", "", "AFP"),
        edit("dc:creator", "", "Ann"),
    ]
    new = splice(packet, edits, keep_size=True)
    assert read(new) == {"XMP dc:creator": [("Ann",)], "XMP photoshop:Credit": [("AFP",)]}
    back = splice(
        new,
        [edit("photoshop:Credit", "AFP", None), edit("dc:creator", "Ann", None)],
        keep_size=True,
    )
    assert back == rdf("")


def test_padding_is_used_up() -> None:
    packet = xmp_packet({"photoshop:Credit": "AFP"})
    assert len(setting(packet, ("dc:description", "x" * 500))) == len(packet)
    assert len(setting(packet, ("dc:description", "x" * 5000))) > len(packet)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-be"])
def test_wide_encodings_take_properties(encoding: str) -> None:
    packet = ADOBE.encode(encoding)
    new = setting(packet, ("dc:creator", HARD))
    assert read(new)["XMP dc:creator"] == [(HARD,)]
    assert new.decode(encoding).count("\n         <dc:creator>\n") == 1


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ([("photoshop:Source", "X")], "value-changed"),
        ([("dc:creator[fr]", "X")], "value-changed"),
        ([("tiff:Artist", "X")], "value-changed"),
        ([("photoshop:Credit", "A"), ("photoshop:Credit", "B")], "value-form"),
        ([("dc:description", "A"), ("dc:description", "B")], "value-form"),
        ([("photoshop:Credit", "A\x07")], "value-form"),
        ([("photoshop:Credit", " ")], "value-form"),
    ],
)
def test_what_cannot_be_set_is_refused(edits: list[tuple[str, str]], code: str) -> None:
    packet = rdf("", ' photoshop:Source="S"')
    assert refused(packet, *(edit(name, "", after) for name, after in edits)) == code


# --- new packets


def test_a_new_packet_says_what_is_set_and_has_padding() -> None:
    edits = [
        Edit("", Container.XMP, "XMP dc:creator", Property.CREATOR_NAMES, "", "Bakr ALKASEM"),
        Edit("", Container.XMP, "XMP photoshop:Credit", Property.CREDIT_LINE, "", "AFP"),
        Edit("", Container.XMP, "XMP dc:description", Property.DESCRIPTION, "", HARD),
    ]
    packet = new_packet(edits)
    assert read(packet) == {
        "XMP dc:creator": [("Bakr ALKASEM",)],
        "XMP photoshop:Credit": [("AFP",)],
        "XMP dc:description": [(HARD,)],
    }
    assert packet.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode())
    assert packet.endswith(b'<?xpacket end="w"?>')
    padding = packet[packet.index(b"</x:xmpmeta>") + 12 : packet.rindex(b"<?xpacket")]
    assert not padding.strip()
    assert len(padding) == 2049
    assert packet.count(b"xmlns:") == 4
    (description,) = ET.fromstring(packet).iter(f"{{{RDF}}}Description")
    assert [child.tag for child in description] == [
        f"{{{DC}}}creator",
        "{http://ns.adobe.com/photoshop/1.0/}Credit",
        f"{{{DC}}}description",
    ]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.property.value)
def test_every_property_is_set_in_its_form(row: object) -> None:
    path = row.xmp  # type: ignore[attr-defined]
    packet = new_packet([Edit("", Container.XMP, f"XMP {path.qname}", row.property, "", "X")])  # type: ignore[attr-defined]
    (description,) = ET.fromstring(packet).iter(f"{{{RDF}}}Description")
    (element,) = description
    assert element.tag == path.tag
    kinds = {Form.SEQ: "Seq", Form.BAG: "Bag", Form.LANG_ALT: "Alt"}
    assert [child.tag for child in element] == (
        [f"{{{RDF}}}{kinds[path.form]}"] if path.form in kinds else []
    )
    assert PREFIXES[path.namespace].encode() + b":" in packet


text = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(
    lambda one: one.strip() and not set(one) & {"\ufffe", "\uffff"}
)


@given(
    st.lists(
        st.sampled_from(["<q:x>1</q:x>", "<!-- c -->", "\n  ", "<dc:creator/>", "<?p i?>"]),
        max_size=5,
    ),
    st.dictionaries(
        st.sampled_from([row.xmp.qname for row in TABLE]), text, min_size=1, max_size=5
    ),
)
def test_any_packet_keeps_what_it_said(parts: list[str], wanted: dict[str, str]) -> None:
    first = parts.index("<dc:creator/>") if "<dc:creator/>" in parts else -1
    kept = [one for n, one in enumerate(parts) if one != "<dc:creator/>" or n == first]
    packet = rdf("".join(kept))
    new = setting(packet, *wanted.items())
    assert read(new) == {f"XMP {name}": [(value,)] for name, value in wanted.items()}
    for part in kept:
        if part.strip() and part != "<dc:creator/>":
            assert new.count(part.encode()) == packet.count(part.encode())
