"""``accept``, ``reject``, ``waive``: named decisions, logged, and kept across audits."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from desk_material import (
    NEWSROOM,
    PAIR,
    PAIR_NOTICE,
    PICTURE,
    audit,
    desk,
    findings,
    run,
    the_one,
)

from provenance.pipeline import session as sessions


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = desk(tmp_path / "tree")
    audit(made)
    return made


def acts() -> list[dict]:
    lines = run("log", "show", "-f", "json", "--start", "0", "--limit", "999").out.splitlines()
    return [json.loads(line)["record"] for line in lines]


def on_day(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(sessions, "utc_now", lambda: f"{day}T12:00:00.000Z")


def test_an_accepted_held_finding_is_applied_by_the_next_fix(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree", *PAIR)
    told = audit(tree, notice=PAIR_NOTICE)
    one = next(f for f in findings(told) if f["path"].endswith(PAIR[0]))
    done = run("accept", one["findingId"][:9], "--reason", "Called the agency", "--by", "bert")
    assert done.code == 0
    assert one["findingId"] in done.out
    statuses = {f["path"]: f["status"] for f in findings(audit(tree, notice=None))}
    assert statuses == {f"{tree}/{PAIR[0]}": "open", f"{tree}/{PAIR[1]}": "held"}
    fixed = run("fix", "--apply", "-f", "json", "--by", "carla")
    assert [f["path"] for f in fixed.document["outcomes"]] == [f"{tree}/{PAIR[0]}"]
    assert fixed.code == 1  # the other one still waits
    assert (tree / PAIR[1]).read_bytes() == (NEWSROOM / PAIR[1]).read_bytes()
    approved = next(record for record in acts() if record["act"] == "approve")
    assert approved["why"]["finding"] == one["findingId"]
    assert [a["id"] for a in approved["agents"]][1] == "user:bert"
    commit = next(record for record in acts() if record["act"] == "fix.commit")
    named = {a["role"]: a["id"] for a in commit["agents"]}
    assert (named["implementer"], named["authorizer"]) == ("user:carla", "user:bert")


@pytest.mark.parametrize("verdict", ["reject", "waive"])
def test_a_finding_decided_against_stays_away(tree: Path, verdict: str) -> None:
    one = the_one(audit(tree))
    assert run(verdict, one["findingId"], "--reason", "The desk's own picture").code == 0
    status = {"reject": "rejected", "waive": "waived"}[verdict]
    done = run("audit", tree, "-f", "json")
    assert (done.code, done.document["findings"]) == (0, [])
    assert the_one(audit(tree, "--all"))["status"] == status
    assert run("fix", "--apply", "-f", "json").document["outcomes"] == []
    assert (tree / PICTURE).read_bytes() == (NEWSROOM / PICTURE).read_bytes()
    assert [record["act"] for record in acts()].count(verdict) == 1


def test_a_decision_survives_a_move_and_an_unrelated_save(tree: Path) -> None:
    one = the_one(audit(tree))
    run("reject", one["findingId"], "--reason", "Ours")
    shutil.move(tree / PICTURE, tree / "moved.jpg")
    with (tree / "moved.jpg").open("ab") as file:
        file.write(b"trailing data of another program")
    assert findings(audit(tree)) == []


def test_a_waiver_ends_on_its_day(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = the_one(audit(tree))
    on_day(monkeypatch, "2031-05-01")
    done = run(
        "waive", one["findingId"], "--reason", "Until the archive moves", "--until", "2031-05-31"
    )
    assert done.code == 0
    for day, open_findings in (("2031-05-31", 0), ("2031-06-01", 1)):
        on_day(monkeypatch, day)
        assert len(findings(audit(tree))) == open_findings, day
    assert run("fix").code == 1


def test_a_later_decision_takes_the_earlier_ones_place(tree: Path) -> None:
    one = the_one(audit(tree))
    run("reject", one["findingId"], "--reason", "Wrong picture")
    run("accept", one["findingId"], "--reason", "The right one after all")
    assert the_one(audit(tree))["status"] == "open"
    assert run("fix", "--apply").code == 0


def test_what_can_only_be_shown_cannot_be_accepted(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree", "web/renditions/hero-0390.jpg")
    one = the_one(audit(tree, notice=None), "credit-missing")
    before = len(acts())
    done = run("accept", one["findingId"], "--reason", "Yes")
    assert done.code == 2
    assert one["findingId"] in done.err
    assert len(acts()) == before
    assert run("reject", one["findingId"], "--reason", "A house graphic").code == 0
    assert findings(audit(tree, notice=None)) == []


def test_one_bad_id_decides_nothing(tree: Path) -> None:
    one = the_one(audit(tree))
    before = len(acts())
    done = run("reject", one["findingId"], "f-0000none", "--reason", "Both")
    assert (done.code, done.out) == (2, "")
    assert "f-0000none" in done.err
    assert len(acts()) == before
    assert len(findings(audit(tree))) == 1


def test_ids_that_fit_several_findings_and_blank_reasons(tmp_path: Path) -> None:
    audit(desk(tmp_path / "tree", *PAIR), notice=PAIR_NOTICE)
    done = run("reject", "f-", "--reason", "x")
    assert done.code == 2
    assert "More than one" in done.err
    (one, _) = run("audit", tmp_path / "tree", "-f", "json").document["findings"]
    blank = run("reject", one["findingId"], "--reason", "  ")
    assert blank.code == 2
    assert "--reason" in blank.err


def test_decisions_stand_in_the_report(tree: Path) -> None:
    one = the_one(audit(tree))
    run("waive", one["findingId"], "--reason", "Print edition is out", "--by", "bert")
    run("report", tree.parent / "report")
    page = (tree.parent / "report" / "index.html").read_text("utf-8")
    assert "Print edition is out" in page
    assert "bert" in page
