"""Articles and plain messages: what is bound to what, seen how often."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from notice_material import ARTICLE, BLOCK, BOATS, CAFE, KILL, LEAD, NOTICE, PARK, QUAY, bracket

from provenance.captions import normalise
from provenance.model import Authority, TargetKind
from provenance.notices import ParsedCarrier, parse_text
from provenance.notices.carrier import pictures_named
from provenance.notices.files import parse_file


def _parsed(text: str, name: str = "note.txt") -> ParsedCarrier:
    parsed = parse_file(name, text.encode(), "2024-12-02T08:00:00+00:00", "anna.editor")
    assert parsed.errors == ()
    return parsed


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems_give_the_same_captions(line_end: str) -> None:
    parsed = _parsed(ARTICLE.replace("\n", line_end))
    assert [one.caption.text for one in parsed.captions] == [LEAD, CAFE, BOATS, QUAY, PARK]
    assert [len(one.occurrences) for one in parsed.notices] == [2]


def test_article_with_a_leaked_notice() -> None:
    parsed = _parsed(ARTICLE, "article.txt")
    (found,) = parsed.notices
    assert [(one.kind, one.value) for one in found.targets] == [(TargetKind.CAPTION, BOATS)]
    assert [ARTICLE[one.start : one.end] for one in found.occurrences] == [NOTICE, NOTICE]
    assert {one.source for one in found.occurrences} == {"article.txt"}
    assert [(one.caption.text, one.occurrences, one.notice_ids) for one in parsed.captions] == [
        (LEAD, 2, ()),
        (CAFE, 2, ()),
        (BOATS, 2, (found.notice_id,)),
        (QUAY, 2, ()),
        (PARK, 2, ()),
    ]
    leading = [one.caption.credit for one in parsed.captions]
    assert [one and one.creator for one in leading] == [
        None,
        "Luc MARIN",
        "Ana DUPOND",
        "Luc MARIN",
        "Ana DUPOND",
    ]


def test_captions_and_notices_cover_their_block() -> None:
    parsed = _parsed(BLOCK)
    spans = [(one.caption.start, one.caption.end) for one in parsed.captions]
    assert spans[0][0] == 0
    assert spans[-1][1] == len(BLOCK)
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_seed_article(shared: Path) -> None:
    data = (shared / "seed/article.txt").read_bytes()
    text = data.decode()
    parsed = parse_file("article.txt", data, None, "anna.editor")
    (found,) = parsed.notices
    assert [(one.right, one.wrong) for one in found.corrections] == [
        ("Bakr ALKASEM", "Aaref WATAD")
    ]
    (target,) = found.targets
    assert target.value.startswith("Anti-government fighters drive down a road in Maaret al-Numan")
    assert target.value.endswith("(Photo by Bakr ALKASEM / AFP)")
    assert len(found.occurrences) == 2
    for one in found.occurrences:
        assert text[one.start : one.end].startswith("The erroneous mention[s]")
        assert text[one.start : one.end].endswith("you may require.")
    credited = [one for one in parsed.captions if one.caption.credit and one.caption.credit.creator]
    assert [one.occurrences for one in credited] == [2, 2, 2, 2]
    (lead,) = [one for one in parsed.captions if one not in credited]
    assert lead.caption.text.endswith("November 30, 2024. (AFP Photo)")
    assert [bool(one.notice_ids) for one in credited] == [False, True, False, False]


def test_receipt_gives_authority() -> None:
    brought = parse_file(
        "a.txt", NOTICE.encode(), "2024-12-02T08:00:00+00:00", "anna.editor"
    ).notices[0]
    assert (brought.received, brought.received_by) == ("2024-12-02T08:00:00+00:00", "anna.editor")
    assert brought.authority is Authority.BROUGHT
    assert len(brought.source_digest) == 64
    found = parse_file("a.txt", NOTICE.encode(), None, None).notices[0]
    assert (found.authority, found.received) == (Authority.EMBEDDED, None)


def test_identifiers_of_a_plain_message_are_targets() -> None:
    text = f"Please note for AFP_48KT7NQ and 000_34L82NW:\n\n{NOTICE}\n\nThe photo desk"
    (found,) = _parsed(text).notices
    assert [(one.kind, one.value) for one in found.targets] == [
        (TargetKind.IDENTIFIER, "AFP_48KT7NQ"),
        (TargetKind.IDENTIFIER, "000_34L82NW"),
    ]


def test_identifiers_of_an_article_are_not_targets_of_a_bound_notice() -> None:
    text = (
        f"See also https://doc.afp.com/doc.afp.com.36PA6CH\n\n{BOATS} / ?{NOTICE}?\n\nAFP_48KT7NQ"
    )
    (found,) = _parsed(text).notices
    assert [one.kind for one in found.targets] == [TargetKind.CAPTION]


def test_two_kills_keep_their_own_pictures() -> None:
    other = KILL.replace("000_34L82NW", "000_36PA6CH")
    found = _parsed(f"{KILL}\n\n{other}").notices
    assert [[one.value for one in notice.targets] for notice in found] == [
        ["000_34L82NW"],
        ["000_36PA6CH"],
    ]


def test_a_lone_notice_and_a_lone_caption_of_a_message_belong_together() -> None:
    (found,) = _parsed(f"{NOTICE}\n\nCaption concerned:\n\n\n{BOATS}").notices
    assert [one.value for one in found.targets] == [BOATS]


def test_a_credit_alone_is_no_caption_target() -> None:
    (found,) = _parsed(f"(Photo by Ana DUPOND / AFP) / ?{NOTICE}?").notices
    assert found.targets == ()


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("cp1252", b""),
        ("utf-16", b""),
        ("utf-16-be", b"\xfe\xff"),
    ],
)
def test_encodings(encoding: str, mark: bytes) -> None:
    data = mark + f"{CAFE} / “{NOTICE}”".encode(encoding)
    parsed = parse_file("a.txt", data, None, "anna")
    assert [one.value for one in parsed.notices[0].targets] == [CAFE]


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 50,
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b'{"notice": "x"}',
        b"<?xml version='1.0'?><a/>",
        b"a" * 10_000_001,
        b"\xff\xfe\x00\xd8",
    ],
)
def test_what_is_no_text_is_an_error_with_a_remedy(data: bytes) -> None:
    parsed = parse_file("odd.bin", data, None, "anna")
    (error,) = parsed.errors
    assert parsed.notices == ()
    assert "odd.bin" in error.message
    assert error.remedy


def test_page_is_read_by_its_visible_words() -> None:
    page = f"<html><head><title>x</title><script>var a='{NOTICE}'</script></head><body><h1>Headline</h1><p>{BOATS} / “{NOTICE}”</p><p>Prose.</p></body></html>"
    parsed = _parsed(page, "page.html")
    (found,) = parsed.notices
    assert [one.value for one in found.targets] == [BOATS]
    assert len(found.occurrences) == 1


def test_odd_text_files_give_nothing_and_no_error() -> None:
    for text in ("", "\n\n", "{not json", "no notice here"):
        assert _parsed(text) == ParsedCarrier()


def test_captions_are_counted_by_their_normalised_text() -> None:
    parsed = _parsed(f"{BOATS}\n\n{BOATS.replace(' on May', '  on  May')}")
    ((only, count),) = [(one.caption.text, one.occurrences) for one in parsed.captions]
    assert (normalise(only), count) == (normalise(BOATS), 2)


def test_parse_text_gives_offsets_in_the_text() -> None:
    text = "x\n\n" + bracket("[A B] instead of [C D]")
    (found,) = parse_text(text, source="IIM 2:120")
    assert text[found.occurrences[0].start : found.occurrences[0].end] == found.text
    assert found.occurrences[0].source == "IIM 2:120"


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("sure", [False, True])
def test_thousands_of_notices_and_captions_cost_no_square(named: bool, sure: bool) -> None:
    lines = []
    for number in range(1_500):
        words = NOTICE[:150] if sure else "Please note"
        lines.append(f"{words} 000_{number:04d}ABC" if named else f"{words} today {number}")
        lines.append(f"Boats lie on river {number} in Lyon. (Photo by Ana DUPOND / AFP)\n\n")
    data = "\n".join(lines).encode()
    started = time.process_time()
    parsed = parse_file("a.txt", data, None, "anna")
    assert time.process_time() - started < 8
    assert len(parsed.captions) + len(parsed.errors) > 0


def test_too_many_notices_and_pictures_in_one_message_are_refused() -> None:
    kills = "\n\n".join([NOTICE[:150]] * 900)
    pictures = "\n".join(f"AFP_48KT{number:03d}" for number in range(900))
    parsed = parse_file("a.txt", f"{kills}\n\n{pictures}".encode(), None, "anna")
    (error,) = parsed.errors
    assert (error.code, "a.txt" in error.message) == ("notice-limit", True)
    assert error.remedy
    assert parse_text(f"{kills}\n\n{pictures}", source="IIM 2:120")


@pytest.mark.parametrize(
    "words",
    [
        "It is replaced by 000_34L82NX.",
        "It has been replaced with the new picture\n000_34L82NX, sent at once.",
        "Please use photo 000_34L82NX instead.",
        "Elle est remplacée par 000_34L82NX.",
        "Es wird ersetzt durch Bild 000_34L82NX.",
        "Fue sustituida por la foto 000_34L82NX.",
    ],
)
def test_a_replacement_is_not_the_picture_that_is_meant(words: str) -> None:
    told = pictures_named(f"Picture 000_34L82NW is withdrawn. {words}")
    assert [one.value for one in told] == ["000_34L82NW"]


@pytest.mark.parametrize(
    "words",
    [
        "Do not use 000_34L82NX.",
        "Do not use 000_34L82NX instead of another picture.",
        "The same holds for 000_34L82NX.",
        "You may no longer use 000_34L82NX",
    ],
)
def test_what_may_not_be_used_is_meant_too(words: str) -> None:
    told = pictures_named(f"Picture 000_34L82NW is withdrawn. {words}")
    assert [one.value for one in told] == ["000_34L82NW", "000_34L82NX"]


def test_a_message_that_names_only_a_replacement_keeps_it() -> None:
    assert [one.value for one in pictures_named("Use 000_34L82NX instead.")] == ["000_34L82NX"]


def test_the_search_for_replacements_is_linear() -> None:
    began = time.perf_counter()
    for piece in ("use the ", "use ", "replaced by new ", "use the photo 000_34L82NX "):
        pictures_named(piece * (500_000 // len(piece)))
    assert time.perf_counter() - began < 4
