"""What an agency asks: notices, their targets, corrections and duties."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from provenance.model.asset import Property


class NoticeKind(StrEnum):
    """What a notice asks for."""

    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    RESTRICTION = "restriction"


class Pubstatus(StrEnum):
    """Publishing status of the item the notice speaks of (IPTC ``stat:``, ninjs)."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class TargetKind(StrEnum):
    """By what a notice names its picture."""

    IDENTIFIER = "identifier"
    DIGEST = "digest"
    CAPTION = "caption"
    BYLINE = "byline"
    FILENAME = "filename"
    DATE = "date"


class Replacement(StrEnum):
    """Whether the agency will send a replacement picture."""

    COMING = "coming"
    NONE = "none"
    UNKNOWN = "unknown"


class Duty(StrEnum):
    """What the agency asks its client to do."""

    REMOVE_ONLINE = "remove-online"
    DELETE_SERVERS = "delete-servers"
    INFORM_THIRD_PARTIES = "inform-third-parties"


class Authority(StrEnum):
    """On whose word a notice acts.

    ``BROUGHT``: a named person brought it. ``EMBEDDED``: it came inside a picture
    or a published text and proves nothing about other files. ``IN_HOUSE``: a named
    person of the desk corrects the desk's own error.
    """

    BROUGHT = "brought"
    EMBEDDED = "embedded"
    IN_HOUSE = "in-house"


@dataclass(frozen=True, slots=True)
class Correction:
    """One corrected value. Absent parts stay None; they are never guessed."""

    property: Property | None = None
    wrong: str | None = None
    right: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One way a notice names its picture. ``value`` is as written in the notice."""

    kind: TargetKind
    value: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where the notice's text stands in a source; offsets in characters.

    ``locator`` names the field when the source is a picture (``IIM 2:120``).
    """

    source: str
    start: int
    end: int
    locator: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """An agency's (or the desk's own) instruction about one picture.

    Attributes:
        notice_id: stable hash of the normalised text and of what it is bound to.
        provider: the agency that speaks, or None when it is not known.
        kind: correction, withdrawal or restriction.
        pubstatus: status of the picture after the notice.
        text: the notice's own words, whole.
        byline: the name that the notice gives as the picture's byline.
        corrections: the pairs; a withdrawal has none.
        targets: by what the picture is named.
        duties: what is asked.
        replacement: whether another version will come.
        language: BCP 47 of the notice's text.
        occurrences: each place it was seen.
        unparsed: what the grammar could not account for; not empty means "ask a person".
        complete: the text ends as this form ends; a cut notice is never stripped silently.
        received: RFC 3339 with zone, when the desk got it; liability runs from here.
        received_by: the person who brought it; None for an embedded notice.
        authority: on whose word it acts.
        source_digest: SHA-256 of the carrier.
        retracted: the person who retracted it did so at this time (RFC 3339), else None.
    """

    notice_id: str
    provider: str | None
    kind: NoticeKind
    pubstatus: Pubstatus
    text: str
    byline: str | None = None
    corrections: tuple[Correction, ...] = ()
    targets: tuple[Target, ...] = ()
    duties: tuple[Duty, ...] = ()
    replacement: Replacement = Replacement.UNKNOWN
    language: str = "en"
    occurrences: tuple[Occurrence, ...] = ()
    unparsed: str = ""
    complete: bool = True
    received: str | None = None
    received_by: str | None = None
    authority: Authority = Authority.EMBEDDED
    source_digest: str = ""
    retracted: str | None = None
