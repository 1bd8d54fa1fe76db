"""A page that reviews one folder, or one notice, decides about nothing else in silence."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from desk_material import CODE, NEWSROOM, NOTICE, NOTICES, RIGHT, WRONG, tiny
from lxml import html as pages
from web_material import FORM, HOST, House, house

from provenance import metadata, registry
from provenance.auditlog import AuditLog
from provenance.model import AssetRef, Finding, Policy, Property, Rule, Status, Verdict
from provenance.pipeline import Session, audit, decide, plan, remediate
from provenance.pipeline.session import local_day
from provenance.web.surroundings import Scope

KILL = "2024-12-03_mandatory-kill.eml"
KILLED = NEWSROOM / "archive/2024/000_36PX5GD.jpg"

Open = Callable[[Scope], House]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """In one folder a picture; in another its copy, and the same picture saved anew."""
    made = tmp_path / "tree"
    for folder in ("mine", "theirs"):
        (made / folder).mkdir(parents=True)
    (made / "mine" / f"{CODE}.jpg").write_bytes(tiny())
    (made / "theirs" / "copy.jpg").write_bytes(tiny())
    (made / "theirs" / "saved.jpg").write_bytes(tiny(shade=9))
    return made


def unlimited(made: House) -> Session:
    return Session(made.registry, AuditLog(), "anna.editor", Policy(today=local_day()))


@pytest.fixture
def mine(tree: Path) -> Iterator[House]:
    with house(scope=Scope((str(tree / "mine"),))) as made:
        audit(unlimited(made), [str(tree)], [str(NOTICES / NOTICE)])
        yield made


def found(made: House, rule: Rule = Rule.ERRONEOUS_CREDIT) -> dict[str, Finding]:
    with made.registry.read() as tx:
        return {Path(x.uri).name: x for x in registry.findings(tx) if x.rule is rule}


def decided(made: House) -> list[tuple[Verdict, str]]:
    with made.registry.read() as tx:
        return [(one.verdict, one.decision_key) for one in registry.every_decision(tx)]


def get(made: House, address: str):
    answer = made.get(address)
    assert answer.status_code == 200, answer.text
    return pages.fromstring(answer.text)


def send(made: House, address: str, given: dict[str, str]):
    headers = [("host", HOST), ("origin", "null"), ("sec-fetch-site", "same-origin"),
               ("cookie", made.cookie), ("content-type", FORM)]  # fmt: skip
    return made.ask("POST", address, headers, urlencode(given).encode())


def fields(page, action: str) -> dict[str, str]:
    (form,) = page.xpath(f"//form[contains(@action, '{action}')]")
    return {one.get("name"): one.get("value", "") for one in form.xpath(".//input[@name]")}


def words(page) -> str:
    return " ".join(page.text_content().split())


def creators(path: Path) -> set[str]:
    record = metadata.read(AssetRef(str(path), 0, ""), path.read_bytes())
    return {text for one in record.of(Property.CREATOR_NAMES) for text in one.values}


def test_all_of_a_notice_is_all_of_it_in_this_folder(mine: House) -> None:
    here, copy, saved = (found(mine)[one] for one in (f"{CODE}.jpg", "copy.jpg", "saved.jpg"))
    assert here.decision_key == copy.decision_key != saved.decision_key
    page = get(mine, f"/notice/{here.notice_id}")
    with mine.registry.read() as tx:
        own = [x for x in registry.findings(tx) if x.uri == here.uri and x.edits]
    label = {1: "Accept this one"}.get(len(own), f"Accept these {len(own)}")
    assert label in words(page)
    (told,) = page.xpath("//form//p[@class='beyond']")
    assert "outside the folder under review" in words(told)
    assert copy.uri in words(told)
    assert saved.uri not in words(told)
    assert "1 more copy lies outside the folder under review." in words(page)
    sent = fields(page, "/accept")
    assert send(mine, f"/notice/{here.notice_id}/accept", sent).status_code == 303
    assert (Verdict.APPLY, here.decision_key) in decided(mine)
    assert saved.decision_key not in {key for _, key in decided(mine)}


def test_a_copy_that_comes_meanwhile_is_told_of_before_it_is_decided(
    mine: House, tree: Path
) -> None:
    here = found(mine)[f"{CODE}.jpg"]
    notice = fields(get(mine, f"/notice/{here.notice_id}"), "/accept")
    case = fields(get(mine, f"/case/{here.finding_id}"), "/decide") | {"verdict": "accept"}
    (tree / "theirs" / "later.jpg").write_bytes(tiny())
    audit(unlimited(mine), [str(tree)])
    for address, sent in (
        (f"/notice/{here.notice_id}/accept", notice),
        (f"/case/{here.finding_id}/decide", case),
    ):
        answer = send(mine, address, sent)
        assert answer.status_code == 422
        assert "changed while you were looking" in answer.text
        assert "later.jpg" in answer.text
    assert not decided(mine)


@pytest.mark.parametrize("verdict", ["accept", "reject", "hold", "waive"])
def test_a_case_elsewhere_is_shown_and_not_decided(mine: House, verdict: str) -> None:
    one = found(mine)["saved.jpg"]
    page = get(mine, f"/case/{one.finding_id}")
    assert "lies outside the folder under review" in words(page)
    assert not page.xpath("//form[@id='decide']")
    sent = {"csrf": mine.csrf, "verdict": verdict, "reason": "Ours"}
    answer = send(mine, f"/case/{one.finding_id}/decide", sent)
    assert answer.status_code == 422
    assert "The picture lies outside the folder under review" in answer.text
    assert not decided(mine)


@pytest.mark.parametrize("verdict", ["accept", "reject", "hold", "waive"])
def test_a_decision_tells_first_of_the_copies_elsewhere(mine: House, verdict: str) -> None:
    here, copy = found(mine)[f"{CODE}.jpg"], found(mine)["copy.jpg"]
    page = get(mine, f"/case/{here.finding_id}")
    (told,) = page.xpath("//form[@id='decide']//p[@class='beyond']")
    assert "Your answer also speaks for 1 copy outside the folder under review" in words(told)
    assert copy.uri in words(told)
    sent = fields(page, "/decide") | {"verdict": verdict, "reason": "Seen"}
    answer = send(mine, f"/case/{here.finding_id}/decide", sent)
    assert answer.status_code == 303
    following = get(mine, answer.headers["location"])
    assert "1 of them outside what is reviewed here" in words(following)
    assert {key for _, key in decided(mine)} == {here.decision_key}
    assert (
        send(mine, f"/case/{here.finding_id}/undo", fields(following, "/undo")).status_code == 303
    )
    assert decided(mine)[-1][0] is Verdict.WITHDRAW


def test_without_a_limit_nothing_lies_outside(tree: Path) -> None:
    with house() as made:
        audit(unlimited(made), [str(tree)], [str(NOTICES / NOTICE)])
        here = found(made)[f"{CODE}.jpg"]
        for address in (f"/case/{here.finding_id}", f"/notice/{here.notice_id}"):
            assert "outside" not in words(get(made, address))


def test_what_was_decided_elsewhere_is_not_taken_back_here(mine: House) -> None:
    here, saved = found(mine)[f"{CODE}.jpg"], found(mine)["saved.jpg"]
    decide(unlimited(mine), [saved.finding_id], Verdict.DISMISS, "Not this picture")
    page = get(mine, "/decisions")
    assert "It is about nothing of the folder under review" in words(page)
    assert not page.xpath("//form")
    with mine.registry.read() as tx:
        made = registry.every_decision(tx)[-1]
    for given in (made.decision_key, saved.finding_id):
        sent = {"csrf": mine.csrf, "decision": given, "word": "", "reason": "A mistake"}
        assert send(mine, "/decisions/withdraw", sent).status_code in {400, 404}
    undo = {"csrf": mine.csrf, "decision": "", "queue": ""}
    assert send(mine, f"/case/{saved.finding_id}/undo", undo).status_code == 400
    assert decided(mine) == [(Verdict.DISMISS, saved.decision_key)]
    decide(unlimited(mine), [here.finding_id], Verdict.DISMISS, "Ours")
    page = get(mine, "/decisions")
    assert "It also speaks for 1 copy outside the folder under review" in words(page)
    sent = fields(page, "/withdraw") | {"reason": "A mistake"}
    assert send(mine, "/decisions/withdraw", sent).status_code == 303
    assert decided(mine)[-1] == (Verdict.WITHDRAW, here.decision_key)


def test_only_files_of_this_folder_are_written(mine: House, tree: Path) -> None:
    saved = found(mine)["saved.jpg"]
    answer = mine.get(f"/apply?finding={saved.finding_id}")
    assert answer.status_code == 400
    assert "The picture lies outside the folder under review" in answer.text
    sent = {"csrf": mine.csrf, "finding": saved.finding_id, "notice": "", "digest": ""}
    assert send(mine, "/apply", sent).status_code == 400
    plan_page = get(mine, f"/apply?notice={saved.notice_id}")
    done = send(mine, "/apply", fields(plan_page, "/apply"))
    assert done.status_code == 303
    assert creators(tree / "mine" / f"{CODE}.jpg") == {RIGHT}
    assert creators(tree / "theirs" / "copy.jpg") == {WRONG}
    run = get(mine, done.headers["location"])
    assert send(mine, run.xpath("//form/@action")[0], fields(run, "/undo")).status_code == 303
    assert creators(tree / "mine" / f"{CODE}.jpg") == {WRONG}


def test_a_run_that_reached_further_is_not_taken_back(mine: House, tree: Path) -> None:
    session = unlimited(mine)
    with mine.registry.read() as tx:
        safe = [x.finding_id for x in registry.findings(tx) if x.status is Status.OPEN and x.edits]
    run = remediate(session, plan(session, safe).plan).run_id
    assert creators(tree / "theirs" / "copy.jpg") == {RIGHT}
    page = get(mine, f"/run/{run}")
    assert "Part of this run lies outside the folder under review." in words(page)
    assert not page.xpath("//form[contains(@action, '/undo')]")
    sent = {"csrf": mine.csrf, "digest": ""}
    assert send(mine, f"/run/{run}/undo", sent).status_code == 422
    assert creators(tree / "theirs" / "copy.jpg") == {RIGHT}


def test_only_copies_in_this_folder_go_out_of_reach(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for folder in ("mine", "theirs"):
        (tree / folder).mkdir(parents=True)
        shutil.copy(KILLED, tree / folder)
    with house(scope=Scope((str(tree / "mine"),))) as made:
        audit(unlimited(made), [str(tree)], [str(NOTICES / KILL)])
        one = found(made, Rule.WITHDRAWN)[KILLED.name]
        page = get(made, f"/quarantine?notice={one.notice_id}")
        assert "1 picture would go out of reach" in words(page)
        assert "1 more copy lies outside the folder under review." in words(page)
        assert send(made, "/quarantine", fields(page, "/quarantine")).status_code == 303
        assert not (tree / "mine" / KILLED.name).exists()
        assert (tree / "theirs" / KILLED.name).exists()


def test_a_page_for_one_notice_acts_on_no_other(tree: Path) -> None:
    shutil.copy(KILLED, tree / "mine")
    with house() as first:
        session = unlimited(first)
        audit(session, [str(tree)], [str(NOTICES / NOTICE), str(NOTICES / KILL)])
        other = found(first)[f"{CODE}.jpg"]
        killed = found(first, Rule.WITHDRAWN)[KILLED.name]
    with house(scope=Scope(notice_id=other.notice_id)) as made:
        notice = f"/notice/{killed.notice_id}"
        page = get(made, notice)
        assert "It is not the notice under review" in words(page)
        assert not page.xpath("//main//form[@method='post']")
        assert "lies outside the notice under review" in words(
            get(made, f"/case/{killed.finding_id}")
        )
        sent = {"csrf": made.csrf, "seen": "", "digest": "", "notice": str(killed.notice_id),
                "duty": "remove-online", "state": "done", "reason": "", "evidence": ""}  # fmt: skip
        for address in (f"{notice}/accept", f"{notice}/duty", "/apply", "/quarantine"):
            answer = send(made, address, sent)
            assert answer.status_code in {400, 422}, address
            assert "The notice lies outside the notice under review" in answer.text
        assert (tree / "mine" / KILLED.name).exists()
        assert not decided(made)
        assert get(made, f"/case/{other.finding_id}").xpath("//form[@id='decide']")
