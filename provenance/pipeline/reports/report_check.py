"""Is this file a report that was given out, and is the log that says so whole?

What is checked: the file's SHA-256 stands in a ``report.export`` record; that record is proven to
be in the tree under the newest checkpoint (RFC 6962 section 2.1.1); the whole log verifies; and
the log prolongs the checkpoint that the report was made from (section 2.1.2).
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from provenance import auditlog, registry
from provenance.auditlog import Entry
from provenance.auditlog.outsiders.proof import Prover
from provenance.errors import LogError, UsageError
from provenance.model import Checkpoint
from provenance.pipeline.reports.exporting import CHECKPOINT_ROOT, CHECKPOINT_SIZE
from provenance.pipeline.session import Session
from provenance.registry import Transaction
from provenance.storage.systems.flags import READ_NAMED

_PAGE: Final = 500
_LARGEST: Final = 1 << 30
_MOST_SEARCHED: Final = 64 << 20
_MOST_IDS: Final = 2_000
_FINDING: Final = re.compile(rb"f-[0-9a-f]{16}")
_ROOT: Final = re.compile(r"[0-9a-f]{64}")
_PERSON: Final = "implementer"


class Verdict(StrEnum):
    """What came of the check; only the first one is a yes."""

    VERIFIED = "verified"
    UNKNOWN = "unknown"
    ALTERED = "altered"
    LOG_BROKEN = "log-broken"
    NOT_PROVEN = "not-proven"
    INCONSISTENT = "checkpoint-inconsistent"


@dataclass(frozen=True, slots=True)
class GivenOut:
    """The record that a report was given out.

    Attributes:
        index: its number in the log.
        name: what the file was called, or is called in a report's folder.
        made: RFC 3339.
        by: the person.
        program: the program and its version, as a package URL.
        checkpoint_size: how many records the log had when the report was made; None where
            the record does not say.
        checkpoint_root: its root hash then, in hex.
        again: how many later records say the same of the same octets.
    """

    index: int
    name: str
    made: str
    by: str
    program: str
    checkpoint_size: int | None = None
    checkpoint_root: str = ""
    again: int = 0


@dataclass(frozen=True, slots=True)
class ReportCheck:
    """The answer about one file.

    Attributes:
        verdict: what came of it.
        path: the file, as given.
        sha256: of the file, hex.
        message: the verdict for a person.
        remedy: what can be done now; may be empty.
        given_out: the record, where there is one.
        origin: the log's name; empty where there is none.
        log_size: how many records the log has.
        covered_by: how many records the newest checkpoint covers; None where none was read.
        problems: what is wrong with the log, one sentence each.
    """

    verdict: Verdict
    path: str
    sha256: str
    message: str
    remedy: str = ""
    given_out: GivenOut | None = None
    origin: str = ""
    log_size: int = 0
    covered_by: int | None = None
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the file is, octet for octet, what was given out, and all else holds."""
        return self.verdict is Verdict.VERIFIED


def check_report(
    session: Session, path: Path, advance: Callable[[int], None] | None = None
) -> ReportCheck:
    """Check a report against the log of the registry.

    Args:
        session: the command's surroundings.
        path: the report; no larger than 1 GiB.
        advance: told how many more records of the log were checked.

    Raises:
        UsageError: the file cannot be read.
        LogError: the state folder cannot be read.
        RegistryError: the database refused.
    """
    data = _read(path)
    found = ReportCheck(Verdict.UNKNOWN, str(path), hashlib.sha256(data).hexdigest(), "")
    with session.registry.read() as tx:
        verified = auditlog.verify(tx.connection, session.log.state, advance=advance)
        found = replace(found, log_size=verified.size)
        if not verified.ok:
            return _broken(found, tx, tuple(one.message for one in verified.problems))
        given = _given_out(tx.connection, found.sha256)
        if given is None:
            return _not_known(found, tx, data)
        return _proven(replace(found, given_out=given), tx.connection, session.log.state)


def _read(path: Path) -> bytes:
    try:
        # A pipe that nobody writes into is not waited for.
        with open(os.open(path, READ_NAMED), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{path} is no file.", remedy="Name the report's file.")
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", remedy="Name the report's file."
        ) from error
    if len(data) > _LARGEST:
        raise UsageError(
            f"{path} is larger than any report: over {_LARGEST:,} octets.",
            remedy="Name the report's file.",
        )
    return data


def _broken(found: ReportCheck, tx: Transaction, problems: tuple[str, ...]) -> ReportCheck:
    """The log cannot be relied on; what it says of the file is told all the same."""
    try:
        given = _given_out(tx.connection, found.sha256)
    except LogError:
        given = None  # the check has told that the head of the log cannot be read
    says = (
        f"Its record {given.index} says that this file was given out, but that proves nothing now."
        if given is not None
        else "It holds no record of this file."
    )
    return replace(
        found,
        verdict=Verdict.LOG_BROKEN,
        message=f"The audit log does not verify. {says}",
        remedy="See what is wrong with `provenance log verify`; restore the registry of that day.",
        given_out=given,
        problems=problems,
    )


def _not_known(found: ReportCheck, tx: Transaction, data: bytes) -> ReportCheck:
    origin = _origin(tx.connection)
    found = replace(found, origin=origin)
    if _is_kin(data, origin, tx):
        return replace(
            found,
            verdict=Verdict.ALTERED,
            message="The file speaks of this registry, but no report with exactly these octets was"
            " given out: it was altered or saved anew since, or no command wrote it.",
            remedy="Ask for the file as it was given out; see `provenance log show --act report`.",
        )
    return replace(
        found,
        verdict=Verdict.UNKNOWN,
        message="No report with these octets was given out from this registry, and nothing in the"
        " file names its log: it comes from elsewhere, or is no report.",
        remedy="Name the registry that it was made from with --registry.",
    )


def _proven(found: ReportCheck, connection: Connection, state: Path) -> ReportCheck:
    """Prove the record under the newest checkpoint, and that the log prolongs the named one."""
    given = found.given_out
    assert given is not None
    origin = _origin(connection)
    found = replace(found, origin=origin)
    try:
        prover = Prover(connection, state)
        found = replace(found, covered_by=prover.checkpoint.size)
        prover.prove(given.index)
    except LogError as error:
        return replace(
            found, verdict=Verdict.NOT_PROVEN, message=error.message, remedy=error.remedy
        )
    if given.checkpoint_size is not None:
        try:
            _require_prolonged(prover, origin, given)
        except LogError as error:
            return replace(
                found,
                verdict=Verdict.INCONSISTENT,
                message="The log is not one that grew from the checkpoint which the report names:"
                f" {error.message}",
                remedy="Records from before the report were exchanged. Keep the file and the"
                " registry as they are, and see `provenance log verify`.",
            )
    return replace(
        found,
        verdict=Verdict.VERIFIED,
        message="This file is, octet for octet, a report that was given out.",
    )


def _require_prolonged(prover: Prover, origin: str, given: GivenOut) -> None:
    size, root = given.checkpoint_size or 0, given.checkpoint_root
    if not _ROOT.fullmatch(root) or not 0 < size <= given.index:
        raise LogError(
            f"record {given.index} names a checkpoint of {size} records that cannot have been.",
            code="checkpoint-malformed",
        )
    prover.prolongs(Checkpoint(origin, size, bytes.fromhex(root), ""))


def _given_out(connection: Connection, sha256: str) -> GivenOut | None:
    """The first record of a report with this digest, and how many more there are."""
    first: GivenOut | None = None
    for entry in _exports(connection):
        detail = entry.record.get("detail")
        names = [
            str(name)
            for name, value in (detail.items() if isinstance(detail, dict) else ())
            if value == sha256 and name != CHECKPOINT_ROOT
        ]
        if not names or not isinstance(detail, dict):
            continue
        if first is not None:
            first = replace(first, again=first.again + 1)
            continue
        first = _told(entry, names[0], detail)
    return first


def _told(entry: Entry, name: str, detail: dict[str, Any]) -> GivenOut:
    size, root = detail.get(CHECKPOINT_SIZE), detail.get(CHECKPOINT_ROOT)
    agents = {
        str(one.get("role")): str(one.get("id"))
        for one in entry.record.get("agents", ())
        if isinstance(one, dict)
    }
    return GivenOut(
        index=entry.index,
        name=name,
        made=str(entry.record.get("at", "")),
        by=agents.get(_PERSON, "").removeprefix("user:"),
        program=agents.get("executing program", ""),
        checkpoint_size=size if isinstance(size, int) else None,
        checkpoint_root=root if isinstance(root, str) else "",
    )


def _exports(connection: Connection) -> Iterator[Entry]:
    for start in range(0, auditlog.log_size(connection), _PAGE):
        for entry in auditlog.entries(connection, start, _PAGE):
            if entry.record.get("act") == "report.export":
                yield entry


def _origin(connection: Connection) -> str:
    first = auditlog.entries(connection, 0, 1)
    return str(first[0].record.get("log", "")) if first else ""


def _is_kin(data: bytes, origin: str, tx: Transaction) -> bool:
    """Whether a file names this log, or findings that this registry knows."""
    ids: set[str] = set()
    for text in _texts(data):
        if origin and origin.encode() in text:
            return True
        for match in _FINDING.finditer(text):
            ids.add(match.group().decode())
            if len(ids) >= _MOST_IDS:
                break
    return bool(ids and registry.findings(tx, registry.FindingQuery(ids=sorted(ids))))


def _texts(data: bytes) -> Iterator[bytes]:
    """The file as it is, and what is packed in it where it is a workbook; up to 64 MiB of each."""
    yield data[:_MOST_SEARCHED]
    if not data.startswith(b"PK"):
        return
    left = _MOST_SEARCHED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for member in packed.infolist()[:_PAGE]:
                with packed.open(member) as file:
                    text = file.read(left)
                left -= len(text)
                yield text
                if left <= 0:
                    return
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        return  # damaged or hostile: what was unpacked so far is all there is to search
