"""``distributed``, ``letters``, ``answered``, ``answer``: as docs/third-parties.md tells them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from desk_material import CODE, LIFE, NEWSROOM, PICTURE, audit, desk, run

LIST = NEWSROOM.parent / "distribution.csv"
OTHER = "000_36QK7YU"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return desk(tmp_path / "tree")


def test_the_newsrooms_own_list_is_understood_whole(tmp_path: Path) -> None:
    tree = desk(tmp_path / "room", "desk", "archive", "web")
    assert run("scan", tree, "-q", "-j", "1").code == 0
    looked = run("distributed", "--import", LIST, "--root", tree, "--preview", "-f", "json")
    assert (looked.code, looked.document["recorded"], looked.document["preview"]) == (0, 10, True)
    assert len(looked.document["deliveries"]) == 10
    done = run("distributed", "--import", LIST, "--root", tree)
    assert "10 of 10\N{NO-BREAK SPACE}rows recorded" in done.out
    again = run("distributed", "--import", LIST, "--root", tree, "-f", "json").document
    assert (again["recorded"], again["known"], again["errors"]) == (0, 10, [])
    listed = run("distributed", "--to", "Radio Northwind", "-f", "json").document["deliveries"]
    assert {one["recipient"] for one in listed} == {"Radio Northwind"}
    assert len(listed) == 3


def test_from_a_delivery_to_the_answer(tree: Path, tmp_path: Path) -> None:
    told = audit(tree)
    notice = told["notices"][0]["noticeId"]
    picture = tree / PICTURE
    assert (
        run(
            "distributed",
            picture,
            "--to",
            "Radio",
            "--on",
            "2024-12-05",
            "--contact",
            "a@b.example",
        ).code
        == 0
    )
    assert run("distributed", CODE, "--to", "Courier", "--on", "2024-12-06").code == 0
    out = tmp_path / "letters"
    made = run(
        "letters", notice, "--out", out, "--language", "fr", "--language", "en", "-f", "json"
    )
    assert len(made.document["written"]) == 2
    assert len(list(out.glob("*.eml"))) == len(list(out.glob("*.txt"))) == 2
    sent = run("letters", notice, "--sent-all")
    assert "inform-third-parties --done" in sent.out
    answer = tmp_path / "answer.txt"
    answer.write_text("Done.")
    said = run("answered", notice, "radio", "--complied", "--evidence", answer, "-f", "json")
    parties = {one["recipient"]: one for one in said.document["thirdParties"]}
    assert parties["Radio"]["state"] == "answered"
    assert said.document["mayCloseDuty"] is True
    assert "Nobody is to be reminded" in run("letters", notice, "--reminders").out
    given = run("answer", notice, "--out", tmp_path / "given")
    assert given.code == 1
    assert "open: " in given.err
    assert (tmp_path / "given" / "evidence.zip").is_file()
    assert run("log", "verify").code == 0


def test_a_bad_row_is_told_with_its_line_and_the_rest_is_recorded(
    tree: Path, tmp_path: Path
) -> None:
    run("scan", tree, "-q", "-j", "1")
    path = tmp_path / "list.csv"
    path.write_text(
        f"picture;to;on\n{LIFE}/{CODE}.jpg;\x1b[31m=cmd|x;2024-12-05\n"
        f"{CODE};=HYPERLINK(1);2024-12-05\n{CODE};Radio;soon\n"
    )
    done = run("distributed", "--import", path, "--root", tree)
    assert done.code == 3
    assert "Line 2: " in done.out
    assert "Line 4: 'soon' is no date" in done.out
    assert "\x1b" not in done.out
    rows = list(csv.reader(io.StringIO(run("distributed", "-f", "csv").out)))
    assert [row[2] for row in rows[1:]] == ["'=HYPERLINK(1)"]


@pytest.mark.parametrize(
    "given",
    [
        ("distributed", "--preview"),
        ("distributed", "--on", "2024-12-05"),
        ("distributed", "x.jpg", "--to", "Radio", "--on", "tomorrow"),
        ("distributed", "x.jpg", "--to", "Radio\r\nBcc: x", "--on", "2024-12-05"),
        ("distributed", "x.jpg", "--to", "Radio", "--contact", "a@b.example\r\nBcc: x@y.example"),
        ("distributed", "x.jpg", "--to", "Radio", "--on", "2024-12-05"),
        ("distributed", "x.jpg", "--import", "list.csv"),
        ("distributed", "--import", "none.csv"),
        ("letters", "nope"),
        ("letters", "nope", "--sent", "x", "--out", "y"),
        ("letters", "nope", "--language", "tlh", "--out", "y"),
        ("answered", "nope", "Radio"),
        ("answered", "nope", "Radio", "--complied", "--refused"),
        ("answer", "nope", "--out", "given"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_remedy(
    given: tuple[str, ...], tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("scan", tree, "-q", "-j", "1")
    done = run(*given)
    assert done.code == 2
    assert done.err.strip()
    assert "Traceback" not in done.err
    assert "\r" not in done.err


def test_an_unknown_third_party_is_told_whom_it_may_be_and_how_to_add_one(tree: Path) -> None:
    notice = audit(tree)["notices"][0]["noticeId"]
    nobody = run("answered", notice, "Radio Nordwind", "--complied")
    assert nobody.code == 2
    assert "Nobody is on record as having it." in nobody.err
    assert "provenance distributed PICTURE --to 'Radio Nordwind'" in nobody.err
    for name, picture in (("Radio Northwind", CODE), ("Éditions du Phare", OTHER)):
        assert run("distributed", picture, "--to", name, "--on", "2024-12-05").code == 0
    close = run("answered", notice, "radio nordwind", "--complied").err
    assert "which have it: Radio Northwind?" in close
    elsewhere = run("answered", notice, "Editions du Phare", "--complied").err
    assert "The ledger knows: Éditions du Phare, as having other pictures." in elsewhere
    far = run("answered", notice, "x'; rm -rf \x1b[31m", "--complied").err
    assert "Those that have it: Radio Northwind." in far
    assert "\x1b" not in far
    unwritten = run("letters", notice, "--sent", "Radio").err
    assert "`provenance letters NOTICE --out DIR` writes those that are due." in unwritten


def test_a_new_recipient_behind_a_closed_duty_is_told_at_once(tree: Path) -> None:
    notice = audit(tree)["notices"][0]["noticeId"]
    duty = ("notices", "duty", notice, "inform-third-parties")
    assert run(*duty, "--waive", "--reason", "Nobody got it").code == 0
    done = run("distributed", CODE, "--to", "Radio", "--on", "2024-12-05")
    assert done.code == 0
    assert f"{notice}: inform-third-parties is open again." in done.err
    assert "not told: Radio." in done.err
    assert f"provenance letters {notice}" in done.err
    assert "by what the ledger learned from" in run(*duty[:3]).out
    assert run("log", "verify").code == 0
