"""Letters: right in every language, harmless whatever stands in them."""

from __future__ import annotations

import email
import email.policy
import re
import unicodedata
from dataclasses import replace

import pytest
from payload_material import TEXTS

from provenance.model import Property
from provenance.reporting.correspondence.letters import (
    DOMAIN,
    LANGUAGES,
    LetterFacts,
    SentPicture,
    day,
    eml,
    languages,
    subject,
    text,
)

FACTS = LetterFacts(
    recipient="Éditions du Phare",
    contact="photo@phare.example.org",
    desk="Newsroom Example",
    sender="pictures@example.org",
    reference="afp-59fe6c85f30e8927",
    kind="correction",
    agency="AFP",
    words="[Bakr ALKASEM] instead of [Aaref WATAD].",
    corrections=((Property.CREATOR_NAMES, "Aaref WATAD", "Bakr ALKASEM"),),
    pictures=(
        SentPicture(
            "000_36NV2QL.jpg",
            ("2024-12-01", "2024-12-02"),
            ("000_36NV2QL",),
            "Fighters on a road.\n(Photo by Aaref WATAD / AFP)",
            "AFP",
            "840 × 560 px, image/jpeg",
        ),
    ),
    more=0,
    today="2024-12-03",
    due="2024-12-06",
)
WORDS = {
    "en": ("wrong: Aaref WATAD", "by 6 December 2024", "1 December 2024, 2 December 2024"),
    "de": ("falsch:  Aaref WATAD", "bis zum 6. Dezember 2024", "Bildnachweis"),
    "es": ("incorrecto: Aaref WATAD", "a más tardar el 6 de diciembre de 2024", "Pie de foto"),
    "fr": ("faux :  Aaref WATAD", "au plus tard le 6 décembre 2024", "le : 1er décembre 2024"),
}


def loose(words: str) -> str:
    """Without the breaks of lines, and with every space breaking."""
    kept = "\0"
    words = words.replace("\N{NO-BREAK SPACE}", " ").replace("\n\n", kept)
    return re.sub(r"\n(?=[^ >])", " ", words).replace(kept, "\n\n")


def parsed(facts: LetterFacts, *spoken: str) -> email.message.EmailMessage:
    raw = eml(facts, spoken or ("en",), "0b6e", "2024-12-03T10:00:00.000Z")
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(message, email.message.EmailMessage)
    return message


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["correction", "withdrawal", "restriction"])
def test_each_language_says_what_is_asked(language: str, kind: str) -> None:
    told = loose(text(replace(FACTS, kind=kind), (language,)))
    for words in WORDS[language]:
        assert words in told
    assert "> [Bakr ALKASEM] instead of [Aaref WATAD]." in told
    assert "000_36NV2QL.jpg" in told
    assert "\n\n\n\n" not in told
    facts = replace(FACTS, kind=kind, told="2024-11-20T10:00:00Z", due=None)
    reminder = loose(text(facts, (language,)))
    assert loose(day("2024-11-20", language)) in reminder
    again = loose(text(replace(FACTS, kind=kind, before="2024-11-21"), (language,)))
    assert loose(day("2024-11-21", language)) in again
    assert WORDS[language][1] not in reminder


def test_a_letter_without_much_on_record_has_no_empty_places() -> None:
    bare = replace(
        FACTS, contact="", agency="", words="", corrections=((None, "x", ""),), due=None,
        pictures=(SentPicture("a.jpg", ("2024-12-01",)),), more=3,
    )  # fmt: skip
    for language in LANGUAGES:
        told = text(bare, (language,))
        assert "None" not in told
        assert "> " not in told
        assert "3" in told
    assert "To" not in parsed(bare)


def test_the_draft_is_a_mail() -> None:
    message = parsed(FACTS, "fr", "en")
    assert not message.defects
    assert all(not message[name].defects for name in message.keys())  # noqa: SIM118 - a message
    assert message["Message-ID"] == f"<0b6e@{DOMAIN}>"
    assert message["X-Unsent"] == "1"
    assert message["To"].addresses[0].addr_spec == "photo@phare.example.org"
    assert message["To"].addresses[0].display_name == "Éditions du Phare"
    assert message["From"].addresses[0].addr_spec == "pictures@example.org"
    assert message["Date"].datetime.isoformat() == "2024-12-03T10:00:00+00:00"
    assert message["Subject"] == "Correction d’une image\N{NO-BREAK SPACE}: 000_36NV2QL"
    assert message["Content-Language"] == "fr, en"
    body = message.get_content().replace("\r\n", "\n")
    assert body.rstrip() == text(FACTS, ("fr", "en")).rstrip()
    plain = eml(FACTS, ("en",), "0b6e", "2024-12-03T10:00:00Z")
    assert b"\r\nSubject: Correction of a picture: 000_36NV2QL\r\n" in plain
    assert b'\r\nFrom: "Newsroom Example" <pictures@example.org>\r\n' in plain
    raw = eml(FACTS, ("fr", "en"), "0b6e", "2024-12-03T10:00:00Z")
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert "From" not in parsed(replace(FACTS, sender=""))


def test_a_small_picture_goes_inside_the_draft() -> None:
    small = b"\xff\xd8" + bytes(range(256)) * 20 + b"\xff\xd9"
    raw = eml(replace(FACTS, small=small), ("en",), "0b6e", "2024-12-03T10:00:00Z")
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    words, picture = message.iter_parts()
    assert not any(part.defects for part in (message, words, picture))
    assert message.get_content_type() == "multipart/mixed"
    assert [*message.keys()].count("MIME-Version") == 1
    assert "so that you can recognise it" in loose(words.get_content().replace("\r\n", "\n"))
    assert picture.get_content_type() == "image/jpeg"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content() == small
    # RFC 5322, section 2.1.1: at most 78 octets, and every line ends in CRLF.
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_end_where_a_mail_shows_them_whole(language: str) -> None:
    long = replace(FACTS, words="word " * 500, agency="A very long agency of the press " * 9)
    lines = text(long, (language,)).split("\n")
    assert max(map(len, lines)) <= 76
    quoted = [line for line in lines if line.startswith(">")]
    assert len(quoted) > 30
    assert sum(line.count("word") for line in quoted) == 500


def test_what_wraps_stays_behind_its_mark() -> None:
    """Words of others must not come to stand where the desk's own sentences begin."""
    forged = "x " * 35 + "Please wire money."
    picture = replace(FACTS.pictures[0], caption=forged, credit=forged, file_name=forged)
    told = text(
        replace(FACTS, words=forged, pictures=(picture,), corrections=((None, forged, forged),)),
        ("en",),
    )
    assert told.count("wire") == 6
    assert all(line[:1] in {" ", ">"} for line in told.split("\n") if "wire" in line)


@pytest.mark.parametrize(
    ("corrections", "asked"),
    [
        (((None, "a", "b"),), "Put the right words in the place of the wrong ones"),
        (((None, "a", ""),), "Remove the wrong words"),
        ((), "as the words quoted below say"),
    ],
)
def test_nothing_is_asked_that_the_notice_does_not_tell(
    corrections: tuple[tuple[None, str, str], ...], asked: str
) -> None:
    told = loose(text(replace(FACTS, corrections=corrections), ("en",)))
    assert asked in " ".join(told.split())


@pytest.mark.parametrize("payload", TEXTS)
def test_hostile_words_stay_words(payload: str) -> None:
    hostile = replace(
        FACTS,
        recipient=payload, desk=payload, reference=payload, agency=payload, words=payload,
        corrections=((Property.CREDIT_LINE, payload, payload),),
        pictures=(SentPicture(payload, (payload,), (payload,), payload, payload, payload),),
        due=payload,
    )  # fmt: skip
    usual = {*parsed(FACTS).keys()}
    for language in LANGUAGES:
        told = text(hostile, (language,))
        told.encode()
        assert not [c for c in told if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs"}]
        message = parsed(hostile, language)
        assert {*message.keys()} == usual
        assert len(message.get_all("To", [])) == len(message["To"].addresses) == 1
        assert message["To"].addresses[0].addr_spec == FACTS.contact
        assert message["From"].addresses[0].addr_spec == FACTS.sender
        assert len(message["Subject"]) <= 120
        assert not message.is_multipart()


def test_what_others_wrote_cannot_pass_for_the_desks_words() -> None:
    forged = "x\n\nPlease wire money.\n\nWith kind regards"
    told = text(replace(FACTS, words=forged, recipient=forged), ("en",))
    assert "\nPlease wire money." not in told
    assert "> Please wire money." in told


def test_long_words_are_cut_and_say_so() -> None:
    told = text(replace(FACTS, words="x " * 90_000), ("en",))
    assert len(told) < 12_000
    assert "[…]" in told


def test_languages_follow_the_notice_and_english_stands_beside() -> None:
    assert languages((), "fr-FR") == ("fr", "en")
    assert languages((), "en-GB") == languages((), "fi") == languages((), "") == ("en",)
    assert languages(("de", "de"), "fr") == ("de",)


def test_days_are_written_as_people_write_them() -> None:
    told = {language: day("2024-03-01T10:00:00Z", language) for language in LANGUAGES}
    assert told == {
        "en": "1 March 2024",
        "de": "1.\N{NO-BREAK SPACE}März 2024",
        "es": "1 de marzo de 2024",
        "fr": "1er mars 2024",
    }
    assert subject(FACTS, "de") == "Bildberichtigung: 000_36NV2QL"
