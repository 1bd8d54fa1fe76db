"""Write letters to third parties. Nothing is ever sent from here."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from provenance import duties, registry
from provenance.duties.moments import after, desk_day, instant, written
from provenance.errors import UsageError
from provenance.matching import picture_identifiers
from provenance.metadata import reconcile
from provenance.model import (
    Authority,
    Change,
    Delivery,
    Edit,
    Event,
    Letter,
    LetterKind,
    Look,
    MetadataRecord,
    Notice,
    NoticeKind,
    Policy,
    Property,
    TargetKind,
)
from provenance.pipeline.drawing import thumbnails
from provenance.pipeline.parties.corresponding import Correspondence, correspondence
from provenance.pipeline.parties.delivering import address
from provenance.pipeline.parties.names import party_key
from provenance.pipeline.parties.third_parties import third_parties
from provenance.pipeline.reports.issuing import issue
from provenance.pipeline.session import Session
from provenance.pipeline.standing import require_in_force
from provenance.registry import Transaction
from provenance.reporting.correspondence import letters
from provenance.reporting.correspondence.letters import LetterFacts, SentPicture
from provenance.reporting.third_parties import PartyState, ThirdParty

_MOST_PICTURES: Final = 10
_MOST_LISTED: Final = 5
_MOST_DRAWN: Final = 50
_LARGEST_SMALL: Final = 100_000


@dataclass(frozen=True, slots=True)
class Manner:
    """How letters are to be written.

    Attributes:
        languages: of ``letters.LANGUAGES``; empty: the notice's own and English.
        desk: who writes, as third parties know the desk; empty for the person.
        sender: the desk's e-mail address; empty: the mail program puts it in.
        due: the last day (``YYYY-MM-DD``); None: as the desk's limits for the agency say.
        reminders: write to those who were told and say nothing, not to those to be told.
    """

    languages: tuple[str, ...] = ()
    desk: str = ""
    sender: str = ""
    due: str | None = None
    reminders: bool = False


def write_letters(session: Session, notice_id: str, folder: Path, manner: Manner) -> Correspondence:
    """Write a letter, as text and as a mail draft, to each third party that must be told.

    Args:
        session: its agent writes.
        notice_id: the notice; its beginning will do.
        folder: where the files go; made where it is not there.
        manner: how.

    Raises:
        UsageError: a notice that speaks no more, a language or an address that is none.
        RegistryError: no such notice.
        StorageError: the folder cannot be written.
    """
    _require_languages(manner.languages)
    address(manner.sender)
    with session.registry.read() as tx:
        notice = registry.notice(tx, notice_id)
        require_in_force(notice, "nobody is to be told of it")
        parties = third_parties(tx, notice, session.policy)
        wanted = PartyState.TO_REMIND if manner.reminders else PartyState.TO_TELL
        told = [one for one in parties if one.state is wanted]
        facts = _Facts.of(tx, notice, (d for one in told for d in one.deliveries))
    facts = facts.drawn(session) if told else facts
    made = [_letter(session, facts, one, manner) for one in told]
    contents: dict[str, bytes] = {}
    for _, stem, text, draft in made:
        contents |= {f"{stem}.txt": text, f"{stem}.eml": draft}
    if contents:
        issue(contents, folder)
        with session.registry.write() as tx:
            registry.put_letters(tx, (letter for letter, *_ in made))
            session.record(tx, *(_written(session, letter) for letter, *_ in made))
        session.log.checkpoint(session.registry, session.clock())
    now = correspondence(session, notice.notice_id)
    return Correspondence(
        now.notice, now.parties, tuple((letter, folder / stem) for letter, stem, *_ in made)
    )


def _require_languages(given: Iterable[str]) -> None:
    for one in given:
        if one not in letters.LANGUAGES:
            raise UsageError(
                f"Letters are not written in {one!a}.",
                code="language",
                remedy=f"Give one of: {', '.join(letters.LANGUAGES)}.",
            )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What letters say of a notice's picture, by asset."""

    notice: Notice
    records: Mapping[str, MetadataRecord]
    edits: Mapping[str, Sequence[Edit]]
    looks: Mapping[str, Look]
    small: Mapping[str, bytes]

    @classmethod
    def of(cls, tx: Transaction, notice: Notice, given: Iterable[Delivery]) -> _Facts:
        uris = sorted({one.uri for one in given})
        found = registry.records(tx, uris)
        records = {u: one for u, one in found.items() if isinstance(one, MetadataRecord)}
        edits, looks = registry.edits_of(tx, uris), registry.looks_of(tx, uris)
        return cls(notice, records, edits, looks, {})

    def drawn(self, session: Session) -> _Facts:
        """With small pictures, of corrections: what is withdrawn or restricted goes out no more."""
        if self.notice.kind is not NoticeKind.CORRECTION:
            return self
        with thumbnails(session) as gallery:
            made = {
                uri: gallery.of(one.ref, content=one.image_digest or "").jpeg
                for uri, one in sorted(self.records.items())[:_MOST_DRAWN]
            }
        small = {uri: jpeg for uri, jpeg in made.items() if 0 < len(jpeg) <= _LARGEST_SMALL}
        return replace(self, small=small)

    def picture(self, given: Sequence[Delivery]) -> bytes:
        """A small picture of the first copy that has one, by which to know it; may be empty."""
        return next((self.small[one.uri] for one in given if one.uri in self.small), b"")

    def pictures(self, given: Sequence[Delivery]) -> tuple[SentPicture, ...]:
        days: dict[str, list[str]] = {}
        for one in given:
            days.setdefault(one.uri, []).append(one.day)
        named = tuple(one.value for one in self.notice.targets if one.kind is TargetKind.IDENTIFIER)
        return tuple(
            SentPicture(
                file_name=uri.replace("\\", "/").rpartition("/")[2],
                days=tuple(dict.fromkeys(some)),
                identifiers=(named or self._identifiers(uri))[:_MOST_LISTED],
                caption=self._said(uri, Property.DESCRIPTION),
                credit=self._said(uri, Property.CREDIT_LINE)
                or self._said(uri, Property.CREATOR_NAMES),
                looks=self._looks(uri),
                taken=self._said(uri, Property.DATE_CREATED),
            )
            for uri, some in days.items()
        )

    def _identifiers(self, uri: str) -> tuple[str, ...]:
        record = self.records.get(uri)
        return tuple(sorted(picture_identifiers(record))) if record is not None else ()

    def _said(self, uri: str, prop: Property) -> str:
        """A value as it went out: what stood there before the first correction of it."""
        for edit in self.edits.get(uri, ()):
            if edit.property is prop and edit.before:
                return edit.before
        record = self.records.get(uri)
        chosen = reconcile.preferred(record, prop) if record is not None else None
        return ", ".join(chosen.values) if chosen is not None else ""

    def _looks(self, uri: str) -> str:
        record, look = self.records.get(uri), self.looks.get(uri)
        width, height = (look.hash.width, look.hash.height) if look is not None else (0, 0)
        size = f"{width} × {height} px" if width and height else ""
        form = record.media_type if record is not None else ""
        return ", ".join(part for part in (size, form) if part)


def _letter(
    session: Session, facts: _Facts, party: ThirdParty, manner: Manner
) -> tuple[Letter, str, bytes, bytes]:
    """The letter, its files' name, its text, its draft."""
    notice = facts.notice
    given = party.again or party.deliveries
    pictures = facts.pictures(given)
    told = LetterFacts(
        recipient=party.recipient,
        contact=party.contact,
        desk=manner.desk or session.agent,
        sender=address(manner.sender),
        reference=notice.notice_id,
        kind=notice.kind.value,
        agency="" if notice.authority is Authority.IN_HOUSE else (notice.provider or ""),
        words=notice.text,
        corrections=tuple(
            (one.property, one.wrong or "", one.right or "")
            for one in notice.corrections
            if one.wrong or one.right
        ),
        pictures=pictures[:_MOST_PICTURES],
        more=max(0, len(pictures) - _MOST_PICTURES),
        today=session.policy.today or session.clock(),
        due=manner.due or _due(notice, session.policy),
        told=party.told if manner.reminders else None,
        before=party.told if party.again else None,
        small=facts.picture(given),
    )
    spoken = letters.languages(manner.languages, notice.language)
    letter_id, made = str(uuid4()), session.clock()
    draft = letters.eml(told, spoken, letter_id, made)
    kind = LetterKind.REMINDER if manner.reminders else LetterKind.FIRST
    letter = Letter(
        letter_id=letter_id,
        notice_id=notice.notice_id,
        recipient=party.recipient,
        contact=party.contact,
        kind=kind,
        made=made,
        agent=session.agent,
        sha256=hashlib.sha256(draft).hexdigest(),
    )
    # Beside the text lies no picture.
    alone = letters.text(replace(told, small=b""), spoken)
    text = alone.encode("utf-8", "backslashreplace")
    return letter, _stem(notice, party.recipient, kind), text, draft


def _due(notice: Notice, policy: Policy) -> str | None:
    """The day on which the desk wants to be done with the notice; None once it is past."""
    received = instant(notice.received)
    hours = duties.limits_for(policy.deadlines, notice.provider).complete
    end = after(received, hours) if received is not None and hours > 0 else None
    due = desk_day(written(end)) if end is not None else None
    return due.isoformat() if due is not None and due.isoformat() > policy.today else None


def _stem(notice: Notice, recipient: str, kind: LetterKind) -> str:
    """A file name that no name of a third party can lead astray; the same for the same party."""
    plain = unicodedata.normalize("NFKD", recipient).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:40].strip("-")
    mark = hashlib.sha256(party_key(recipient).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    parts = ("letter" if kind is LetterKind.FIRST else "reminder", notice.notice_id[:10], slug)
    return "-".join((*(part for part in parts if part), mark))


def _written(session: Session, letter: Letter) -> Event:
    """The recipient's name is committed to, so that it can be erased; its address is not kept."""
    return Event(
        "letter.write",
        agents=session.agents(),
        why=(("notice", letter.notice_id),),
        changes=(Change("recipient", None, letter.recipient),),
        detail=(
            ("letter", letter.letter_id),
            ("kind", letter.kind.value),
            ("sha256", letter.sha256),
        ),
    )
