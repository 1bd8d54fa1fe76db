"""``notices due``, ``notices duty``, and the clocks that ``list`` and ``show`` tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_material import RIGHT, audit, desk, run

from provenance.cli.due import left

NOW = "2026-11-22T12:00:00.000Z"


@pytest.fixture
def notice_id(tmp_path: Path) -> str:
    """The id of a correction whose picture was audited."""
    (notice,) = audit(desk(tmp_path / "tree"))["notices"]
    return str(notice["noticeId"])


@pytest.fixture
def limits(tmp_path: Path) -> Path:
    """A configuration by which everything of AFP's is due within moments."""
    path = tmp_path / "limits.toml"
    path.write_text("[deadlines.AFP]\ncontained = 0.000001\ncomplete = 0.000002\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (None, "no limit"),
        ("soon", "no limit"),
        ("2026-11-22T12:00:00.000Z", "0 min left"),
        ("2026-11-22T15:20:30.000Z", "3 h 20 min left"),
        ("2026-11-25T13:00:00.000Z", "3 days 1 h left"),
        ("2026-11-22T11:59:59.000Z", "overdue by 0 min"),
        ("2026-11-21T12:00:00.000Z", "overdue by 1 day"),
    ],
)
def test_time_left_in_words(due: str | None, words: str) -> None:
    assert left(due, NOW)[0] == words


def test_due_lists_what_is_open_and_exits_with_one(notice_id: str) -> None:
    done = run("notices", "due")
    assert done.code == 1
    assert notice_id in done.out
    assert "23 h 59 min left" in done.out
    assert "contained" in done.out
    assert "min ago" in done.out
    assert "remove-online, delete-servers, inform-third-parties" in done.out
    assert run("notices", "due", "--overdue").code == 0
    assert "Nothing is due." in run("notices", "due", "--overdue").out


def test_words_are_not_folded_beside_an_empty_column(notice_id: str) -> None:
    """An empty last column once took a place that was not measured: the time left was folded."""
    rows = run("notices", "duty", notice_id).out.splitlines()
    assert [row.split()[0] for row in rows[-3:]] == [
        "remove-online",
        "delete-servers",
        "inform-third-parties",
    ]
    assert all(row.endswith(" left") for row in rows[-3:])


def test_overdue_is_said_in_words_and_comes_first(notice_id: str, limits: Path) -> None:
    run("notices", "new", "--wrong", "A", "--right", "B", "--target", "X-1")
    done = run("notices", "due", "-c", limits)
    first, *rest = done.out.splitlines()[1:]
    assert "overdue by" in first
    assert notice_id in first
    assert any("left" in line for line in rest)
    overdue = run("notices", "due", "--overdue", "-c", limits, "-f", "json")
    assert overdue.code == 1
    assert overdue.document["overdue"] == len(overdue.document["notices"]) >= 1
    assert all(one["overdue"] for one in overdue.document["notices"])
    assert all(one["secondsLeft"] < 0 for one in overdue.document["notices"])
    listed = run("notices", "list", "-c", limits)
    assert listed.code == 0
    assert "overdue by" in listed.out.splitlines()[1]
    assert done.out.splitlines()[0].split()[0] == "due"


def test_due_as_json(notice_id: str) -> None:
    document = run("notices", "due", "-f", "json").document
    (one,) = document["notices"]
    assert (document["schemaVersion"], document["overdue"]) == (1, 0)
    assert (one["noticeId"], one["next"], one["overdue"]) == (notice_id, "contained", False)
    assert 0 < one["secondsLeft"] <= 24 * 3600
    clock = one["clock"]
    assert [step["milestone"] for step in clock["milestones"]] == [
        "acknowledged", "contained", "complete",
    ]  # fmt: skip
    assert [duty["state"] for duty in clock["duties"]] == ["open"] * 3
    (listed,) = run("notices", "list", "-f", "json").document["notices"]
    assert listed["clock"]["received"] == clock["received"]


def test_a_notice_is_closed_duty_by_duty(notice_id: str, tmp_path: Path) -> None:
    assert run("fix", "--apply").code == 0
    shown = run("notices", "duty", notice_id)
    assert shown.code == 1
    assert "shown by the scan of anna.editor" in shown.out
    mail = tmp_path / "answer.eml"
    mail.write_text("Done.", "utf-8")
    done = run(
        "notices", "duty", notice_id[:9], "inform-third-parties", "--done", "--evidence", mail,
        "--by", "bert",
    )  # fmt: skip
    assert done.code == 0
    assert "by bert on" in done.out
    assert "answer.eml (SHA-256 " in done.out
    waived = run(
        "notices", "duty", notice_id, "remove-online", "--waive", "--reason", "Never published",
        "--until", "2999-12-31",
    )  # fmt: skip
    assert waived.code == 0
    assert "Never published" in waived.out
    assert run("notices", "duty", notice_id).code == 0
    assert run("notices", "due").code == 0
    done = run("notices", "due", "--all")
    assert (done.code, "complete" in done.out) == (0, True)
    again = run("notices", "duty", notice_id, "remove-online", "--reopen", "--reason", "It was")
    assert again.code == 0
    assert run("notices", "due").code == 1
    assert run("log", "verify").code == 0
    log = run("log", "show", "--limit", "99").out
    assert [log.count(one) for one in ("duty.done", "duty.waive", "duty.reopen")] == [2, 1, 1]


def test_duty_as_json(notice_id: str) -> None:
    done = run(
        "notices", "duty", notice_id, "remove-online", "--done", "--evidence",
        "https://cms.example/7", "-f", "json",
    )  # fmt: skip
    duty = done.document["notice"]["clock"]["duties"][0]
    assert (duty["duty"], duty["state"]) == ("remove-online", "done")
    assert duty["act"]["evidence"] == "https://cms.example/7"
    assert duty["act"]["evidenceSha256"] is None
    assert duty["closed"] == duty["act"]["made"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--done",), "Which duty?"),
        (("--reason", "x"), "Which duty?"),
        (("remove-online",), "Say one of --done, --waive and --reopen"),
        (("remove-online", "--done", "--waive"), "Say one of"),
        (("remove-online", "--waive"), "needs a reason"),
        (("sweep", "--done"), "of no duty: sweep"),
        (("remove-online", "--done", "--evidence", "gone.pdf"), "gone.pdf cannot be read"),
    ],
)
def test_a_word_that_makes_no_sense_is_refused(
    notice_id: str, more: tuple[str, ...], told: str
) -> None:
    done = run("notices", "duty", notice_id, *more)
    assert done.code == 2
    assert told in done.err
    assert len(done.err.splitlines()) > 1
    assert done.out == ""


def test_due_needs_a_registry_and_one_wish() -> None:
    assert run("notices", "due").code == 2
    assert run("notices", "due", "--all", "--overdue").code == 2
    assert run("notices", "duty", "afp-1").code == 2


def test_show_tells_the_clock(notice_id: str) -> None:
    shown = run("notices", "show", notice_id).out
    assert f"[{RIGHT}]" in shown
    for words in ("Acknowledged", "Contained", "Complete", "left", "remove-online"):
        assert words in shown
    document = run("notices", "show", notice_id, "-f", "json").document["notices"][0]
    assert document["clock"]["milestones"][0]["reached"] is not None
    run("notices", "retract", notice_id, "--reason", "Sent in error")
    assert "nothing is due any more" in run("notices", "show", notice_id).out
    assert "retracted" in run("notices", "list", "--all").out


def test_file_names_of_evidence_steer_no_terminal(notice_id: str, tmp_path: Path) -> None:
    odd = tmp_path / "a\x1b[31m\u202eb.pdf"
    odd.write_bytes(b"x")
    done = run("notices", "duty", notice_id, "remove-online", "--done", "--evidence", odd)
    assert done.code == 0
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    shown = run("notices", "duty", notice_id, "-f", "json").out
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_an_unknown_notice_is_told(notice_id: str) -> None:
    assert notice_id
    done = run("notices", "duty", "zzz", "remove-online", "--done")
    assert done.code == 2
    assert "zzz" in done.err
