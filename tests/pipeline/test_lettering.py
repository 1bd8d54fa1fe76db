"""Letters are written, said to be sent and answered; each act is in the log, nobody is leaked."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import CODE, RIGHT, WRONG
from third_party_material import COURIER, PHARE, RADIO, give, held_against, on, tree_of

from provenance import pipeline
from provenance.auditlog import entries
from provenance.errors import StorageError, UsageError
from provenance.model import AnswerKind, LetterKind, Notice, NoticeKind
from provenance.pipeline import Session, plan, remediate, scan
from provenance.pipeline.parties import lettering
from provenance.pipeline.parties.corresponding import Reply, correspondence, say_sent, take_answer
from provenance.pipeline.parties.lettering import Manner, write_letters
from provenance.reporting.third_parties import PartyState

pytestmark = pytest.mark.usefixtures("workers_here")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tree_of(tmp_path)


@pytest.fixture
def notice(tree: Path, session: Session) -> Notice:
    scan(session, [str(tree)])
    early = on(session, "2026-11-20")
    give(early, tree / f"{CODE}.jpg", RADIO, COURIER)
    give(
        early,
        tree / "web" / "copy.jpg",
        "../../etc/Päss wd\N{COMBINING ACUTE ACCENT}",
        contact="",
    )
    return held_against(session, tree)


def acts(session: Session, act: str) -> list[dict]:
    with session.registry.read() as tx:
        found = [one.record for one in entries(tx.connection, 0, 999)]
    return [one for one in found if one["act"] == act]


def test_letters_are_files_of_their_own(notice: Notice, session: Session, tmp_path: Path) -> None:
    out = tmp_path / "out"
    manner = Manner(desk="Newsroom Example", due="2026-12-01")
    done = write_letters(session, notice.notice_id[:8], out, manner)
    assert len(done.written) == 3
    assert len(list(out.iterdir())) == 6
    assert all(path.parent == out and path.name.isascii() for path in out.iterdir())
    (radio,) = [(one, stem) for one, stem in done.written if one.recipient == RADIO]
    letter, stem = radio
    draft = Path(f"{stem}.eml").read_bytes()
    assert letter.sha256 == hashlib.sha256(draft).hexdigest()
    assert f"Message-ID: <{letter.letter_id}@provenance.invalid>".encode() in draft
    told = Path(f"{stem}.txt").read_text()
    for words in (WRONG, RIGHT, f"{CODE}.jpg", "1 December 2026", "Newsroom Example", "5 December"):
        assert words in told
    assert str(tmp_path) not in told
    events = acts(session, "letter.write")
    assert [one["why"]["notice"] for one in events] == [notice.notice_id] * 3
    assert letter.sha256 in {one["detail"]["sha256"] for one in events}
    # Names can be erased: the log commits to them and does not hold them.
    assert RADIO not in str(events)


def test_the_caption_is_the_one_that_went_out(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    remediate(session, plan(session).plan)
    done = write_letters(session, notice.notice_id, tmp_path, Manner())
    told = Path(f"{done.written[0][1]}.txt").read_text()
    caption = told.partition("Caption as you received it")[2].partition("You received it")[0]
    assert f"(Photo by {WRONG} / AFP)" in " ".join(caption.split())


def test_a_limit_that_is_past_is_not_named(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    later = on(session, "2099-01-01")
    done = write_letters(later, notice.notice_id, tmp_path, Manner())
    assert "immediately, and confirm it to us.\n" in Path(f"{done.written[0][1]}.txt").read_text()


def test_nothing_is_written_where_nobody_is_to_be_told(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    done = write_letters(session, notice.notice_id, tmp_path / "out", Manner(reminders=True))
    assert not done.written
    assert not (tmp_path / "out").exists()
    assert not acts(session, "letter.write")


@pytest.mark.parametrize("manner", [Manner(languages=("tlh",)), Manner(sender="a@b\r\nBcc: x@y.z")])
def test_a_manner_that_makes_no_sense_is_refused(
    manner: Manner, notice: Notice, session: Session, tmp_path: Path
) -> None:
    with pytest.raises(UsageError):
        write_letters(session, notice.notice_id, tmp_path / "out", manner)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_loses_nothing(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot be written") as caught:
        write_letters(session, notice.notice_id, tmp_path / "file", Manner())
    assert caught.value.remedy
    assert not correspondence(session, notice.notice_id).parties[0].letters


def test_a_notice_that_speaks_no_more_makes_no_letters(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    pipeline.retract(session, notice.notice_id, "Wrong")
    with pytest.raises(UsageError, match="retracted"):
        write_letters(session, notice.notice_id, tmp_path, Manner())


def test_only_what_was_written_can_be_sent_and_once(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="waits to be sent"):
        say_sent(session, notice.notice_id, [RADIO])
    with pytest.raises(UsageError, match="waits to be sent"):
        say_sent(session, notice.notice_id, (), every=True)
    write_letters(session, notice.notice_id, tmp_path, Manner())
    again = write_letters(session, notice.notice_id, tmp_path, Manner())
    done = say_sent(session, notice.notice_id, [RADIO])
    (radio,) = [one for one in done.parties if one.recipient == RADIO]
    sent = [one.letter_id for one in radio.letters if one.sent]
    assert sent == [one.letter_id for one, _ in again.written if one.recipient == RADIO]
    with pytest.raises(UsageError) as caught:
        say_sent(session, notice.notice_id, [RADIO])
    assert COURIER in caught.value.remedy
    assert len(acts(session, "letter.sent")) == 1


def test_answers_hold_their_evidence_by_digest(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    proof = tmp_path / "answer.eml"
    proof.write_bytes(b"We did it.")
    digest = hashlib.sha256(b"We did it.").hexdigest()
    reply = Reply(AnswerKind.COMPLIED, "Done \u202eon Monday", str(proof))
    done = take_answer(session, notice.notice_id, RADIO.lower(), reply)
    (radio,) = [one for one in done.parties if one.answer]
    assert radio.answer is not None
    assert (radio.answer.recipient, radio.answer.evidence_sha256) == (RADIO, digest)
    (event,) = acts(session, "letter.answer")
    assert event["detail"] == {"answer": "complied", "evidenceSha256": digest}
    assert "Monday" not in str(event)


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        (PHARE, Reply(AnswerKind.COMPLIED)),
        (RADIO, Reply(AnswerKind.OTHER)),
        (RADIO, Reply(AnswerKind.COMPLIED, "x" * 5_000)),
        (RADIO, Reply(AnswerKind.COMPLIED, "", "/nowhere/answer.pdf")),
    ],
)
def test_answers_that_make_no_sense_are_refused(
    name: str, reply: Reply, notice: Notice, session: Session
) -> None:
    with pytest.raises(UsageError) as caught:
        take_answer(session, notice.notice_id, name, reply)
    assert caught.value.remedy
    assert not acts(session, "letter.answer")


def test_a_reminder_names_the_first_letter(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    first = on(session, "2026-11-22")
    write_letters(first, notice.notice_id, tmp_path, Manner())
    say_sent(first, notice.notice_id, (), every=True)
    later = on(replace(session), "2026-12-01")
    done = write_letters(later, notice.notice_id, tmp_path, Manner(reminders=True))
    assert {one.kind for one, _ in done.written} == {LetterKind.REMINDER}
    assert "22 November 2026" in Path(f"{done.written[0][1]}.txt").read_text()
    assert b"Subject: Reminder: Correction" in Path(f"{done.written[0][1]}.eml").read_bytes()


def test_a_day_in_the_past_can_be_said(notice: Notice, session: Session, tmp_path: Path) -> None:
    write_letters(on(session, "2026-11-21"), notice.notice_id, tmp_path, Manner())
    later = on(session, "2026-11-24")
    for day, words in (
        ("2026-11-25", "yet to come"),
        ("2026-11-20", "was written on 2026-11-21"),
        ("yesterday", "no date"),
    ):
        with pytest.raises(UsageError, match=words) as caught:
            say_sent(later, notice.notice_id, [RADIO], on=day)
        assert caught.value.remedy
    assert not acts(session, "letter.sent")
    done = say_sent(later, notice.notice_id, [RADIO], on="2026-11-22")
    (radio,) = [one for one in done.parties if one.recipient == RADIO]
    # Of an earlier day no hour is known, so none is made up.
    assert radio.told == "2026-11-22"
    assert acts(session, "letter.sent")[0]["detail"]["sent"] == "2026-11-22"
    done = say_sent(later, notice.notice_id, [COURIER], on="2026-11-24")
    (courier,) = [one for one in done.parties if one.recipient == COURIER]
    assert courier.told == "2026-11-24T12:00:00.000Z"
    waiting = correspondence(on(session, "2026-11-29"), notice.notice_id).parties
    assert {one.recipient for one in waiting if one.state is PartyState.TO_REMIND} == {RADIO}


def test_a_correction_goes_out_with_a_small_picture_and_a_withdrawal_with_none(
    notice: Notice, session: Session, tmp_path: Path
) -> None:
    done = write_letters(session, notice.notice_id, tmp_path, Manner())
    for _, stem in done.written:
        draft, alone = Path(f"{stem}.eml").read_bytes(), Path(f"{stem}.txt").read_text()
        assert b"Content-Type: image/jpeg" in draft
        assert len(draft) < 100_000
        # The text lies alone: it speaks of nothing that is attached.
        assert "attached" not in alone
    with session.registry.read() as tx:
        kill = replace(notice, kind=NoticeKind.WITHDRAWAL)
        facts = lettering._Facts.of(tx, kill, done.parties[0].deliveries)
    assert facts.drawn(session).small == {}
