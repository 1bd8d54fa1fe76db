"""The acts of the log in plain words, for people outside the desk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
        "quarantine.intent": "moving this withdrawn file out of reach was begun",
        "quarantine.commit": "this withdrawn file was moved out of reach, and is kept",
        "quarantine.abort": "moving this file out of reach was given up; it is where it was",
        "quarantine.conflict": "this file was not moved: somebody else had changed it",
        "release.intent": "giving this file back its place was begun",
        "release.commit": "this file was given back its place",
        "release.abort": "giving this file back its place was given up; it is still kept away",
        "release.conflict": "this file was not given back: its place or its bytes were changed",
        "destroy.intent": "deleting this withdrawn file was begun, on a named decision",
        "destroy.commit": "this withdrawn file was deleted, on a named decision",
        "destroy.abort": "deleting this file was given up; it is still kept away",
        "destroy.conflict": "this file was not deleted: it was not what had been kept",
        "report.export": "a report was given out",
        "duty.done": "a duty that the notice names was closed as done",
        "duty.waive": "a duty that the notice names was waived, on a named decision",
        "duty.reopen": "a duty that the notice names was opened again",
        "delivery.record": "a person recorded that a third party has this picture",
        "delivery.import": "a list of pictures that third parties have was imported",
        "letter.write": "a letter to a third party was written",
        "letter.sent": "a person said that a letter to a third party was sent",
        "letter.answer": "a third party's answer was recorded",
    }
)
"""Each act of ``record.ACTS`` in the words of the page; a test holds the two together."""

_OF_NO_KNOWN_ACT: Final = "something was done that this page has no words for"


def said(act: object) -> str:
    """Return an act in plain words; of one that a later version may know, its own name."""
    return SAID.get(str(act), f"{_OF_NO_KNOWN_ACT} ({act})")
