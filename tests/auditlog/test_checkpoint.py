from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.auditlog.checkpoint import issue, open_checkpoint, parse_text, valid_origin
from provenance.auditlog.note import Verifier, sign
from provenance.errors import LogError

ROOT = bytes(range(32))
ENCODED = base64.b64encode(ROOT).decode()
NAME = "desk.example/credit-log"


@pytest.fixture(scope="module")
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def test_issued_checkpoint_opens(key) -> None:
    made = issue(NAME, 20_852_163, ROOT, key)
    assert made.note.startswith(f"{NAME}\n20852163\n{ENCODED}\n\n\u2014 {NAME} ")
    assert open_checkpoint(made.note, Verifier.of(NAME, key)) == made


def test_published_example_text() -> None:
    root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    text = f"example.com/behind-the-sofa\n20852163\n{root}\n"
    assert parse_text(text) == (
        "example.com/behind-the-sofa",
        20_852_163,
        base64.b64decode(root),
    )


def test_extension_lines_are_accepted(key) -> None:
    note = sign(f"{NAME}\n5\n{ENCODED}\nTimestamp: 1\n", NAME, key)
    assert open_checkpoint(note, Verifier.of(NAME, key)).size == 5


def test_checkpoint_of_another_log_is_refused(key) -> None:
    note = sign(f"other.example/log\n5\n{ENCODED}\n", NAME, key)
    with pytest.raises(LogError) as caught:
        open_checkpoint(note, Verifier.of(NAME, key))
    assert caught.value.code == "checkpoint-foreign"


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{NAME}\n5\n",
        f"{NAME}\n05\n{ENCODED}\n",
        f"{NAME}\n-5\n{ENCODED}\n",
        f"{NAME}\n+5\n{ENCODED}\n",
        f"{NAME}\n\u0665\n{ENCODED}\n",
        f"{NAME}\n5 \n{ENCODED}\n",
        f"{NAME}\n{10**20}\n{ENCODED}\n",
        f"{NAME}\n5\n{ENCODED}",
        f"{NAME}\n5\n{ENCODED}\n\n",
        f"{NAME}\n5\n{ENCODED}\n\nx\n",
        f"{NAME}\n5\n{ENCODED[:-1]}\n",
        f"{NAME}\n5\nAAAA\n",
        f"\n5\n{ENCODED}\n",
        f"a b\n5\n{ENCODED}\n",
    ],
)
def test_malformed_text_is_refused(text: str) -> None:
    with pytest.raises(LogError) as caught:
        parse_text(text)
    assert caught.value.code == "checkpoint-malformed"


def test_origin_names_a_file_safely() -> None:
    assert valid_origin("provenance-auditor/0123456789abcdef")
    for wrong in ("", ".", "../x", "/etc", "a b", "a+b", "a\n", "\u00e9", "a" * 129):
        assert not valid_origin(wrong)
