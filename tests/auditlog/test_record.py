from __future__ import annotations

import base64
import hashlib
import json
import string
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from provenance.auditlog.outsiders.acts import SAID
from provenance.auditlog.record import (
    ACTS,
    LARGEST_RECORD,
    OUTCOMES,
    commitment,
    commitments,
    decode,
    encode,
    moment,
)
from provenance.errors import LogError
from provenance.model import Agent, Change, Event, EventObject

AT = moment("2026-11-22T12:05:13.123Z")
LOG = "desk.example/credit-log"

texts = st.text(st.characters() | st.sampled_from("\ud800\udc80\udcff\x00\x1b\u202e\u2028"))
plain = st.text(max_size=40)
numbers = st.integers(-(2**53) + 1, 2**53 - 1)
names = st.text(string.ascii_letters, min_size=1, max_size=8)
events = st.builds(
    Event,
    act=st.sampled_from(sorted(ACTS)),
    outcome=st.sampled_from(sorted(OUTCOMES)),
    agents=st.lists(st.builds(Agent, texts, texts), max_size=3).map(tuple),
    objects=st.lists(
        st.builds(
            EventObject,
            texts,
            texts,
            st.none() | st.just("ab" * 32),
            st.none() | st.just("cd" * 32),
            st.none() | numbers,
        ),
        max_size=3,
    ).map(tuple),
    tx=texts,
    why=st.lists(st.tuples(names, texts), max_size=4).map(tuple),
    changes=st.lists(
        st.builds(Change, texts, st.none() | texts, st.none() | texts), max_size=3
    ).map(tuple),
    detail=st.lists(st.tuples(names, texts | numbers), max_size=4).map(tuple),
)


def back(value):
    """The text that was recorded, whichever way."""
    if not isinstance(value, dict):
        return value
    raw = base64.b64decode(value["b64"])
    try:
        return raw.decode("utf-8", "surrogateescape")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "surrogatepass")


def octets(value: str) -> bytes:
    """How a text is told apart: by what it stands for, not by its escapes."""
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


@given(events, st.integers(0, 2**40))
def test_record_round_trip(event: Event, index: int) -> None:
    record, payloads = encode(event, LOG, index, AT)
    document = decode(record)
    assert document is not None
    assert rfc8785.dumps(document) == record
    assert (document["v"], document["log"], document["seq"]) == (1, LOG, index)
    assert (document["act"], document["outcome"]) == (event.act, event.outcome)
    assert document["event"] == ACTS[event.act]
    assert octets(back(document.get("tx", ""))) == octets(event.tx)
    agents = [(back(one["role"]), back(one["id"])) for one in document.get("agents", [])]
    assert [tuple(map(octets, one)) for one in agents] == [
        (octets(one.role), octets(one.id)) for one in event.agents
    ]
    objects = [
        (octets(back(one["path"])), one.get("sha256"), one.get("img"), one.get("size"))
        for one in document.get("objects", [])
    ]
    assert objects == [
        (octets(one.path), one.sha256, one.image_digest, one.size) for one in event.objects
    ]
    for pairs, name in ((event.why, "why"), (event.detail, "detail")):
        held = document.get(name, {})
        assert set(held) == {key for key, _ in pairs}
        for key in held:
            given_values = [value for other, value in pairs if other == key]
            recorded = held[key] if len(given_values) > 1 else [held[key]]
            assert [octets(str(back(one))) for one in recorded] == [
                octets(str(one)) for one in given_values
            ]
    expected = commitments(document)
    assert {one.name: commitment(one.salt, one.value) for one in payloads} == expected
    words = {one.name: one.value for one in payloads}
    for number, change in enumerate(event.changes):
        for side, value in (("old", change.old), ("new", change.new)):
            assert words.get(f"change/{number}/{side}") == value


def test_record_says_no_word_of_a_value() -> None:
    change = Change("IIM 2:80", "Aaref WATAD", "Bakr ALKASEM")
    record, payloads = encode(Event("fix.commit", changes=(change,)), LOG, 7, AT)
    assert b"WATAD" not in record
    assert b"ALKASEM" not in record
    old = next(one for one in payloads if one.name == "change/0/old")
    assert len(old.salt) == 16
    digest = hashlib.sha256(old.salt + b"Aaref WATAD").hexdigest()
    assert json.loads(record)["change"][0]["old"] == f"c:{digest}"


def test_salts_differ_so_equal_values_cannot_be_told() -> None:
    change = Change("IIM 2:80", "same", "same")
    record, _ = encode(Event("fix.commit", changes=(change, change)), LOG, 7, AT)
    assert len(set(commitments(json.loads(record)).values())) == 4


def test_record_layout_is_frozen() -> None:
    event = Event(
        "notice.import",
        agents=(Agent("authorizer", "user:anna"),),
        tx="run-1",
        why=(("notice", "n-1"), ("finding", "a"), ("finding", "b")),
        objects=(EventObject("source", "a/\udcff.eml", size=12),),
        detail=(("provider", "AFP"), ("copies", 3)),
    )
    document = decode(encode(event, LOG, 3, AT)[0])
    assert document is not None
    identity = document.pop("id")
    assert identity[14] == "7"
    assert identity[19] in "89ab"
    assert int(identity.replace("-", "")[:12], 16) == AT.milliseconds
    assert document == {
        "v": 1,
        "log": LOG,
        "seq": 3,
        "at": "2026-11-22T12:05:13.123Z",
        "act": "notice.import",
        "event": "ingestion",
        "outcome": "success",
        "tx": "run-1",
        "agents": [{"role": "authorizer", "id": "user:anna"}],
        "objects": [{"role": "source", "path": {"b64": "YS//LmVtbA=="}, "size": 12}],
        "why": {"notice": "n-1", "finding": ["a", "b"]},
        "detail": {"provider": "AFP", "copies": 3},
    }


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Event("fix.maybe"), "unknown-act"),
        (Event("fix.commit", outcome="fine"), "unknown-outcome"),
        (Event("fix.commit", detail=(("n", 2**53),)), "number-too-large"),
        (Event("fix.commit", objects=(EventObject("source", "a", size=2**60),)),
         "number-too-large"),
        (Event("fix.commit", detail=(("text", "x" * LARGEST_RECORD),)), "record-too-large"),
        (Event("fix.commit", detail=(("\ud800", "x"),)), "record-malformed"),
    ],
)  # fmt: skip
def test_event_that_no_record_can_hold_is_refused(event: Event, code: str) -> None:
    with pytest.raises(LogError) as caught:
        encode(event, LOG, 0, AT)
    assert caught.value.code == code
    assert caught.value.remedy


def test_largest_record_fits() -> None:
    def size(filler: int) -> int:
        return len(encode(Event("fix.commit", detail=(("t", "x" * filler),)), LOG, 0, AT)[0])

    room = LARGEST_RECORD - size(0)
    assert size(room) == LARGEST_RECORD
    with pytest.raises(LogError):
        size(room + 1)


def test_moment_takes_times_and_text() -> None:
    berlin = datetime(2026, 11, 22, 13, 5, 13, 123_900, timezone(timedelta(hours=1)))
    for given_time in (berlin, berlin.isoformat(), "2026-11-22T12:05:13.123999+00:00"):
        assert moment(given_time) == AT
    assert moment(datetime(1970, 1, 1, tzinfo=UTC)).milliseconds == 0


@pytest.mark.parametrize(
    "wrong",
    ["", "yesterday", "2026-11-22T12:05:13", datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None),
     "1969-12-31T23:59:59Z",
     "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_moment_without_a_clear_time_is_refused(wrong) -> None:
    with pytest.raises(LogError) as caught:
        moment(wrong)
    assert caught.value.code == "time-unclear"


@pytest.mark.parametrize("record", [b"", b"[]", b"\xff", b"{", b"[" * 100_000, b"7"])
def test_decode_of_damaged_bytes_is_none(record: bytes) -> None:
    assert decode(record) is None


@pytest.mark.parametrize("change", [None, 7, {}, [7], [{"old": 7}], [{"old": "plain"}], [None]])
def test_commitments_of_hostile_shapes_are_none(change) -> None:
    assert commitments({"change": change}) == {}


def test_each_act_has_its_words() -> None:
    assert set(SAID) == set(ACTS)
