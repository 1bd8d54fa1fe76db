"""Evidence as an outsider handles it: unpacked, packed anew, checked by the program in it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path
from types import ModuleType

SCRIPT = Path(str(files("provenance.auditlog.outsiders").joinpath("verify_standalone.py")))
OTHER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def check(place: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the checking program as a process of its own, apart from the package."""
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(place), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def module() -> ModuleType:
    """The checking program as a module of its own, for checks by the thousand."""
    spec = importlib.util.spec_from_file_location("verify_apart", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def verdict(verify: ModuleType, monkeypatch, *arguments: str | Path) -> int:
    """The exit code of the checking program with these arguments, in this process."""
    monkeypatch.setattr(sys, "argv", ["verify.py", *map(str, arguments)])
    return verify.main()


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def unpack(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder
