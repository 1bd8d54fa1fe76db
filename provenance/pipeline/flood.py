"""The flood guard: a notice about one picture touches few files, or somebody must say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from provenance.model import Evidence, Finding, Fixability, Policy, Status
from provenance.pipeline.carriers import Problem
from provenance.pipeline.session import Session


def guard(
    session: Session, stand: Sequence[Finding], held: int
) -> tuple[list[Finding], list[Problem]]:
    """Hold what a notice would do to more files than a notice ever should (flood guard)."""
    policy = session.policy
    limit = limit_of(policy, held)
    touched: dict[str, set[str]] = {}
    for one in stand:
        if one.notice_id and _would_touch(one):
            touched.setdefault(one.notice_id, set()).add(one.uri)
    flooding = {
        notice: len(uris)
        for notice, uris in touched.items()
        if len(uris) > limit and len(uris) != policy.expect_count
    }
    reason = Evidence(
        "flood", 0.0, "Its notice would touch more files than a notice about one picture should."
    )
    guarded = [
        replace(
            one,
            status=Status.HELD,
            fixability=Fixability.UNSAFE,
            evidence=(*one.evidence, reason),
        )
        if one.notice_id in flooding and _would_touch(one)
        else one
        for one in stand
    ]
    floods = [
        Problem(
            notice,
            "flood-guard",
            f"Notice {notice} would touch {number} files.",
            f"If that is right, run the command again with --expect-count {number}.",
        )
        for notice, number in sorted(flooding.items())
    ]
    return guarded, floods


def limit_of(policy: Policy, held: int) -> int:
    """How many files a notice may touch in a registry of ``held`` assets, unasked."""
    if held < policy.flood_registry:
        return policy.flood_files
    return min(policy.flood_files, int(held * policy.flood_share))


def _would_touch(one: Finding) -> bool:
    unsettled = one.status in {Status.OPEN, Status.HELD}
    return bool(one.edits) and unsettled and one.fixability is not Fixability.DISPLAY_ONLY
