"""Evidence checked by golang.org/x/mod/sumdb, which no part of this project was made with.

Needs Go and its package (Debian: ``golang-go golang-golang-x-mod-dev``); skips without them.
Started by hand, because building the program takes longer than all else.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from auditlog.events import NOW, append, fix_event
from evidence_material import unpack

from provenance.auditlog import export
from provenance.auditlog.outsiders.proof import Prover

SOURCE = Path(__file__).parent / "go" / "main.go"
LIBRARIES = Path("/usr/share/gocode")
EXPORTS = 100

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    go = shutil.which("go")
    if go is None or not (LIBRARIES / "src/golang.org/x/mod/sumdb/note").is_dir():
        pytest.skip("Go or golang.org/x/mod is not on this machine")
    made = tmp_path_factory.mktemp("go") / "check"
    cache = tmp_path_factory.mktemp("cache")
    around = {"GO111MODULE": "off", "GOPATH": str(LIBRARIES), "GOCACHE": str(cache)}
    subprocess.run(
        [go, "build", "-o", str(made), str(SOURCE)], check=True, env={**os.environ, **around}
    )
    return made


def test_a_hundred_exports_hold_for_go(checker, registry, log, state, tmp_path) -> None:
    """Logs of rising size, records drawn by lot; each proof, and each consistency with the last."""
    chance = random.Random(8)
    proofs = chains = refused = 0
    last = None
    for number in range(EXPORTS):
        append(registry, log, *(fix_event(number) for _ in range(chance.randrange(1, 9))))
        log.checkpoint(registry, NOW)
        folder = tmp_path / str(number)
        with registry.read() as transaction:
            prover = Prover(transaction.connection, state)
            size = prover.checkpoint.size
            wanted = chance.sample(range(size), min(5, size))
            export(transaction.connection, folder.with_suffix(".zip"), wanted)
            later = prover.prolongs(last).text() if last else ""
        unpack(folder.with_suffix(".zip"), folder)
        pairs = [
            str(folder / name)
            for one in wanted
            for name in (f"records/{one}.json", f"proofs/{one}.tlog-proof")
        ]
        command = [str(checker), "proofs", str(folder / "log.vkey"), *pairs]
        subprocess.run(command, check=True)
        proofs += len(wanted)
        if last is not None:
            (folder / "kept").write_text(last.note)
            (folder / "later").write_text(later)
            words = [str(folder / name) for name in ("log.vkey", "kept", "later")]
            subprocess.run([str(checker), "consistency", *words], check=True)
            chains += 1
        with (folder / "records" / f"{wanted[0]}.json").open("ab") as record:
            record.write(b" ")
        refused += subprocess.run(command, check=False, capture_output=True).returncode != 0
        last = prover.checkpoint
    assert (chains, refused) == (EXPORTS - 1, EXPORTS)
    assert proofs > 4 * EXPORTS
