"""Kyodo's and Jiji's corrections: WRONG stands first."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.grammars import Context, Reading, find, read
from provenance.grammars.agencies import kyodo
from provenance.model import NoticeKind, Property

KYODO = Context("Kyodo")


def _one(text: str, context: Context = KYODO) -> Reading:
    (found,) = read(text, context)
    return found


@pytest.mark.parametrize(
    ("words", "right", "wrong"),
    [
        ("写真説明の「頭を下げる大使」→「すぐに着席する大使」に訂正します。", "すぐに着席する大使", "頭を下げる大使"),
        ("訂正します。「頭を下げる大使」⇒「着席する大使」", "着席する大使", "頭を下げる大使"),
        ("「山田一郎」とあるのは「山田次郎」の誤りでした。", "山田次郎", "山田一郎"),
        ("「山田一郎」は「山田次郎」の誤りでした。", "山田次郎", "山田一郎"),
        ("「東京」を「大阪」に訂正します。", "大阪", "東京"),
    ],
)  # fmt: skip
def test_bracketed_values_are_sure_in_captions_too(words: str, right: str, wrong: str) -> None:
    (caption,) = find(words)
    for found in (caption, _one(words)):
        (pair,) = found.pairs
        assert (pair.right, pair.wrong) == (right, wrong)
        assert found.language == "ja"


def test_values_without_brackets_count_in_messages() -> None:
    words = "訂正：本人ではなくろう人形の写真だった。"
    (pair,) = _one(words, Context("Jiji Press")).pairs
    assert (pair.right, pair.wrong) == ("ろう人形の写真", "本人")
    assert find(words) == ()


def test_the_field_is_the_one_named_last() -> None:
    (pair,) = _one("写真説明は同じ。撮影者「山田一郎」→「山田次郎」に訂正").pairs
    assert pair.property is Property.CREATOR_NAMES


@pytest.mark.parametrize(
    "words",
    ["写真取り消し", "【写真取り消し】\n東京の写真", "写真を取り消します。使用しないでください。"],
)
def test_a_cancelled_picture(words: str) -> None:
    assert _one(words).kind is NoticeKind.WITHDRAWAL


@pytest.mark.parametrize(
    "words",
    [
        "首相は発言を訂正した。", "予約を取り消した客。", "「春」→「夏」と季節が移る。",
        "写真は車ではなく自転車だった。",
    ],
)  # fmt: skip
def test_prose(words: str) -> None:
    assert find(words) == ()
    assert read(words, Context()) == ()


_VALUE = st.text("東京大阪山田一郎次春夏", min_size=1, max_size=9)


@given(_VALUE, _VALUE, st.sampled_from(["", " ", "\n"]), st.sampled_from(["→", "⇒", "->"]))
def test_noise_never_swaps(right: str, wrong: str, space: str, arrow: str) -> None:
    (found,) = find(f"訂正: 「{wrong}」{space}{arrow}{space}「{right}」")
    (pair,) = found.pairs
    assert (pair.right, pair.wrong) == (right, wrong)


@pytest.mark.parametrize(
    "unit",
    ["「", "「訂正」→", "訂正「A」→「B」", "写真取り消し\n", "訂正ではなくA", "使用を", "訂正"],
)
def test_a_megabyte_of_its_worst_case(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit) + 1))[:1_000_000]
    start = time.process_time()
    list(kyodo.readings(text))
    list(kyodo.notes(text, KYODO))
    assert time.process_time() - start < 1
