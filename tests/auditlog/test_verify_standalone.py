"""The program in the evidence: every altered file refused, and the published vectors.

Sources of the vectors: C2SP signed-note (its example), golang.org/x/mod/sumdb/note (its
documentation), transparency-dev/merkle (its test data, in ``vectors/merkle.json``).
"""

from __future__ import annotations

import base64
import json
import random
import zipfile
from pathlib import Path

import pytest
from auditlog.events import append, fix_event
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from evidence_material import check, members, module, pack, unpack, verdict

from provenance.auditlog import About, export, merkle
from provenance.auditlog.checkpoint import issue
from provenance.auditlog.note import Verifier, open_note
from provenance.auditlog.outsiders.consistency import ConsistencyProof

WRONG = (ValueError, LookupError, TypeError, InvalidSignature)

VECTORS = json.loads((Path(__file__).parent / "vectors" / "merkle.json").read_text("utf-8"))
HASHES = [base64.b64decode(one) for one in VECTORS["hashes"]]
# C2SP and RFC 9162 let the empty tree be the beginning of any other; the suite refuses that.
# It gives one leaf hash of no octets, which no record of ours has.
OTHERWISE = {
    "additional/size1-is-zero-and-size2-is-not-zero",
    "additional/roots-do-not-match-and-sizes-are-zero",
    "single-entry/empty-root-and-leaf",
}

SIGNED_NOTE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED_NOTE = (
    "This is an example message.\n"
    "\n"
    "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3"
    "mFXmRKuwHjG1Yu72IneyaQM=\n"
)


@pytest.fixture(scope="module")
def verify():
    return module()


@pytest.fixture
def evidence(registry, log, tmp_path) -> Path:
    """With everything that evidence can hold: a notice, words, a change of the key."""
    from auditlog.test_evidence import TEXT, arrival  # noqa: PLC0415

    from provenance.model import Agent  # noqa: PLC0415

    append(registry, log, arrival(), fix_event(1), fix_event(2))
    log.checkpoint(registry)
    log.rotate(registry, Agent("implementer", "user:anna.editor"), "lost")
    append(registry, log, fix_event(3))
    log.checkpoint(registry)
    path = tmp_path / "evidence.zip"
    with registry.read() as transaction:
        export(transaction.connection, path, [1, 2, 3, 5], about=About("n-1", TEXT))
    return path


def test_every_altered_file_is_refused(evidence, verify, monkeypatch, tmp_path) -> None:
    """Bits flipped, cut, emptied, dropped, renamed, swapped, added to: each file, each way."""
    good = members(evidence)
    (tmp_path / "key").write_bytes(good["log.vkey"])
    assert verdict(verify, monkeypatch, evidence, "--vkey", tmp_path / "key") == 0
    assert {name.split("/")[0] for name in good} == {*verify.FOLDERS, *verify.FILES}
    chance = random.Random(6)
    tried = 0
    for name, data in good.items():
        flipped = []
        for _ in range(4):
            position = chance.randrange(len(data))
            flip = data[position] ^ 1 << chance.randrange(8)
            flipped.append(data[:position] + bytes([flip]) + data[position + 1 :])
        other = next(one for one in good if one != name and good[one] != data)
        for content in (
            *({**good, name: one} for one in flipped),
            {**good, name: data[:-1]},
            {**good, name: data + b"\n"},
            {**good, name: b""},
            {one: held for one, held in good.items() if one != name},
            {f"{one}.txt" if one == name else one: held for one, held in good.items()},
            {**good, name: good[other], other: data},
            {**good, f"../{name}": data},
        ):
            bad = pack(tmp_path / "bad.zip", content)
            assert verdict(verify, monkeypatch, bad, "--vkey", tmp_path / "key") in {1, 2}, name
            tried += 1
    assert tried == 11 * len(good)


@pytest.mark.parametrize(
    "name",
    ["../records/1.json", "/records/1.json", "records/../records/1.json", "records\\1.json", "x/"],
)
def test_paths_that_lead_elsewhere_are_refused(evidence, tmp_path, name) -> None:
    place = pack(tmp_path / "bad.zip", {**members(evidence), name: b"{}"})
    assert check(place).returncode == 1


def test_every_flipped_bit_of_the_zip_is_refused_or_harmless(
    evidence, verify, monkeypatch, tmp_path
) -> None:
    """The zip's own fields (times, attributes) are no evidence; whatever is read must be right."""
    data = evidence.read_bytes()
    good = members(evidence)
    chance = random.Random(7)
    bad = tmp_path / "bad.zip"
    for _ in range(400):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        bad.write_bytes(changed)
        if verdict(verify, monkeypatch, bad) == 0:
            assert members(bad) == good


def test_a_folder_is_held_to_the_same(evidence, tmp_path) -> None:
    folder = unpack(evidence, tmp_path / "folder")
    assert check(folder).returncode == 0
    (folder / "proofs" / "1.tlog-proof").unlink()
    assert check(folder).returncode == 1
    assert check(tmp_path / "absent").returncode == 2


def test_a_bomb_is_refused(tmp_path, verify, monkeypatch) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.vkey", bytes(600 << 10))
    assert verdict(verify, monkeypatch, bomb) == 2


def test_published_signed_note(verify) -> None:
    key = verify.parse_key(SIGNED_NOTE_KEY)
    assert verify.signed(SIGNED_NOTE, [key]) == ["This is an example message."]
    assert (
        open_note(SIGNED_NOTE, Verifier.parse(SIGNED_NOTE_KEY)) == "This is an example message.\n"
    )
    for position in range(len(SIGNED_NOTE)):
        wrong = SIGNED_NOTE[:position] + "x" + SIGNED_NOTE[position + 1 :]
        if wrong != SIGNED_NOTE:
            with pytest.raises(WRONG):
                verify.signed(wrong, [key])


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=lambda case: case[0])
def test_published_inclusion_proofs(verify, case) -> None:
    name, index, size, leaf, proof, root, good = case
    path, wanted = [HASHES[one] for one in proof], HASHES[root]
    good = good or name in OTHERWISE
    assert merkle.verify_inclusion(HASHES[leaf], index, size, path, wanted) == good
    try:
        reached = 0 <= index < size and verify.climb(HASHES[leaf], index, size, path) == wanted
    except ValueError:
        reached = False
    assert reached == good


@pytest.mark.parametrize("case", VECTORS["consistency"], ids=lambda case: case[0])
def test_published_consistency_proofs(verify, case) -> None:
    name, old, new, old_root, proof, new_root, good = case
    path, roots = tuple(HASHES[one] for one in proof), (HASHES[old_root], HASHES[new_root])
    expected = good or name in OTHERWISE
    assert merkle.verify_consistency(old, new, path, *roots) == expected
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    notes = [
        issue("log.example", n, root, key).note for n, root in zip((old, new), roots, strict=True)
    ]
    files = {
        "kept": notes[0].encode(),
        "later": ConsistencyProof(old, path, notes[1]).text().encode(),
    }
    keys = [verify.parse_key(Verifier.of("log.example", key).vkey)]
    if good and old:
        verify.check_since(files, keys)
    else:  # nobody keeps the checkpoint of an empty log
        with pytest.raises(WRONG):
            verify.check_since(files, keys)


def test_published_vectors_are_all_there() -> None:
    assert len(VECTORS["inclusion"]) == len(VECTORS["consistency"]) == 98
    assert sum(case[-1] for kind in ("inclusion", "consistency") for case in VECTORS[kind]) > 10


def test_since_over_all_small_trees(verify) -> None:
    """Every pair of sizes up to 24: the package proves, the program apart from it checks."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    keys = [verify.parse_key(Verifier.of("log.example", key).vkey)]
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(24)]

    def node(level: int, index: int) -> bytes:
        if not level:
            return leaves[index]
        return merkle.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    notes = [issue("log.example", n, merkle.root_hash(node, n), key).note for n in range(25)]
    for new in range(1, 25):
        for old in range(1, new + 1):
            proof = ConsistencyProof(old, merkle.consistency_proof(node, old, new), notes[new])
            verify.check_since({"kept": notes[old].encode(), "later": proof.text().encode()}, keys)
            wrong = notes[old - 1] if old > 1 else notes[2]
            with pytest.raises(WRONG):
                verify.check_since({"kept": wrong.encode(), "later": proof.text().encode()}, keys)
