"""Which items of a wire are notices, of what, and in whose words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from item_material import CAPTION, DPA_URN, item
from notice_material import BOATS, KILL, NOTICE, bracket

from provenance import grammars
from provenance.grammars import Context, Pair, Reading
from provenance.grammars.frame import frame
from provenance.model import (
    Confidence,
    Correction,
    Duty,
    ItemClass,
    Notice,
    NoticeKind,
    Property,
    Pubstatus,
    Replacement,
    TargetKind,
)
from provenance.notices.wires.item import Item
from provenance.notices.wires.items import carried


def _notices(*items: Item, text: str = "") -> tuple[Notice, ...]:
    parsed = carried(items, source="feed.xml", text=text)
    assert parsed.items == items
    assert parsed.errors == ()
    return parsed.notices


def _one(item_: Item, text: str = "") -> Notice:
    (found,) = _notices(item_, text=text)
    return found


# ---- which items are notices ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "signal",
    [
        "sig:correction", "SIG:Correction", "edStat:C", "editorialtype:Correction",
        "editorialtype:Corrective", "editorialtype:Clarification", "editorialrole:Corrective",
        "instruction:Correction", "state:corrected", "operation:correct", "correction_sequence:1",
        "nitf:correction",
    ],
)  # fmt: skip
def test_signals_of_a_correction(signal: str) -> None:
    found = _one(item("Ort falsch", signals=[signal]))
    assert (found.kind, found.pubstatus) == (NoticeKind.CORRECTION, Pubstatus.USABLE)
    assert (found.form, found.confidence) == ("newsml-g2", Confidence.STRONG)


@pytest.mark.parametrize(
    "signal",
    [
        "edStat:D", "msgType:D", "editorialtype:Kill", "editorialtype:Elimination",
        "editorialtype:Disregard", "instruction:Delete", "state:killed", "state:recalled",
        "state:unpublished", "operation:kill", "operation:takedown",
    ],
)  # fmt: skip
def test_signals_of_a_withdrawal(signal: str) -> None:
    found = _one(item("Nicht verwenden", signals=["edStat:C", signal]))
    assert (found.kind, found.pubstatus) == (NoticeKind.WITHDRAWAL, Pubstatus.CANCELED)
    assert found.confidence is Confidence.STRONG
    assert found.corrections == ()


@pytest.mark.parametrize(
    "signal",
    [
        "sig:update", "sig:repeat", "sig:atomicupdate", "edStat:U", "edStat:N", "msgType:S",
        "msgType:A", "msgType:R", "editorialtype:Writethru", "editorialtype:Add",
        "editorialtype:Lead", "editorialtype:Advisory", "instruction:Update", "update:A",
        "state:published", "state:being_corrected", "state:correction", "correction_sequence:0",
        "operation:update", "newscontent", "C", "D", ":", "", "other:correction", "pubstatus:x",
    ],
)  # fmt: skip
def test_signals_that_mark_nothing(signal: str) -> None:
    assert _notices(item("Weitere Bilder folgen", signals=[signal])) == ()


def test_status_alone_is_a_notice() -> None:
    killed = _one(item(pubstatus=Pubstatus.CANCELED, values=(), signals=["sig:update"]))
    assert (killed.kind, killed.pubstatus) == (NoticeKind.WITHDRAWAL, Pubstatus.CANCELED)
    assert killed.text == f"withdrawal of {DPA_URN} (pubstatus canceled, sig:update)"
    assert killed.occurrences[0].locator == "newsml-g2 status"
    held = _one(item(pubstatus=Pubstatus.WITHHELD))
    assert (held.kind, held.pubstatus) == (NoticeKind.WITHDRAWAL, Pubstatus.WITHHELD)
    assert (held.text, held.occurrences[0].locator) == ("Boote in Lyon", "newsml-g2 headline")


def test_a_withdrawn_item_is_not_corrected_as_well() -> None:
    # Known from a real wire: first edStat:C, then edStat:D with the old headline unchanged.
    headline = ((Property.HEADLINE, "CORRECTED-S. River floods as it builds downstream"),)
    found = _one(
        item(
            pubstatus=Pubstatus.CANCELED,
            signals=["edStat:D"],
            values=headline,
            item_class=ItemClass.TEXT,
        )
    )
    assert (found.kind, found.text) == (NoticeKind.WITHDRAWAL, headline[0][1])
    assert (found.item_class, found.targets) == (ItemClass.TEXT, ())


@pytest.mark.parametrize("role", ["correction", "correctionshort", "Correction"])
def test_what_was_added_under_an_update_is_no_notice(role: str) -> None:
    words = f"ergänzt: Haftbefehl erlassen. {NOTICE}"
    assert _notices(item(words, signals=["sig:update"], roles=[role])) == ()
    assert _one(item(words, signals=["sig:correction", "sig:update"], roles=[role]))


@pytest.mark.parametrize(
    "words",
    [
        "ATTENTION EDITORS - THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY.",
        "EDITORS NOTE: Graphic content", "ACHTUNG: Nur zur redaktionellen Verwendung",
        "TURKEY OUT  NOV. 11, 2019 FILE PHOTO", "MANDATORY CREDIT", "TPX IMAGES OF THE DAY",
        "RESTRICTED TO EDITORIAL USE - NO MARKETING", 'SEARCH "BOATS" FOR THIS STORY',
        "Noe utvidet.", "Zu diesem Text finden Sie Bilder", "",
    ],
)  # fmt: skip
def test_furniture_never_fires(words: str) -> None:
    plain = item(words, values=((Property.DESCRIPTION, words), (Property.HEADLINE, words)))
    assert _notices(plain) == ()
    assert _notices(replace(plain, signals=("sig:update",))) == ()


# ---- words ---------------------------------------------------------------------------------------


def test_a_note_that_no_grammar_knows_is_unparsed() -> None:
    found = _one(item("Die dritte Person von links\nheißt anders.", signals=["sig:correction"]))
    assert found.corrections == ()
    assert found.text == "Die dritte Person von links\nheißt anders."
    assert found.unparsed == "Die dritte Person von links heißt anders"


def test_the_notes_that_speak_of_the_correction_are_its_text() -> None:
    many = item(
        "Die Zahl war falsch.",
        "Zahl berichtigt?",
        "dpa xy yyzz a1",
        "Redaktion: +49 30 1",
        "Zu diesem Text finden Sie Bilder",
        "NO SALES",
        roles=["correction", "correctionshort", "closingline", "dpacontacts", "editorialnote"],
        signals=["sig:correction"],
    )
    assert _one(many).text == "Die Zahl war falsch.\nZahl berichtigt?"
    without = replace(many, notes=many.notes[2:])
    assert _one(without).text == "NO SALES"
    assert _one(replace(many, notes=many.notes[4:5])).text == "Zu diesem Text finden Sie Bilder"
    assert _one(replace(many, notes=many.notes[2:3])).text == "Boote in Lyon"


def test_pairs_come_from_the_notes() -> None:
    words = bracket("[Ana DUPOND] instead of [Luc MARIN]")
    found = _one(
        item(
            f"Attention. {words}",
            signals=["sig:correction"],
            values=((Property.CREATOR_NAMES, "Luc MARIN"), (Property.DESCRIPTION, CAPTION)),
        )
    )
    assert found.corrections == (Correction(Property.CREATOR_NAMES, "Luc MARIN", "Ana DUPOND"),)
    assert (found.byline, found.unparsed) == ("Luc MARIN", "Attention")
    assert found.duties == tuple(Duty)
    assert found.form == "newsml-g2"


def test_a_sure_form_in_the_caption_is_a_notice_without_any_signal() -> None:
    caption = f"{BOATS} / “{NOTICE}”"
    text = f"<x>{caption}</x>"
    found = _one(item(values=((Property.DESCRIPTION, caption),), provider="Getty Images"), text)
    assert (found.provider, found.kind, found.form) == (
        "AFP",
        NoticeKind.CORRECTION,
        "afp.brackets",
    )
    assert found.text == NOTICE
    (place,) = found.occurrences
    assert text[place.start : place.end] == NOTICE
    assert place.locator == "newsml-g2 caption"
    assert [one.right for one in found.corrections] == ["Ana DUPOND"]
    signalled = _one(
        item(values=((Property.DESCRIPTION, caption),), signals=["sig:correction"]), text
    )
    assert (signalled.text, signalled.corrections) == (NOTICE, found.corrections)


def test_a_kill_in_a_note_is_a_withdrawal_of_a_usable_item() -> None:
    found = _one(item(KILL, provider=None))
    assert (found.kind, found.pubstatus) == (NoticeKind.WITHDRAWAL, Pubstatus.CANCELED)
    assert (found.provider, found.form) == ("AFP", "afp.kill")
    assert [one.value for one in found.targets if one.kind is TargetKind.IDENTIFIER] == [
        "000_34L82NW",
        DPA_URN,
    ]


def test_a_text_that_announces_the_kill_of_a_picture_has_its_target_only() -> None:
    found = _one(item(KILL, item_class=ItemClass.TEXT))
    assert found.item_class is ItemClass.PICTURE
    assert [one.value for one in found.targets] == ["000_34L82NW"]


def test_a_kill_beside_a_correction_is_a_second_notice() -> None:
    kinds = [one.kind for one in _notices(item("Ort", KILL, signals=["sig:correction"]))]
    assert kinds == [NoticeKind.CORRECTION, NoticeKind.WITHDRAWAL]


class _Grammar:
    """A grammar of one made-up form: ``AMEND right FOR wrong``, where it is told to look."""

    CUES = cues = ("amend",)

    def __init__(self, confidence: Confidence, item_class: ItemClass | None = None) -> None:
        self._confidence = confidence
        self._item_class = item_class
        self.asked: list[tuple[str, bool]] = []

    def readings(self, text: str) -> tuple[Reading, ...]:
        return ()

    def notes(self, text: str, context: Context) -> tuple[Reading, ...]:
        self.asked.append((text, context.signalled))
        start = text.find("AMEND ")
        if start < 0 or not context.signalled:
            return ()
        right, wrong = text[start + 6 :].split(" FOR ")
        return (
            Reading(
                form="made.up",
                frame=frame(text, start, len(text), complete=True),
                provider=None,
                kind=NoticeKind.CORRECTION,
                pubstatus=Pubstatus.USABLE,
                pairs=(Pair(right, wrong, Property.CITY),),
                confidence=self._confidence,
                item_class=self._item_class,
            ),
        )


@pytest.mark.parametrize("confidence", list(Confidence))
def test_pairs_are_as_sure_as_their_form(
    confidence: Confidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grammars, "_GRAMMARS", (_Grammar(confidence),))
    found = _one(item("NO SALES - AMEND Lyon FOR Nice", signals=["sig:correction"]))
    assert found.corrections == (Correction(Property.CITY, wrong="Nice", right="Lyon"),)
    assert (found.confidence, found.form) == (confidence, "newsml-g2")
    assert found.unparsed == "NO SALES"


def test_which_notes_are_read_as_signalled(monkeypatch: pytest.MonkeyPatch) -> None:
    grammar = _Grammar(Confidence.STRONG)
    monkeypatch.setattr(grammars, "_GRAMMARS", (grammar,))
    roles = ["", "correction", "editorialnote", "closingline", "public"]
    words = ["a1", "b2", "c3", "d4", "e5"]
    carried([item(*words, roles=roles)], source="x", text="")
    assert grammar.asked == [("a1", False), ("b2", True), ("c3", False), ("e5", False)]
    grammar.asked.clear()
    carried([item(*words, roles=roles, signals=["edStat:C"])], source="x", text="")
    assert grammar.asked == [("a1", True), ("b2", True), ("c3", False), ("e5", True)]
    grammar.asked.clear()
    carried([item(*words, roles=roles, signals=["sig:update"])], source="x", text="")
    assert grammar.asked == [("a1", False), ("c3", False), ("e5", False)]


def test_a_repeat_with_a_correcting_note_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammars, "_GRAMMARS", (_Grammar(Confidence.MEDIUM),))
    repeat = item("AMEND Lyon FOR Nice", roles=["correction"], signals=["sig:repeat"])
    found = _one(repeat)
    assert (found.form, found.confidence) == ("made.up", Confidence.MEDIUM)
    assert _notices(replace(repeat, signals=("sig:update",))) == ()


def test_what_the_words_ask_for() -> None:
    found = _one(
        item(
            "Please remove it from all your online services and delete it from your servers."
            " A corrected version will immediately follow.",
            pubstatus=Pubstatus.CANCELED,
        )
    )
    assert found.duties == (Duty.REMOVE_ONLINE, Duty.DELETE_SERVERS)
    assert found.replacement is Replacement.COMING
    assert {one.asks for one in found.instructions} >= {"remove-online", "replacement"}
