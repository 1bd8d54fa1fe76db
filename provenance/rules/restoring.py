"""The edits that give a picture its credit back, in the places where readers look for it."""

from __future__ import annotations

from collections.abc import Sequence

from provenance import metadata
from provenance.metadata.properties import ROWS, octet_limit
from provenance.model import Container, Edit, Evidence, MetadataRecord, Property


def setting(
    record: MetadataRecord, names: Sequence[str], line: str
) -> tuple[tuple[Edit, ...], tuple[Evidence, ...]]:
    """What sets photographers and credit line, and what a person must know about it.

    In XMP, and in IIM where the file has some and the value fits uncut; no edits where the
    file can take neither. Every edit sets: where a value stands, it is refused.

    Args:
        record: a picture that has neither creator nor credit line.
        names: the photographers, in order.
        line: the credit line; empty to set none.
    """
    values = [(Property.CREATOR_NAMES, name) for name in names]
    if line:
        values.append((Property.CREDIT_LINE, line))
    container, uri = _place(record)
    if container is None:
        said = f"No XMP packet can be made in a file of the type {record.media_type}."
        return (), (Evidence("no-place", 0.0, said),)
    edits = [
        Edit(uri, container, f"XMP {ROWS[prop].xmp.qname}", prop, "", text) for prop, text in values
    ]
    notes: dict[str, Evidence] = {}
    if any(value.container is Container.IIM for value in record.values):
        for prop, text in values:
            row, limit = ROWS[prop].iim, octet_limit(prop)
            assert row is not None
            if limit is not None and len(text.encode("utf-8", "surrogatepass")) > limit:
                said = f"{text} does not fit IIM {row.name} uncut and is written to XMP alone."
                notes.setdefault(row.name, Evidence("octet-limit", 0.0, said))
                continue
            where = f"IIM {row.name}"
            edits.append(Edit(record.ref.uri, Container.IIM, where, prop, "", text))
    return tuple(edits), tuple(notes.values())


def _place(record: MetadataRecord) -> tuple[Container | None, str]:
    """Where XMP goes: into the file, or into a sidecar that speaks for it already."""
    if metadata.takes_xmp(record.media_type):
        return Container.XMP, record.ref.uri
    for sidecar in record.ref.sidecars:
        if any(value.uri == sidecar.uri for value in record.values):
            return Container.SIDECAR, sidecar.uri
    return None, ""
