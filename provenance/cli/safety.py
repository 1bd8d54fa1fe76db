"""What ``doctor`` says about safe writes: of the system, and of each folder that is named."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provenance.errors import StorageError

if TYPE_CHECKING:
    from provenance.storage.filesystems import FileSystem, Trial
    from provenance.storage.systems import Guarantee

_SHARED = "Other machines write here too: run one `provenance fix` at a time on it."
_NO_EXCHANGE = (
    "A save by another program in the very moment of a fix could be lost. "
    "`require_exchange = true` under [write] in provenance.toml refuses to write there."
)
_NO_LINKS = "No hard links either: a save into the old file in that moment could be lost too."
_NO_SYNC = "A file or folder cannot be made durable here: a power cut may take a fix back."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``cost`` says what its absence means."""

    name: str
    found: str
    ok: bool
    cost: str = ""


def system_check(guarantee: Guarantee | None = None) -> Check:
    """What the write protocol gives on this operating system."""
    from provenance.storage.systems import current  # noqa: PLC0415 - start-up stays quick

    given = guarantee or current().guarantee
    durable = given.durable_names or "not promised for names"
    found = f"{given.swaps_by}; durable by {given.durable_bytes}, {durable}; {given.stays_beneath}"
    return Check("safe writes", found, ok=given.proven and not given.residual, cost=given.residual)


def folder_checks(paths: Sequence[str]) -> Iterator[Check]:
    """What the write protocol gives in each folder, by a trial with two empty files."""
    from provenance.storage.filesystems import file_system, trial  # noqa: PLC0415
    from provenance.storage.folder import Folder  # noqa: PLC0415

    for path in paths:
        whole = os.path.abspath(path)
        folder = whole if os.path.isdir(whole) else os.path.dirname(whole)
        try:
            with Folder.open(folder, (folder,)) as opened:
                yield folder_check(path, file_system(folder), trial(opened))
        except StorageError as error:
            yield Check("safe writes", f"{path}: not tried", ok=False, cost=str(error))


def folder_check(path: str, below: FileSystem, tried: Trial) -> Check:
    """One folder's row: what works there, and what can go wrong where something does not."""
    words = (
        f"exchange {_word(tried.exchange)}",
        f"hard links {_word(tried.links)}",
        f"fsync {_word(tried.sync)}",
    )
    risks = [
        risk
        for risk, holds in (
            (_NO_EXCHANGE, not tried.exchange),
            (_NO_LINKS, not tried.exchange and not tried.links),
            (_NO_SYNC, not tried.sync),
            (_SHARED, below.network),
        )
        if holds
    ]
    kind = below.kind or "unknown file system"
    found = f"{path}: {kind}, {', '.join(words)}"
    ok = tried.exchange and tried.sync and not below.network
    return Check("safe writes", found, ok=ok, cost=" ".join(risks))


def _word(works: bool) -> str:
    return "yes" if works else "no"
