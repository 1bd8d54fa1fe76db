"""Lists of who got which picture: every row is recorded or told of, none twice, none lost."""

from __future__ import annotations

import codecs
import json
import os
import tracemalloc
from pathlib import Path

import pytest
from desk_material import tiny

from provenance import registry
from provenance.auditlog import entries
from provenance.errors import UsageError
from provenance.pipeline import Session, scan
from provenance.pipeline.desk import files
from provenance.pipeline.parties import delivery_import
from provenance.pipeline.parties.delivery_import import (
    Column,
    Imported,
    column_of,
    import_deliveries,
)
from provenance.reporting.text import one_line

pytestmark = pytest.mark.usefixtures("workers_here")

ROW = "a.jpg,Radio Northwind,2024-12-03,desk@example.org\n"
HEADER = "picture,recipient,date,contact\n"


@pytest.fixture
def tree(tmp_path: Path, session: Session) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    for number, name in enumerate(("a.jpg", "b.jpg")):
        (folder / name).write_bytes(tiny(code=f"000_11111{number}1", shade=number))
    scan(session, [str(folder)])
    return folder


def put(tree: Path, data: str | bytes, name: str = "list.csv") -> str:
    path = tree / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return str(path)


def held(session: Session) -> list[tuple[str, str, str]]:
    with session.registry.read() as tx:
        found = registry.iter_deliveries(tx)
        return sorted((Path(one.uri).name, one.recipient, one.day) for one in found)


def acts(session: Session) -> list[dict]:
    with session.registry.read() as tx:
        return [
            one.record
            for one in entries(tx.connection, 0, 999)
            if one.record["act"] == "delivery.import"
        ]


@pytest.mark.parametrize(
    "data",
    [
        HEADER + ROW,
        codecs.BOM_UTF8 + (HEADER + ROW).encode(),
        (HEADER + ROW).replace(",", ";"),
        (HEADER + ROW).replace(",", "\t"),
        "sep=;\r\n" + (HEADER + ROW).replace(",", ";").replace("\n", "\r\n"),
        (HEADER + ROW).replace("\n", "\r"),
        (HEADER + ROW).encode("utf-16"),
        "E-Mail;Empfänger;Datum;Datei\ndesk@example.org;Radio Northwind;3.12.2024;a.jpg\n",
        "Sent to,File Name,Delivery Date,notes\nRadio Northwind,a.jpg,20241203,=1+1\n",
        "\n\n" + HEADER + "\n" + ROW,
    ],
)
def test_whatever_a_spreadsheet_makes_of_it(
    data: str | bytes, tree: Path, session: Session
) -> None:
    done = import_deliveries(session, put(tree, data))
    assert (done.fresh, done.bad) == (1, ())
    assert held(session) == [("a.jpg", "Radio Northwind", "2024-12-03")]


def test_a_list_of_objects_is_taken_too(tree: Path, session: Session) -> None:
    rows = [
        {"picture": "a.jpg", "to": "Radio", "on": "2024-12-03"},
        {"picture": "b.jpg", "to": "Radio"},
        {"on": "2024-12-04", "to": "Radio", "picture": "b.jpg", "contact": "x@example.org"},
    ]
    done = import_deliveries(session, put(tree, json.dumps(rows), "list.json"))
    assert done.fresh == 2
    assert [(one.row, one.code) for one in done.bad] == [(2, "import-columns")]


def test_a_second_import_changes_nothing_and_logs_nothing(tree: Path, session: Session) -> None:
    path = put(tree, HEADER + ROW + ROW)
    first = import_deliveries(session, path)
    assert (first.rows, first.fresh, first.known) == (2, 1, 1)
    again = import_deliveries(session, path)
    assert (again.fresh, again.updated, again.known) == (0, 0, 2)
    (event,) = acts(session)
    assert event["objects"][0]["sha256"] == first.sha256
    assert event["detail"]["fresh"] == 1


def test_every_bad_row_is_told_with_its_line_and_a_remedy(tree: Path, session: Session) -> None:
    rows = [
        ROW.strip(),
        "none.jpg,Radio,2024-12-03,",
        ",Radio,2024-12-03,",
        "a.jpg,,2024-12-03,",
        "a.jpg,Radio,03/12/2024,",
        "a.jpg,Radio,2024-12-03,no address",
        "a.jpg,Radio,2024-12-03,a@example.org,too,many",
        '"a.jpg","Ra\ndio",2024-12-03,',
        '"b.jpg",=cmd|calc!A0,2024-12-03,',
        "b.jpg,Rad\u202eio,2024-12-03,",
    ]
    done = import_deliveries(session, put(tree, HEADER + "\n".join(rows) + "\n"))
    told = {(one.row, one.code) for one in done.bad}
    assert told == {
        (3, "picture-unknown"), (4, "picture"), (5, "recipient"), (6, "day"), (7, "contact"),
        (8, "row-unreadable"), (9, "recipient"), (12, "recipient"),
    }  # fmt: skip
    assert all(f"ine {one.row}" in one.message and one.remedy for one in done.bad)
    assert done.fresh + len(done.bad) == done.rows == 10
    assert len(held(session)) == 2


def test_a_dry_look_records_nothing(tree: Path, session: Session) -> None:
    done = import_deliveries(session, put(tree, HEADER + ROW), preview=True)
    assert done.fresh == 1
    assert [(line, Path(one.uri).name) for line, one in done.previews] == [(2, "a.jpg")]
    assert not held(session)
    assert not acts(session)


def test_paths_start_where_the_person_says(tree: Path, session: Session, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    path = put(tmp_path / "elsewhere", HEADER + "./a.jpg,Radio,2024-12-03,\n")
    assert len(import_deliveries(session, path).bad) == 1
    assert import_deliveries(session, path, str(tree)).fresh == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("picture,recipient\na.jpg,Radio\n", "import-columns"),
        ("", "import-unreadable"),
        (HEADER, "import-unreadable"),
        (b"PK\x03\x04xlsx", "import-unreadable"),
    ],
)
def test_a_list_that_is_none_is_refused(
    data: str | bytes, code: str, tree: Path, session: Session
) -> None:
    with pytest.raises(UsageError) as caught:
        import_deliveries(session, put(tree, data))
    assert caught.value.code == code
    assert "list.csv" in caught.value.message
    assert caught.value.remedy
    assert not held(session)


def test_a_missing_list_is_refused(tree: Path, session: Session) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        import_deliveries(session, str(tree / "none.csv"))


def test_batches_are_logged_each_in_its_own_transaction(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_import, "_BATCH", 2)
    rows = "".join(f"a.jpg,Radio {number},2024-12-03,\n" for number in range(5))
    assert import_deliveries(session, put(tree, HEADER + rows)).fresh == 5
    spans = [(one["detail"]["from"], one["detail"]["to"]) for one in acts(session)]
    assert spans == [(2, 3), (4, 5), (6, 6)]


def test_a_list_of_bad_rows_is_left_and_that_is_told(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_import, "_BATCH", 2)
    monkeypatch.setattr(delivery_import, "MOST_FAULTS", 3)
    rows = "".join(f"no{number}.jpg,Radio,2024-12-03,\n" for number in range(9))
    done = import_deliveries(session, put(tree, HEADER + rows + ROW))
    assert (done.left_at, len(done.bad), done.fresh) == (5, 4, 0)


def test_columns_are_known_by_many_names() -> None:
    assert column_of("Empfänger") is column_of(" RECIPIENT ") is Column.RECIPIENT
    assert column_of("e-mail address") is column_of("Courriel") is Column.CONTACT
    assert column_of("Fecha") is column_of("delivery_date") is Column.DAY
    assert column_of("x" * 100_000) is None


HOSTILE = {
    "a null octet in a row": HEADER.encode() + b"a.jpg,Radio\0 Northwind,2024-12-03,\n" + ROW.encode(),
    "an open quotation mark": (HEADER + ROW + 'b.jpg,"Radio Northwind,2024-12-03,\n').encode(),
    "a quotation mark in a cell": (HEADER + 'b.jpg,Ra"dio,2024-12-03,x\n' + ROW).encode(),
    "mixed encodings": HEADER.encode() + b"a.jpg,Caf\xe9,2024-12-03,\n" + "b.jpg,Café,2024-12-03,\n".encode(),
    "too many cells": (HEADER + "a.jpg" + "," * 99_999 + "\n" + ROW).encode(),
    "a formula": (HEADER + "a.jpg,=cmd|'/C calc'!A0,2024-12-03,\n" + ROW).encode(),
    "another header of a mail": (HEADER + 'a.jpg,"x\r\nBcc: v@evil.example",2024-12-03,"a@b.example\r\nBcc: v@evil.example"\n').encode(),
    "two addresses": (HEADER + 'a.jpg,Radio,2024-12-03,"a@b.example, v@evil.example"\n').encode(),
    "escapes": (HEADER + "a.jpg,\x1b[2JRadio,2024-12-03,\n" + ROW).encode(),
    "text turned round": (HEADER + "a.jpg,\u202eoidaR,2024-12-03,\n" + ROW).encode(),
    "a path upwards": (HEADER + "../../../../etc/passwd,Radio,2024-12-03,\n" + ROW).encode(),
    "a folder of the system": (HEADER + "/dev/zero,Radio,2024-12-03,\n" + ROW).encode(),
    "SQL": (HEADER + "x' OR 1=1 --,Radio,2024-12-03,\n" + ROW).encode(),
    "octets of no encoding": HEADER.encode() + b"\xff\xfe\x81,Radio,2024-12-03,\n" + ROW.encode(),
    "lone surrogates": (HEADER + "a.jpg,Radio \ud800,2024-12-03,\n").encode("utf-8", "surrogatepass") + ROW.encode(),
}  # fmt: skip


def outcome(session: Session, path: str) -> Imported | UsageError:
    """What came of a list that may be refused as a whole."""
    try:
        return import_deliveries(session, path)
    except UsageError as error:
        return error


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_list_records_only_what_is_sound(tree: Path, session: Session, name: str) -> None:
    """Every row is recorded or told of; what is recorded can be a name, and one address or none."""
    done = outcome(session, put(tree, HOSTILE[name]))
    if isinstance(done, UsageError):
        assert done.remedy
        assert held(session) == []
        return
    assert done.rows == done.fresh + done.known + len(done.bad)
    with session.registry.read() as tx:
        for one in registry.iter_deliveries(tx):
            assert Path(one.uri).parent == tree
            assert one.recipient.isprintable()
            assert one.contact.count("@") <= 1
            assert not set(one.contact) & set("\r\n,;<> ")
    for bad in done.bad:
        assert bad.message
        assert bad.remedy
        assert all(char.isprintable() for char in one_line(bad.message))


@pytest.mark.parametrize("data", ["a" * 6_000_000, '"' + "a" * 6_000_000], ids=["line", "quote"])
def test_a_row_without_an_end_costs_no_memory(
    tree: Path, session: Session, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONGEST_ROW", 100_000)
    path = put(tree, HEADER + ROW + data)
    del data
    tracemalloc.start()
    done = outcome(session, path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert done.remedy if isinstance(done, UsageError) else done.bad
    # Blocks of a mebibyte are read; the row is not gathered.
    assert most < 5_000_000


def test_a_pipe_is_not_waited_for(tree: Path, session: Session) -> None:
    os.mkfifo(tree / "list.csv")
    with pytest.raises(UsageError, match="is no file"):
        import_deliveries(session, str(tree / "list.csv"))
