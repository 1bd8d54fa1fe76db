"""``doctor``: what is here, what is missing, what that costs."""

from __future__ import annotations

import importlib.metadata
import os
import stat
from pathlib import Path

import pytest
from desk_material import run

from provenance.cli import machine


@pytest.fixture(autouse=True)
def no_exiftool_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROVENANCE_EXIFTOOL", raising=False)


def rows(**environment: str) -> dict[str, str]:
    done = run("doctor", **environment)
    assert done.code == 0
    return {line.split()[1]: line for line in done.out.splitlines()}


def test_what_is_installed_and_where_things_stand(own_state: Path) -> None:
    told = rows()
    for name in ("python", "pillow", "lxml", "sqlmodel", "cryptography", "sqlite"):
        assert told[name].startswith("ok")
    assert f"{own_state}/registry.db" in told["registry"]
    assert "environment PROVENANCE_REGISTRY" in told["registry"]
    assert "made on the first write" in told["state"]
    assert not own_state.exists()


def test_a_missing_exiftool_costs_little(tmp_path: Path) -> None:
    told = rows(PATH=str(tmp_path))
    assert told["exiftool"].startswith("!")
    assert "Not needed for JPEG" in told["exiftool"]


def test_an_exiftool_that_does_not_start_is_told(tmp_path: Path) -> None:
    fake = tmp_path / "exiftool"
    fake.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    told = rows(PATH=f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    assert told["exiftool"].startswith("!")
    assert str(fake) in told["exiftool"]


def test_the_exiftool_that_is_named_is_shown(tmp_path: Path) -> None:
    for version, mark, words in (("12.57", "ok", "12.57"), ("11.88", "!", "12.40 or newer")):
        fake = tmp_path / "my-exiftool"
        fake.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
        fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
        line = rows(PROVENANCE_EXIFTOOL=str(fake))["exiftool"]
        assert line.startswith(mark)
        assert words in line
        assert f"{fake}, by PROVENANCE_EXIFTOOL" in line


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_state_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert rows(PROVENANCE_STATE=str(tmp_path / "state"))["state"].startswith("!")
    finally:
        tmp_path.chmod(0o700)


def test_what_cannot_be_written_is_told_with_its_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    told = rows(PROVENANCE_STATE=str(tmp_path / "state"))
    for name, remedy in (("registry", "--registry"), ("state", "PROVENANCE_STATE")):
        assert told[name].startswith("!")
        assert "cannot be written" in told[name]
        assert remedy in told[name]
    told = rows(PROVENANCE_REGISTRY="postgresql://desk@host/pictures")
    assert told["registry"].startswith("ok")  # nobody asks the server


def test_what_follows_a_row_is_not_far_from_it(tmp_path: Path) -> None:
    """A long path in one row pushes no other row's words aside."""
    done = run("doctor", PROVENANCE_STATE=str(tmp_path / ("long" * 40)))
    assert "   " not in next(line for line in done.out.splitlines() if "journal" in line)[20:]


def test_what_holds_the_readers_of_files_is_told() -> None:
    assert "memory" in rows()["isolation"]


def test_the_extras_are_told_with_what_their_lack_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    told = rows()
    for name in ("typst", "xlsxwriter", "fastapi", "uvicorn"):
        assert told[name].startswith("ok")
    asked = importlib.metadata.version

    def lacking(name: str) -> str:
        if name in {"typst", "uvicorn"}:
            raise importlib.metadata.PackageNotFoundError(name)
        return asked(name)

    monkeypatch.setattr(importlib.metadata, "version", lacking)
    checks = {one.name: one for one in machine._extras()}
    assert [name for name, one in checks.items() if not one.ok] == ["typst", "uvicorn"]
    assert "No report as PDF" in checks["typst"].cost
    assert "pip install 'provenance-auditor[report]'" in checks["typst"].cost
    assert "provenance-auditor[web]" in checks["uvicorn"].cost


def test_a_cache_folder_that_others_may_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "thumbnails").mkdir()
    (tmp_path / "thumbnails").chmod(0o700)
    told = rows(PROVENANCE_CACHE=str(tmp_path))["cache"]
    assert told.startswith("ok")
    assert str(tmp_path) in told
    (tmp_path / "thumbnails").chmod(0o755)
    assert "chmod 700" in rows(PROVENANCE_CACHE=str(tmp_path))["cache"]
