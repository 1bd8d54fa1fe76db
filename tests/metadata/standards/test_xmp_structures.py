"""The reference from a file to the one it was made from, in every form that writers use."""

from __future__ import annotations

import pytest

from provenance.metadata.standards import xmp_plain
from provenance.metadata.standards.xmp import parse
from provenance.metadata.standards.xmp_slots import Gathered, slots
from provenance.model import Container, Property

SPACES = (
    'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
    'xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#" '
    'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
)
DOCUMENT, ORIGINAL = "xmp.did:7e5b", "xmp.did:01af"
BOTH = f'stRef:instanceID="xmp.iid:9" stRef:documentID="{DOCUMENT}" stRef:originalDocumentID="{ORIGINAL}"'
ELEMENTS = (
    f"<stRef:instanceID>xmp.iid:9</stRef:instanceID><stRef:documentID>{DOCUMENT}</stRef:documentID>"
    f"<stRef:originalDocumentID>{ORIGINAL}</stRef:originalDocumentID>"
)
FORMS = {
    "attributes": f"<xmpMM:DerivedFrom {BOTH}/>",
    "resource": f'<xmpMM:DerivedFrom rdf:parseType="Resource">{ELEMENTS}</xmpMM:DerivedFrom>',
    "description": f"<xmpMM:DerivedFrom><rdf:Description {BOTH}/></xmpMM:DerivedFrom>",
    "elements": "<xmpMM:DerivedFrom ><rdf:Description>"
    f"{ELEMENTS}</rdf:Description></xmpMM:DerivedFrom>",
}


def packet(inner: str, spaces: str = SPACES) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def said(data: bytes) -> dict[str, tuple[str, ...]]:
    reading = parse(data, container=Container.XMP, locator_prefix="XMP")
    return {value.locator: value.values for value in reading.values}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("comment", ["", "<!-- read by a tree -->"])
def test_every_form_is_read_and_the_quick_reader_needs_no_tree(form: str, comment: str) -> None:
    data = packet(f"{comment}{form}<photoshop:City>Lyon</photoshop:City>")
    assert said(data) == {
        "XMP photoshop:City": ("Lyon",),
        "XMP xmpMM:DerivedFrom/stRef:documentID": (DOCUMENT,),
        "XMP xmpMM:DerivedFrom/stRef:originalDocumentID": (ORIGINAL,),
    }
    gathered = xmp_plain.gather(data, Gathered(Container.XMP, "", slots("XMP")))
    assert (gathered is None) is bool(comment)


@pytest.mark.parametrize(
    "inner",
    [
        "<xmpMM:DerivedFrom/>",
        "<xmpMM:DerivedFrom>uuid:1</xmpMM:DerivedFrom>",
        "<xmpMM:DerivedFrom><rdf:Bag><rdf:li>uuid:1</rdf:li></rdf:Bag></xmpMM:DerivedFrom>",
        '<xmpMM:DerivedFrom stRef:documentID=" "/>',
        '<xmpMM:DerivedFrom stRef:filePath="/home/anna/a.jpg"/>',
        f"<xmpMM:History><rdf:Seq><rdf:li {BOTH}/></rdf:Seq></xmpMM:History>",
        f"<xmpMM:Ingredients><rdf:Bag><rdf:li {BOTH}/></rdf:Bag></xmpMM:Ingredients>",
    ],
)
def test_what_names_no_ancestor_says_nothing(inner: str) -> None:
    assert said(packet(inner)) == {}


def test_the_namespace_counts_and_not_the_prefix() -> None:
    mine = SPACES.replace("stRef", "ref").replace("xmpMM", "mm")
    form = FORMS["attributes"].replace("stRef", "ref").replace("xmpMM", "mm")
    assert len(said(packet(form, mine))) == 2
    assert said(packet(FORMS["attributes"], SPACES.replace("ResourceRef#", "Other#"))) == {}


def test_the_files_own_ids_are_read() -> None:
    data = packet(f"<xmpMM:DocumentID>{DOCUMENT}</xmpMM:DocumentID>").replace(
        b'rdf:about=""', f'rdf:about="" xmpMM:OriginalDocumentID="{ORIGINAL}"'.encode()
    )
    reading = parse(data, container=Container.XMP, locator_prefix="XMP")
    assert {value.property: value.values for value in reading.values} == {
        Property.DOCUMENT_ID: (DOCUMENT,),
        Property.ORIGINAL_DOCUMENT_ID: (ORIGINAL,),
    }
