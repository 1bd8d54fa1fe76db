"""The outcome as tables: for people at a terminal, and as Markdown for the documentation."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from conformance.documented import Key
from conformance.triples import Said, Triple

from provenance.model import Property

_NAMES: Final = {
    **dict.fromkeys(("WEBP", "Extended WEBP"), "WebP"),
    **dict.fromkeys(("XMP", "RDF"), "XMP file"),
    **dict.fromkeys(("BTF",), "BigTIFF"),
    **dict.fromkeys(
        ("3FR", "ARW", "CR2", "CR3", "CRW", "DCR", "DNG", "ERF", "IIQ", "KDC", "MEF", "MOS",
         "MRW", "NEF", "NRW", "ORF", "PEF", "RAF", "RAW", "RW2", "SR2", "SRF", "SRW", "X3F"),
        "raw",
    ),
}  # fmt: skip

_REFERENCE: Final = re.compile(r"The Headline \(ref20\d\d\.\d\)")


def format_name(triple: Triple) -> str:
    """The format as the tables name it; camera raws are one."""
    name = _NAMES.get(triple.kind, triple.kind or "unknown")
    return f"{name}, found by ExifTool" if triple.found_by_exiftool else name


def by_format(found: Sequence[Triple]) -> str:
    """Markdown: triples and equal ones by format and container, then of all together."""
    groups: dict[tuple[str, str], list[Triple]] = defaultdict(list)
    for triple in found:
        groups[format_name(triple), triple.container.value].append(triple)
    lines = [
        "| format | container | triples | equal | rate | equal, ExifTool as it comes | rate |",
        "|---|---|---:|---:|---:|---:|---:|",
        *(_counts(*name, groups[name]) for name in sorted(groups)),
        _counts("**all**", "", found),
        _counts("of these IPTC's reference pictures", "", references(found)),
    ]
    return "\n".join(lines)


def references(found: Iterable[Triple]) -> list[Triple]:
    """The triples of IPTC's reference pictures, whose every text names the reference's version."""
    every = list(found)
    digests = {
        one.digest
        for one in every
        if one.prop is Property.HEADLINE
        and any(_REFERENCE.match(t) for _, ts in one.theirs for t in ts)
    }
    return [one for one in every if one.digest in digests]


def rate(equal: int, number: int) -> str:
    """Equal ones in a hundred, never rounded up to a hundred."""
    return f"{math.floor(10_000 * equal / number) / 100:.2f} %" if number else ""


def _counts(kind: str, container: str, group: Sequence[Triple]) -> str:
    number = len(group)
    equal = sum(one.equal for one in group)
    alone = sum(one.equal_unaided for one in group)
    return (
        f"| {kind} | {container} | {number} | {equal} | {rate(equal, number)}"
        f" | {alone} | {rate(alone, number)} |"
    )


def differences(found: Iterable[Triple], causes: Mapping[Key, str]) -> str:
    """Markdown: every difference; a cause that the documentation does not know is ``?``."""
    groups: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for triple in found:
        if not triple.settled:
            digest, container, prop = triple.key
            cause = causes.get(triple.key, "?")
            groups[cause, format_name(triple), digest, container].append(prop)
    lines = ["| file | format | container | properties | cause |", "|---|---|---|---|---|"]
    for (cause, kind, digest, container), props in sorted(groups.items()):
        lines.append(f"| `{digest}` | {kind} | {container} | {', '.join(props)} | {cause} |")
    return "\n".join(lines)


def values(found: Iterable[Triple]) -> Iterator[str]:
    """What either side says wherever they differ, for the terminal."""
    for triple in found:
        if triple.settled:
            continue
        yield f"{triple.path} ({format_name(triple)}, {triple.container}, {triple.prop})"
        yield f"    ours:     {triple.unread or _spelled(triple.ours)}"
        if not triple.equal_unaided:
            yield f"    ExifTool: {_spelled(triple.unaided)}"
        if triple.theirs != triple.unaided:
            yield f"    aided:    {_spelled(triple.theirs)}"


def _spelled(said: tuple[Said, ...]) -> str:
    return "; ".join(f"{place} {' | '.join(texts)!r}" for place, texts in said) or "nothing"
