"""``registry``: import, list and forget, as a person and as a program meets them."""

from __future__ import annotations

import json
from pathlib import Path

from desk_material import LIFE, PICTURE, desk, run

HEAD = "path,agency id,caption,published,rating\n"


def export(folder: Path, name: str = "dam.csv", rows: str = "") -> Path:
    path = folder / name
    picture = f"tree/{PICTURE}"
    path.write_text(f"{HEAD}{rows or f'{picture},AFP_48KT7NQ,Harvest,Print page 3,5'}\n", "utf-8")
    return path


def test_import_list_forget(tmp_path: Path) -> None:
    run("scan", desk(tmp_path / "tree"))
    done = run("registry", "import", export(tmp_path), "--by", "bert", "-f", "json")
    assert done.code == 0
    (one,) = done.document["imports"]
    assert (one["source"], one["taken"], one["assets"]) == ("dam.csv", 1, 1)
    assert one["unknownColumns"] == ["rating"]
    assert {"theirs": "published", "ours": "publication"} in one["columns"]
    (listed,) = run("registry", "list", "-f", "json").document["sources"]
    assert (listed["source"], listed["records"], listed["importedBy"]) == ("dam.csv", 1, "bert")
    assert "bert" in run("registry", "list").out
    forgotten = run("registry", "forget", "dam.csv")
    assert (forgotten.code, forgotten.out) == (0, "dam.csv: 1 record forgotten\n")
    assert run("registry", "list", "-f", "json").document["sources"] == []
    log = run("log", "show", "--start", "0", "--limit", "99").out
    assert (log.count("desk.import"), log.count("desk.forget")) == (1, 1)


def test_table_names_what_was_and_was_not_taken_up(tmp_path: Path) -> None:
    run("scan", desk(tmp_path / "tree"))
    done = run("registry", "import", export(tmp_path))
    assert "dam.csv: 1 of 1 row taken up" in done.out
    assert "agency id = identifier" in done.out
    assert "not taken up  rating" in done.out
    assert "1 will be examined again" in done.out


def test_bad_rows_end_with_three_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = export(tmp_path, rows="a.jpg,1,,,\n,2,,,")
    done = run("registry", "import", path)
    assert done.code == 3
    assert f"{path}, row 3: names no asset" in done.out
    assert "1 of 2 rows taken up" in done.out
    errors = run("registry", "import", path, "-f", "json").document["errors"]
    assert [(one["code"], one["path"]) for one in errors] == [("no-key", str(path))]


def test_dry_run_keeps_nothing(tmp_path: Path) -> None:
    run("scan", desk(tmp_path / "tree"))
    path = export(tmp_path, rows=f"tree/{PICTURE},1,,,\ntree/none.jpg,2,,,")
    done = run("registry", "import", path, "--dry-run")
    assert done.code == 0
    assert "2 of 2 rows would be taken up" in done.out
    assert "1 row about none that is registered" in done.out
    (one,) = run("registry", "import", path, "--dry-run", "-f", "json").document["imports"]
    assert [len(row["assets"]) for row in one["preview"]] == [1, 0]
    assert run("registry", "list", "-f", "json").document["sources"] == []


def test_root_map_and_source(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    run("scan", tree)
    windows = PICTURE.replace("/", "\\")
    path = tmp_path / "dam.json"
    path.write_text(json.dumps([{"Ablage": f"P:\\{windows}", "id": "AFP_48KT7NQ"}]), "utf-8")
    options = ("--root", tree, "--map", "Ablage=path", "--source", "DAM", "-f", "json")
    (one,) = run("registry", "import", path, *options).document["imports"]
    assert (one["source"], one["assets"], one["pathsElsewhere"]) == ("DAM", 1, 0)


def test_what_is_asked_wrongly(tmp_path: Path) -> None:
    path = export(tmp_path)
    (tmp_path / "b").mkdir()
    twin = export(tmp_path / "b")
    for arguments, words in (
        ((path, twin), "Several exports would be kept as 'dam.csv'"),
        ((path, path), "Several exports"),
        ((path, "--map", "path"), "no pair"),
        ((tmp_path / "none.csv",), "cannot be read"),
        (("",), "A path is empty"),
    ):
        done = run("registry", "import", *arguments)
        assert (done.code, words in done.err) == (2, True), arguments
    assert run("registry", "forget", "nobody").code == 2


def test_one_bad_export_does_not_stop_the_others(tmp_path: Path) -> None:
    good, bad = export(tmp_path), tmp_path / "bad.csv"
    bad.write_text("who,what\n1,2\n", "utf-8")
    done = run("registry", "import", bad, good)
    assert done.code == 3
    assert "No column of" in done.err
    assert "dam.csv: 1 of 1 row " in done.out
    document = run("registry", "import", bad, good, "-f", "json").document
    assert [one["path"] for one in document["errors"]] == [str(bad)]


def test_a_record_of_the_desk_is_no_change_of_a_file(tmp_path: Path) -> None:
    tree = desk(tmp_path / "tree")
    before = {one: one.read_bytes() for one in (tree / LIFE).iterdir()}
    run("scan", tree)
    run("registry", "import", export(tmp_path))
    assert {one: one.read_bytes() for one in (tree / LIFE).iterdir()} == before
