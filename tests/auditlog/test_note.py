"""Signed notes against the published vector of golang.org/x/mod/sumdb/note, and mutants."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from provenance.auditlog.note import LARGEST_NOTE, Verifier, decode_base64, open_note, sign
from provenance.errors import LogError

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNATURE = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
NOTE = f"{TEXT}\n{SIGNATURE}"


@pytest.fixture(scope="module")
def peter() -> Verifier:
    return Verifier.parse(PETER)


@pytest.fixture(scope="module")
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(PETER_SEED)


def test_published_vector(peter: Verifier, key: Ed25519PrivateKey) -> None:
    assert open_note(NOTE, peter) == TEXT
    assert sign(TEXT, "PeterNeumann", key) == NOTE
    assert Verifier.of("PeterNeumann", key).vkey == PETER == peter.vkey


def test_every_flipped_bit_of_the_note_is_refused(peter: Verifier) -> None:
    octets = NOTE.encode()
    for position in range(len(octets)):
        changed = bytearray(octets)
        changed[position] ^= 1
        try:
            note = changed.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(LogError) as caught:
            open_note(note, peter)
        assert caught.value.code in {"note-malformed", "note-unsigned", "signature-wrong"}


def test_every_cut_of_the_note_is_refused(peter: Verifier) -> None:
    for length in range(len(NOTE)):
        with pytest.raises(LogError):
            open_note(NOTE[:length], peter)


def test_unknown_signatures_are_passed_over(peter: Verifier) -> None:
    other = Ed25519PrivateKey.generate()
    witness = sign(TEXT, "witness.example/w1", other).removeprefix(TEXT + "\n")
    later = "\u2014 PeterNeumann " + base64.b64encode(b"\x06abc" + bytes(2420)).decode() + "\n"
    assert open_note(NOTE + witness + later, peter) == TEXT
    assert open_note(f"{TEXT}\n{witness}{later}{SIGNATURE}", peter) == TEXT
    with pytest.raises(LogError) as caught:
        open_note(f"{TEXT}\n{witness}", peter)
    assert caught.value.code == "note-unsigned"


def test_a_second_wrong_signature_of_a_known_key_spoils_the_note(peter: Verifier) -> None:
    wrong = "\u2014 PeterNeumann " + base64.b64encode(peter.key_id + bytes(64)).decode() + "\n"
    with pytest.raises(LogError) as caught:
        open_note(NOTE + wrong, peter)
    assert caught.value.code == "signature-wrong"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        f"{TEXT}\n",
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("problem", "pro\x00blem"),
        NOTE.replace("problem", "pro\x1bblem"),
        NOTE.replace("problem", "pro\udc80blem"),
        NOTE + "\u2014 a\u00a0b AAAAAAA=\n",
        NOTE + "\u2014 a+b AAAAAAA=\n",
        NOTE + "\u2014 name AAAA\n",
        NOTE + "- name AAAAAAA=\n",
        NOTE + "\u2014 name\u2028x AAAAAAA=\n",
        "x" * LARGEST_NOTE + NOTE,
        NOTE + SIGNATURE * 100,
    ],
)
def test_malformed_notes_are_refused(peter: Verifier, note: str) -> None:
    with pytest.raises(LogError) as caught:
        open_note(note, peter)
    assert caught.value.code == "note-malformed"
    assert caught.value.remedy


def test_every_cut_of_the_key_is_refused() -> None:
    for start in range(len(PETER)):
        for end in range(start + 1, len(PETER) + 1):
            if (start, end) != (0, len(PETER)):
                with pytest.raises(LogError, match="verifier key"):
                    Verifier.parse(PETER[start:end])


def test_key_of_another_algorithm_is_refused() -> None:
    raw = b"\x04" + bytes(32)
    encoded = base64.b64encode(raw).decode()
    with pytest.raises(LogError):
        Verifier.parse(f"witness+00000000+{encoded}")


@pytest.mark.parametrize("text", ["no newline", "a\tb\n", "lone \ud800\n"])
def test_sign_refuses_what_no_note_may_hold(key: Ed25519PrivateKey, text: str) -> None:
    with pytest.raises(LogError):
        sign(text, "PeterNeumann", key)


def test_sign_refuses_a_name_with_space(key: Ed25519PrivateKey) -> None:
    with pytest.raises(LogError):
        sign(TEXT, "Peter Neumann", key)


@given(st.text(st.characters(min_codepoint=32, exclude_categories=("Cs",)) | st.just("\n")))
def test_signed_text_comes_back(text: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(PETER_SEED)
    note = sign(text + "\n", "log.example/1", key)
    assert open_note(note, Verifier.of("log.example/1", key)) == text + "\n"


def test_base64_has_one_form_only() -> None:
    assert decode_base64("AAE=") == b"\x00\x01"
    for wrong in ("AAE", "AAF=", "AA E=", "AAE=\n", "\u00e9AE=", "AAE=="):
        assert decode_base64(wrong) is None
