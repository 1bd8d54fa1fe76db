"""What a notice reaches: by keys, by its look, by the desk's records; never by a crowd."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES, desk, tiny
from look_material import credited, resaved, scene, sent

from provenance import registry
from provenance.cli import audit as audit_command
from provenance.matching import picture_identifiers
from provenance.matching.keys import basis, keys
from provenance.model import (
    AssetRef,
    Authority,
    Container,
    Correction,
    DeskRecord,
    Look,
    MetadataRecord,
    Notice,
    NoticeKind,
    PictureHash,
    Property,
    PropertyValue,
    Pubstatus,
    Target,
    TargetKind,
)
from provenance.pipeline import Session, audit, hash_below, scan
from provenance.pipeline.candidates import TOO_COMMON, TOO_MANY_COPIES, Candidates
from provenance.pipeline.scanning import Scanned
from provenance.pipeline.subjects import alike, beside_of, mirrored, subject_of

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


def test_a_notice_reaches_what_each_question_alone_would_reach(session: Session) -> None:
    """Fewer and larger questions lead to the same assets: held against a registry read whole."""
    rng = random.Random(4)
    bases = [rng.randbytes(32) for _ in range(4)]
    looks: dict[str, Look] = {}
    with session.registry.write() as tx:
        records = [_made(rng, number) for number in range(120)]
        registry.upsert_assets(tx, [(one, keys(one)) for one in records], "r", "now")
        for one in records:
            pdq = _turned(rng, rng.choice(bases), 40)
            pdq = mirrored(pdq) if rng.random() < 0.2 else pdq
            looks[one.ref.uri] = Look(basis(one), PictureHash(pdq, rng.choice((20, 90, 90))))
        registry.put_hashes(tx, [(uri, look.basis, look) for uri, look in looks.items()])
    reached_by_look = 0
    for record in records[:40]:
        (code,) = picture_identifiers(record)
        notice = Notice(
            code, "AFP", NoticeKind.CORRECTION, Pubstatus.USABLE, "The byline should read Ada Roe",
            corrections=(Correction(Property.CREATOR_NAMES, wrong="Bo Lund", right="Ada Roe"),),
            targets=(Target(TargetKind.IDENTIFIER, code),), authority=Authority.BROUGHT,
            received_by="anna.editor",
        )  # fmt: skip
        with session.registry.read() as tx:
            candidates = Candidates(Scanned("", ("/a",), total=120), "1")
            candidates.add(tx, notice)
            picture = subject_of(tx, notice).picture
        wanted = picture.proving_keys() | picture.suggesting_keys()
        by_words = {one.ref.uri for one in records if wanted & set(keys(one))}
        own = [one.hash.pdq for one in picture.looks if one.hash.tells]
        forms = [int.from_bytes(form) for pdq in own for form in (pdq, mirrored(pdq))]
        by_look = {
            uri
            for uri, look in looks.items()
            if look.hash.tells
            and any((int.from_bytes(look.hash.pdq) ^ form).bit_count() <= 31 for form in forms)
        }
        reached_by_look += len(by_look - by_words)
        found = {one.ref.uri for one in records if candidates.of(one.ref.uri)}
        assert found == by_words | by_look
    assert reached_by_look > 100


def _turned(rng: random.Random, pdq: bytes, most: int) -> bytes:
    bits = rng.sample(range(256), rng.randrange(most))
    return (int.from_bytes(pdq) ^ sum(1 << bit for bit in bits)).to_bytes(32)


def _made(rng: random.Random, number: int) -> MetadataRecord:
    """A picture of one of ninety numbers, by one of two men, on one of five days."""
    code = f"48KT{rng.randrange(10, 100)}Q"
    said = (
        (Property.JOBID, code),
        (Property.CREDIT_LINE, "AFP"),
        (Property.CREATOR_NAMES, rng.choice(("Bo Lund", "Ada Roe"))),
        (Property.DATE_CREATED, f"2024-12-0{rng.randrange(1, 6)}"),
    )
    return MetadataRecord(
        AssetRef(f"/a/{number}.jpg", 1, "1", path=f"{number}.jpg"),
        "image/jpeg",
        digest=f"{number:064x}",
        scan_digest=f"{rng.randrange(100):064x}",
        values=tuple(PropertyValue(prop, Container.IIM, (text,), "") for prop, text in said),
    )


def test_a_number_that_too_many_files_bear_leaves_the_audit_incomplete(
    tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = tmp_path / "crowd"
    crowd.mkdir()
    for number in range(5):
        (crowd / f"{number}.jpg").write_bytes(tiny(shade=number, code="000_36QM41A"))
    desk(tmp_path / "elsewhere")
    audit(session, [str(tmp_path / "elsewhere")], BROUGHT)
    for module in ("candidates", "subjects"):
        monkeypatch.setattr(f"provenance.pipeline.{module}.MOST_BEARING", 3)
    named = Target(TargetKind.IDENTIFIER, "000_36QM41A")
    found, candidates = reached(session, crowd, named)
    assert found == set()
    (problem,) = candidates.problems()
    assert problem.code == TOO_MANY_COPIES
    assert "identifier" in problem.message
    assert TOO_MANY_COPIES not in audit_command._NO_FAILURE
