"""What warnings mean: each that the program can give has words for a picture desk."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.reporting.advice import ADVICE, advice

METADATA = Path(__file__).resolve().parents[2] / "provenance" / "metadata"


def given() -> Iterator[str]:
    """The codes of all warnings that are written out in the sources."""
    for path in METADATA.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "ReadWarning"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value


CODES = sorted(set(given()))


def test_the_sources_give_warnings() -> None:
    assert {"iptc-digest-stale", "xmp-broken", "sidecar-unreadable"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_warning_has_words(code: str) -> None:
    meaning, _remedy = advice(code)
    assert meaning.endswith(".")


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_known_warnings_have_a_meaning_and_a_remedy(code: str) -> None:
    for sentence in ADVICE[code]:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "  " not in sentence


@pytest.mark.parametrize("code", ["new-truncated", "limit-new", "new-broken-entry", "new-guessed"])
def test_warnings_of_one_family_share_their_words(code: str) -> None:
    assert all(advice(code))


def test_a_code_that_says_nothing_has_no_words() -> None:
    assert advice("wholly-new") == ("", "")
    assert advice("") == ("", "")
