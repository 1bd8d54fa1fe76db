"""The tables ``[deadlines]`` of the configuration: hours from receipt, for all and by agency."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from provenance.errors import UsageError
from provenance.model import Deadlines, Limits, Milestone

TABLE: Final = "deadlines"
_PREFIX: Final = f"{TABLE}."
# Ten years: more is a slip of the pen.
_MOST_HOURS: Final = 87_600


def defaults() -> dict[str, float]:
    """The settings of a desk that says nothing."""
    limits = Limits()
    return {f"{_PREFIX}{one.value}": limits.hours(one) for one in Milestone}


def settings_of(table: Any, origin: str) -> Iterator[tuple[str, float]]:
    """The settings that a file's table makes: ``deadlines.contained``, ``deadlines.AFP.contained``.

    Raises:
        UsageError: an unknown key, a value that is no number of hours, an agency named twice.
    """
    if not isinstance(table, Mapping):
        raise UsageError(
            f"{origin}: {TABLE} is a table, not {table!r}.",
            remedy=f"Write [{TABLE}], and below it: contained = 24.",
        )
    agencies: dict[str, str] = {}
    for name, value in table.items():
        if not isinstance(value, Mapping):
            yield _setting(_PREFIX, name, value, origin)
            continue
        agency = _known(name, origin)
        if agency in agencies:
            raise UsageError(
                f"{origin}: [{TABLE}.{agencies[agency]}] and [{TABLE}.{name}] are one agency.",
                remedy="Put their limits into one table.",
            )
        agencies[agency] = name
        for key, hours in value.items():
            yield _setting(f"{_PREFIX}{agency}.", key, hours, origin)


def _known(name: str, origin: str) -> str:
    """An agency's name as notices give it, so that files that spell it differently agree."""
    from provenance.captions.agencies import agency_named  # noqa: PLC0415 - a quick start

    plain = " ".join(name.split())
    if not plain:
        raise UsageError(f"{origin}: a table [{TABLE}.…] names no agency.")
    return agency_named(plain) or agency_named(plain.upper()) or plain


def _setting(prefix: str, name: str, value: Any, origin: str) -> tuple[str, float]:
    whole = f"{prefix}{name}"
    if name not in set(Milestone):
        known = ", ".join(one.value for one in Milestone)
        raise UsageError(
            f"{origin}: there is no setting {whole!r}.",
            remedy=f"A limit is set for {known}; for one agency in a table [{TABLE}.AGENCY].",
        )
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UsageError(f"{origin}: {whole} must be a number of hours, not {value!r}.")
    if not 0 <= value <= _MOST_HOURS:
        raise UsageError(
            f"{origin}: {whole} must be 0 (no limit) to {_MOST_HOURS} hours, not {value!r}."
        )
    return whole, float(value)


def deadlines_of(hours: Mapping[str, float]) -> Deadlines:
    """The limits out of settings by name; an agency's table leaves the rest as it is for all."""
    general = {one.value: hours[f"{_PREFIX}{one.value}"] for one in Milestone}
    own: dict[str, dict[str, float]] = {}
    for name, value in hours.items():
        agency, _, milestone = name.removeprefix(_PREFIX).rpartition(".")
        if name.startswith(_PREFIX) and agency:
            own.setdefault(agency, {})[milestone] = value
    return Deadlines(
        Limits(**general),
        tuple((agency, Limits(**(general | limits))) for agency, limits in sorted(own.items())),
    )
