"""One page as lxml's tree, each element tied to the place of its tag in the source."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from provenance.errors import UnreadableError
from provenance.pages.mapped import BREAK, Layer, Mapped, references, squeeze, squeezed
from provenance.pages.tokens import Sort, Token, attributes, overfull, tokens

Element = etree._Element  # noqa: SLF001 - the name that lxml gives its elements

BLOCKS = frozenset(
    """
    address article aside blockquote body br button caption center dd details dialog div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html li main
    menu nav ol p pre search section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - a list of names is read more easily so
)
SILENT = frozenset(
    {
        *("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"),
        *("template", "head", "select"),
    }
)
DEEPEST = 120
# Void in HTML 13.1.2; older parsers put what follows inside them.
_VOID = frozenset({"source", "track", "wbr"})
_MOST_ELEMENTS = 500_000
_MARK = "provenance-token"
_IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_UNUSUAL = re.compile(r"[^\w-]", re.ASCII)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(slots=True)
class Document:
    """A page, or a piece of markup inside one.

    Attributes:
        base: the markup, with its places in the page's source.
        xml: it is XML.
        pieces: its tokens.
        root: None where nothing is in it.
        cut: the parser left out what stands too deep.
    """

    base: Mapped
    xml: bool
    pieces: list[Token]
    root: Element | None
    cut: bool = False
    _breaks: list[int] = field(default_factory=list)
    _segments: dict[Element, str] = field(default_factory=dict)
    _paths: dict[Element, str] = field(default_factory=dict)

    @classmethod
    def of(cls, base: Mapped, name: str, *, xml: bool = False) -> Document:
        """Read markup.

        Raises:
            UnreadableError: it has more elements than a page has.
        """
        source = base.text
        pieces: list[Token] = []
        for piece in tokens(source, xml=xml):
            pieces.append(piece)
            if len(pieces) > 4 * _MOST_ELEMENTS:
                raise UnreadableError(
                    f"{name} has more than {_MOST_ELEMENTS:,} elements.",
                    code="too-large",
                    remedy="Look at this page by hand.",
                )
        root, cut = _parsed(_marked(source, pieces), xml=xml)
        cut = cut or any(
            piece.sort is Sort.START and overfull(source, piece) is not None for piece in pieces
        )
        breaks = [match.start() for match in re.finditer("\n", source)]
        return cls(base, xml, pieces, root, cut, breaks)

    def index(self, element: Element) -> int:
        """The number of the element's start tag among the tokens; -1 where it has none."""
        written = element.get(_MARK, "")
        number = int(written) if written.isascii() and written.isdigit() else -1
        if not 0 <= number < len(self.pieces) or self.pieces[number].sort is not Sort.START:
            return -1
        return number

    def line(self, element: Element) -> int:
        """The line of the page on which the element's start tag stands, from 1."""
        found: Element | None = element
        while found is not None:
            number = self.index(found)
            if number >= 0:
                return self.line_at(self.pieces[number].start)
            found = found.getparent()
        return self.line_at(0)

    def line_at(self, offset: int) -> int:
        """The line of an offset, from 1, in this markup."""
        return bisect_right(self._breaks, offset - 1) + 1

    def depth(self, element: Element) -> int:
        """How many elements it stands in."""
        return sum(1 for _ in element.iterancestors())

    def path(self, element: Element) -> str:
        """A CSS selector that finds this element alone."""
        above: list[Element] = []
        found: Element | None = element
        while found is not None and found not in self._paths:
            above.append(found)
            found = found.getparent()
        path = "" if found is None else self._paths[found]
        for one in reversed(above):
            # Browsers put a row without a body into one (HTML 13.2.6.4.9).
            lost = local(one) == "tr" and (up := one.getparent()) is not None and (
                local(up) == "table"
            )  # fmt: skip
            segment = f"tbody > {self._segment(one)}" if lost else self._segment(one)
            path = f"{path} > {segment}" if path else segment
            self._paths[one] = path
        return path

    def _segment(self, element: Element) -> str:
        if element in self._segments:
            return self._segments[element]
        parent = element.getparent()
        if parent is None:
            return _name(element)
        counts: dict[str, int] = {}
        numbered = []
        for child in parent:
            if isinstance(child.tag, str):
                name = _name(child)
                counts[name] = counts.get(name, 0) + 1
                numbered.append((child, name, counts[name]))
        for child, name, number in numbered:
            self._segments[child] = name if counts[name] == 1 else f"{name}:nth-of-type({number})"
        return self._segments[element]

    def text(self, element: Element) -> str:
        """The element's words as a reader sees them."""
        return squeeze("".join(_words(element)))

    def attribute(self, element: Element, name: str) -> Mapped | None:
        """An attribute's value with its places; None where these cannot be told surely."""
        number = self.index(element)
        if number < 0:
            return None
        for found, start, end in attributes(self.base.text, self.pieces[number]):
            if found == name.lower():
                value = references(self.base.part(start, end), Layer.ATTRIBUTE)
                return value if value.text == element.get(name) else None
        return None

    def raw(self, element: Element) -> Mapped | None:
        """What stands in a script, with its places."""
        number = self.index(element)
        if number < 0 or number + 1 >= len(self.pieces):
            return None
        piece = self.pieces[number + 1]
        return self.base.part(piece.start, piece.end) if piece.sort is Sort.RAW else None

    def words(self, number: int, skip: int, text: str) -> Mapped | None:
        """The places of a text.

        Args:
            number: of the start tag behind which it stands.
            skip: how many characters, without white space, stand before it.
            text: squeezed.

        Returns:
            The text with its places; None where what stands there is not this text.
        """
        wanted = _weight(text)
        parts: list[Mapped] = []
        for piece in self._after(number):
            if wanted <= 0:
                break
            part = self._part(piece)
            weight = 0 if part is None else _weight(part.text)
            if part is None or (skip and weight <= skip):
                skip -= weight
                continue
            if skip:
                part, weight, skip = _behind(part, skip), weight - skip, 0
            if weight > wanted:
                return None
            wanted -= weight
            parts.append(part)
        found = squeezed(_joined(parts))
        return found if found.text == text else None

    def verbatim(self, number: int, text: str) -> Mapped | None:
        """The places of an element's whole text, white space and all, as XML gives it."""
        parts: list[Mapped] = []
        length = 0
        for piece in self._after(number):
            if length >= len(text):
                break
            part = None if piece.sort in {Sort.START, Sort.END} else self._part(piece)
            if part is not None:
                parts.append(part)
                length += len(part.text)
        telling = [part for part in parts if part.text.strip()]
        found = _joined(telling)
        return found if found.text.strip() == text.strip() else None

    def _after(self, number: int) -> Iterator[Token]:
        for at in range(number + 1, len(self.pieces)):
            yield self.pieces[at]

    def _part(self, piece: Token) -> Mapped | None:
        if piece.sort is Sort.TEXT:
            return references(self.base.part(piece.start, piece.end), Layer.TEXT)
        if piece.sort is Sort.CDATA:
            part = self.base.part(piece.start, piece.end)
            return Mapped(part.text, part.starts, part.ends, (*part.layers, Layer.CDATA))
        if piece.sort in {Sort.START, Sort.END} and piece.name in BLOCKS:
            at = self.base.starts[piece.start]
            return Mapped(BREAK, (at,), (at,), ())
        return None


def local(element: Element) -> str:
    """An element's name in lower case, without its namespace; empty for what is no element."""
    tag: object = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].lower()


def _name(element: Element) -> str:
    tag: object = element.tag
    if not isinstance(tag, str):
        return "*"
    written = tag.rpartition("}")[2]
    if element.prefix:
        written = f"{element.prefix}:{written}"
    written = written[:80]
    if _IDENTIFIER.fullmatch(written):
        return written
    return _UNUSUAL.sub(lambda found: f"\\{found[0]}", written)


def _words(element: Element) -> Iterator[str]:
    silent = 0
    for event, one in etree.iterwalk(element, events=("start", "end")):
        name = local(one)
        if event == "start":
            silent += name in SILENT
            if name in BLOCKS:
                yield BREAK
            if not silent and isinstance(one.tag, str):
                yield one.text or ""
        else:
            silent -= name in SILENT
            if name in BLOCKS:
                yield BREAK
            if one is not element and not silent:
                yield one.tail or ""


def _weight(text: str) -> int:
    return len("".join(text.split()))


def _behind(part: Mapped, skip: int) -> Mapped:
    """The part behind so many characters that are no white space."""
    for at, character in enumerate(part.text):
        if skip == 0:
            return part.part(at, len(part.text))
        skip -= not character.isspace()
    return part.part(len(part.text), len(part.text))


def _joined(parts: list[Mapped]) -> Mapped:
    starts, ends = array("q"), array("q")
    for part in parts:
        starts.extend(part.starts)
        ends.extend(part.ends)
    layers = {part.layers for part in parts if part.text != BREAK}
    # Words half in CDATA have no one way to be written.
    text = "".join(part.text for part in parts) if len(layers) == 1 else ""
    return Mapped(text, starts, ends, layers.pop() if len(layers) == 1 else ())


def _marked(source: str, pieces: list[Token]) -> str:
    """The source with the number of its token in each start tag."""
    out: list[str] = []
    at = 0
    for number, piece in enumerate(pieces):
        if piece.sort is Sort.START:
            behind = piece.start + 1 + len(piece.name)
            out.append(source[at:behind])
            out.append(f' {_MARK}="{number}"')
            at = behind
            if (extra := overfull(source, piece)) is not None:
                out.append(f"{source[at:extra]}>")
                at = piece.end
            if piece.name in _VOID:
                out.append(f"{source[at : piece.end]}</{piece.name}>")
                at = piece.end
    out.append(source[at:])
    return _FORBIDDEN.sub("\ufffd", "".join(out))


def _parsed(markup: str, *, xml: bool) -> tuple[Element | None, bool]:
    if xml:
        # The declaration names the encoding of the octets, not of these characters.
        markup = re.sub(r"\A\s{0,99}<\?xml[^>]{0,999}\?>", "", markup)
    data = markup.encode("utf-8", "replace")
    if not data.strip():
        return None, False
    parser: etree.XMLParser | etree.HTMLParser
    if xml:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, recover=True,
            huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8",
        )  # fmt: skip
    else:
        parser = etree.HTMLParser(
            no_network=True, huge_tree=False, remove_comments=True, remove_pis=True,
            encoding="utf-8",
        )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        # Nothing in it that any parser would show.
        return None, False
    cut = any("depth" in entry.message for entry in parser.error_log)
    return root, cut
