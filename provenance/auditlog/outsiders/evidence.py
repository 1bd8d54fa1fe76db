"""Evidence for an outsider: records, proofs, the words to disclose, and a program to check them.

``evidence.zip`` holds

- ``records/N.json``: the exact bytes of each record; ``proofs/N.tlog-proof``: that it is in the log
- ``disclosed/N.json``: words and salts behind its commitments
- ``notice.txt``: the notice's own words, where a record commits to them
- ``keys/N.tlog-proof``: where the key was changed, the older key's word for the newer one
- ``log.vkey``, ``checkpoint.txt``: the key in force and the state of the log that it signed
- ``manifest.txt``: the list of all this with its digests, signed by that key
- ``verify.py``: checks it; one file that shares no code with this package
- ``index.html``: all of it in plain language
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from provenance.auditlog import ledger
from provenance.auditlog.keys import load_key, state_dir
from provenance.auditlog.note import Verifier, sign
from provenance.auditlog.outsiders import evidence_page
from provenance.auditlog.outsiders.evidence_page import Told
from provenance.auditlog.outsiders.proof import Prover, TlogProof
from provenance.auditlog.record import commitments, decode
from provenance.auditlog.statefiles import replace_file
from provenance.errors import LogError
from provenance.model import Checkpoint

MANIFEST: Final = "manifest.txt"
MANIFEST_FORMAT: Final = "provenance-auditor evidence v1"
"""The first line of the manifest. A checkpoint's second line is a number, the manifest's a
digest with a name, so that neither can be taken for the other though one key signs both."""

_MADE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class About:
    """The notice that evidence is about.

    Attributes:
        notice_id: its id.
        text: its own words; given only where a record commits to them.
        locators: for records that speak of other notices too, the places of metadata whose
            words belong to this one; the words of all others stay undisclosed.
    """

    notice_id: str
    text: str = ""
    locators: Mapping[int, frozenset[str]] = field(default_factory=dict)


def export(
    connection: Connection,
    out_path: Path,
    indexes: Sequence[int],
    *,
    prover: Prover | None = None,
    disclose: bool = True,
    about: About | None = None,
) -> Checkpoint:
    """Write the evidence for these records to ``out_path``, a zip file.

    Every proof was checked before it is written. The file appears whole or not at all; the
    same records, key and checkpoint give the same octets. Where the key of the log was
    changed, the records of that are given too.

    Args:
        connection: inside a transaction that reads one state (``Registry.read``).
        out_path: replaced if it is there.
        indexes: which records; each once, whatever their order.
        prover: of the log on this connection; by default with the user's state folder. Of a
            closed log the key must still be there, to sign the list of files.
        disclose: whether to give the words that the records commit to, and the notice's.
        about: the notice that it is all about, if it is about one.

    Returns:
        The checkpoint that the proofs lead to.

    Raises:
        LogError: as ``prove``; code ``nothing-to-export`` or ``export-unwritable``.
        RegistryError: the database refused.
    """
    if not indexes:
        raise LogError(
            "No record was named, so there is nothing to export.",
            code="nothing-to-export",
            remedy="Name records by their number; see `provenance log show`.",
        )
    prover = prover if prover is not None else Prover(connection, state_dir())
    key = _signer(prover.state, prover.verifier)
    members: dict[str, bytes] = {}
    told: dict[int, Told] = {}
    handed = prover.handovers()
    for index in {*indexes, *(proof.index for _, proof in handed)}:
        told[index] = _add(members, connection, prover.prove(index), disclose=disclose, about=about)
    for _, proof in handed:
        members[f"keys/{proof.index}.tlog-proof"] = proof.text().encode()
    in_order = [told[index] for index in sorted(told)]
    notice = _notice(in_order, about) if disclose and about else None
    if notice is not None:
        members["notice.txt"] = notice
    checkpoint, vkey = prover.checkpoint, prover.verifier.vkey
    members["checkpoint.txt"] = checkpoint.note.encode()
    members["log.vkey"] = f"{vkey}\n".encode()
    members["verify.py"] = _resource("verify_standalone.py")
    page = evidence_page.render(
        in_order, checkpoint, vkey, about.notice_id if about else "", notice
    )
    members["index.html"] = page.encode("utf-8", "replace")
    listed = _listed(members)
    members[MANIFEST] = sign(listed, checkpoint.origin, key).encode()
    _write(out_path, members)
    return checkpoint


def _signer(state: Path, verifier: Verifier) -> Ed25519PrivateKey:
    key = load_key(state, verifier.name)
    if Verifier.of(verifier.name, key) != verifier:
        raise LogError(
            f"The key that signed the log {verifier.name} is not in {state} any more, so no list"
            " of files can be signed.",
            code="key-missing",
            remedy="Give out the file of the closed log and single proofs: `provenance log prove N"
            " --closed LOG`. They were signed while the key was there.",
        )
    return key


def _add(
    members: dict[str, bytes],
    connection: Connection,
    proved: tuple[bytes, TlogProof],
    *,
    disclose: bool,
    about: About | None,
) -> Told:
    """Put the files of one record among the members; return it for the page."""
    record, proof = proved
    index, document = proof.index, decode(record) or {}
    with ledger.at(connection):
        kept = [row for row in ledger.payloads(connection, index, index + 1) if row.name]
    allowed = _allowed(document, about.locators.get(index)) if about else commitments(document)
    given = [row for row in kept if disclose and row.name in allowed and row.salt is not None]
    members[f"records/{index}.json"] = record
    members[f"proofs/{index}.tlog-proof"] = proof.text().encode()
    if given:
        disclosed = [
            {
                "name": one.name,
                "salt": base64.b64encode(one.salt or b"").decode(),
                "value": one.value,
            }
            for one in given
        ]
        members[f"disclosed/{index}.json"] = json.dumps(disclosed, indent=1).encode()
    return Told(
        index,
        document,
        {str(one.name): str(one.value) for one in given},
        frozenset(str(one.name) for one in kept),
    )


def _allowed(document: Mapping[str, object], locators: frozenset[str] | None) -> set[str]:
    """Return the names of the words that belong to the notice; all where it stands alone."""
    named = set(commitments(document))
    changes = document.get("change")
    if locators is None or not isinstance(changes, list):
        return named
    return {name for name in named if str(changes[int(name.split("/")[1])].get("f")) in locators}


def _notice(told: Sequence[Told], about: About) -> bytes | None:
    """Return the notice's words as octets, where a record holds exactly their digest."""
    text = about.text.encode("utf-8", "replace")
    digest = hashlib.sha256(text).hexdigest()
    for one in told:
        detail = one.document.get("detail")
        if isinstance(detail, dict) and detail.get("text") == digest:
            return text
    return None


def _listed(members: Mapping[str, bytes]) -> str:
    lines = [f"{hashlib.sha256(members[name]).hexdigest()}  {name}\n" for name in sorted(members)]
    return f"{MANIFEST_FORMAT}\n{''.join(lines)}"


def _resource(name: str) -> bytes:
    return files("provenance.auditlog.outsiders").joinpath(name).read_bytes()


def _write(out_path: Path, members: Mapping[str, bytes]) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            about = zipfile.ZipInfo(name, _MADE)
            about.external_attr = 0o644 << 16
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, members[name])
    try:
        replace_file(out_path, held.getvalue())
    except OSError as error:
        raise LogError(
            f"The evidence cannot be written to {out_path}: {error.strerror}.",
            code="export-unwritable",
            remedy="Name a file in a folder that exists, with space left, where you may write.",
        ) from error
