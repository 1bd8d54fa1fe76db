"""Nothing fires on the captions of real pictures and pages, and their credits are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from quality.credit_lines import captions_of, credits_of

from provenance import grammars, metadata
from provenance.errors import UnreadableError
from provenance.grammars import Context
from provenance.model import AssetRef, Property

PRINTED = (Property.DESCRIPTION, Property.HEADLINE, Property.TITLE, Property.COPYRIGHT_NOTICE,
           Property.INSTRUCTIONS, Property.USAGE_TERMS)  # fmt: skip


@pytest.fixture(scope="module")
def printed(shared: Path) -> set[str]:
    """Every text that a picture of the corpus prints."""
    found: set[str] = set()
    for path in sorted((shared / "corpus/images").rglob("*")):
        if not path.is_file():
            continue
        try:
            record = metadata.read(AssetRef(str(path), 0, ""), path.read_bytes())
        except UnreadableError:
            continue
        found.update(t for v in record.values if v.property in PRINTED for t in v.values)
    return found


def test_no_notice_in_what_real_pictures_print(printed: set[str]) -> None:
    assert len(printed) > 250
    assert {text: grammars.read(text, Context()) for text in printed if grammars.find(text)} == {}
    assert {text for text in printed if grammars.read(text, Context())} == set()


def test_no_notice_in_what_real_pages_show(shared: Path) -> None:
    shown = {text for _, text in captions_of(shared / "corpus/pages")}
    assert len(shown) > 500
    assert {text for text in shown if grammars.find(text)} == set()


def test_credit_lines_of_real_pages(shared: Path) -> None:
    found = credits_of(shared / "corpus/pages")
    assert len(found) >= 165
    # Every line names its agency; the few that do not say "Photo by" a broadcaster's own man.
    assert sum(not line.agencies for _, line in found.values()) <= 2
    named = sum(line.creator is not None for _, line in found.values())
    assert named >= 0.8 * len(found)
