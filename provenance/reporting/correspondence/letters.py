"""Letters to third parties: what a picture's notice asks of them, as text and as a mail draft.

Nothing is sent: a ``.eml`` file (RFC 5322) marked ``X-Unsent: 1`` opens as a draft, and a person
looks at it, signs it and sends it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined

from provenance.model import Property
from provenance.reporting.correspondence.letter_words import (
    COLONS,
    DAYS,
    FIELDS,
    MONTHS,
    SUBJECTS,
)
from provenance.reporting.text import one_line, paragraphs

LANGUAGES: Final = ("en", "de", "es", "fr")
"""The languages that letters are written in; each template was written, not translated word by
word."""

DOMAIN: Final = "provenance.invalid"
"""Behind the ``@`` of a letter's Message-ID: no machine's name leaves the desk (RFC 2606)."""

_LONGEST_CAPTION: Final = 3_000
_LONGEST_WORDS: Final = 8_000
_LONGEST_VALUE: Final = 500
_LONGEST_SUBJECT: Final = 120
_LONGEST_AGENCY: Final = 60
_CUT: Final = " […]"
_RULE: Final = "-" * 72
_WIDTH: Final = 76
_HANGS: Final = 4
_LEAD: Final = re.compile(r"> ?|    |  \d\. |  (?=\S)|")
# The newer policies parse what they are given, and hostile words drive that parser mad.
_POLICY: Final = compat32.clone(linesep="\r\n")
_Message: TypeAlias = "Message[Any, Any]"
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ,.:&'_/-]{0,199}")


@dataclass(frozen=True, slots=True)
class SentPicture:
    """One copy that the third party got.

    Attributes:
        file_name: without folders.
        days: on which it got it, ``YYYY-MM-DD``.
        identifiers: the agency's.
        caption: as it was before any correction.
        credit: as it was before any correction.
        looks: size and format, such as ``1,600 × 1,067 px, image/jpeg``.
        taken: the day of the picture as its file says it.
    """

    file_name: str
    days: tuple[str, ...]
    identifiers: tuple[str, ...] = ()
    caption: str = ""
    credit: str = ""
    looks: str = ""
    taken: str = ""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter says; every value but ``kind`` and the days may be hostile.

    Attributes:
        recipient: the third party.
        contact: its e-mail address; may be empty.
        desk: who writes.
        sender: the desk's e-mail address; empty: the mail program puts it in.
        reference: the notice's id.
        kind: value of a ``NoticeKind``.
        agency: who speaks; empty for the desk itself.
        words: the notice's own words.
        corrections: field, wrong and right value, each as far as the notice says.
        pictures: the copies that the letter lists.
        more: how many more copies there are.
        today: ``YYYY-MM-DD``.
        due: the last day for it; None: without delay.
        told: when the first letter was sent, of a reminder; None in the first letter.
        before: when it was told of other copies of the picture; None where it was not.
        small: a small JPEG of the picture that goes with the draft; may be empty.
    """

    recipient: str
    contact: str
    desk: str
    sender: str
    reference: str
    kind: str
    agency: str
    words: str
    corrections: tuple[tuple[Property | None, str, str], ...]
    pictures: tuple[SentPicture, ...]
    more: int
    today: str
    due: str | None = None
    told: str | None = None
    before: str | None = None
    small: bytes = b""


def languages(wanted: Sequence[str], spoken: str) -> tuple[str, ...]:
    """The languages of a letter: those wanted, else the notice's own and English.

    Args:
        wanted: by a person; each one of ``LANGUAGES``.
        spoken: BCP 47 tag of the notice.
    """
    if wanted:
        return tuple(dict.fromkeys(wanted))
    own = spoken.partition("-")[0].casefold()
    return tuple(dict.fromkeys((own, "en"))) if own in LANGUAGES else ("en",)


def subject(facts: LetterFacts, language: str) -> str:
    """One line that names the picture."""
    said = SUBJECTS[language]
    names = [name for one in facts.pictures for name in one.identifiers or (one.file_name,)]
    colon = COLONS.get(language, ": ")
    what = f"{said[facts.kind]}{colon}{', '.join(dict.fromkeys(names))}"
    line = f"{said['reminder']}{colon}{what}" if facts.told else what
    return _cut(one_line(line), _LONGEST_SUBJECT)


def text(facts: LetterFacts, spoken: Sequence[str]) -> str:
    """The letter, once in each language, with nothing hidden in it.

    What others wrote stands behind ``>`` or in lines of its own, so that it cannot pass for the
    desk's words. No line is longer than 76 characters but for words that are.
    """
    whole = f"\n{_RULE}\n\n".join(_in(facts, language) for language in spoken)
    return "\n".join(part for line in whole.split("\n") for part in _wrapped(line))


def _wrapped(line: str) -> Sequence[str]:
    """A line in lines that stand behind the same mark, or further in than its first one."""
    found = _LEAD.match(line)
    if len(line) <= _WIDTH or found is None:
        return (line,)
    mark = found[0]
    # Only the desk's own sentences begin at the margin, and go on there.
    hangs = mark if mark.startswith(">") else " " * (len(mark) + _HANGS * (mark == "  "))
    return textwrap.wrap(
        line.removeprefix(mark),
        width=_WIDTH,
        initial_indent=mark,
        subsequent_indent=hangs,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _in(facts: LetterFacts, language: str) -> str:
    environment = _environment()
    pictures = [
        {
            "file_name": one_line(one.file_name),
            "identifiers": [_value(name) for name in one.identifiers],
            "looks": _value(one.looks),
            "taken": _value(one.taken),
            "credit": _value(one.credit),
            "caption": _cut(paragraphs(one.caption), _LONGEST_CAPTION),
            "days": [day(each, language) for each in one.days],
        }
        for one in facts.pictures
    ]
    return environment.get_template(f"letter.{language}.txt.j2").render(
        recipient=one_line(facts.recipient),
        contact=one_line(facts.contact),
        desk=one_line(facts.desk),
        reference=one_line(facts.reference),
        kind=facts.kind,
        agency=_cut(one_line(facts.agency), _LONGEST_AGENCY),
        words=_cut(paragraphs(facts.words).strip("\n"), _LONGEST_WORDS),
        corrections=[
            {"field": _field(prop, language), "wrong": _value(wrong), "right": _value(right)}
            for prop, wrong, right in facts.corrections
        ],
        pictures=pictures,
        more=facts.more,
        today=facts.today,
        due=facts.due,
        told=facts.told,
        before=facts.before,
        reminder=facts.told is not None,
        remedy=_remedy(facts),
        shown=bool(facts.small),
        day=lambda one: day(one, language),
    )


def _remedy(facts: LetterFacts) -> str:
    """What can be asked for a correction: the right words may not be known, or neither."""
    if any(right for _, _, right in facts.corrections):
        return "replace"
    return "remove" if any(wrong for _, wrong, _ in facts.corrections) else "follow"


def eml(facts: LetterFacts, spoken: Sequence[str], letter_id: str, made: str) -> bytes:
    """The letter as a mail draft (RFC 5322, line ends CRLF, UTF-8 body, ASCII headers).

    The small picture stands behind the text (RFC 2046 multipart/mixed, RFC 2183 inline).

    Args:
        facts: what it says.
        spoken: its languages; the subject is in the first.
        letter_id: unique; becomes the Message-ID.
        made: RFC 3339.
    """
    message: _Message = Message(policy=_POLICY)
    message["Message-ID"] = f"<{letter_id}@{DOMAIN}>"
    message["Date"] = format_datetime(datetime.fromisoformat(made))
    if facts.sender:
        message["From"] = _mailbox(facts.desk, facts.sender)
    if facts.contact:
        message["To"] = _mailbox(facts.recipient, facts.contact)
    message["Subject"] = _words(subject(facts, spoken[0]))
    message["Content-Language"] = ", ".join(spoken)
    message["X-Unsent"] = "1"
    if not facts.small:
        _set_text(message, facts, spoken)
        return message.as_bytes()
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = "multipart/mixed"
    message.set_boundary(f"=_{letter_id}")
    words: _Message = Message(policy=_POLICY)
    picture: _Message = Message(policy=_POLICY)
    _set_text(words, facts, spoken)
    del words["MIME-Version"]
    picture["Content-Type"] = 'image/jpeg; name="picture.jpg"'
    picture["Content-Disposition"] = 'inline; filename="picture.jpg"'
    picture.set_payload(facts.small)
    encode_base64(picture)
    message.set_payload([words, picture])
    return message.as_bytes()


def _set_text(message: _Message, facts: LetterFacts, spoken: Sequence[str]) -> None:
    body = Charset("utf-8")
    body.body_encoding = QP
    message.set_payload(text(facts, spoken).encode(), body)


def _mailbox(name: str, address: str) -> Header:
    """A name and an address that was checked before (RFC 5322, name-addr)."""
    shown = one_line(name)
    if _PLAIN.fullmatch(shown):
        return Header(f'"{shown}" <{address}>', "us-ascii")
    header = Header(shown, "utf-8")
    header.append(f"<{address}>", "us-ascii")
    return header


def _words(shown: str) -> Header:
    """Words for a header; all but the plainest are encoded and cannot be syntax (RFC 2047)."""
    return Header(shown, "us-ascii" if _PLAIN.fullmatch(shown) else "utf-8")


def day(moment: str, language: str) -> str:
    """The day of an RFC 3339 moment as people write it; other text as it is."""
    try:
        found = date.fromisoformat(moment[:10])
    except ValueError:
        return one_line(moment)
    form = DAYS.get(language, "{0} {1} {2}")
    number = "1er" if language == "fr" and found.day == 1 else str(found.day)
    return form.format(number, MONTHS[language][found.month - 1], found.year)


def _field(prop: Property | None, language: str) -> str:
    return "" if prop is None else FIELDS[language].get(prop, prop.value)


def _value(words: str) -> str:
    return _cut(one_line(words), _LONGEST_VALUE)


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - len(_CUT)] + _CUT


def _quoted(words: str, mark: str) -> str:
    return "\n".join((mark + line).rstrip() for line in re.split("\n", words))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Plain text: what could hide or steer was made visible before it got here."""
    environment = Environment(  # noqa: S701 - no markup is made
        loader=PackageLoader("provenance.reporting"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = _quoted
    return environment
