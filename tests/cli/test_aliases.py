"""The table of names that ``provenance.toml`` names."""

from __future__ import annotations

from pathlib import Path

import pytest

from provenance.cli import config
from provenance.errors import UsageError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a configuration that names a table beside it."""
    monkeypatch.setattr(config.platformdirs, "user_config_dir", lambda _: str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "my.toml").write_text('aliases = "names.csv"\n')
    return tmp_path / "desk"


def test_the_table_stands_beside_the_file_that_names_it(folder: Path) -> None:
    (folder / "names.csv").write_text("name,agency,spelling\nIda Hofer,,I. Hofer\n")
    table = config.load({}, Path("desk/my.toml")).aliases()
    assert [row.name for row in table.rows] == ["Ida Hofer"]


def test_without_a_table_there_are_no_aliases(folder: Path) -> None:
    assert config.load({}).aliases().rows == ()


def test_a_table_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"names\.csv cannot be read"):
        config.load({}, Path("desk/my.toml")).aliases()


def test_a_broken_table_is_told_with_its_line(folder: Path) -> None:
    (folder / "names.csv").write_text("name,agency,spelling\nIda Hofer,,\n")
    with pytest.raises(UsageError, match=r"names\.csv, line 2"):
        config.load({}, Path("desk/my.toml")).aliases()
