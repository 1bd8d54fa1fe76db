"""A notice's words with its wrong and right values marked."""

from __future__ import annotations

import pytest

from provenance.model import Correction, Notice, NoticeKind, Pubstatus
from provenance.reporting.difference import Kind
from provenance.reporting.page.marking import marked


def notice(text: str, *pairs: tuple[str | None, str | None]) -> Notice:
    corrections = tuple(Correction(None, wrong, right) for wrong, right in pairs)
    return Notice(
        "n", "AFP", NoticeKind.CORRECTION, Pubstatus.USABLE, text, corrections=corrections
    )


@pytest.mark.parametrize(
    ("text", "pairs", "gone", "new"),
    [
        ("by [Bo\nLI] instead of [Al WU].", [("Al WU", "Bo LI")], ["Al WU"], ["Bo\nLI"]),
        ("AL WU and Al WUX", [("Al WU", None)], ["AL WU"], []),
        ("Ana LIM, not Ana", [("Ana", "Ana LIM")], ["Ana"], ["Ana LIM"]),
        ("A.*B and AxxB", [("A.*B", None)], ["A.*B"], []),
        ("Ana LIM", [("Ana LIM", "ana lim")], [], []),
        ("nothing is named", [], [], []),
        ("a word", [("a", "w")], [], []),
    ],
)
def test_values_are_marked_whole(text: str, pairs: list, gone: list, new: list) -> None:
    runs = marked(notice(text, *pairs))
    assert "".join(run.text for run in runs) == text
    assert [run.text for run in runs if run.kind is Kind.GONE] == gone
    assert [run.text for run in runs if run.kind is Kind.NEW] == new


def test_a_long_hostile_notice_is_cut() -> None:
    pairs = [("a " * 200 + str(at), "a " * 300 + str(at)) for at in range(60)]
    runs = marked(notice("a " * 400_000, *pairs))
    assert runs[-1].kind is Kind.SKIPPED
    assert len(runs[0].text) <= 20_000
