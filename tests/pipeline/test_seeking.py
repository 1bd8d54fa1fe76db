"""Crops of a notice's picture are found by the parts of the picture, once, and others are not."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from desk_material import NOTICE, NOTICES
from look_material import credited, resaved, scene, sent
from PIL import Image, ImageOps

from provenance import registry
from provenance.model import Look, PictureHash
from provenance.pipeline import Session, audit, cropping, decoding
from provenance.pipeline.cropping import GROUPS, joined, search, window
from provenance.pipeline.sitters import Parts, Sitter
from provenance.pixels import Luminance
from provenance.pixels.crops import crops, shown
from provenance.registry import Crops
from provenance.storage import LocalStore

BROUGHT = [str(NOTICES / NOTICE)]
BURST = ("road-1", "road-2", "road-3")


def encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def cut(name: str, left: float, top: float, right: float, bottom: float) -> bytes:
    picture = Image.open(io.BytesIO(scene(name)))
    wide, high = picture.size
    box = (round(left * wide), round(top * high), round(right * wide), round(bottom * high))
    return encoded(picture.crop(box))


def framed(name: str) -> bytes:
    return encoded(ImageOps.expand(Image.open(io.BytesIO(scene(name))), (0, 70, 0, 70), 0))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The agency's picture, what the desk cut out of it, and what was cut out of the burst."""
    tree = tmp_path / "tree"
    tree.mkdir()
    made = {
        "sent": sent("road-0"),
        "tight": credited(cut("road-0", 0.13, 0.06, 0.93, 0.86)),
        "square": credited(cut("road-0", 0.2, 0.0, 0.8667, 1.0)),
        "framed": credited(framed("road-0")),
        "camp": credited(cut("camp-0", 0.1, 0.1, 0.9, 0.9)),
    }
    made |= {name: credited(cut(name, 0.1, 0.1, 0.9, 0.9)) for name in BURST}
    for name, data in made.items():
        (tree / f"{name}.jpg").write_bytes(data)
    return tree


def found_in(session: Session, tree: Path) -> dict[str, set[str]]:
    told = audit(session, [str(tree)], BROUGHT)
    return {
        Path(one.uri).stem: {reason.name for reason in one.evidence}
        for one in told.findings
        if one.notice_id
    }


def searches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many hashes were held against parts, each time some were."""
    counts: list[int] = []

    def counted(parts: bytes, others: bytes) -> dict[int, int]:
        counts.append(len(others) // 32)
        return shown(parts, others)

    monkeypatch.setattr(cropping, "shown", counted)
    return counts


def test_crops_and_framed_copies_are_found_and_crops_of_the_burst_are_not(
    tree: Path, session: Session
) -> None:
    found = found_in(session, tree)
    assert {name for name in found if name != "sent"} == {"tight", "square", "framed"}
    assert "picture-crop" in found["tight"]
    assert "picture-crop" in found["square"]
    assert "picture-same" in found["framed"]


@pytest.mark.usefixtures("workers_here")
def test_parts_are_cut_once_and_only_what_is_new_is_searched(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "tight.jpg").rename(tree.parent / "tight.jpg")
    cuts: list[str] = []

    def counted(lum: Luminance) -> bytes:
        cuts.append("cut")
        return crops(lum)

    monkeypatch.setattr(decoding, "crops", counted)
    searched = searches(monkeypatch)
    first = found_in(session, tree)
    assert "tight" not in first
    assert len(cuts) == 1
    assert searched[0] > len(BURST)
    # Groups whose hits are settled by now are searched once more.
    found_in(session, tree)
    searched.clear()
    assert found_in(session, tree) == first
    assert searched == [0]
    (tree.parent / "tight.jpg").rename(tree / "tight.jpg")
    again = found_in(session, tree)
    assert "picture-crop" in again["tight"]
    assert 1 <= searched[1] <= 3
    assert len(cuts) == 1


@pytest.mark.usefixtures("workers_here")
def test_a_proven_file_that_went_away_is_told(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(_store: LocalStore, batch: Sequence[Sitter]) -> list[Parts]:
        return [Parts(one.basis, trouble=("offline", "The share is away.", "")) for one in batch]

    monkeypatch.setattr(decoding, "cut_batch", out_of_reach)
    found_in(session, tree)
    monkeypatch.undo()
    away = tree.parent / "desk"
    away.mkdir()
    (tree / "tight.jpg").rename(away / "tight.jpg")
    tree.rename(tree.parent / "unmounted")
    told = audit(session, [str(away)], BROUGHT)
    (problem,) = [one for one in told.problems if one.code == "pictures-not-searched"]
    assert problem.path.endswith("sent.jpg")
    assert "Crops" in problem.message
    with session.registry.read() as tx:
        looks = registry.looks_of(tx, [str(tree / "sent.jpg")])
        assert registry.crops_of(tx, [one.basis for one in looks.values()]) == {}


def test_what_is_beyond_the_bound_is_told(
    tree: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cropping, "MOST_SEARCHED", 2)
    told = audit(session, [str(tree)], BROUGHT)
    (problem,) = [one for one in told.problems if one.code == "pictures-not-searched"]
    assert "other 6" in problem.message
    assert "one by one" in problem.remedy


def pictures(names: Sequence[str], trimmed: bytes | None = None) -> list[Look]:
    return [Look(name, PictureHash(name.encode() * 32, 100), trimmed) for name in names]


def test_windows_are_joined_and_each_picture_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dull = [Look("z", PictureHash(bytes(32), 49))]
    first, second = window([*pictures("ab", b"t" * 32), *dull]), window(pictures("cba"))
    both = joined([first, second, window([])])
    # Hashes belong to the code: a picture that looks otherwise now is another.
    assert sorted(both.bases) == ["a", "a", "b", "b", "c"]
    same = joined([window(pictures("ab")), window(pictures("cb"))])
    assert same.bases == ("a", "b", "c")
    assert [same.bases[at] for at in same.of] == ["a", "b", "c"]
    assert same.forms.tobytes() == b"a" * 32 + b"b" * 32 + b"c" * 32
    monkeypatch.setattr(cropping, "MOST_SEARCHED", 2)
    some = joined([first, window(pictures("cd"))])
    assert (some.bases, some.left) == (("a", "b"), 2)
    assert some.forms.tobytes() == (b"a" * 32 + b"t" * 32 + b"b" * 32 + b"t" * 32)
    assert joined([]).bases == ()


def test_only_changed_groups_are_searched_and_open_hits_come_again() -> None:
    parts = Crops(b"a" * 32 + b"q" * 32)
    looks = [Look(f"{number}", PictureHash(bytes(32), 100)) for number in range(1_000)]
    among = window([*looks, *pictures("a")])
    found = search(parts, among, frozenset())
    assert found.hits == {"a": 0}
    again = Crops(parts.hashes, found.searched)
    assert search(again, among, frozenset()).hits == {"a": 0}
    # Once it is settled, the whole window is.
    done = search(again, among, {"a"})
    assert done.hits == {}
    settled = Crops(parts.hashes, done.searched)
    assert search(settled, among, frozenset()).hits == {}
    more = window([*looks, *pictures("aq")])
    assert search(settled, more, {"a"}).hits == {"q": 0}
    # What cannot be a mark is none.
    assert search(Crops(parts.hashes, b"x" * GROUPS), among, frozenset()).hits == {"a": 0}


def test_a_picture_with_a_border_is_found_by_what_is_within_it() -> None:
    among = window([Look("framed", PictureHash(b"\x0f" * 32, 100), b"a" * 32)])
    assert search(Crops(b"a" * 32), among, frozenset()).hits == {"framed": 0}
    assert search(Crops(b"\x0f" * 32), among, frozenset()).hits == {"framed": 0}


def test_a_small_copy_of_a_crop_is_found(tree: Path, session: Session) -> None:
    small = resaved(cut("road-0", 0.13, 0.06, 0.93, 0.86), 60, 0.6)
    (tree / "small.jpg").write_bytes(credited(small))
    assert "picture-crop" in found_in(session, tree)["small"]
