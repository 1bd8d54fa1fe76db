"""Who shares a picture with whom: also where hundreds of files are copies of one another."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_material import audit, tiny

from provenance.pipeline.candidates import siblings_of
from provenance.registry import open_registry, stored

COPIES = 60


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = tmp_path / "tree"
    made.mkdir()
    for number in range(COPIES):
        (made / f"{number:02}.jpg").write_bytes(tiny() + bytes([number]))
    (made / "other.jpg").write_bytes(tiny(code="000_36ZZ9ZZ", shade=90))
    # Shares the picture's number and not its data.
    (made / "redrawn.jpg").write_bytes(tiny(shade=60))
    audit(made, notice=None)
    return made


def test_copies_are_siblings_of_each_other_and_not_of_themselves(
    tree: Path, own_state: Path
) -> None:
    with open_registry(f"sqlite:///{own_state}/registry.db") as registry, registry.read() as tx:
        assets = stored(tx, [str(one) for one in tree.iterdir()])
        found = siblings_of(tx, [one.result for one in assets.values()])
    copies = {str(tree / f"{number:02}.jpg") for number in range(COPIES)}
    redrawn = str(tree / "redrawn.jpg")
    for own in copies:
        assert {one.result.ref.uri for one in found[own]} == copies - {own} | {redrawn}
        assert len(found[own]) == COPIES
    assert {one.result.ref.uri for one in found[redrawn]} == copies
    assert found.get(str(tree / "other.jpg"), []) == []
