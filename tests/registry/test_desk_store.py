"""The desk's own words: kept by source, replaced, forgotten, listed; their assets marked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registry.values import LATER, NOW, instances, record

from provenance.errors import RegistryError
from provenance.matching.keys import keys
from provenance.model import DeskRecord
from provenance.registry import (
    DeskCounts,
    DeskSource,
    Registry,
    desk_records_of,
    desk_sources,
    forget_desk_records,
    mark_desk_assets,
    mark_examined,
    put_desk_records,
    unexamined,
    upsert_assets,
)
from provenance.registry.desk_store import desk_keys

SHA = "a" * 64
ONE = replace(record("/archive/one.jpg"), digest=SHA)
TWO = record("/archive/two.jpg")
LONG = record("/archive/" + "x" * 300 + ".jpg")


def row(number: int = 1, place: tuple[str, str] = ("path", ONE.ref.uri)) -> DeskRecord:
    return DeskRecord("dam.csv", number, (place,), imported=NOW, imported_by="anna.editor")


def hold(registry: Registry) -> None:
    with registry.write() as tx:
        assets = (ONE, TWO, LONG)
        upsert_assets(tx, [(one, keys(one)) for one in assets], "run", NOW)
        mark_examined(tx, [one.ref.uri for one in assets], "rules-1")


def test_an_import_replaces_what_its_source_said_and_nothing_else(registry: Registry) -> None:
    hold(registry)
    with registry.write() as tx:
        assert put_desk_records(tx, "dam.csv", [row(1), row(2)]) == DeskCounts(2, 0)
        assert put_desk_records(tx, "cms.json", [row(7)]) == DeskCounts(1, 0)
        assert put_desk_records(tx, "dam.csv", iter([row(3)])) == DeskCounts(1, 2)
        (told,) = desk_records_of(tx, [ONE]).values()
        assert [(one.source, one.row) for one in told] == [("cms.json", 7), ("dam.csv", 3)]


def test_sources_are_listed_with_their_person(registry: Registry) -> None:
    with registry.write() as tx:
        put_desk_records(tx, "z.csv", [row(1), row(2)])
        late = replace(row(), imported=LATER, imported_by="bert")
        put_desk_records(tx, "a.csv", [late])
        assert desk_sources(tx) == (
            DeskSource("a.csv", 1, LATER, "bert"),
            DeskSource("z.csv", 2, NOW, "anna.editor"),
        )


def test_what_is_forgotten_leads_nowhere(registry: Registry) -> None:
    hold(registry)
    with registry.write() as tx:
        put_desk_records(tx, "dam.csv", [row(1), row(2)])
        assert forget_desk_records(tx, "dam.csv") == 2
        assert forget_desk_records(tx, "dam.csv") == 0
        assert desk_records_of(tx, [ONE]) == {}
        assert desk_sources(tx) == ()


@pytest.mark.parametrize(
    ("place", "marked"),
    [
        (("path", ONE.ref.uri), [ONE.ref.uri]),
        (("sha256", SHA), [ONE.ref.uri]),
        (("filename", "Two.JPG"), [TWO.ref.uri]),
        (("path", LONG.ref.uri), [LONG.ref.uri]),
        (("path", "/elsewhere/one.jpg"), []),
        (("sha256", "f" * 64), []),
    ],
    ids=["path", "digest", "name", "long-path", "other-path", "other-digest"],
)
def test_the_assets_of_a_source_are_examined_again(
    registry: Registry, place: tuple[str, str], marked: list[str]
) -> None:
    hold(registry)
    with registry.write() as tx:
        put_desk_records(tx, "dam.csv", [row(1, place)])
        put_desk_records(tx, "cms.csv", [row(1, ("sha256", "0" * 64))])
        assert mark_desk_assets(tx, "cms.csv") == 0
        assert mark_desk_assets(tx, "dam.csv") == len(marked)
        assert list(unexamined(tx, ["/archive"], "rules-1")) == marked


def test_a_name_of_two_assets_marks_neither(registry: Registry) -> None:
    hold(registry)
    with registry.write() as tx:
        other = record("/more/one.jpg")
        upsert_assets(tx, [(other, keys(other))], "run", NOW)
        put_desk_records(tx, "dam.csv", [row(1, ("filename", "one.jpg"))])
        assert mark_desk_assets(tx, "dam.csv") == 0


def test_readers_do_not_write(registry: Registry) -> None:
    with registry.read() as tx:
        for write in (forget_desk_records, mark_desk_assets):
            with pytest.raises(RegistryError, match="asked to write"):
                write(tx, "dam.csv")
        with pytest.raises(RegistryError, match="asked to write"):
            put_desk_records(tx, "dam.csv", [row()])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(instances(DeskRecord), max_size=4))
def test_any_record_comes_back_as_it_was(sqlite_registry: Registry, said: list[DeskRecord]) -> None:
    asset = record("/archive/\udcff\x00.jpg")
    placed = [
        replace(one, source="s", row=n, places=(("path", asset.ref.uri), *one.places))
        for n, one in enumerate(said)
        if not {kind for kind, _ in one.places} & {"scan", "image"}
    ]
    with sqlite_registry.write() as tx:
        put_desk_records(tx, "s", placed)
        assert desk_records_of(tx, [asset]).get(asset.ref.uri, ()) == tuple(placed)


def test_keys_are_canonical_and_say_nothing_of_short_captions() -> None:
    said = DeskRecord(
        "s", 1, (("filename", "A.JPG"),), identifiers=("AFP_48kt7nq", "x"), captions=("FILE PHOTO",)
    )
    assert desk_keys(said) == {("filename", "a.jpg"), ("id", "afp:48KT7NQ")}
