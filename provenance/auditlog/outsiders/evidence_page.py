"""The page of the evidence: what the records say, told to a person who is no technician.

All that it tells comes out of the records and the words that are given with them, so that it
says nothing that is not proved beside it. Every text in it is hostile and comes out inert.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from provenance.auditlog.outsiders.acts import said
from provenance.model import Checkpoint

WITHHELD: Final = "(not disclosed)"
ERASED: Final = "(erased from the log)"
NOTHING: Final = "(nothing)"

_ROLES: Final = MappingProxyType(
    {
        "executing program": "Program",
        "implementer": "Carried out by",
        "authorizer": "On the word of",
    }
)
_KINDS: Final = MappingProxyType(
    {
        "correction": "a correction",
        "withdrawal": "a withdrawal",
        "restriction": "a restriction of use",
    }
)
_AUTHORITIES: Final = MappingProxyType(
    {
        "brought": "a named person at the newsroom brought it",
        "embedded": "it was found inside a picture or a published text",
        "in-house": "the newsroom corrects its own error",
    }
)
_DECISIONS: Final = frozenset({"approve", "reject", "waive", "withdraw", "hold"})
_PROGRAM: Final = "executing program"
_WORDS: Final = re.compile(r" |[^ ]+")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS: Final = frozenset("\n\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Told:
    """One record for the page.

    Attributes:
        index: its number.
        document: its JSON.
        words: what is disclosed, by name (``change/0/old``).
        kept: the names of all words that the log still keeps for it.
    """

    index: int
    document: Mapping[str, Any]
    words: Mapping[str, str]
    kept: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """What places of a picture's metadata held before all changes, and hold after them.

    Attributes:
        where: the places, all with the same words.
        old: the words before, cut in three: what is not common to both stands in the middle.
        new: the words after, likewise.
    """

    where: tuple[str, ...]
    old: tuple[str, str, str]
    new: tuple[str, str, str]

    @property
    def is_none(self) -> bool:
        """Whether what stood there stands there again."""
        words = "".join(self.old)
        return self.old == self.new and words not in {WITHHELD, ERASED}


@dataclass(slots=True, eq=False)
class Picture:
    """One picture, with all that was done to it.

    Attributes:
        path: where it was when it was first spoken of.
        steps: the records of it, in order.
        words: by place, what stood there first and stands there last.
        before: digests before the first change.
        after: digests after the last.
        images: for each change, whether the picture data stayed the same; None where the
            record does not say.
        now: where it was put.
    """

    path: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    images: list[bool | None] = field(default_factory=list)
    now: str = ""

    @property
    def same_image(self) -> bool | None:
        """Whether the picture data stayed the same through all changes; None where unknown."""
        if False in self.images:
            return False
        return None if None in self.images or not self.images else True

    @property
    def changes(self) -> list[Change]:
        """What was written, places with the same words together."""
        places: dict[tuple[str, str], list[str]] = {}
        for where, words in self.words.items():
            places.setdefault(words, []).append(where)
        return [Change(tuple(where), *_marked(old, new)) for (old, new), where in places.items()]


def render(
    told: Sequence[Told], checkpoint: Checkpoint, vkey: str, notice_id: str, notice: bytes | None
) -> str:
    """Return the page as HTML that needs no other file and no script.

    Args:
        told: the records, in order.
        checkpoint: what their proofs lead to.
        vkey: the key that signed it.
        notice_id: what it is all about; empty where it is not one notice.
        notice: the notice's own words, where they are given.
    """
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - start-up stays quick

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    source = files("provenance.auditlog.outsiders").joinpath("evidence.html.j2").read_text("utf-8")
    steps = [_step(one) for one in told]
    return environment.from_string(source).render(
        notice_id=visible(notice_id),
        about=_about(told, notice_id),
        text=visible(notice.decode("utf-8", "replace")) if notice is not None else None,
        text_digest=hashlib.sha256(notice).hexdigest() if notice is not None else "",
        pictures=_pictures(told),
        decisions=[one for one in steps if one["act"] in _DECISIONS],
        records=steps,
        checkpoint=checkpoint,
        vkey=visible(vkey),
        first=told[0].index,
    )


def _about(told: Sequence[Told], notice_id: str) -> dict[str, Any] | None:
    """What the record says with which the notice was taken up."""
    for one in told:
        document = one.document
        if document.get("act") != "notice.import" or notice_id not in _cited(document):
            continue
        detail, why = _pairs(document.get("detail")), _pairs(document.get("why"))
        return {
            "provider": _shown(detail.get("provider", "")),
            "kind": _KINDS.get(str(detail.get("kind")), _shown(detail.get("kind", ""))),
            "received": _time(detail.get("received", "")),
            "authority": _AUTHORITIES.get(str(why.get("authority")), ""),
            "source": _shown(detail.get("source", "")),
            "people": _people(document),
            "index": one.index,
        }
    return None


def _cited(document: Mapping[str, Any]) -> Sequence[Any]:
    cited = _pairs(document.get("why")).get("notice", ())
    return cited if isinstance(cited, list) else [cited]


def _step(one: Told) -> dict[str, Any]:
    document = one.document
    detail = _pairs(document.get("detail"))
    return {
        "index": one.index,
        "act": str(document.get("act")),
        "said": said(document.get("act")),
        "at": _time(document.get("at", "")),
        "outcome": _shown(document.get("outcome", "")),
        "people": _people(document),
        "reason": _shown(detail.get("reason", detail.get("why", ""))),
        "path": next((_shown(each.get("path", "")) for each in _objects(document)), ""),
    }


def _pictures(told: Sequence[Told]) -> list[Picture]:
    """Group the records by the picture; one that was moved stays the same picture."""
    known: dict[str, Picture] = {}
    for one in told:
        objects = _objects(one.document)
        if not objects:
            continue
        paths = [_shown(each.get("path", "")) for each in objects]
        picture = next((known[path] for path in paths if path in known), None)
        if picture is None:
            picture = Picture(paths[0])
        known.update((path, picture) for path in paths)
        picture.steps.append(_step(one))
        if str(one.document.get("act")).endswith(".commit"):
            _write_down(picture, one, objects)
    return list(dict.fromkeys(known.values()))


def _write_down(picture: Picture, one: Told, objects: Sequence[Mapping[str, Any]]) -> None:
    """Take up what was written into a picture, or where it was moved."""
    first, last = _digests(objects[0]), _digests(objects[-1])
    picture.before = picture.before or first
    picture.after = last
    picture.now = _shown(objects[-1].get("path", ""))
    told = bool(first["img"] and last["img"])
    picture.images.append(first["img"] == last["img"] if told else None)
    for where, old, new in _changed(one):
        first_words, _ = picture.words.get(where, (old, new))
        picture.words[where] = (first_words, new)


def _changed(one: Told) -> Iterator[tuple[str, str, str]]:
    changes = one.document.get("change", ())
    for number, change in enumerate(changes if isinstance(changes, list) else ()):
        if isinstance(change, dict):
            old, new = (_side(one, change, number, side) for side in ("old", "new"))
            yield _shown(change.get("f", "")), old, new


def _side(one: Told, change: Mapping[str, Any], number: int, side: str) -> str:
    name = f"change/{number}/{side}"
    if change.get(side) is None:
        return NOTHING
    if name in one.words:
        return visible(one.words[name])
    return WITHHELD if name in one.kept else ERASED


def _marked(old: str, new: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """Cut both texts in three: the words both begin with, what differs, the words both end with."""
    if old == new:
        return (old, "", ""), (new, "", "")
    if {old, new} & {WITHHELD, ERASED, NOTHING}:
        return ("", old, ""), ("", new, "")
    # Spaces count as words: what is put together again is what stood there, to the letter.
    both = _WORDS.findall(old), _WORDS.findall(new)
    start = _alike(*both)
    left = [words[start:] for words in both]
    end = _alike(left[0][::-1], left[1][::-1])
    before = "".join(both[0][:start])
    after = "".join(left[0][len(left[0]) - end :])
    middles = ["".join(words[: len(words) - end]) for words in left]
    return (before, middles[0], after), (before, middles[1], after)


def _alike(left: Sequence[str], right: Sequence[str]) -> int:
    """Return how many words at the beginning are the same."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(left), len(right)))


def _digests(thing: Mapping[str, Any]) -> dict[str, str]:
    return {name: _shown(thing.get(name, "")) for name in ("sha256", "img")}


def _objects(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document.get("objects", ())
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _people(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who did it and on whose word, the program left out; one person is named once."""
    agents = document.get("agents", ())
    found: dict[str, list[str]] = {}
    for one in agents if isinstance(agents, list) else ():
        if isinstance(one, dict) and one.get("role") != _PROGRAM:
            role = _shown(one.get("role", ""))
            name = _shown(one.get("id", "")).removeprefix("user:")
            found.setdefault(name, []).append(_ROLES.get(role, role))
    return [
        (", ".join(each if not n else each.lower() for n, each in enumerate(roles)), name)
        for name, roles in found.items()
    ]


def _pairs(held: Any) -> Mapping[str, Any]:
    return held if isinstance(held, dict) else {}


def _time(text: Any) -> str:
    """A time as people write it; anything else as it is."""
    shown = _shown(text)
    day, mark, rest = shown.partition("T")
    if mark and rest.endswith("Z") and len(day) == len("2026-11-22"):
        return f"{day} {rest[:8]} UTC"
    return shown


def _shown(value: Any) -> str:
    """Text for a person; a file name that is not UTF-8 with its odd octets escaped."""
    if isinstance(value, dict) and isinstance(value.get("b64"), str):
        try:
            return visible(base64.b64decode(value["b64"]).decode("utf-8", "backslashreplace"))
        except ValueError:
            return visible(value["b64"])  # not base64, so not written by this program
    return visible(str(value))


def visible(text: str) -> str:
    """Return the text with what cannot be seen, or turns its direction, written out."""
    return "".join(
        char.encode("unicode_escape").decode()
        if unicodedata.category(char) in _UNSEEN and char not in _JOINERS
        else char
        for char in text
    )
