"""Plain XMP packets to values, without making a tree of them.

An agency's packet is nearly always of one simple shape: an envelope, and in it
``rdf:Description`` elements whose properties are attributes, simple elements and simple
arrays. Such a packet is read here in half the time that a tree takes. The grammar below is a
part of XML 1.0 and of Namespaces in XML 1.0, narrow enough to be checked while it is read;
whatever is outside of it in any respect, sound or not, is left to ``xmp``. Both say the same.

What the grammar has not: document types, comments, CDATA sections, processing instructions
other than the wrapper, carriage returns, names beyond ASCII, default namespaces, a standard
prefix bound to another namespace or a standard namespace to another prefix, two prefixes of
one namespace, and any odd form of a property that we read. Structures that we do not read are
stepped over; libxml2 says whether they are well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from provenance.metadata.properties import PREFIXES, RDF
from provenance.metadata.standards import xmp_structures
from provenance.metadata.standards.xmp_characters import plain_text, resolved
from provenance.metadata.standards.xmp_slots import DIGEST, EXTENDED, Gathered
from provenance.model import PropertyValue

_S = r"[ \t\n]"
_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*+"
_VALUE = r"""(?:"[^"<&]*+"|'[^'<&]*+')"""
_ATTRIBUTE = rf"{_S}++(?:{_NAME}:)?+{_NAME}={_VALUE}"
_BOM = "\ufeff"
_ENVELOPE = re.compile(
    rf"""
    {_BOM}?+{_S}*+
    (?:<\?xpacket\ begin=(?:"{_BOM}?+"|'{_BOM}?+')
       \ id=(?:"W5M0MpCehiHzreSzNTczkc9d"|'W5M0MpCehiHzreSzNTczkc9d')\?>{_S}*+)?+
    <x:xmpmeta((?:{_ATTRIBUTE})*+){_S}*+>{_S}*+<rdf:RDF((?:{_ATTRIBUTE})*+){_S}*+>{_S}*+
    """,
    re.VERBOSE,
)
_LONGEST_ENVELOPE = 1024
_DECLARATIONS = re.compile(rf"(?:{_ATTRIBUTE})*+")
_LONGEST_DECLARATIONS = 2048
_PAIR = re.compile(rf"{_S}++((?:{_NAME}:)?+{_NAME})=({_VALUE})")
_TAILS = frozenset(
    (b"</rdf:RDF>", b"</x:xmpmeta>", *end)
    for end in (
        (),
        (b"<?xpacket", b'end="w"?>'),
        (b"<?xpacket", b'end="r"?>'),
        (b"<?xpacket", b"end='w'?>"),
        (b"<?xpacket", b"end='r'?>"),
    )
) | {(b"</rdf:RDF></x:xmpmeta>",)}
_LONGEST_TAIL = 16 * 1024

_OPENED = "<rdf:Description"
_MOST_ANGLES = 8
"""Signs ``>`` in the attributes of one element that are looked past."""
_BEFORE_VALUE = re.compile(rf"{_S}++(?:({_NAME}):)?+({_NAME}){_S}*+={_S}*+")
_URI = re.compile(
    r"https?://[A-Za-z0-9.-]++(?:/[A-Za-z0-9/._~-]*+)?+(?:#[A-Za-z0-9/._~-]*+)?+|adobe:ns:meta/"
)
_LANG = r"""xml:lang=(?:"[A-Za-z0-9-]*+"|'[A-Za-z0-9-]*+')"""
_LI = rf"<rdf:li(?:{_S}++{_LANG})?+(?:/>|>[^<]*+</rdf:li>){_S}*+"
_ELEMENT = re.compile(
    rf"""
    <(({_NAME}):{_NAME})(?:
        {_S}*+/>
      | >([^<]*+)</\1{_S}*+>
      | >{_S}*+<rdf:(Alt|Bag|Seq)>{_S}*+
        (?:<rdf:li(?:{_S}++{_LANG})?+>([^<]*+)</rdf:li>{_S}*+)?+((?:{_LI})*+)
        </rdf:\4>{_S}*+</\1{_S}*+>
    ){_S}*+
    """,
    re.VERBOSE,
)
_ITEM = re.compile(
    rf"""<rdf:li(?:{_S}++xml:lang=["']([A-Za-z0-9-]*+)["'])?+(?:/>|>([^<]*+)</rdf:li>)"""
)
_STRUCTURE = re.compile(rf"<({_NAME}:{_NAME})(?={_S}|>)")
_CLOSED = re.compile(rf"</rdf:Description{_S}*+>{_S}*+")
_BLANKS = re.compile(rf"{_S}*+")

_STANDARD = {prefix: namespace for namespace, prefix in PREFIXES.items()}
_RESERVED = frozenset({"xml", "xmlns"})
_RESERVED_SPACES = frozenset(
    {"http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"}
)
_NOTES = {path.qname: path for path in (EXTENDED, DIGEST)}
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    collect_ids=False,
)

_value = PropertyValue.of
_MOST_KNOWN = 4096
_LONGEST_KNOWN = 100


class _Names(dict[str, str]):
    """The markup in front of an attribute's value, to the attribute's name.

    Packets share a few hundred of these, so they are remembered; no value ever is. What is
    not plain is ``?:``, a name whose prefix nothing binds.
    """

    def __missing__(self, piece: str) -> str:
        found = _BEFORE_VALUE.fullmatch(piece) if len(piece) <= _LONGEST_KNOWN else None
        if found is None or found[1] in _RESERVED or found[2] == "xmlns":
            return "?:"
        name = f"{found[1]}:{found[2]}" if found[1] else found[2]
        if len(self) < _MOST_KNOWN:
            self[piece] = name
        return name


_names = _Names()


def gather(packet: bytes, gathered: Gathered) -> Gathered | None:
    """Read a plain packet, in a time proportional to its length.

    Args:
        packet: the packet as it stands in the file.
        gathered: takes what the packet says.

    Returns:
        ``gathered``; None where the packet is not plain, and then what was gathered means
        nothing.
    """
    start, end = packet.find(b"<rdf:Description"), packet.rfind(b"</rdf:RDF>")
    if not 0 <= start <= min(end, _LONGEST_ENVELOPE) or len(packet) - end > _LONGEST_TAIL:
        return None
    envelope, text = packet[:start], plain_text(packet[start:end])
    if text is None or ("?" in text and "<?" in text) or not _is_tail(packet[end:]):
        return None
    at = 0
    while at < len(text):
        behind = _description(text, at, envelope, gathered)
        if behind <= at:
            return None
        at = behind
    return gathered if at > 0 else None


@lru_cache(maxsize=64)
def _is_tail(tail: bytes) -> bool:
    """Whether this is the end of an envelope, padding included; writers pad alike."""
    return tuple(tail.split()) in _TAILS and b"\x0b" not in tail and b"\x0c" not in tail


class _Spaces(NamedTuple):
    """The namespaces that are bound where properties stand, by prefix; and those prefixes.

    Among the prefixes is the empty one: a name without a prefix needs no namespace here.
    """

    bound: Mapping[str, str]
    prefixes: frozenset[str]


@lru_cache(maxsize=256)
def _spaces(envelope: bytes, declarations: str) -> _Spaces | None:
    """Read the beginning of a packet; packets of one writer have few different ones.

    Args:
        envelope: what stands before the first rdf:Description.
        declarations: the attributes of an rdf:Description up to its last declaration of a
            namespace.

    Returns:
        None where this is not plain.
    """
    text = plain_text(envelope)
    found = None if text is None else _ENVELOPE.fullmatch(text)
    if found is None or _DECLARATIONS.fullmatch(declarations) is None:
        return None
    bound: dict[str, str] = {}
    tags = (found[1], "x", "x:xmptk"), (found[2], "rdf", ""), (declarations, "rdf", "rdf:about")
    for attributes, prefix, other in tags:
        pairs = _PAIR.findall(attributes)
        if len(dict(pairs)) != len(pairs):
            return None
        for name, quoted in pairs:
            if name.startswith("xmlns:") and _is_bindable(name[6:], quoted[1:-1]):
                bound[name[6:]] = quoted[1:-1]
            elif name != other:
                return None
        if prefix not in bound:
            return None
    # Where no two prefixes are one namespace, no two names are one.
    apart = len(set(bound.values())) == len(bound)
    known = bound["x"] == "adobe:ns:meta/" and bound["rdf"] == RDF
    return _Spaces(bound, frozenset({"", *bound})) if known and apart else None


def _is_bindable(prefix: str, namespace: str) -> bool:
    """Whether a prefix may be bound to this namespace in a plain packet."""
    return (
        _STANDARD.get(prefix, namespace) == namespace
        and PREFIXES.get(namespace, prefix) == prefix
        and prefix not in _RESERVED
        and namespace not in _RESERVED_SPACES
        and _URI.fullmatch(namespace) is not None
    )


def _description(text: str, at: int, envelope: bytes, gathered: Gathered) -> int:
    """Read the rdf:Description at ``at``; the offset behind it, -1 where it is not plain."""
    if not text.startswith(_OPENED, at):
        return -1
    start = behind = at + len(_OPENED)
    tag = text[start : text.find(">", start)]
    last = tag.rfind("xmlns:")
    if last >= 0:
        opened = tag.find("=", last) + 1
        behind += tag.find(tag[opened : opened + 1], opened + 1) + 1
    if behind - start > _LONGEST_DECLARATIONS:
        return -1
    declarations = text[start:behind]
    spaces = _spaces(envelope, declarations)
    pieces, end = _pieces(text, behind)
    last_piece = pieces.pop().lstrip(" \t\n")
    if (
        spaces is None
        or last_piece not in {"", "/"}
        or not _attributes(pieces, declarations, spaces, gathered)
    ):
        return -1
    after = _BLANKS.match(text, end + 1)
    assert after is not None  # it matches the empty text
    return after.end() if last_piece else _elements(text, after.end(), spaces, gathered)


def _pieces(text: str, at: int) -> tuple[list[str], int]:
    """What stands from ``at`` to the end of a start tag, cut at its quotes; and that end.

    Names and values take turns. Where there is no plain tag the only piece is ``?``.
    """
    end = at - 1
    for _ in range(_MOST_ANGLES):
        end = text.find(">", end + 1)
        if end < 0:
            break
        tag = text[at:end]
        pieces = tag.split('"' if '"' in tag else "'")
        # A sign within a value leaves a quote open.
        if len(pieces) % 2:
            return (["?"] if "<" in tag else pieces), end
    return ["?"], at


def _attributes(pieces: list[str], declarations: str, spaces: _Spaces, gathered: Gathered) -> bool:
    """Read the attributes behind the declarations; whether they are plain."""
    names, values = [*map(_names.__getitem__, pieces[::2])], pieces[1::2]
    if len(set(names)) != len(names) or not spaces.prefixes.issuperset(map(_prefix, names)):
        return False
    together = "".join(values)
    if "&" in together or "\n" in together or "\t" in together:
        values = [*map(_normal, values)]
    slots, container, uri = gathered.slots, gathered.container, gathered.uri
    for name, value in zip(names, values, strict=True):
        slot = slots.get(name)
        if slot is not None:
            if value and not value.isspace():
                gathered.values.append(_value(slot[0], container, (value,), slot[1], uri))
        elif name in _NOTES:
            gathered.note(_NOTES[name], value)
    return "rdf:about" not in names or "rdf:about" not in declarations


@lru_cache(maxsize=_MOST_KNOWN)
def _prefix(name: str) -> str:
    return name.rpartition(":")[0]


def _normal(value: str) -> str:
    """The value of an attribute (XML 1.0, 3.3.3)."""
    if "\n" in value or "\t" in value:
        value = value.replace("\n", " ").replace("\t", " ")
    return resolved(value)


def _elements(text: str, at: int, spaces: _Spaces, gathered: Gathered) -> int:
    """Read the elements of an rdf:Description; the offset behind its end, -1 if not plain."""
    structures: list[str] = []
    while True:
        at = _simple_elements(text, at, spaces, gathered)
        if at < 0:
            return -1
        if (closed := _CLOSED.match(text, at)) is not None:
            return closed.end() if _are_sound(structures, spaces, gathered) else -1
        end = _structure_end(text, at, gathered)
        if end < 0:
            return -1
        structures.append(text[at:end])
        after = _BLANKS.match(text, end)
        assert after is not None  # it matches the empty text
        at = after.end()


def _simple_elements(text: str, at: int, spaces: _Spaces, gathered: Gathered) -> int:
    """Read simple elements and simple arrays; the offset behind the last, -1 if not plain."""
    slots, container, uri = gathered.slots, gathered.container, gathered.uri
    while (found := _ELEMENT.match(text, at)) is not None:
        name, prefix, simple, array, first, more = found.groups()
        if prefix not in spaces.prefixes:
            return -1
        at = found.end()
        slot = slots.get(name)
        if slot is None:
            if name in _NOTES:
                if array is not None:
                    return -1
                gathered.note(_NOTES[name], resolved(simple or ""))
        elif more:
            items = _ITEM.findall(text, found.start(4), at)
            if "&" in more or "&" in (first or ""):
                items = [(language, resolved(item)) for language, item in items]
            gathered.items(slot, items)
        else:
            value = simple or first
            if value and "&" in value:
                value = resolved(value)
            if value and not value.isspace():
                gathered.values.append(_value(slot[0], container, (value,), slot[1], uri))
    return at


def _structure_end(text: str, at: int, gathered: Gathered) -> int:
    """Where the structure at ``at`` ends; -1 where that is not plain.

    What lies between is not looked at: ``_are_sound`` proves that it is one element.
    """
    found = _STRUCTURE.match(text, at)
    if found is None or found[1] in gathered.slots or found[1] in _NOTES:
        return -1
    opened, name = text.find(">", at), found[1]
    if opened > at and text[opened - 1] == "/":
        return opened + 1
    closed = text.find(f"</{name}", opened)
    end = text.find(">", closed)
    return end + 1 if min(opened, closed, end) > 0 > text.find(f"<{name}", at + 1, closed) else -1


def _are_sound(structures: list[str], spaces: _Spaces, gathered: Gathered) -> bool:
    """Whether each structure is one well-formed element; takes those that are read.

    Each begins with a start tag whose name opens nothing else in it, and ends with the first
    end tag of that name, or is one tag. In well-formed text that end tag can only close that
    start tag, so if all of them together are well-formed each one is.
    """
    if not structures:
        return True
    bound = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in spaces.bound.items())
    # As deep as in the packet: libxml2 limits the depth.
    text = f"<a><a><a{bound}>{''.join(structures)}</a></a></a>"
    try:
        root = etree.fromstring(text.encode(), _PARSER)
    except etree.XMLSyntaxError:
        return False
    if any(one.startswith(xmp_structures.OPENINGS) for one in structures):
        xmp_structures.take(root[0][0], gathered)
    return True
