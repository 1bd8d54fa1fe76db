"""Which pictures may say whose a picture is that names nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_material import tiny
from PIL import Image

from provenance import registry
from provenance.matching.keys import basis
from provenance.model import Likeness, LikenessKind, MetadataRecord
from provenance.pipeline import Session, scan
from provenance.pipeline.kinship import credited_twins, gather
from provenance.reporting.family import TieKind

KINDS = tuple(LikenessKind)


@pytest.fixture
def pictures(tmp_path: Path, session: Session) -> list[str]:
    """One that names nobody, and one for each thing that comparing it with can come to."""
    uris = [str(tmp_path / "bare.jpg"), *(str(tmp_path / f"{kind.value}.jpg") for kind in KINDS)]
    Image.new("L", (16, 16), 200).save(uris[0])
    for number, uri in enumerate(uris[1:], start=1):
        Path(uri).write_bytes(tiny(shade=number, code=f"000_{number}111111"))
    scan(session, [str(tmp_path)])
    with session.registry.write() as tx:
        found = registry.records(tx, uris)
        own, *others = (basis(one) for uri in uris if isinstance(one := found[uri], MetadataRecord))
        registry.put_likeness(
            tx,
            [(own, other, Likeness(kind, 0.1)) for other, kind in zip(others, KINDS, strict=True)],
        )
    return uris


def test_only_what_is_the_same_picture_may_say_it(pictures: list[str], session: Session) -> None:
    with session.registry.read() as tx:
        twins = credited_twins(tx, registry.records(tx, pictures).values())
    told = {
        Path(uri).name: [Path(one.result.ref.uri).name for one in found]
        for uri, found in twins.items()
    }
    assert told == {"bare.jpg": ["same.jpg"]}


def test_crops_and_mirrored_ones_are_kin_and_other_pictures_are_not(
    pictures: list[str], session: Session
) -> None:
    with session.registry.read() as tx:
        kin = gather(tx, pictures[:1])
    assert {link.kind for link in kin.links} == {TieKind.SAME, TieKind.CROP, TieKind.MIRRORED}
    assert {Path(uri).name for uri in kin.proven} == {
        "bare.jpg", "same.jpg", "crop.jpg", "mirrored.jpg",
    }  # fmt: skip
