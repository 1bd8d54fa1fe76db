"""The Canadian Press: corrections and kills.

All labels are general knowledge. ``ONE TIME USE ONLY`` and ``USED ONLY FOR 14 DAYS FROM THE
TIME OF TRANSMISSION`` limit the use of a picture and correct nothing: they are no reading.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.grammars.phrasing import labelled, orders
from provenance.grammars.reading import Context, Reading

_PROVIDER = "The Canadian Press"
_VOICE = orders.Voice("cp", _PROVIDER)


def readings(text: str) -> Iterator[Reading]:
    """CP's notices whose form is sure in any text."""
    yield from labelled.readings(text, _PROVIDER, "cp")
    yield from orders.kills(text, _VOICE, message=False)


def notes(text: str, context: Context) -> Iterator[Reading]:
    """CP's notes in its own messages."""
    if context.provider == _PROVIDER:
        yield from _notes(text)


def _notes(text: str) -> Iterator[Reading]:
    yield from labelled.notes(text, _PROVIDER, "cp")
    yield from orders.kills(text, _VOICE, message=True)
