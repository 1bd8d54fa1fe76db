"""Check the evidence beside this file, trusting nothing but this file and the log's key.

    python verify.py [EVIDENCE.zip or FOLDER] [--vkey KEY or FILE]

Give the key that you got from the newsroom by another way; without --vkey the one inside the
evidence is used, which shows only that the evidence fits together. Needs Python 3.9 and the
package "cryptography". Exit code: 0 all proved, 1 something is not, 2 it cannot be read.

Checked for every record: its bytes stand in the log at its number (RFC 6962 inclusion proof),
the log's size and root are signed by the key (C2SP checkpoint), the record says the same number
and log, every disclosed word is what the record commits to. index.html is not checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LARGEST = 8 * 1024 * 1024
FOLDERS = ("records/", "proofs/", "disclosed/")
MEMBER = re.compile(r"(?:records|proofs|disclosed)/(0|[1-9][0-9]{0,18})\.[a-z-]+|log\.vkey")


def main() -> int:
    """Check what the command line names; print one line for each record."""
    parser = argparse.ArgumentParser(description="Check evidence from a provenance audit log.")
    parser.add_argument("evidence", nargs="?", default=Path(__file__).resolve().parent, type=Path)
    parser.add_argument("--vkey", help="the log's key, or a file that holds it")
    options = parser.parse_args()
    try:
        members = read(options.evidence)
        given = options.vkey or ""
        if given and Path(given).is_file():
            given = Path(given).read_text(encoding="utf-8")
        vkey = (given or members.get("log.vkey", b"").decode()).strip()
        key = parse_key(vkey)
    except (OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        say(f"cannot be read: {error}")
        return 2
    say(f"key: {vkey}" + ("" if given else "  (out of the evidence itself: compare it)"))
    numbers = sorted({int(name.split("/")[1].split(".")[0]) for name in members if "/" in name})
    proved = 0
    for number in numbers:
        try:
            say(f"record {number}: proved: {check(members, number, key)}")
            proved += 1
        except KeyError as error:
            say(f"record {number}: NOT PROVED: {error} is missing")
        except (RuntimeError, ValueError, IndexError, TypeError, AttributeError) as error:
            say(f"record {number}: NOT PROVED: {error}")
    say(f"{proved} of {len(numbers)} records proved")
    return 0 if numbers and proved == len(numbers) else 1


def check(members: dict[str, bytes], number: int, key: tuple[str, bytes, bytes]) -> str:
    """Return what a record says in one line, once all about it is proved."""
    record = members[f"records/{number}.json"]
    index, hashes, note = parse_proof(members[f"proofs/{number}.tlog-proof"].decode())
    origin, size, root = open_checkpoint(note, key)
    if origin != key[0] or index != number:
        raise ValueError("the proof is of another record or log")
    if climb(hashlib.sha256(b"\x00" + record).digest(), index, size, hashes) != root:
        raise ValueError("the record or its proof was altered")
    document = json.loads(record)
    if document["seq"] != number or document["log"] != origin:
        raise ValueError("the record was written for another place or log")
    words = check_words(document, members.get(f"disclosed/{number}.json", b"[]"))
    return f"{document['at']} {document['act']} {document['outcome']}, {words} disclosed words fit"


def check_words(document: Any, disclosed: bytes) -> int:
    """Return how many disclosed words there are, once each fits its commitment."""
    words = json.loads(disclosed)
    for word in words:
        _, number, side = word["name"].split("/")
        salt = base64.b64decode(word["salt"], validate=True)
        digest = hashlib.sha256(salt + word["value"].encode("utf-8", "surrogatepass"))
        if document["change"][int(number)][side] != "c:" + digest.hexdigest():
            raise ValueError(f"the disclosed {word['name']} is not what was recorded")
    return len(words)


def climb(leaf: bytes, index: int, size: int, hashes: list[bytes]) -> bytes:
    """Return the root that an audit path leads to (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        raise ValueError("the checkpoint does not cover the record")
    at, last, root = index, size - 1, leaf
    for sibling in hashes:
        if last == 0:
            raise ValueError("the proof is too long")
        if at % 2 or at == last:
            root = hashlib.sha256(b"\x01" + sibling + root).digest()
            while at and at % 2 == 0:
                at, last = at // 2, last // 2
        else:
            root = hashlib.sha256(b"\x01" + root + sibling).digest()
        at, last = at // 2, last // 2
    if last:
        raise ValueError("the proof is too short")
    return root


def parse_proof(text: str) -> tuple[int, list[bytes], str]:
    """Return index, audit path and checkpoint of a C2SP tlog-proof."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise ValueError("this is not a C2SP tlog-proof")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    index = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines.pop(0) if lines else "")
    hashes = [base64.b64decode(line, validate=True) for line in lines]
    if index is None or any(len(one) != 32 for one in hashes):
        raise ValueError("the proof is damaged")
    return int(index[1]), hashes, note


def open_checkpoint(note: str, key: tuple[str, bytes, bytes]) -> tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint that this key signed (C2SP signed-note)."""
    text, gap, signatures = note.rpartition("\n\n")
    text += "\n"
    signed = False
    for line in signatures.rstrip("\n").split("\n"):
        mark, _, rest = line.partition(" ")
        signer, _, encoded = rest.partition(" ")
        if mark != "\u2014" or not gap:
            raise ValueError("the checkpoint is damaged")
        signature = base64.b64decode(encoded, validate=True)
        if (signer, signature[:4]) == key[:2]:
            try:
                Ed25519PublicKey.from_public_bytes(key[2]).verify(signature[4:], text.encode())
            except InvalidSignature:
                raise ValueError("the checkpoint's signature is false") from None
            signed = True
    if not signed:
        raise ValueError("the checkpoint is not signed by this key")
    origin, size, root = text.split("\n")[:3]
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size):
        raise ValueError("the checkpoint is damaged")
    return origin, int(size), base64.b64decode(root, validate=True)


def parse_key(vkey: str) -> tuple[str, bytes, bytes]:
    """Return name, key ID and public key of a C2SP verifier key."""
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = base64.b64decode(encoded, validate=True)
    expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if not name or raw[:1] != b"\x01" or len(raw) != 33 or key_id != expected.hex():
        raise ValueError("the key is not a C2SP verifier key of the Ed25519 kind")
    return name, expected, raw[1:]


def read(place: Path) -> dict[str, bytes]:
    """Return the files that are to be checked, from a zip file or a folder; none is unpacked."""
    if place.is_dir():
        found = [path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()]
        return {name: capped(place.joinpath(name).open("rb")) for name in wanted(found)}
    with zipfile.ZipFile(place) as archive:
        found = [name for name in archive.namelist() if not name.endswith("/")]
        return {name: capped(archive.open(name)) for name in wanted(found)}


def wanted(names: list[str]) -> list[str]:
    """Return the names that are to be checked; refuse what would only look checked."""
    odd = [name for name in names if name.startswith(FOLDERS) and not MEMBER.fullmatch(name)]
    if odd or len(set(names)) != len(names):
        raise ValueError(f"there are files that do not belong there: {odd or 'names given twice'}")
    return [name for name in names if MEMBER.fullmatch(name)]


def capped(file: IO[bytes]) -> bytes:
    """Return the content of an open file; refuse one that is too large."""
    with file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError("a file is too large")
    return data


def say(text: str) -> None:
    """Print one line of plain ASCII: nothing in it can steer a terminal."""
    sys.stdout.write(text.encode("unicode_escape").decode() + "\n")


if __name__ == "__main__":
    sys.exit(main())
