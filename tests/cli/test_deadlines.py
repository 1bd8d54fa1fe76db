"""``[deadlines]``: each limit with where it came from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest
from desk_material import run

from provenance.cli.config import load
from provenance.errors import UsageError
from provenance.model import Limits


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder and an empty user's configuration."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    return here


def test_a_desk_that_says_nothing_has_limits() -> None:
    made = load({}).deadlines()
    assert made.general == Limits(4.0, 24.0, 72.0)
    assert made.agencies == ()


def test_an_agency_takes_over_what_it_does_not_say(nowhere: Path) -> None:
    (nowhere / "provenance.toml").write_text(
        "[deadlines]\nacknowledged = 2\ncomplete = 0\n"
        '[deadlines."Agence France-Presse"]\ncontained = 12\n[deadlines.dpa]\n',
        "utf-8",
    )
    made = load({}).deadlines()
    assert made.general == Limits(2.0, 24.0, 0.0)
    assert made.agencies == (("AFP", Limits(2.0, 12.0, 0.0)),)


def test_config_shows_each_with_its_origin(nowhere: Path) -> None:
    users = Path(platformdirs.user_config_dir("provenance")) / "config.toml"
    users.parent.mkdir(parents=True)
    users.write_text("[deadlines.afp]\ncontained = 20\ncomplete = 60\n", "utf-8")
    (nowhere / "provenance.toml").write_text("[deadlines.AFP]\ncontained = 12.5\n", "utf-8")
    out = run("config").out
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.strip()}
    assert rows["deadlines.AFP.contained"] == ["12.5", "provenance.toml"]
    assert rows["deadlines.AFP.complete"] == ["60.0", str(users)]
    assert rows["deadlines.acknowledged"] == ["4.0", "default"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deadlines = 4", "deadlines is a table"),
        ("[deadlines]\ncontaned = 4", "no setting 'deadlines.contaned'"),
        ("[deadlines]\nAFP = 4", "no setting 'deadlines.AFP'"),
        ("[deadlines.AFP]\nsoon = 4", "no setting 'deadlines.AFP.soon'"),
        ("[deadlines.AFP.x]\ncontained = 4", "no setting 'deadlines.AFP.x'"),
        ("[deadlines]\ncontained = -1", "0 (no limit) to 87600 hours, not -1"),
        ("[deadlines]\ncontained = 1e9", "not 1000000000.0"),
        ("[deadlines]\ncontained = '4'", "must be a number of hours, not '4'"),
        ("[deadlines]\ncontained = true", "must be a number of hours, not True"),
        ("[deadlines]\ncontained = nan", "must be a number of hours, not nan"),
        ("[deadlines]\ncontained = inf", "must be a number of hours, not inf"),
        ("[deadlines]\ncontained = [4]", "must be a number of hours"),
        ('[deadlines." "]\ncontained = 4', "names no agency"),
        ("[deadlines.AFP]\n[deadlines.afp]\n", "[deadlines.AFP] and [deadlines.afp] are one"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(nowhere: Path, text: str, told: str) -> None:
    (nowhere / "provenance.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError) as refused:
        load({})
    assert told in refused.value.message
    assert refused.value.message.startswith("provenance.toml: ")
    assert run("config").code == 2
