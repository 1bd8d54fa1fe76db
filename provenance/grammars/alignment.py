"""Follow a known form of words through a text that may be cut, damaged or varied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"&(?:[a-z]{2,6}|#\d{2,5});|[^\W_]+")
_AGREE = 4
_MOST_ODD = 25
_LEAST_CUT = 2

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wording:
    """A form of words.

    Attributes:
        words: lower case, without punctuation.
        places: where each run of four words stands, and the run of three that closes the form.
    """

    words: tuple[str, ...]
    places: dict[tuple[str, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How far a text follows a form of words.

    Attributes:
        end: offset behind the last word that belongs to the form.
        matched: how many words were recognised.
        complete: the form's last word was reached.
        odd: spans of words that stand inside and do not belong to the form.
    """

    end: int
    matched: int
    complete: bool
    odd: tuple[Span, ...]


def wording(form: str) -> Wording:
    """Prepare a form of words for :func:`align`."""
    words = tuple(form.lower().split())
    places: dict[tuple[str, ...], tuple[int, ...]] = {words[-3:]: (len(words) - 3,)}
    for at in range(len(words) - _AGREE + 1):
        run = words[at : at + _AGREE]
        places[run] = (*places.get(run, ()), at)
    return Wording(words, places)


def align(text: str, start: int, limit: int, form: Wording, *, free_run: int = 0) -> Alignment:
    """Follow ``form`` through ``text[start:limit]``.

    White space, punctuation and case do not count. A few odd or missing words are
    bridged where the form goes on behind them; else the text left the form there.

    Args:
        text: the text.
        start: offset where the form should begin.
        limit: offset that is not crossed.
        form: from :func:`wording`.
        free_run: how many odd words may stand between the form and the end of the text.
    """
    most = 2 * len(form.words) + _MOST_ODD
    tokens = tuple(_tokens(text, start, limit, most))
    printed = tuple(text[a:b].lower() for a, b in tokens)
    to_the_end = limit >= len(text) and len(tokens) < most
    i = j = matched = 0
    end = start
    odd: list[Span] = []
    whole = True
    while i < len(tokens) and j < len(form.words):
        whole = printed[i] == form.words[j]
        if whole or _is_cut(text, tokens[i], printed[i], form.words[j]):
            end, matched, i, j = tokens[i][1], matched + 1, i + 1, j + 1
            continue
        bridge = _bridge(printed, form, i, j) or (
            _last_bridge(printed, form, i, j) if to_the_end else None
        )
        if bridge is None:
            if matched and to_the_end and len(tokens) - i <= free_run:
                end = tokens[-1][1]
            break
        if bridge[0] > i:
            odd.append((tokens[i][0], tokens[bridge[0] - 1][1]))
        i, j = bridge
    return Alignment(end, matched, whole and 0 < j == len(form.words), tuple(odd))


def _tokens(text: str, start: int, limit: int, most: int) -> Iterator[Span]:
    for match in _WORD.finditer(text, start, limit):
        if match[0][0] != "&":
            yield match.span()
            most -= 1
            if most == 0:
                return


def _is_cut(text: str, token: Span, printed: str, expected: str) -> bool:
    """Whether the text was cut inside this very word."""
    behind = text[token[1] : token[1] + 4].lstrip(" ")
    if not behind:
        return expected.startswith(printed)
    cut_here = behind[0] in "\r\n…" or behind.startswith("...")
    return cut_here and len(printed) >= _LEAST_CUT and expected.startswith(printed)


def _bridge(printed: tuple[str, ...], form: Wording, i: int, j: int) -> Span | None:
    """Where text and form agree again behind the fewest odd and missing words."""
    best: Span | None = None
    for here in range(i, min(i + _MOST_ODD, len(printed)) + 1):
        run = printed[here : here + _AGREE]
        places = form.places.get(run) or form.places.get(run[:3], ())
        for there in places:
            if there >= j and (best is None or here + there < sum(best)):
                best = (here, there)
    return best


def _last_bridge(printed: tuple[str, ...], form: Wording, i: int, j: int) -> Span | None:
    """As :func:`_bridge`, for the two or three words before the text is cut."""
    for here in range(max(i, len(printed) - _AGREE + 1), len(printed) - _LEAST_CUT + 1):
        rest = printed[here:]
        for there in range(j, len(form.words) - len(rest) + 1):
            if form.words[there : there + len(rest)] == rest:
                return here, there
    return None
