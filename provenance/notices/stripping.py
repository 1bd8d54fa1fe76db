"""Take leaked notices out of a caption."""

from __future__ import annotations

from dataclasses import dataclass

from provenance import captions, grammars


@dataclass(frozen=True, slots=True)
class StripResult:
    """A caption as if no notice had ever been put into it.

    Attributes:
        text: the caption; the same text where it holds no notice.
        removed: the words of each notice, as they stood.
        complete: every notice was there from its first to its last known word. Where
            not, its end may still stand in ``text``, or a piece of the caption in ``removed``.
    """

    text: str
    removed: tuple[str, ...]
    complete: bool


def strip(text: str) -> StripResult:
    """Remove every notice with its quotes and the joint that led to it.

    Restrictions and all other words stay byte for byte.
    """
    found = grammars.find(text)
    if not found:
        return StripResult(text, (), complete=True)
    return StripResult(
        text=captions.without(text, [one.frame for one in found]),
        removed=tuple(text[one.start : one.end] for one in found),
        complete=all(one.complete and not one.unparsed for one in found),
    )
