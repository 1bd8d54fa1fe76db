"""That published pages are clean is proven by pages that were fetched again, by nothing less."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import page_material as material
import pytest
from page_material import LEAKED, figure, page

from provenance.model import Duty, DutyState, Proof
from provenance.pipeline import Session, audit
from provenance.pipeline.duties import Word, act, notice_clock
from provenance.pipeline.reading import answer_path

URL = "https://news.example/story"
CLEAN = page(figure(material.CLEAN))
DAY = "2026-11-22"


def on(session: Session, hour: int) -> Session:
    return replace(session, clock=lambda: f"{DAY}T{hour:02d}:00:00.000Z")


def put(folder: Path, text: str, fetched: int | None, name: str = "story.html") -> None:
    """A page as the program keeps what it fetched; None: as somebody else laid it there."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    if fetched is not None:
        answer = {"url": f"{URL}/{name}", "finalUrl": URL, "fetched": f"{DAY}T{fetched:02d}:00:00Z"}
        Path(answer_path(str(path))).write_text(json.dumps(answer), "utf-8")


@pytest.fixture
def leaked(own_state: Path, session: Session) -> tuple[Path, str]:
    """A page that was fetched and audited at eight, and prints an agency's notice."""
    site = own_state / "pages"
    put(site, material.everywhere(LEAKED), 7)
    (notice,) = audit(on(session, 8), [str(site)]).notices
    assert Duty.REMOVE_ONLINE in notice.duties
    return site, notice.notice_id


def online(session: Session, notice_id: str) -> tuple[DutyState, str]:
    timed, _ = notice_clock(session, notice_id)
    (one,) = [duty for duty in timed.clock.duties if duty.duty == Duty.REMOVE_ONLINE.value]
    return one.state, "" if one.act is None else one.act.reason


def test_a_page_that_was_fetched_again_and_is_clean_is_proof(
    session: Session, leaked: tuple[Path, str]
) -> None:
    site, notice_id = leaked
    assert online(session, notice_id) == (DutyState.OPEN, "")
    put(site, CLEAN, 10)
    audit(on(session, 11), [str(site)])
    state, reason = online(session, notice_id)
    assert state is DutyState.DONE
    assert reason == "The published page that showed the error was fetched again and is clean."
    timed, _ = notice_clock(on(session, 20), notice_id)
    assert timed.clock.duties[0].act is not None
    assert timed.clock.duties[0].act.proof is Proof.SCAN
    assert timed.clock.milestones[1].reached == f"{DAY}T11:00:00.000Z"
    # It prints the notice again: the scan takes its word back.
    put(site, material.everywhere(LEAKED), 12)
    audit(on(session, 13), [str(site)])
    state, reason = online(session, notice_id)
    assert (state, reason.startswith("Found again: ")) == (DutyState.OPEN, True)


@pytest.mark.parametrize("fetched", [None, 7])
def test_a_page_that_was_not_fetched_since_is_no_proof(
    session: Session, leaked: tuple[Path, str], fetched: int | None
) -> None:
    site, notice_id = leaked
    if fetched is None:
        Path(answer_path(str(site / "story.html"))).unlink()
    put(site, CLEAN, fetched)
    audit(on(session, 11), [str(site)])
    assert online(session, notice_id)[0] is DutyState.OPEN


@pytest.mark.parametrize("answer", ["", "[]", "{}", '{"fetched": 7}', "[" * 3_000, "x" * 70_000])
def test_an_answer_that_is_no_answer_is_no_proof(
    session: Session, leaked: tuple[Path, str], answer: str
) -> None:
    site, notice_id = leaked
    put(site, CLEAN, 10)
    Path(answer_path(str(site / "story.html"))).write_text(answer, "utf-8")
    audit(on(session, 11), [str(site)])
    assert online(session, notice_id)[0] is DutyState.OPEN


def test_an_answer_in_a_folder_of_the_archive_is_no_proof(session: Session, tmp_path: Path) -> None:
    """Whoever may write there may lay down any answer."""
    site = tmp_path / "archive"
    put(site, material.everywhere(LEAKED), 7)
    (notice,) = audit(on(session, 8), [str(site)]).notices
    put(site, CLEAN, 10)
    audit(on(session, 11), [str(site)])
    assert online(session, notice.notice_id)[0] is DutyState.OPEN


def test_one_page_of_two_is_no_proof(session: Session, leaked: tuple[Path, str]) -> None:
    site, notice_id = leaked
    put(site, material.everywhere(LEAKED), 9, "other.html")
    audit(on(session, 9), [str(site)])
    put(site, CLEAN, 10)
    audit(on(session, 11), [str(site)])
    assert online(session, notice_id)[0] is DutyState.OPEN
    put(site, CLEAN, 12, "other.html")
    audit(on(session, 13), [str(site)])
    assert online(session, notice_id)[0] is DutyState.DONE


def test_the_word_of_a_person_is_not_touched(session: Session, leaked: tuple[Path, str]) -> None:
    site, notice_id = leaked
    act(on(session, 9), notice_id, "remove-online", Word(DutyState.WAIVED, "Under review"))
    put(site, CLEAN, 10)
    audit(on(session, 11), [str(site)])
    assert online(session, notice_id) == (DutyState.WAIVED, "Under review")
    put(site, material.everywhere(LEAKED), 12)
    audit(on(session, 13), [str(site)])
    assert online(session, notice_id) == (DutyState.WAIVED, "Under review")
