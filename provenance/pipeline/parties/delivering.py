"""The ledger of what went to third parties: pictures are named, words and days are checked."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Final

from provenance import registry
from provenance.errors import UsageError
from provenance.matching.keys import FILENAME, ID, IMAGE, SCAN, SHA256, Key
from provenance.matching.picture import canonical_identifiers
from provenance.model import Change, Delivery, DutyAct, Event, EventObject
from provenance.pipeline.parties.names import party_key, recipient_name
from provenance.pipeline.parties.reopening import reopen_for
from provenance.pipeline.session import Session
from provenance.registry import Recorded, Transaction

_MOST_BEARING: Final = 500
_LONGEST_NAME: Final = 200
_LONGEST_ADDRESS: Final = 254
_LONGEST_ASSET: Final = 4_096
_DIGEST: Final = re.compile(r"(?:(sha-?256|scan|image):)?([0-9a-f]{64})", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_NAMED: Final = re.compile(r"[^<>]*<([^<>]+)>")
_ISO: Final = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ].{1,40})?")
_DOTTED: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_FIRST_YEAR: Final = 1900


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery in a person's words, checked by ``checked``.

    Attributes:
        recipient: the third party's name.
        day: ``YYYY-MM-DD``.
        contact: its address; may be empty.
    """

    recipient: str
    day: str
    contact: str = ""


def checked(recipient: str, day: str, contact: str, today: str) -> Told:
    """Check what a person tells of a delivery.

    Args:
        recipient: a name.
        day: a date.
        contact: an e-mail address, alone or behind a name; may be empty.
        today: ``YYYY-MM-DD``.

    Raises:
        UsageError: with code ``recipient``, ``day`` or ``contact``, and what to write instead.
    """
    return Told(recipient_name(recipient), day_given(day, today), address(contact))


def address(text: str) -> str:
    """An e-mail address (RFC 5322 addr-spec, ASCII); empty where none is given.

    Raises:
        UsageError: no address, several, or one with a line end in it.
    """
    given = text.strip()
    if not given:
        return ""
    named = _NAMED.fullmatch(given)
    plain = named[1].strip() if named and named[0].isprintable() else given
    try:
        if _ADDRESS.fullmatch(plain) and len(plain) <= _LONGEST_ADDRESS:
            return Address(addr_spec=plain).addr_spec
    except (ValueError, HeaderParseError) as error:
        raise _no_address(given) from error
    raise _no_address(given)


def _no_address(given: str) -> UsageError:
    return UsageError(
        f"{given[:_LONGEST_NAME]!a} is no e-mail address.",
        code="contact",
        remedy="Write one address, such as desk@example.org; a domain with other letters in its "
        "ASCII form (xn--...).",
    )


def day_given(text: str, today: str) -> str:
    """The day of a delivery, ``YYYY-MM-DD``.

    Taken: ``2024-12-03`` (also with ``/``, ``.`` or nothing between, or a time behind it) and
    ``3.12.2024``. ``03/12/2024`` is two different days to two readers, so it is refused.

    Raises:
        UsageError: no date, one that can be read two ways, or one to come.
    """
    given = text.strip()
    iso, dotted = _ISO.fullmatch(given), _DOTTED.fullmatch(given)
    try:
        if iso:
            day = date(int(iso[1]), int(iso[3]), int(iso[4]))
        elif dotted:
            day = date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
        else:
            raise _no_day(given)
    except ValueError as error:
        raise _no_day(given) from error
    # A desk east of the one that tells may be a day ahead.
    if today and day > date.fromisoformat(today) + timedelta(days=1):
        raise UsageError(
            f"{day} is yet to come: today is {today}.",
            code="day",
            remedy="Write the day on which the picture was given out.",
        )
    if day.year < _FIRST_YEAR:
        raise _no_day(given)
    return day.isoformat()


def _no_day(given: str) -> UsageError:
    return UsageError(
        f"{given[:60]!a} is no date that can be read in one way only.",
        code="day",
        remedy="Write YYYY-MM-DD.",
    )


def delivery_id(uri: str, recipient: str, day: str) -> str:
    """The same for the same picture, third party and day, whoever tells it and how often."""
    told = "\x00".join((uri, party_key(recipient), day))
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    return f"g-{digest[:24]}"


@dataclass(frozen=True, slots=True)
class Named:
    """What a word for a picture leads to.

    Attributes:
        uri: the asset; empty where there is none.
        scan_digest: of its picture data, where it is known.
        several: where it leads to different pictures, some of them.
    """

    uri: str = ""
    scan_digest: str | None = None
    several: tuple[str, ...] = ()


def pictures_named(tx: Transaction, words: Iterable[str], base: str) -> dict[str, Named]:
    """Find the pictures that words name: by path, by digest, by file name, by identifier.

    Args:
        tx: any transaction.
        words: a path, ``sha256:``/``scan:``/``image:`` with 64 hexadecimal digits or these alone,
            a file's name, or an agency's identifier.
        base: the absolute folder where relative paths start.

    Returns:
        For each word what it leads to. A path may lead to what is gone by now.
    """
    asked = [one for one in dict.fromkeys(words) if one and len(one) <= _LONGEST_ASSET]
    paths = {one: _path(one, base) for one in asked}
    held = registry.scan_digests(tx, paths.values())
    rest = {one: _keys(one) for one in asked if paths[one] not in held}
    reached = registry.by_keys(
        tx, {key for keys in rest.values() for key in keys}, at_most=_MOST_BEARING
    )
    uris = {uri for found in reached.values() for uri in found}
    digests = registry.scan_digests(tx, uris)
    found = {one: Named(path, held[path]) for one, path in paths.items() if path in held}
    return found | {one: _best(keys, reached, digests) for one, keys in rest.items()}


def _path(word: str, base: str) -> str:
    plain = word.removeprefix("file://")
    if "\\" in plain and "/" not in plain:
        plain = plain.replace("\\", "/").lstrip("/")
    return os.path.normpath(os.path.join(base, plain))


def _keys(word: str) -> tuple[Key, ...]:
    digest = _DIGEST.fullmatch(word.strip())
    if digest:
        kinds = {"scan": (SCAN,), "image": (IMAGE,)}.get(
            (digest[1] or "").lower(), (SHA256,) if digest[1] else (SHA256, SCAN, IMAGE)
        )
        return tuple((kind, digest[2].lower()) for kind in kinds)
    name = word.replace("\\", "/").rpartition("/")[2].strip()
    by_name = ((FILENAME, name.casefold()),) if name == word.strip() else ()
    return (*by_name, *((ID, one) for one in canonical_identifiers(word.strip())))


def _best(
    keys: Iterable[Key], reached: Mapping[Key, tuple[str, ...]], digests: Mapping[str, str | None]
) -> Named:
    """The first asset of the first key that leads anywhere; a file's name may mean several."""
    for key in keys:
        uris = reached.get(key, ())
        if not uris:
            continue
        data = {digests.get(uri) for uri in uris}
        if key[0] == FILENAME and len(uris) > 1 and (len(data) > 1 or None in data):
            return Named(several=uris[:3])
        return Named(uris[0], digests.get(uris[0]))
    return Named()


def named(tx: Transaction, word: str) -> Named:
    """The one picture that a word names, relative to the working folder.

    Raises:
        UsageError: none, or several (codes ``picture-unknown``, ``picture-unclear``).
    """
    found = pictures_named(tx, [word], os.getcwd()).get(word, Named())
    if found.uri:
        return found
    code, message, remedy = unknown(word, found)
    raise UsageError(message, code=code, remedy=remedy)


def unknown(word: str, found: Named) -> tuple[str, str, str]:
    """Code, message and remedy for a word that names no picture, or several."""
    shown = word if len(word) <= _LONGEST_NAME else f"{word[:_LONGEST_NAME]}…"
    if found.several:
        return (
            "picture-unclear",
            f"Several pictures are called {shown}: {', '.join(found.several)}.",
            "Give the path.",
        )
    return (
        "picture-unknown",
        f"The registry knows no picture by {shown or 'an empty word'}.",
        "`provenance scan` its folder, or name it by path, digest, file name or agency's number.",
    )


@dataclass(frozen=True, slots=True)
class Delivered:
    """What recording a delivery came to.

    Attributes:
        delivery: as it was told.
        done: whether it was new, or said more than was known.
        opened_again: duties to inform third parties that were closed before this one was known.
    """

    delivery: Delivery
    done: Recorded
    opened_again: tuple[DutyAct, ...] = ()


def deliver(session: Session, word: str, told: Told) -> Delivered:
    """Record that a picture went to a third party; telling it again changes nothing.

    Where a duty to inform third parties was closed before this one was known, it is open again.

    Args:
        session: its agent tells it.
        word: names the picture.
        told: to whom, when.

    Raises:
        UsageError: no such picture.
    """
    with session.registry.write() as tx:
        picture = named(tx, word)
        one = made(session, picture, told, "")
        done = registry.put_deliveries(tx, [one])
        if done.fresh or done.updated:
            session.record(tx, _event(session, one))
        opened_again = reopen_for(session, tx, one.uri)
    if opened_again or done.fresh or done.updated:
        session.log.checkpoint(session.registry, session.clock())
    return Delivered(one, done, opened_again)


def made(session: Session, picture: Named, told: Told, source: str) -> Delivery:
    """The delivery as it is kept."""
    return Delivery(
        delivery_id=delivery_id(picture.uri, told.recipient, told.day),
        uri=picture.uri,
        scan_digest=picture.scan_digest,
        recipient=told.recipient,
        contact=told.contact,
        day=told.day,
        recorded=session.clock(),
        agent=session.agent,
        source=source,
    )


def _event(session: Session, one: Delivery) -> Event:
    """It names no notice: whom a picture went to is no agency's business until one asks.

    The recipient is committed to, not written: names can be erased later.
    """
    return Event(
        "delivery.record",
        agents=session.agents(),
        objects=(EventObject("picture", one.uri),),
        changes=(
            Change("recipient", None, one.recipient),
            *((Change("contact", None, one.contact),) if one.contact else ()),
        ),
        detail=(("delivery", one.delivery_id), ("day", one.day)),
    )


def given_out(session: Session, word: str) -> tuple[Delivery, ...]:
    """What was given out of a picture, and of every asset with the same picture data.

    Raises:
        UsageError: no such picture.
    """
    with session.registry.read() as tx:
        picture = named(tx, word)
        digests = [picture.scan_digest] if picture.scan_digest else []
        return registry.deliveries(tx, [picture.uri], digests)
