"""The merged configuration, each value with where it came from.

Order, weakest first: default, the user's ``config.toml``, ``provenance.toml`` in the
working folder (or the file given with ``--config``), environment, command line.
"""

from __future__ import annotations

import getpass
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from provenance.cli import deadlines
from provenance.errors import UsageError
from provenance.model import NO_ALIASES, Aliases, Deadlines

APP = "provenance"
_PATHS = ("aliases", "fix.keep_originals", "quarantine.folder")
_PROGRESS = ("auto", "bar", "plain", "json", "none")


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and its origin, for ``provenance config``."""

    name: str
    value: str | int | float | bool
    origin: str


@dataclass(frozen=True, slots=True)
class Config:
    """The settings by name."""

    settings: Mapping[str, Setting]

    def text(self, name: str) -> str:
        """A setting as text."""
        return str(self.settings[name].value)

    def number(self, name: str) -> float:
        """A setting as a number."""
        return float(self.settings[name].value)

    def flag(self, name: str) -> bool:
        """A setting as yes or no."""
        return bool(self.settings[name].value)

    def deadlines(self) -> Deadlines:
        """Within how many hours notices are to be dealt with, for all and by agency."""
        return deadlines.deadlines_of(
            {
                name: float(one.value)
                for name, one in self.settings.items()
                if name.startswith(f"{deadlines.TABLE}.")
            }
        )

    def aliases(self) -> Aliases:
        """The desk's table of names, read from the file that ``aliases`` names.

        Raises:
            UsageError: it cannot be read, or a line of it makes no sense.
        """
        path = self.text("aliases")
        if not path:
            return NO_ALIASES
        from provenance.captions.aliases import LARGEST, parse  # noqa: PLC0415 - a quick start

        try:
            with open(path, "rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise UsageError(
                f"The table of names {path} cannot be read: {error.strerror or error}.",
                remedy="Mend the setting `aliases`, or take it out.",
            ) from error
        return parse(data, path)


def load(given: Mapping[str, Any], config_file: Path | None = None) -> Config:
    """Merge all sources.

    Args:
        given: what the command line gave; None where it gave nothing.
        config_file: the file named by ``--config``.

    Raises:
        UsageError: a file that cannot be read, an unknown key, a value of the wrong kind.
    """
    merged = {name: Setting(name, value, "default") for name, value in _defaults().items()}
    user_file = Path(platformdirs.user_config_dir(APP)) / "config.toml"
    here = config_file or Path("provenance.toml")
    if config_file is not None and not config_file.is_file():
        raise UsageError(f"There is no configuration file {config_file}.")
    for path in (user_file, here):
        if path.is_file():
            merged.update(_from_file(path, merged))
    for name, variable in _ENVIRONMENT.items():
        value = os.environ.get(variable)
        if value:
            merged[name] = _checked(name, value, f"environment {variable}", merged)
    if os.environ.get("NO_COLOR"):
        merged["color"] = Setting("color", False, "environment NO_COLOR")
    for name, value in given.items():
        if value is not None:
            merged[name] = _checked(name, value, "command line", merged)
    return Config(merged)


_ENVIRONMENT = {"registry": "PROVENANCE_REGISTRY", "by": "PROVENANCE_USER"}


def _defaults() -> dict[str, str | int | float | bool]:
    registry = Path(platformdirs.user_data_dir(APP)) / "registry.db"
    return {
        "registry": f"sqlite:///{registry}",
        "by": _login(),
        "jobs": 0,
        "progress": "auto",
        "color": True,
        "flood_files": 200,
        "flood_share": 0.01,
        "look_at_most": 2_000,
        "aliases": "",
        "fix.keep_originals": "",
        "letters.desk": "",
        "letters.from": "",
        "letters.remind_after_days": 7,
        "quarantine.folder": "",
        "web.fetch": False,
        "write.require_exchange": False,
        **deadlines.defaults(),
    }


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _from_file(path: Path, merged: Mapping[str, Setting]) -> dict[str, Setting]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"The configuration {path} cannot be read: {error}.",
            remedy="Mend it, or name another with --config.",
        ) from error
    origin = str(path)
    limits = deadlines.settings_of(document.pop(deadlines.TABLE, {}), origin)
    found = {name: _checked(name, value, origin, merged) for name, value in _flat(document)}
    found |= {name: Setting(name, hours, origin) for name, hours in limits}
    for name in _PATHS:
        given = found.get(name)
        if given is not None and given.value:
            # A file is named from where it is named.
            beside = str(path.parent / str(given.value))
            found[name] = Setting(name, beside, given.origin)
    return found


def _flat(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The settings of a file; those of a table under its name (``web.fetch``)."""
    for name, value in document.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", one) for key, one in value.items())
        else:
            yield name, value


def _checked(name: str, value: Any, origin: str, merged: Mapping[str, Setting]) -> Setting:
    if name not in merged:
        known = ", ".join(sorted(merged))
        raise UsageError(f"{origin}: there is no setting {name!r}.", remedy=f"There are: {known}.")
    wanted = type(_defaults()[name])
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise UsageError(f"{origin}: {name} must be {wanted.__name__}, not {value!r}.")
    if name == "progress" and value not in _PROGRESS:
        raise UsageError(f"{origin}: progress is one of {', '.join(_PROGRESS)}, not {value!r}.")
    if name == "by" and not str(value).strip():
        raise UsageError(f"{origin}: by must name a person.", remedy="Give --by NAME.")
    if name == "jobs" and int(value) < 0:
        raise UsageError(f"{origin}: jobs must be 0 (one per processor) or more.")
    if name == "look_at_most" and int(value) < 0:
        raise UsageError(f"{origin}: look_at_most must be 0 (look at nothing) or more.")
    return Setting(name, value, origin)
