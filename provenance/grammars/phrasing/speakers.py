"""Which agency speaks where a notice begins: the one whose name stands next to it."""

from __future__ import annotations

import re

AGENCY = re.compile(
    r"(?P<AP>\bAP\b(?!-)|\b(?i:associated\s{1,4}press)\b)|(?P<Reuters>\b(?i:reuters)\b)"
    r"|(?P<Getty>\b(?i:getty)(?:\b|(?i:images)))|(?P<CP>\b(?i:canadian\s{1,4}press)\b|\bCP\b(?!-))"
    r"|(?P<PA>(?<=/)PA\b|\bPA\s{1,4}(?i:wire|images?|media|archive|photos?|pictures?|is|has|will"
    r"|and)\b"
    r"|\bPA\s?(?=[:\n–-])|\b(?i:press\s{1,4}association)\b)"
    r"|(?P<other>\b(?:AFP|EPA|dpa|DPA|AAP|EFE|ANSA)\b|\b(?i:agence\s{1,4}france))"
)
_BEFORE = 400
_BEHIND = 2_500
_NAMES = {"Getty": "Getty Images", "CP": "The Canadian Press"}


def speaker(text: str, start: int, end: int) -> str | None:
    """Canonical short name of the agency that speaks in ``text[start:end]``.

    It is the first that the words name, else the last that is named before them, else the
    first behind them. None where none is named, and an empty string where another agency
    is than those with a grammar in English.
    """
    inside = AGENCY.search(text, start, end)
    if inside is not None:
        return _name(inside)
    before = list(AGENCY.finditer(text, max(0, start - _BEFORE), start))
    found = before[-1] if before else AGENCY.search(text, end, end + _BEHIND)
    return None if found is None else _name(found)


def _name(found: re.Match[str]) -> str:
    group = found.lastgroup or "other"
    return "" if group == "other" else _NAMES.get(group, group)
