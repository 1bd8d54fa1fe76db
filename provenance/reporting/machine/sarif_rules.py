"""What a SARIF log declares: one rule per notice, the program's own rules, notifications.

Source: OASIS SARIF 2.1.0 with Errata 01, sections 3.11, 3.12 and 3.49.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from provenance.model import Notice, NoticeKind, Rule, Severity
from provenance.reporting import wording
from provenance.reporting.machine import wire
from provenance.reporting.machine.family_json import section_state
from provenance.reporting.report import ComplianceReport, FileProblem, NoticeSection
from provenance.reporting.text import paragraphs

Json = dict[str, object]

_LEVEL_OF: Final = {
    NoticeKind.CORRECTION: Severity.ERROR,
    NoticeKind.WITHDRAWAL: Severity.ERROR,
    NoticeKind.RESTRICTION: Severity.WARNING,
}
_USUAL: Final = {
    Rule.ERRONEOUS_CREDIT: Severity.ERROR,
    Rule.ERRONEOUS_MENTION: Severity.ERROR,
    Rule.LEAKED_NOTICE: Severity.ERROR,
    Rule.WITHDRAWN: Severity.ERROR,
    Rule.UNREADABLE: Severity.ERROR,
    Rule.CREDIT_INCOMPLETE: Severity.NOTE,
    Rule.CREDIT_TRUNCATED: Severity.NOTE,
    Rule.CONTENT_CREDENTIALS: Severity.NOTE,
}


def said(text: str) -> Json:
    """A plain text message that says just this: no placeholder, no link, nothing invisible.

    Braces are doubled (3.11.5). A bracket before a parenthesis would make a link that leads
    where a file says (3.11.6); a space between them keeps it text.
    """
    shown = paragraphs(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")
    return {"text": shown or "(empty)"}


def declared(report: ComplianceReport) -> list[Json]:
    """All rules: the program's own in their order, then every notice of the report."""
    own = [_own(rule) for rule in Rule]
    return own + [_of_notice(section) for section in report.notices]


def notifications(problems: Iterable[tuple[str, FileProblem]]) -> list[Json]:
    """The kinds of troubles that the run tells of, each once."""
    codes = dict.fromkeys(one.code for _, one in problems)
    return [{"id": code} for code in codes]


def _own(rule: Rule) -> Json:
    title, remedy = wording.RULES[rule]
    level = _USUAL.get(rule, Severity.WARNING).value
    return {
        "id": rule.value,
        "shortDescription": said(title),
        "help": said(remedy),
        "defaultConfiguration": {"level": level},
    }


def _of_notice(section: NoticeSection) -> Json:
    notice = section.notice
    return {
        "id": notice.notice_id,
        "shortDescription": said(_title(notice)),
        "fullDescription": said(notice.text),
        "help": said(_asked(notice)),
        "defaultConfiguration": {"level": _LEVEL_OF[notice.kind].value},
        "properties": wire.notice(notice)
        | {"state": section_state(section).value, "settled": section.is_settled},
    }


def _title(notice: Notice) -> str:
    """Who speaks, and the correction in a line: ``AFP: Rosa TEIXEIRA, not Ana LIM``."""
    pairs = [
        f"{pair.right}, not {pair.wrong}" if pair.wrong else pair.right
        for pair in notice.corrections
        if pair.right
    ]
    return f"{wording.sender(notice)}: {'; '.join(pairs) or notice.kind.value}"


def _asked(notice: Notice) -> str:
    """What is to be done about it."""
    asked = wording.duties(notice)
    return (
        f"{asked} See `provenance notices show {notice.notice_id}` and `provenance fix`."
        if asked
        else f"See `provenance notices show {notice.notice_id}` and `provenance fix`."
    )
