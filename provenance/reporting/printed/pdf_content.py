"""What stands in the PDF, as plain JSON values: the typesetter is given data, never markup.

Every string is safe to show (``text.printable``), of bounded length, and has places where a
line may end. Pictures are named by number; their octets travel beside the data.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from provenance.duties.clock import DutyStanding, MilestoneStanding
from provenance.reporting import owed, wording
from provenance.reporting.overview import agency
from provenance.reporting.page import entries, view
from provenance.reporting.printed import pdf_overview
from provenance.reporting.report import ComplianceReport, NoticeSection, Picture
from provenance.reporting.text import one_line, paragraphs
from provenance.reporting.thumbnails import EDGE, SMALL_EDGE

Json = dict[str, object]
Draw = Callable[[Picture, int], Json | None]
Fit = Callable[[int], int]

MOST_LISTED: Final = 500
"""Rows of one list; the rest is counted."""
IN_FULL: Final = 50
"""Entries of one section that are shown in full; each further one is a line of a table."""
MOST_IN_FULL: Final = 500
"""Entries of the whole document that are shown in full."""
_MOST_SAID = 60
_MOST_LINES = 150
_MOST_TEXT = 12_000
_MOST_VALUE = 4_000
_MOST_LINE = 600
_ZERO_WIDTH: Final = "\N{ZERO WIDTH SPACE}"
_LONG_WORD = re.compile(r"\S{13,}")
_JOINT = re.compile(r"(?<=[/\\._\-=&?,;:@])(?=[^/\\._\-=&?,;:@\s])")
_NO_WORD = 30
_STRIDE = 8
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_LEFT_TO_RIGHT: Final = "L"
_DIRECTION_WITHIN = 400


def content(report: ComplianceReport, draw: Draw, fit: Fit = int) -> Json:
    """The whole report as JSON values.

    Args:
        report: what to tell.
        draw: gives a picture's number and size (``{"file", "width", "height"}``), or
            ``{"reason"}``; None where none is to be shown.
        fit: of so many pictures of one entry, for how many there is room; the rest is counted.

    Returns:
        Strings, numbers, lists and objects only, and under ``id`` a digest of all of them.
    """
    shown = zip(report.notices, view.notices(report), strict=True)
    room = _Room(draw, fit)
    troubles = [one for one in report.problems if one.code != "decision-unused"]
    idle = [one for one in report.problems if one.code == "decision-unused"]
    told: Json = {
        "title": line(wording.verdict(report)),
        "stamp": _stamp(report),
        "log": _log(report),
        "overview": pdf_overview.told(report),
        "notices": [_notice(section, seen, room) for section, seen in shown],
        "rules": [_rule(one, room) for one in view.rules(report)],
        "unreadable": _listed(
            [
                *((one.ref.display, one.reason, one.remedy) for one in report.unreadable),
                *((one.path, one.message, one.remedy) for one in troubles),
            ]
        ),
        "idle": _listed([(one.path, one.message, one.remedy) for one in idle]),
    }
    told["id"] = _digest(told)
    return told


def line(text: str) -> str:
    """Text on one line, cut to a length at which a line is still read."""
    return _breakable(_cut(text, _MOST_LINE, one_line))


def block(text: str, most: int = _MOST_VALUE) -> Json:
    """Text with its own line ends, and whether it runs from right to left."""
    shown = _fewer_lines(_cut(text, most, paragraphs), _MOST_LINES)
    return {"lines": [_breakable(one) for one in shown.split("\n")], "rtl": _is_rtl(shown)}


def _stamp(report: ComplianceReport) -> Json:
    stamp = report.stamp
    scope = [line(one) for one in stamp.scope[:MOST_LISTED]]
    hidden = len(stamp.scope) - len(scope)
    if hidden:
        scope.append(f"and {wording.count(hidden, 'more path')}")
    return {
        "scope": scope or ["The whole registry"],
        "made": line(wording.moment(stamp.generated)),
        "by": line(stamp.generated_by),
        "program": line(stamp.program),
        "assets": f"{report.assets:,}",
        "unreadable": f"{len(report.unreadable):,}",
    }


def _log(report: ComplianceReport) -> Json | None:
    if report.log is None:
        return None
    log = report.log
    return {"origin": line(log.origin), "size": f"{log.size:,}", "root": line(log.root_hash)}


def _notice(section: NoticeSection, seen: view.NoticeView, room: _Room) -> Json:
    notice, clock = section.notice, section.clock
    unclean = [(line(state), line(path)) for path, state in seen.unclean]
    return {
        "sender": line(wording.sender(notice)),
        "essences": [_essence(one) for one in seen.essences[:MOST_LISTED]],
        "state": line(seen.label),
        "open": not section.is_settled,
        "overdue": section.is_overdue,
        "facts": _facts(section, seen),
        "duties_asked": line(f"{wording.duties(notice)} {wording.replacement(notice)}"),
        "restrictions": line(wording.restrictions(notice)),
        "text": block(notice.text, _MOST_TEXT),
        "language": _language(notice.language),
        "unparsed": block(notice.unparsed) if notice.unparsed else None,
        "cut": not notice.complete,
        "targets": [
            [line(one.kind.value), line(one.value)] for one in notice.targets[:MOST_LISTED]
        ],
        "remark": line(seen.remark),
        "milestones": [_milestone(one) for one in (clock.milestones if clock else ())],
        "duties": _duties(clock.duties if clock else (), seen.duties),
        "parties": [_party(one) for one in seen.parties[:MOST_LISTED]],
        "more_parties": max(0, len(seen.parties) - MOST_LISTED),
        "unclean": [list(one) for one in unclean[:MOST_LISTED]],
        "more_unclean": max(0, len(unclean) - MOST_LISTED),
        "tidy": [[line(one.state), line(one.ref.display)] for one in seen.tidy[:MOST_LISTED]],
        "more_tidy": max(0, len(seen.tidy) - MOST_LISTED),
        **room.shown(seen.entries),
    }


def _facts(section: NoticeSection, seen: view.NoticeView) -> list[list[str]]:
    notice = section.notice
    rows = [
        ("Agency", agency(notice)),
        ("Received", wording.moment(notice.received) or "Not known"),
        ("Authority", wording.authority(notice)),
        ("Copies here", seen.counts or "None found"),
        ("Time", seen.clock),
        ("Whole registry", seen.members),
        ("Read with", wording.reading(notice)),
        ("Notice id", notice.notice_id),
    ]
    return [[label, line(value)] for label, value in rows if value]


def _essence(one: wording.Essence) -> Json:
    return {
        "plain": line(one.plain),
        "right": line(one.right or ""),
        "wrong": line(one.wrong or ""),
    }


def _milestone(one: MilestoneStanding) -> list[str]:
    missed = "Overdue" if one.reached is None else "Late"
    return [
        owed.MILESTONES[one.milestone],
        line(wording.moment(one.reached)) if one.reached else "Not yet",
        wording.lasted(one.seconds),
        line(wording.moment(one.due)) if one.due else "No limit",
        missed if one.overdue else "",
    ]


def _duties(standings: Sequence[DutyStanding], told: Sequence[owed.Owed]) -> list[list[str]]:
    return [_duty(one, shown) for one, shown in zip(standings, told, strict=True)]


def _duty(one: DutyStanding, shown: owed.Owed) -> list[str]:
    """A duty, with the whole digest of its evidence: a lawyer compares it."""
    act = one.act
    evidence = act.evidence if act else ""
    if act and act.evidence_sha256:
        evidence += f" (SHA-256 {act.evidence_sha256})"
    return [line(one) for one in (shown.label, shown.said, shown.by, shown.took, evidence)]


def _party(one: owed.Party) -> list[str]:
    name = f"{one.name} ({one.contact})" if one.contact else one.name
    return [line(told) for told in (name, one.got, one.told, one.answer, one.state)]


class _Room:
    """Shows entries in full as long as there is room, and the others as lines of a table."""

    def __init__(self, draw: Draw, fit: Fit) -> None:
        self._draw = draw
        self._fit = fit
        self._left = MOST_IN_FULL

    def shown(self, told: Sequence[entries.Entry]) -> Json:
        """A section's copies."""
        number = min(IN_FULL, self._left, len(told))
        self._left -= number
        return {
            "entries": [self._entry(one) for one in told[:number]],
            "rest": [row for one in told[number:] for row in _rows(one)],
        }

    def _entry(self, one: entries.Entry) -> Json:
        drawn = self._fit(len(one.looks))
        more = len(one.looks) - drawn
        return {
            "looks": [self._look(look, one) for look in one.looks[:drawn]],
            "undrawn": wording.count(more, "more picture") if more else "",
            "files": [
                {"path": _numbered(file), "published": [line(each) for each in file.published]}
                for file in one.files
            ],
            "fixes": [_said(said) for said in one.fixes],
            "findings": [_finding(finding) for finding in one.findings],
        }

    def _look(self, look: entries.Look, one: entries.Entry) -> Json:
        edge = EDGE if look.large else SMALL_EDGE
        picture = {"reason": look.instead} if look.instead else self._draw(look.picture, edge)
        return {"picture": picture, "alt": line(look.alt), "of": _copies(look, one)}


def _rows(one: entries.Entry) -> Iterator[Json]:
    """Each finding of an entry as a line: where, what, how it stands, who said or did it."""
    for told in one.findings:
        done = [_said(said) for said in (*told.decisions, *one.fixes)]
        yield {
            "files": [_numbered(file) for file in one.files],
            "message": line(told.message),
            "label": line(told.label),
            "done": done,
        }


def _rule(one: view.RuleView, room: _Room) -> Json:
    return {
        "title": line(one.title),
        "remedy": line(one.remedy),
        "rule": line(one.rule),
        "count": f"{one.files:,}",
        **room.shown(one.entries),
    }


def _copies(look: entries.Look, one: entries.Entry) -> str:
    number = len(one.files)
    every = f"{wording.count(number, 'copy', 'copies')} of one picture" if number > 1 else ""
    return line(look.of or every)


def _numbered(file: entries.FileView) -> str:
    return line(f"{file.number}. {file.path}" if file.number else file.path)


def _said(one: entries.Said) -> str:
    return line(f"{one.text} ({one.of})" if one.of else one.text)


def _finding(one: entries.Told) -> Json:
    return {
        "rule": line(one.rule),
        "stage": one.stage,
        "label": line(one.label),
        "message": line(one.message),
        "standing": line(one.standing),
        "reasons": [
            [reason.sign, line(reason.text), reason.weight, line(reason.of)]
            for reason in one.reasons[:MOST_LISTED]
        ],
        "again": line(one.again),
        "changes": [_change(change) for change in one.changes[:_MOST_SAID]],
        "more_changes": max(0, len(one.changes) - _MOST_SAID),
        "decisions": [_said(said) for said in one.decisions[:_MOST_SAID]],
        "proposed": [_said(said) for said in one.proposed[:MOST_LISTED]],
    }


def _change(shared: entries.Shared) -> Json:
    one = shared.change
    pieces: list[list[object]] = []
    rtl = _is_rtl("".join(run.text[:_DIRECTION_WITHIN] for run in one.runs[:_MOST_SAID]))
    left, lines = _MOST_VALUE, _MOST_LINES
    for run in one.runs:
        if left <= 0 or lines <= 0:
            pieces.append(["skipped", ["[the rest is left out]"]])
            break
        shown = _fewer_lines(_cut(run.text, left, paragraphs), lines)
        left -= len(run.text)
        lines -= shown.count("\n")
        pieces.append([run.kind.value, [_breakable(one) for one in shown.split("\n")]])
    return {
        "label": line(one.label),
        "places": [
            [line(", ".join(spots.places)), line(spots.of)] for spots in shared.spots[:MOST_LISTED]
        ],
        "runs": pieces,
        "removed": one.removed,
        "rtl": rtl,
    }


def _listed(rows: Sequence[tuple[str, str, str]]) -> Json:
    shown = [[line(path), line(f"{why} {remedy}")] for path, why, remedy in rows[:MOST_LISTED]]
    return {"rows": shown, "more": max(0, len(rows) - len(shown))}


def _cut(text: str, most: int, show: Callable[[str], str]) -> str:
    """Text made safe to show and of about that length; hidden characters grow eightfold by it."""
    kept = min(len(text), most)
    shown = show(text[:kept])
    if len(shown) > most:
        kept = max(1, kept * most // len(shown))
        shown = show(text[:kept])
    more = len(text) - kept
    return f"{shown} [{more:,} more characters]" if more > 0 else shown


def _fewer_lines(text: str, most: int) -> str:
    lines = text.split("\n", most)
    if len(lines) <= most:
        return text
    rest = lines.pop()
    return "\n".join(lines) + f" [{rest.count(chr(10)) + 1:,} more lines]"


def _breakable(text: str) -> str:
    """The same text, with places where a line may end inside of its longest words."""
    return _LONG_WORD.sub(lambda found: _parted(found.group()), text)


def _parted(word: str) -> str:
    cuts = [0, *(found.start() for found in _JOINT.finditer(word)), len(word)]
    pieces: list[str] = []
    for start, end in pairwise(cuts):
        stride = _STRIDE if end - start > _NO_WORD else _NO_WORD
        pieces.extend(word[at : min(at + stride, end)] for at in range(start, end, stride))
    return _ZERO_WIDTH.join(pieces)


def _is_rtl(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left (UAX 9, P2)."""
    strong: Iterable[str] = (unicodedata.bidirectional(char) for char in text[:_DIRECTION_WITHIN])
    first = next((one for one in strong if one == _LEFT_TO_RIGHT or one in _RIGHT_TO_LEFT), "")
    return first in _RIGHT_TO_LEFT


def _language(tag: str) -> str:
    found = _LANGUAGE.match(tag)
    return found.group().lower() if found else "en"


def _digest(told: Json) -> str:
    """The report's own name: sixteen digits of the SHA-256 of all that stands in it."""
    whole = json.dumps(told, sort_keys=True, ensure_ascii=True).encode("ascii")
    digits = hashlib.sha256(whole).hexdigest()[:16]
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))
