"""The values of the form that dpa and German publishers write for readers.

``In einer früheren Version hieß es, ... W. Richtig ist R.``: the wrong value stands first.
"""

from __future__ import annotations

import re

from provenance.grammars.phrasing import edges
from provenance.grammars.phrasing.edges import counterpart
from provenance.grammars.phrasing.fields import property_named
from provenance.grammars.phrasing.phrases import value
from provenance.model import Property
from provenance.wording import squeeze

_UNIT = re.compile(
    r"(?i)^(?:das|die|der|den|dem)\s{1,4}(?:jahr|jahreszahl|zahl|name|ort|ortsname|vorname|nachname"
    r"|datum|schreibweise|wert|summe|betrag|begriff|wort|alter)\s{1,4}(?=\S)"
)
_PRESENTED = re.compile(
    r"(?i)\bals\s{1,4}(?P<wrong>[^,;:]{1,160}?)\s{1,4}(?:vorgestellt|bezeichnet|genannt|beschrieben|benannt|aufgef.{1,2}hrt)\b"
)
_THAT = re.compile(
    r"(?i)^dass\s{1,4}(?P<clause>[^,;]{1,240}?)\s{1,4}(?:ist|war|sind|hei(?:ß|ss)t)\b\W{0,3}$"
)
_QUOTED = re.compile(
    r"«([^«»]{1,200})»|„([^„“”]{1,200})[“”]|\"([^\"]{1,200})\"|\u203a([^\u203a\u2039]{1,200})\u2039"
)
_LONGEST_RIGHT = 12


def short(words: str) -> str | None:
    """The words as a value, where they are no more than one."""
    meant = value(words)
    return meant if meant is not None and len(meant.split()) <= _LONGEST_RIGHT else None


def values(before: str, behind: str) -> tuple[str | None, str | None, Property | None]:
    """RIGHT, WRONG and their field, from the words before and behind ``Richtig ist``."""
    named = _PRESENTED.search(before)
    quoted = [next(filter(None, one.groups())) for one in _QUOTED.finditer(before)]
    that = _THAT.match(behind.strip())
    right = (
        _claimed(that["clause"], before)
        if that is not None
        else short(_UNIT.sub("", behind.strip()))
    )
    if named is not None:
        return right, value(named["wrong"]), None
    if len(quoted) == 1:
        return right, value(quoted[0]), None
    if right is None:
        return None, None, None
    if right[0].isdigit():
        return right, counterpart(before, right), None
    return right, *_named_last(before, right)


def _named_last(before: str, right: str) -> tuple[str | None, Property | None]:
    """The name that the words before end with: a field's (``hieß der Fotograf W``), or alike."""
    name, at = edges.behind(before, 0, len(before), "de")
    if name is None or not (edges.are_name(name) and edges.are_name(right)):
        return None, None
    words = before[:at].split()
    prop = property_named(words[-1]) if words else None
    return (name, prop) if prop is not None or edges.alike(name, right) else (None, None)


def _claimed(clause: str, before: str) -> str | None:
    """What "dass X ... ist" says of the X that the sentence before spoke of."""
    words = squeeze(clause).split(" ")
    known = squeeze(before)
    at = next(
        (n for n in range(len(words), 0, -1) if f" {' '.join(words[:n])} " in f" {known} "), 0
    )
    return value(" ".join(words[at:])) if 0 < at < len(words) and words[0][:1].isupper() else None
