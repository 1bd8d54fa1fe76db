"""JSON that readers disagree about is refused, with the place and the remedy."""

from __future__ import annotations

import json
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import NoticeError
from provenance.notices.wires.strict_json import decode, loads, mapping, sequence, string, strings

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


def _tried(data: bytes) -> str | None:
    try:
        loads("x.json", data)
    except NoticeError as error:
        return error.code
    return None


def _refusal(data: bytes) -> NoticeError:
    with pytest.raises(NoticeError) as caught:
        loads("feed/item.json", data)
    assert caught.value.message.startswith("feed/item.json")
    assert caught.value.remedy
    return caught.value


@given(_VALUES, st.booleans(), st.booleans())
def test_every_sound_value_comes_back(value: object, ascii_only: bool, marked: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    data = text.encode()
    assert loads("x.json", b"\xef\xbb\xbf" + data if marked else data) == json.loads(text)


@pytest.mark.parametrize(
    ("data", "code", "told"),
    [
        (b'{"pubstatus":"canceled",\n "pubstatus":"usable"}', "json-refused", "line 2, column 2"),
        (b'[{"a":{"x":1}},{"b":[{"x":2}],\n"b":3}]', "json-refused", "'b' stands twice"),
        (b'{"a":1,"\\u0061":2}', "json-refused", "'a' stands twice"),
        (b"[1, NaN]", "json-refused", "NaN is no JSON value, line 1, column 5"),
        (b'{"v": -Infinity}', "json-refused", "line 1, column 7"),
        (b'{"v": Infinity}', "json-refused", "Infinity"),
        (b"[1e999]", "json-refused", "line 1, column 2"),
        (b'{"version": 12345678901234567890123}', "json-refused", "64 bits"),
        (b"-" + b"9" * 5000, "json-refused", "64 bits"),
        (b'{"a": "\\ud83d"}', "json-refused", "U+D83D"),
        (b'{"\\udc00": 1}', "json-refused", "U+DC00"),
        (b'["\\ude00\\ud83d"]', "json-refused", "half a character"),
        (b'{"a": "\xed\xa0\x80"}', "json-refused", "octet 7"),
        ("{}".encode("utf-16"), "json-refused", "UTF-16"),
        ("[1]".encode("utf-16-le"), "json-refused", "UTF-8 (RFC 8259"),
        ("[1]".encode("utf-32"), "json-refused", "UTF-32"),
        (b'{"a": 1} {}', "json-refused", "line 1, column 10"),
        (b'{"a":\n  1,}', "json-refused", "line 2"),
        (b'["a\x01"]', "json-refused", "line 1, column 4"),
        (b"", "json-refused", "no JSON"),
        (b"[" * 65 + b"]" * 65, "notice-limit", "line 1, column 65"),
        (b'{"a":' * 100_000, "notice-limit", "64 deep"),
        (b" " * 10_000_001, "notice-too-large", "10,000,001"),
    ],
)  # fmt: skip
def test_what_is_refused(data: bytes, code: str, told: str) -> None:
    error = _refusal(data)
    assert error.code == code
    assert told in str(error)


def test_what_only_looks_like_it_is_read() -> None:
    assert loads("x", b'["NaN", "{[", "\\\\ud800", "\\ud83d\\ude00", {"a": {"a": 1}}]') == [
        "NaN",
        "{[",
        "\\ud800",
        "\U0001f600",
        {"a": {"a": 1}},
    ]
    deep = b"[" * 64 + b"]" * 64
    assert loads("x", deep)
    assert loads("x", b'"' + b"[" * 100_000 + b'"') == "[" * 100_000


@given(
    st.binary(max_size=200)
    | st.text('[]{}:,"\\u0dD8a1-.eNItrufals \n', max_size=200).map(str.encode)
)
def test_nothing_else_is_raised(data: bytes) -> None:
    assert _tried(data) in {None, "json-refused", "notice-limit"}


@given(_VALUES, st.data())
def test_a_damaged_file_is_refused_or_read(value: object, drawn: st.DataObject) -> None:
    data = bytearray(json.dumps(value).encode())
    at = drawn.draw(st.integers(0, len(data) - 1))
    data[at] = drawn.draw(st.integers(0, 255))
    assert _tried(bytes(data)) in {None, "json-refused"}


@pytest.mark.parametrize(
    "unit",
    [b'"', b'\\"', b"[", b'{"a":', b"[]", b'"\\ud800', b"-", b"1", b"{", b'"a":1,', b"\\"],
)
@pytest.mark.parametrize("head", [b"", b"[", b'"', b'{"x": NaN, '])
def test_no_pattern_backtracks(unit: bytes, head: bytes) -> None:
    data = (head + unit * (1_000_000 // len(unit)))[:1_000_000]
    start = perf_counter()
    with pytest.raises(NoticeError):
        loads("x.json", data)
    assert perf_counter() - start < 2


def test_decode_takes_the_mark_off() -> None:
    assert decode("x", b'\xef\xbb\xbf{"a": "\xc3\xa9"}') == '{"a": "é"}'


def test_values_of_another_kind_are_empty() -> None:
    assert [string(one) for one in (" a ", 7, True, 1.5, None, [1], {})] == ["a", "7"] + [""] * 5
    assert mapping(["a"]) == {}
    assert sequence({"a": 1}) == ()
    assert list(strings(["a", None, 3, " ", {}])) == ["a", "3"]
    assert list(strings("a")) == ["a"]
