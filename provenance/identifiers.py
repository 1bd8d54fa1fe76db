"""The identifiers that picture agencies print: in names, captions, mails and fields.

An agency writes one code under several prefixes (``AFP_48KT7NQ``, ``000_48KT7NQ``,
``doc.afp.com.48KT7NQ``). ``find`` reads literal identifiers out of free text and file
names; ``canonical`` makes the spellings of one code equal. Every pattern is a constant:
none is built from what was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LEFT = r"(?<![0-9A-Za-z])"
_RIGHT = r"(?![0-9A-Za-z])"
_LONGEST_TEXT = 4_000_000
_SHORTEST_KEY = 6
_LONGEST_KEY = 256


@dataclass(frozen=True, slots=True)
class Identifier:
    """One agency's name for one picture.

    Attributes:
        agency: canonical short name of the agency (``AFP``, ``Getty Images``).
        code: the part that is the same under every prefix, in the agency's own casing.
        written: the identifier as it stood in the text.
    """

    agency: str
    code: str
    written: str


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write an identifier; group 1 of the pattern is the code."""

    agency: str
    pattern: re.Pattern[str]
    hint: str
    upper: bool = True
    mixed: bool = False


def _form(
    agency: str, pattern: str, hint: str, *, upper: bool = True, mixed: bool = False
) -> _Form:
    return _Form(agency, re.compile(_LEFT + pattern + _RIGHT), hint, upper, mixed)


# ``mixed`` asks for a letter and a digit in the code: it tells RTX79LQC from the word RTRMADP.
_FORMS = (
    _form("AFP", r"(?i:000|AFP)_([0-9A-Za-z]{7})", "_", mixed=True),
    _form("AFP", r"(?i:doc\.afp\.com)[./]([0-9A-Za-z]{7})", ".afp.", mixed=True),
    _form("AFP", r"(?i:000|AFP)_([A-Za-z]{2,3}[0-9]{5,8})", "_", mixed=True),
    _form("Getty Images", r"(?i:getty[ _-]?images?)[ _-]?([0-9]{6,10})", "getty"),
    _form("AP", r"AP[_-]?([0-9]{2}(?:[0-2][0-9]{2}|3[0-6][0-9])[0-9]{9})", "ap"),
    _form("Reuters", r"(RC[12][0-9A-Z]{9})", "rc", mixed=True),
    _form("Reuters", r"(RT[RSX][0-9A-Z]{4,6})", "rt", mixed=True),
    _form("Reuters", r"(G[FM][0-9][0-9A-Z]{10})", "g", mixed=True),
    _form("Reuters", r"(LYNX[0-9A-Z]{9})", "lynx", mixed=True),
    _form("EPA", r"(?i:epa)([0-9]{8})", "epa"),
    _form(
        "dpa",
        r"(?i:urn:newsml:dpa\.com):[0-9]{8}:([0-9]{6}-[0-9]{2,3}-[0-9]{5,6})",
        "dpa.com",
        upper=False,
    ),
    _form(
        "Alamy",
        r"(?i:alamy)(?i:\s{1,3}(?:stock|live|photo|news|images?|ref)){0,3}"
        r"[\s:#(_-]{1,3}([0-9A-Z]{6,7})",
        "alamy",
        mixed=True,
    ),
    _form(
        "REX",
        r"(?i:mandatory\s{1,3}credit)[^\n()]{1,160}\(([0-9]{4,9}[a-z]{1,3})\)",
        "andatory",
        upper=False,
    ),
)

_BARE = {
    "AFP": re.compile(r"(?:000_|AFP_)?([0-9A-Z]{7}|[A-Z][A-Za-z]{1,2}[0-9]{5,8})"),
    "Getty Images": re.compile(r"([0-9]{9,10})"),
    "AP": re.compile(r"(?:AP)?([0-9]{14}|[0-9a-f]{32})"),
    "Reuters": re.compile(r"(RC[12][0-9A-Z]{9}|RT[RSX][0-9A-Z]{4,6}|G[FM][0-9][0-9A-Z]{10})"),
    "EPA": re.compile(r"(?:epa)?([0-9]{8})"),
    "dpa": re.compile(r"([0-9]{6}-[0-9]{2,3}-[0-9]{5,6})"),
    "Alamy": re.compile(r"([0-9A-Z]{6,7})"),
    "REX": re.compile(r"([0-9]{4,9}[a-z]{1,3})"),
}
_BARE_MIXED = frozenset({"AFP", "Reuters", "Alamy"})
_UUID = re.compile(r"(?i)(?:urn:uuid:)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9a-f]{32}")


def find(text: str) -> tuple[Identifier, ...]:
    """Every agency identifier printed in free text or a file name, in order of appearance.

    Word boundaries are demanded, so that a code inside a longer random id (the 26
    base32 characters of some publishing systems) is not one. The same code under two
    prefixes is reported once, as first written.

    Args:
        text: anything; what stands behind the first four million characters is not read.
    """
    text = text[:_LONGEST_TEXT]
    folded = text.lower()
    hits: list[tuple[int, Identifier]] = []
    for form in _FORMS:
        if form.hint in folded:
            hits.extend(_hits(form, text))
    hits.sort(key=lambda hit: hit[0])
    first: dict[str, Identifier] = {}
    for _, identifier in hits:
        first.setdefault(canonical(identifier), identifier)
    return tuple(first.values())


def _hits(form: _Form, text: str) -> Iterator[tuple[int, Identifier]]:
    for match in form.pattern.finditer(text):
        code = match[1]
        if form.mixed and not _mixed(code):
            continue
        yield (
            match.start(1),
            Identifier(form.agency, code.upper() if form.upper else code, match[0]),
        )


def _mixed(code: str) -> bool:
    return any(c.isdigit() for c in code) and any(c.isalpha() for c in code)


def canonical(identifier: Identifier) -> str:
    """One key for all spellings of one code: ``afp:48KT7NQ``, ``getty:1160293129``."""
    return f"{identifier.agency.split()[0].lower()}:{identifier.code}"


def bare(value: str, agency: str) -> Identifier | None:
    """The identifier in a field that holds the code alone, or None.

    Such a field (job id, title, supplier's id) has meaning only beside its agency: seven
    characters are AFP's code only in a picture whose credit or source is AFP.

    Args:
        value: the whole value of the field.
        agency: canonical short name of the agency that the picture is credited to.
    """
    value = value.strip()
    pattern = _BARE.get(agency)
    if pattern is None or len(value) > _LONGEST_KEY:
        return None
    match = pattern.fullmatch(value)
    if match is not None and (agency not in _BARE_MIXED or _mixed(match[1])):
        code = match[1]
        return Identifier(agency, code if agency in {"AP", "dpa", "REX"} else code.upper(), value)
    return next((found for found in find(value) if found.agency == agency), None)


def belongs_to(value: str) -> tuple[str, ...]:
    """The agencies whose bare code this could be; a code alone does not say whose it is."""
    return tuple(agency for agency in _BARE if bare(value, agency) is not None)


def canonical_guid(value: str) -> str | None:
    """The key of a ``digitalImageGuid`` value (IPTC Photo Metadata, Iptc4xmpExt:DigImageGUID).

    Returns:
        ``guid:`` and the value (a UUID in lower case, without hyphens or ``urn:uuid:``);
        None where the value is too short or too uniform to name one picture.
    """
    return _key("guid", value)


def canonical_supplier(value: str) -> str | None:
    """The key of an ``imageSupplierImageId`` value (PLUS), or None where it says nothing."""
    return _key("supplier", value)


def _key(kind: str, value: str) -> str | None:
    value = value.strip()
    if not _SHORTEST_KEY <= len(value) <= _LONGEST_KEY or len(set(value.lower())) <= 2:
        return None
    if not any(c.isdigit() for c in value):
        return None
    if _UUID.fullmatch(value):
        value = value.lower().removeprefix("urn:uuid:").replace("-", "")
    return f"{kind}:{value}"
