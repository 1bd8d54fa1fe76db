"""Words that a person looks for, on each kind of database."""

from __future__ import annotations

import pytest
from registry.values import NOW, finding, notice, record

from provenance.registry import (
    QueueQuery,
    Registry,
    View,
    findings_saying,
    put_notices,
    queue_counts,
    queue_page,
    replace_findings,
    upsert_assets,
)

A, B, C = "/p/a.jpg", "/p/sub/b_100%.jpg", "/p/Ñandú.jpg"
FINDINGS = (
    finding("f-1", A, notice_id=None),
    finding("f-2", B),
    finding("f-3", A),
    finding("f-4", B, notice_id="n2"),
    finding("f-5", C, message="Le crédit nomme Zoë, pas Noémie."),
)


@pytest.fixture
def filled(registry: Registry) -> Registry:
    with registry.write() as tx:
        upsert_assets(tx, [(record(one), ()) for one in (A, B, C)], "r1", NOW)
        put_notices(tx, [notice("n1", received=NOW), notice("n2", received=NOW)], NOW)
        replace_findings(tx, (A, B, C), FINDINGS, NOW, "r1")
    return registry


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("SUB/b_100%", {"f-2", "f-4"}),
        ("b_100% n2", {"f-4"}),
        ("bx100", set()),
        ("b_100% a.jpg", set()),
        ("F-3", {"f-3"}),
        (".jpg", {"f-1", "f-2", "f-3", "f-4", "f-5"}),
        ("/p/", {"f-1", "f-2", "f-3", "f-4", "f-5"}),
        ("f- n1", {"f-2", "f-3", "f-5"}),
        ("Zoë noémie", {"f-5"}),
        ("ñandú", {"f-5"}),
        ("ÑANDÚ.jpg", {"f-5"}),
        ("NOÉMIE", {"f-5"}),
        ("|", set()),
    ],
)
def test_every_word_stands_in_path_ids_or_words(
    filled: Registry, words: str, found: set[str]
) -> None:
    with filled.read() as tx:
        query = QueueQuery(View.ALL, among=findings_saying(tx, words))
        page = queue_page(tx, query, 9, after=None, before=None)
        counts = queue_counts(tx, query)
    assert {one.finding.finding_id for one in page} == found
    assert counts[View.ALL] == len(found)


@pytest.mark.parametrize("words", ["", "  \t"])
def test_without_words_nothing_is_left_out(filled: Registry, words: str) -> None:
    with filled.read() as tx:
        assert findings_saying(tx, words) is None
        assert queue_counts(tx, QueueQuery(among=findings_saying(tx, words)))[View.ALL] == 5


def test_the_shorter_list_is_kept(filled: Registry) -> None:
    with filled.read() as tx:
        most, few = findings_saying(tx, ".jpg"), findings_saying(tx, "n2")
    assert most is not None
    assert (most.ids, most.left_out) == ((), True)
    assert few is not None
    assert (few.ids, few.left_out) == (("f-4",), False)
