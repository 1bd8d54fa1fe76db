"""The pages, as a browser without a script uses them: from the queue to a fix and back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from desk_material import CODE, NOTICE, NOTICES, RIGHT, WRONG, tiny
from lxml import html as pages
from web_material import FORM, HOST, House, house

from provenance import metadata, registry
from provenance.auditlog import AuditLog, entries
from provenance.model import AssetRef, Finding, Policy, Property, Rule, Status
from provenance.pipeline import Session, audit
from provenance.pipeline.session import local_day

HOSTILE = 'x"><img src=x onerror=alert(1)>\u202egpj.exe'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = tmp_path / "tree"
    made.mkdir()
    (made / f"{CODE}.jpg").write_bytes(tiny())
    (made / "copy.jpg").write_bytes(tiny())
    (made / f"{HOSTILE}.jpg").write_bytes(tiny())
    return made


@pytest.fixture
def desk(tree: Path) -> Iterator[House]:
    with house() as made:
        session = Session(made.registry, AuditLog(), "anna.editor", Policy(today=local_day()))
        audit(session, [str(tree)], [str(NOTICES / NOTICE)])
        yield made


def found(desk: House, rule: Rule = Rule.ERRONEOUS_CREDIT) -> list[Finding]:
    with desk.registry.read() as tx:
        return [one for one in registry.findings(tx) if one.rule is rule]


def get(desk: House, address: str):
    answer = desk.get(address)
    assert answer.status_code == 200, answer.text
    return pages.fromstring(answer.text)


def fields(page, action: str) -> dict[str, str]:
    """What a browser sends of a form when nothing is typed."""
    (form,) = page.xpath(f"//form[contains(@action, '{action}')]")
    return {one.get("name"): one.get("value", "") for one in form.xpath(".//input[@name]")}


def send(desk: House, address: str, given: dict[str, str]):
    headers = [("host", HOST), ("origin", "null"), ("sec-fetch-site", "same-origin"),
               ("cookie", desk.cookie), ("content-type", FORM)]  # fmt: skip
    return desk.ask("POST", address, headers, urlencode(given).encode())


def decide(desk: House, one: Finding, **typed: str):
    page = get(desk, f"/case/{one.finding_id}")
    return send(desk, f"/case/{one.finding_id}/decide", fields(page, "/decide") | typed)


def creators(path: Path) -> set[str]:
    record = metadata.read(AssetRef(str(path), 0, ""), path.read_bytes())
    return {text for one in record.of(Property.CREATOR_NAMES) for text in one.values}


def words(page) -> str:
    return " ".join(page.text_content().split())


def test_the_queue_shows_what_is_urgent_with_its_picture(desk: House) -> None:
    page = get(desk, "/")
    rows = page.xpath("//article")
    assert len(rows) == len(page.xpath("//ol[@class='lines']/li")) >= 3
    assert all(row.xpath(".//img/@src")[0].startswith("/picture/160/") for row in rows)
    assert {WRONG, RIGHT} <= set(page.xpath("//article//del/text() | //article//ins/text()"))
    narrowed = get(desk, f"/?text=copy.jpg&rule={Rule.ERRONEOUS_CREDIT.value}")
    assert len(narrowed.xpath("//article")) == 1
    assert not get(desk, "/?text=nowhere-at-all").xpath("//article")


@pytest.mark.parametrize("address", ["/?view=none", "/?rule=x", "/?after=zz", "/?after=1~~",
                                     "/decisions?before=x", "/?text=" + "x" * 201,
                                     "/decisions?before=" + "0" * 1500 + "1", "/?text=a%00b",
                                     "/apply?finding=%00", "/quarantine?notice=%1b"])  # fmt: skip
def test_an_address_that_makes_no_sense_is_refused_in_words(desk: House, address: str) -> None:
    answer = desk.get(address)
    assert answer.status_code == 400
    assert "That did not work" in answer.text


@pytest.mark.parametrize("address", ["/case/f-none", "/notice/none", "/run/none"])
def test_what_is_not_there_is_not_found(desk: House, address: str) -> None:
    assert desk.get(address).status_code == 404


def test_every_page_has_its_landmarks_and_no_inline_script_or_style(desk: House) -> None:
    one = found(desk)[0]
    for address in ("/", f"/case/{one.finding_id}", f"/notice/{one.notice_id}", "/apply",
                    "/runs", "/decisions"):  # fmt: skip
        page = get(desk, address)
        assert len(page.xpath("//main")) == len(page.xpath("//h1")) == 1, address
        assert page.xpath("//html/@lang") == ["en"]
        assert page.xpath("//title/text()")[0].strip()
        assert not page.xpath(
            "//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]"
        )
        for control in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            number = control.get("id")
            named = (
                page.xpath(f"//label[@for='{number}']")
                if number
                else control.xpath("ancestor::label")
            )
            assert named or control.xpath("ancestor::label"), (address, number)
        levels = [int(one.tag[1]) for one in page.xpath("//h1|//h2|//h3")]
        assert all(low - high <= 1 for high, low in itertools.pairwise(levels)), address
        for form in page.xpath("//form[@method='post']"):
            assert form.xpath(".//input[@name='csrf']/@value") == [desk.csrf]


def test_hostile_words_are_shown_not_obeyed(desk: House, tree: Path) -> None:
    answer = desk.get("/")
    assert "<img src=x" not in answer.text
    assert "\u202e" not in answer.text
    assert "⟨U+202E⟩" in unescape(answer.text)


def test_accepting_goes_on_to_the_next_case_and_can_be_undone(desk: House) -> None:
    one = found(desk)[0]
    answer = decide(desk, one, verdict="accept")
    assert answer.status_code == 303
    following = answer.headers["location"]
    assert following.startswith("/case/")
    assert one.finding_id not in following.partition("?")[0]
    page = get(desk, following)
    (said,) = page.xpath("//*[@role='status']")
    assert (
        "accepted by anna.editor" in words(said) and "copies" in words(said)
    ) or "copy" in words(said)
    undone = send(desk, f"/case/{one.finding_id}/undo", fields(page, "/undo"))
    assert undone.status_code == 303
    page = get(desk, undone.headers["location"])
    assert "taken back by anna.editor" in words(page)
    with desk.registry.read() as tx:
        acts = [entry.record["act"] for entry in entries(tx.connection, 0, 99)]
    assert acts[-2:] == ["approve", "withdraw"]


@pytest.mark.parametrize(
    ("verdict", "status"),
    [("reject", Status.REJECTED), ("hold", Status.HELD), ("waive", Status.WAIVED)],
)
def test_the_other_answers_need_a_reason(desk: House, verdict: str, status: Status) -> None:
    one = found(desk)[0]
    refused = decide(desk, one, verdict=verdict, reason="  ")
    assert refused.status_code == 422
    assert "needs a reason" in words(pages.fromstring(refused.text).xpath("//*[@role='alert']")[0])
    assert {each.status for each in found(desk)} != {status}
    assert decide(desk, one, verdict=verdict, reason="The desk's own picture").status_code == 303
    assert {each.status for each in found(desk)} == {status}


def test_a_waiver_has_a_last_day(desk: House) -> None:
    one = found(desk)[0]
    past = decide(desk, one, verdict="waive", reason="Agreed", until="2020-01-01")
    assert past.status_code == 422
    assert "2020-01-01 is past" in past.text
    assert 'value="Agreed"' in past.text
    assert (
        decide(desk, one, verdict="waive", reason="Agreed", until="2099-12-31").status_code == 303
    )
    assert "2099" in words(get(desk, "/decisions"))


def test_sending_a_form_twice_decides_once(desk: House) -> None:
    one = found(desk)[0]
    page = get(desk, f"/case/{one.finding_id}")
    sent = fields(page, "/decide") | {"verdict": "reject", "reason": "Ours"}
    address = f"/case/{one.finding_id}/decide"
    assert send(desk, address, sent).status_code == 303
    deeds = desk.deeds
    again = send(desk, address, sent)
    assert again.status_code == 422
    assert "anna.editor has rejected it" in words(pages.fromstring(again.text))
    assert desk.deeds == deeds


def test_a_person_writes_another_value(desk: House, tree: Path) -> None:
    one = found(desk)[0]
    page = get(desk, f"/case/{one.finding_id}")
    (box,) = [x for x in page.xpath("//*[@form='decide'][@name]") if x.get("value") == RIGHT]
    name = box.get("name")
    sent = fields(page, "/decide") | {"verdict": "accept"}
    long = send(desk, f"/case/{one.finding_id}/decide", sent | {name: "Ñ" * 20})
    assert long.status_code == 422
    assert "takes 40 octets" in long.text
    empty = send(desk, f"/case/{one.finding_id}/decide", sent | {name: " "})
    assert empty.status_code == 422
    assert "is empty" in empty.text
    assert (
        send(desk, f"/case/{one.finding_id}/decide", sent | {name: "Rosa M. TEIXEIRA"}).status_code
        == 303
    )
    shown = words(get(desk, f"/case/{one.finding_id}"))
    assert "What will be written" in shown
    assert "value by anna.editor instead of" in shown
    kept = get(desk, f"/case/{one.finding_id}").xpath("//*[@form='decide'][@name]/@value")
    assert "Rosa M. TEIXEIRA" in kept
    plan = get(desk, f"/apply?finding={one.finding_id}")
    assert "Rosa M." in words(plan)
    done = send(desk, "/apply", fields(plan, "/apply"))
    assert done.status_code == 303
    assert "Rosa M. TEIXEIRA" in creators(Path(one.uri))


def test_from_the_plan_to_the_files_and_back(desk: House, tree: Path) -> None:
    before = {path.name: path.read_bytes() for path in tree.iterdir()}
    plan = get(desk, "/apply")
    sent = fields(plan, "/apply")
    stale = send(desk, "/apply", sent | {"digest": "0" * 64})
    assert stale.status_code == 422
    assert "not the one that was shown" in stale.text
    assert {path.name: path.read_bytes() for path in tree.iterdir()} == before
    done = send(desk, "/apply", sent)
    assert done.status_code == 303
    assert creators(tree / "copy.jpg") == {RIGHT}
    run = get(desk, done.headers["location"])
    assert "Take it back" in words(run)
    undone = send(desk, run.xpath("//form/@action")[0], fields(run, "/undo"))
    assert undone.status_code == 303
    assert {path.name: path.read_bytes() for path in tree.iterdir()} == before
    assert re.search("Took corrections back .* Corrected files", words(get(desk, "/runs")))
    again = send(desk, run.xpath("//form/@action")[0], fields(run, "/undo"))
    assert again.status_code == 422


def test_all_of_one_notice_and_what_is_left(desk: House) -> None:
    notice = found(desk)[0].notice_id
    page = get(desk, f"/notice/{notice}")
    assert page.xpath("//blockquote//del")
    assert page.xpath("//blockquote//ins")
    sent = fields(page, "/accept")
    assert send(desk, f"/notice/{notice}/accept", sent).status_code == 303
    again = send(desk, f"/notice/{notice}/accept", sent)
    assert again.status_code == 422
    shown = words(get(desk, f"/notice/{notice}"))
    assert "anna.editor has accepted it: Every copy checked" in shown


def test_a_duty_is_closed_on_the_page(desk: House) -> None:
    notice = found(desk)[0].notice_id
    address = f"/notice/{notice}/duty"
    page = get(desk, f"/notice/{notice}")
    duties = page.xpath("//form[contains(@action, '/duty')]//input[@name='duty']/@value")
    assert "remove-online" in duties
    path = {"csrf": desk.csrf, "duty": "remove-online", "state": "done", "evidence": "/etc/passwd"}
    assert send(desk, address, path).status_code == 422
    sent = path | {"evidence": "https://news.example/gone"}
    assert send(desk, address, sent).status_code == 303
    assert "https://news.example/gone" in words(get(desk, f"/notice/{notice}"))


def test_a_decision_is_withdrawn_with_a_reason(desk: House) -> None:
    one = found(desk)[0]
    decide(desk, one, verdict="reject", reason="Ours")
    page = get(desk, "/decisions")
    sent = fields(page, "/withdraw")
    assert send(desk, "/decisions/withdraw", sent).status_code == 400
    assert send(desk, "/decisions/withdraw", sent | {"reason": "A mistake"}).status_code == 303
    assert {each.status for each in found(desk)} <= {Status.OPEN, Status.HELD}
    shown = words(get(desk, "/decisions"))
    assert "took a decision back" in shown
    assert "replaced" in shown


def test_an_old_page_takes_no_newer_word_back(desk: House) -> None:
    one = found(desk)[0]
    following = decide(desk, one, verdict="accept").headers["location"]
    old, listed = get(desk, following), get(desk, "/decisions")
    decide(desk, one, verdict="reject", reason="Ours")
    withdrawn = fields(listed, "/withdraw") | {"reason": "A mistake"}
    for address, sent in (
        (f"/case/{one.finding_id}/undo", fields(old, "/undo")),
        ("/decisions/withdraw", withdrawn),
        ("/decisions/withdraw", {**withdrawn, "word": ""}),
    ):
        answer = send(desk, address, sent)
        assert answer.status_code == 400
        assert "changed while you were looking" in answer.text
    assert {each.status for each in found(desk)} == {Status.REJECTED}


@pytest.mark.parametrize("queue", ["&".join(f"a{n}=1" for n in range(99)), "view=%ff", "rule=x"])
def test_a_queue_that_makes_no_sense_is_refused_in_words(desk: House, queue: str) -> None:
    one = found(desk)[0]
    before = desk.deeds
    sent = {"csrf": desk.csrf, "verdict": "accept", "queue": queue}
    answer = send(desk, f"/case/{one.finding_id}/decide", sent)
    assert answer.status_code == 400
    assert "That did not work" in answer.text
    assert desk.deeds == before


def test_browsers_find_an_icon(desk: House) -> None:
    answer = desk.get("/favicon.ico")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "mark.svg" in desk.get("/case/f-none").text


def test_an_address_cannot_say_what_was_accepted(desk: House) -> None:
    notice = found(desk)[0].notice_id
    assert "call me" not in get(desk, f"/notice/{notice}?accepted=call+me").text_content()


def test_what_was_rejected_is_a_finished_notice_for_its_clock(desk: House) -> None:
    one = found(desk)[0]
    with desk.registry.read() as tx:
        others = [x for x in registry.findings(tx) if x.notice_id == one.notice_id]
    for each in {x.decision_key: x for x in others}.values():
        assert decide(desk, each, verdict="reject", reason="Not ours").status_code == 303

    def told() -> list[str]:
        with desk.registry.read() as tx:
            acts = registry.duty_acts(tx, [one.notice_id])[one.notice_id]
        return [act.state.value for act in acts if act.duty == "copies"]

    assert told()[-1] == "done"
