"""PA's corrections and kills.

That PA says it "is killing the image" and asks for it to be taken down immediately is
known from press quotations. The labels of corrections are general knowledge. An
``EMBARGOED`` line is a restriction.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.grammars.phrasing import labelled, orders
from provenance.grammars.reading import Context, Reading

_PROVIDER = "PA"
_VOICE = orders.Voice("pa", _PROVIDER)


def readings(text: str) -> Iterator[Reading]:
    """PA's notices whose form is sure in any text."""
    yield from labelled.readings(text, _PROVIDER, "pa")
    yield from orders.kills(text, _VOICE, message=False)


def notes(text: str, context: Context) -> Iterator[Reading]:
    """PA's notes in its own messages."""
    if context.provider == _PROVIDER:
        yield from _notes(text)


def _notes(text: str) -> Iterator[Reading]:
    yield from labelled.notes(text, _PROVIDER, "pa")
    yield from orders.kills(text, _VOICE, message=True)
