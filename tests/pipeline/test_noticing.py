"""Notices are taken up with their authority, from files, from the desk, from captions."""

from __future__ import annotations

import hashlib
import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest
from desk_material import CODE, NEWSROOM, NOTICE, NOTICES, tiny

from provenance import auditlog, registry
from provenance.errors import RegistryError, UsageError
from provenance.model import Authority, Confidence, Fixability, Property, Rule, TargetKind
from provenance.pipeline import Session, audit, bring, correct_in_house, parse_files, retract, scan


def acts(session: Session) -> list[str]:
    with session.registry.read() as tx:
        return [one.record["act"] for one in auditlog.entries(tx.connection, 0, 999)]


def test_bringing_twice_is_bringing_once(session: Session) -> None:
    first, problems = bring(session, [str(NOTICES / NOTICE)])
    second, _ = bring(session, [str(NOTICES / NOTICE)])
    assert problems == ()
    assert [one.notice_id for one in first] == [one.notice_id for one in second]
    assert (first[0].authority, first[0].received_by) == (Authority.BROUGHT, "anna.editor")
    assert first[0].received == second[0].received  # the first receipt counts
    assert acts(session).count("notice.import") == 1


def test_a_person_gives_a_found_notice_more_authority(tmp_path: Path, session: Session) -> None:
    name = "000_36NV2QL_retransmission.jpg"
    folder = tmp_path / "incoming"
    folder.mkdir()
    shutil.copy(NEWSROOM / "incoming" / name, folder / name)
    (found,) = scan(session, [str(folder)]).notices
    assert found.authority is Authority.EMBEDDED
    article = tmp_path / "notice.txt"
    article.write_text(found.text, encoding="utf-8")
    bring(session, [str(article)])
    with session.registry.read() as tx:
        authorities = {one.authority for one in registry.notices(tx)}
    assert Authority.BROUGHT in authorities
    scan(session, [str(folder)])
    with session.registry.read() as tx:
        assert {one.authority for one in registry.notices(tx)} == authorities


def test_a_folder_of_notices_without_its_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    shutil.copy(NOTICES / NOTICE, tmp_path / "sub" / "a.txt")
    for hidden in (".a.txt", ".git/a.txt"):
        (tmp_path / hidden).parent.mkdir(exist_ok=True)
        shutil.copy(NOTICES / NOTICE, tmp_path / hidden)
    parsed = parse_files([str(tmp_path)])
    (notice,) = parsed.notices
    assert [one.source for one in notice.occurrences] == [str(tmp_path / "sub" / "a.txt")]


def test_one_bad_file_stops_no_other(tmp_path: Path, session: Session) -> None:
    folder = tmp_path / "notices"
    folder.mkdir()
    (folder / "0.txt").write_bytes(b"\x00\x01\x02" * 100)
    (folder / "1.txt").write_text("Nothing.", encoding="utf-8")
    shutil.copy(NOTICES / NOTICE, folder / "2.txt")
    stand, problems = bring(session, [str(folder), str(folder / "none.eml")])
    assert len(stand) == 1
    told = {Path(one.path).name: one for one in problems}
    assert set(told) == {"0.txt", "1.txt", "none.eml"}
    assert told["1.txt"].code == "no-notice"
    assert all(one.message and one.remedy for one in problems)


def in_house(session: Session, *targets: str, wrong: str | None = "A", right: str | None = "B"):
    return correct_in_house(
        session, wrong=wrong, right=right, prop=Property.CREATOR_NAMES, targets=targets
    )


def test_a_file_is_named_by_its_digests(tmp_path: Path, session: Session) -> None:
    path = tmp_path / "own.jpg"
    path.write_bytes(tiny())
    notice = in_house(session, str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    values = [one.value for one in notice.targets]
    assert {one.kind for one in notice.targets} == {TargetKind.DIGEST}
    assert values[0] == f"sha256:{digest}"
    assert values[1].startswith("scan:")
    assert (notice.authority, notice.received_by) == (Authority.IN_HOUSE, "anna.editor")


@pytest.mark.parametrize("written", ["{}", "sha256:{}"])
def test_a_digest_and_an_identifier(session: Session, written: str) -> None:
    digest = "AB" * 32
    notice = in_house(session, written.format(digest), CODE)
    assert {(one.kind, one.value) for one in notice.targets} == {
        (TargetKind.DIGEST, f"sha256:{digest.lower()}"),
        (TargetKind.IDENTIFIER, CODE),
    }


@pytest.mark.parametrize(
    ("targets", "wrong", "right"),
    [((), "A", "B"), ((CODE,), None, None), (("no/such/file.jpg",), "A", "B")],
)
def test_a_correction_of_nothing_is_a_usage_error(
    session: Session, targets: tuple[str, ...], wrong: str | None, right: str | None
) -> None:
    before = acts(session)
    with pytest.raises(UsageError) as refused:
        in_house(session, *targets, wrong=wrong, right=right)
    assert refused.value.remedy
    assert acts(session) == before


def test_a_retracted_notice_is_kept_and_finds_nothing(session: Session) -> None:
    notice = in_house(session, CODE)
    gone = retract(session, notice.notice_id[:9], "Our mistake")
    assert gone.retracted
    with session.registry.read() as tx:
        assert registry.notices(tx) == ()
        assert len(registry.notices(tx, active_only=False)) == 1
    with pytest.raises(RegistryError):
        retract(session, "afp-none", "x")


def test_a_retransmitted_picture_is_a_carrier(session: Session) -> None:
    picture = NEWSROOM / "incoming" / "000_36NV2QL_retransmission.jpg"
    parsed = parse_files([str(picture)])
    (notice,) = parsed.notices
    assert (notice.corrections[0].wrong, notice.corrections[0].right) == (
        "Aaref WATAD",
        "Bakr ALKASEM",
    )
    assert {target.kind for target in notice.targets} >= {TargetKind.IDENTIFIER, TargetKind.DIGEST}
    assert [caption.notice_ids for caption in parsed.captions] == [(notice.notice_id,)]
    assert parsed.problems == ()
    (brought,), problems = bring(session, [str(picture)])
    assert (brought.notice_id, brought.authority) == (notice.notice_id, Authority.BROUGHT)
    assert problems == ()


def test_a_picture_without_a_notice_is_none(tmp_path: Path, session: Session) -> None:
    (tmp_path / "a.jpg").write_bytes(tiny())
    assert parse_files([str(tmp_path / "a.jpg")]).notices == ()
    _, (problem,) = bring(session, [str(tmp_path / "a.jpg")])
    assert problem.code == "no-notice"


def test_a_brought_retransmission_corrects_every_copy_of_its_picture(
    tmp_path: Path, session: Session
) -> None:
    """It names one picture, by its code, its GUID and its supplier's number."""
    tree = tmp_path / "archive"
    tree.mkdir()
    shutil.copy(NEWSROOM / "archive" / "2024" / "AFP_36NV2QL.jpg", tree / "a.jpg")
    picture = NEWSROOM / "incoming" / "000_36NV2QL_retransmission.jpg"
    (found,) = (
        one
        for one in audit(session, [str(tree)], [str(picture)]).findings
        if one.rule is Rule.ERRONEOUS_CREDIT
    )
    assert (found.confidence, found.fixability) == (Confidence.STRONG, Fixability.SAFE)


def test_a_picture_that_brings_a_notice_stays_in_the_archive(
    tmp_path: Path, session: Session
) -> None:
    name = "000_36NV2QL_retransmission.jpg"
    shutil.copy(NEWSROOM / "incoming" / name, tmp_path / name)
    told = audit(session, [str(tmp_path)], [str(tmp_path / name)])
    assert told.scanned.total >= 1
    assert Rule.LEAKED_NOTICE in {one.rule for one in told.findings}


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def correction(wrong: str = "Luc MARIN", right: str = "Ana DUPOND") -> str:
    return (
        f"The erroneous mention[s] appearing in the metadata of this photo by {wrong} has been "
        f"modified in AFP systems in the following manner: [{right}] instead of [{wrong}]."
    )


def test_a_notice_that_names_no_picture_is_not_taken_for_done(
    tmp_path: Path, session: Session
) -> None:
    path = written(tmp_path, "m.txt", correction())
    (notice,), (problem,) = bring(session, [path])
    assert notice.targets == ()
    assert (problem.path, problem.code) == (path, "picture-not-named")
    assert notice.notice_id in problem.message
    assert "notices new" in problem.remedy


def test_notices_that_need_no_picture(tmp_path: Path, session: Session) -> None:
    named = written(tmp_path, "named.txt", f"Picture {CODE}. {correction()}")
    text = written(
        tmp_path,
        "text.json",
        '{"uri": "urn:x:1", "type": "text", "pubstatus": "canceled", "headline": "A story"}',
    )
    embargo = written(
        tmp_path,
        "embargo.json",
        '{"uri": "urn:x:2", "type": "text", "pubstatus": "usable", '
        '"embargoed": "2030-01-01T00:00:00Z", "headline": "A story"}',
    )
    found, problems = bring(session, [named, text, embargo])
    assert len(found) == 3
    assert problems == ()


def test_a_picture_in_a_mail_answers_only_for_itself(tmp_path: Path, session: Session) -> None:
    """Anybody can send a picture that claims another's number: who brings the mail did not."""
    picture = (NEWSROOM / "incoming" / "000_36NV2QL_retransmission.jpg").read_bytes()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "x@example.com", "desk@example.com", "Hello"
    mail.set_content("See the picture.")
    mail.add_attachment(picture, maintype="image", subtype="jpeg", filename="000_36NV2QL.jpg")
    path = tmp_path / "mail.eml"
    path.write_bytes(mail.as_bytes())
    (notice,), _ = bring(session, [str(path)])
    assert (notice.authority, notice.received_by) == (Authority.EMBEDDED, "anna.editor")
    mail.get_body().set_content(notice.text)
    path.write_bytes(mail.as_bytes())
    (told,), _ = bring(session, [str(path)])
    assert told.authority is Authority.BROUGHT


@pytest.mark.parametrize("content", [b"", b" \r\n\t"])
def test_an_empty_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(content)
    parsed = parse_files([str(path)])
    (problem,) = parsed.problems
    assert (problem.path, problem.code) == (str(path), "empty-file")
    assert problem.message.startswith(f"{path} is empty ({len(content)} octets")
    assert problem.remedy


def test_a_notice_sent_as_a_pdf_is_told(tmp_path: Path) -> None:
    path = tmp_path / "notice.pdf"
    path.write_bytes(b"%PDF-1.4\n" + correction().encode())
    (problem,) = parse_files([str(path)]).problems
    assert problem.code == "carrier-unknown"
    assert "PDF" in problem.message
    assert problem.remedy
