"""Where each setting comes from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest
from desk_material import run

from provenance.cli.config import Config, load
from provenance.errors import UsageError


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder and an empty user's configuration."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return here


def origin(config: Config, name: str) -> tuple[object, str]:
    setting = config.settings[name]
    return setting.value, setting.origin


def test_each_source_outdoes_the_weaker_ones(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROVENANCE_USER")
    assert origin(load({}), "jobs") == (0, "default")
    users = Path(platformdirs.user_config_dir("provenance")) / "config.toml"
    users.parent.mkdir(parents=True)
    users.write_text('jobs = 1\nby = "user file"\n', encoding="utf-8")
    assert origin(load({}), "jobs") == (1, str(users))
    (nowhere / "provenance.toml").write_text('jobs = 2\nby = "folder"\n', encoding="utf-8")
    assert origin(load({}), "jobs") == (2, "provenance.toml")
    assert origin(load({}), "by") == ("folder", "provenance.toml")
    monkeypatch.setenv("PROVENANCE_USER", "anna")
    assert origin(load({}), "by") == ("anna", "environment PROVENANCE_USER")
    assert origin(load({"by": "bert", "jobs": None}), "by") == ("bert", "command line")
    assert origin(load({"jobs": None}), "jobs") == (2, "provenance.toml")


def test_a_named_file_stands_for_the_folders_own(nowhere: Path) -> None:
    (nowhere / "provenance.toml").write_text("jobs = 2\n", encoding="utf-8")
    other = nowhere / "other.toml"
    other.write_text("flood_files = 7\nflood_share = 1\n", encoding="utf-8")
    config = load({}, other)
    assert origin(config, "jobs") == (0, "default")
    assert origin(config, "flood_files") == (7, str(other))
    assert config.number("flood_share") == 1.0


def test_no_color_in_the_environment_and_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load({}).flag("color")
    monkeypatch.setenv("NO_COLOR", "")
    assert load({}).flag("color")  # no-color.org: set and not empty
    monkeypatch.setenv("NO_COLOR", "1")
    assert origin(load({}), "color") == (False, "environment NO_COLOR")
    assert origin(load({"color": False}), "color") == (False, "command line")


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVENANCE_USER", "")
    assert load({}).settings["by"].origin == "default"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = true", "'colour'"),
        ('jobs = "2"', "jobs"),
        ("jobs = true", "jobs"),
        ("jobs = -1", "jobs"),
        ("color = 1", "color"),
        ('flood_share = "much"', "flood_share"),
        ('progress = "loud"', "progress"),
        ('by = " "', "by"),
        ("jobs = ", "other.toml"),
        ("[jobs]\nx = 1", "jobs"),
    ],
)
def test_what_makes_no_sense_is_refused_with_file_and_key(
    nowhere: Path, text: str, named: str
) -> None:
    other = nowhere / "other.toml"
    other.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load({}, other)
    assert str(other) in str(refused.value)
    assert named in str(refused.value)


def test_an_unknown_key_is_told_which_there_are(nowhere: Path) -> None:
    (nowhere / "provenance.toml").write_text("job = 2\n", encoding="utf-8")
    done = run("config")
    assert (done.code, done.out) == (2, "")
    assert "provenance.toml: there is no setting 'job'" in done.err
    assert "jobs" in done.err.splitlines()[1]


def test_a_file_that_is_not_utf8_or_not_there(nowhere: Path) -> None:
    (nowhere / "latin.toml").write_bytes('by = "Jos\xe9"'.encode("latin-1"))
    for name in ("latin.toml", "none.toml"):
        done = run("config", "-c", name)
        assert done.code == 2
        assert name in done.err


def test_config_shows_values_with_their_origin(nowhere: Path) -> None:
    (nowhere / "provenance.toml").write_text("flood_files = 7\n", encoding="utf-8")
    done = run("config", "--by", "[red]bert", "--no-color", "-j", "3")
    rows = {line.split()[0]: line.split(None, 1)[1] for line in done.out.splitlines()}
    assert done.code == 0
    assert rows["flood_files"].split() == ["7", "provenance.toml"]
    assert rows["by"].split() == ["[red]bert", "command", "line"]
    assert rows["color"].split() == ["false", "command", "line"]
    assert rows["jobs"].split() == ["3", "command", "line"]
    assert rows["registry"].endswith("environment PROVENANCE_REGISTRY")


def test_a_password_is_not_shown() -> None:
    url = "postgresql://desk:s3cr@t@db.local/provenance"
    for command in ("config", "doctor"):
        done = run(command, "--registry", url)
        assert done.code == 0
        assert "postgresql://desk:***@db.local/provenance" in done.out
        assert "s3cr" not in done.out + done.err
