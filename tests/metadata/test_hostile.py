"""Mutants of every format, and real malformed files: no crash, no hang, little memory.

Each run has a process of its own, so that the memory measured is that of the engine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from format_samples import FORMATS, READ_ONLY, samples
from hostile_material import mutations

from provenance import metadata
from provenance.metadata.formats.recognition import FORMATS as KNOWN
from provenance.model import AssetRef

TRIAL = Path(__file__).parents[1] / "fuzz" / "trial.py"
ROOT = TRIAL.parents[2]
MUTANTS = 10_000
SEED = 20_241_208
MOST_SECONDS = 5.0
MOST_MIB = 256


def trial(*arguments: str) -> dict[str, object]:
    """Run it; what it says on standard error is the message of a failure."""
    run = subprocess.run(
        [sys.executable, str(TRIAL), *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == 0, run.stderr[-3000:]
    told: dict[str, object] = json.loads(run.stdout)
    return told


def outcomes(told: dict[str, object], total: int) -> dict[str, int]:
    """How the files ended, after the limits were looked at."""
    found = told["outcomes"]
    assert isinstance(found, dict)
    assert sum(found.values()) == total
    assert told["slowest"] < MOST_SECONDS
    assert told["peak"] < MOST_MIB
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_the_samples_are_sound_and_say_something(name: str) -> None:
    read = [metadata.read(AssetRef("/a", len(one), ""), one) for one in samples(name)]
    assert all(record.media_type in KNOWN for record in read)
    said = {value.locator.split()[0] for record in read for value in record.values}
    lacking = {
        "xmp": {"EXIF", "IIM"},
        "webp": {"IIM"},
        "heif": {"IIM"},
        "cr3": {"IIM"},
        "jxl": {"IIM"},
    }.get(name, set())
    assert said >= {"EXIF", "IIM", "XMP"} - lacking


def test_mutants_are_the_same_for_a_seed_and_others_for_another() -> None:
    some = list(mutations(samples("png"), 20, 1))
    assert some == list(mutations(samples("png"), 20, 1))
    assert some != list(mutations(samples("png"), 20, 2))
    assert not set(some) & set(samples("png"))


@pytest.mark.parametrize("name", FORMATS)
def test_mutants_are_read_or_refused_in_words(name: str) -> None:
    found = outcomes(trial("mutants", name, str(MUTANTS), str(SEED)), MUTANTS)
    # Were all refused, or none, nothing would have been put to the test.
    assert found["read"] > MUTANTS // 10
    refused = MUTANTS - found["read"] - found.get("rewritten", 0)
    assert refused > MUTANTS // 10
    assert len(found) >= 5
    if name in READ_ONLY:
        assert found["exiftool-missing"] > 50
    else:
        assert found["rewritten"] > 50


def test_malformed_files_of_other_projects_are_read_or_refused_in_words(shared: Path) -> None:
    folder = shared / "corpus" / "malformed"
    total = sum(one.is_file() for one in folder.rglob("*"))
    found = outcomes(trial("folder", str(folder)), total)
    assert found["rewritten"] > 20
    assert len(found) >= 10


def test_a_trial_tells_of_a_file_that_is_no_match_for_the_engine(tmp_path: Path) -> None:
    broken = "import hostile_material as h; h.survive = None; import trial; trial.mutants('png', '1', '1')"
    run = subprocess.run(
        [sys.executable, "-c", broken],
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "TMPDIR": str(tmp_path),
            "PYTHONPATH": os.pathsep.join(
                map(str, (ROOT, TRIAL.parent, ROOT / "tests", ROOT / "fixtures"))
            ),
        },
    )
    assert run.returncode != 0
    assert "png-1-0 is kept as" in run.stderr
    assert next(tmp_path.glob("mutant-png-1-0")).read_bytes()
