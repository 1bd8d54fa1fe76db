"""A registry to which hostile texts came by every way there is: real files, and rows about them."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crowd_material import DAY, MOMENT, notice
from desk_material import run
from making import behind_app0, photoshop_block, segment
from payload_material import file_name
from PIL import Image

from provenance import registry
from provenance.auditlog import AuditLog
from provenance.model import (
    Answer,
    AnswerKind,
    Confidence,
    Container,
    Decision,
    Delivery,
    Duty,
    DutyAct,
    DutyState,
    Edit,
    Event,
    Evidence,
    Finding,
    Fixability,
    Letter,
    LetterKind,
    Policy,
    Property,
    Rule,
    Severity,
    Status,
    Verdict,
)
from provenance.pipeline.session import Session

_STATUSES = (Status.OPEN, Status.HELD, Status.HELD, Status.WAIVED, Status.REJECTED)
_VERDICTS = {Status.WAIVED: Verdict.WAIVE, Status.REJECTED: Verdict.DISMISS}
_RULES = (Rule.ERRONEOUS_CREDIT, Rule.LEAKED_NOTICE, Rule.ERRONEOUS_MENTION, Rule.CREDIT_MISSING)
_LONGEST_VALUE = 30_000


@dataclass(frozen=True)
class HostileDesk:
    """Where it lies.

    Attributes:
        root: the folder of pictures.
        environment: variables with which the program finds its registry.
        paths: of the pictures, in the order of the texts.
        finding_ids: one per text.
        notice_ids: one per text.
        decision_keys: one per text.
    """

    root: Path
    environment: dict[str, str]
    paths: tuple[Path, ...]
    finding_ids: tuple[str, ...]
    notice_ids: tuple[str, ...]
    decision_keys: tuple[str, ...]

    @property
    def registry(self) -> str:
        return self.environment["PROVENANCE_REGISTRY"]


def hostile_desk(root: Path, texts: Sequence[str]) -> HostileDesk:
    """Make the folder, scan it, and put a finding with each text on record.

    The files' names, captions and credits are the texts; so are the notices' words and agencies,
    the findings' sentences and values, reasons, persons, recipients and their answers.
    """
    state = root / "state"
    environment = {
        "PROVENANCE_STATE": str(state),
        "PROVENANCE_REGISTRY": f"sqlite:///{state}/registry.db",
        "PROVENANCE_USER": "anna.editor",
    }
    os.environ.update(environment)
    folder = root / "pictures"
    paths = tuple(_picture(folder, number, text) for number, text in enumerate(texts))
    done = run("scan", folder, "-j", "1")
    assert done.code in {0, 3}, done.err
    with registry.open_registry(environment["PROVENANCE_REGISTRY"]) as opened:
        session = Session(opened, AuditLog(), "anna.editor", Policy(today=DAY))
        rows = [_finding(n, path, text) for n, (path, text) in enumerate(zip(paths, texts, strict=True))]  # fmt: skip
        _put(session, rows, texts)
    return HostileDesk(
        folder, environment, paths,
        tuple(one.finding_id for one in rows),
        tuple(one.notice_id or "" for one in rows),
        tuple(one.decision_key for one in rows),
    )  # fmt: skip


def _picture(folder: Path, number: int, text: str) -> Path:
    """A picture whose name, IIM and comment are the text, octet for octet."""
    path = folder / f"{number:03}" / file_name(text)
    path.parent.mkdir(parents=True)
    octets = text.encode("utf-8", "surrogatepass")[:_LONGEST_VALUE]
    iim = b"\x1c\x01\x5a\x00\x03\x1b%G"
    for dataset in (80, 103, 105, 110, 115, 120):
        iim += bytes((0x1C, 2, dataset)) + len(octets).to_bytes(2, "big") + octets
    out = io.BytesIO()
    Image.new("L", (16, 16), number % 256).save(out, "JPEG", comment=str(number).encode())
    path.write_bytes(behind_app0(out.getvalue(), segment(0xED, photoshop_block(iim))))
    return path


def _finding(number: int, path: Path, text: str) -> Finding:
    uri = os.path.abspath(path)
    return Finding(
        finding_id=f"f-{number:016x}",
        decision_key=f"d-{number:016x}",
        rule=_RULES[number % len(_RULES)],
        severity=Severity.ERROR,
        confidence=tuple(Confidence)[number % 3],
        fixability=Fixability.UNSAFE,
        status=_STATUSES[number % len(_STATUSES)],
        uri=uri,
        message=text,
        notice_id=notice(number, text).notice_id,
        evidence=(Evidence("identifier", 5.0, text), Evidence("caption-equal", -2.0, text),
                  Evidence("contended", 0.0, text)),
        edits=(
            Edit(uri, Container.IIM, "IIM 2:80", Property.CREATOR_NAMES, text, f"right {text}"),
            Edit(uri, Container.IIM, "IIM 2:120", Property.DESCRIPTION, text, f"{text} right"),
        ),
    )  # fmt: skip


def _put(session: Session, rows: Sequence[Finding], texts: Sequence[str]) -> None:
    notices = [notice(number, text) for number, text in enumerate(texts)]
    with session.registry.write() as tx:
        registry.put_notices(tx, notices, MOMENT)
        registry.replace_findings(tx, [one.uri for one in rows], rows, MOMENT, "audit-1")
        for row, text in zip(rows, texts, strict=True):
            if row.status in _VERDICTS:
                registry.put_decision(tx, _decision(row, text))
            _log(session, tx, row, text)
        for one, row in zip(notices, rows, strict=True):
            _tell(tx, one.notice_id, one.text, row.uri)
    session.log.checkpoint(session.registry, MOMENT)


def _decision(row: Finding, text: str) -> Decision:
    return Decision(row.decision_key, _VERDICTS[row.status], text, MOMENT, text, "2099-12-31", row.finding_id)  # fmt: skip


def _log(session: Session, tx: registry.Transaction, row: Finding, text: str) -> None:
    """The event of a decision, in the words of a hostile person."""
    said = text.encode("utf-8", "replace").decode()
    who = replace(session, agent=said)
    why = (("finding", row.finding_id), ("notice", row.notice_id or ""))
    session.record(tx, Event("reject", agents=who.agents(), why=why, detail=(("reason", said),)))


def _tell(tx: registry.Transaction, notice_id: str, text: str, uri: str) -> None:
    """Duties, deliveries, letters and answers, in hostile words."""
    act = DutyAct(notice_id, Duty.REMOVE_ONLINE.value, DutyState.DONE, text, MOMENT,
                  evidence=text, evidence_sha256="a" * 64, reason=text)  # fmt: skip
    registry.put_duty_acts(tx, [act])
    number = notice_id.removeprefix("n-")
    delivery = Delivery(f"l-{number}", uri, None, text, text, DAY, MOMENT, text, text)
    registry.put_deliveries(tx, [delivery])
    letter = Letter(f"t-{number}", notice_id, text, text, LetterKind.FIRST, MOMENT, text, "b" * 64)
    registry.put_letters(tx, [letter])
    registry.put_answer(
        tx, Answer(notice_id, text, AnswerKind.REFUSED, MOMENT, text, text, text, "c" * 64)
    )
