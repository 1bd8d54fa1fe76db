"""What a desk owes under a notice, whom it passed pictures to, and how it reports on that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DutyState(StrEnum):
    """How a duty stands; a waived one is open again behind its last day."""

    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"


class Proof(StrEnum):
    """On what a duty stands as it does.

    A named person's word, what a scan found, or what the ledger of deliveries came to hold.
    """

    PERSON = "person"
    SCAN = "scan"
    LEDGER = "ledger"


class Milestone(StrEnum):
    """The three moments that a notice's clock counts to, from its receipt.

    ``ACKNOWLEDGED``: a named person took note. ``CONTAINED``: no copy at hand can go out with
    the error any more. ``COMPLETE``: every duty is closed and no copy is left.
    """

    ACKNOWLEDGED = "acknowledged"
    CONTAINED = "contained"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class DutyAct:
    """One act about a duty of a notice. Acts are only added: the newest of a duty holds.

    Attributes:
        notice_id: whose duty.
        duty: value of a ``Duty`` or of ``Milestone.ACKNOWLEDGED``; ``brought`` and ``copies``
            (``provenance.duties``) tell when a notice came and when its copies were clear.
        state: how it stands from now on.
        agent: the person, or the one on whose word the scan ran.
        made: RFC 3339.
        proof: a person's word, a scan or the ledger.
        evidence: a file's name or an address, as given; may be empty.
        evidence_sha256: of the file, where it is one.
        reason: why it is waived or opened again, or what a scan saw.
        until: last day on which a waiver holds (``YYYY-MM-DD``); None for good.
    """

    notice_id: str
    duty: str
    state: DutyState
    agent: str
    made: str
    proof: Proof = Proof.PERSON
    evidence: str = ""
    evidence_sha256: str = ""
    reason: str = ""
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A picture went to a third party.

    Attributes:
        delivery_id: stable digest of picture, recipient and day, so that telling it twice
            records it once.
        uri: the asset that was given out.
        scan_digest: of its picture data, by which copies share the delivery; may be None.
        recipient: the third party's name.
        contact: its address for letters; may be empty.
        day: ``YYYY-MM-DD``.
        recorded: RFC 3339, when the desk recorded it.
        agent: on whose word.
        source: the file it was imported from, else empty.
    """

    delivery_id: str
    uri: str
    scan_digest: str | None
    recipient: str
    contact: str
    day: str
    recorded: str
    agent: str
    source: str = ""


class LetterKind(StrEnum):
    """The first word to a third party, or a reminder of it."""

    FIRST = "first"
    REMINDER = "reminder"


class AnswerKind(StrEnum):
    """What a third party said."""

    COMPLIED = "complied"
    REFUSED = "refused"
    NOT_HELD = "not-held"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to a third party under a notice, as it was written.

    Attributes:
        letter_id: unique.
        notice_id: what it passes on.
        recipient: to whom.
        contact: the address it was written to.
        kind: first or reminder.
        made: RFC 3339.
        agent: in whose name.
        sha256: of the ``.eml`` file.
        sent: RFC 3339, when a person said that it was sent; None before.
    """

    letter_id: str
    notice_id: str
    recipient: str
    contact: str
    kind: LetterKind
    made: str
    agent: str
    sha256: str
    sent: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a third party answered to a notice's letter.

    Attributes:
        notice_id: which notice.
        recipient: who answered.
        kind: what it comes to.
        received: RFC 3339.
        agent: who recorded it.
        words: the answer in short; may be empty.
        evidence: a file's name or an address; may be empty.
        evidence_sha256: of the file, where it is one.
    """

    notice_id: str
    recipient: str
    kind: AnswerKind
    received: str
    agent: str
    words: str = ""
    evidence: str = ""
    evidence_sha256: str = ""


class Form(StrEnum):
    """A form that the report can have."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    SARIF = "sarif"

    @property
    def is_binary(self) -> bool:
        """Whether a terminal cannot show it."""
        return self in {Form.PDF, Form.XLSX}


class Paper(StrEnum):
    """The sheet that a printed report is set for."""

    A4 = "a4"
    LETTER = "letter"
