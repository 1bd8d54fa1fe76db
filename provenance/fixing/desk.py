"""Who fixes, where it is recorded, and what became of each picture."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from provenance.auditlog import AuditLog
from provenance.model import FixOutcome
from provenance.registry import Registry

FIX = "fix"
UNDO = "undo"


def new_id() -> str:
    """32 hexadecimal digits, ordered by the time of their making."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


@dataclass(frozen=True, slots=True)
class Desk:
    """The place that a fix is made from.

    Attributes:
        registry: holds intents, patches and what became of them.
        log: the audit log of that registry.
        agent: the person who runs the command.
        clock: gives the time as RFC 3339.
    """

    registry: Registry
    log: AuditLog
    agent: str
    clock: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one picture.

    Attributes:
        path: as the user gave it.
        uri: the picture.
        result: applied, held, conflict or failed.
        finding_ids: the findings that were to be settled.
        notes: what a person should know although it went well, such as a narrower
            guarantee of the file system or bytes of another program that were kept.
    """

    path: str
    uri: str
    result: FixOutcome
    finding_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Progress = Callable[[int, int], None]
"""Called with the number of pictures done and the number of all."""


def no_progress(_done: int, _all: int) -> None:
    """Tell nobody."""
