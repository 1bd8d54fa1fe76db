"""One file of the measurement: what became of it when it was edited."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from fidelity import kinds
from fidelity.edits import edits_for
from fidelity.wholeness import broken
from PIL import Image, ImageSequence

from provenance.errors import ProvenanceError, RewriteRefusedError, UnreadableError
from provenance.fixing.patch import apply_patch, make_patch
from provenance.metadata import rewrite
from provenance.metadata.blocks import Carrier, Format, Survey
from provenance.metadata.decoding import decode
from provenance.metadata.exiftool import writable
from provenance.metadata.formats.recognition import recognise
from provenance.metadata.source import Window
from provenance.model import Container, Edit

_FRAMES: Final = 16
_XMP: Final = frozenset({Carrier.XMP, Carrier.EXTENDED_XMP})
_IN_XMP: Final = frozenset({Container.XMP, Container.SIDECAR})


class Verdict(StrEnum):
    """What became of a file; the words are those of the table."""

    WRITTEN = "written"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"
    CREDENTIALS = "Content Credentials"
    FOREIGN = "no picture"


class Pixels(StrEnum):
    """What Pillow makes of a file before and after."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "not decoded"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was edited.

    Attributes:
        result: the new file.
        edits: that were made.
        changed: what is not credit metadata and has changed all the same.
        pixels: whether they are the same.
        undone: the patch gives the old file back, octet by octet.
        patch: octets of the patch.
        growth: octets by which the file grew beyond the new text.
        in_xmp: how many of these stand in XMP.
        new_packet: the file had no XMP and got a packet.
    """

    result: bytes
    edits: tuple[Edit, ...]
    changed: tuple[str, ...]
    pixels: Pixels
    undone: bool
    patch: int
    growth: int
    in_xmp: int
    new_packet: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """A file and what became of it.

    Attributes:
        path: where it is.
        digest: SHA-256 of the file, hex.
        kind: its format, by its content.
        aided: it is written through ExifTool.
        verdict: what became of it.
        code: of the refusal, else empty.
        reason: why it was refused, in the program's words.
        written: only of a file that was written.
    """

    path: Path
    digest: str
    kind: str
    aided: bool
    verdict: Verdict
    code: str = ""
    reason: str = ""
    written: Written | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What names a refusal in docs/fidelity.md: the digest's first digits, and the code."""
        return self.digest[:8], self.code


def attempt(path: Path) -> Attempt:
    """Edit one file, in memory."""
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    window = Window.over(data, path.name)
    kind, aided = "unknown", True
    try:
        media_type, known = recognise(window)
        kind = kinds.name(media_type)
        aided = known is None or known.replace is None
        written = _edited(data, kind, writable(media_type, known))
    except (UnreadableError, RewriteRefusedError) as error:
        verdict = _verdict(data, error)
        return Attempt(path, digest, kind, aided, verdict, error.code, error.message)
    return Attempt(path, digest, kind, aided, Verdict.WRITTEN, written=written)


def _verdict(data: bytes, error: ProvenanceError) -> Verdict:
    if error.code == "content-credentials":
        return Verdict.CREDENTIALS
    if error.code == "unsupported-format":
        return Verdict.FOREIGN
    return Verdict.INCOMPLETE if broken(data) else Verdict.REFUSED


def _edited(data: bytes, kind: str, form: Format) -> Written:
    survey = form.survey(Window.over(data, "the file"))
    edits = edits_for(decode(survey), sidecar=kind == kinds.XMP)
    result = rewrite(data, edits)
    patch = make_patch(result, data)
    after = form.survey(Window.over(result, "the new file"))
    before_xmp, after_xmp = _xmp_size(survey), _xmp_size(after)
    in_xmp = sum(_text(edit) for edit in edits if edit.container in _IN_XMP)
    text = sum(map(_text, edits))
    return Written(
        result=result,
        edits=edits,
        changed=tuple(kinds.changed_pieces(kind, data, result)),
        pixels=_pixels(data, result),
        undone=apply_patch(result, patch) == data,
        patch=len(patch),
        growth=len(result) - len(data) - text,
        in_xmp=after_xmp - before_xmp - in_xmp,
        new_packet=not before_xmp,
    )


def _xmp_size(survey: Survey) -> int:
    return sum(len(block.payload) for block in survey.blocks if block.carrier in _XMP)


def _text(edit: Edit) -> int:
    """Octets that an edit's text has more than the one that it replaces."""
    return max(0, len((edit.after or "").encode()) - len(edit.before.encode()))


def _pixels(before: bytes, after: bytes) -> Pixels:
    old = _decoded(before)
    if old is None:
        return Pixels.UNKNOWN
    return Pixels.EQUAL if old == _decoded(after) else Pixels.DIFFERENT


def _decoded(data: bytes) -> list[tuple[str, tuple[int, int], bytes]] | None:
    """Mode, size and pixels of the first frames; None where Pillow cannot decode the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Pillow's decoders raise whatever they like at files that they do not know.
        try:
            with Image.open(io.BytesIO(data)) as picture:
                frames = ImageSequence.Iterator(picture)
                found = []
                for _, frame in zip(range(_FRAMES), frames, strict=False):
                    found.append((frame.mode, frame.size, hashlib.sha256(frame.tobytes()).digest()))
                return found
        except Exception:  # noqa: BLE001
            return None
