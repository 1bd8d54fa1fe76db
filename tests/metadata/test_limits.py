"""The limits in docs/reliability.md are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from limits_material import LIMITS, listed, table

from provenance import metadata

SOURCES = "".join(one.read_text() for one in Path(metadata.__file__).parent.rglob("*.py"))


def test_the_document_lists_the_limits_of_the_code() -> None:
    assert listed() == table(), "run: python tests/limits_material.py"


@pytest.mark.parametrize("code", sorted({code for _, _, code in LIMITS if code}))
def test_each_code_is_one_that_is_given(code: str) -> None:
    assert f'"{code}"' in SOURCES


def test_no_public_limit_is_left_out() -> None:
    declared = re.findall(r"(?m)^(MAX_\w+)(?:: Final)? = ", SOURCES)
    # Those that bound what is looked at and are no limit that anybody is told of.
    untold = {"MAX_REPEATS", "MAX_PAGES", "MAX_BODY", "MAX_FILE"}
    told = {row for row in declared if row not in untold}
    named = set(
        re.findall(r"\b(MAX_\w+)", (Path(__file__).parents[1] / "limits_material.py").read_text())
    )
    assert told <= named
    assert len(declared) > 30
