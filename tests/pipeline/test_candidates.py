"""What a notice reaches: by keys, by its look, by the desk's records; never by a crowd."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES, desk, tiny
from look_material import credited, resaved, scene, sent

from provenance import registry
from provenance.model import DeskRecord, Look, PictureHash, Target, TargetKind
from provenance.pipeline import Session, audit, hash_below, scan
from provenance.pipeline.candidates import TOO_COMMON, Candidates
from provenance.pipeline.subjects import alike, beside_of, subject_of

BROUGHT = [str(NOTICES / NOTICE)]


def reached(session: Session, tree: Path, *targets: Target) -> tuple[set[str], Candidates]:
    """The names of the files that the brought notice reaches, naming these besides."""
    scanned = scan(session, [str(tree)])
    candidates = Candidates(scanned, "test")
    with session.registry.read() as tx:
        (notice,) = registry.notices(tx)
        named = replace(notice, targets=targets) if targets else notice
        candidates.add(tx, named)
    uris = {str(one) for one in tree.rglob("*") if candidates.of(str(one))}
    return {Path(uri).name for uri in uris}, candidates


@pytest.fixture
def tree(tmp_path: Path, session: Session) -> Path:
    """The agency's picture and a stripped copy; the notice is known."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "sent.jpg").write_bytes(sent("road-0"))
    (tree / "web.jpg").write_bytes(credited(resaved(scene("road-0"))))
    (tree / "camp.jpg").write_bytes(credited(scene("camp-0")))
    desk(tmp_path / "elsewhere")
    audit(session, [str(tmp_path / "elsewhere")], BROUGHT)
    return tree


def test_what_nobody_looked_at_is_reached_by_its_words_alone(tree: Path, session: Session) -> None:
    assert reached(session, tree)[0] == {"sent.jpg"}


def test_what_looks_alike_is_reached(tree: Path, session: Session) -> None:
    scan(session, [str(tree)])
    hash_below(session, [str(tree)])
    assert reached(session, tree)[0] == {"sent.jpg", "web.jpg"}


def test_a_notice_may_give_the_hash_itself(tree: Path, session: Session) -> None:
    scan(session, [str(tree)])
    hash_below(session, [str(tree)])
    with session.registry.read() as tx:
        look = registry.looks_of(tx, [str(tree / "camp.jpg")])[str(tree / "camp.jpg")]
    named = Target(TargetKind.DIGEST, f"pdq:{look.hash.pdq.hex()}")
    assert reached(session, tree, named)[0] == {"camp.jpg"}


def test_a_hash_of_too_little_detail_leads_nowhere(tree: Path, session: Session) -> None:
    scan(session, [str(tree)])
    hash_below(session, [str(tree)])
    with session.registry.read() as tx:
        look = registry.looks_of(tx, [str(tree / "camp.jpg")])[str(tree / "camp.jpg")]
        assert alike(tx, [look]) == {str(tree / "camp.jpg")}
        assert alike(tx, [Look("", PictureHash(look.hash.pdq, 49))]) == set()


def test_a_crowded_key_leads_nowhere_and_that_is_told(
    tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = tmp_path / "crowd"
    (crowd / "small").mkdir(parents=True)
    for number in range(6):
        place = crowd / "small" if number == 0 else crowd
        (place / f"{number}.jpg").write_bytes(tiny(shade=number, code=f"000_36QM4{number}A"))
    desk(tmp_path / "elsewhere")
    audit(session, [str(tmp_path / "elsewhere")], BROUGHT)
    named = Target(TargetKind.CAPTION, "Fishers land their catch in Porto on December 5, 2024.")
    for number in range(1, 6):
        words = "Fishers land their catch in Porto on December 5, 2024."
        (crowd / f"{number}.jpg").write_bytes(
            tiny(shade=number, code=f"000_36QM4{number}A", caption=words)
        )
    found, free = reached(session, crowd, named)
    assert (len(found), free.problems()) == (5, ())
    for module in ("candidates", "subjects"):
        monkeypatch.setattr(f"provenance.pipeline.{module}.MOST_BEARING", 3)
    found, candidates = reached(session, crowd, named)
    assert found == set()
    (problem,) = candidates.problems()
    assert problem.code == TOO_COMMON
    assert "caption" in problem.message
    assert problem.remedy
    # Where few are asked about, it is said of each of them.
    (crowd / "5.jpg").rename(crowd / "small" / "5.jpg")
    found, candidates = reached(session, crowd / "small", named)
    assert found == {"5.jpg"}
    assert candidates.problems() == ()


def test_what_the_desk_knows_leads_to_the_picture_and_proves_it(
    tree: Path, session: Session
) -> None:
    scan(session, [str(tree)])
    camp = str(tree / "camp.jpg")
    row = DeskRecord("dam.csv", 2, (("path", camp),), identifiers=("afp:36QM4RB",))
    with session.registry.write() as tx:
        registry.put_desk_records(tx, "dam.csv", [row])
    assert reached(session, tree)[0] == {"sent.jpg", "camp.jpg"}
    with session.registry.read() as tx:
        (notice,) = registry.notices(tx)
        proven = {one.ref.uri for one in subject_of(tx, notice).proven}
        assert camp in proven
        records = list(registry.records(tx, [camp, str(tree / "web.jpg")]).values())
        beside = beside_of(tx, records)  # type: ignore[arg-type]
    assert [one.row for one in beside[camp].desk] == [2]
    assert beside[str(tree / "web.jpg")].desk == ()
