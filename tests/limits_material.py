"""The limits of the metadata engine as docs/reliability.md lists them.

``python tests/limits_material.py`` writes the table into the document.
"""

from __future__ import annotations

from pathlib import Path

from provenance.metadata.formats import (
    bmff,
    bmff_heif,
    bmff_items,
    jpeg,
    jpeg_segments,
    jxl,
    png,
    png_chunks,
    psd,
    sidecar,
    tiff_anatomy,
    tiff_directories,
    tiff_survey,
    webp,
    webp_chunks,
)
from provenance.metadata.record import MAX_WHOLE
from provenance.metadata.standards import (
    exif,
    ifd,
    iim_wire,
    irb,
    xmp,
    xmp_anatomy,
    xmp_extended,
)

DOCUMENT = Path(__file__).parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- limits -->\n", "<!-- end of limits -->"

LIMITS = (
    ("A file that is read whole (digests, correction), octets", MAX_WHOLE, "too-large"),
    ("JPEG: segments before the picture, and between scans", jpeg_segments.MAX_SEGMENTS, "limit-segments"),
    ("JPEG: segments of metadata", jpeg.MAX_PIECES, "limit-metadata"),
    ("JPEG: all of them, octets", jpeg.MAX_METADATA, "limit-metadata"),
    ("PNG: chunks", png_chunks.MAX_CHUNKS, "limit-chunks"),
    ("PNG: one metadata chunk, also unpacked, octets", png.MAX_BLOCK, "limit-metadata"),
    ("PNG: all of them, octets", png.MAX_TOTAL, "limit-metadata"),
    ("PNG: metadata chunks", png.MAX_BLOCKS, "limit-metadata"),
    ("WebP: chunks", webp_chunks.MAX_CHUNKS, "limit-chunks"),
    ("WebP: one metadata chunk, octets", webp.MAX_BLOCK, "limit-metadata"),
    ("WebP: all of them, octets", webp.MAX_TOTAL, "limit-metadata"),
    ("WebP: metadata chunks", webp.MAX_BLOCKS, "limit-metadata"),
    ("TIFF, raw: entries of a directory", tiff_directories.MAX_ENTRIES, "tiff-broken-directory"),
    ("TIFF, raw: directories", tiff_anatomy.MAX_DIRECTORIES, "limit-directories"),
    ("TIFF, raw: directories inside one another", tiff_anatomy.MAX_DEPTH, "limit-directories"),
    ("TIFF, raw: entries of all directories", tiff_anatomy.MAX_ENTRIES, "limit-directories"),
    ("TIFF, raw: strips, tiles, tables", tiff_anatomy.MAX_PIECES, "limit-directories"),
    ("TIFF, raw: one value, octets", tiff_survey.MAX_BLOCK, "tiff-value-too-large"),
    ("TIFF, raw: all values, octets", tiff_survey.MAX_METADATA, "tiff-value-too-large"),
    ("PSD, PSB: image resources, octets", psd.MAX_SECTION, "limit-metadata"),
    ("PSD, PSB: an EXIF or XMP resource, octets", psd.MAX_BLOCK, "limit-metadata"),
    ("HEIF, CR3, JXL, JP2: boxes side by side", bmff.MAX_BOXES, "boxes-broken"),
    ("HEIF, CR3, JXL, JP2: one block, octets", bmff.MAX_BLOCK, "limit-metadata"),
    ("HEIF, CR3, JXL, JP2: all of them, octets", bmff.MAX_METADATA, "limit-metadata"),
    ("HEIF: items", bmff_items.MAX_ITEMS, "heif-broken"),
    ("HEIF: extents of all items", bmff_items.MAX_EXTENTS, "heif-broken"),
    ("HEIF: one list of items, octets", bmff_items.MAX_LIST, "limit-metadata"),
    ("HEIF: EXIF and XMP items", bmff_heif.MAX_METADATA_ITEMS, "limit-metadata"),
    ("HEIF: item properties", bmff_items.MAX_PROPERTIES, "limit-properties"),
    ("JPEG XL: a box packed with Brotli, octets", jxl.MAX_PACKED, "limit-metadata"),
    ("XMP file, octets", sidecar.MAX_SIDECAR, "too-large"),
    ("Image resources of a block", irb._MOST_RESOURCES, "photoshop-broken"),
    ("IIM: datasets of a block", iim_wire._MOST_DATASETS, "iim-broken"),
    ("EXIF: directories of a block", ifd.MAX_DIRECTORIES, ""),
    ("EXIF: entries of one tag", exif.MAX_REPEATS, "exif-repeated"),
    ("XMP: tags of a packet that is no plain one", xmp.MAX_TAGS, "xmp-too-large"),
    ("XMP: attributes of it", xmp.MAX_ATTRIBUTES, "xmp-too-large"),
    ("XMP: attributes of one tag", xmp.MAX_ATTRIBUTES_OF_ONE, "xmp-too-large"),
    ("XMP: elements inside one another", xmp_anatomy._DEEPEST, "xmp-broken"),
    ("XMP: tags, or attributes, of a packet that is corrected", xmp_anatomy.MAX_MARKS, "xmp-too-large"),
    ("XMP: extended packet, octets", xmp_extended.LARGEST, "xmp-extended-broken"),
)  # fmt: skip
"""What is limited, to how many, and the code of the answer."""


def table() -> str:
    """The table in Markdown."""
    rows = [
        f"| {what} | {most:,} | {f'`{code}`' if code else 'none: the rest is not looked at'} |"
        for what, most, code in LIMITS
    ]
    return "\n".join(("| What | At most | Code |", "|---|---:|---|", *rows)) + "\n"


def listed() -> str:
    """What the document has between its marks."""
    return DOCUMENT.read_text().partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    DOCUMENT.write_text(before + BEGIN + table() + END + rest.partition(END)[2])
