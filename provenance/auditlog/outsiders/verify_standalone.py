"""Check evidence from an audit log, trusting nothing but this file and the log's key.

    python verify.py [EVIDENCE.zip or FOLDER] --vkey KEY
    python verify.py CONSISTENCY_FILE --since CHECKPOINT_YOU_KEPT --vkey KEY

KEY is a key line, or a file with one, that you got from the newsroom by another way; without it
nothing shows who signed. Needs Python 3.9 and "cryptography". Exit: 0 proved, 1 not, 2 unreadable.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import zipfile
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FOLDERS = ("records", "proofs", "disclosed", "keys")
FILES = ("manifest.txt", "checkpoint.txt", "log.vkey", "notice.txt", "index.html", "verify.py")


def main() -> int:
    """Check what the command line names; tell what was proved."""
    parser = argparse.ArgumentParser(description="Check evidence from an audit log.")
    parser.add_argument("evidence", nargs="?", default=Path(__file__).resolve().parent, type=Path)
    parser.add_argument("--vkey", action="append", default=[], help="the log's key; repeatable")
    parser.add_argument("--since", type=Path, help="the checkpoint that you kept")
    given = parser.parse_args()
    code, told = 2, "cannot be read"
    try:
        files = read(given.evidence, given.since)
        keys = [parse_key(one) for one in given.vkey or [files["log.vkey"].decode()]]
        code, told = 1, "NOT PROVED"
        check_since(files, keys) if given.since else check(files, keys)
        code, told = 0, "all proved" if given.vkey else "all proved; now compare the key"
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, it is not proved
        told += f": {str(error) or 'a signature is false'} ({type(error).__name__})"
    say(told)
    return code


def check(files: dict[str, bytes], keys: list[Any]) -> None:
    """Check every file of the evidence; tell of every record."""
    numbers = sorted(int(name[8:-5]) for name in files if name.startswith("records/"))
    for number in (one for one in numbers if f"keys/{one}.tlog-proof" in files):
        change = json.loads(files[f"records/{number}.json"])["detail"]
        if parse_key(change["before"]) in keys:  # that one must have signed for the new one
            prove(files, number, [parse_key(change["before"])], "keys")
            keys.append(parse_key(change["vkey"]))
    head, *lines = signed(files["manifest.txt"].decode(), keys)
    listed = {line[66:]: line[:64] for line in lines}
    found = {name: sha256(data).hexdigest() for name, data in files.items()}
    odd = {one for one in {*listed, *found} if listed.get(one) != found.get(one)} - {"manifest.txt"}
    if head != "provenance-auditor evidence v1" or odd:
        raise ValueError(f"missing, added or altered: {', '.join(sorted(odd))}")
    texts = {prove(files, one, keys).get("detail", {}).get("text") for one in numbers}
    if "notice.txt" in files and found["notice.txt"] not in texts:
        raise ValueError("no record speaks of this text of the notice")
    size, root = checkpoint(files["checkpoint.txt"].decode(), keys)
    say(f"{len(numbers)} records of log {keys[0][0]} at {size} records, root {root.hex()}")


def prove(files: dict[str, bytes], number: int, keys: list[Any], folder: str = "proofs") -> Any:
    """Return a record, once proved to stand in the log at its number, its words to be its own."""
    data = files[f"records/{number}.json"]
    proof = files[f"{folder}/{number}.tlog-proof"].decode()
    index, hashes, note = parted("c2sp.org/tlog-proof@v1\nindex ", proof)
    size, root = checkpoint(note, keys)
    if index >= size or climb(sha256(b"\x00" + data).digest(), index, size, hashes) != root:
        raise ValueError(f"record {number} or its proof was altered")
    record = json.loads(data)
    if not index == number == record["seq"] or record["log"] != keys[0][0]:
        raise ValueError(f"record {number} was written for another place or log")
    words = json.loads(files.get(f"disclosed/{number}.json", b"[]"))
    for word in words:
        _, change, side = word["name"].split("/")
        salted = unbase(word["salt"]) + word["value"].encode("utf-8", "surrogatepass")
        if record["change"][int(change)][side] != "c:" + sha256(salted).hexdigest():
            raise ValueError(f"the disclosed {word['name']} is not what was recorded")
    say(f"record {number} proved: {record['at']} {record['act']}, {len(words)} words fit")
    return record


def check_since(files: dict[str, bytes], keys: list[Any]) -> None:
    """Check that a later log begins with the one kept (C2SP tlog-witness, RFC 9162 2.1.4.2)."""
    old, hashes, note = parted("old ", files["later"].decode())
    old_size, old_root = checkpoint(files["kept"].decode(), keys)
    size, root = checkpoint(note, keys)
    skip = 64 if old == size else (old & -old).bit_length() - 1
    at, length = (old - 1) >> skip, ((size - 1) >> skip) + 1
    start, *rest = hashes if at else [old_root, *hashes]
    roots = [climb(start, at, length, rest, new) for new in (False, True)]
    if old != old_size or roots != [old_root, root]:
        raise ValueError("the later log does not begin with the one that you kept")
    say(f"the log of {size} records begins with the {old} that you knew: keep the later file")


def climb(leaf: bytes, at: int, size: int, hashes: list[bytes], right: bool = True) -> bytes:
    """Return the root that hashes lead to (RFC 9162 section 2.1.3.2)."""
    last, root = size - 1, leaf
    for sibling in hashes:
        if last == 0:
            raise ValueError("the proof is too long")
        if at % 2 or at == last:
            root = sha256(b"\x01" + sibling + root).digest()
            while at and at % 2 == 0:
                at, last = at // 2, last // 2
        elif right:
            root = sha256(b"\x01" + root + sibling).digest()
        at, last = at // 2, last // 2
    if last:
        raise ValueError("the proof is too short")
    return root


def parted(start: str, text: str) -> tuple[int, list[bytes], str]:
    """Return the number, the hashes and the checkpoint of a proof that begins so."""
    head, _, note = text.partition("\n\n")
    number, *hashes = head[len(start) :].split("\n")
    if not head.startswith(start) or str(int(number)) != number or int(number) < 0:
        raise ValueError("this is not a proof")
    return int(number), [unbase(one) for one in hashes], note


def checkpoint(note: str, keys: list[Any]) -> tuple[int, bytes]:
    """Return size and root of a checkpoint that one of the keys signed (C2SP tlog-checkpoint)."""
    origin, size, root = signed(note, keys)[:3]
    if origin != keys[0][0] or str(int(size)) != size:
        raise ValueError("the checkpoint is damaged or of another log")
    return int(size), unbase(root)


def signed(note: str, keys: list[Any]) -> list[str]:
    """Return the lines of a note, once one of the keys has signed it (C2SP signed-note)."""
    text, _, tail = note.rpartition("\n\n")
    good = 0
    for line in tail.split("\n")[:-1]:
        mark, name, signature = line.split(" ")
        for key in keys:
            if (mark, name, unbase(signature)[:4]) == ("\u2014", *key[:2]):
                public = Ed25519PublicKey.from_public_bytes(key[2])
                public.verify(unbase(signature)[4:], f"{text}\n".encode())
                good += 1
    if not good or not tail.endswith("\n"):
        raise ValueError("a checkpoint or the list of files is not signed by this key")
    return text.split("\n")


def parse_key(text: str) -> tuple[str, bytes, bytes]:
    """Return name, key ID and key of a C2SP verifier key line, or of the file that holds one."""
    line = (Path(text).read_text("utf-8") if Path(text).is_file() else text).strip()
    name, key_id, encoded = line.split("+", 2)
    raw = unbase(encoded)
    digest = sha256(f"{name}\n".encode() + raw).hexdigest()
    if raw[0] != 1 or len(raw) != 33 or key_id != digest[:8]:
        raise ValueError(f"this is not the key of a log: {line}")
    return name, bytes.fromhex(key_id), raw[1:]


def read(place: Path, kept: Path | None) -> dict[str, bytes]:
    """Return the files to check by name: of a zip file or folder, or a proof and a checkpoint."""
    below = [path for one in FOLDERS for path in (place / one).rglob("*") if path.is_file()]
    found = below + [place / one for one in FILES if (place / one).is_file()]
    opened: list[Any] = [(p.relative_to(place).as_posix(), partial(p.open, "rb")) for p in found]
    if kept:
        opened = [("later", partial(place.open, "rb")), ("kept", partial(kept.open, "rb"))]
    elif not place.is_dir():
        archive = zipfile.ZipFile(place)
        opened = [(name, partial(archive.open, name)) for name in archive.namelist()]
    files, left = {}, 512 << 20
    for name, opener in opened:
        with opener() as file:
            files[name] = file.read(left)
        left -= len(files[name])
    if len(files) != len(opened) or left <= 0:
        raise ValueError("there are files of one name, or too large ones")
    return files


def unbase(text: str) -> bytes:
    """Decode base64 in its one right form."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("this is not base64")
    return data


def say(text: str) -> None:
    """Print one line of plain ASCII: nothing in it can steer a terminal."""
    sys.stdout.write(text.encode("unicode_escape").decode() + "\n")


if __name__ == "__main__":
    sys.exit(main())
