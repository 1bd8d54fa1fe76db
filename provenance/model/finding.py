"""What is wrong and what was decided: matches, findings, decisions, policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from provenance.model.asset import Edit, MetadataRecord
from provenance.model.deadlines import Deadlines
from provenance.model.notice import Confidence, Notice


class Severity(StrEnum):
    """How bad it is if true."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Fixability(StrEnum):
    """Whether a machine may fix it: ``safe`` alone, ``unsafe`` on a person's word."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY_ONLY = "display-only"


class Status(StrEnum):
    """State of a finding. ``held`` waits for a named decision."""

    OPEN = "open"
    HELD = "held"
    FIXED = "fixed"
    WAIVED = "waived"
    REJECTED = "rejected"


class Rule(StrEnum):
    """What a finding says; each is documented in ``docs/rules.md``."""

    ERRONEOUS_CREDIT = "erroneous-credit"
    ERRONEOUS_MENTION = "erroneous-mention"
    LEAKED_NOTICE = "leaked-notice"
    WITHDRAWN = "withdrawn"
    RESTRICTED = "restricted"
    SILENT_CORRECTION = "silent-correction"
    CREDIT_MISSING = "credit-missing"
    CREDIT_INCOMPLETE = "credit-incomplete"
    CONTAINERS_DISAGREE = "containers-disagree"
    CREDIT_TRUNCATED = "credit-truncated"
    ENCODING_DAMAGED = "encoding-damaged"
    CONTENT_CREDENTIALS = "content-credentials"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One named reason for (weight > 0) or against (weight < 0) a match."""

    name: str
    weight: float
    detail: str


@dataclass(frozen=True, slots=True)
class Match:
    """A notice held against one asset, with every reason."""

    notice: Notice
    asset: MetadataRecord
    evidence: tuple[Evidence, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one asset; severity, confidence and fixability are three answers.

    ``finding_id`` hashes rule, notice, uri and before-values; ``decision_key`` hashes rule,
    notice, scan digest and before-values, so that a decision survives a move or an
    unrelated save. ``proposed`` are the edits as the rules proposed them, where a person put
    other values in; empty where ``edits`` are those.
    """

    finding_id: str
    decision_key: str
    rule: Rule
    severity: Severity
    confidence: Confidence
    fixability: Fixability
    status: Status
    uri: str
    message: str
    notice_id: str | None = None
    evidence: tuple[Evidence, ...] = ()
    edits: tuple[Edit, ...] = ()
    proposed: tuple[Edit, ...] = ()


class Verdict(StrEnum):
    """What was decided about a finding."""

    APPLY = "apply"
    HOLD = "hold"
    DISMISS = "dismiss"
    WAIVE = "waive"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Decision:
    """A named decision about a finding: who, when, why, until when.

    ``until`` is the last day on which it holds (``YYYY-MM-DD``). ``grounds`` is what it was
    made on, as ``rules.grounds_of`` writes it; empty where that is not known, and then it
    holds whatever the evidence. ``amended`` are values that the person wants written instead of
    the proposed ones: container, locator and value of each such edit.
    """

    decision_key: str
    verdict: Verdict
    agent: str
    decided: str
    reason: str
    until: str | None = None
    finding_id: str = ""
    grounds: str = ""
    amended: tuple[tuple[str, str, str], ...] = ()

    def days_left(self, today: str) -> int | None:
        """Days after ``today`` (RFC 3339) on which it still holds, negative once it is over.

        None where it has no end, or where one of the two is no date.
        """
        try:
            last = date.fromisoformat(self.until or "")
            return (last - date.fromisoformat(today[:10])).days
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Alias:
    """One row of the desk's table of names.

    Attributes:
        name: the name as it should be.
        spellings: other ways in which it is printed.
        agency: the row speaks of credits of this agency only; None for all.
    """

    name: str
    spellings: tuple[str, ...]
    agency: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Aliases:
    """The desk's table of names; compared by identity, for it may be long."""

    rows: tuple[Alias, ...] = ()


NO_ALIASES = Aliases()
"""The table of a desk that has none."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the desk has decided beforehand; passed in, never global.

    Attributes:
        today: RFC 3339 date that time limits are measured against.
        flood_files: a notice touching more files stops and asks.
        flood_share: as above, as a share of a registry of ``flood_registry`` assets or more.
        flood_registry: from how many assets on the share counts.
        expect_count: the number of files that the user expects to be touched.
        aliases: the desk's table of names and their other spellings.
        look_at_most: so many pictures without a hash are decoded in one run, for notices.
        remind_after_days: a third party that was told and says nothing is reminded then.
        deadlines: within how many hours of its receipt a notice is to be dealt with.
    """

    today: str = ""
    flood_files: int = 200
    flood_share: float = 0.01
    flood_registry: int = 20_000
    expect_count: int | None = None
    aliases: Aliases = NO_ALIASES
    look_at_most: int = 2_000
    remind_after_days: int = 7
    deadlines: Deadlines = field(default_factory=Deadlines)
