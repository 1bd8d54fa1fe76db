"""QCodes, URIs and literals of NewsML-G2 made one: what a code of a vocabulary means.

A QCode's alias (``sig`` of ``sig:correction``) means what the catalogs of its file say. Where
they define it, it is read by the vocabulary's URI; a file may rename or redefine any alias.
Remote catalogs are not fetched: an alias that no catalog in the file defines is read as printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from provenance.notices.wires.strict_xml import children, flat

# The IPTC NewsCodes, by the alias that the IPTC itself gives them.
_USUAL = {
    "pubstatusg2": "stat",
    "pubstatus": "stat",
    "signal": "sig",
    "ninature": "ninat",
    "newsprovider": "nprov",
    "newsitemrelation": "irel",
    "itemrelation": "irel",
    "descriptionrole": "drol",
    "ednoterole": "ednoterole",
    "creatorrole": "crol",
    "contributorrole": "ctrol",
    "cpnature": "cpnat",
}
_NEWSCODES = "cv.iptc.org/newscodes/"
_ALIAS_OF = {f"{_NEWSCODES}{name}": alias for name, alias in _USUAL.items()}
# Codes of these are lower case; senders write "stat:Usable".
_LOWER = frozenset(["stat", "sig", "ninat"])
_LONGEST = 1024


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a vocabulary.

    Attributes:
        scheme: the usual alias of an IPTC vocabulary, else the alias or the URI as printed;
            empty for a literal.
        code: the code alone.
        uri: the whole URI, where it was given as one; else empty.
    """

    scheme: str
    code: str
    uri: str = ""

    @property
    def written(self) -> str:
        """Scheme and code (``sig:correction``), a whole URI, or the code alone for a literal."""
        joint = "" if not self.scheme or self.scheme.endswith(("/", "#")) else ":"
        return f"{self.scheme}{joint}{self.code}"


@dataclass(frozen=True, slots=True)
class Schemes:
    """The aliases that the catalogs of an item define, then those of its message."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    outer: Schemes | None = None

    def with_catalogs(self, element: etree._Element | None) -> Schemes:
        """These, behind those that the catalogs directly in an element define."""
        found = {
            alias: flat(scheme.get("uri", ""))
            for catalog in children(element, "catalog")
            for scheme in children(catalog, "scheme")
            if (alias := flat(scheme.get("alias", "")))
        }
        return Schemes(found, self) if found else self

    def _defined(self, alias: str) -> str | None:
        nearest: Schemes | None = self
        while nearest is not None:
            if found := nearest.aliases.get(alias):
                return found
            nearest = nearest.outer
        return None

    def codes(self, element: etree._Element) -> tuple[Code, ...]:
        """The codes of ``qcode``, ``uri`` and ``literal``, each meaning once."""
        found = [
            self.qcode(element.get("qcode", "")),
            resolved(element.get("uri", "")),
            Code("", literal) if (literal := flat(element.get("literal", "")[:_LONGEST])) else None,
        ]
        first: dict[str, Code] = {}
        for one in found:
            if one is not None:
                first.setdefault(one.written, one)
        return tuple(first.values())

    def attribute(self, element: etree._Element, name: str) -> Code | None:
        """The code of an attribute that is a QCode, or of its sibling that is a URI."""
        return self.qcode(element.get(name, "")) or resolved(element.get(f"{name}uri", ""))

    def qcode(self, written: str) -> Code | None:
        """What a QCode means here; None where nothing is written."""
        written = flat(written[:_LONGEST])
        alias, colon, code = written.partition(":")
        if not written:
            return None
        if not colon:
            return Code("", written)
        uri = self._defined(alias)
        if uri:
            return resolved(uri + code) or Code(alias, code)
        return Code(alias, code.lower() if alias in _LOWER else code)


def resolved(uri: str) -> Code | None:
    """The code that a URI names; that of an IPTC vocabulary has its usual alias."""
    uri = flat(uri[:_LONGEST])
    if not uri:
        return None
    start = max(uri.rfind("/"), uri.rfind("#")) + 1
    scheme, code = uri[:start], unquote(uri[start:])
    if not scheme or not code:
        return Code("", "", uri)
    bare = scheme.casefold().partition("://")[2].removeprefix("www.").rstrip("/#")
    alias = _ALIAS_OF.get(bare)
    if alias is None:
        return Code(scheme, code, uri)
    return Code(alias, code.lower() if alias in _LOWER else code, uri)
