"""Letters to third parties under notices, and their answers. Answers are only added."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select, update

from provenance.model import Answer, AnswerKind, Letter, LetterKind
from provenance.registry.registry import Transaction
from provenance.registry.statements import chunks, next_number
from provenance.registry.tables import ANSWER, LETTER


def put_letters(tx: Transaction, letters: Iterable[Letter]) -> None:
    """Record letters as they were written."""
    rows = [
        {
            "letter_id": one.letter_id,
            "notice_id": one.notice_id,
            "recipient": one.recipient,
            "contact": one.contact,
            "kind": one.kind.value,
            "made": one.made,
            "agent": one.agent,
            "sha256": one.sha256,
            "sent": one.sent,
        }
        for one in letters
    ]
    if rows:
        tx.writing().execute(insert(LETTER), rows)


def mark_sent(tx: Transaction, letter_ids: Iterable[str], sent: str) -> None:
    """Record that letters were sent; one that was sent before keeps its time.

    Args:
        tx: a writing transaction.
        letter_ids: of letters that are on record.
        sent: RFC 3339.
    """
    connection = tx.writing()
    for chunk in chunks(dict.fromkeys(letter_ids)):
        found = LETTER.c.letter_id.in_(chunk)
        connection.execute(update(LETTER).where(found, LETTER.c.sent.is_(None)).values(sent=sent))


def letters(tx: Transaction, notice_ids: Iterable[str]) -> dict[str, tuple[Letter, ...]]:
    """Return the letters under each notice that has any, oldest first."""
    found: dict[str, list[Letter]] = {}
    for chunk in chunks(dict.fromkeys(notice_ids)):
        query = select(LETTER).where(LETTER.c.notice_id.in_(chunk))
        for row in tx.connection.execute(query.order_by(LETTER.c.made, LETTER.c.letter_id)):
            found.setdefault(row.notice_id, []).append(_letter(row))
    return {notice_id: tuple(some) for notice_id, some in found.items()}


def put_answer(tx: Transaction, answer: Answer) -> None:
    """Record what a third party said; earlier answers stay on record."""
    connection = tx.writing()
    row = {
        "id": next_number(connection, ANSWER.c.id),
        "notice_id": answer.notice_id,
        "recipient": answer.recipient,
        "kind": answer.kind.value,
        "received": answer.received,
        "agent": answer.agent,
        "words": answer.words,
        "evidence": answer.evidence,
        "evidence_sha256": answer.evidence_sha256,
    }
    connection.execute(insert(ANSWER), [row])


def answers(tx: Transaction, notice_ids: Iterable[str]) -> dict[str, tuple[Answer, ...]]:
    """Return the answers under each notice that has any, oldest first."""
    found: dict[str, list[Answer]] = {}
    for chunk in chunks(dict.fromkeys(notice_ids)):
        query = select(ANSWER).where(ANSWER.c.notice_id.in_(chunk)).order_by(ANSWER.c.id)
        for row in tx.connection.execute(query):
            found.setdefault(row.notice_id, []).append(_answer(row))
    return {notice_id: tuple(some) for notice_id, some in found.items()}


def _letter(row: Any) -> Letter:
    return Letter(
        letter_id=row.letter_id,
        notice_id=row.notice_id,
        recipient=row.recipient,
        contact=row.contact,
        kind=LetterKind(row.kind),
        made=row.made,
        agent=row.agent,
        sha256=row.sha256,
        sent=row.sent,
    )


def _answer(row: Any) -> Answer:
    return Answer(
        notice_id=row.notice_id,
        recipient=row.recipient,
        kind=AnswerKind(row.kind),
        received=row.received,
        agent=row.agent,
        words=row.words,
        evidence=row.evidence,
        evidence_sha256=row.evidence_sha256,
    )
