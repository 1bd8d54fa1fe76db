"""The write protocol on other systems, and the package on a machine that lacks Linux."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from system_imitations import (
    FOREIGN,
    NEW,
    OLD,
    SYSTEMS,
    make_picture,
    names_beside,
    ready,
)

from provenance.errors import ConflictError, StorageError
from provenance.storage.folder import Folder
from provenance.storage.replace import Replacer, Window
from provenance.storage.systems import System, current
from provenance.storage.systems.portable import Portable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="imitated by the calls of Linux")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return make_picture(tmp_path)


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> System:
    return SYSTEMS[request.param]()


def test_this_system_is_linux_and_promises_the_most() -> None:
    guarantee = current().guarantee
    assert guarantee.system == "Linux"
    assert guarantee.never_absent
    assert guarantee.keeps_foreign_saves
    assert guarantee.proven
    assert not guarantee.residual


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_is_not_promised_is_said(name: str) -> None:
    guarantee = SYSTEMS[name]().guarantee
    assert not guarantee.proven
    assert guarantee.residual


def test_all_stages(system: System, picture: Path) -> None:
    with Replacer(system=system) as replacer:
        replacement = ready(replacer, picture)
        replacement.exchange()
        assert picture.read_bytes() == NEW
        assert (picture.parent / replacement.temporary).read_bytes() == OLD
        replacement.sync()
        replacement.discard_old()
    assert picture.read_bytes() == NEW
    assert names_beside(picture) == []
    expected = Window.LINK if isinstance(system, Portable) and type(system) is Portable else None
    assert replacement.window is (expected or Window.NONE)


def test_abort_after_the_exchange(system: System, picture: Path) -> None:
    with Replacer(system=system) as replacer:
        replacement = ready(replacer, picture)
        replacement.exchange()
        replacement.abort()
    assert picture.read_bytes() == OLD
    assert names_beside(picture) == []


def test_a_save_before_the_exchange_stands(system: System, picture: Path) -> None:
    with Replacer(system=system) as replacer:
        replacement = ready(replacer, picture)
        picture.write_bytes(FOREIGN)
        with pytest.raises(ConflictError):
            replacement.exchange()
    assert picture.read_bytes() == FOREIGN
    assert names_beside(picture) == []


@pytest.mark.parametrize("name", ["macos", "windows"])
def test_a_save_in_the_moment_of_the_exchange_stands(
    name: str, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = SYSTEMS[name]()
    real, calls = type(system).exchange, []

    def exchange(self: System, *arguments: object) -> None:
        if not calls:
            other = picture.parent / "editor.sav"
            other.write_bytes(FOREIGN)
            other.rename(picture)
        calls.append(arguments)
        real(self, *arguments)

    monkeypatch.setattr(type(system), "exchange", exchange)
    with Replacer(system=system) as replacer:
        replacement = ready(replacer, picture)
        with pytest.raises(ConflictError):
            replacement.exchange()
    assert len(calls) == 2
    assert picture.read_bytes() == FOREIGN
    assert names_beside(picture) == []


def test_names_are_never_overwritten(system: System, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(OLD)
    (tmp_path / "name").write_bytes(FOREIGN)
    with Folder.open(str(tmp_path), system=system) as folder:
        assert folder.put_back("kept", "name") is False
        assert (tmp_path / "name").read_bytes() == FOREIGN
        (tmp_path / "name").unlink()
        assert folder.put_back("kept", "name") is True
    assert (tmp_path / "name").read_bytes() == OLD


def test_no_link_below_the_root_is_followed(system: System, picture: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "a.jpg").write_bytes(OLD)
    desk = picture.parent.parent
    (desk / "link").symlink_to(victim)
    (picture.parent / "b.jpg").symlink_to(victim / "a.jpg")
    for name in ("link/a.jpg", "day/b.jpg"):
        with Replacer(system=system) as replacer, pytest.raises(StorageError):
            replacer.take(str(desk / name))
    for below in ("..", "day/../..", "./day", "day//x"):
        with pytest.raises(OSError, match="leaves"):
            system.open_folder(str(desk), below)


def test_free_space_and_locks(system: System, tmp_path: Path) -> None:
    where = system.open_folder(str(tmp_path), "")
    try:
        assert system.free_octets(where) > 0
    finally:
        system.close_folder(where)


LINUX_ALONE = "provenance.storage.linux provenance.storage.systems.linux"

ALIEN = """
import importlib, os, pkgutil, sys
import lxml.etree, numpy, sqlalchemy, sqlmodel, typer, rich, PIL.Image, platformdirs, jinja2
import cryptography.hazmat.primitives.asymmetric.ed25519, alembic.command, rfc8785, piexif
import multiprocessing.pool, multiprocessing.resource_tracker, concurrent.futures.process
import subprocess, tempfile, getpass, pathlib, asyncio, email.policy, urllib.request, http.client
import fastapi, uvicorn.protocols.http.h11_impl, anyio.to_thread, typst, xlsxwriter
import exiftool, alembic.runtime.migration, alembic.op, uuid, zipfile, rich.progress
for name in sys.argv[2].split():
    sys.modules[name] = None
for name in [one for one in dir(os) if one.startswith("O_")]:
    if name not in {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_CREAT", "O_EXCL", "O_APPEND", "O_TRUNC"}:
        if sys.argv[1] == "win32":
            delattr(os, name)
if sys.argv[1] == "win32":
    for name in ("fchmod", "fchown", "pread", "fstatvfs", "listxattr", "getxattr", "geteuid",
                 "sysconf", "sched_getaffinity", "getuid", "mkfifo", "setsid"):
        if hasattr(os, name):
            delattr(os, name)
sys.platform = sys.argv[1]
import provenance
for found in pkgutil.walk_packages(provenance.__path__, "provenance."):
    if "__main__" in found.name or ".versions." in found.name or found.name.endswith(".env"):
        continue
    if found.name in sys.argv[3].split():
        continue
    importlib.import_module(found.name)
print("imported")
"""


@pytest.mark.parametrize(
    ("platform", "missing", "foreign"),
    [
        (
            "win32",
            "fcntl resource grp pwd termios",
            LINUX_ALONE + " provenance.storage.systems.macos provenance.storage.systems.portable",
        ),
        ("darwin", "msvcrt winreg", LINUX_ALONE),
    ],
)
def test_every_module_is_imported_elsewhere(platform: str, missing: str, foreign: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALIEN, platform, missing, foreign],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.strip() == "imported", done.stderr[-2000:]
