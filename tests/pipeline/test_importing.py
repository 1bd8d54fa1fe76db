"""Import: what an export says, of which assets, and what happens to rows that say it badly."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provenance import auditlog
from provenance import registry as store
from provenance.errors import UsageError
from provenance.matching.keys import keys
from provenance.model import AssetRef, DeskRecord, MetadataRecord
from provenance.pipeline import Session, forget_desk, import_desk, preview_desk
from provenance.pipeline.desk import files, importing
from provenance.pipeline.desk.columns import Field, field_of, mapping
from provenance.pipeline.desk.importing import MOST_PROBLEMS, Imported, Reading

SHA = "ab" * 32
Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(content: str | bytes, name: str = "dam.csv") -> str:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return str(path)

    return make


def hold(session: Session, *uris: str, digest: str | None = None) -> list[MetadataRecord]:
    held = [MetadataRecord(AssetRef(uri, 9, "1"), "image/jpeg", digest=digest) for uri in uris]
    with session.registry.write() as tx:
        store.upsert_assets(tx, [(one, keys(one)) for one in held], "run", "2026-11-22T12:00:00Z")
        store.mark_examined(tx, uris, "rules")
    return held


def said(session: Session, *uris: str) -> list[DeskRecord]:
    """All that is kept of the assets, whose paths need not be registered."""
    asked = [MetadataRecord(AssetRef(uri, 9, "1"), "image/jpeg") for uri in uris]
    with session.registry.read() as tx:
        found = store.desk_records_of(tx, asked)
    return [one for uri in uris for one in found.get(uri, ())]


def codes(done: Imported) -> list[str]:
    return [one.code for one in done.problems]


FULL = (
    "Path{d}Agency ID{d}Caption{d}Photographer{d}Credit{d}Date Created{d}Published{d}Rating\n"
    '/a/one.jpg{d}AFP_48KT7NQ{d}"Harvest,; in ""Skara""\nsecond line"{d}Mara Löv{d}AFP{d}'
    '2024:05:03 10:00:00{d}"https://news.example/1|Print, page 3"{d}5\n'
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("cp1252"),
        lambda text: text.encode("utf-16"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "bom", "windows-1252", "utf-16", "utf-16-be", "crlf", "cr"],
)
def test_csv_as_it_is_exported(
    session: Session, write: Write, delimiter: str, encode: Callable[[str], bytes]
) -> None:
    path = write(encode(FULL.format(d=delimiter)))
    done = import_desk(session, path)
    assert (done.rows, done.taken, done.faults, done.unknown) == (1, 1, 0, ("Rating",))
    (one,) = said(session, "/a/one.jpg")
    assert one.places == (("path", "/a/one.jpg"),)
    assert one.identifiers == ("AFP_48KT7NQ",)
    assert [text.replace("\r\n", "\n") for text in one.captions] == [
        'Harvest,; in "Skara"\nsecond line'
    ]
    assert (one.creators, one.credits, one.dates) == (("Mara Löv",), ("AFP",), ("2024-05-03",))
    assert one.publications == ("https://news.example/1", "Print, page 3")
    assert (one.source, one.row, one.imported_by) == ("dam.csv", 2, "anna.editor")
    assert done.sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()


OBJECT = {
    "path": "/a/one.jpg",
    "sha256": None,
    "properties": {"creatorNames": [{"container": "iim", "values": ["Mara Löv"]}]},
    "captions": [{"text": "Harvest", "creditLine": {"raw": "(AFP)"}}],
    "url": ["https://news.example/1", "Print"],
    "id": 480000000000000000000000017,
    "rating": 5,
}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.json", lambda one: json.dumps([one])),
        ("a.json", lambda one: json.dumps({"schemaVersion": 1, "assets": [one], "errors": []})),
        ("a.json", lambda one: json.dumps({"x": {"assets": []}, "items": [one]}, indent=2)),
        ("a.json", json.dumps),
        ("a.txt", lambda one: f"{json.dumps(one)}\n\n{json.dumps({'path': '/b'})}\n"),
        ("a.jsonl", lambda one: f"\ufeff{json.dumps(one, ensure_ascii=False)}\n"),
    ],
    ids=["list", "assets", "pretty", "one", "lines", "jsonl-bom"],
)
def test_json_in_each_shape(
    session: Session, write: Write, name: str, make: Callable[[object], str]
) -> None:
    done = import_desk(session, write(make(OBJECT), name))
    (one,) = said(session, "/a/one.jpg")
    assert (one.row, one.creators, one.captions) == (1, ("Mara Löv",), ("Harvest",))
    assert one.publications == ("https://news.example/1", "Print")
    assert one.identifiers == ("480000000000000000000000017",)
    assert "rating" in done.unknown


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("IPTC:By-line", Field.CREATOR),
        ("XMP-dc:Creator", Field.CREATOR),
        ("creditLine", Field.CREDIT),
        ("Original Transmission Reference", Field.IDENTIFIER),
        ("DATE_CREATED", Field.DATE),
        ("imageSupplierImageId", Field.IDENTIFIER),
        ("creator.name", None),
        ("", None),
        (":", None),
    ],
)
def test_columns_are_known_by_many_names(column: str, field: Field | None) -> None:
    assert field_of(column) is field


def test_columns_by_the_users_own_words(session: Session, write: Write) -> None:
    path = write("Ablage=Ort,Name,Wer\n/a/one.jpg,wrong.jpg,Mara\n")
    how = Reading(mapped=mapping(["Ablage=Ort=path", "Name=ignore", "Wer=byline"]))
    assert import_desk(session, path, how).columns == (("Ablage=Ort", "path"), ("Wer", "creator"))
    (one,) = said(session, "/a/one.jpg")
    assert (one.places, one.creators) == ((("path", "/a/one.jpg"),), ("Mara",))


@pytest.mark.parametrize("pair", ["path", "=path", "a=nothing", "a="])
def test_a_mapping_that_is_none(pair: str) -> None:
    with pytest.raises(UsageError, match="no pair") as caught:
        mapping([pair])
    assert "path, filename" in caught.value.remedy


@pytest.mark.parametrize(
    ("written", "root", "uri"),
    [
        ("2024/one.jpg", None, "{here}/2024/one.jpg"),
        ("./x/../one.jpg", "/mnt/p", "/mnt/p/one.jpg"),
        ("2024\\one.jpg", "/mnt/p", "/mnt/p/2024/one.jpg"),
        ("D:\\2024\\one.jpg", "/mnt/p", "/mnt/p/2024/one.jpg"),
        ("d:/2024/one.jpg", "/mnt/p", "/mnt/p/2024/one.jpg"),
        ("\\\\nas\\photo\\2024\\one.jpg", "/mnt/p", "/mnt/p/2024/one.jpg"),
        ("file:///mnt/a%20b/one.jpg", None, "/mnt/a b/one.jpg"),
        ("file:///D:/one.jpg", "/mnt/p", "/mnt/p/one.jpg"),
        ("/abs//one.jpg", "/mnt/p", "/abs/one.jpg"),
    ],
)
def test_paths(session: Session, write: Write, written: str, root: str | None, uri: str) -> None:
    path = write(f"path\n{written}\n")
    done = import_desk(session, path, Reading(root=root or ""))
    assert (done.taken, done.elsewhere) == (1, 0)
    assert len(said(session, uri.format(here=os.path.dirname(path)))) == 1


@pytest.mark.parametrize("written", ["D:\\one.jpg", "https://dam.example/1", "file://nas/one.jpg"])
def test_paths_that_are_not_here(session: Session, write: Write, written: str) -> None:
    done = import_desk(session, write(f"path,filename\n{written},one.jpg\n{written},\n"))
    assert (done.taken, done.elsewhere, codes(done)) == (1, 2, ["no-key"])


def test_composed_and_decomposed_names_are_one(session: Session, write: Write) -> None:
    import_desk(session, write("path\n/a/Lo\u0308v.jpg\n"))
    assert len(said(session, "/a/L\u00f6v.jpg")) == 1


def test_bad_rows_are_told_of_and_the_others_kept(session: Session, write: Write) -> None:
    long = "x" * 1_000_000
    path = write(
        "path,sha256,date,id,caption\n"
        f"/a/1.jpg,{'0' * 32},2024-02-30,AFP_48KT7NQ,ok\n"
        ",,,AFP_48KT7NQ,\n"
        "\n"
        "/a/2.jpg,,,,one,too many\n"
        f"/a/3.jpg,,,{long},{long}\n"
        f"/a/4.jpg,SHA256:{SHA.upper()},3 May 2024,,\n"
    )
    done = import_desk(session, path)
    told = [(one.code, one.message.partition(": ")[0].rpartition(" ")[2]) for one in done.problems]
    assert told == [
        ("bad-digest", "2"), ("bad-date", "2"), ("no-key", "3"), ("row-unreadable", "5"),
        ("too-long", "6"), ("too-long", "6"),
    ]  # fmt: skip
    assert "is an MD5" in done.problems[0].message
    assert all(one.remedy and path in one.message for one in done.problems)
    assert (done.rows, done.taken, done.faults) == (5, 3, 6)
    one, three, four = said(session, "/a/1.jpg", "/a/3.jpg", "/a/4.jpg")
    assert (one.dates, one.identifiers) == ((), ("AFP_48KT7NQ",))
    assert (len(three.captions[0]), three.identifiers) == (20_000, ())
    assert four.places == (("path", "/a/4.jpg"), ("sha256", SHA))
    assert four.dates == ("2024-05-03",)


def test_hostile_words_stay_words(session: Session, write: Write) -> None:
    words = "=cmd|'/c calc'!A1 \x1b[31m \u202e<script>"
    import_desk(session, write(json.dumps([{"path": "/a\x00\udcff", "caption": words}]), "a.json"))
    (one,) = said(session, "/a\x00\udcff")
    assert one.captions == (words,)


def test_titles_are_identifiers_only_where_an_agencys_code_stands_in_them(
    session: Session, write: Write
) -> None:
    import_desk(session, write("path,title\n/1,AFP_48KT7NQ\n/2,Harvest 2024\n"))
    assert [one.identifiers for one in said(session, "/1", "/2")] == [("AFP_48KT7NQ",), ()]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b" \n \n", "is empty"),
        ("a.csv", b"PK\x03\x04rest", "workbook"),
        ("a.csv", b"\x00\x01", "no text"),
        ("a.csv", b"who,what\n1,2\n", "is a path, a file name or a SHA-256"),
        ("a.csv", b'path,id\n"/a,1\n' + b"x,1\n" * 30_000, "does not end"),
        ("a.json", b'[{"path": "/a"}, {"path"', "behind object 1"),
        ("a.json", b'[{"path": "/a"}] x', "goes on behind its end"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b'{"assets": [{"path": "/a"}', "lacks one of"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_are_refused_whole(
    session: Session,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes,
    words: str,
) -> None:
    monkeypatch.setattr(files, "LONGEST_ROW", 100_000)
    import_desk(session, write("path,id\n/kept,AFP_48KT7NQ\n", "former.csv"), Reading(source=name))
    path = write(content, name)
    with pytest.raises(UsageError, match=words) as caught:
        import_desk(session, path)
    assert path in caught.value.message
    assert caught.value.remedy
    assert len(said(session, "/kept")) == 1  # what was known before still is


def test_what_is_no_file_is_refused_and_nothing_waits(session: Session, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "none.csv", tmp_path / "pipe"):
        with pytest.raises(UsageError, match=str(path)):
            import_desk(session, str(path))


def test_a_mapped_column_must_be_there(session: Session, write: Write) -> None:
    path = write("path,id\n/a,1\n")
    with pytest.raises(UsageError, match="has no column 'Datei'") as caught:
        import_desk(session, path, Reading(mapped=mapping(["Datei=path"])))
    assert "path, id" in caught.value.remedy
    assert said(session, "/a") == []


def test_a_later_export_replaces_the_former(session: Session, write: Write) -> None:
    hold(session, "/a", "/b", "/c")
    import_desk(session, write("path,id\n/a,1\n/b,2\n"))
    with session.registry.write() as tx:
        store.mark_examined(tx, ["/a", "/b", "/c"], "rules")
    done = import_desk(session, write("path,id\n/b,3\n"))
    assert (done.taken, done.replaced, done.assets) == (1, 2, 1)
    assert [one.identifiers for one in said(session, "/a", "/b")] == [("3",)]
    with session.registry.read() as tx:  # the one that lost its record is examined again, too
        assert store.unexamined(tx, ["/"], "rules") == ("/a", "/b")


def test_import_and_forget_are_logged(session: Session, write: Write) -> None:
    hold(session, "/a")
    path = write("path,id\n/a,1\n,2\n", "d\u00e4m.csv")
    done = import_desk(session, path, Reading(source="DAM"))
    assert forget_desk(session, "DAM") == 1
    assert said(session, "/a") == []
    with session.registry.read() as tx:
        acts = [one.record for one in auditlog.entries(tx.connection, 0, 99)]
        assert auditlog.verify(tx.connection, session.log.state).ok
    taken, forgotten = [one for one in acts if one["act"].startswith("desk.")]
    assert taken["detail"] == {
        "source": "DAM", "rows": 2, "records": 1, "replaced": 0, "assets": 1, "faults": 1,
    }  # fmt: skip
    assert taken["objects"][0]["sha256"] == done.sha256
    assert {"role": "implementer", "id": "user:anna.editor"} in taken["agents"]
    assert forgotten["detail"] == {"source": "DAM", "records": 1, "assets": 1}
    with pytest.raises(UsageError, match="Nothing was imported as 'DAM'"):
        forget_desk(session, "DAM")


def test_a_dry_run_says_whom_it_would_meet_and_keeps_nothing(
    session: Session, write: Write
) -> None:
    hold(session, "/a/one.jpg", "/b/two.jpg", digest=SHA)
    done = preview_desk(
        session, write(f"path,sha256,id\n/a/one.jpg,,\n,{SHA},\n/none.jpg,,\n,,9\n")
    )
    assert [(one.row, one.uris) for one in done.previews] == [
        (2, ("/a/one.jpg",)), (3, ("/a/one.jpg", "/b/two.jpg")), (4, ()),
    ]  # fmt: skip
    assert (done.taken, done.assets, done.unmet, done.several) == (3, 2, 1, 1)
    assert codes(done) == ["no-key"]
    with session.registry.read() as tx:
        assert store.desk_sources(tx) == ()


def test_problems_are_counted_behind_the_first(session: Session, write: Write) -> None:
    done = import_desk(session, write("path,id\n" + ",1\n" * 1_500))
    assert (done.faults, len(done.problems)) == (1_500, MOST_PROBLEMS + 1)
    assert "500 more" in done.problems[-1].message


def test_processes_understand_the_same_as_one(
    session: Session, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("path,id\n" + "".join(f"/{n},AFP_48KT{n:03d}\n,9\n" for n in range(999)))
    alone = import_desk(session, path)
    uris = [f"/{n}" for n in range(999)]
    former = [replace(one, imported="") for one in said(session, *uris)]
    monkeypatch.setattr(importing, "_WORTH_A_POOL", 0)
    both = import_desk(replace(session, jobs=2), path)
    assert replace(both, replaced=0) == alone
    assert [replace(one, imported="") for one in said(session, *uris)] == former


CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(CELLS, min_size=1, max_size=6), delimiter=st.sampled_from(",;\t"))
def test_csv_cells_come_back_as_they_were_written(
    session: Session, write: Write, rows: list[str], delimiter: str
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["path", "caption"], *([f"/{n}", text] for n, text in enumerate(rows))])
    done = import_desk(session, write(buffer.getvalue()))
    assert (done.rows, done.faults) == (len(rows), 0)
    kept = [one.captions for one in said(session, *(f"/{n}" for n in range(len(rows))))]
    assert kept == [(plain,) if (plain := text.strip()) else () for text in rows]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=200), head=st.sampled_from([b"", b"path,id\n", b'[{"path":"']))
def test_no_octets_do_harm(session: Session, write: Write, content: bytes, head: bytes) -> None:
    for name in ("a.csv", "a.json", "a.jsonl"):
        path = write(head + content, name)
        with suppress(UsageError):  # anything else would end the program without a word
            done = import_desk(session, path)
            assert done.taken <= done.rows
