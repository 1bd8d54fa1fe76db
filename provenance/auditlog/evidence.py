"""Evidence for an outsider: records, proofs, the words to disclose, and a program to check them.

``evidence.zip`` holds ``records/N.json`` (the exact bytes), ``proofs/N.tlog-proof``,
``disclosed/N.json`` (words and salts behind the commitments), ``log.vkey``, ``verify.py``
(one file that shares no code with this package) and ``index.html`` in plain language.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from sqlalchemy import Connection

from provenance.auditlog import ledger
from provenance.auditlog.keys import replace_file, state_dir
from provenance.auditlog.ledger import PayloadRow
from provenance.auditlog.proof import Prover, TlogProof
from provenance.auditlog.record import decode
from provenance.errors import LogError
from provenance.model import Checkpoint

SAID: Final[Mapping[str, str]] = MappingProxyType(
    {
        "log.open": "the log was opened",
        "log.close": "the log was closed",
        "key.rotate": "the log's key was changed",
        "payload.erase": "words kept for other records were erased",
        "scan.run": "folders were scanned",
        "notice.import": "a notice was taken up",
        "notice.retract": "a notice was retracted",
        "desk.import": "records of the desk's own system were imported",
        "desk.forget": "imported records of the desk's own system were forgotten",
        "proposal": "a correction was proposed",
        "approve": "a person approved a correction",
        "reject": "a person rejected a correction",
        "waive": "a person waived a finding",
        "withdraw": "a person withdrew a decision",
        "hold": "a person put a finding on hold",
        "fix.intent": "a correction of this file was begun",
        "fix.commit": "a correction was written into this file",
        "fix.abort": "a correction was given up; the file is as it was",
        "fix.conflict": "a correction was not made: somebody else had changed the file",
        "undo.intent": "the undoing of a correction was begun",
        "undo.commit": "a correction was undone",
        "undo.abort": "the undoing of a correction was given up; the file is as it was",
        "undo.conflict": "a correction was not undone: somebody else had changed the file",
        "report.export": "a report was given out",
    }
)
"""Each act in the words of the page."""

_WITHHELD: Final = "(not disclosed)"
_NOTHING: Final = "(nothing)"
_MADE: Final = (1980, 1, 1, 0, 0, 0)


def export(
    connection: Connection,
    out_path: Path,
    indexes: Sequence[int],
    *,
    state: Path | None = None,
    disclose: bool = True,
) -> Checkpoint:
    """Write the evidence for these records to ``out_path``, a zip file.

    Every proof was checked before it is written. The file appears whole or not at all; the
    same records and checkpoint give the same octets.

    Args:
        connection: inside a transaction that reads one state (``Registry.read``).
        out_path: replaced if it is there.
        indexes: which records; each once, whatever their order.
        state: the state folder; by default the user's.
        disclose: whether to give the words that the records commit to.

    Returns:
        The checkpoint that the proofs lead to.

    Raises:
        LogError: as ``prove``; code ``nothing-to-export`` or ``export-unwritable``.
        RegistryError: the database refused.
    """
    wanted = sorted(set(indexes))
    if not wanted:
        raise LogError(
            "No record was named, so there is nothing to export.",
            code="nothing-to-export",
            remedy="Name records by their number; see `provenance log show`.",
        )
    prover = Prover(connection, state if state is not None else state_dir())
    members: dict[str, bytes] = {}
    pages = []
    for index in wanted:
        record, proof = prover.prove(index)
        words = _words(connection, index) if disclose else ()
        members.update(_members(index, record, proof, words))
        pages.append(_page(index, decode(record) or {}, words))
    vkey = prover.verifier.vkey
    members["log.vkey"] = f"{vkey}\n".encode()
    members["verify.py"] = _resource("verify_standalone.py").encode()
    members["index.html"] = _html(pages, prover.checkpoint, vkey).encode("utf-8", "replace")
    try:
        replace_file(out_path, _zipped(members))
    except OSError as error:
        raise LogError(
            f"The evidence cannot be written to {out_path}: {error.strerror}.",
            code="export-unwritable",
            remedy="Name a file in a folder that exists, with space left, where you may write.",
        ) from error
    return prover.checkpoint


def _words(connection: Connection, index: int) -> tuple[PayloadRow, ...]:
    with ledger.at(connection):
        return tuple(ledger.payloads(connection, index, index + 1))


def _members(
    index: int, record: bytes, proof: TlogProof, words: Sequence[PayloadRow]
) -> dict[str, bytes]:
    members = {
        f"records/{index}.json": record,
        f"proofs/{index}.tlog-proof": proof.text().encode(),
    }
    disclosed = [
        {"name": one.name, "salt": base64.b64encode(one.salt).decode(), "value": one.value}
        for one in words
        if one.salt is not None
    ]
    if disclosed:
        members[f"disclosed/{index}.json"] = json.dumps(disclosed, indent=1).encode()
    return members


def _page(index: int, record: Mapping[str, Any], words: Sequence[PayloadRow]) -> dict[str, Any]:
    """What the page shows of one record; the record is proved, its words are not ours."""
    given = {one.name: one.value for one in words}
    changes = [
        {
            "where": _shown(change.get("f")),
            **{
                side: _NOTHING
                if change.get(side) is None
                else _shown(given.get(f"change/{number}/{side}", _WITHHELD))
                for side in ("old", "new")
            },
        }
        for number, change in enumerate(record.get("change", ()))
    ]
    objects = [
        {name: _shown(one.get(name, "")) for name in ("role", "path", "sha256")}
        for one in record.get("objects", ())
    ]
    act = str(record.get("act"))
    return {
        "index": index,
        "said": SAID.get(act, act),
        "at": record.get("at"),
        "outcome": record.get("outcome"),
        "agents": [
            {"role": _shown(one.get("role")), "id": _shown(one.get("id"))}
            for one in record.get("agents", ())
        ],
        "why": _listed(record.get("why", {})),
        "detail": _listed(record.get("detail", {})),
        "objects": objects,
        "changes": changes,
    }


def _listed(pairs: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, _shown(value))
        for name, held in pairs.items()
        for value in (held if isinstance(held, list) else [held])
    ]


def _shown(value: Any) -> str:
    """Text for a person; a file name that is not UTF-8 with its odd octets escaped."""
    if isinstance(value, dict) and isinstance(value.get("b64"), str):
        return base64.b64decode(value["b64"]).decode("utf-8", "backslashreplace")
    return str(value)


def _html(pages: Sequence[Mapping[str, Any]], checkpoint: Checkpoint, vkey: str) -> str:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(_resource("evidence.html.j2"))
    return template.render(records=pages, checkpoint=checkpoint, vkey=vkey)


def _resource(name: str) -> str:
    return files("provenance.auditlog").joinpath(name).read_text("utf-8")


def _zipped(members: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            about = zipfile.ZipInfo(name, _MADE)
            about.external_attr = 0o644 << 16
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, members[name])
    return held.getvalue()
