"""One number in several files: crops of one picture, and pictures that only borrow it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from notice_material import bracket
from PIL import Image
from quality.matching.bases import SCENES
from quality.matching.renderings import encode
from quality.matching.world import Story, story, words

from provenance.model import Finding, Fixability, Rule
from provenance.pipeline import Session, audit


@pytest.fixture
def told() -> Story:
    return story(7, random.Random(7), "number")


def scene(name: str, share: float = 1.0) -> Image.Image:
    with Image.open(SCENES / f"{name}.jpg") as image:
        width, height = round(image.width * share), round(image.height * share)
        return image.convert("RGB").crop((8, 5, 8 + width, 5 + height) if share < 1 else None)


def put(folder: Path, name: str, image: Image.Image, told: Story | None) -> str:
    folder.mkdir(exist_ok=True)
    data = encode(image, "JPEG", 90)
    path = folder / name
    path.write_bytes(words(told)(data) if told is not None else data)
    return str(path)


def found(session: Session, folder: Path, told: Story) -> Sequence[Finding]:
    notice = folder.parent / "notice.txt"
    pair = bracket(f"[{told.right}] instead of [{told.wrong}]", byline=told.wrong)
    notice.write_text(f"Picture 000_{told.code}\n\n{pair}\n", encoding="utf-8")
    return audit(session, [str(folder)], [str(notice)]).findings


def named(one: Finding) -> set[str]:
    return {reason.name for reason in one.evidence}


def test_a_crop_that_kept_its_number_and_its_original_are_safe(
    session: Session, tmp_path: Path, told: Story
) -> None:
    both = {
        put(tmp_path / "in", "a.jpg", scene("harbour-0"), told),
        put(tmp_path / "in", "b.jpg", scene("harbour-0", 0.8), told),
    }
    safe = {
        one.uri
        for one in found(session, tmp_path / "in", told)
        if one.rule is Rule.ERRONEOUS_CREDIT and one.fixability is Fixability.SAFE
    }
    assert safe == both


def test_a_picture_that_borrows_a_number_makes_no_other_safe(
    session: Session, tmp_path: Path, told: Story
) -> None:
    put(tmp_path / "in", "original.jpg", scene("harbour-0"), told)
    put(tmp_path / "in", "forged.jpg", scene("lake-0"), told)
    # Copies of the forged one must not speak for it, nor be taken for the notice's picture.
    bare = [
        put(tmp_path / "in", f"bare{at}.jpg", scene("lake-0").resize((600, 400)), None)
        for at in range(2)
    ]
    told_of = found(session, tmp_path / "in", told)
    wrong = [one for one in told_of if one.rule is Rule.ERRONEOUS_CREDIT]
    assert len(wrong) == 2
    assert all(one.fixability is not Fixability.SAFE for one in told_of)
    assert all("tie" in named(one) or "other-picture" in named(one) for one in wrong)
    assert all(not one.edits for one in told_of if one.uri in bare)


def test_a_desk_may_call_a_stranger_by_the_number(
    session: Session, tmp_path: Path, told: Story
) -> None:
    original = put(tmp_path / "in", "original.jpg", scene("harbour-0"), told)
    stranger = put(tmp_path / "in", f"000_{told.code}.jpg", scene("lake-0"), None)
    told_of = found(session, tmp_path / "in", told)
    safe = {one.uri for one in told_of if one.fixability is Fixability.SAFE}
    assert safe == {original}
    about = [one for one in told_of if one.uri == stranger and one.notice_id]
    assert all(one.confidence == "low" for one in about)
