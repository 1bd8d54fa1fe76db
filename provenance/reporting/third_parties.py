"""Third parties under a notice as a value: what they have, what they were told, what they said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from provenance.model import Answer, Delivery, Letter


class PartyState(StrEnum):
    """Who has to move next: the desk (``to-tell``, ``to-remind``), the third party, or nobody."""

    TO_TELL = "to-tell"
    TOLD = "told"
    TO_REMIND = "to-remind"
    ANSWERED = "answered"
    REFUSED = "refused"


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
    """

    recipient: str
    contact: str
    deliveries: tuple[Delivery, ...]
    letters: tuple[Letter, ...] = ()
    answer: Answer | None = None
    state: PartyState = PartyState.TO_TELL
