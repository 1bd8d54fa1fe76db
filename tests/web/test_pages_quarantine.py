"""A withdrawn picture goes out of reach from the page, and comes back from the run's page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from desk_material import NOTICES, desk
from lxml import html as pages
from web_material import FORM, HOST, House, house

from provenance import registry
from provenance.auditlog import AuditLog
from provenance.model import Policy, Rule
from provenance.pipeline import Session, audit
from provenance.pipeline.session import local_day

KILL = "2024-12-03_mandatory-kill.eml"
PICTURE = "archive/2024/000_36PX5GD.jpg"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return desk(tmp_path / "tree", PICTURE)


@pytest.fixture
def desk_of(tree: Path) -> Iterator[House]:
    with house() as made:
        session = Session(made.registry, AuditLog(), "anna.editor", Policy(today=local_day()))
        audit(session, [str(tree)], [str(NOTICES / KILL)])
        yield made


def withdrawn(made: House) -> tuple[str, str]:
    with made.registry.read() as tx:
        one = next(x for x in registry.findings(tx) if x.rule is Rule.WITHDRAWN)
    assert one.notice_id is not None
    return one.finding_id, one.notice_id


def get(made: House, address: str):
    answer = made.get(address)
    assert answer.status_code == 200, answer.text
    return pages.fromstring(answer.text)


def send(made: House, address: str, given: dict[str, str]):
    headers = [("host", HOST), ("origin", "null"), ("sec-fetch-site", "same-origin"),
               ("cookie", made.cookie), ("content-type", FORM)]  # fmt: skip
    return made.ask("POST", address, headers, urlencode(given).encode())


def fields(page, action: str) -> dict[str, str]:
    (form,) = page.xpath(f"//form[contains(@action, '{action}')]")
    return {one.get("name"): one.get("value", "") for one in form.xpath(".//input[@name]")}


def test_from_the_case_into_quarantine_and_back(desk_of: House, tree: Path) -> None:
    before = (tree / PICTURE).read_bytes()
    finding_id, notice_id = withdrawn(desk_of)
    (link,) = get(desk_of, f"/case/{finding_id}").xpath("//a[@data-key='q']/@href")
    assert get(desk_of, f"/notice/{notice_id}").xpath("//a[@data-key='q']/@href") == [link]
    plan = get(desk_of, link)
    assert "1\xa0picture would go out of reach" in plan.text_content()
    sent = fields(plan, "/quarantine")
    stale = send(desk_of, "/quarantine", sent | {"digest": "0" * 64})
    assert stale.status_code == 422
    assert (tree / PICTURE).exists()
    done = send(desk_of, "/quarantine", sent)
    assert done.status_code == 303
    assert not (tree / PICTURE).exists()
    run = get(desk_of, done.headers["location"])
    assert "Moved into quarantine" in run.text_content()
    assert "In quarantine already" in get(desk_of, link).text_content()
    assert not get(desk_of, f"/case/{finding_id}").xpath("//a[@data-key='q']")
    undone = send(desk_of, run.xpath("//form/@action")[0], fields(run, "/undo"))
    assert undone.status_code == 303
    assert (tree / PICTURE).read_bytes() == before
    assert "put back since" in get(desk_of, done.headers["location"]).text_content()


def test_a_file_that_changed_meanwhile_is_not_moved(desk_of: House, tree: Path) -> None:
    _, notice_id = withdrawn(desk_of)
    sent = fields(get(desk_of, f"/quarantine?notice={notice_id}"), "/quarantine")
    with (tree / PICTURE).open("ab") as file:
        file.write(b"more")
    answer = send(desk_of, "/quarantine", sent)
    assert (tree / PICTURE).exists()
    told = answer.text
    if answer.status_code == 303:
        told = get(desk_of, answer.headers["location"]).text_content()
    assert "changed" in told
