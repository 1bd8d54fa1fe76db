"""How long a report of ten thousand findings takes in every form, and its thumbnails, twice.

The report itself is made up (``report_material``); the pictures are real JPEG files, each
another one. ``PROVENANCE_BENCH_FINDINGS`` and ``PROVENANCE_BENCH_THUMBNAILS`` set the sizes.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from report_material import STAMP, Size, facts
from report_material import report as sized

from provenance import isolation
from provenance.auditlog import AuditLog
from provenance.model import AssetRef
from provenance.pipeline import Session, drawing
from provenance.pipeline.drawing import Shot
from provenance.registry import open_registry
from provenance.reporting.machine import compliance_json, csv, sarif, wire, workbook
from provenance.reporting.page import html
from provenance.reporting.printed import pdf
from provenance.reporting.report import ComplianceReport, build
from provenance.reporting.thumbnails import Thumbnail, thumbnail
from provenance.storage.listing import version_of

FINDINGS = int(os.environ.get("PROVENANCE_BENCH_FINDINGS", "10000"))
THUMBNAILS = int(os.environ.get("PROVENANCE_BENCH_THUMBNAILS", "10000"))
MOST_SECONDS = 10.0

pytestmark = pytest.mark.benchmark

FORMS: dict[str, Callable[[ComplianceReport, Painted], object]] = {
    "html": lambda report, small: html.render(report, small).encode(),
    "json": lambda report, _: wire.dump(compliance_json.compliance_document(report)).encode(),
    "csv": lambda report, _: csv.as_file(csv.findings_csv(report, every=True)),
    "sarif": lambda report, _: wire.dump(sarif.sarif_document(report, baseline=None)).encode(),
    "xlsx": lambda report, _: workbook.render(report),
    "pdf": pdf.render,
}


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("PROVENANCE_STATE", str(tmp_path / "state"))
    with open_registry(str(tmp_path / "registry.db")) as registry:
        yield Session(registry, AuditLog(), "anna.editor", jobs=2)


class Painted:
    """Thumbnails of the usual size, made before: what is measured is the report."""

    def __init__(self) -> None:
        chance = np.random.default_rng(1)
        self._made = [
            thumbnail(_jpeg(chance.integers(0, 256, (40, 60, 3), dtype=np.uint8)))
            for _ in range(html.MOST_THUMBNAILS)
        ]
        self._asked = 0

    def of(self, ref: AssetRef, edge: int = 0) -> Thumbnail:
        self._asked += 1
        return self._made[self._asked % len(self._made)]


def _jpeg(blots: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(blots).resize((1024, 683), Image.Resampling.BICUBIC).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst works in this process, whose processor time is taken: others load the machine."""
    monkeypatch.setattr(isolation, "run", lambda work, items, **_: map(work, items))


@pytest.fixture(scope="module")
def report() -> ComplianceReport:
    return sized(Size(findings=FINDINGS))


def test_building(report: ComplianceReport) -> None:
    made = facts(Size(findings=FINDINGS))
    began = time.perf_counter()
    assert build(made, STAMP) == report
    print(f"\nbuild: {FINDINGS:,} findings in {time.perf_counter() - began:.2f} s", end="")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_made_in_time(report: ComplianceReport, form: str) -> None:
    small = Painted()
    began = time.process_time(), time.perf_counter()
    made = FORMS[form](report, small)
    took = time.process_time() - began[0]
    clock = time.perf_counter() - began[1]
    assert isinstance(made, bytes)
    print(f"\n{form}: {took:.2f} s of processor, {clock:.2f} s by the clock, {len(made) / 1e6:.1f} MB", end="")  # fmt: skip
    assert took < MOST_SECONDS * max(1, FINDINGS / 10_000)


def test_thumbnails_are_made_once(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVENANCE_CACHE", str(tmp_path / "cache"))
    shots = [Shot(one, 160) for one in _pictures(tmp_path / "desk")]
    took: dict[str, float] = {}
    for turn in ("drawn", "kept"):
        with drawing.thumbnails(session) as small:
            began = time.perf_counter()
            small.prefetch(shots)
            ahead = time.perf_counter()
            assert all(small.of(one.ref, one.edge).jpeg for one in shots)
            took[turn] = time.perf_counter() - began
            print(f"\n{turn}: {ahead - began:.2f} s ahead, {took[turn]:.2f} s in all, {THUMBNAILS / took[turn]:,.0f}/s", end="")  # fmt: skip
    octets = sum(one.stat().st_size for one in (tmp_path / "cache").rglob("*") if one.is_file())
    print(f"\non disk: {octets / 1e6:.1f} MB", end="")
    assert took["kept"] * 4 < took["drawn"]


def _pictures(folder: Path) -> list[AssetRef]:
    """Pictures of 1,024 pixels; each file differs, a hundred of them in what they show."""
    folder.mkdir()
    chance = np.random.default_rng(7)
    scenes = [_jpeg(chance.integers(0, 256, (24, 36, 3), dtype=np.uint8)) for _ in range(100)]
    refs = []
    for number in range(THUMBNAILS):
        path = folder / f"{number:06}.jpg"
        path.write_bytes(scenes[number % 100] + b"%d" % number)
        found = path.stat()
        refs.append(AssetRef(str(path), found.st_size, version_of(found), path=path.name))
    return refs
