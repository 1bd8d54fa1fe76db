"""Which withdrawn pictures a machine moves by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provenance.model import (
    Authority,
    Confidence,
    Evidence,
    Finding,
    Fixability,
    Notice,
    NoticeKind,
    Pubstatus,
    Rule,
    Severity,
    Status,
)
from provenance.rules.withdrawing import why_not_moved

NOTICE = Notice(
    "n1", "AFP", NoticeKind.WITHDRAWAL, Pubstatus.CANCELED, "KILL", authority=Authority.BROUGHT
)


def found(*names: str, confidence: Confidence = Confidence.STRONG) -> Finding:
    evidence = tuple(Evidence(name, 5.0, "") for name in names)
    return Finding("f1", "k1", Rule.WITHDRAWN, Severity.ERROR, confidence, Fixability.DISPLAY_ONLY,
                   Status.OPEN, "/a.jpg", "withdrawn", "n1", evidence)  # fmt: skip


@pytest.mark.parametrize("reason", ["identifier", "scan-digest", "sha256-digest", "image-digest"])
def test_a_proven_picture_goes_on_a_persons_notice(reason: str) -> None:
    assert why_not_moved(found(reason, "caption-equal"), NOTICE) == ""


@pytest.mark.parametrize("confidence", [Confidence.MEDIUM, Confidence.LOW])
def test_what_is_not_proven_waits(confidence: Confidence) -> None:
    told = why_not_moved(found("caption-equal", confidence=confidence), NOTICE)
    assert "not proven" in told


def test_a_look_alone_waits() -> None:
    assert "Only its look" in why_not_moved(found("picture-same"), NOTICE)


def test_a_kill_inside_a_file_moves_no_other_picture() -> None:
    embedded = replace(NOTICE, authority=Authority.EMBEDDED)
    assert "inside another file" in why_not_moved(found("identifier"), embedded)
    assert why_not_moved(found("identifier", "scan-digest"), embedded) == ""


def test_words_that_were_not_understood_wait() -> None:
    assert "not understood" in why_not_moved(
        found("identifier"), replace(NOTICE, unparsed="except in print")
    )
    assert "form of words" in why_not_moved(found("identifier", "unsure-form"), NOTICE)
