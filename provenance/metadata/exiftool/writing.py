"""Files that no format of ours writes: their metadata blocks, replaced by ExifTool.

The new blocks are made by our own encoders, as for every other format; ExifTool is told to put
them in the place of the old ones, not to edit them. So no other octet of a block changes. Only
EXIF that is no block of its own is given to it tag by tag.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from provenance.errors import RewriteRefusedError
from provenance.metadata.blocks import (
    NEW_XMP,
    Block,
    Carrier,
    Format,
    Payloads,
    Survey,
    always_writable,
)
from provenance.metadata.exiftool.answer import Answer, ExifToolError
from provenance.metadata.exiftool.fidelity import (
    Plan,
    State,
    differ_in_blocks_only,
    first_difference,
    state_of,
)
from provenance.metadata.exiftool.reading import EXIF_TAGS, examine
from provenance.metadata.exiftool.session import ask
from provenance.metadata.exiftool.workspace import (
    MAX_FILE,
    SUFFIXES,
    PrivateCopy,
    private_copy,
)
from provenance.metadata.formats.naming import described
from provenance.metadata.planned import readback_differs
from provenance.metadata.source import Window
from provenance.metadata.standards import exif, irb
from provenance.metadata.standards.condensed import changes
from provenance.model import Container

_DONE: Final = b"1 image files updated"
_SIDECAR: Final = "Write the correction to an XMP sidecar."
_TAGS: Final = {place: name for name, place in EXIF_TAGS.items()}
# ExifTool's %blockExifTypes: everywhere else EXIF is the file's own directories.
_EXIF_IS_A_BLOCK: Final = frozenset(
    {"image/avif", "image/heic", "image/heif", "image/jp2", "image/jxl", "image/png"}
    | {"image/webp", "video/mp4", "video/quicktime"}
)
_WRAPPING: Final = re.compile(rb"\A\s*<\?xpacket begin=.*?\?>\s*|\s*<\?xpacket end=.*?\?>\s*\Z")
_FOLLOWS: Final = {
    # Extensions, of which XMP is one, came with the later version (GIF89a, section 24).
    "image/gif": frozenset({"GIF:GIFVersion"}),
    # The preview is a whole JPEG file, and its EXIF is that of the raw file.
    "image/x-fuji-raf": frozenset({"File:PreviewImage"}),
}
_GIF_VERSIONS: Final = (b"GIF87a", b"GIF89a")
_FAMILIES: Final = {Carrier.XMP: "XMP", Carrier.IIM: "IPTC", Carrier.EXIF: "EXIF"}


def writable(media_type: str | None, known: Format | None) -> Format:
    """The format of a file, with a ``replace`` through ExifTool where it has none.

    Args:
        media_type: what the content shows; None where only ExifTool may know it.
        known: what we can do with the format by ourselves; None where that is nothing.
    """
    if known is not None and known.replace is not None:
        return known
    tail = _Tail(media_type, known)
    return Format(
        survey=tail.survey,
        fingerprints=_no_fingerprints if known is None else known.fingerprints,
        replace=partial(_replace, tail),
        check_writable=always_writable if known is None else known.check_writable,
    )


def _no_fingerprints(_data: bytes) -> tuple[None, None]:
    return None, None


@dataclass(frozen=True, slots=True)
class _Tail:
    """A format of the long tail: what is known of it, and what we can do with it ourselves."""

    media_type: str | None
    known: Format | None

    @property
    def name(self) -> str:
        return described(self.media_type) if self.media_type else "a file of a rare format"

    def survey(self, window: Window) -> Survey:
        if self.known is not None:
            return self.known.survey(window)
        return examine(window, self.media_type).survey

    def vouches(self, data: bytes) -> bool:
        """Whether our own image digest watches over the picture."""
        return self.known is not None and self.known.fingerprints(data)[0] is not None


@dataclass(slots=True)
class _Order:
    """What ExifTool is told to write, and what may differ afterwards."""

    copy: PrivateCopy
    params: list[str] = field(default_factory=list)
    families: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    exif: bytes | None = None

    def put(self, tag: str, value: bytes) -> None:
        """Give a tag a value; by a file, so that it may hold line ends and anything else."""
        if value:
            path = self.copy.beside(len(self.params), value)
            self.params.append(f"-{tag}<={path}")
        else:
            self.params.append(f"-{tag}=")


def _replace(tail: _Tail, data: bytes, payloads: Payloads) -> bytes:
    """Have ExifTool put the payloads into a copy of the file; see ``Format.replace``.

    Raises:
        RewriteRefusedError: ``exiftool-missing``, ``exiftool-timeout`` and the like;
            ``exiftool-refused`` with what ExifTool says; ``exiftool-unproven`` where nothing
            shows that the picture is the same; ``readback-differs``.
    """
    if not payloads:
        return data
    if len(data) > MAX_FILE:
        raise _refused(tail, f"and {len(data)} octets are over its limit of {MAX_FILE}")
    window = Window.over(data, "The file")
    survey = tail.survey(window)
    try:
        with private_copy(window, SUFFIXES.get(tail.media_type or "", "")) as copy:
            before = state_of(copy)
            order = _Order(copy)
            for number, new in payloads.items():
                _direct(tail, order, (survey, number), new, before)
            params = [*order.params, "-overwrite_original", copy.path]
            _check_answer(tail, copy, ask(params)[0])
            after, result = state_of(copy), copy.content()
    except ExifToolError as error:
        raise RewriteRefusedError(
            f"It is {tail.name}, which is written through ExifTool. {error.message}",
            code=error.code,
            remedy=error.remedy or _SIDECAR,
        ) from error
    order.tags |= _FOLLOWS.get(tail.media_type or "", frozenset())
    plan = Plan(frozenset(order.families), frozenset(order.tags))
    odd = first_difference(before, after, plan)
    if odd is not None:
        raise readback_differs(f"The file's {odd.replace(':', ' ')}")
    if before.picture != after.picture:
        raise readback_differs("The picture data")
    if order.exif is not None and not after.holds("EXIF", order.exif):
        raise readback_differs("The file's EXIF")
    _check_blocks(tail, (data, result), survey, payloads, proven=before.picture is not None)
    return result


def _direct(
    tail: _Tail, order: _Order, place: tuple[Survey, int], new: tuple[bytes, ...], before: State
) -> None:
    """Add to the order what replaces one block."""
    survey, number = place
    old = _new_xmp(b"") if number == NEW_XMP else survey.blocks[number]
    if old.carrier is Carrier.PHOTOSHOP and len(new) == 1:
        if _iim_digest(old.payload) != _iim_digest(new[0]):
            order.params.append("-Photoshop:IPTCDigest=new")
        if not irb.iims_of(old.payload):
            return
    kind = _kind(old)
    alike = [one for one in survey.blocks if _kind(one) is kind]
    if kind not in _FAMILIES or len(new) != 1 or len(alike) != (0 if number == NEW_XMP else 1):
        raise _refused(tail, f"and that cannot tell one {kind.word} block of it from another")
    if kind is Carrier.EXIF:
        _direct_exif(tail, order, (old.payload, new[0]), before)
        return
    contents = irb.iims_of(new[0]) if old.carrier is Carrier.PHOTOSHOP else new
    if len(contents) != 1:
        raise _refused(tail, "and that cannot tell one IIM block of it from another")
    order.families.add(_FAMILIES[kind])
    order.put(_FAMILIES[kind], contents[0])


def _iim_digest(resources: bytes) -> bytes | None:
    """Photoshop's digest of the IIM, by which it sees that somebody else edited it."""
    found = (one.payload for one in irb.split(resources) if one.id == irb.IIM_DIGEST)
    return next(found, None)


def _direct_exif(tail: _Tail, order: _Order, blocks: tuple[bytes, bytes], before: State) -> None:
    """Add EXIF to the order: the block where the file has one, else the tags that change."""
    old, new = blocks
    whole = tail.media_type in _EXIF_IS_A_BLOCK and before.holds("EXIF", old)
    if whole:
        order.put("EXIF", new)
        order.exif = new
    for key, changed in changes(old, new).items():
        name = _TAGS.get((key.directory, key.tag))
        if name is None or key.occurrence or (changed is not None and changed.value is None):
            raise _refused(tail, "and that cannot write this EXIF entry by itself")
        order.tags.add(name)
        if not whole:
            value = b"" if changed is None or changed.value is None else changed.value
            # Without conversion: the text is octet by octet what our encoder made.
            order.put(f"{name}#", _text(key.tag, value))


def _text(tag: int, value: bytes) -> bytes:
    """A value without the NUL that ExifTool adds; empty where it says nothing."""
    text = value.rstrip(b"\x00")
    blank = b" :" if tag in (exif.DATE_TIME_ORIGINAL, exif.OFFSET_TIME_ORIGINAL) else b" "
    return text if text.strip(blank) else b""


def _check_answer(tail: _Tail, copy: PrivateCopy, answer: Answer) -> None:
    if answer.complaints or _DONE not in answer.output:
        told = "; ".join(answer.complaints) or answer.output.decode("utf-8", "replace").strip()
        told = told.replace(f" - {copy.path}", "").replace(os.path.dirname(copy.path), "")
        raise _refused(tail, f"which says: {told[:300]}")


def _check_blocks(
    tail: _Tail,
    files: tuple[bytes, bytes],
    survey: Survey,
    payloads: Payloads,
    *,
    proven: bool,
) -> None:
    """Refuse a file whose blocks are not the planned ones, or whose picture nothing proves."""
    data, result = files
    now = tail.survey(Window.over(result, "The new file")).blocks
    wanted = [
        replace(one, payload=payloads.get(number, (one.payload,))[0])
        for number, one in enumerate(survey.blocks)
    ]
    wanted += [_new_xmp(content) for content in payloads.get(NEW_XMP, ())]
    for kind in (Carrier.XMP, Carrier.IIM):
        if _bare(kind, wanted) != _bare(kind, now):
            raise readback_differs(f"The file's {kind.word}")
    if proven or tail.vouches(data):
        return
    if (data[:6], result[:6]) == _GIF_VERSIONS:
        data = result[:6] + data[6:]
    changed = [survey.blocks[n].payload for n in payloads if n != NEW_XMP]
    if not differ_in_blocks_only((data, result), changed, [new[0] for new in payloads.values()]):
        raise RewriteRefusedError(
            f"It is {tail.name}, which is written through ExifTool; nothing shows that the"
            " picture would stay as it is.",
            code="exiftool-unproven",
            remedy=f"{_SIDECAR} A newer ExifTool may be able to prove it.",
        )


def _new_xmp(content: bytes) -> Block:
    return Block(Carrier.XMP, Container.XMP, content, (0,))


def _kind(block: Block) -> Carrier:
    """The carrier; IIM for image resources with IIM in them."""
    if block.carrier is Carrier.PHOTOSHOP and irb.iims_of(block.payload):
        return Carrier.IIM
    return block.carrier


def _bare(kind: Carrier, blocks: Sequence[Block]) -> list[bytes]:
    """The XMP packets, or the IIM, without what ExifTool changes about them.

    It fills a TIFF field up with NULs, wraps an XMP packet that is bare, and marks every
    packet as one that may be edited.
    """
    found: list[bytes] = []
    for block in blocks:
        if block.carrier is kind:
            found.append(block.payload)
        elif _kind(block) is kind:
            found += irb.iims_of(block.payload)
    if kind is Carrier.IIM:
        return sorted(one.rstrip(b"\x00") for one in found)
    return sorted(_WRAPPING.sub(b"", one) for one in found)


def _refused(tail: _Tail, why: str) -> RewriteRefusedError:
    return RewriteRefusedError(
        f"It is {tail.name}, which is written through ExifTool, {why}.",
        code="exiftool-refused",
        remedy=_SIDECAR,
    )
