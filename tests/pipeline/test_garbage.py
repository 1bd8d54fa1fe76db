"""The collector rests while a report is gathered, and is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from provenance.pipeline.garbage import collected_seldom


@collected_seldom()
def _inside() -> int:
    return gc.get_threshold()[0]


def test_nested_blocks_put_back_what_held_before_the_first() -> None:
    before = gc.get_threshold()
    with collected_seldom():
        assert _inside() > before[0]
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before


def test_a_block_that_fails_puts_it_back_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="broken"), collected_seldom():
        raise ValueError("broken")
    assert gc.get_threshold() == before
