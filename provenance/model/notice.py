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


class Confidence(StrEnum):
    """How sure a reading, or a match, is: design rule 11."""

    STRONG = "strong"
    MEDIUM = "medium"
    LOW = "low"


class ItemClass(StrEnum):
    """What kind of item a notice speaks of (NewsML-G2 ``itemClass``, ninjs ``type``)."""

    PICTURE = "picture"
    TEXT = "text"
    OTHER = "other"


class Limit(StrEnum):
    """What a restriction forbids, or demands."""

    EMBARGO = "embargo"
    TIME_LIMIT = "time-limit"
    TERRITORY = "territory"
    NO_RESALE = "no-resale"
    NO_ARCHIVE = "no-archive"
    EDITORIAL_ONLY = "editorial-only"
    ONE_TIME_USE = "one-time-use"
    THIRD_PARTY = "third-party"
    MANDATORY_CREDIT = "mandatory-credit"
    NO_CROP = "no-crop"
    NO_MOBILE = "no-mobile"
    OTHER = "other"


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
class Instruction:
    """What is asked, with the words that ask for it.

    Attributes:
        asks: value of a ``Duty``, or ``replacement``.
        words: as they stand in the notice.
    """

    asks: str
    words: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """A limit on the use of a picture, in the words that set it.

    Attributes:
        limit: what is forbidden or demanded.
        words: as printed.
        until: the last day of an embargo or of the allowed use (``YYYY-MM-DD``, or RFC 3339
            where a time is given), if the words give it.
        days: for how many days from transmission the picture may be used, if they say so.
        territories: where it may not be used, as printed (``TURKEY``).
    """

    limit: Limit
    words: str
    until: str | None = None
    days: int | None = None
    territories: tuple[str, ...] = ()


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
        form: the form of words or of data it was read by: ``afp.brackets``, ``ninjs``.
        confidence: how sure that form is; a general form is never more than low.
        instructions: the duties, and what is said of a replacement, in the notice's words.
        restrictions: the limits it sets, where it is a restriction.
        item_class: whether it speaks of a picture, of a text; None where it does not say.
        item: the identity of the item that it came as, or speaks of (a ``guid``).
        version: the version of that item, as printed.
        sent: when the agency sent it (RFC 3339), where it says so.
        superseded_by: a later version of the same item, which now speaks in its place.
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
    form: str = ""
    confidence: Confidence = Confidence.STRONG
    instructions: tuple[Instruction, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    item_class: ItemClass | None = None
    item: str = ""
    version: str = ""
    sent: str | None = None
    superseded_by: str | None = None
