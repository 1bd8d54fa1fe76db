"""Pages are parsed in workers alone, and what those say of a page is not believed blindly."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import page_material as material
import pytest
from isolation_deeds import crash_on, lie_of
from page_material import LEAKED

from provenance import isolation, pages
from provenance.pages import Change
from provenance.pipeline import Session, audit, mending, patching
from provenance.pipeline.mending import Mended


@pytest.fixture
def leaking(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page for which a patch can be proposed; its own words cannot be parsed here any more."""
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "a.html").write_text(material.everywhere(LEAKED), "utf-8")
    audit(session, [str(folder)])
    isolation.prepare(mending.__name__)

    def refuse(*_: object) -> None:
        raise AssertionError("a page was parsed in the program itself")

    monkeypatch.setattr(pages, "read", refuse)
    monkeypatch.setattr(pages, "spots", refuse)
    return folder / "a.html"


def test_a_page_is_parsed_in_a_worker_alone(session: Session, leaking: Path) -> None:
    made = patching.propose(session)
    assert (made.pages, made.left) == (1, ())
    assert made.text.startswith(b"# Proposed")
    assert made.places > 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Mended((Change(-1, 5, "x"),), 1, ()), "no change of it"),
        (Mended((Change(0, 1 << 40, "x"),), 1, ()), "no change of it"),
        (Mended((Change(0, 5, b"x"),), 1, ()), "no change of it"),  # type: ignore[arg-type]
        (Mended((), 0, ("x",)), "no change of it"),  # type: ignore[arg-type]
        (Change(0, 1, ""), "no change of it"),
    ],
)
def test_what_a_worker_says_of_a_page_is_not_believed_blindly(
    answer: object, words: str, session: Session, leaking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "mend", partial(lie_of, answer))
    made = patching.propose(session)
    assert (made.text, made.places) == (b"", 0)
    assert [one.path for one in made.left] == [str(leaking)]
    assert words in made.left[0].reason


def test_a_patch_speaks_of_its_own_page_whatever_a_worker_says(
    session: Session, leaking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lie = Change(0, 0, "--- /etc/passwd\n+++ /etc/passwd\n@@ -1,1 +1,1 @@\n-a\n+b\n")
    monkeypatch.setattr(mending, "mend", partial(lie_of, Mended((lie,), 1, ())))
    made = patching.propose(session)
    heads = [line for line in made.text.splitlines() if line.startswith((b"--- ", b"+++ "))]
    assert [os.path.basename(head[4:].split(b"\t")[0]) for head in heads] == [b"a.html"] * 2


def test_a_page_that_ends_its_worker_is_left_to_a_person(
    session: Session, leaking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "mend", crash_on)
    (left,) = patching.propose(session).left
    assert "SIGSEGV" in left.reason
    assert left.path == str(leaking)
