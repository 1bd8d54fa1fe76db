"""What may differ in ExifTool's reading after an edit: the plan, and what follows from it.

Every rule has a number, by which docs/fidelity.md explains it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from conformance.exiftool_tags import EXIF, IIM, XMP
from fidelity import kinds
from fidelity.attempts import Attempt, Written
from fidelity.edits import TEXTS
from fidelity.shown import Shown

from provenance.model import Property

_UTF_8: Final = "UTF8"
_IN_XMP: Final = {
    "XMP-dc:Creator": Property.CREATOR_NAMES,
    "XMP-photoshop:Credit": Property.CREDIT_LINE,
    "XMP-dc:Description": Property.DESCRIPTION,
}


class Change(NamedTuple):
    """One tag, ``IFD0:Artist``, whose values differ."""

    tag: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    shown: Shown
    attempt: Attempt

    @property
    def group(self) -> str:
        """``IFD0`` of ``IFD0:Artist``."""
        return self.tag.partition(":")[0]

    @property
    def name(self) -> str:
        """``Artist`` of ``IFD0:Artist``."""
        return self.tag.partition(":")[2]

    @property
    def written(self) -> Written:
        """What was written."""
        assert self.attempt.written is not None
        return self.attempt.written


def of_the_file(tag: str) -> bool:
    """Whether a tag tells of the file on disk, or of ExifTool, and not of what is in it."""
    return tag.startswith("System:") or tag == "ExifTool:ExifToolVersion"


def changes(attempt: Attempt, shown: Shown) -> Iterator[Change]:
    """Every tag that differs."""
    before, _, after = shown
    for tag in sorted({*before, *after}):
        old, new = before.get(tag, ()), after.get(tag, ())
        if not of_the_file(tag) and old != new:
            yield Change(tag, old, new, shown, attempt)


def property_of(change: Change) -> Property | None:
    """The property of the contract that a tag shows."""
    group = re.sub(r"\d+$", "", change.group) if change.group.startswith("IPTC") else change.group
    if group == "IPTC":
        return IIM.get(change.name, (None, None))[1]
    if group.startswith("XMP-"):
        row = XMP.get((group, change.name)) or XMP.get((group, change.name.partition("-")[0]))
        return row[1] if row else None
    return EXIF.get((group, change.name))


def is_planned(change: Change) -> bool:
    """Whether an edited place says exactly what it was to say, or nothing, if it was to go."""
    prop = property_of(change)
    if prop not in TEXTS:
        return False
    if not change.after:
        return any(one.property is prop and one.after is None for one in change.written.edits)
    return all(_says(value, TEXTS[prop]) for value in change.after)


def _says(value: Any, text: str) -> bool:
    return value in (text, [text])


def unmet(shown: Shown) -> list[str]:
    """Properties that ExifTool does not find in the new file's XMP as they were to be.

    What it takes for no JPEG file at all it does not read.
    """
    before, _, after = shown
    if before.get("ExifTool:Warning") == ("JPEG format error",):
        return []
    return [
        f"{tag} is not as planned"
        for tag, prop in _IN_XMP.items()
        if not after.get(tag) or not all(_says(value, TEXTS[prop]) for value in after[tag])
    ]


def _digest_of_iim(change: Change) -> bool:
    """Digests that have changed agree with ExifTool's own, where it makes one."""
    true = change.shown[2].get("File:CurrentIPTCDigest", change.after)
    return [str(one).lower() for one in change.after] == [*true]


def _warning_gone(change: Change) -> bool:
    """ExifTool counts the padding of IIM in TIFF, which Photoshop's digest leaves out."""
    gone = set(change.before) - set(change.after)
    return all("IPTCDigest is not current" in str(one) for one in gone) and not (
        set(change.after) - set(change.before)
    )


def _character_set(change: Change) -> bool:
    return set(change.after) - set(change.before) == {_UTF_8}


def _other_character_set(change: Change) -> bool:
    """IIM in UTF-8 that did not say so; ExifTool took it for Windows-1252."""
    return change.shown[1].get(change.tag) == change.after


def _longer(change: Change) -> bool:
    """The first picture of several ends where the second one begins."""
    growth = len(change.written.result) - change.attempt.path.stat().st_size
    return change.after == tuple(one + growth for one in change.before)


def _place(change: Change) -> bool:
    """What stands there is compared as octets; the offset follows the block."""
    return len(change.before) == len(change.after)


def _webp_flags(change: Change) -> bool:
    old, new = (
        set(", ".join(map(str, one)).split(", ")) - {""} for one in (change.before, change.after)
    )
    # Lossless data say by themselves whether they are transparent; the flag is new with the header.
    allowed = {"XMP"} if old else {"XMP", "Alpha"}
    return old <= new and new - old <= allowed


def _extended_webp(change: Change) -> bool:
    """The header that a file needs that has XMP; its canvas is the size of the picture."""
    if change.name == "FileType":
        return str(change.after[0]).startswith("Extended WEBP") and "WEBP" in str(change.before[0])
    return len(change.after) == 1 + len(change.before) and len(set(change.after)) == 1


class Rule(NamedTuple):
    """A consequence: which tags, and what must hold of the change."""

    tags: str
    holds: Callable[[Change], bool]


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        r"File:CurrentIPTCDigest|Photoshop:IPTCDigest|XMP-photoshop:LegacyIPTCDigest",
        _digest_of_iim,
    ),
    Rule(r"ExifTool:Warning", _warning_gone),
    Rule(r"IPTC\d*:CodedCharacterSet", _character_set),
    Rule(r"IPTC\d*:\w[\w-]*", _other_character_set),
    Rule(r"IPTC\d*:ApplicationRecordVersion", lambda change: not change.before),
    Rule(r"MPImage1:MPImageLength", _longer),
    Rule(
        r"(?!QuickTime:)\w+:(?:Thumbnail|Strip|Tile|HiddenData)Offsets?"
        r"|\w+:(?:PreviewImage|JpgFromRaw|MPImage|OtherImage)Start",
        _place,
    ),
    Rule(r"RIFF:WebP_Flags", _webp_flags),
    Rule(r"File:FileType|RIFF:Image(?:Width|Height)", _extended_webp),
    Rule(r"QuickTime:MediaData(?:Offset|Size)", _place),
    Rule(r"GIF:GIFVersion", lambda change: (change.before, change.after) == (("87a",), ("89a",))),
    Rule(r"File:PreviewImage", lambda change: change.attempt.kind == kinds.RAW),
)


def rule_of(change: Change) -> int | None:
    """The number of the rule that explains a change; None where none does."""
    return next(
        (
            number
            for number, rule in enumerate(RULES, start=1)
            if re.fullmatch(rule.tags, change.tag) and rule.holds(change)
        ),
        None,
    )


def judged(attempt: Attempt, shown: Shown) -> tuple[Counter[int], list[str]]:
    """How many tags each rule explains (0 is the plan itself), and what none explains."""
    found: Counter[int] = Counter()
    odd = unmet(shown)
    for change in changes(attempt, shown):
        rule = 0 if is_planned(change) else rule_of(change)
        if rule is None:
            odd.append(f"{change.tag}: {change.before!r} -> {change.after!r}")
        else:
            found[rule] += 1
    return found, odd
