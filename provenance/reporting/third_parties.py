"""Third parties under a notice as a value: what they have, what they were told, what they said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from provenance.model import Answer, AnswerKind, Delivery, Letter


class PartyState(StrEnum):
    """Who has to move next: the desk (``to-tell``, ``to-remind``), the third party, or nobody.

    ``UNSURE``: what it got may be the notice's picture; a person decides that first.
    """

    TO_TELL = "to-tell"
    TOLD = "told"
    TO_REMIND = "to-remind"
    ANSWERED = "answered"
    REFUSED = "refused"
    UNSURE = "unsure"


STATES: Final = {
    PartyState.TO_TELL: "to be told",
    PartyState.TOLD: "told, no answer yet",
    PartyState.TO_REMIND: "told, to be reminded",
    PartyState.ANSWERED: "answered",
    PartyState.REFUSED: "refused",
    PartyState.UNSURE: "may have it, to be decided",
}
"""The states for a person."""

TO_TELL_AGAIN: Final = "to be told again, of another copy"
"""Of one to be told who knew of the notice before, for a person."""

ANSWERS: Final = {
    AnswerKind.COMPLIED: "did what was asked",
    AnswerKind.NOT_HELD: "does not hold the picture",
    AnswerKind.REFUSED: "refused",
    AnswerKind.OTHER: "answered otherwise",
}
"""The answers for a person."""


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """One recipient of copies of a notice's picture.

    Attributes:
        recipient: the name.
        contact: the newest address known; may be empty.
        deliveries: what it got, oldest first.
        letters: what was written to it under this notice, oldest first.
        answer: the newest; None while there is none.
        state: who has to move next.
        again: of ``deliveries``, those that it was not told of although it was written to, or
            answered, before.
    """

    recipient: str
    contact: str
    deliveries: tuple[Delivery, ...]
    letters: tuple[Letter, ...] = ()
    answer: Answer | None = None
    state: PartyState = PartyState.TO_TELL
    again: tuple[Delivery, ...] = ()

    @property
    def told(self) -> str | None:
        """RFC 3339, when the first letter was sent; None where none was."""
        return min((one.sent for one in self.letters if one.sent), default=None)

    @property
    def is_settled(self) -> bool:
        """Whether it said of all that it has that it complied, or holds no copy."""
        return (
            self.state is PartyState.ANSWERED
            and self.answer is not None
            and self.answer.kind in {AnswerKind.COMPLIED, AnswerKind.NOT_HELD}
        )

    @property
    def words(self) -> str:
        """How it stands, for a person."""
        if self.answer is not None and self.state in {PartyState.ANSWERED, PartyState.REFUSED}:
            return ANSWERS[self.answer.kind]
        if self.again and self.state is PartyState.TO_TELL:
            return TO_TELL_AGAIN
        return STATES[self.state]
