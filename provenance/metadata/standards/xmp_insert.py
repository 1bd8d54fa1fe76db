"""Where in a packet a property goes that has no value yet, and in which form.

A property that stands there empty is filled; any other becomes a new element of the first
rdf:Description that its namespace is bound in, indented as its neighbours are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from provenance.errors import RewriteRefusedError
from provenance.metadata.planned import Additions, single_valued, value_changed
from provenance.metadata.properties import PREFIXES, RDF, TABLE, Form, XmpPath
from provenance.metadata.standards.xmp_anatomy import (
    ARRAYS,
    DESCRIPTION,
    LANG,
    LI,
    Attribute,
    Node,
    frames,
    raw_name,
    root_of,
)
from provenance.metadata.standards.xmp_markup import Change, content_changes, escaped

_PATHS: Final = {row.xmp.qname: row.xmp for row in TABLE}
_KINDS: Final = {Form.SEQ: "Seq", Form.BAG: "Bag", Form.LANG_ALT: "Alt"}
_LINE: Final = re.compile(rb"\r?\n[ \t]*\Z")
_WHITE: Final = b" \t\r\n"
_DEFAULT: Final = "x-default"
_META: Final = frozenset(f"{{adobe:ns:meta/}}{name}" for name in ("xmpmeta", "xapmeta"))


@dataclass(frozen=True, slots=True)
class _Wish:
    """A property to set: where it is said to stand, its form, and its values."""

    locator: str
    path: XmpPath
    texts: tuple[str, ...]


def insertions(text: bytes, wanted: Additions) -> list[Change]:
    """The changes that set properties which have no value.

    Args:
        text: a whole packet as UTF-8.
        wanted: locators as ``xmp.parse`` gives them, with the values to be.

    Raises:
        RewriteRefusedError: ``xmp-broken``; ``xmp-no-rdf`` where there is nothing that a
            property could stand in; ``xmp-structure`` where the property is there in a form
            that holds no text; ``value-form``; ``value-changed`` for a place that is never
            created.
    """
    if not wanted:
        return []
    changes: list[Change] = []
    root = root_of(text)
    new: dict[int, list[_Wish]] = {}
    holders = [node for rdf in frames(root) for node in rdf.children if node.tag == DESCRIPTION]
    for wish in _wishes(wanted):
        filled, done = _filled(text, holders, wish)
        changes += filled
        if not done:
            new.setdefault(_home(holders, wish.path), []).append(wish)
    for number, wishes in new.items():
        if number < 0:
            changes.append(_new_description(text, root, wishes))
        else:
            changes.append(_extended(text, holders[number], wishes))
    return changes


def _wishes(wanted: Additions) -> Iterator[_Wish]:
    for locator, texts in wanted.items():
        path = _PATHS.get(locator.partition(" ")[2])
        if path is None:
            raise value_changed(locator, "")
        if len(texts) > 1 and path.form not in (Form.SEQ, Form.BAG):
            raise single_valued(locator, len(texts))
        yield _Wish(locator, path, texts)


def _home(holders: list[Node], path: XmpPath) -> int:
    """The number of the rdf:Description to put a property in; -1 where there is none."""
    bound = (n for n, node in enumerate(holders) if path.namespace in node.scope().values())
    return next(bound, 0 if holders else -1)


# --- what stands there empty -------------------------------------------------------------


def _filled(text: bytes, holders: list[Node], wish: _Wish) -> tuple[list[Change], bool]:
    """The changes that fill the first empty occurrence; whether nothing is left to do."""
    for holder in holders:
        attribute = holder.attribute(wish.path.tag)
        if attribute is not None:
            if wish.path.form is Form.TEXT:
                return [_in_attribute(text, attribute, wish)], True
            # An array cannot stand in an attribute: it goes, and an element comes.
            return [Change(attribute.start, attribute.end, "")], False
        node = next((child for child in holder.children if child.tag == wish.path.tag), None)
        if node is not None:
            return _in_element(text, node, wish), True
    return [], False


def _in_attribute(text: bytes, attribute: Attribute, wish: _Wish) -> Change:
    quote = chr(text[attribute.end - 1])
    return Change(*attribute.inner, escaped(wish.texts[0], quote, wish.locator))


def _in_element(text: bytes, node: Node, wish: _Wish) -> list[Change]:
    if not node.children:
        return _put(text, node, _content(wish, _name(node.scope(), RDF), None))
    array = node.children[0]
    if array.tag not in ARRAYS or len(node.children) > 1:
        raise _no_text(wish)
    items = [child for child in array.children if child.tag == LI]
    rdf = _name(array.scope(), RDF)
    if wish.path.form is Form.LANG_ALT:
        default = next((item for item in items if _language(item) == _DEFAULT), None)
        if default is None:
            return _put_first(text, array, _items(wish, wish.texts, rdf, None))
        items = [default]
    if any(item.children for item in items):
        raise _no_text(wish)
    changes: list[Change] = []
    for item, value in zip(items, wish.texts, strict=False):
        changes += _put(text, item, escaped(value, "", wish.locator))
    rest = wish.texts[len(items) :]
    if rest:
        markup = _items(wish, rest, rdf, None)
        if items:
            changes.append(Change(items[-1].end, items[-1].end, markup))
        else:
            changes += _put_first(text, array, markup)
    return changes


def _language(item: Node) -> str:
    attribute = item.attribute(LANG)
    return "" if attribute is None else attribute.text.lower()


def _put(text: bytes, node: Node, content: str) -> list[Change]:
    """Content for an element without children."""
    if node.inner is None:
        return [_opened(text, node, content)]
    return content_changes(text, node.inner, content)


def _put_first(text: bytes, node: Node, content: str) -> list[Change]:
    """Content in front of all that an element holds."""
    if node.inner is None:
        return [_opened(text, node, content)]
    return [Change(node.inner[0], node.inner[0], content)]


def _opened(text: bytes, node: Node, content: str) -> Change:
    """An empty-element tag as a pair of tags."""
    return Change(node.end - 2, node.end, f">{content}</{raw_name(text, node)}>")


def _no_text(wish: _Wish) -> RewriteRefusedError:
    return RewriteRefusedError(
        f"{wish.locator} stands in the packet as a structure without text.",
        code="xmp-structure",
        remedy="Correct this value with the program that wrote it.",
    )


# --- new elements ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Indent:
    """The white space in front of a property, and how much deeper each level is."""

    line: str
    step: str

    def at(self, depth: int) -> str:
        """A new line so many levels below the property; empty in a packet without lines."""
        return self.line + self.step * depth if self.line else ""


def _extended(text: bytes, holder: Node, wishes: list[_Wish]) -> Change:
    """An rdf:Description with more properties behind those that it has."""
    indent = _indent(text, holder)
    markup = "".join(_element(wish, holder.scope(), indent) for wish in wishes)
    if holder.children:
        end = holder.children[-1].end
        return Change(end, end, markup)
    closing = _line(text, holder)
    if holder.inner is None:
        return _opened(text, holder, markup + closing)
    start, end = holder.inner
    return Change(start, start, markup if text[start:end].strip(b" \t") else markup + closing)


def _new_description(text: bytes, root: Node, wishes: list[_Wish]) -> Change:
    """An rdf:Description for a packet that has none."""
    frame = next(iter(frames(root)), None)
    if frame is None and root.tag not in _META:
        raise RewriteRefusedError(
            "The XMP packet holds no rdf:RDF element that a property could stand in.",
            code="xmp-no-rdf",
            remedy="Let the program that wrote the picture write its XMP anew.",
        )
    holder = frame or root
    scope = {**holder.scope(), "rdf": RDF}
    line = _line(text, holder)
    depth = 2 if frame is None else 1
    opening, closing = "", ""
    if frame is None:
        opening, closing = f'{_deeper(line, 1)}<rdf:RDF xmlns:rdf="{RDF}">', "</rdf:RDF>"
    declared = "" if frame is None or scope == holder.scope() else f' xmlns:rdf="{RDF}"'
    indent = _Indent(_deeper(line, depth + 1), " ")
    elements = "".join(_element(wish, scope, indent) for wish in wishes)
    outer = _deeper(line, depth)
    markup = (
        f'{opening}{outer}<rdf:Description rdf:about=""{declared}>{elements}'
        f"{outer}</rdf:Description>{_deeper(line, 1) if closing else ''}{closing}"
    )
    if holder.inner is None:
        return _opened(text, holder, markup + line)
    start, end = holder.inner
    return Change(start, start, markup if text[start:end].strip(b" \t") else markup + line)


def _deeper(line: str, depth: int) -> str:
    return line + " " * depth if line else ""


def _element(wish: _Wish, scope: Mapping[str, str], indent: _Indent) -> str:
    bound = _name(scope, wish.path.namespace)
    if bound is None:
        prefix = PREFIXES[wish.path.namespace]
        name, declared = f"{prefix}:", f' xmlns:{prefix}="{wish.path.namespace}"'
    else:
        name, declared = bound, ""
    tag = f"{name}{wish.path.local}"
    content = _content(wish, _name(scope, RDF), indent)
    return f"{indent.at(0)}<{tag}{declared}>{content}</{tag}>"


def _content(wish: _Wish, rdf: str | None, indent: _Indent | None) -> str:
    """What stands between a property's tags, in the form that its standard gives it."""
    if wish.path.form is Form.TEXT:
        return escaped(wish.texts[0], "", wish.locator)
    if rdf is None:
        raise _no_text(wish)
    kind = f"{rdf}{_KINDS[wish.path.form]}"
    items = _items(wish, wish.texts, rdf, indent)
    inside, outside = (indent.at(1), indent.at(0)) if indent else ("", "")
    return f"{inside}<{kind}>{items}{inside}</{kind}>{outside}"


def _items(wish: _Wish, texts: tuple[str, ...], rdf: str | None, indent: _Indent | None) -> str:
    if rdf is None:
        raise _no_text(wish)
    language = f' xml:lang="{_DEFAULT}"' if wish.path.form is Form.LANG_ALT else ""
    line = indent.at(2) if indent else ""
    return "".join(
        f"{line}<{rdf}li{language}>{escaped(one, '', wish.locator)}</{rdf}li>" for one in texts
    )


def _name(scope: Mapping[str, str], namespace: str) -> str | None:
    """What goes in front of a local name of a namespace: a prefix with its colon, or nothing.

    None where the namespace is not bound; the standard's own prefix where it has several.
    """
    names = [prefix for prefix, uri in scope.items() if uri == namespace]
    if not names:
        return None
    prefix = PREFIXES[namespace] if PREFIXES[namespace] in names else next(filter(None, names), "")
    return f"{prefix}:" if prefix else ""


def _indent(text: bytes, holder: Node) -> _Indent:
    outer = _line(text, holder)
    if holder.children:
        line = _line(text, holder.children[0])
    elif outer:
        above = _line(text, holder.parent) if holder.parent else ""
        line = outer + ((above and outer.removeprefix(above)) or " ")
    else:
        line = ""
    step = line.removeprefix(outer) if outer and line.startswith(outer) else ""
    return _Indent(line, step or " ")


def _line(text: bytes, node: Node) -> str:
    """The line break and the blanks in front of an element; empty where it follows a tag."""
    start = node.start
    while start and text[start - 1] in _WHITE:
        start -= 1
    found = _LINE.search(text, start, node.start)
    return found[0].decode("ascii") if found else ""
