"""``notices``: taken up, understood, shown, retracted; the desk's own corrections."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from desk_material import (
    CODE,
    LIFE,
    NEWSROOM,
    NOTICE,
    NOTICES,
    PICTURE,
    RIGHT,
    WRONG,
    audit,
    desk,
    findings,
    run,
    tiny,
)


def test_parse_registers_nothing(own_state: Path) -> None:
    done = run("notices", "parse", NOTICES / NOTICE, "-f", "json")
    assert done.code == 0
    (notice,) = done.document["notices"]
    assert notice["corrections"] == [{"property": "creatorNames", "wrong": WRONG, "right": RIGHT}]
    assert {"kind": "identifier", "value": CODE} in notice["targets"]
    assert notice["receivedBy"] is None
    assert not own_state.exists()


def test_parse_of_a_folder_and_of_what_cannot_be_read(tmp_path: Path) -> None:
    shutil.copytree(NOTICES, tmp_path / "notices")
    (tmp_path / "notices" / "picture.txt").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    done = run("notices", "parse", tmp_path / "notices", tmp_path / "none.txt", "-f", "json")
    assert done.code == 3
    assert len(done.document["notices"]) > 5
    assert {os.path.basename(one["path"]) for one in done.document["errors"]} == {
        "picture.txt", "none.txt",
    }  # fmt: skip
    table = run("notices", "parse", tmp_path / "notices", tmp_path / "none.txt")
    assert table.code == 3
    assert f"{tmp_path}/none.txt" in table.out


def test_add_list_show_retract(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    added = run("notices", "add", NOTICES / NOTICE, "--by", "bert", "-f", "json")
    (notice,) = added.document["notices"]
    assert (added.code, notice["receivedBy"], notice["authority"]) == (0, "bert", "brought")
    listed = run("notices", "list", "-f", "json").document["notices"]
    assert [one["noticeId"] for one in listed] == [notice["noticeId"]]
    shown = run("notices", "show", notice["noticeId"][:8])
    assert shown.code == 0
    assert "brought by bert" in shown.out
    assert "[Rosa TEIXEIRA] instead of [Ana LIM]" in shown.out  # the words, brackets and all
    assert len(findings(audit(tree, notice=None))) == 1
    retracted = run("notices", "retract", notice["noticeId"], "--reason", "Sent in error")
    assert retracted.code == 0
    assert "retracted" in retracted.out
    assert run("notices", "list", "-f", "json").document["notices"] == []
    assert len(run("notices", "list", "--all", "-f", "json").document["notices"]) == 1
    assert findings(audit(tree, notice=None)) == []


def test_retraction_is_logged_once_and_needs_a_reason() -> None:
    (notice,) = run("notices", "add", NOTICES / NOTICE, "-f", "json").document["notices"]
    assert run("notices", "retract", notice["noticeId"]).code == 2
    for _ in range(2):
        assert run("notices", "retract", notice["noticeId"], "--reason", "Twice").code == 0
    assert run("log", "show", "--start", "0", "--limit", "99").out.count("notice.retract") == 1


def test_a_file_without_a_notice_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear desk, thank you.\n", encoding="utf-8")
    done = run("notices", "add", tmp_path / "letter.txt")
    assert done.code == 3
    assert "letter.txt" in done.out
    assert "provenance notices new" in done.out


def test_unknown_notice_names_the_way_to_the_known(tmp_path: Path) -> None:
    run("scan", desk(tmp_path))
    for words in (("show", "afp-none"), ("retract", "afp-none", "--reason", "x")):
        done = run("notices", *words)
        assert done.code == 2
        assert "afp-none" in done.err
        assert "provenance notices list" in done.err


def test_an_in_house_correction_of_a_file_reaches_every_copy(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "web").mkdir(parents=True)
    own = tiny("Nina Falsch", code="KOLB-1", shade=5)
    resaved = tiny("Nina Falsch", code="KOLB-1", caption="Another caption.", shade=5)
    innocent = tiny("Nina Falsch", code="KOLB-2", shade=6)
    for name, data in {
        "a.jpg": own, "web/b.jpg": own, "web/same-scan.jpg": resaved, "c.jpg": innocent,
    }.items():  # fmt: skip
        (tree / name).write_bytes(data)
    made = run(
        "notices", "new", "--wrong", "Nina Falsch", "--right", "Nina Richtig",
        "--target", tree / "a.jpg", "--by", "bert", "-f", "json",
    )  # fmt: skip
    assert made.code == 0
    (notice,) = made.document["notices"]
    assert notice["authority"] == "in-house"
    assert notice["provider"] is None
    digest = hashlib.sha256(own).hexdigest()
    assert {"kind": "digest", "value": f"sha256:{digest}"} in notice["targets"]
    told = audit(tree, notice=None)
    assert {one["path"] for one in findings(told, "erroneous-credit")} == {
        f"{tree}/a.jpg", f"{tree}/web/b.jpg", f"{tree}/web/same-scan.jpg",
    }  # fmt: skip
    done = run("fix", "--apply", "-f", "json")
    assert (done.code, len(done.document["outcomes"])) == (0, 3)
    assert (tree / "c.jpg").read_bytes() == innocent
    assert b"Falsch" not in (tree / "web" / "same-scan.jpg").read_bytes()
    assert run("undo", notice["noticeId"]).code == 0
    assert (tree / "web" / "b.jpg").read_bytes() == own


def test_an_in_house_correction_by_identifier_and_by_digest(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    digest = hashlib.sha256((tree / LIFE / "000_36QK7YU.jpg").read_bytes()).hexdigest()
    for target, wrong in ((CODE, WRONG), (digest.upper(), "Lena BRANDT")):
        done = run("notices", "new", "--wrong", wrong, "--right", "B. Right", "--target", target)
        assert done.code == 0
    assert {one["path"] for one in findings(audit(tree, notice=None), "erroneous-credit")} == {
        f"{tree}/{PICTURE}", f"{tree}/{LIFE}/000_36QK7YU.jpg",
    }  # fmt: skip


def test_the_property_can_be_named(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    done = run(
        "notices", "new", "--property", "creditLine", "--wrong", "AFP", "--right", "AFP/Getty Images",
        "--target", CODE,
    )  # fmt: skip
    assert done.code == 0
    (found,) = (one for one in findings(audit(tree, notice=None)) if one["status"] == "open")
    assert found["path"] == f"{tree}/{PICTURE}"
    assert {edit["property"] for edit in found["edits"]} == {"creditLine"}
    wrong = run("notices", "new", "--property", "byline", "--wrong", "A", "--target", CODE)
    assert wrong.code == 2
    assert "creatorNames" in wrong.err


def test_the_seed_article_as_a_notice_and_as_a_page(tmp_path: Path) -> None:
    """One notice among run-together captions: its place is told, nothing is written."""
    tree = desk(tmp_path / "tree", "pages/article.txt")
    text = (NEWSROOM / "pages" / "article.txt").read_text("utf-8")
    told = audit(tree, notice=None)
    leaked = findings(told, "leaked-notice")
    incomplete = findings(told, "credit-incomplete")
    assert [one["path"] for one in leaked] == [f"{tree}/pages/article.txt"] * len(leaked)
    assert [one["fixability"] for one in leaked] == ["display-only"] * len(leaked)
    assert len(leaked) == 1
    assert len(incomplete) == 1
    (notice,) = told["notices"]
    for place in notice["occurrences"]:
        said = text[place["start"] : place["end"]]
        assert said.lstrip('“"?').startswith("The erroneous mention[s]")
    assert len(notice["occurrences"]) == 2  # the gallery block stands there twice
    assert "AFP Photo" in incomplete[0]["message"]
    assert run("fix", "--apply", "-f", "json").document["outcomes"] == []
    assert (tree / "pages" / "article.txt").read_text("utf-8") == text
