"""A desk with a withdrawn picture and its sidecar, for the tests of quarantine and its faults."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fault_material import concerns
from fixing_material import NOW, WRONG, credited, open_desk, plain_jpeg, read_record, sha, sidecar

from provenance.auditlog import verify
from provenance.fixing import Desk, MovedFile, MovedPicture, destroy, quarantine, release
from provenance.model import (
    Applied,
    Duty,
    MetadataRecord,
    Notice,
    NoticeKind,
    Pubstatus,
)
from provenance.registry import (
    Move,
    MoveAct,
    MoveQuery,
    MoveState,
    Run,
    finish_run,
    moves,
    open_moves,
    start_run,
    upsert_assets,
)
from provenance.storage.folder import Folder
from provenance.storage.listing import own_version

KILL = Notice(
    "afp-kill-0001",
    "AFP",
    NoticeKind.WITHDRAWAL,
    Pubstatus.CANCELED,
    "MANDATORY KILL: this photo may no longer be used.\nWe are sorry.\x1b]52;",
    duties=(Duty.REMOVE_ONLINE, Duty.DELETE_SERVERS),
    received="2026-11-20T08:00:00Z",
    received_by="berta",
)
CALLS = ("open", "read", "write", "fsync", "stat", "fchmod", "unlink", "rename", "link",
         "mkdir", "rmdir", "utime", "close")  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Pictures of an archive, each with what it held at first."""

    root: Path
    old: dict[Path, bytes]

    @property
    def files(self) -> Path:
        """The folder above the archive and the quarantine."""
        return self.root / "files"

    @property
    def base(self) -> Path:
        """The quarantine folder."""
        return self.files / "quarantine"

    @property
    def desk(self) -> Desk:
        """A desk opened anew; the caller closes its registry."""
        return open_desk(self.root / "state")


def make_scene(root: Path, number: int = 1) -> Scene:
    """Pictures with a sidecar each, registered."""
    archive = root / "files" / "archive"
    archive.mkdir(parents=True)
    old: dict[Path, bytes] = {}
    for n in range(number):
        picture = archive / f"{n}.jpg"
        picture.write_bytes(credited(plain_jpeg(n)))
        picture.with_suffix(".xmp").write_bytes(sidecar(f"{WRONG} {n}"))
        for path in (picture, picture.with_suffix(".xmp")):
            path.chmod(0o640)
            old[path] = path.read_bytes()
    scene = Scene(root, old)
    desk = scene.desk
    with desk.registry.write() as tx:
        start_run(tx, Run("scan-1", "scan", desk.agent, NOW, (str(archive),)))
        upsert_assets(tx, [(one, ()) for one in records(scene)], "scan-1", NOW)
        finish_run(tx, "scan-1", NOW)
    desk.registry.close()
    return scene


def records(scene: Scene) -> list[MetadataRecord]:
    """What the pictures say."""
    return [read_record(path) for path in scene.old if path.suffix == ".jpg"]


def wanted(scene: Scene) -> list[MovedPicture]:
    """Every picture of the scene that is where it was, with its sidecar."""
    return [
        MovedPicture(
            one.ref.path,
            (
                MovedFile(one.ref.uri, own_version(one.ref.version), one.digest),
                *(MovedFile(side.uri, side.version) for side in one.ref.sidecars),
            ),
            one.image_digest,
            one.scan_digest,
            "berta",
            ("f1",),
        )
        for one in (read_record(p) for p in scene.old if p.suffix == ".jpg" and p.exists())
    ]


def put_away(scene: Scene, desk: Desk) -> list[type]:
    """Move every picture into quarantine; the outcomes."""
    done = quarantine(KILL, wanted(scene), str(scene.base), desk)
    return [type(one.result) for one in done.outcomes]


def give_back(scene: Scene, desk: Desk) -> list[type]:
    """Put everything back."""
    del scene
    return [type(one.result) for one in release(standing(desk), desk).outcomes]


def delete(scene: Scene, desk: Desk) -> list[type]:
    """Delete everything that is in quarantine."""
    del scene
    done = destroy(standing(desk), desk, "The agency orders it.")
    return [type(one.result) for one in done.outcomes]


def standing(desk: Desk) -> tuple[Move, ...]:
    """What is in quarantine, as the registry says."""
    with desk.registry.read() as tx:
        return moves(tx, MoveQuery(act=MoveAct.QUARANTINE, state=MoveState.COMMIT))


def everything(desk: Desk, **query: object) -> tuple[Move, ...]:
    """Every move in the registry."""
    with desk.registry.read() as tx:
        return moves(tx, MoveQuery(**query))


def kept(scene: Scene) -> dict[str, bytes]:
    """The bytes in quarantine, by digest."""
    found = (path.read_bytes() for path in scene.base.rglob("*.quarantined"))
    return {sha(data): data for data in found}


def assert_nothing_lost(scene: Scene, where: str = "") -> None:
    """Every file's bytes are under its name, or beside it, or in quarantine."""
    away = kept(scene)
    for path, data in scene.old.items():
        beside = [one.read_bytes() for one in path.parent.glob(f".{path.name}.*")]
        here = path.exists() and path.read_bytes() == data
        assert here or data in beside or sha(data) in away, f"{path} is lost: {where}"


def assert_settled(scene: Scene, desk: Desk, where: str = "") -> None:
    """No intent is open, nothing lies about, and the log verifies."""
    with desk.registry.read() as tx:
        assert open_moves(tx) == (), where
        checked = verify(tx.connection, scene.root / "state")
    assert checked.ok, (where, checked.problems)
    archive = scene.files / "archive"
    assert [one.name for one in archive.iterdir() if one.name.startswith(".")] == [], where


def done(outcomes: list[type]) -> bool:
    """Whether all went well."""
    return all(one is Applied for one in outcomes)


def break_call(number: int, code: int, below: Path) -> Callable[[], int]:
    """Make the n-th call about files below a folder fail, or be the last thing that happens.

    Args:
        number: which; calls are counted from 1.
        code: an errno; 0 kills the process, after the call for odd numbers, else before it.
        below: the folder.

    Returns:
        How many calls there were so far.
    """
    seen = [0]

    def wrapped(real: Callable) -> Callable:
        def call(*arguments, **keywords):
            if not concerns(arguments, keywords, below):
                return real(*arguments, **keywords)
            seen[0] += 1
            if seen[0] != number:
                return real(*arguments, **keywords)
            if code:
                raise OSError(code, os.strerror(code))
            if number % 2:
                real(*arguments, **keywords)
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError

        return call

    for name in CALLS:
        setattr(os, name, wrapped(getattr(os, name)))
    real_put_back = Folder.put_back

    def put_back(self: Folder, source: str, target: str) -> bool:
        # As one call: the system call for it has several forms.
        return wrapped_put_back(self.uri, self, source, target)

    wrapped_put_back = wrapped(lambda _, *rest: real_put_back(*rest))
    Folder.put_back = put_back  # type: ignore[method-assign]
    return lambda: seen[0]
