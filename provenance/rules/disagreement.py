"""Containers that say different things of one property: the finding, and its words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from provenance.metadata import reconcile
from provenance.metadata.reconcile import Disagreement
from provenance.model import (
    RUNNING_TEXT,
    Container,
    Evidence,
    Finding,
    MetadataRecord,
    PropertyValue,
    Rule,
)
from provenance.rules.findings import Answer, Grounds, finding

_LONGEST = 80
_BEFORE = 24
_MOST_VOICES = 6
_JOINT = "; "
_CONTAINERS = {Container.EXIF: "EXIF", Container.IIM: "IIM", Container.XMP: "XMP"}
_ORDER = {container: n for n, container in enumerate(Container)}
_ORDINALS = {"2": "second", "3": "third"}


def disagreement_findings(record: MetadataRecord) -> Iterator[Finding]:
    """One finding per property of which the containers say different things.

    Its evidence holds every value of every container with its place, also those that agree.
    """
    for one in reconcile.disagreements(record):
        said = [f"{value.locator}: {_JOINT.join(value.values)}" for value in one.values]
        evidence = tuple(
            Evidence(value.container.value, 0.0, f"{_file(value)}{detail}")
            for value, detail in zip(one.values, said, strict=True)
        )
        yield finding(
            Rule.CONTAINERS_DISAGREE,
            record,
            in_words(one),
            Answer(),
            Grounds(evidence=evidence, before=tuple(said)),
        )


def in_words(one: Disagreement) -> str:
    """Say who says what, in one line for a person.

    ``creatorNames: EXIF and IIM say “A. Name”; XMP says “B. Name”.`` Values that are long
    are shown from shortly before the place where they begin to differ.
    """
    groups = reconcile.voices(sorted(one.values, key=lambda value: _ORDER[value.container]))
    shown = groups[:_MOST_VOICES]
    # One standard may say two things: then only its places tell them apart.
    units = [{_unit(value) for value in group} for group in shown]
    unclear = {
        unit for n, mine in enumerate(units) for other in units[n + 1 :] for unit in mine & other
    }
    texts = _told_apart([_JOINT.join(group[0].values) for group in shown])
    said = []
    for group, text in zip(shown, texts, strict=True):
        who = list(dict.fromkeys(_name(value, unclear) for value in group))
        said.append(f"{_listed(who)} {'says' if len(who) == 1 else 'say'} “{text}”")
    more = len(groups) - len(shown)
    if more:
        said.append(f"{more} more say something else again")
    return f"{one.property.value}: {_JOINT.join(said)}."


def speaker_name(value: PropertyValue) -> str:
    """The name of the container that a value stands in: ``XMP``, ``the second XMP packet``."""
    if value.container is Container.SIDECAR:
        name = os.path.basename(value.uri)
        return f"the sidecar {name}" if name else "the sidecar"
    word = value.locator.partition(" ")[0]
    if value.container not in _CONTAINERS:
        return f"the text at {value.locator}"
    kind = _CONTAINERS[value.container]
    first, _, number = word.partition("#")
    if first.endswith("-ext"):
        return f"the extended {kind}"
    if not number:
        return kind
    what = "packet" if kind == "XMP" else "block"
    return f"the {_ORDINALS.get(number, f'{number}th')} {kind} {what}"


def _file(value: PropertyValue) -> str:
    """The sidecar's name where the value stands in one; its locators are those of any XMP."""
    return f"{os.path.basename(value.uri)}, " if value.uri else ""


def _unit(value: PropertyValue) -> tuple[str, str]:
    return value.locator.partition(" ")[0], value.uri


def _name(value: PropertyValue, unclear: set[tuple[str, str]]) -> str:
    name = speaker_name(value)
    if _unit(value) in unclear and value.container not in RUNNING_TEXT:
        return f"{name} ({value.locator.partition(' ')[2]})"
    return name


def _listed(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _told_apart(texts: Sequence[str]) -> list[str]:
    """Each text on one line and short, with the place in it where they differ."""
    lines = [" ".join(text.split()) for text in texts]
    start = 0
    if any(len(line) > _LONGEST for line in lines):
        shared = _shared(min(lines), max(lines))
        if shared > _BEFORE:
            start = lines[0].rfind(" ", 0, shared - _BEFORE + 1) + 1
    return [_cut(line, start) for line in lines]


def _shared(one: str, other: str) -> int:
    """How many characters both begin with; of many texts, the first and last by order."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _cut(line: str, start: int) -> str:
    head = "… " if start else ""
    rest = line[start:]
    return head + rest if len(rest) <= _LONGEST else f"{head}{rest[:_LONGEST].rstrip()} …"
