"""The answer to an agency as a page, as plain text and as JSON."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from provenance.model import Answer, Fixity, Notice
from provenance.reporting import wording
from provenance.reporting.correspondence.statement import (
    ACTS,
    WORDS,
    Copy,
    Deed,
    Statement,
    asked,
    duty_evidence,
)
from provenance.reporting.machine import wire
from provenance.reporting.machine.wire import Json
from provenance.reporting.page.html import csp_hash, environment, stylesheet
from provenance.reporting.text import one_line, paragraphs
from provenance.reporting.third_parties import ANSWERS, ThirdParty


def page(statement: Statement) -> str:
    """The statement as one self-contained HTML page that prints on A4 and Letter."""
    style = stylesheet("statement.css")
    return (
        environment()
        .get_template("statement.html.j2")
        .render(
            **_shown(statement),
            style=Markup(style),  # noqa: S704 - our own file, shipped with the package
            style_hash=csp_hash(style),
        )
        .lstrip()
    )


def plain(statement: Statement) -> str:
    """The statement as text, for the body of a mail."""
    return _plain_environment().get_template("statement.txt.j2").render(**_shown(statement))


def _shown(statement: Statement) -> dict[str, object]:
    return {
        "statement": statement,
        "notice": statement.notice,
        "asked": asked(statement.notice),
        "words": WORDS,
        "acts": ACTS,
        "said": said,
        "days": days,
        "kept": kept,
        "when": wording.moment,
    }


def kept(deed: Deed) -> str:
    """Whether the picture stayed what it was."""
    if deed.keeps_picture is None:
        return ""
    if deed.keeps_picture:
        return "All but the credit metadata is octet for octet what it was."
    return "The picture data changed."


def said(party: ThirdParty) -> str:
    """What a third party answered, and when."""
    answer = party.answer
    if answer is None:
        return "no answer yet"
    parts = [f"{ANSWERS[answer.kind]}, {wording.moment(answer.received)}"]
    parts += [f"“{answer.words}”"] if answer.words else []
    given = duty_evidence(answer.evidence, answer.evidence_sha256)
    parts += [f"evidence: {given}"] if given else []
    return "; ".join(parts)


def days(party: ThirdParty) -> str:
    """On which days a third party got copies."""
    return ", ".join(wording.moment(one) for one in dict.fromkeys(d.day for d in party.deliveries))


@lru_cache(maxsize=1)
def _plain_environment() -> Environment:
    made = Environment(  # noqa: S701 - no markup is made
        loader=PackageLoader("provenance.reporting"),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["quoted"] = _quoted
    made.globals["count"] = wording.count
    return made


def _finalize(value: object) -> object:
    """Every value stands on one line, but for what ``quoted`` has marked line by line."""
    if isinstance(value, _Quoted) or not isinstance(value, str):
        return value
    return one_line(value)


class _Quoted(str):
    """Text that was made safe, each of its lines behind a mark."""

    __slots__ = ()


def _quoted(words: str, mark: str) -> _Quoted:
    return _Quoted("\n".join((mark + line).rstrip() for line in paragraphs(words).split("\n")))


def document(statement: Statement) -> str:
    """The statement as JSON."""
    told: Json = {
        "schemaVersion": wire.SCHEMA_VERSION,
        "generated": statement.generated,
        "signed": statement.signed,
        "program": statement.program,
        "notice": _notice(statement.notice),
        **_times(statement),
        "counts": {outcome.value: number for outcome, number in statement.counts},
        "copies": [_copy(one) for one in statement.copies],
        "complete": not statement.more,
        "thirdParties": [_party(one) for one in statement.parties],
        "thirdPartiesUndecided": statement.unsure_parties,
        "open": list(statement.open),
        "log": _log(statement),
    }
    return wire.dump(told)


def _notice(notice: Notice) -> Json:
    return {
        "noticeId": notice.notice_id,
        "provider": notice.provider,
        "kind": notice.kind.value,
        "received": notice.received,
        "corrections": [
            {
                "property": one.property.value if one.property else None,
                "wrong": one.wrong,
                "right": one.right,
            }
            for one in notice.corrections
        ],
        "targets": [{"kind": one.kind.value, "value": one.value} for one in notice.targets],
        "text": notice.text,
    }


def _times(statement: Statement) -> Json:
    clock, known = statement.clock, statement.is_receipt_known
    return {
        "received": clock.received if known else None,
        "milestones": [
            {
                "milestone": one.milestone.value,
                "reached": one.reached,
                "seconds": one.seconds if known else None,
            }
            for one in clock.milestones
        ],
        "duties": [
            {
                "duty": one.duty,
                "state": one.state.value,
                "closed": one.closed,
                "seconds": one.seconds if known else None,
                "told": told,
            }
            for one, (_, _, told) in zip(clock.duties, statement.duties, strict=True)
        ],
    }


def _copy(one: Copy) -> Json:
    return {
        "number": one.number,
        "name": one.name,
        "mediaType": one.media_type,
        "outcome": one.outcome.value,
        "reason": one.reason,
        "deeds": [
            {
                "act": deed.act,
                "when": deed.when,
                "before": _fixity(deed.before),
                "after": _fixity(deed.after),
                "pictureUnchanged": deed.keeps_picture,
                "logIndex": deed.log_index,
                "values": [
                    {"locator": place, "before": before, "after": after}
                    for place, before, after in deed.values
                ],
            }
            for deed in one.deeds
        ],
    }


def _fixity(one: Fixity | None) -> Json | None:
    return None if one is None else {"sha256": one.sha256, "imageDigest": one.image_digest}


def _party(one: ThirdParty) -> Json:
    return {
        "recipient": one.recipient,
        "received": list(dict.fromkeys(delivery.day for delivery in one.deliveries)),
        "told": [letter.sent for letter in one.letters if letter.sent],
        "state": one.state.value,
        "answer": _answer(one.answer),
    }


def _answer(one: Answer | None) -> Json | None:
    if one is None:
        return None
    return {
        "kind": one.kind.value,
        "received": one.received,
        "words": one.words,
        "evidence": duty_evidence(one.evidence, one.evidence_sha256),
    }


def _log(statement: Statement) -> Json:
    log, evidence = statement.log, statement.evidence
    return {
        "origin": log.origin if log else None,
        "size": log.size if log else None,
        "rootHash": log.root_hash if log else None,
        "records": statement.records,
        "evidence": {"file": evidence[0], "sha256": evidence[1]} if evidence else None,
    }
