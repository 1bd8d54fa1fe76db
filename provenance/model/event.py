"""What was done: fix outcomes, PREMIS events, audit entries, checkpoints."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fixity:
    """Digests of a file at one moment (PREMIS fixity)."""

    sha256: str
    image_digest: str | None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """The correction was written, read back and logged."""

    before: Fixity
    after: Fixity


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing was written: a person must decide first."""

    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing of ours stands in the file: somebody else changed it meanwhile."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The correction could not be written; the old bytes stand."""

    error: str
    reason: str


FixOutcome = Applied | Held | Conflict | Failed


@dataclass(frozen=True, slots=True)
class Agent:
    """PREMIS agent: role and identity."""

    role: str
    id: str


@dataclass(frozen=True, slots=True)
class EventObject:
    """PREMIS linking object: which file, by digest and path."""

    role: str
    path: str
    sha256: str | None = None
    image_digest: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One value changed; the log stores commitments, the payload table the words."""

    locator: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it becomes a leaf of the audit log.

    Attributes:
        act: one word of the closed list (``fix.commit``, ``notice.import`` ...).
        outcome: ``success``, ``failure``, ``conflict`` or ``aborted``.
        agents: who and what did it.
        objects: the files it concerns.
        tx: the batch or run it belongs to.
        why: the authority: notice, finding, rule, decision.
        changes: the values changed.
        detail: anything else, short strings and integers only.
    """

    act: str
    outcome: str = "success"
    agents: tuple[Agent, ...] = ()
    objects: tuple[EventObject, ...] = ()
    tx: str = ""
    why: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    detail: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A leaf: its index, the exact stored bytes, and its RFC 6962 leaf hash."""

    index: int
    record: bytes
    leaf_hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed tree head (C2SP tlog-checkpoint)."""

    origin: str
    size: int
    root_hash: bytes
    note: str
