"""Words that a person looks for, on each kind of database."""

from __future__ import annotations

import json

import pytest
from registry.values import NOW, finding, notice, record

from provenance.model import Finding
from provenance.registry import (
    QueueQuery,
    Registry,
    View,
    codec,
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


NAMES = ("Ana LIM", "Rosa TEIXEIRA", "Zoë ÑÁÑEZ", "100%_|", 'a "b" \\ c', "Łukasz\tŻ")
MANY = tuple(
    finding(
        f"f-{number * 2654435761 % 2**32:08x}",
        f"/p/{number % 7}/{NAMES[number % 6].replace(' ', '-')}_{number:03}.jpg",
        notice_id=f"n{number % 3}" if number % 5 else None,
        message=f"{NAMES[number // 6 % 6]} stands in it, {NAMES[number // 36 % 6]} should.",
    )
    for number in range(240)
)


def plainly(text: str) -> set[str]:
    """The answer of a plain scan: every word, in one of its cases, in path, ids or document."""

    def small(one: str) -> str:
        return "".join(char.lower() if char.isascii() else char for char in one)

    def has(one: Finding, word: str) -> bool:
        forms = {word, word.lower(), word.upper(), word.capitalize()}
        document = small(codec.dump(one))
        told = [small(x) for x in (one.uri, one.finding_id, one.notice_id or "")]
        return any(
            small(json.dumps(form)[1:-1]) in document or any(small(form) in x for x in told)
            for form in forms
        )

    return {x.finding_id for x in MANY if all(has(x, word) for word in text.split())}


@pytest.mark.parametrize(
    "words",
    ["lim", "TEIXEIRA rosa", "ñáñez", "Ñáñez n1", "100%", "_|", "%", '"b"', "\\", "żŁ", "łukasz",
     "stands", "should n", "f-", "/p/3/", "_01 lim", "nobody", "0", "a", "n0", "e 7"],
)  # fmt: skip
def test_a_search_finds_what_a_plain_scan_finds(registry: Registry, words: str) -> None:
    uris = [one.uri for one in MANY]
    with registry.write() as tx:
        upsert_assets(tx, [(record(one), ()) for one in uris], "r1", NOW)
        put_notices(tx, [notice(f"n{at}", received=NOW) for at in range(3)], NOW)
        replace_findings(tx, uris, MANY, NOW, "r1")
    wanted = plainly(words)
    with registry.read() as tx:
        query = QueueQuery(View.ALL, among=findings_saying(tx, words))
        page = queue_page(tx, query, 999, after=None, before=None)
        assert queue_counts(tx, query)[View.ALL] == len(wanted)
    assert {one.finding.finding_id for one in page} == wanted


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
