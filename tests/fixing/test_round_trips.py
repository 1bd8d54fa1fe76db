"""A fix and its undo give the same file back, octet by octet, in every format that is written."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest
from fixing_material import RIGHT, WRONG, litter, plan_for
from format_samples import FORMATS, READ_ONLY, samples

from provenance import metadata
from provenance.errors import ProvenanceError, RewriteRefusedError
from provenance.fixing import apply_plan, undo
from provenance.fixing.patch import apply_patch, make_patch
from provenance.metadata.exiftool import program
from provenance.model import Applied, AssetRef, Container, Edit, Property
from provenance.registry import FixQuery, fixes

needs_exiftool = pytest.mark.skipif(program() is None, reason="exiftool is not on this machine")

TRIPS = 1_000
MOST = 5 << 10
"""Octets of a reverse patch."""

NAMES = (RIGHT, "X", "Omar HAJ KADOUR", "Zoë ÅNGSTRÖM", "写真家", "A" * 31, "Rosa & <TEIXEIRA>")
CORRECTED = frozenset(
    {
        Property.CREATOR_NAMES,
        Property.CREDIT_LINE,
        Property.COPYRIGHT_NOTICE,
        Property.DESCRIPTION,
        Property.SOURCE,
        Property.HEADLINE,
    }
)
IIM_LIMIT = 32
NATIVE = tuple(name for name in FORMATS if name not in READ_ONLY)
THROUGH_EXIFTOOL = ("heif", "jp2", "jxl", "raw")
# ExifTool writes no BigTIFF, and no CR3 without the sound tables of a real camera.
WRITTEN_BY_NOBODY = ("bigtiff", "cr3")


def drawn(data: bytes, rng: random.Random) -> list[Edit]:
    """Some corrections of what a file says: values replaced, now and then one removed."""
    record = metadata.read(AssetRef("/desk/a", len(data), ""), data)
    found: dict[tuple[str, str], Edit] = {}
    for value in record.values:
        if value.property in CORRECTED:
            for text in value.values:
                after = rng.choice(NAMES)
                if value.property is Property.DESCRIPTION:
                    after = f"{text[:40]} (Photo by {after} / AFP)"
                elif value.container is Container.IIM:
                    after = after.encode()[:IIM_LIMIT].decode(errors="ignore")
                if after != text:
                    removed = rng.random() < 0.05
                    found[value.locator, text] = Edit(
                        "", value.container, value.locator, value.property, text,
                        None if removed else after,
                    )  # fmt: skip
    edits = list(found.values())
    return rng.sample(edits, rng.randint(1, len(edits))) if edits else []


def round_trip(data: bytes, rng: random.Random) -> int | None:
    """The patch's size; None where there is nothing to correct or the edits are refused."""
    try:
        edits = drawn(data, rng)
        if not edits:
            return None
        new = metadata.rewrite(data, edits)
    except ProvenanceError:
        return None
    patch = make_patch(new, data)
    assert new != data
    assert apply_patch(new, patch) == data
    return len(patch)


def test_a_thousand_round_trips_in_memory():
    done: Counter[str] = Counter()
    seed = largest = 0
    while done.total() < TRIPS:
        rng = random.Random(seed)
        name = NATIVE[seed % len(NATIVE)]
        size = round_trip(rng.choice(samples(name)), rng)
        if size is not None:
            done[name] += 1
            largest = max(largest, size)
        seed += 1
        assert seed < 2 * TRIPS, f"too many were refused: {done}"
    assert done.keys() == set(NATIVE)
    assert min(done.values()) >= 50
    assert largest < MOST


@needs_exiftool
@pytest.mark.parametrize("name", THROUGH_EXIFTOOL)
def test_round_trips_through_exiftool(name):
    rng = random.Random(name)
    sizes = [size for one in samples(name) if (size := round_trip(one, rng)) is not None]
    assert sizes
    assert max(sizes) < MOST


@needs_exiftool
@pytest.mark.parametrize("name", WRITTEN_BY_NOBODY)
def test_what_cannot_be_written_is_refused(name):
    for data in samples(name):
        with pytest.raises(RewriteRefusedError) as caught:
            metadata.rewrite(data, drawn(data, random.Random(name)))
        assert caught.value.remedy


def on_disk(folder: Path, names: tuple[str, ...], times: int) -> dict[Path, bytes]:
    """Every sample of these formats that can be corrected, under names of its own."""
    folder.mkdir()
    made = {}
    for name in names:
        for number, data in enumerate(samples(name)):
            if correctable(data):
                for time in range(times):
                    path = folder / f"{name}-{number}-{time}.{name}"
                    path.write_bytes(data)
                    made[path] = data
    return made


def correctable(data: bytes) -> bool:
    try:
        record = metadata.read(AssetRef("/desk/a", len(data), ""), data)
        wrong = [
            Edit("", v.container, v.locator, v.property, text, text.replace(WRONG, RIGHT))
            for v in record.values
            for text in v.values
            if WRONG in text and v.property in {Property.CREATOR_NAMES, Property.DESCRIPTION}
        ]
        return bool(wrong) and metadata.rewrite(data, wrong) != data
    except ProvenanceError:
        return False


def fixed_and_undone(desk, made: dict[Path, bytes]) -> None:
    applying = apply_plan(plan_for(desk, list(made)), desk)
    assert [one for one in applying.outcomes if not isinstance(one.result, Applied)] == []
    assert all(path.read_bytes() != data for path, data in made.items())
    with desk.registry.read() as tx:
        assert max(len(one.patch) for one in fixes(tx, FixQuery(run_id=applying.run_id))) < MOST
    undone = undo(FixQuery(run_id=applying.run_id), desk)
    assert len(undone.outcomes) == len(made)
    assert all(isinstance(one.result, Applied) for one in undone.outcomes)
    assert {path: path.read_bytes() for path in made} == made


def test_sixty_round_trips_on_disk(desk, tmp_path):
    made = on_disk(tmp_path / "desk", NATIVE, 3)
    assert len(made) >= 60
    fixed_and_undone(desk, made)
    assert litter(tmp_path / "desk") == []


@needs_exiftool
def test_round_trips_on_disk_through_exiftool(desk, tmp_path):
    made = on_disk(tmp_path / "desk", THROUGH_EXIFTOOL, 1)
    assert made
    fixed_and_undone(desk, made)
    assert litter(tmp_path / "desk") == []


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_round_trips_over_real_files(shared, capsys):
    """Each real file with a credit, corrected in several ways; prints the table of sizes."""
    sizes: dict[str, list[int]] = {}
    over: list[tuple[int, str]] = []
    trips = 0
    for base, _, names in sorted(os.walk(shared / "corpus" / "images")):
        for name in sorted(names):
            path = Path(base, name)
            data = path.read_bytes()
            rng = random.Random(name)
            for _ in range(5):
                size = round_trip(data, rng)
                if size is None:
                    break
                trips += 1
                sizes.setdefault(path.suffix.lower(), []).append(size)
                if size >= MOST:
                    over.append((size, name))
    with capsys.disabled():
        for suffix, found in sorted(sizes.items()):
            found.sort()
            print(
                f"\n{suffix}: {len(found)} trips, half <= {found[len(found) // 2]}, most {found[-1]}",
                end="",
            )
        print(f"\n{trips} trips, {len(over)} patches of {MOST} octets or more: {over}")
    assert trips >= 500
    assert len(over) <= trips // 50
