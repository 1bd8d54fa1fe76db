"""Where in a packet's octets each value stands, so that it alone can be changed.

The octets are walked by expat, which tells byte positions; libxml2, which reads
faster, does not. Only what an edit needs is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from provenance.errors import RewriteRefusedError
from provenance.metadata.properties import RDF

_RDF = f"{{{RDF}}}RDF"
DESCRIPTION = f"{{{RDF}}}Description"
LI = f"{{{RDF}}}li"
VALUE = f"{{{RDF}}}value"
RESOURCE = f"{{{RDF}}}resource"
ARRAYS = frozenset(f"{{{RDF}}}{kind}" for kind in ("Alt", "Bag", "Seq"))
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

MAX_MARKS = 100_000
"""Tags of a packet that is edited, and its signs ``=``; each takes some three kilobytes."""

_DEEPEST = 256
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>"'<]+)\s*=\s*("[^"]*"|'[^']*')""")
_NAME = re.compile(rb"""<[^\s/>]+""")
_END = re.compile(rb"\s*/?>")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: Clark name, decoded text, and its spans in octets.

    ``start`` is before the white space in front of its name, ``end`` behind its closing
    quote; ``inner`` spans what stands between the quotes.
    """

    name: str
    text: str
    start: int
    end: int
    inner: tuple[int, int]


@dataclass(slots=True, eq=False)
class Node:
    """One element: Clark name, decoded text of its own, and its spans in octets.

    ``start`` and ``end`` span the whole element; ``inner`` what stands between its tags,
    None where it is an empty-element tag. ``bound`` maps the prefixes that its tag declares
    to namespaces; the default namespace has the empty prefix.
    """

    tag: str
    start: int
    parent: Node | None = None
    bound: Mapping[str, str] = field(default_factory=dict)
    end: int = 0
    inner: tuple[int, int] | None = None
    attributes: tuple[Attribute, ...] = ()
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its character data, entities and CDATA resolved; its children's left out."""
        return "".join(self.pieces)

    def scope(self) -> dict[str, str]:
        """The prefixes that are bound inside of the element, and their namespaces."""
        found: dict[str, str] = {}
        node: Node | None = self
        while node is not None:
            found = {**node.bound, **found}
            node = node.parent
        return found

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that Clark name."""
        return next((one for one in self.attributes if one.name == name), None)


def root_of(text: bytes) -> Node:
    """The root element of a packet, with all below it.

    Args:
        text: a whole packet as UTF-8.

    Raises:
        RewriteRefusedError: ``xmp-broken`` where the packet is not well-formed or
            declares a document type, so that no byte position in it can be trusted;
            ``xmp-too-large``.
    """
    if max(text.count(b"<"), text.count(b"=")) > MAX_MARKS:
        raise RewriteRefusedError(
            f"The XMP packet has more than {MAX_MARKS} tags or attributes.",
            code="xmp-too-large",
            remedy="Remove what bloats this packet with another editor first.",
        )
    return _Walk(text).root


def frames(root: Node) -> tuple[Node, ...]:
    """The rdf:RDF elements of a packet that hold what it says, in order."""
    if root.tag == _RDF:
        return (root,)
    near = [child for child in root.children if child.tag == _RDF]
    return tuple(near or _outermost(root))


def descriptions(text: bytes) -> tuple[Node, ...]:
    """The top-level rdf:Description elements of a packet, in order; raises as ``root_of``."""
    return tuple(
        child for rdf in frames(root_of(text)) for child in rdf.children if child.tag == DESCRIPTION
    )


def raw_name(text: bytes, node: Node) -> str:
    """The name of an element as its tag writes it, prefix included."""
    name = _NAME.match(text, node.start)
    assert name is not None  # the walk found the tag by it
    return name[0][1:].decode("utf-8")


def _outermost(root: Node) -> Iterator[Node]:
    waiting = list(reversed(root.children))
    while waiting:
        node = waiting.pop()
        if node.tag == _RDF:
            yield node
        else:
            waiting.extend(reversed(node.children))


class _Walk:
    """One pass over a packet."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._open: list[Node] = []
        self._root: Node | None = None
        self._bound: dict[str, str] = {}
        self._parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartNamespaceDeclHandler = self._bind
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(text, True)  # noqa: FBT003  expat takes no keywords
        except expat.ExpatError as error:
            raise _broken(str(error)) from error

    @property
    def root(self) -> Node:
        """The root element."""
        if self._root is None:
            raise _broken("it holds no element")
        return self._root

    def _doctype(self, *_declaration: object) -> None:
        raise _broken("it declares a document type")

    def _bind(self, prefix: str | None, uri: str | None) -> None:
        self._bound[prefix or ""] = uri or ""

    def _start(self, name: str, attributes: list[str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise _broken(f"its elements nest deeper than {_DEEPEST}")
        start = self._parser.CurrentByteIndex
        above = self._open[-1] if self._open else None
        node = Node(_clark(name), start, above, self._bound)
        self._bound = {}
        node.attributes, behind = _attributes(self._text, start, attributes)
        # The end handler moves the right edge; an empty-element tag has no inside.
        if not self._text.startswith(b"/>", behind - 2):
            node.inner = (behind, behind)
        node.end = behind
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node
        self._open.append(node)

    def _end(self, _name: str) -> None:
        node = self._open.pop()
        if node.inner is not None:
            closing = self._parser.CurrentByteIndex
            node.inner = (node.inner[0], closing)
            node.end = self._text.index(b">", closing) + 1

    def _characters(self, data: str) -> None:
        if self._open:
            self._open[-1].pieces.append(data)


def _clark(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"{{{namespace}}}{local}" if namespace else local


def _attributes(text: bytes, start: int, parsed: list[str]) -> tuple[tuple[Attribute, ...], int]:
    """The attributes of the start tag at ``start``, and the offset behind the tag.

    Expat gives decoded names and texts in document order, without the namespace
    declarations; the raw tag gives the positions.
    """
    name = _NAME.match(text, start)
    position = name.end() if name else start
    spans: list[tuple[int, int, tuple[int, int]]] = []
    while (match := _ATTRIBUTE.match(text, position)) is not None:
        position = match.end()
        if match[1] != b"xmlns" and not match[1].startswith(b"xmlns:"):
            spans.append((match.start(), position, (match.start(2) + 1, position - 1)))
    end = _END.match(text, position)
    if name is None or end is None or len(spans) * 2 != len(parsed):
        raise _broken(f"the tag at octet {start} cannot be followed")
    pairs = zip(parsed[::2], parsed[1::2], spans, strict=True)
    found = tuple(Attribute(_clark(key), value, *span) for key, value, span in pairs)
    return found, end.end()


def _broken(why: str) -> RewriteRefusedError:
    return RewriteRefusedError(
        f"The XMP packet cannot be edited safely: {why}.",
        code="xmp-broken",
        remedy="Let the program that wrote the picture write its XMP anew.",
    )
