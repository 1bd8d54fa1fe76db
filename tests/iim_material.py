"""What the tests of metadata build and look at."""

from __future__ import annotations

import struct

import pytest

from provenance.errors import RewriteRefusedError
from provenance.metadata.properties import DATASETS
from provenance.metadata.standards import iim, iim_edit
from provenance.model import Container, Edit

UTF8 = b"\x1b%G"


def dataset(record: int, number: int, content: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(content)) + content


def said(block: bytes) -> dict[str, tuple[str, ...]]:
    return {value.locator: value.values for value in iim.decode(block).values}


def edit(locator: str, before: str, after: str | None) -> Edit:
    prop = DATASETS[int(locator[4]), int(locator[6:].partition("+")[0])]
    return Edit("", Container.IIM, locator, prop, before, after)


def refused(block: bytes, *edits: Edit) -> str:
    with pytest.raises(RewriteRefusedError) as refusal:
        iim_edit.encode(block, edits)
    assert refusal.value.remedy
    return refusal.value.code
