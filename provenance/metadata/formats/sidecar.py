"""An XMP file: a sidecar, seen as a file format with a single block."""

from __future__ import annotations

from typing import Final

from provenance.errors import UnreadableError
from provenance.metadata.blocks import Block, Carrier, Format, Payloads, Survey
from provenance.metadata.source import Window
from provenance.model import Container

MAX_SIDECAR: Final = 16 * 1024 * 1024
"""Octets; no XMP file of a working newsroom comes near."""


def survey(window: Window) -> Survey:
    """The whole file as one XMP block.

    Raises:
        UnreadableError: ``too-large``.
    """
    if window.size > MAX_SIDECAR:
        raise UnreadableError(
            f"{window.name}: an XMP file of {window.size} octets is over the limit of"
            f" {MAX_SIDECAR}.",
            code="too-large",
            remedy="Check what wrote it; no XMP packet is that large.",
        )
    block = Block(Carrier.XMP, Container.SIDECAR, window.all(), (0,))
    return Survey(blocks=(block,))


def fingerprints(_data: bytes) -> tuple[None, None]:
    """None twice: an XMP file holds no picture."""
    return None, None


def replace(data: bytes, payloads: Payloads) -> bytes:
    """The new packet, which is the whole file."""
    return b"".join(payloads.get(0, (data,)))


FORMAT: Final = Format(survey=survey, fingerprints=fingerprints, replace=replace)
