"""What is looked up for many notices at once is what each of them alone would be told."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from desk_material import NEWSROOM, NOTICES
from registry_material import fill
from report_material import Size

from provenance import registry
from provenance.matching.keys import basis
from provenance.model import Likeness, LikenessKind, MetadataRecord, Notice, PictureHash
from provenance.pipeline import Session, audit, families, holding, plan, remediate, scan
from provenance.pipeline.holding import Held
from provenance.pipeline.shelf import Kept, Shelf
from provenance.registry import Presence, Transaction
from provenance.reporting.family import NoticeStanding, Standing


def both(session: Session) -> tuple[dict[str, Standing], dict[str, Standing]]:
    """How every notice stands, looked up together and one after the other."""
    with session.registry.read() as tx:
        notices = registry.notices(tx, active_only=False)
        together = families.standings(tx, notices, session.policy)
        alone = {one.notice_id: families.standing(tx, one, session.policy) for one in notices}
    return together, alone


def stored(tx: Transaction) -> dict[str, registry.StoredAsset]:
    uris = [one.ref.uri for one in registry.iter_records(tx, gone=True)]
    return registry.stored(tx, uris)


def test_the_newsroom(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "newsroom"
    shutil.copytree(NEWSROOM, tree)
    audit(session, [str(tree)], [str(NOTICES)])
    together, alone = both(session)
    assert together == alone
    assert NoticeStanding.OPEN in {one.state for one in together.values()}
    remediate(session, plan(session).plan)
    shutil.copytree(tree / "desk", tree / "copies")
    shutil.rmtree(tree / "archive")
    scan(session, [str(tree)])
    later, alone = both(session)
    assert later == alone
    assert later != together


@pytest.fixture
def crowd(session: Session) -> Session:
    """Pictures that are tied by every kind of tie, some of them gone or out of reach."""
    fill(session, Size(400, 20), fixes=100)
    chance = random.Random(7)
    with session.registry.write() as tx:
        records = [
            one.result for one in stored(tx).values() if isinstance(one.result, MetadataRecord)
        ]
        bases = sorted({basis(one) for one in records})
        kinds = list(LikenessKind)
        pairs = (chance.sample(bases, 2) for _ in range(60))
        registry.put_likeness(
            tx, [(one, other, Likeness(chance.choice(kinds), 0.1)) for one, other in pairs]
        )
        looks = [chance.randbytes(32) for _ in range(40)]
        rows = [
            (one.ref.uri, basis(one), PictureHash(chance.choice(looks), 90, 800, 600))
            for one in chance.sample(records, 150)
        ]
        registry.put_hashes(tx, rows)
        some = chance.sample([one.ref.uri for one in records], 60)
        registry.set_presence(tx, some[:40], Presence.GONE)
        registry.set_presence(tx, some[40:], Presence.OFFLINE)
        registry.mark_examined(tx, [one.ref.uri for one in records[::3]], "4")
    return session


def test_generated_pictures(crowd: Session) -> None:
    together, alone = both(crowd)
    assert together == alone
    assert any(one.gone for one in together.values())
    assert len({one.total for one in together.values()}) > 1


def test_what_is_at_hand_is_not_read_again(crowd: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    together, _ = both(crowd)
    with crowd.registry.read() as tx:
        assets = stored(tx)
        monkeypatch.setattr(registry, "stored", None)
        notices = registry.notices(tx, active_only=False)
        assert families.standings(tx, notices, crowd.policy, assets) == together


@pytest.mark.parametrize("room", [0, 3, 50])
def test_where_less_is_read_ahead_the_rest_is_asked_for(
    crowd: Session, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "_MOST_AHEAD", room)
    together, alone = both(crowd)
    assert together == alone


def test_several_windows_say_what_one_does(crowd: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = both(crowd)
    monkeypatch.setattr(families, "_TOGETHER", 4)
    assert both(crowd)[0] == whole


def test_the_copies_themselves_are_the_same(crowd: Session) -> None:
    def looked_up(tx: Transaction, one: Notice, shelf: Shelf | None) -> tuple[object, ...]:
        held = Held.of(tx, one, crowd.policy, shelf)
        return held.kin, held.others, held.found, held.unseen, held.away, held.picture

    with crowd.registry.read() as tx:
        notices = registry.notices(tx, active_only=False)
        shelf = Shelf(tx)
        holding.look_ahead(shelf, notices)
        for one in notices:
            assert looked_up(tx, one, shelf) == looked_up(tx, one, None)


def test_few_questions_whatever_the_number_of_notices(
    crowd: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = registry.findings

    def counted(tx: Transaction, query: registry.FindingQuery) -> object:
        asked.append(len(query.uris or ()))
        return real(tx, query)

    monkeypatch.setattr(registry, "findings", counted)
    with crowd.registry.read() as tx:
        notices = registry.notices(tx, active_only=False)
        families.standings(tx, notices, crowd.policy)
    assert len(asked) < len(notices)


def test_a_question_is_asked_once_and_answers_keep_its_order() -> None:
    asked: list[list[str]] = []

    def ask(some: list[str]) -> dict[str, int]:
        asked.append(some)
        return {one: len(one) for one in reversed(some) if one != "none"}

    kept = Kept(ask, {"known": 0})
    assert list(kept.of(["bb", "none", "a", "known", "bb"]).items()) == [
        ("bb", 2), ("a", 1), ("known", 0),
    ]  # fmt: skip
    assert kept.of(["none", "ccc", "a"]) == {"ccc": 3, "a": 1}
    assert asked == [["bb", "none", "a"], ["ccc"]]
