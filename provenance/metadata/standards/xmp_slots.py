"""Which XMP property is which of ours, and what a packet was found to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from provenance.metadata.properties import (
    PHOTOSHOP,
    XMP_NOTE,
    XMP_ONLY,
    Form,
    XmpPath,
    xmp_paths,
)
from provenance.model import Container, Property, PropertyValue

Slot = tuple[Property, str, bool]
"""A property, its locator, and whether its items are languages."""

EXTENDED = XmpPath(XMP_NOTE, "HasExtendedXMP")
DIGEST = XmpPath(PHOTOSHOP, "LegacyIPTCDigest")
NOTES = {path.tag: path for path in (EXTENDED, DIGEST)}
"""What a packet says about its file rather than about the picture, by Clark name."""


@lru_cache(maxsize=32)
def slots(prefix: str) -> Mapping[str, Slot]:
    """Element name to slot; a locator begins with ``prefix``.

    A name is given in Clark notation and with its standard prefix: where a prefix was
    never bound there is no namespace, but what its author meant is clear all the same. The
    field of a structure has the Clark names of both, with a stroke between them.
    """
    found: dict[str, Slot] = {}
    for prop, path in xmp_paths():
        slot = (prop, f"{prefix} {path.qname}", path.form is Form.LANG_ALT)
        found[path.tag] = found[path.qname] = slot
    for row in XMP_ONLY:
        for field in row.fields:
            locator = f"{prefix} {row.xmp.qname}/{field.qname}"
            found[f"{row.xmp.tag}/{field.tag}"] = row.property, locator, False
        if not row.fields:
            slot = (row.property, f"{prefix} {row.xmp.qname}", False)
            found[row.xmp.tag] = found[row.xmp.qname] = slot
    return found


class Gathered:
    """What was found so far in one packet.

    Attributes:
        container: XMP or SIDECAR.
        uri: the sidecar's uri where it is one.
        slots: as ``slots`` gives them.
        values: in the packet's order.
        extended: ``xmpNote:HasExtendedXMP``, None without one.
        digest: ``photoshop:LegacyIPTCDigest``, None without one.
    """

    __slots__ = ("container", "digest", "extended", "slots", "uri", "values")

    def __init__(self, container: Container, uri: str, slots: Mapping[str, Slot]) -> None:
        self.container = container
        self.uri = uri
        self.slots = slots
        self.values: list[PropertyValue] = []
        self.extended: str | None = None
        self.digest: str | None = None

    def text(self, slot: Slot, text: str) -> None:
        """Take a simple value, or an array of one item; a blank one says nothing."""
        if text and not text.isspace():
            self.values.append(
                PropertyValue.of(slot[0], self.container, (text,), slot[1], self.uri)
            )

    def items(self, slot: Slot, items: Sequence[tuple[str | None, str]]) -> None:
        """Take an array: the language and the text of each item."""
        prop, locator, languages = slot
        if languages and len(items) > 1:
            self._languages(slot, items)
            return
        texts = tuple([text for _, text in items if text and not text.isspace()])
        if texts:
            self.values.append(PropertyValue.of(prop, self.container, texts, locator, self.uri))

    def _languages(self, slot: Slot, items: Sequence[tuple[str | None, str]]) -> None:
        prop, locator, _ = slot
        by_locator: dict[str, list[str]] = {}
        ends = suffixes([language for language, _ in items])
        for (_, text), end in zip(items, ends, strict=True):
            if text and not text.isspace():
                by_locator.setdefault(locator + end, []).append(text)
        for where, texts in by_locator.items():
            self.values.append(
                PropertyValue.of(prop, self.container, tuple(texts), where, self.uri)
            )

    def note(self, path: XmpPath, text: str) -> None:
        """Take one of ``NOTES``."""
        if path is EXTENDED:
            self.extended = text.strip() or None
        else:
            self.digest = text.strip() or None


def suffixes(languages: list[str | None]) -> list[str]:
    """What the locator of each item of a language alternative ends with.

    Args:
        languages: the ``xml:lang`` of each item, in order; None where it has none.

    Returns:
        Empty for the default: every ``x-default``, or the first item where there is
        none, and any item without a language; ``[fr]`` for another.
    """
    default = any(language and language.lower() == "x-default" for language in languages)
    out: list[str] = []
    for index, language in enumerate(languages):
        if not language or language.lower() == "x-default" or (index == 0 and not default):
            out.append("")
        else:
            out.append(f"[{language}]")
    return out
