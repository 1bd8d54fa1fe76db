"""Versions of pictures through the whole path: scanned, brought, corrected, fixed."""

from __future__ import annotations

import json
from pathlib import Path

from desk_material import tiny

from provenance import auditlog, registry
from provenance.model import (
    Authority,
    Confidence,
    Correction,
    Finding,
    Fixability,
    Notice,
    NoticeKind,
    Property,
    Pubstatus,
    Rule,
    Status,
    Target,
    TargetKind,
    Verdict,
)
from provenance.notices.wires.item import Item
from provenance.pipeline import Session, audit, bring, decide, plan, remediate, retract
from provenance.pipeline.noticing import put_versions, stored_item, take_up

CODE = "000_36QM4RB"
SCENE = "Fishers land their catch in Porto on December 5, 2024, before the sun rises."


def put(folder: Path, name: str, creator: str = "Ana LIM", scene: str = SCENE) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(tiny(creator, caption=scene))
    return path


def of_rule(told: object, rule: Rule) -> list[Finding]:
    return [one for one in told.findings if one.rule is rule]  # type: ignore[attr-defined]


def silent(session: Session, *folders: Path) -> list[Finding]:
    told = audit(session, [str(one) for one in folders])
    return [one for one in of_rule(told, Rule.SILENT_CORRECTION) if one.status is Status.OPEN]


def import_details(session: Session) -> list[dict]:
    with session.registry.read() as tx:
        return [
            one.record["detail"]
            for one in auditlog.entries(tx.connection, 0, 999)
            if one.record["act"] in {"notice.import", "notice.retract"}
        ]


def test_a_file_that_changes_where_it_stands(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "archive"
    put(tree, f"{CODE}.jpg")
    assert silent(session, tree) == []
    put(tree, f"{CODE}.jpg", "Rosa TEIXEIRA")
    (found,) = silent(session, tree)
    assert "“Ana LIM” → “Rosa TEIXEIRA”" in found.message
    assert "than the earlier" in found.message


def test_a_version_that_comes_later_accuses_the_one_that_was_there(
    tmp_path: Path, session: Session
) -> None:
    tree, incoming = tmp_path / "archive", tmp_path / "incoming"
    put(tree, f"{CODE}.jpg")
    assert silent(session, tree) == []
    put(incoming, f"{CODE}_v2.jpg", "Rosa TEIXEIRA")
    (new,) = silent(session, incoming)
    assert "than the earlier" in new.message
    (old,) = silent(session, tree)
    assert old.message.startswith("A later version of this picture")


def test_one_stand_in_for_many_pictures_is_no_version_of_any(
    tmp_path: Path, session: Session
) -> None:
    tree = tmp_path / "archive"
    tree.mkdir()
    for number, creator in enumerate(("Ana LIM", "Rosa TEIXEIRA", "Luc MARIN")):
        code = f"000_36QM4R{number}"
        (tree / f"{code}.jpg").write_bytes(tiny(creator, code=code, caption=SCENE))
    assert silent(session, tree) == []


def test_a_fix_is_no_silent_correction(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "archive"
    put(tree, f"{CODE}.jpg")
    notice = tmp_path / "notice.txt"
    notice.write_text(
        f"Photo: {CODE}\n\nThe erroneous mention[s] appearing in the metadata of this photo by Ana "
        "LIM has been modified in AFP systems in the following manner: [Rosa TEIXEIRA] instead of "
        "[Ana LIM].",
        encoding="utf-8",
    )
    audit(session, [str(tree)], [str(notice)])
    with session.registry.read() as tx:
        (one,) = registry.notices(tx)
        ids = [f.finding_id for f in registry.findings(tx) if f.rule is Rule.ERRONEOUS_CREDIT]
    decide(session, ids, Verdict.APPLY, "seen")
    remediate(session, plan(session, ids).plan)
    retract(session, one.notice_id, "only to see what is left")
    assert silent(session, tree) == []
    with session.registry.read() as tx:
        assert registry.former_versions(tx, [str(tree / f"{CODE}.jpg")])


def unsaid(**of: object) -> Notice:
    stated = {
        "notice_id": "dpa-1", "provider": "dpa", "kind": NoticeKind.CORRECTION,
        "pubstatus": Pubstatus.USABLE, "text": "Name korrigiert",
        "corrections": (Correction(property=Property.CREATOR_NAMES),),
        "targets": (Target(TargetKind.IDENTIFIER, CODE),), "authority": Authority.BROUGHT,
        "received_by": "anna.editor", "item": "urn:dpa:1", "version": "4",
        "source_digest": "ab" * 32,
    }  # fmt: skip
    return Notice(**(stated | of))  # type: ignore[arg-type]


def wire(version: str, creator: str) -> Item:
    return Item(
        "ninjs", "urn:dpa:1", version, identifiers=(CODE,),
        values=((Property.CREATOR_NAMES, creator),),
    )  # fmt: skip


def test_a_correction_without_values_is_resolved_by_its_item(
    tmp_path: Path, session: Session
) -> None:
    tree = tmp_path / "archive"
    put(tree, "a.jpg")
    with session.registry.write() as tx:
        versions = [wire("3", "Ana LIM"), wire("4", "Rosa TEIXEIRA")]
        put_versions(session, tx, [stored_item(one, "ab" * 32, None) for one in versions])
        take_up(session, tx, [unsaid()], "r")
    (found,) = of_rule(audit(session, [str(tree)]), Rule.ERRONEOUS_CREDIT)
    assert (found.fixability, found.status) == (Fixability.UNSAFE, Status.HELD)
    assert all("Rosa TEIXEIRA" in (edit.after or "") for edit in found.edits)
    assert "earlier-version" in {one.name for one in found.evidence}


def test_without_the_new_version_a_person_is_asked_and_then_it_is_resolved(
    tmp_path: Path, session: Session
) -> None:
    tree = tmp_path / "archive"
    put(tree, "a.jpg")
    with session.registry.write() as tx:
        take_up(session, tx, [unsaid()], "r")
    (asked,) = of_rule(audit(session, [str(tree)]), Rule.ERRONEOUS_CREDIT)
    assert "no corrected version is known" in asked.message
    with session.registry.write() as tx:
        put_versions(session, tx, [stored_item(wire("4", "Rosa TEIXEIRA"), "cd" * 32, None)])
    (found,) = (
        one
        for one in of_rule(audit(session, [str(tree)]), Rule.ERRONEOUS_CREDIT)
        if one.status is Status.HELD
    )
    assert "“Ana LIM” → “Rosa TEIXEIRA”" in found.message


def test_a_brought_picture_is_a_version_of_it(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "archive"
    put(tree, "a.jpg")
    assert silent(session, tree) == []
    new = put(tmp_path / "new", "b.jpg", "Rosa TEIXEIRA")
    bring(session, [str(new)])
    (found,) = silent(session, tree)
    assert "“Ana LIM” → “Rosa TEIXEIRA”" in found.message


def test_a_later_version_of_the_item_speaks_and_is_logged(session: Session) -> None:
    right = (Correction(Property.CITY, "Nice", "Lyon"),)
    first = unsaid(notice_id="dpa-a", version="3", text="one", corrections=right)
    second = unsaid(notice_id="dpa-b", version="4", text="two", corrections=right)
    for one in (second, first):
        with session.registry.write() as tx:
            take_up(session, tx, [one], "r")
    with session.registry.read() as tx:
        assert [one.notice_id for one in registry.notices(tx)] == ["dpa-b"]
        every = registry.notices(tx, active_only=False)
    assert [one.superseded_by for one in every] == ["dpa-b", None]
    assert import_details(session)[1]["supersededBy"] == "dpa-b"
    retract(session, "dpa-b", "sent in error")
    with session.registry.read() as tx:
        assert [one.notice_id for one in registry.notices(tx)] == ["dpa-a"]
    assert import_details(session)[-1]["restores"] == "dpa-a"


def test_a_usable_version_takes_back_a_kill(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "archive"
    put(tree, "a.jpg")
    kill = unsaid(kind=NoticeKind.WITHDRAWAL, pubstatus=Pubstatus.CANCELED, corrections=())
    with session.registry.write() as tx:
        take_up(session, tx, [kill], "r")
    (found,) = of_rule(audit(session, [str(tree)]), Rule.WITHDRAWN)
    assert (found.status, found.fixability) == (Status.OPEN, Fixability.DISPLAY_ONLY)
    ninjs = {
        "uri": "urn:dpa:1", "version": "5", "type": "picture", "pubstatus": "usable",
        "byline": "Ana LIM", "headline": "Fishers",
    }  # fmt: skip
    path = tmp_path / "item.json"
    path.write_text(json.dumps(ninjs), encoding="utf-8")
    assert bring(session, [str(path)]) == ((), ())
    (after,) = of_rule(audit(session, [str(tree)]), Rule.WITHDRAWN)
    assert after.status is Status.FIXED


def test_one_notice_through_mail_and_wire_is_one(session: Session) -> None:
    words = "The caption of this picture names the wrong place, and it is withdrawn at once."
    mail = unsaid(notice_id="dpa-mail", item="", version="", text=f"KILL: {words}")
    note = unsaid(notice_id="dpa-note", text=words, received="2026-01-01T00:00:00Z")
    for one in (mail, note):
        with session.registry.write() as tx:
            take_up(session, tx, [one], "r")
    with session.registry.read() as tx:
        (one,) = registry.notices(tx)
    assert one.notice_id == "dpa-mail"
    assert one.received == "2026-01-01T00:00:00Z"
    assert len(import_details(session)) == 1


def test_a_notice_of_low_confidence_is_held(tmp_path: Path, session: Session) -> None:
    tree = tmp_path / "archive"
    put(tree, "a.jpg")
    pair = Correction(Property.CREATOR_NAMES, "Ana LIM", "Rosa TEIXEIRA")
    weak = unsaid(corrections=(pair,), confidence=Confidence.LOW, form="general.not")
    with session.registry.write() as tx:
        take_up(session, tx, [weak], "r")
    (found,) = of_rule(audit(session, [str(tree)]), Rule.ERRONEOUS_CREDIT)
    assert (found.confidence, found.fixability, found.status) == (
        Confidence.LOW,
        Fixability.UNSAFE,
        Status.HELD,
    )


def test_another_picture_under_the_same_name_is_no_version(
    tmp_path: Path, session: Session
) -> None:
    tree = tmp_path / "archive"
    put(tree, "front.jpg")
    assert silent(session, tree) == []
    (tree / "front.jpg").write_bytes(tiny("Rosa TEIXEIRA", code="000_36QM4RC", shade=9))
    assert silent(session, tree) == []
