"""The digest of IIM that stands elsewhere in the file."""

from __future__ import annotations

import hashlib

import pytest
from making import iim_block, resource

from provenance.metadata.standards import irb

OLD, NEW = iim_block({"byline": "Aaref"}), iim_block({"byline": "Bakr ALKASEM"})


def md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def resources(digest: bytes) -> bytes:
    return resource(0x03ED, b"before") + resource(0x0425, digest, b"name") + resource(0x0BB7, b"x")


@pytest.mark.parametrize("pad", [bytes, padded])
def test_a_true_digest_follows_however_padding_is_counted(pad: type[bytes]) -> None:
    new = irb.with_digest(resources(md5(pad(OLD))), OLD, NEW)
    assert new == resources(md5(pad(NEW)))


def test_a_digest_of_padded_octets_follows_without_and_with_them() -> None:
    old, new = OLD + bytes(6), NEW + bytes(6)
    assert irb.with_digest(resources(md5(old)), old, new) == resources(md5(new))
    assert irb.with_digest(resources(md5(OLD)), old, new) == resources(md5(NEW))


def test_a_stale_digest_stays() -> None:
    for digest in (b"0123456789abcdef", b"", md5(OLD)[:-1]):
        data = resources(digest)
        assert irb.with_digest(data, OLD, NEW) == data


def test_a_digest_beside_iim_of_its_own_speaks_of_that() -> None:
    data = resource(0x0404, OLD) + resources(md5(OLD))
    assert irb.with_digest(data, OLD, NEW) == data


def test_a_padded_block_keeps_its_digest_true_in_place() -> None:
    data = resource(0x0404, OLD + bytes(2)) + resources(md5(OLD))
    new = irb.with_iim(data, NEW + bytes(2))
    assert new == resource(0x0404, NEW + bytes(2)) + resources(md5(NEW))
