"""STT's notes: R, ei W."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.grammars import Context, Pair, Reading, find, read
from provenance.grammars.agencies import stt
from provenance.model import ItemClass, NoticeKind, Property

STT = Context("STT")


def _one(text: str) -> Reading:
    (found,) = read(text, STT)
    return found


def test_the_real_note(shared: Path) -> None:
    lines = (shared / "corpus/notices_real.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["agency"].startswith("STT")]
    assert rows
    for row in rows:
        found = _one(row["text"])
        assert found.pairs == (Pair(row["right"], row["wrong"]),)
        assert (found.provider, found.language) == ("STT", "fi")
        assert find(row["text"]) == ()


def test_the_real_desk_note_gives_no_value_that_is_a_clause() -> None:
    words = (
        "3. kappaleen toinen lause: po. järjestö perustettiin vuonna 2002, ei kuusi vuotta sitten."
    )
    found = _one(words)
    assert found.pairs == (Pair(None, "kuusi vuotta sitten"),)
    assert found.unparsed == "järjestö perustettiin vuonna 2002"
    assert found.item_class is ItemClass.TEXT


def test_a_caption_note() -> None:
    found = _one("Kuvaajan nimi korjattu: Matti Esimerkki, ei Maija Esimerkki.")
    assert found.pairs == (Pair("Matti Esimerkki", "Maija Esimerkki", Property.CREATOR_NAMES),)
    assert _one("Kuvateksti korjattu.").pairs == (Pair(None, None, Property.DESCRIPTION),)


def test_a_withdrawal() -> None:
    found = _one("Älkää enää käyttäkö kuvaa.")
    assert (found.kind, found.item_class) == (NoticeKind.WITHDRAWAL, ItemClass.PICTURE)


@pytest.mark.parametrize(
    "words", ["Hän tuli Espoosta, ei Turusta.", "complemented throughout", "lopusta", "Kuva: STT"]
)
def test_prose(words: str) -> None:
    assert read(words, STT) == ()


_NAME = st.text("abcdefghijklmöä", min_size=3, max_size=9).map(str.capitalize)


@given(_NAME, _NAME, st.sampled_from([" ", "\n", "\u00a0", "&nbsp;", "  "]))
def test_noise_never_swaps(right: str, wrong: str, space: str) -> None:
    words = f"Korjaus kuvatekstiin: po. Anna {right}, ei Eva {wrong}.".replace(" ", space)
    (pair,) = _one(words).pairs
    assert pair.wrong == f"Eva {wrong}"
    assert pair.right in {f"Anna {right}", None}


@pytest.mark.parametrize("unit", ["korjattu , ei ", "korjattu: A, ei B. ", "po. ", "kuva "])
def test_a_megabyte_of_its_worst_case(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    start = time.process_time()
    list(stt.notes(text, STT))
    assert time.process_time() - start < 1
