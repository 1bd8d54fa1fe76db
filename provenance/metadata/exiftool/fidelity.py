"""What a file says by ExifTool before and after a write: nothing but the plan may differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from provenance.metadata.exiftool.reading import items_of
from provenance.metadata.exiftool.session import ask
from provenance.metadata.exiftool.workspace import PrivateCopy

_LONG: Final = 512
"""Octets from which on a value is compared by its digest."""
# MediaData is all that a file of this family holds, its metadata too; its digest is asked for.
_ALL: Final = ("-j", "-b", "-a", "-u", "-e", "-n", "-G0:1:4", "-all", "--MediaData")
_AS_DIGEST: Final = (
    f'Filter=require Digest::SHA;$_="=".(length($_)>{_LONG} ? Digest::SHA::sha256_hex($_) : $_)'
)
_PICTURE: Final = "ImageDataHash"

_OF_THE_FILE: Final = frozenset({"System", "ExifToolVersion"})
_FOLLOWS_IIM: Final = frozenset({"IPTCDigest", "CurrentIPTCDigest"})
# Where octets stand, not what they are. Names of the kind ExposureOffset are no places.
_PLACE: Final = re.compile(
    r"(?:Strip|Tile|Free|Thumbnail|MediaData|MetaData|Preview|JpgFromRaw|OtherImage|PreviewImage|"
    r"MPImage|PreviewJXL|RawData|SubIFD|SR2SubIFD|MakerNote|SampleDescription|Chunk)"
    r"(?:Offsets?|Offset64|Start)|MediaDataSize|PreviewImageInfo|Unknown_CTBO"
)


@dataclass(frozen=True, slots=True)
class State:
    """All that ExifTool tells of a file.

    Attributes:
        items: names (``XMP:XMP-dc:Creator``) with values; long ones as their digest.
        picture: ExifTool's digest of the image data, None where it has none for the format.
    """

    items: Counter[tuple[str, bytes]]
    picture: bytes | None

    def holds(self, name: str, value: bytes) -> bool:
        """Whether a tag of this last name has exactly this value."""
        # The filter that makes digests passes over what ExifTool takes for binary.
        shown = (value, sha256(value).hexdigest().encode())
        return any(key.endswith(f":{name}") and told in shown for key, told in self.items)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a write is allowed to change.

    Attributes:
        families: of which every tag may differ; their blocks are compared octet by octet.
        tags: that may differ, ``IFD0:Artist``.
    """

    families: frozenset[str]
    tags: frozenset[str]


def state_of(copy: PrivateCopy) -> State:
    """Have ExifTool tell all it knows of a file.

    Raises:
        ExifToolError: as ``ask``.
    """
    digest = ("-api", "ImageHashType=SHA256", f"-{_PICTURE}")
    answer, _ = ask([*_ALL, "-EXIF", "-api", _AS_DIGEST, *digest, copy.path])
    items = items_of(answer.output)
    picture = next((value for name, value in items if name.endswith(f":{_PICTURE}")), None)
    return State(Counter(one for one in items if ":" in one[0]), picture)


def first_difference(before: State, after: State, plan: Plan) -> str | None:
    """The name of a tag that differs and is not planned to; None where there is none."""
    differing = (before.items - after.items) + (after.items - before.items)
    return next((name for name, _ in differing if not _allowed(name, plan)), None)


def _allowed(name: str, plan: Plan) -> bool:
    parts = name.split(":")
    family, last = parts[0], parts[-1]
    if family in plan.families or last in _OF_THE_FILE or not _OF_THE_FILE.isdisjoint(parts):
        return True
    if last in _FOLLOWS_IIM and "IPTC" in plan.families:
        return True
    # The block that the tags come from; they are compared one by one.
    if name.startswith("EXIF:") and last == "EXIF":
        return True
    # Where both groups have one name, ExifTool gives it once.
    group = parts[1] if len(parts) > 2 else family
    return f"{group}:{last}" in plan.tags or last == _PICTURE or bool(_PLACE.fullmatch(last))


def differ_in_blocks_only(
    files: tuple[bytes, bytes], old: Sequence[bytes], new: Sequence[bytes]
) -> bool:
    """Whether two files are equal octet by octet, but for blocks that were replaced.

    Args:
        files: the file as it was, and as it is.
        old: the blocks as they were.
        new: the blocks as they are; where there are more of them, the file may also have
            grown in one place by what the format puts around a block.
    """
    before, after = _without(files[0], old), _without(files[1], new)
    if before is None or after is None:
        return False
    if len(old) >= len(new):
        return before == after
    lead = _shared(before, after)
    return after.endswith(before[lead:])


def _without(data: bytes, blocks: Iterable[bytes]) -> bytes | None:
    for block in blocks:
        at = data.find(block)
        if at < 0:
            return None
        data = data[:at] + data[at + len(block) :]
    return data


def _shared(one: bytes, other: bytes) -> int:
    """The length of the beginning that two files share."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
