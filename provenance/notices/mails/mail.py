"""Notices in a mail (RFC 5322, MIME): its subject, its text and what is attached.

The mail is hostile. It is measured before the parser sees it; a mail inside it and an
attached text, page or wire item are carriers of their own, read within the same limits.
Attached pictures are hashed and handed on; nothing else is opened.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from email.errors import MessageError
from email.message import Message

from provenance import identifiers, metadata
from provenance.errors import NoticeError, UnreadableError
from provenance.grammars import Context
from provenance.model import Notice, Target, TargetKind
from provenance.notices import documents, html, kinds
from provenance.notices.carrier import ParsedCarrier, pictures_named, read
from provenance.notices.identity import canonical, merge
from provenance.notices.mails import letters, parts, sender
from provenance.wording import normalise

_LARGEST_BODY = 10_000_000
_SIGNATURES = re.compile(r"application/(?:x-)?(?:pkcs7|pgp)-|text/(?:x-)?(?:vcard|calendar|css)$")
_REPLY = re.compile(r"(?i)^(?:\s{0,4}(?:re|fwd?|wg|tr|aw|rv|vs|i|enc|doorst)\s{0,2}:){1,8}\s{0,4}")
_KILL = re.compile(
    r"(?i)\b(?:mandatory|picture|photo)\s{1,4}kill\b|\beffacement\s{1,4}obligatoire\b"
    r"|\bborrado\s{1,4}obligatorio\b"
)
_FAILURES = (
    *(MessageError, RecursionError, ValueError, LookupError, TypeError),
    *(AttributeError, AssertionError),
)


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail to be read: the one that was given, or one inside it.

    Attributes:
        message: as taken apart.
        place: where it is, as locators begin: ``attached mail 1: ``.
        context: of the mail that it came in.
        sent: when that one was sent.
        depth: how deep it stands.
    """

    message: Message
    place: str = ""
    context: Context = field(default_factory=Context)
    sent: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one mail holds, before its words are read."""

    subject: str
    plain: str
    marked_up: str
    attachments: tuple[parts.Part, ...]
    mails: tuple[parts.Part, ...]


def parse(name: str, data: bytes) -> tuple[ParsedCarrier, str | None]:
    """The notices and captions of a mail, and the time that its Date field gives.

    Every agency identifier in the subject, the text or an attachment's name is a target of
    the notice, and so are the digests of attached pictures. A forwarded mail that names its
    own pictures is not given those of the mail around it. Of a notice that came twice in
    one mail the one that names more pictures is kept.

    Raises:
        NoticeError: a limit is exceeded, or the mail cannot be read.
    """
    reader = _Reader(name)
    first = _Mail(parts.parsed(name, data))
    try:
        whole = reader.read(first)
        return whole, parts.date(first.message)
    except _FAILURES as error:
        # The parser decodes when it is asked, and its failures are of all these kinds.
        raise parts.unreadable(name, error) from error


class _Reader:
    """Reads one mail and those inside it, and keeps what they say."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._budget = parts.Budget(name)
        self._found: list[ParsedCarrier] = []
        self._waiting: deque[_Mail] = deque()
        self._inside = 0

    def read(self, first: _Mail) -> ParsedCarrier:
        """The mail, then each one inside it in the order in which they are met."""
        self._one(first)
        while self._waiting:
            mail = self._waiting.popleft()
            try:
                self._one(mail)
            except _FAILURES as error:
                self._found.append(ParsedCarrier(errors=(parts.unreadable(self._name, error),)))
            except NoticeError as error:
                if error.code == "notice-limit":
                    raise
                self._found.append(ParsedCarrier(errors=(error,)))
        return _united(self._found)

    def _one(self, mail: _Mail) -> None:
        sheet = self._opened(mail)
        subject = _REPLY.sub("", sheet.subject)
        context = Context(
            provider=sender.provider(parts.field(mail.message, "From")) or mail.context.provider,
            signalled=sender.signalled(subject) or mail.context.signalled,
        )
        here = replace(mail, context=context, sent=parts.date(mail.message) or mail.sent)
        named = [target for one in sheet.attachments for target in _identified(one.filename)]
        contents = [(one, parts.content(one.part)) for one in sheet.attachments]
        pictures = tuple((_label(one), data) for one, data in contents if _is_picture(data))
        named += [target for _, data in pictures for target in _digests(data)]
        enclosed = [
            self._attachment(here, one, data, named)
            for one, data in contents
            if not _is_picture(data)
        ]
        self._found.append(ParsedCarrier(attached=pictures))
        for part in sheet.mails:
            self._enclosed_mail(here, part)
        for one in (_body(self._name, sheet, subject, here, named), *enclosed):
            self._found.append(_sent(one, here.sent))

    def _opened(self, mail: _Mail) -> _Sheet:
        plain: list[str] = []
        marked_up: list[str] = []
        attachments: list[parts.Part] = []
        mails: list[parts.Part] = []
        size = 0
        for leaf in parts.leaves(mail.message, self._budget, mail.depth):
            if leaf.media_type.startswith("message/"):
                mails.append(leaf)
            elif not leaf.attached and leaf.media_type in {"text/plain", "text/html"}:
                words = parts.words(leaf.part)
                size += len(words)
                if size > _LARGEST_BODY:
                    raise parts.refused(
                        self._name, f"more than {_LARGEST_BODY:,} characters of text"
                    )
                (plain if leaf.media_type == "text/plain" else marked_up).append(words)
            elif not (leaf.inline and leaf.media_type.startswith("image/")):
                attachments.append(leaf)
        return _Sheet(
            subject=parts.field(mail.message, "Subject"),
            plain="\n\n".join(words for words in plain if words.strip()),
            marked_up="\n".join(words for words in marked_up if words.strip()),
            attachments=tuple(attachments),
            mails=tuple(mails),
        )

    def _attachment(
        self, mail: _Mail, part: parts.Part, data: bytes, named: Sequence[Target]
    ) -> ParsedCarrier:
        """What an attachment says that is no picture."""
        label = _label(part)
        skipped = ParsedCarrier(skipped=(label,))
        if not data.strip() or _SIGNATURES.match(part.media_type) or kinds.foreign(data):
            return skipped
        kind = kinds.kind(label, data)
        if kind is kinds.Kind.MBOX:
            return skipped
        whole_name = f"{self._name}, {label}"
        try:
            if kind is kinds.Kind.MAIL:
                self._queue(mail, parts.parsed(whole_name, data), part.depth)
                return ParsedCarrier()
            opened = documents.parse(whole_name, data, context=mail.context, named=named)
        except NoticeError as error:
            if error.code == "carrier-unknown":
                return skipped
            return ParsedCarrier(errors=(error,))
        return _placed(opened, self._name, f"{mail.place}attachment {label}")

    def _enclosed_mail(self, mail: _Mail, part: parts.Part) -> None:
        inside = parts.inner(part.part)
        if part.media_type != "message/rfc822" or inside is None:
            self._found.append(ParsedCarrier(skipped=(_label(part),)))
            return
        if inside.keys():
            self._queue(mail, inside, part.depth)
            return
        # RFC 2046 forbids to encode a message/rfc822 part; some programs do it all the same.
        try:
            data = base64.b64decode(parts.content(inside), validate=False)
            self._queue(mail, parts.parsed(self._name, data), part.depth)
        except binascii.Error:
            self._queue(mail, inside, part.depth)
        except NoticeError as error:
            self._found.append(ParsedCarrier(errors=(error,)))

    def _queue(self, mail: _Mail, message: Message, depth: int) -> None:
        self._budget.spend(depth + 1)
        self._inside += 1
        place = f"attached mail {self._inside}: "
        self._waiting.append(_Mail(message, place, mail.context, mail.sent, depth + 1))


def _body(
    name: str, sheet: _Sheet, subject: str, mail: _Mail, named: Sequence[Target]
) -> ParsedCarrier:
    """The notices of the plain text, else of the HTML, else of the subject."""
    plain = _letters(name, sheet.plain, subject, mail, named)
    if plain.notices or not sheet.marked_up:
        return plain
    marked_up = _letters(name, html.words(sheet.marked_up, name), subject, mail, named)
    return plain if plain.captions and not marked_up.notices else marked_up


def _letters(
    name: str, text: str, subject: str, mail: _Mail, named: Sequence[Target]
) -> ParsedCarrier:
    """The notices of each message of a text, the writer's own first."""
    own, *forwarded = letters.letters(text)
    around = [*pictures_named(f"{subject}\n{letters.unsigned(own.text)}"), *named]
    found = [_read(name, replace(own, subject=subject), mail, around)]
    for number, letter in enumerate(forwarded, start=1):
        context = Context(
            provider=sender.provider(letter.sender) or mail.context.provider,
            signalled=sender.signalled(letter.subject) or mail.context.signalled,
        )
        inside = replace(mail, context=context, place=f"{mail.place}forwarded mail {number}: ")
        headed = replace(letter, subject=_REPLY.sub("", letter.subject))
        own_pictures = pictures_named(f"{headed.subject}\n{headed.text}")
        targets = [*own_pictures, *named] if own_pictures else around
        found.append(_sent(_read(name, headed, inside, targets), letter.sent))
    return ParsedCarrier(
        notices=merge([one for each in found for one in each.notices]),
        captions=tuple(one for each in found for one in each.captions),
    )


def _read(name: str, letter: letters.Letter, mail: _Mail, named: Sequence[Target]) -> ParsedCarrier:
    """The notices of one message: of its text, with its subject where that announces a kill."""
    subject = letter.subject
    captioned = ParsedCarrier()
    for text in letters.readable(letter.text):
        together = f"{subject}\n{text}"
        tries = [(text, "mail body")]
        if _KILL.search(subject) and not _KILL.search(text):
            # The subject is the heading of this notice and its first words.
            tries = [(together, "mail subject and body"), (subject, "mail subject"), *tries]
        elif sender.signalled(subject):
            tries.append((together, "mail subject and body"))
        for words, locator in tries:
            found = read(
                words,
                source=name,
                named=named,
                locator=f"{mail.place}{locator}",
                context=mail.context,
            )
            if found.notices:
                return found
            captioned = captioned if captioned.captions else found
    return captioned


def _label(part: parts.Part) -> str:
    return part.filename or f"unnamed {part.media_type}"


def _is_picture(data: bytes) -> bool:
    kind = metadata.sniff(data[: metadata.SNIFF_LENGTH])
    return kind is not None and kind.startswith("image/")


def _identified(text: str) -> list[Target]:
    return [Target(TargetKind.IDENTIFIER, one.written) for one in identifiers.find(text)]


def _digests(data: bytes) -> Iterator[Target]:
    yield Target(TargetKind.DIGEST, "sha256:" + hashlib.sha256(data).hexdigest())
    try:
        scan = metadata.digests(data).scan
    except UnreadableError:
        # A damaged attachment still names itself by its name and its bytes.
        return
    if scan is not None:
        yield Target(TargetKind.DIGEST, "scan:" + scan)


def _sent(found: ParsedCarrier, sent: str | None) -> ParsedCarrier:
    return replace(
        found, notices=tuple(replace(one, sent=one.sent or sent) for one in found.notices)
    )


def _placed(found: ParsedCarrier, source: str, place: str) -> ParsedCarrier:
    """What an attachment says, as said by the mail at that place."""
    notices = (
        replace(
            one,
            occurrences=tuple(
                replace(
                    seen,
                    source=source,
                    locator=f"{place}: {seen.locator}" if seen.locator else place,
                )
                for seen in one.occurrences
            ),
        )
        for one in found.notices
    )
    return replace(found, notices=tuple(notices))


def _united(found: Sequence[ParsedCarrier]) -> ParsedCarrier:
    """All that was found, each notice once."""
    return ParsedCarrier(
        notices=_once([one for each in found for one in each.notices]),
        captions=tuple(one for each in found for one in each.captions),
        errors=tuple(one for each in found for one in each.errors),
        items=tuple(one for each in found for one in each.items),
        attached=tuple(one for each in found for one in each.attached),
        skipped=tuple(one for each in found for one in each.skipped),
    )


def _once(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """The notices, those with the words of another that names their pictures too joined to it."""
    fullest: dict[tuple[str, ...], tuple[str, frozenset[str]]] = {}
    keyed: list[tuple[tuple[str, ...], frozenset[str], Notice]] = []
    for one in notices:
        said = (one.kind.value, one.item, normalise(one.text))
        keyed.append((said, frozenset(map(canonical, one.targets)), one))
    for words, pictures, one in keyed:
        if words not in fullest or len(pictures) > len(fullest[words][1]):
            fullest[words] = (one.notice_id, pictures)
    return merge(
        [
            replace(one, notice_id=fullest[words][0]) if pictures <= fullest[words][1] else one
            for words, pictures, one in keyed
        ]
    )
