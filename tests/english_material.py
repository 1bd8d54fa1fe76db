"""What the tests of the English-language agencies' grammars share."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from hypothesis import strategies as st

from provenance.grammars import Context, Reading
from provenance.grammars.phrasing.fields import property_named

AP = "Boats lie on the river in Lyon on Tuesday, May 2, 2023. (AP Photo/Ana Dupond)"
REUTERS = "Boats lie on the river in Lyon, France, May 2, 2023. REUTERS/Ana Dupond"
GETTY = "Boats lie on the river in Lyon. (Photo by Ana Dupond/Getty Images)"
PA = "Boats lie on the river in Lyon. Photo credit should read Ana Dupond/PA Wire."
CP = "Boats lie on the river in Lyon on May 2, 2023. THE CANADIAN PRESS/Ana Dupond"
MEGABYTE = 1_000_000

FURNITURE = (
    f"{REUTERS} ATTENTION EDITORS - THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY. NO RESALES. NO ARCHIVES.",
    f"{REUTERS} ATTENTION EDITORS - NOT FOR USE AFTER MAY 30. PLEASE CREDIT REUTERS",
    f'{REUTERS} TPX IMAGES OF THE DAY SEARCH "LYON RIVER" FOR THIS STORY',
    f"{REUTERS} EDITOR'S NOTE: POOL PHOTOGRAPHS WERE REVIEWED. NO PHOTOS WERE REMOVED",
    f"REFILE - ADDING RESTRICTIONS {REUTERS}",
    f"REFILE - UPDATING CAPTION {REUTERS}",
    f"{AP} ADDS DETAILS",
    f"UPDATES WITH SECOND MAN IDENTIFIED - {AP}",
    "TURKEY OUT  NOV. 11, 2019 FILE PHOTO",
    "A correction officer walks in the Department of Correction building in Lyon. (AP Photo/Ana Dupond)",
    "DEPARTMENT OF CORRECTION - A guard walks in Lyon. (AP Photo/Ana Dupond)",
    "The new version corrects the lens, not the sensor. (AP Photo/Ana Dupond)",
    "Correcting papers at her desk, a teacher sits in Lyon, not Paris. (AP Photo/Ana Dupond)",
    "The AP killed the photo on Monday and asked clients to remove it. (AP Photo/Ana Dupond)",
    'The AP told clients: "Editors and librarians: please eliminate from your archives the AP photo."',
    "Reuters withdrew all 920 photographs by Luc Marin from its database on Monday.",
    "Reuters sent a PICTURE KILL notice for the photo on Monday.",
    "PA said it is killing the image and asked for it to be taken down immediately.",
    "Getty Images issued a mandatory photo kill on Monday.",
    "Please remove your shoes from this picture, a sign says. (Photo by Ana Dupond/Getty Images)",
    "(EDITORS NOTE: Image was captured using a remote camera and color corrected.) " + GETTY,
    "(EDITORS NOTE: This image was digitally corrected for perspective.) " + GETTY,
    "(EDITORS NOTE: Alternative crop of image #1234567890) " + GETTY,
    "This Handout clip was provided by a third-party organization and may not adhere to Getty Images' editorial policy.",
    "EMBARGOEDTO 0001 SATURDAY MAY 8\r\rFile photo dated 28/02/12 of a construction site.",
    f"EMBARGOED TO 2200 SATURDAY MAY 8 {PA}",
    "HANDOUT PHOTO; ONE TIME USE ONLY; USED ONLY FOR 14 DAYS FROM THE TIME OF TRANSMISSION. THE CANADIAN PRESS/HO",
    "EDS NOTE:A FILE PHOTO",
    "Sign reads NO WITHDRAWAL at a bank in Lyon. (AP Photo/Ana Dupond)",
    "POLICE SHOOT TO KILL, a banner says. (AP Photo/Ana Dupond)",
)  # fmt: skip
"""Words that look like a notice and are none, in captions."""

VERBS = (
    "correct",
    "remove",
    "delete",
    "change",
    "clarif",
    "include",
    "conform",
    "restore",
    "insert",
)
"""What a statement may go on with where a value could stand: a man named "Correct" is not read."""

name = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzéöß", min_size=6, max_size=9).map(str.capitalize),
    min_size=1, max_size=3,
).map(" ".join).filter(
    lambda words: property_named(words) is None and not words.lower().startswith(VERBS)
)  # fmt: skip
"""A name of one to three words, no short form ("Jr."), whose dot is its own, and no field's name."""

space = st.sampled_from([" ", "  ", "\n", "\r\n", "\u00a0", " \n "])
quotes = st.sampled_from([("", ""), ("“", "”"), ('"', '"'), ("?", "?"), ("«", "»"), ("'", "'")])


def pairs(readings: tuple[Reading, ...]) -> list[tuple[str | None, str | None]]:
    """Right and wrong of each corrected value."""
    return [(pair.right, pair.wrong) for one in readings for pair in one.pairs]


def words(text: str, one: Reading) -> str:
    """The notice's own words."""
    return text[one.start : one.end]


def negatives(shared: Path) -> Iterator[str]:
    """The real texts that are no notice."""
    rows = (shared / "corpus/notices_real.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, rows):
        if row["fires"] == "none":
            yield row["text"]


def seconds(grammar: ModuleType, provider: str, unit: str) -> float:
    """How long a grammar takes for a megabyte of this, read as a caption and as a message."""
    text = (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
    longest = 0.0
    for read in (
        lambda: list(grammar.readings(text)),
        lambda: list(grammar.notes(text, Context(provider=provider))),
    ):
        started = time.process_time()
        read()
        longest = max(longest, time.process_time() - started)
    return longest
