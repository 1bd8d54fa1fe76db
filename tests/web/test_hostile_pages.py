"""The review pages of a desk to which hostile texts came by every way, beside a harmless one's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import hit_detectors
import pytest
from hostile_desk import HostileDesk, hostile_desk
from payload_material import SHORT, twin
from web_material import House, house

_TOGETHER = 8
JOINED = tuple(" ".join(SHORT[at : at + _TOGETHER]) for at in range(0, len(SHORT), _TOGETHER))


@contextmanager
def _served(root: Path, texts: Sequence[str]) -> Iterator[tuple[HostileDesk, House]]:
    former = dict(os.environ)
    desk = hostile_desk(root, texts)
    with house() as served:
        yield desk, served
    os.environ.clear()
    os.environ.update(former)


def _drawn(root: Path, texts: Sequence[str], addresses: Sequence[str]) -> dict[str, str]:
    """Every page of a desk by its address."""
    with _served(root, texts) as (desk, served):
        found = {}
        for address in (*addresses, *_own(desk, addresses)):
            answer = served.get(address)
            assert answer.status_code == 200, (address, answer.text)
            found[address] = answer.text
        return found


def _own(desk: HostileDesk, addresses: Sequence[str]) -> Iterator[str]:
    if "/decisions" in addresses:
        yield from (f"/case/{one}" for one in desk.finding_ids)
        yield from (f"/notice/{one}" for one in desk.notice_ids)


@pytest.fixture(autouse=True)
def own_state() -> None:
    """The desks here bring their state with them."""


def _no_hits(tmp_path: Path, texts: Sequence[str], addresses: Sequence[str]) -> int:
    hostile = _drawn(tmp_path / "hostile", texts, addresses)
    plain = _drawn(
        tmp_path / "plain",
        [f"{twin(text)} {number}" for number, text in enumerate(texts)],
        addresses,
    )
    shapes = {address: hit_detectors.shape_of(page) for address, page in plain.items()}
    values = frozenset().union(*(shape.values for shape in shapes.values()))
    for address, page in hostile.items():
        hits = hit_detectors.page_hits(page, replace(shapes[address], values=values))
        assert not hits, (address, hits[:8])
    return len(hostile)


def test_no_payload_hits_the_queue(tmp_path: Path) -> None:
    """All of them, a page after another, each in its file's name, its words and its values."""
    pages = [f"/?view=all&rule={rule}" for rule in ("erroneous-credit", "leaked-notice",
             "erroneous-mention", "credit-missing")]  # fmt: skip
    assert _no_hits(tmp_path, SHORT[:100], pages) == len(pages)
    assert _no_hits(tmp_path / "2", SHORT[100:200], pages) == len(pages)
    assert _no_hits(tmp_path / "3", SHORT[200:], pages) == len(pages)


def test_no_payload_hits_cases_notices_plans_and_decisions(tmp_path: Path) -> None:
    shown = _no_hits(tmp_path, JOINED, ("/decisions", "/apply", "/runs"))
    assert shown == 2 * len(JOINED) + 3
