"""Notices about pictures of the archive: one kind for each way to ask for a picture."""

from __future__ import annotations

import random
from dataclasses import dataclass

from provenance.model import (
    Authority,
    Correction,
    Notice,
    NoticeKind,
    Property,
    Pubstatus,
    Target,
    TargetKind,
)
from tests.benchmarks.scale.archive import HOT_FILE, HOT_NAME, Story, story

KINDS = ("identifier", "caption", "name and day", "hot file name", "kill by byline")
RIGHT = "Sanna Ekvall"
_NAMED = {"AFP": "{}", "Getty Images": "{}", "Reuters": "{}", "EPA": "epa{}"}


@dataclass(frozen=True, slots=True)
class Question:
    """A notice, and the asset that it was made about."""

    number: int
    notice: Notice


def questions(kind: str, count: int, assets: int, seed: int = 1) -> list[Question]:
    """So many notices of a kind about an archive of so many assets."""
    rng = random.Random(f"{kind} {count} {seed}")
    numbers = [rng.randrange(assets) // 14 * 14 + 1 for _ in range(count)]
    return [Question(number, _notice(kind, number, story(number))) for number in numbers]


def _notice(kind: str, number: int, one: Story) -> Notice:
    day = f"{one.day:%B} {one.day.day}, {one.day.year}"
    targets = {
        "identifier": (Target(TargetKind.IDENTIFIER, _canonical(one)),),
        "caption": (Target(TargetKind.CAPTION, one.caption),),
        "name and day": (Target(TargetKind.CAPTION, f"{one.place}, {day}: Another view of it."),),
        "hot file name": (Target(TargetKind.FILENAME, HOT_FILE),),
        "kill by byline": (Target(TargetKind.BYLINE, HOT_NAME),),
    }[kind]
    killed = kind == "kill by byline"
    pair = Correction(Property.CREATOR_NAMES, wrong=one.creator, right=RIGHT)
    return Notice(
        f"{kind} {number}",
        one.agency,
        NoticeKind.WITHDRAWAL if killed else NoticeKind.CORRECTION,
        Pubstatus.CANCELED if killed else Pubstatus.USABLE,
        f"The byline of {number} should read {RIGHT}",
        corrections=() if killed else (pair,),
        targets=targets,
        authority=Authority.BROUGHT,
        received_by="anna.editor",
    )


def of_look(pdq: bytes) -> Notice:
    """A notice that tells its picture by how it looks alone."""
    return Notice(
        f"look {pdq.hex()}",
        "AFP",
        NoticeKind.CORRECTION,
        Pubstatus.USABLE,
        f"The byline should read {RIGHT}",
        corrections=(Correction(Property.CREATOR_NAMES, wrong=HOT_NAME, right=RIGHT),),
        targets=(Target(TargetKind.DIGEST, f"pdq:{pdq.hex()}"),),
        authority=Authority.BROUGHT,
        received_by="anna.editor",
    )


def _canonical(one: Story) -> str:
    return f"{one.agency.split()[0].lower()}:{one.code}"
