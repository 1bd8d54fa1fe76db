"""``report``: a folder, one file, stdout, and the check of what was given out."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from desk_material import NOTICE, NOTICES, PICTURE, audit, desk, run, spawn

from provenance.cli.common import Desk
from provenance.cli.config import load
from provenance.cli.reporting import Form, report
from provenance.errors import UsageError
from provenance.pipeline.reports import exporting

QUICK = {"index.html", "findings.csv", "findings.json", "compliance.json", "findings.sarif",
         "report.xlsx"}  # fmt: skip
BROUGHT = ("--notices", NOTICES / NOTICE)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = desk(tmp_path / "tree")
    audit(folder)
    return folder


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without typst: its typesetting has tests of its own."""
    monkeypatch.setitem(sys.modules, "typst", None)


def test_a_folder_gets_every_form_and_what_lacks_is_told_in_a_line(
    tree: Path, no_pdf: None
) -> None:
    folder = tree.parent / "report"
    done = run("report", folder)
    assert (done.code, done.out) == (1, "")
    assert {one.name for one in folder.iterdir()} == QUICK
    shown, lacking = done.err.splitlines()
    assert shown == f"Report: {folder}/index.html"
    assert lacking.startswith("Without pdf: not installed")
    assert "provenance-auditor[report]" in lacking
    assert run("report", folder, "-q").err == ""


@pytest.mark.parametrize("kind", ["html", "csv", "json", "sarif"])
def test_one_form_goes_to_stdout_octet_for_octet(tree: Path, kind: str) -> None:
    done = spawn("report", "--format", kind)
    assert done.returncode == 1, done.stderr
    file = tree.parent / "out"
    file.write_bytes(done.stdout)
    assert run("report", "--verify", file).code == 0
    if kind == "csv":
        assert b"\r\n" in done.stdout


def test_the_name_of_the_file_tells_the_form(tree: Path) -> None:
    target = tree.parent / "new" / "r.xlsx"
    done = run("report", "-o", target)
    assert (done.code, done.out) == (1, "")
    assert f"Report: {target}" in done.err
    assert "Findings" in openpyxl.load_workbook(target).sheetnames
    named = run("report", "-o", tree.parent / "out.txt", "--format", "csv")
    assert named.code == 1
    text = (tree.parent / "out.txt").read_bytes().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["path"], row["state"]) == (f"{tree}/{PICTURE}", "open")


def test_only_what_lies_below_a_path_is_told(tree: Path) -> None:
    nothing = run("report", "--format", "json", "--path", tree / "no").document
    assert [one for each in nothing["notices"] for one in each["families"]] == []
    here = run("report", "--format", "json", "--path", tree).document
    assert here["scope"] == [str(tree)]
    assert here["overview"]["byRule"][0]["total"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Say where"),
        (("DIR", "--format", "csv"), "every form"),
        (("DIR", "-o", "x.csv"), "every form"),
        (("-o", "x.docx"), "does not tell"),
        (("--verify", "x", "-o", "y"), "checks one file"),
        (("DIR", "--verify", "x"), "checks one file"),
        (("--verify", "x", "--path", "y"), "checks one file"),
        (("--verify", "x", "--format", "pdf"), "checks one file"),
        (("--verify", "none-there"), "none-there"),
        (("--format", "json", "--path", ""), "empty"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    tree: Path, arguments: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree.parent / "here").mkdir()
    monkeypatch.chdir(tree.parent / "here")
    done = run("report", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert list((tree.parent / "here").iterdir()) == []


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_octets_do_not_go_to_a_terminal(
    tree: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provenance.cli.reporting.sys.stdout", _Terminal())
    with pytest.raises(UsageError, match="garble") as refused:
        report(_desk(), None, None, Form(kind), None, None)
    assert f"-o report.{kind}" in refused.value.remedy


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _desk() -> Desk:
    return Desk(config=load({}, None))


def test_a_workbook_without_the_library_is_a_usage_error(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    target = tree.parent / "r.xlsx"
    done = run("report", "-o", target)
    assert done.code == 2
    assert "pip install 'provenance-auditor[report]'" in done.err
    assert not target.exists()


def test_a_place_that_cannot_be_written(tree: Path) -> None:
    done = run("report", "-o", "/proc/no/out.json")
    assert done.code == 3
    assert "/proc/no/out.json" in done.err
    assert run("report", "/proc/no").code == 3


def test_no_registry_is_no_report(tmp_path: Path) -> None:
    done = run("report", "--format", "json", "--registry", tmp_path / "none.db")
    assert done.code == 2
    assert "none.db" in done.err


def test_verify_tells_who_gave_it_out_and_from_what(tree: Path) -> None:
    target = tree.parent / "r.sarif"
    run("report", "-o", target, "--by", "m.okafor")
    done = run("report", "--verify", target)
    assert done.code == 0
    first, *others = done.out.splitlines()
    assert first == f"Verified: {target}"
    assert "by m.okafor" in done.out
    assert "Made from the checkpoint of" in done.out
    assert all(one.startswith("  ") for one in others)
    told = run("report", "--verify", target, "--format", "json").document
    assert (told["ok"], told["verdict"], told["givenOut"]["by"]) == (True, "verified", "m.okafor")


def test_verify_of_an_altered_and_of_a_foreign_file_ends_with_4(tree: Path) -> None:
    target = tree.parent / "r.json"
    run("report", "-o", target)
    target.write_bytes(target.read_bytes() + b"\n")
    altered = run("report", "--verify", target)
    assert altered.code == 4
    assert "was altered" in altered.out
    foreign = run("report", "--verify", NOTICES / NOTICE)
    assert foreign.code == 4
    assert "comes from elsewhere" in foreign.out
    told = run("report", "--verify", NOTICES / NOTICE, "-f", "json")
    assert (told.code, told.document["verdict"], told.document["givenOut"]) == (4, "unknown", None)


def test_the_name_of_the_file_steers_no_terminal(tree: Path) -> None:
    target = tree.parent / "\x1b[31m\u202er.json"
    run("report", "-o", target, "--format", "csv")
    done = run("report", "--verify", target)
    assert done.code == 0
    assert not {"\x1b", "\u202e"} & set(done.out)


def test_audit_writes_sarif(tree: Path) -> None:
    written = json.loads(
        (Path(__file__).resolve().parents[1] / "reporting" / "sarif_written.schema.json").read_text(
            "utf-8"
        )
    )
    done = run("audit", tree, *BROUGHT, "--format", "sarif")
    assert done.code == 1
    jsonschema.Draft202012Validator(written).validate(done.document)
    (one,) = done.document["runs"][0]["results"]
    assert one["properties"]["path"] == f"{tree}/{PICTURE}"
    place = one["locations"][0]["physicalLocation"]["artifactLocation"]
    assert (place["uri"], place["uriBaseId"]) == (PICTURE, "SCOPE1")
    assert one["baselineState"] == "unchanged"
    run("fix", "--apply")
    assert run("audit", tree, "-f", "sarif").document["runs"][0]["results"] == []
    every = run("audit", tree, "-f", "sarif", "--all").document["runs"][0]["results"]
    assert [result["kind"] for result in every] == ["pass"]


def test_audit_reports_stay_quick(tree: Path) -> None:
    """An audit writes the page and the findings; the slow forms are the command's own."""
    folder = tree.parent / "by-audit"
    run("audit", tree, "--report", folder)
    assert {one.name for one in folder.iterdir()} == {
        *(exporting.NAMES[one] for one in exporting.USUAL), "findings.json",
    }  # fmt: skip
