"""What JSON in a page says of pictures: schema.org, WordPress, Arc XP, and what resembles them.

Names as in schema.org ImageObject, the WordPress REST API (``image_meta``, ``alt_text``,
``caption.rendered``) and Arc XP's ANS (``credits.by[].name``, ``subtitle``, ``distributor``).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from provenance import captions
from provenance.model import Property
from provenance.pages import scripts
from provenance.pages.mapped import Mapped
from provenance.pages.scripts import Array, Object, String, Value

CUES = ("caption", "credit", "copyright", "alt_text", "altText", '"alt"', "photographer",
        "ImageObject", "image_meta", "rendered", "fotograf", "articleBody")  # fmt: skip
_IMAGE_TYPES = frozenset({"imageobject", "photograph", "image", "photo", "picture", "imagemedia"})
_IMAGE_KEYS = frozenset(
    {
        *("image", "images", "photo", "photos", "picture", "pictures", "thumbnail", "thumbnails"),
        *("primaryimageofpage", "promo_items", "lead_art", "featured_media", "media", "gallery"),
        *("teaserimage", "leadimage", "mainimage", "heroimage", "image_meta", "associatedmedia"),
        *("bild", "bilder", "foto", "fotos"),
    }
)
_URL_KEYS = frozenset(
    {
        *("contenturl", "url", "src", "srcset", "source_url", "sourceurl", "thumbnailurl"),
        *("originalurl", "original_url", "additional_url", "imageurl", "image_url", "href"),
        *("file", "filename", "uri"),
    }
)
_TEXTS = {
    "caption": Property.DESCRIPTION,
    "subtitle": Property.DESCRIPTION,
    "alt": Property.DESCRIPTION,
    "alttext": Property.DESCRIPTION,
    "alternatename": Property.DESCRIPTION,
    "alternativetext": Property.DESCRIPTION,
    "description": Property.DESCRIPTION,
    "legend": Property.DESCRIPTION,
    "bildunterschrift": Property.DESCRIPTION,
    "credittext": Property.CREDIT_LINE,
    "credit": Property.CREDIT_LINE,
    "creditline": Property.CREDIT_LINE,
    "credits": Property.CREDIT_LINE,
    "distributor": Property.CREDIT_LINE,
    "affiliation": Property.CREDIT_LINE,
    "source": Property.CREDIT_LINE,
    "copyright": Property.COPYRIGHT_NOTICE,
    "copyrightnotice": Property.COPYRIGHT_NOTICE,
    "copyrightholder": Property.COPYRIGHT_NOTICE,
    "creator": Property.CREATOR_NAMES,
    "author": Property.CREATOR_NAMES,
    "photographer": Property.CREATOR_NAMES,
    "by": Property.CREATOR_NAMES,
}
_NAMES = ("name", "byline", "rendered", "text", "plain", "value", "@value", "raw")
_CAPTION_ENDINGS = ("caption", "captiontext", "bildunterschrift")
_CREDIT_ENDINGS = ("imagecredit", "photocredit", "imagecopyright", "photocopyright", "mediacredit")
_INHERITING = frozenset(
    {"image_meta", "credits", "media_details", "additional_properties", "owner"}
)
_SHORTEST_NESTED = 60
_PICTURE_URL = re.compile(r"\.(?:jpe?g|png|webp|avif|gif|tiff?)(?![\w])", re.IGNORECASE)
_MOST_NODES = 1_000_000
_LONGEST_ADDRESS = 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """One string of JSON and what it is: of a picture, an address, or a text that holds more.

    Attributes:
        string: where it stands.
        source: in what.
        pointer: JSON Pointer.
        context: the object that speaks.
        property: None for an address or a body.
        body: a text or markup that may hold captions.
        url: an address of the context's picture.
    """

    string: String
    source: Mapped
    pointer: str
    context: Hashable
    property: Property | None = None
    body: bool = False
    url: bool = False


@dataclass(slots=True, eq=False)
class _Node:
    """A value on the way through the tree."""

    value: Value
    key: str
    above: _Node | None
    picture: Hashable | None
    prop: Property | None = None

    def pointer(self, prefix: str) -> str:
        keys = []
        node: _Node | None = self
        while node is not None and node.above is not None:
            keys.append(node.key.replace("~", "~0").replace("/", "~1"))
            node = node.above
        return prefix + "".join(f"/{key}" for key in reversed(keys))


def said(source: Mapped, *, pure: bool, prefix: str = "") -> Iterator[Said]:
    """Every string in a script or attribute that speaks of a picture, in order."""
    for number, value in enumerate(scripts.values(source, pure=pure)):
        lead = prefix if pure or not number else f"{prefix}#{number}"
        yield from _walk(source, value, lead, deep=not prefix)


def _walk(source: Mapped, value: Value, prefix: str, *, deep: bool) -> Iterator[Said]:
    waiting = [_Node(value, "", None, None)]
    number = 0
    while waiting and number < _MOST_NODES:
        number += 1
        node = waiting.pop()
        if isinstance(node.value, String):
            yield from _string(source, node, prefix, deep=deep)
        elif isinstance(node.value, Array):
            waiting += [
                _Node(item, str(at), node, node.picture, node.prop)
                for at, item in reversed(list(enumerate(node.value.items)))
                if item is not None
            ]
        elif isinstance(node.value, Object):
            waiting += reversed(list(_members(source, node, node.value)))


def _members(source: Mapped, node: _Node, found: Object) -> Iterator[_Node]:
    if node.prop is not None:
        yield from _of_text(source, node, found)
        return
    picture = node.picture
    if _is_picture(source, node, found):
        picture = node
    elif node.key.lower() not in _INHERITING and not node.key.isdigit():
        picture = None
    for key, value in found.members:
        if value is not None:
            yield _Node(value, key, node, picture, _meant(key, picture))


def _of_text(source: Mapped, node: _Node, found: Object) -> Iterator[_Node]:
    """An object that stands for a text or a name: of its members only that one is meant."""
    agency = _kind(source, found) in {"organization", "newsmediaorganization"}
    prop = Property.CREDIT_LINE if agency else node.prop
    for key, value in found.members:
        if value is not None and key.lower() in _NAMES:
            yield _Node(value, key, node, node.picture, prop)
        elif value is not None and key.lower() in {"by", "affiliation"}:
            yield _Node(value, key, node, node.picture, _TEXTS[key.lower()])


def _meant(key: str, picture: Hashable | None) -> Property | None:
    """What a member's key says of the picture; None where it says nothing of one."""
    plain = key.lower().replace("_", "").replace("-", "")
    if plain.endswith(_CAPTION_ENDINGS):
        return Property.DESCRIPTION
    if plain.endswith(_CREDIT_ENDINGS):
        return Property.CREDIT_LINE
    return _TEXTS.get(plain) if picture is not None else None


def _kind(source: Mapped, found: Object) -> str:
    for key, value in found.members:
        if key in {"@type", "type"}:
            named = value.items[0] if isinstance(value, Array) and value.items else value
            if isinstance(named, String):
                return source.text[named.start : min(named.end, named.start + 60)].lower()
    return ""


def _is_picture(source: Mapped, node: _Node, found: Object) -> bool:
    kind = _kind(source, found)
    if kind:
        return kind in _IMAGE_TYPES
    keys = {key.lower() for key, _ in found.members}
    above = node.above
    outer = above.key.lower() if node.key.isdigit() and above is not None else node.key.lower()
    if "image_meta" in keys or (outer in _IMAGE_KEYS and keys & _URL_KEYS):
        return True
    return any(
        _is_address(source, value)
        for key, value in found.members
        if key.lower() in _URL_KEYS and isinstance(value, String)
    )


def _string(source: Mapped, node: _Node, prefix: str, *, deep: bool) -> Iterator[Said]:
    string = node.value
    assert isinstance(string, String), "only strings come here"
    key = node.key.lower()
    if node.picture is not None and key in _URL_KEYS:
        yield Said(string, source, node.pointer(prefix), node.picture, url=True)
        return
    above = node.above
    listed = key.isdigit() and above is not None and above.key.lower() in _IMAGE_KEYS
    if (listed or key in _IMAGE_KEYS) and _is_address(source, string):
        yield Said(string, source, node.pointer(prefix), node, url=True)
        return
    if node.prop is not None:
        context = node.picture if node.picture is not None else above
        prop = node.prop
        if prop is Property.CREATOR_NAMES and _is_agency(source, string):
            prop = Property.CREDIT_LINE
        yield Said(string, source, node.pointer(prefix), context, property=prop)
        return
    if string.end - string.start < _SHORTEST_NESTED:
        return
    if deep and any(cue in source.text[string.start : string.end] for cue in ('\\"', "\\u0022")):
        yield from _nested(source, string, node, prefix)
        return
    yield Said(string, source, node.pointer(prefix), node, body=True)


def _is_address(source: Mapped, string: String) -> bool:
    """Whether a string names a picture's file."""
    end = min(string.end, string.start + _LONGEST_ADDRESS)
    return _PICTURE_URL.search(source.text, string.start, end) is not None


def _is_agency(source: Mapped, string: String) -> bool:
    """A creator that is an agency is no photographer."""
    short = string.end - string.start <= _SHORTEST_NESTED
    return short and captions.agency_named(source.text[string.start : string.end]) is not None


def _nested(source: Mapped, string: String, node: _Node, prefix: str) -> Iterator[Said]:
    """JSON in a string of JSON (``JSON.parse("...")``, what frameworks push in pieces)."""
    inner = scripts.inside(source, string)
    value = scripts.nested(inner)
    if isinstance(value, Object | Array):
        yield from _walk(inner, value, f"{node.pointer(prefix)}!", deep=False)
    if not isinstance(value, Object):
        yield Said(string, source, node.pointer(prefix), node, body=True)
