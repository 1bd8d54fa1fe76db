from __future__ import annotations

import base64
import random

import pytest
from auditlog.events import NOW, append, fix_event, sql

from provenance.auditlog import prove
from provenance.auditlog.note import Verifier
from provenance.auditlog.outsiders.proof import Prover, TlogProof
from provenance.errors import LogError

HASHES = tuple(bytes([number]) * 32 for number in range(3))
ENCODED = "\n".join(base64.b64encode(one).decode() for one in HASHES)
NOTE = "log.example/1\n9\nroot\n\n\u2014 log.example/1 AAAAAAA=\n"


def test_text_as_published_by_c2sp() -> None:
    """The layout of the specification's example, and of its Go reference's tests."""
    plain = TlogProof(5, HASHES, NOTE)
    assert plain.text() == f"c2sp.org/tlog-proof@v1\nindex 5\n{ENCODED}\n\n{NOTE}"
    extra = TlogProof(10, (), NOTE, b"extra information")
    encoded = base64.b64encode(b"extra information").decode()
    assert extra.text() == f"c2sp.org/tlog-proof@v1\nextra {encoded}\nindex 10\n\n{NOTE}"
    for proof in (plain, extra, TlogProof(0, (), NOTE, b"")):
        assert TlogProof.parse(proof.text()) == proof


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "c2sp.org/tlog-proof@v1",
        f"c2sp.org/tlog-proof@v1\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v2\nindex 5\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 05\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex -5\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex \u0665\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex {10**20}\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nextra !!\nindex 5\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 5\nextra AAAA\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 5\nAAAA\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 5\n{ENCODED} \n\n{NOTE}",
        "c2sp.org/tlog-proof@v1\nindex 5\n" + f"{ENCODED}\n" * 30 + f"\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\r\nindex 5\r\n\r\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 5\n\n{NOTE}" + "x" * 600_000,
    ],
)
def test_malformed_proofs_are_refused(text: str) -> None:
    with pytest.raises(LogError) as caught:
        TlogProof.parse(text)
    assert caught.value.code == "proof-malformed"


def test_every_record_is_proved(registry, ready, state) -> None:
    with registry.read() as transaction:
        prover = Prover(transaction.connection, state)
        for index in range(11):
            record, proof = prover.prove(index)
            again = TlogProof.parse(prove(transaction.connection, state, index))
            assert again == proof
            assert again.verify(record, prover.verifier) == prover.checkpoint


def test_altered_proofs_are_refused(registry, ready, state) -> None:
    chance = random.Random(4)
    with registry.read() as transaction:
        prover = Prover(transaction.connection, state)
        record, proof = prover.prove(6)
        other, _ = prover.prove(7)
    text = proof.text().encode()
    for position in range(len(text)):
        changed = bytearray(text)
        changed[position] ^= 1 << chance.randrange(7)
        with pytest.raises((LogError, UnicodeDecodeError)):
            TlogProof.parse(changed.decode()).verify(record, prover.verifier)
    for wrong in (other, record + b" ", b""):
        with pytest.raises(LogError) as caught:
            proof.verify(wrong, prover.verifier)
        assert caught.value.code == "proof-wrong"
    stranger = Verifier(prover.verifier.name, bytes(32))
    with pytest.raises(LogError) as caught:
        proof.verify(record, stranger)
    assert caught.value.code == "note-unsigned"


def test_prove_refuses_what_is_not_there(registry, log, state, fill) -> None:
    def error(index: int) -> str:
        with registry.read() as transaction, pytest.raises(LogError) as caught:
            prove(transaction.connection, state, index)
        assert caught.value.remedy
        return caught.value.code

    assert error(0) == "no-such-record"
    append(registry, log, fix_event(1))
    assert error(0) == "no-checkpoint"
    log.checkpoint(registry, NOW)
    append(registry, log, fix_event(2))
    assert error(2) == "not-covered"
    assert error(3) == "no-such-record"
    assert error(-1) == "no-such-record"
    assert error(10**30) == "no-such-record"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE audit_leaf SET rec = x'7b7d' WHERE idx = 4", "log-damaged"),
        ("UPDATE audit_node SET hash = zeroblob(32) WHERE level = 1 AND idx = 3", "log-damaged"),
        ("UPDATE audit_node SET hash = zeroblob(32) WHERE level = 3", "log-forked"),
        ("DELETE FROM audit_node WHERE level = 1 AND idx = 3", "log-damaged"),
        ("UPDATE audit_head SET size = 6", "log-behind"),
    ],
)
def test_prove_gives_no_proof_that_would_fail(
    registry_path, ready, registry, state, statement, code
) -> None:
    sql(registry_path, statement)
    with registry.read() as transaction, pytest.raises(LogError) as caught:
        prove(transaction.connection, state, 4)
    assert caught.value.code == code
