"""A registry of before duties and third parties: its decisions stay, the new tables take rows."""

from __future__ import annotations

from alembic import command
from sqlalchemy import text

from provenance.model import (
    Answer,
    AnswerKind,
    Delivery,
    DutyAct,
    DutyState,
    Letter,
    LetterKind,
    Verdict,
)
from provenance.registry import (
    answers,
    decisions,
    deliveries,
    duty_acts,
    engine,
    letters,
    migration,
    open_registry,
    put_answer,
    put_deliveries,
    put_duty_acts,
    put_letters,
    schema,
)

WHEN = "2026-11-20T08:00:00.000Z"
NUMBER = 500


def at_0004(url: str) -> None:
    """A database with the tables of the fourth schema and decisions in it."""
    made = engine.make_engine(engine.registry_url(url))
    config = migration._config()
    config.attributes["version_table"] = schema.VERSION_TABLE
    with engine.begin(made, write=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        row = text(
            "INSERT INTO decision (id, decision_key, finding_id, verdict, agent, decided, reason)"
            " VALUES (:id, :key, 'f-1', :verdict, 'Jo Réed', :decided, 'Same picture')"
        )
        verdict = Verdict.WAIVE.value
        rows = [
            {"id": n, "key": f"k{n}", "verdict": verdict, "decided": WHEN} for n in range(NUMBER)
        ]
        connection.execute(row, rows)
    made.dispose()


def test_a_registry_of_the_fourth_schema_is_taken_over_with_its_data(url: str) -> None:
    at_0004(url)
    act = DutyAct("n1", "remove-online", DutyState.DONE, "Jo", WHEN)
    given = Delivery("g-1", "/a.jpg", "ab", "Éditions ß", "", "2024-12-03", WHEN, "Jo")
    letter = Letter("l1", "n1", "Éditions ß", "", LetterKind.FIRST, WHEN, "Jo", "00")
    answer = Answer("n1", "Éditions ß", AnswerKind.OTHER, WHEN, "Jo", "Später")
    with open_registry(url) as registry, registry.write() as tx:
        assert schema.stored_revision(tx.connection) == schema.SCHEMA_REVISION
        kept = decisions(tx, [f"k{n}" for n in range(NUMBER)])
        assert len(kept) == NUMBER
        assert {(one.agent, one.amended) for one in kept.values()} == {("Jo Réed", ())}
        put_duty_acts(tx, [act])
        put_deliveries(tx, [given])
        put_letters(tx, [letter])
        put_answer(tx, answer)
    with open_registry(url) as registry, registry.read() as tx:
        assert duty_acts(tx, ["n1"]) == {"n1": (act,)}
        assert deliveries(tx, [], ["ab"]) == (given,)
        assert letters(tx, ["n1"]) == {"n1": (letter,)}
        assert answers(tx, ["n1"]) == {"n1": (answer,)}
