"""An archive of some size, asked on both databases: exact, equal, and quick enough."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from provenance import matching
from provenance.model.look import PictureHash
from provenance.registry import look_alikes, open_registry
from tests.benchmarks.scale.__main__ import agree, run
from tests.benchmarks.scale.archive import HOT_FILE, HOT_NAME, archive, original, story
from tests.benchmarks.scale.fill import COMMIT, fill
from tests.benchmarks.scale.looks import Looks, perturbed, pool

ASSETS = int(os.environ.get("PROVENANCE_SCALE_ASSETS", "100000"))


def test_the_archive_has_the_keys_that_matching_gives() -> None:
    made = list(archive(0, 150))
    assert [one.keys for one in made] == [matching.keys(one.record) for one in made]


def test_the_archive_is_as_uneven_as_archives_are() -> None:
    made = list(archive(0, 2_000))
    assert len({one.record.ref.uri for one in made}) == 2_000
    assert 0.4 < sum(story(n).creator == HOT_NAME for n in range(2_000)) / 2_000 < 0.6
    assert sum(("filename", HOT_FILE) in one.keys for one in made) == 200
    copies = sum(story(n).number != n for n in range(2_000))
    assert 250 < copies < 300
    originals = {story(n) for n in range(2_000)}
    assert len({(one.agency, one.code) for one in originals}) == len(originals)


def test_hashes_are_balanced_and_some_are_near() -> None:
    coefficients = np.random.default_rng(1).normal(size=(50, 256))
    looks = [one.hash for one in Looks(coefficients).batch(10_000, 400)]
    assert {int.from_bytes(one.pdq).bit_count() for one in looks} == {128}
    near = [a.distance(b) for a, b in pairwise(looks)]
    assert 5 < sum(bits <= 31 for bits in near) < 60
    assert PictureHash(perturbed(looks[0].pdq, 12, 3), 100).distance(looks[0]) == 12


def test_copies_look_like_their_originals_and_have_a_back() -> None:
    looks = Looks(np.random.default_rng(2).normal(size=(50, 256))).batch(0, 700)
    copies = [n for n in range(700) if original(n) != n]
    apart = [looks[n].hash.distance(looks[original(n)].hash) for n in copies]
    assert len(copies) == 100
    assert 0 < max(apart) <= 31
    backs = [one.mirrored for one in looks]
    assert all(one is not None and int.from_bytes(one).bit_count() == 128 for one in backs)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_the_search_misses_nothing_in_an_archive(tmp_path: Path) -> None:
    coefficients, _ = pool()
    kept: dict[str, int] = {}
    with open_registry(str(tmp_path / "scale.db")) as registry:
        fill(registry, coefficients, 0, ASSETS)
        looks = Looks(coefficients)
        for at in range(0, ASSETS, COMMIT):
            size = min(COMMIT, ASSETS - at)
            for made, look in zip(archive(at, size), looks.batch(at, size), strict=True):
                if look.hash.tells:
                    kept[made.record.ref.uri] = int.from_bytes(look.hash.pdq)
        uris = list(kept)
        whole = np.array([list(one.to_bytes(32)) for one in kept.values()], dtype=np.uint8)
        with registry.read() as tx:
            for seed in range(200):
                base = whole[seed * 7_919 % len(uris)].tobytes()
                asked = perturbed(base, seed % 40, seed)
                bits = np.unpackbits(whole ^ np.frombuffer(asked, np.uint8), axis=1).sum(axis=1)
                true = {(uris[n], int(bits[n])) for n in np.flatnonzero(bits <= 31)}
                assert set(look_alikes(tx, [asked])[asked]) == true


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_both_databases_answer_alike_and_in_time(tmp_path: Path) -> None:
    found: dict[str, dict[int, dict[str, Any]]] = {
        database: run(database, [ASSETS], str(tmp_path)) for database in ("sqlite", "postgresql")
    }
    assert agree(found["sqlite"], found["postgresql"]) == []
    said = found["sqlite"][ASSETS]
    for question in ("identifier", "caption", "picture"):
        assert said[f"candidates: {question}"]["p50"] < 10
        assert said[f"candidates: {question}"]["p95"] < 50
    assert said["1000 notices, s"] < 30
    assert said["rss"] < 500
