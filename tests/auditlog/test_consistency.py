"""Consistency proofs: an outsider keeps one checkpoint and is the witness."""

from __future__ import annotations

import base64
import random

import pytest
from auditlog.events import NOW, append, fix_event, sql
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from evidence_material import check

from provenance.auditlog.checkpoint import issue
from provenance.auditlog.note import Verifier, cosigned_at, open_note
from provenance.auditlog.outsiders.consistency import ConsistencyProof
from provenance.auditlog.outsiders.proof import Prover
from provenance.errors import LogError
from provenance.model import Agent

# The body of the request in C2SP tlog-witness, its example.
PUBLISHED = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""


def test_text_as_published_by_c2sp() -> None:
    proof = ConsistencyProof.parse(PUBLISHED)
    assert (proof.old, len(proof.hashes)) == (20852014, 4)
    assert proof.note.startswith("example.com/behind-the-sofa\n20852163\n")
    assert proof.text() == PUBLISHED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "old 5",
        PUBLISHED.replace("old ", "new "),
        PUBLISHED.replace("old 2", "old 02"),
        PUBLISHED.replace("old 20852014", f"old {10**20}"),
        PUBLISHED.replace("old 20852014", "old \u0665"),
        PUBLISHED.replace("Pl", "P"),
        PUBLISHED.replace("\n", "\r\n"),
        "old 5\n" + "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n" * 64 + "\nnote",
        "old 5\nAAAA\n\nnote",
        "old 5\n\n" + "x" * 600_000,
    ],
)
def test_malformed_proofs_are_refused(text: str) -> None:
    with pytest.raises(LogError) as caught:
        ConsistencyProof.parse(text)
    assert caught.value.code == "proof-malformed"
    assert caught.value.remedy


@pytest.fixture
def grown_again(registry, log, ready):
    """Checkpoints of 6, 11 and 13 records."""
    append(registry, log, fix_event(20), fix_event(21))
    return log.checkpoint(registry, NOW)


def test_a_stranger_with_an_old_checkpoint_is_the_witness(
    registry, grown_again, state, tmp_path
) -> None:
    with registry.read() as transaction:
        prover = Prover(transaction.connection, state)
        old, middle = prover.issued(6), prover.issued(11)
        pairs = ((old, None), (middle, None), (old, middle), (grown_again, None))
        made = [(one, prover.prolongs(one, later)) for one, later in pairs]
        vkey = prover.verifier.vkey
    for kept, proof in made:
        assert ConsistencyProof.parse(proof.text()) == proof
        assert proof.verify(kept, prover.verifier).size in {11, 13}
        (tmp_path / "kept").write_text(kept.note)
        (tmp_path / "later").write_text(proof.text())
        done = check(tmp_path / "later", "--since", tmp_path / "kept", "--vkey", vkey)
        assert done.returncode == 0, done.stdout
    (tmp_path / "kept").write_text(old.note)
    assert check(tmp_path / "later", "--since", tmp_path / "kept", "--vkey", vkey).returncode == 1
    assert check(tmp_path / "later", "--since", tmp_path / "kept").returncode == 2
    assert check(tmp_path / "later", "--since", tmp_path / "no", "--vkey", vkey).returncode == 2


def test_every_altered_proof_is_refused(registry, grown_again, state) -> None:
    chance = random.Random(5)
    with registry.read() as transaction:
        prover = Prover(transaction.connection, state)
        old = prover.issued(6)
        text = prover.prolongs(old).text().encode()
    for position in range(len(text)):
        changed = bytearray(text)
        changed[position] ^= 1 << chance.randrange(7)
        with pytest.raises((LogError, UnicodeDecodeError)):
            ConsistencyProof.parse(changed.decode()).verify(old, prover.verifier)


def test_another_history_cannot_be_proved(registry, grown_again, state, registry_path) -> None:
    """What the key never signed, another log's, and a log that was altered since."""
    with registry.read() as transaction:
        prover = Prover(transaction.connection, state)
        kept = prover.issued(6)
        origin = kept.origin
        strange = issue(origin, 6, bytes(32), Ed25519PrivateKey.generate())
        for note, code in (
            (strange.note, "note-unsigned"),
            (kept.note.replace("\n6\n", "\n7\n"), "signature-wrong"),
            ("nothing", "note-malformed"),
        ):
            with pytest.raises(LogError) as caught:
                prover.open(note)
            assert caught.value.code == code or code == "note-malformed"
        for size in (0, 5, 999):
            with pytest.raises(LogError) as caught:
                prover.issued(size)
            assert caught.value.code == "not-found"
        with pytest.raises(LogError) as caught:
            prover.prolongs(prover.issued(11), kept)
        assert caught.value.code == "wrong-order"
    sql(registry_path, "UPDATE audit_node SET hash = zeroblob(32) WHERE level = 1 AND idx = 2")
    with registry.read() as transaction, pytest.raises(LogError) as caught:
        Prover(transaction.connection, state).open(kept.note)
    assert caught.value.code in {"log-forked", "log-damaged"}


def test_proofs_lead_over_a_change_of_the_key(registry, log, ready, state, tmp_path) -> None:
    with registry.read() as transaction:
        before = Prover(transaction.connection, state).checkpoint
        old_vkey = Prover(transaction.connection, state).verifier.vkey
    log.rotate(registry, Agent("implementer", "user:anna.editor"), "lost", NOW)
    append(registry, log, fix_event(30))
    log.checkpoint(registry, NOW)
    with registry.read() as transaction:
        prover = Prover(transaction.connection, state)
        assert prover.open(before.note) == before
        proof = prover.prolongs(before)
    (tmp_path / "kept").write_text(before.note)
    (tmp_path / "later").write_text(proof.text())
    both = ("--vkey", old_vkey, "--vkey", prover.verifier.vkey)
    asked = (tmp_path / "later", "--since", tmp_path / "kept")
    assert check(*asked, *both).returncode == 0
    assert check(*asked, *both[:2]).returncode == 1


def cosign(note: str, name: str, key: Ed25519PrivateKey, when: int) -> tuple[str, Verifier]:
    witness = Verifier(name, key.public_key().public_bytes_raw(), b"\x04")
    text = note.rpartition("\n\n")[0] + "\n"
    signature = key.sign(b"cosignature/v1\ntime %d\n" % when + text.encode())
    raw = witness.key_id + when.to_bytes(8, "big") + signature
    return note + f"\u2014 {name} {base64.b64encode(raw).decode()}\n", witness


def test_cosignatures_of_witnesses_are_kept_and_checked(registry, grown_again, state) -> None:
    key = Ed25519PrivateKey.generate()
    note, witness = cosign(grown_again.note, "witness.example/w1", key, 1_679_315_147)
    assert Verifier.witness(witness.vkey) == witness
    with registry.read() as transaction:
        assert Prover(transaction.connection, state).open(note).note == note
    assert cosigned_at(note, witness) == 1_679_315_147
    again, _ = cosign(note, "witness.example/w1", key, 1_679_315_148)
    assert cosigned_at(again, witness) == 1_679_315_148
    assert open_note(note, witness).startswith(grown_again.origin)
    with pytest.raises(LogError) as caught:
        cosigned_at(grown_again.note, witness)
    assert caught.value.code == "note-unsigned"
    forged, _ = cosign(grown_again.note.replace("\n13\n", "\n14\n"), witness.name, key, 5)
    with pytest.raises(LogError) as caught:
        cosigned_at(forged.replace("\n14\n", "\n13\n"), witness)
    assert caught.value.code == "signature-wrong"
    with pytest.raises(LogError):
        Verifier.parse(witness.vkey)
    with pytest.raises(LogError):
        Verifier.witness(Verifier(witness.name, witness.public).vkey)
