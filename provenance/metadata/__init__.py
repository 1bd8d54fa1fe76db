"""File bytes to values and back: credits and captions in EXIF, IIM and XMP.

``read`` gives every container's value with the place where it stands; ``rewrite`` changes
values in those places and no other byte's meaning. No pixel is decoded or written.
"""

from provenance.metadata.digests import Digests, digests, keeps_picture
from provenance.metadata.formats.sniffing import SNIFF_LENGTH, sniff
from provenance.metadata.record import read
from provenance.metadata.rewriting import rewrite, takes_xmp
from provenance.metadata.source import ByteSource

__all__ = [
    "SNIFF_LENGTH",
    "ByteSource",
    "Digests",
    "digests",
    "keeps_picture",
    "read",
    "rewrite",
    "sniff",
    "takes_xmp",
]
