"""A desk with pictures, a registry and a log, for the tests of fixing and of its faults."""

from __future__ import annotations

import hashlib
import io
import random
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from making import dress, exif_block, iim_block, photoshop_block, xmp_packet
from PIL import Image

from provenance import metadata
from provenance.auditlog import AuditLog
from provenance.fixing import Desk, Mandate, Plan, apply_plan, batch, build_plan
from provenance.model import (
    AssetRef,
    Confidence,
    Container,
    Finding,
    Fixability,
    MetadataRecord,
    Property,
    Rule,
    Severity,
    Status,
)
from provenance.model import Edit as ModelEdit
from provenance.pipeline.session import utc_now
from provenance.registry import (
    FixQuery,
    Registry,
    Run,
    finish_run,
    fixes,
    open_registry,
    replace_findings,
    start_run,
    upsert_assets,
)

WRONG, RIGHT = "Aaref WATAD", "Bakr ALKASEM"
NOTICE = "afp-0123456789abcdef"
NOW = "2026-11-22T12:00:00Z"


def sha(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def plain_jpeg(seed: int = 0, size: int = 48) -> bytes:
    """A small picture without metadata, different for each seed."""
    picture = Image.frombytes("RGB", (size, size), random.Random(seed).randbytes(3 * size * size))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def credited(jpeg: bytes, name: str = WRONG) -> bytes:
    """The picture with a credit in EXIF, IIM and XMP."""
    return dress(
        jpeg,
        exif=exif_block({"artist": name, "copyright": "AFP"}),
        photoshop=photoshop_block(iim_block({"byline": name, "credit": "AFP", "caption": f"Road. (Photo by {name} / AFP)"})),
        xmp=xmp_packet({"dc:creator": [name], "photoshop:Credit": "AFP", "dc:description": f"Road. (Photo by {name} / AFP)"}),
    )  # fmt: skip


def sidecar(name: str = WRONG) -> bytes:
    """An XMP sidecar with a credit."""
    return xmp_packet({"dc:creator": [name], "photoshop:Credit": "AFP"})


def reference(path: Path, sidecars: tuple[AssetRef, ...] = ()) -> AssetRef:
    """The file as the scanner tells it."""
    found = path.stat()
    own = f"{found.st_mtime_ns}-{found.st_ino}-{found.st_size}"
    version = "+".join((own, *(one.version for one in sidecars)))
    return AssetRef(str(path), found.st_size, version, sidecars, path.name)


def read_record(path: Path) -> MetadataRecord:
    """The picture's record, with its digests and with ``<stem>.xmp`` where that is there."""
    beside = path.with_suffix(".xmp")
    sidecars = (reference(beside),) if beside.exists() else ()
    return metadata.read(
        reference(path, sidecars), path.read_bytes(), digests=True,
        sidecars=[(one, beside.read_bytes()) for one in sidecars],
    )  # fmt: skip


def finding_of(record: MetadataRecord, *, wrong: str = WRONG, right: str = RIGHT) -> Finding:
    """Every value that holds the wrong name shall hold the right one."""
    edits = [
        ModelEdit(value.uri or record.ref.uri, value.container, value.locator, value.property,
                  text, text.replace(wrong, right))
        for value in record.values
        for text in value.values
        if wrong in text and value.property in {Property.CREATOR_NAMES, Property.DESCRIPTION}
    ]  # fmt: skip
    name = sha(record.ref.uri.encode("utf-8", "surrogateescape") + wrong.encode())[:32]
    return Finding(
        name, f"key-{name}", Rule.ERRONEOUS_CREDIT, Severity.ERROR, Confidence.STRONG,
        Fixability.SAFE, Status.OPEN, record.ref.uri, "wrong credit", NOTICE, (), tuple(edits),
    )  # fmt: skip


def open_desk(state: Path, agent: str = "anna") -> Desk:
    """A desk over the registry and the log in a state folder."""
    return Desk(open_registry(str(state / "registry.db")), AuditLog(state), agent, utc_now)


def scan(desk: Desk, paths: list[Path], *, wrong: str = WRONG, right: str = RIGHT) -> list[Finding]:
    """Register the pictures and their findings."""
    read = [read_record(path) for path in paths]
    found = [finding_of(one, wrong=wrong, right=right) for one in read]
    run_id = f"scan-{uuid.uuid4().hex}"
    with desk.registry.write() as tx:
        start_run(tx, Run(run_id, "scan", desk.agent, NOW))
        upsert_assets(tx, [(one, ()) for one in read], run_id, NOW)
        replace_findings(tx, [str(path) for path in paths], found, NOW, run_id)
        finish_run(tx, run_id, NOW)
    return found


def plan_for(desk: Desk, paths: list[Path], *, wrong: str = WRONG, right: str = RIGHT) -> Plan:
    """Scan the pictures and plan the correction of each."""
    found = scan(desk, paths, wrong=wrong, right=right)
    read = {str(path): read_record(path) for path in paths}
    plan = build_plan(
        found, read, Mandate(notices={NOTICE: "anna"}),
        lambda uri: sha(Path(uri).read_bytes()), agent=desk.agent, now=NOW,
    )  # fmt: skip
    assert not plan.held, plan.held
    return plan


def pictures(folder: Path, number: int) -> list[Path]:
    """Make pictures with the wrong credit."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    base = plain_jpeg()
    for n in range(number):
        path = folder / f"{n:04}.jpg"
        path.write_bytes(credited(base[:-2] + f"{n:08}".encode() + b"\xff\xd9"))
        made.append(path)
    return made


def all_fixes(registry: Registry, **query: object) -> tuple:
    """The fixes in the registry."""
    with registry.read() as tx:
        return fixes(tx, FixQuery(**query))


def creators(path: Path) -> dict[Container, tuple[str, ...]]:
    """What each container names as creator."""
    read = read_record(path)
    return {value.container: value.values for value in read.of(Property.CREATOR_NAMES)}


def litter(folder: Path) -> list[str]:
    """Temporary files left in a folder."""
    return sorted(one.name for one in folder.rglob(".*"))


class KilledError(BaseException):
    """Stands for the end of the process."""


def interrupted(
    desk: Desk,
    plan: Plan,
    monkeypatch: pytest.MonkeyPatch,
    command: Callable[..., object] = apply_plan,
) -> None:
    """Run until the intents are durable, then end."""

    def end(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(batch.Batch, "_prepare", end)
        with pytest.raises(KilledError):
            command(plan, desk)
