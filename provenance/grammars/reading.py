"""What a grammar reads out of one notice, before it is bound to pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from provenance.grammars.frame import Frame
from provenance.identifiers import Identifier
from provenance.model import (
    Confidence,
    Duty,
    Instruction,
    ItemClass,
    NoticeKind,
    Property,
    Pubstatus,
    Replacement,
    Target,
)

REPLACEMENT = "replacement"
"""What an instruction is about that speaks of another version of the picture."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One corrected value; a part that the notice does not give is None.

    Which of the two is right is a property of the form of words, never a guess.

    Attributes:
        right: the value that should stand.
        wrong: the value that stands.
        property: the corrected property, where the notice names it.
    """

    right: str | None
    wrong: str | None
    property: Property | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One notice as its agency's grammar reads it.

    Attributes:
        form: the form of words: ``afp.brackets``, ``reuters.refile``, ``general.instead-of``.
        frame: where its words stand.
        provider: the agency that speaks, None where its name is nowhere.
        kind: correction or withdrawal.
        pubstatus: of the picture from now on.
        byline: the photographer that the notice names, if any.
        pairs: the corrected values.
        identifiers: pictures that the notice names in its own words.
        targets: what else names its pictures: a byline, a caption with a date, a file name.
        instructions: the duties and what is said of a replacement, with the words.
        replacement: whether another picture is announced.
        language: BCP 47.
        unparsed: words that the grammar does not know, joined by " … ".
        confidence: how sure the form is; low where a person must say what it means.
        item_class: what kind of item it says it speaks of, if it does.
    """

    form: str
    frame: Frame
    provider: str | None
    kind: NoticeKind
    pubstatus: Pubstatus
    byline: str | None = None
    pairs: tuple[Pair, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    targets: tuple[Target, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    replacement: Replacement = Replacement.UNKNOWN
    language: str = "en"
    unparsed: str = ""
    confidence: Confidence = Confidence.STRONG
    item_class: ItemClass | None = None

    @property
    def start(self) -> int:
        """Offset of the notice's first word."""
        return self.frame.start

    @property
    def end(self) -> int:
        """Offset behind its last word."""
        return self.frame.end

    @property
    def complete(self) -> bool:
        """Whether the form's last word was there."""
        return self.frame.complete


@dataclass(frozen=True, slots=True)
class Context:
    """What a carrier knows of a text that is a message to clients and no caption.

    Attributes:
        provider: the agency that sent it, by its canonical short name, if known.
        signalled: the message came marked as a correction or a withdrawal
            (``sig:correction``, a subject line), so that a bare note may be one.
    """

    provider: str | None = None
    signalled: bool = field(default=False)


def duties(found: Iterable[Instruction]) -> tuple[Duty, ...]:
    """The duties among instructions, in the order of the model."""
    asked = {one.asks for one in found}
    return tuple(duty for duty in Duty if duty.value in asked)
