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
    RIGHT,
    audit,
    desk,
    findings,
    run,
    the_one,
    tiny,
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


def test_a_decision_tells_for_how_many_it_speaks(tree: Path) -> None:
    shutil.copy(tree / PICTURE, tree / "copy.jpg")
    ids = [one["findingId"] for one in findings(audit(tree), "erroneous-credit")]
    done = run("reject", ids[0], "--reason", "Ours", "--until", "2999-12-31", "--by", "bert")
    assert done.out.splitlines() == [
        f"{ids[0]} erroneous-credit: rejected by bert until 2999-12-31",
        f"{ids[1]} erroneous-credit: rejected by bert until 2999-12-31",
        "2 findings settled, copies included.",
    ]
    assert findings(audit(tree)) == []


@pytest.mark.parametrize("verdict", ["accept", "reject", "waive"])
def test_a_past_day_is_refused(tree: Path, monkeypatch: pytest.MonkeyPatch, verdict: str) -> None:
    one = the_one(audit(tree))
    on_day(monkeypatch, "2031-05-02")
    done = run(verdict, one["findingId"], "--reason", "x", "--until", "2031-05-01")
    assert (done.code, done.out) == (2, "")
    assert "2031-05-01 is past: today is 2031-05-02" in done.err
    done = run(verdict, one["findingId"], "--reason", "x", "--until", "2031-05-02")
    assert done.code == 0


def test_the_last_day_is_shown_in_table_json_and_report(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = the_one(audit(tree))
    on_day(monkeypatch, "2031-05-01")
    run("waive", one["findingId"], "--reason", "Print run", "--until", "2031-05-31", "--by", "bert")
    table = run("audit", tree, "--all", "-j", "1").out
    assert "waived until 2031-05-31 (30 days left)" in table
    decision = the_one(audit(tree, "--all"))["decision"]
    assert decision == {
        "decisionId": decision["decisionId"],
        "verdict": "waive",
        "by": "bert",
        "decided": decision["decided"],
        "reason": "Print run",
        "until": "2031-05-31",
        "daysLeft": 30,
    }
    run("report", tree.parent / "report")
    page = (tree.parent / "report" / "index.html").read_text("utf-8")
    assert "until 31 May 2031 (30 days left): Print run" in page
    on_day(monkeypatch, "2031-06-01")
    after = the_one(audit(tree))
    assert (after["status"], after["decision"]) == ("open", None)
    assert after["evidence"][-1]["detail"] == "The waiver by bert ran out on 2031-05-31."


def test_decisions_are_listed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No such decision" in run("decisions").out
    one = the_one(audit(tree))
    on_day(monkeypatch, "2031-05-01")
    run("reject", one["findingId"], "--reason", "Wrong picture", "--by", "bert")
    run("waive", one["findingId"], "--reason", "Print run", "--until", "2031-05-31")
    (row,) = run("decisions", "--format", "json").document["decisions"]
    assert (row["state"], row["by"], row["daysLeft"]) == ("in force", "anna.editor", 30)
    assert row["paths"] == [f"{tree}/{PICTURE}"]
    assert row["findings"] == [
        {
            "findingId": one["findingId"],
            "rule": "erroneous-credit",
            "status": "waived",
            "noticeId": one["noticeId"],
        }
    ]
    every = run("decisions", "list", "--all", "-f", "json").document["decisions"]
    assert [(row["verdict"], row["state"]) for row in every] == [
        ("reject", "replaced"),
        ("waive", "in force"),
    ]
    table = run("decisions", "--all").out
    assert "Wrong picture" in table
    assert "2031-05-31 (30 days left)" in table
    assert run("decisions", "--expired", "-f", "json").document["decisions"] == []
    on_day(monkeypatch, "2031-06-01")
    (row,) = run("decisions", "--expired", "-f", "json").document["decisions"]
    assert (row["state"], row["findings"], row["daysLeft"]) == ("expired", [], None)
    assert run("decisions", "-f", "json").document["decisions"] == []


def test_a_decision_is_withdrawn_and_logged(tree: Path) -> None:
    one = the_one(audit(tree))
    run("reject", one["findingId"], "--reason", "Wrong picture", "--by", "bert")
    (row,) = run("decisions", "-f", "json").document["decisions"]
    done = run("decisions", "withdraw", row["decisionId"], "--reason", "It is ours", "--by", "carl")
    took = f"{row['decisionId']}: carl withdrew what bert rejected on {row['decided'][:10]}"
    assert done.out == f"{took}; 1 finding to be decided again\n"
    assert done.code == 0
    record = next(record for record in acts() if record["act"] == "withdraw")
    assert record["why"]["finding"] == one["findingId"]
    assert record["detail"]["reason"] == "It is ours"
    assert [a["id"] for a in record["agents"]][1] == "user:carl"
    assert run("fix", "--apply").code == 0
    again = run("decisions", "withdraw", row["decisionId"], "--reason", "x")
    assert (again.code, again.out) == (2, "")
    assert run("log", "verify").code == 0


def test_an_unused_decision_is_told_on_stderr_and_fails_nothing(tree: Path) -> None:
    one = the_one(audit(tree))
    run("waive", one["findingId"], "--reason", "Known", "--by", "bert")
    (tree / PICTURE).write_bytes(tiny(RIGHT))
    done = run("audit", tree, "-j", "1")
    assert done.code == 0
    assert "The waiver by bert" in done.err
    assert "meets nothing any more" in done.err
    assert "provenance decisions withdraw d-" in done.err
    assert "meets nothing" not in done.out
    document = run("audit", tree, "-j", "1", "-f", "json").document
    assert [one["code"] for one in document["errors"]] == ["decision-unused"]
    assert "meets nothing" not in run("audit", tree, "-j", "1", "-q").err
    (row,) = run("decisions", "--unused", "-f", "json").document["decisions"]
    assert row["state"] == "unused"
    run("report", tree.parent / "report")
    page = (tree.parent / "report" / "index.html").read_text("utf-8")
    assert "Decisions that meet nothing" in page
    assert "Unreadable files" not in page


def test_a_saved_plan_does_not_outlive_its_decision(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree", *PAIR)
    told = audit(tree, notice=PAIR_NOTICE)
    one = next(f for f in findings(told) if f["path"].endswith(PAIR[0]))
    run("accept", one["findingId"], "--reason", "Called the agency", "--by", "bert")
    file = tmp_path / "plan.json"
    run("fix", one["findingId"], "--plan", file)
    (item,) = json.loads(file.read_text("utf-8"))["items"]
    (key,) = item["decisions"]
    run("decisions", "withdraw", key, "--reason", "Misheard", "--by", "carl")
    done = run("fix", "--apply", "--plan", file, "-f", "json")
    (outcome,) = done.document["outcomes"]
    assert (done.code, outcome["status"]) == (3, "conflict")
    assert "carl withdrew the decision behind it" in outcome["reason"]
    assert (tree / PAIR[0]).read_bytes() == (NEWSROOM / PAIR[0]).read_bytes()


def test_another_value_is_written_on_a_persons_word(tree: Path) -> None:
    one = the_one(audit(tree, notice=None))
    several = run("accept", one["findingId"], "--reason", "Her name", "--value", "Rosa M. TEIXEIRA")
    assert several.code == 2
    assert "--value FIELD=TEXT" in several.err
    long = run("accept", one["findingId"], "--reason", "x", "--value", f"creatorNames={'Ñ' * 20}")
    assert long.code == 2
    assert "takes 40 octets" in " ".join(long.err.split())
    value = "creatorNames=Rosa M. TEIXEIRA"
    done = run("accept", one["findingId"], "--reason", "Her name", "--value", value)
    assert done.code == 0
    run("fix", "--apply", one["findingId"])
    assert b"Rosa M. TEIXEIRA" in (tree / PICTURE).read_bytes()
    two = run("accept", one["findingId"], one["findingId"], "--reason", "x", "--value", value)
    assert two.code == 2


def test_a_finding_on_hold_waits(tree: Path) -> None:
    one = the_one(audit(tree, notice=None))
    assert run("hold", one["findingId"], "--reason", "Ask the agency").code == 0
    assert the_one(audit(tree, notice=None))["status"] == "held"
    run("fix", "--apply")
    assert RIGHT.encode() not in (tree / PICTURE).read_bytes()
    assert [record["act"] for record in acts()].count("hold") == 1
