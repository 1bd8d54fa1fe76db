"""What a page's markup says of its pictures: captions, attributes, metadata, running text."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from lxml import etree

from provenance import captions, grammars
from provenance.model import Property
from provenance.pages import objects, scripts
from provenance.pages.document import DEEPEST, SILENT, Document, Element, local
from provenance.pages.mapped import Mapped, squeeze
from provenance.pages.objects import Said
from provenance.pages.running import Run, runs
from provenance.pages.statements import LONGEST, Found, Statement, holds_notice
from provenance.pages.values import Kind, Place

_CAPTION_CLASS = re.compile(
    r"(?:^|[\s_-])(?:captions?|figcaption|legend|legende|bildunterschrift|bildtext|bu)"
    r"(?:[_-]{1,2}(?:text|content|inner|body|wrap|wrapper|container|copy|[a-z0-9]{5,8}))?(?=[\s]|$)"
    r"|(?:^|[\s_a-z])[cC]aption(?:Text|Wrapper)?(?=[\s_-]|$)",
)
_CREDIT_CLASS = re.compile(
    r"(?:^|[\s_-])(?:credits?|copyright|photographer|photocredit|bildnachweis|bildquelle|quelle"
    r"|fotograf|urheber|rights|agency|source)(?:[_-]{1,2}(?:text|line|name|[a-z0-9]{5,8}))?(?=[\s]|$)"
    r"|[a-z](?:Credit|Copyright|Photographer)s?(?=[\s_-]|$)",
)
_PICTURES = frozenset({"img", "amp-img", "amp-anim", "image"})
_URLS = ("src", "srcset", "data-src", "data-srcset", "data-original", "data-lazy-src", "href",
         "data-full", "data-large-file", "data-orig-file", "data-url", "poster")  # fmt: skip
_DATA = {
    "data-caption": Property.DESCRIPTION,
    "data-title": Property.DESCRIPTION,
    "data-description": Property.DESCRIPTION,
    "data-alt": Property.DESCRIPTION,
    "data-sub-html": Property.DESCRIPTION,
    "data-image-caption": Property.DESCRIPTION,
    "data-image-description": Property.DESCRIPTION,
    "data-image-title": Property.DESCRIPTION,
    "data-credit": Property.CREDIT_LINE,
    "data-credits": Property.CREDIT_LINE,
    "data-source": Property.CREDIT_LINE,
    "data-copyright": Property.COPYRIGHT_NOTICE,
    "data-photographer": Property.CREATOR_NAMES,
}
_META = {
    "og:image:alt": True,
    "twitter:image:alt": True,
    "og:description": False,
    "twitter:description": False,
    "description": False,
}
_META_URLS = frozenset({"og:image", "og:image:url", "og:image:secure_url", "twitter:image"})
_JSON_TYPES = re.compile(r"(?:application|text)/(?:[\w.+-]{0,40}\+)?json", re.IGNORECASE)
_SCRIPT_TYPES = re.compile(
    r"|module|(?:text|application)/(?:x-)?(?:java|ecma)script.{0,40}", re.IGNORECASE
)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif|tiff?)(?!\w)", re.IGNORECASE)
_REACH = 3
_LONGEST_URLS = 20_000
_LONG_ATTRIBUTE = 60
_MOST_URLS = 60
_SRCSET = re.compile(r"[^\s,]\S*")
_DESCRIPTOR = re.compile(r"[0-9.]{1,12}[wxh],?")
_REFERENCE = re.compile(r"&#?\w{1,20};")


class Markup:
    """The statements of one document."""

    def __init__(self, document: Document, found: Found, lead: Place | None = None) -> None:
        """Prepare.

        Args:
            document: the markup.
            found: takes what is found.
            lead: where the markup stands, if it is a piece of a page.
        """
        self._document = document
        self._found = found
        self._lead = lead
        self._claimed: set[Element] = set()
        self._alone: dict[Element, Element | None] = {}
        self._figures: dict[Element, Element] = {}
        self._parts: dict[Element, int] = {}
        self.left_out = 0

    def read(self) -> None:
        """Find everything, in the order of the page."""
        root = self._document.root
        if root is None:
            return
        self._survey(root)
        for element in self._elements(root):
            self._element(element)
        for run in runs(self._document, root, self._claimed):
            self._run(run)

    def _elements(self, root: Element) -> Iterator[Element]:
        depth = 0
        for event, element in etree.iterwalk(root, events=("start", "end")):
            depth += 1 if event == "start" else -1
            if event == "end" or not isinstance(element.tag, str):
                continue
            if depth > DEEPEST:
                self.left_out += 1
                continue
            yield element

    def _survey(self, root: Element) -> None:
        """Whose picture is whose: each figure's, and each small box's only picture."""
        figures: list[Element] = []
        for event, element in etree.iterwalk(root, events=("start", "end")):
            name = local(element)
            if name == "figure":
                if event == "start":
                    figures.append(element)
                elif figures:
                    figures.pop()
            if event == "end" or not isinstance(element.tag, str):
                continue
            if figures:
                self._figures[element] = figures[-1]
            if name not in _PICTURES:
                continue
            self._boxed(element, figures[-1] if figures else None)

    def _boxed(self, element: Element, figure: Element | None) -> None:
        """Take up a picture for the boxes around it, as far as each holds this picture alone."""
        boxes = [] if figure is None else [figure]
        above = element.getparent()
        for _ in range(_REACH):
            if above is None or local(above) in {"body", "html", "main", "article"}:
                break
            boxes.append(above)
            above = above.getparent()
        hidden = _hidden(element)
        for box in dict.fromkeys(boxes):
            known = self._alone.setdefault(box, element)
            if known is element or known is None:
                continue
            # What stands in "noscript" is the same picture for browsers without scripts.
            if hidden or _hidden(known):
                self._found.same.append((known, element))
            else:
                self._alone[box] = None

    def _context(self, element: Element) -> Hashable:
        """The picture that an element belongs to, as far as the markup says."""
        figure = self._figures.get(element)
        if figure is not None:
            alone = self._alone.get(figure)
            return figure if alone is None else alone
        box: Element | None = element
        for _ in range(_REACH + 1):
            if box is None:
                break
            if self._alone.get(box) is not None:
                return self._alone[box]
            box = box.getparent()
        return element

    def _place(self, element: Element, kind: Kind, attribute: str = "", pointer: str = "") -> Place:
        path, line = self._document.path(element), self._document.line(element)
        if self._lead is None:
            return Place(kind, path, line, attribute, pointer)
        inner = Place(kind, path, line, attribute, pointer).locator.rpartition(" line ")[0]
        return replace(
            self._lead, line=self._lead.line + line - 1, pointer=f"{self._lead.pointer}!{inner}"
        )

    def _element(self, element: Element) -> None:
        name = local(element)
        if name == "meta":
            self._meta(element)
        elif name == "script":
            self._script(element)
        elif element.getparent() is not None and element.getparent() in self._claimed:
            self._claimed.add(element)
        elif name == "figcaption":
            self._claimed.add(element)
            self._caption(element, Kind.FIGCAPTION)
        elif name not in SILENT | _PICTURES:
            self._classed(element)
        if name not in {"meta", "script", "link"}:
            self._attributes(element, name)

    def _classed(self, element: Element) -> None:
        named = element.get("class") or ""
        if not named or len(named) > 1_000 or local(element) in {"body", "html", "figure", "main"}:
            return
        if _CREDIT_CLASS.search(named):
            if self._is_small(element) and self._shows_picture(element):
                self._claimed.add(element)
                self._say(element, Kind.CLASS, Property.CREDIT_LINE)
        elif _CAPTION_CLASS.search(named) and self._is_small(element):
            self._claimed.add(element)
            self._caption(element, Kind.CLASS)

    def _is_small(self, element: Element) -> bool:
        """Whether it is a caption itself, and not the box around a picture and its caption."""
        for number, one in enumerate(element.iter()):
            if number > 60 or local(one) in {*_PICTURES, "figure", "figcaption", "form", "video"}:
                return False
            named = one.get("class") if one is not element and isinstance(one.tag, str) else None
            if named and len(named) <= 1_000 and _CAPTION_CLASS.search(named):
                return False
        return True

    def _shows_picture(self, element: Element) -> bool:
        return self._context(element) is not element

    def _caption(self, element: Element, kind: Kind) -> None:
        self._say(element, kind, Property.DESCRIPTION)
        printed = [one.raw for one in captions.credit_lines(self._document.text(element)[:LONGEST])]
        # "AFP" alone in a span for credits is a credit, and no credit line to a reader of text.
        for inner in islice(element.iterdescendants(), 60):
            named = inner.get("class") or "" if isinstance(inner.tag, str) else ""
            small = named and len(named) <= 1_000 and _CREDIT_CLASS.search(named)
            if not small:
                continue
            said = self._document.text(inner)
            if not any(said in raw or raw in said for raw in printed):
                self._say(inner, Kind.CLASS, Property.CREDIT_LINE)
                return

    def _say(self, element: Element, kind: Kind, prop: Property) -> None:
        text = self._document.text(element)
        number = self._document.index(element)
        self._found.say(
            Statement(
                prop, text, self._place(element, kind), self._context(element),
                lambda: self._document.words(number, 0, text) if number >= 0 else None,
            )
        )  # fmt: skip

    def _attributes(self, element: Element, name: str) -> None:
        picture = name in _PICTURES
        context = self._context(element)
        for attribute, written in element.attrib.items():
            key, value = str(attribute).lower(), str(written)
            if key in _URLS:
                if name in {*_PICTURES, "source"} or _PICTURE_FILE.search(value[:_LONGEST_URLS]):
                    for url in _urls(key, value):
                        place = self._place(element, Kind.ATTRIBUTE, key)
                        self._found.show(context, url, place)
                continue
            prop = _DATA.get(key)
            if key in {"alt", "title"} and (picture or (key == "title" and name == "figure")):
                prop = Property.DESCRIPTION
            if prop is None and len(value) >= _LONG_ATTRIBUTE:
                if value.lstrip()[:1] in "[{" and _may_tell(value):
                    self._json_attribute(element, key)
                    continue
                prop = Property.DESCRIPTION if holds_notice(value) else None
            if prop is not None:
                self._attribute(element, key, value, prop)

    def _attribute(self, element: Element, key: str, value: str, prop: Property) -> None:
        place, context = self._place(element, Kind.ATTRIBUTE, key), self._context(element)
        locate = partial(self._document.attribute, element, key)
        if "<" in value and (mapped := locate()) is not None:
            self.fragment(mapped, place, context, prop)
        else:
            self._found.say(Statement(prop, value, place, context, locate))

    def _json_attribute(self, element: Element, key: str) -> None:
        value = self._document.attribute(element, key)
        if value is not None:
            place = self._place(element, Kind.JSON, key)
            self._objects(objects.said(value, pure=True), place)

    def _meta(self, element: Element) -> None:
        name = (element.get("property") or element.get("name") or "").strip().lower()
        content = element.get("content") or ""
        if name in _META_URLS:
            place = self._place(element, Kind.META, "content")
            self._found.show("meta", content, place)
        elif name in _META or holds_notice(content):
            self._found.say(
                Statement(
                    Property.DESCRIPTION, content, self._place(element, Kind.META, "content"),
                    "meta", partial(self._document.attribute, element, "content"),
                    whole=_META.get(name, False),
                )
            )  # fmt: skip

    def _script(self, element: Element) -> None:
        kind = (element.get("type") or "").strip()
        pure = _JSON_TYPES.fullmatch(kind) is not None
        if not pure and _SCRIPT_TYPES.fullmatch(kind) is None:
            return
        source = self._document.raw(element)
        if source is None or not _may_tell(source.text):
            return
        linked = "ld+json" in kind.lower()
        place = self._place(element, Kind.JSON_LD if linked else Kind.JSON)
        self._objects(objects.said(source, pure=pure), place)

    def _objects(self, told: Iterator[Said], place: Place) -> None:
        for one in told:
            mapped = scripts.inside(one.source, one.string)
            where = replace(place, pointer=one.pointer, line=self._line(mapped, place.line))
            if one.url:
                self._found.show(one.context, mapped.text, where)
            elif self._lead is None and ("<" in mapped.text or _REFERENCE.search(mapped.text)):
                self.fragment(mapped, where, one.context, one.property)
            elif one.property is not None or holds_notice(mapped.text) or one.body:
                prop = one.property or Property.DESCRIPTION
                self._found.say(
                    Statement(
                        prop, mapped.text, where, one.context, partial(_same, mapped),
                        whole=one.property is not None,
                    )
                )  # fmt: skip

    def _line(self, mapped: Mapped, otherwise: int) -> int:
        if self._lead is not None or not len(mapped.starts):
            return otherwise
        return self._document.line_at(mapped.starts[0] - self._document.base.starts[0])

    def fragment(
        self, mapped: Mapped, place: Place, context: Hashable, prop: Property | None
    ) -> None:
        """Markup inside an attribute or a string: a caption, or a text that may hold captions."""
        if self._lead is not None:
            return
        document = Document.of(mapped, place.path)
        root = document.root
        if root is None:
            return
        if prop is None:
            inner = Markup(document, self._found, place)
            inner.read()
            self.left_out += inner.left_out
            return
        text = document.text(root)
        locate = partial(document.words, -1, 0, text)
        self._found.say(Statement(prop, text, place, context, locate))

    def _run(self, run: Run) -> None:
        part = self._parts[run.owner] = self._parts.get(run.owner, 0) + 1
        text = squeeze("".join(run.words))
        if not text or len(text) > LONGEST:
            self.left_out += len(text) > LONGEST
            return
        if not captions.segment(text):
            return
        place = replace(self._place(run.owner, Kind.TEXT), part=part)
        locate = partial(self._document.words, run.number, run.skip, text)
        self._found.say(
            Statement(
                Property.DESCRIPTION, text, place, self._context(run.owner), locate, whole=False
            )
        )


def _urls(key: str, value: str) -> Iterator[str]:
    """The addresses in an attribute; of a ``srcset`` each, without its descriptors."""
    if not key.endswith("srcset"):
        yield value
        return
    for number, match in enumerate(_SRCSET.finditer(value[:_LONGEST_URLS])):
        if number >= _MOST_URLS:
            return
        if not _DESCRIPTOR.fullmatch(match[0]):
            yield match[0].rstrip(",")


def _may_tell(written: str) -> bool:
    """Whether JSON or a script may speak of pictures at all: most of a page's scripts do not."""
    return any(cue in written for cue in objects.CUES) or bool(grammars.find(written))


def _hidden(element: Element) -> bool:
    return any(local(one) == "noscript" for one in islice(element.iterancestors(), _REACH))


def _same(mapped: Mapped) -> Mapped:
    return mapped
