"""Hostile text in every field that anybody outside can fill, against every form of report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import hit_detectors
import pytest
from crowd_material import MOMENT, crowd, family, letter, statement
from lxml import html as parser
from payload_material import PAYLOADS, SHORT, TEXTS, harmless, twin
from PIL import Image

from provenance.auditlog.outsiders import evidence_page
from provenance.auditlog.outsiders.evidence_page import Told
from provenance.cli import report_checked
from provenance.model import AssetRef, Checkpoint
from provenance.pipeline.reports.report_check import GivenOut, ReportCheck, Verdict
from provenance.reporting.correspondence import letters, statement_forms
from provenance.reporting.machine import wire, workbook
from provenance.reporting.machine.compliance_json import compliance_document
from provenance.reporting.machine.csv import findings_csv
from provenance.reporting.machine.sarif import sarif_document
from provenance.reporting.page import family_page, html
from provenance.reporting.printed import pdf
from provenance.reporting.text import one_line, paragraphs, printable
from provenance.reporting.thumbnails import Thumbnail

_ALL = 1_000_000
_PDF_PLACES = 6


def _tiny() -> bytes:
    out = io.BytesIO()
    Image.new("L", (3, 2)).save(out, "JPEG")
    return out.getvalue()


_JPEG = _tiny()


class Gallery:
    """Pictures for all, so that the hostile captions reach the alternative texts."""

    def of(self, ref: AssetRef, edge: int = 0) -> Thumbnail:
        return Thumbnail(_JPEG, 3, 2)


def _report_page(texts: Sequence[str]) -> str:
    return html.render(crowd(texts), Gallery(), most_thumbnails=_ALL)


def _family_page(texts: Sequence[str]) -> str:
    return family_page.render(family(texts), Gallery(), most=_ALL)


def _findings_csv(texts: Sequence[str]) -> str:
    return findings_csv(crowd(texts), every=True)


def _audit_json(texts: Sequence[str]) -> str:
    return wire.dump(wire.audit_document(crowd(texts), every=True))


def _sarif(texts: Sequence[str]) -> str:
    return wire.dump(sarif_document(crowd(texts), every=True))


def _workbook(texts: Sequence[str]) -> bytes:
    return workbook.render(crowd(texts))


def _pdf(texts: Sequence[str]) -> bytes:
    """Several texts in one place, since every place takes typst its time."""
    joined = [" ".join(texts[at::_PDF_PLACES]) for at in range(min(_PDF_PLACES, len(texts)))]
    return pdf.render(crowd(joined), Gallery())


def _statements(texts: Sequence[str]) -> list[str]:
    return [statement_forms.page(statement(n, text)) for n, text in enumerate(texts)]


def _plain_statements(texts: Sequence[str]) -> list[str]:
    return [statement_forms.plain(statement(n, text)) for n, text in enumerate(texts)]


def _statement_documents(texts: Sequence[str]) -> list[str]:
    return [statement_forms.document(statement(n, text)) for n, text in enumerate(texts)]


def _letters(texts: Sequence[str]) -> list[bytes]:
    return [letters.eml(letter(text), ("en", "fr"), "t-1", MOMENT) for text in texts]


def _each(hits: Callable[[Any, Any], list[str]]) -> Callable[[list[Any], list[Any]], list[str]]:
    """The same detector on one document after another."""
    return lambda drawn, plain: [
        hit for one, other in zip(drawn, plain, strict=True) for hit in hits(one, other)
    ]


def _page_hits(page: str, plain: str) -> list[str]:
    return hit_detectors.page_hits(page, hit_detectors.shape_of(plain))


def _csv_hits(text: str, plain: str) -> list[str]:
    return hit_detectors.csv_hits(text, len(list(csv.reader(io.StringIO(plain, newline="")))))


def _terminal_hits(text: str, _plain: str) -> list[str]:
    return hit_detectors.terminal_hits(text)


def _evidence_hits(page: str, plain: str) -> list[str]:
    """What differs is marked, and how much differs depends on the words alone."""
    hits = _page_hits(page, plain)
    return [
        hit for hit in hits if "<mark " not in hit and "U+200C" not in hit and "U+200D" not in hit
    ]


@dataclass(frozen=True)
class Output:
    """One form of report: how it is drawn from texts, and how a hit in it is seen."""

    name: str
    draw: Callable[[Sequence[str]], Any]
    hits: Callable[[Any, Any], list[str]]


def _compliance_json(texts: Sequence[str]) -> str:
    return wire.dump(compliance_document(crowd(texts)))


def _told(index: int, text: str) -> tuple[Told, Told]:
    here = {"path": text, "sha256": text, "img": text}
    arrival = {"act": "notice.import", "at": text, "outcome": text,
               "why": {"notice": text, "authority": text},
               "detail": {"provider": text, "kind": text, "received": text}}  # fmt: skip
    fix = {"act": "fix.commit", "at": text, "outcome": text,
           "agents": [{"role": text, "id": text}], "why": {"notice": text},
           "objects": [{"role": "source", **here}, {"role": "outcome", **here}],
           "detail": {"reason": text},
           "change": [{"f": text, "old": "c:1", "new": "c:2"}]}  # fmt: skip
    words = {"change/0/old": text, "change/0/new": f"{text} right"}
    kept = frozenset(words)
    return Told(index, arrival, {}, frozenset()), Told(index + 1, fix, words, kept)


def _evidence_page(texts: Sequence[str]) -> str:
    checkpoint = Checkpoint("log.example", 9, bytes(32), "log.example\n9\nroot\n\n— sig\n")
    records = [record for n, text in enumerate(texts) for record in _told(2 * n, text)]
    said = " ".join(texts)
    return evidence_page.render(records, checkpoint, said, said, said.encode("utf-8", "replace"))


def _checks(texts: Sequence[str]) -> list[str]:
    """The answer of ``report --verify``, for a person."""
    return ["\n".join(report_checked.lines(_check(text))) for text in texts]


def _check(text: str) -> ReportCheck:
    given = GivenOut(7, text, text, text, text, 3, text, 2)
    return ReportCheck(
        Verdict.LOG_BROKEN, text, "a" * 64, text, text, given, text, 9, 9, (text,) * 7
    )


OUTPUTS = (
    Output("html", _report_page, _page_hits),
    Output("family page", _family_page, _page_hits),
    Output("csv", _findings_csv, _csv_hits),
    Output("json", _audit_json, hit_detectors.json_hits),
    Output("sarif", _sarif, hit_detectors.sarif_hits),
    Output("xlsx", _workbook, hit_detectors.workbook_hits),
    Output("pdf", _pdf, hit_detectors.pdf_hits),
    Output("statement", _statements, _each(_page_hits)),
    Output("statement as text", _plain_statements, _each(_terminal_hits)),
    Output("statement as json", _statement_documents, _each(hit_detectors.json_hits)),
    Output("letters", _letters, _each(hit_detectors.letter_hits)),
    Output("compliance as json", _compliance_json, hit_detectors.json_hits),
    Output("evidence page", _evidence_page, _evidence_hits),
    Output("report check", _checks, _each(_terminal_hits)),
)


def _plain(number: int) -> tuple[str, ...]:
    return tuple(map(harmless, range(number)))


def test_there_are_enough_payloads_and_none_twice() -> None:
    assert len(set(TEXTS)) == len(PAYLOADS) >= 150
    assert len(SHORT) >= 150
    assert all(payload.aim for payload in PAYLOADS)


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda one: one.name)
def test_no_payload_hits(output: Output, record_property: Callable[[str, object], None]) -> None:
    plain = _plain(len(SHORT))
    hits = output.hits(output.draw(SHORT), output.draw(plain))
    if hits:
        guilty = hit_detectors.culprits(
            SHORT,
            lambda some: bool(output.hits(output.draw(some), output.draw(plain[: len(some)]))),
        )
        pytest.fail(f"{output.name}: {hits[:8]} by {guilty[:8]}")
    record_property("payloads", len(SHORT))


LONG = tuple(text for text in TEXTS if text not in SHORT)


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda one: one.name)
def test_no_payload_hits_by_its_length(output: Output) -> None:
    """Beside as long a harmless one: what is cut for reading is cut alike."""
    plain = [f"{twin(text)} {number}" for number, text in enumerate(LONG)]
    assert not output.hits(output.draw(LONG), output.draw(plain))


def test_a_page_shows_the_text_itself() -> None:
    """Inert must not mean lost: the reader sees what stands in the file."""
    said = parser.document_fromstring(_report_page(SHORT)).text_content()
    words = " ".join(said.split())
    lost = [text for text in SHORT if " ".join(paragraphs(text).split()) not in words]
    assert not lost


def test_json_gives_programs_the_text_itself() -> None:
    found = json.loads(_audit_json(SHORT))["findings"]
    assert {one["message"] for one in found} == {_joined(text) for text in SHORT}


def _joined(text: str) -> str:
    """Neighbouring halves of a surrogate pair are one character to any JSON reader."""
    return json.loads(json.dumps(text))


def test_terminal_text_is_inert() -> None:
    for text in TEXTS:
        assert not hit_detectors.terminal_hits(printable(text)), ascii(text)
        assert not hit_detectors.hidden(one_line(text), allowed=""), ascii(text)
