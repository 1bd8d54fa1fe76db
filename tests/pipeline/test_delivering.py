"""Deliveries told by persons: words, days and addresses are checked, pictures are found."""

from __future__ import annotations

import email
import email.policy
import os
from pathlib import Path

import pytest
from desk_material import CODE, tiny
from hypothesis import given
from hypothesis import strategies as st

from provenance.auditlog import entries
from provenance.errors import UsageError
from provenance.pipeline import Session, scan
from provenance.pipeline.parties.delivering import (
    Told,
    address,
    checked,
    day_given,
    deliver,
    delivery_id,
    given_out,
    pictures_named,
)
from provenance.pipeline.parties.names import party_key, recipient_name

pytestmark = pytest.mark.usefixtures("workers_here")

TODAY = "2026-11-22"


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2024-12-03", "2024-12-03"),
        ("2024/12/03", "2024-12-03"),
        ("2024.12.03", "2024-12-03"),
        ("20241203", "2024-12-03"),
        (" 3.12.2024 ", "2024-12-03"),
        ("03. 12. 2024", "2024-12-03"),
        ("2024-12-03T10:00:00Z", "2024-12-03"),
        ("2024-12-03 10:00", "2024-12-03"),
        ("2026-11-23", "2026-11-23"),
    ],
)
def test_days_that_are_read(given: str, day: str) -> None:
    assert day_given(given, TODAY) == day


@pytest.mark.parametrize(
    "given",
    [
        "",
        "03/12/2024",
        "2024-13-01",
        "2024-02-30",
        "31.02.2024",
        "2026-11-24",
        "0001-01-01",
        "x",
        "2024-12/03",
        "=TODAY()",
        "٢٠٢٤-١٢-٣٣",
        "2024-12-03\r\nBcc: x@example.org" + "x" * 60,
    ],
)
def test_days_that_are_refused(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        day_given(given, TODAY)
    assert caught.value.code == "day"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "given", ["a@example.org", "Desk <a@example.org>", " a.b+c@x-y.example ", ""]
)
def test_addresses_that_are_taken(given: str) -> None:
    assert "<" not in address(given)


@pytest.mark.parametrize(
    "given",
    [
        "a@example.org\r\nBcc: b@example.org", "a@example.org\nx", "a@b", "a b@example.org", "@", "a@",
        "a@example.org, b@example.org", "a@example.org;b@example.org", "<a@example.org", "a@-x.org",
        "a@exa\u202emple.org", "é@example.org", "a@exämple.org", f"{'a' * 300}@example.org", "a@[::1]",
        ".a@example.org", "a..b@example.org", '"x y"@example.org', "x\r\ny <a@example.org>",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        address(given)
    assert caught.value.code == "contact"


@given(st.text())
def test_no_address_ever_makes_a_second_header(text: str) -> None:
    try:
        taken = address(text)
    except UsageError:
        return
    message = email.message_from_string(f"To: {taken}\r\n\r\n", policy=email.policy.SMTP)
    assert list(message.keys()) == ["To"]
    assert not message.defects


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "a\nb",
        "a\rb",
        "a\u202eb",
        "a\x1b[2Jb",
        "a\u2066b",
        "x" * 201,
        "a\x00b",
        "a\udce9b",
        "a\u2028b",
    ],
)
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        recipient_name(name)
    assert caught.value.code == "recipient"


def test_names_that_are_one_third_party() -> None:
    assert recipient_name("  Radio\N{NO-BREAK SPACE} Northwind ") == "Radio Northwind"
    assert recipient_name("E\u0301ditions") == "Éditions"
    assert party_key("RADIO Northwind") == party_key("Radio northwind")
    assert delivery_id("/a", "RADIO", "2024-12-01") == delivery_id("/a", "Radio", "2024-12-01")
    assert delivery_id("/a", "Radio", "2024-12-01") != delivery_id("/a", "Radio", "2024-12-02")
    # Names of scripts that need joiners stay as they are.
    assert recipient_name("می\u200cخواهم") == "می\u200cخواهم"


@pytest.fixture
def tree(tmp_path: Path, session: Session) -> Path:
    folder = tmp_path / "tree"
    (folder / "web").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(tiny())
    (folder / "web" / "a.jpg").write_bytes(tiny("Somebody ELSE", code="000_2222222", shade=4))
    (folder / "b.jpg").write_bytes(tiny("Somebody ELSE", code="000_2222222", shade=4))
    scan(session, [str(folder)])
    return folder


def test_a_picture_is_named_by_path_number_or_digest(tree: Path, session: Session) -> None:
    with session.registry.read() as tx:
        found = pictures_named(
            tx,
            ["a.jpg", "b.jpg", CODE, "nothing.jpg", "web\\a.jpg", str(tree / "b.jpg"), ""],
            str(tree),
        )
        lost = pictures_named(tx, ["a.jpg", "b.jpg"], "/elsewhere")
    assert found["a.jpg"].uri == found[CODE].uri == str(tree / "a.jpg")
    assert found["web\\a.jpg"].uri == str(tree / "web" / "a.jpg")
    assert found[str(tree / "b.jpg")].uri == str(tree / "b.jpg")
    assert not found["nothing.jpg"].uri
    assert "" not in found
    assert lost["b.jpg"].uri == str(tree / "b.jpg")
    assert len(lost["a.jpg"].several) == 2


def test_telling_twice_records_and_logs_once(tree: Path, session: Session) -> None:
    told = checked("Radio Northwind", "2024-12-03", "", TODAY)
    made = deliver(session, str(tree / "a.jpg"), told)
    one, done = made.delivery, made.done
    assert done.fresh == (one.delivery_id,)
    again = Told("radio northwind", "2024-12-03", "desk@example.org")
    assert deliver(session, str(tree / "a.jpg"), again).done.updated == (one.delivery_id,)
    assert deliver(session, str(tree / "a.jpg"), told).done.known == 1
    (kept,) = given_out(session, str(tree / "a.jpg"))
    assert (kept.contact, kept.recipient) == ("desk@example.org", "Radio Northwind")
    with session.registry.read() as tx:
        logged = [one.record for one in entries(tx.connection, 0, 99)]
    events = [one for one in logged if one["act"] == "delivery.record"]
    assert len(events) == 2
    assert "why" not in events[0]
    assert "Northwind" not in str(events)


def test_an_unknown_picture_is_refused(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="knows no picture") as caught:
        deliver(session, os.fspath(tree / "none.jpg"), Told("Radio", "2024-12-03"))
    assert caught.value.code == "picture-unknown"
    monkeypatch.chdir(tree.parent)
    with pytest.raises(UsageError) as several:
        deliver(session, "a.jpg", Told("Radio", "2024-12-03"))
    assert several.value.code == "picture-unclear"
