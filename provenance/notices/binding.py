"""Which picture a notice in a text speaks of: the caption it stands in or behind."""

from __future__ import annotations

from collections.abc import Sequence

from provenance import captions, identifiers
from provenance.grammars import Pair, Reading, duties
from provenance.model import Caption, Correction, Notice, Occurrence, Property, Target, TargetKind
from provenance.notices.identity import canonical, notice_id

# A caption of fewer characters, or a credit alone, stands on many pictures.
_TELLING = 12


def bound_caption(reading: Reading, found: Sequence[Caption]) -> Caption | None:
    """The caption that holds the notice, before its credit (Getty) or behind it (AFP)."""
    for caption in found:
        spans = (*caption.notice_spans, (caption.start, caption.end))
        if any(a <= reading.start and reading.end <= b for a, b in spans):
            return caption
    return None


def is_telling(caption: Caption) -> bool:
    """Whether the caption's words can say which picture it belongs to."""
    return len(captions.normalise(captions.body(caption.text))) >= _TELLING


def notice(
    text: str,
    reading: Reading,
    caption: Caption | None,
    *,
    source: str,
    known: Sequence[str],
    extra: Sequence[Target] = (),
) -> Notice:
    """The notice that a reading is: bound to its caption, to its own words, to ``extra``."""
    words = text[reading.start : reading.end]
    targets = [Target(TargetKind.IDENTIFIER, one.written) for one in reading.identifiers]
    targets += reading.targets
    values = list(known)
    provider = reading.provider
    if caption is not None:
        if is_telling(caption):
            targets.append(Target(TargetKind.CAPTION, caption.text))
        if provider is None and any("AFP" in line.agencies for line in caption.credits):
            provider = "AFP"
        inside = identifiers.find(text[caption.start : caption.end])
        targets += [Target(TargetKind.IDENTIFIER, one.written) for one in inside]
        values += [line.creator for line in caption.credits if line.creator]
    unique = _once((*targets, *extra))
    return Notice(
        notice_id=notice_id(provider, words, [canonical(one) for one in unique]),
        provider=provider,
        kind=reading.kind,
        pubstatus=reading.pubstatus,
        text=words,
        byline=reading.byline,
        corrections=tuple(_correction(pair, reading.byline, values) for pair in reading.pairs),
        targets=unique,
        duties=duties(reading.instructions),
        replacement=reading.replacement,
        language=reading.language,
        occurrences=(Occurrence(source, reading.start, reading.end),),
        unparsed=reading.unparsed,
        complete=reading.complete,
        form=reading.form,
        confidence=reading.confidence,
        instructions=reading.instructions,
        item_class=reading.item_class,
    )


def _once(targets: Sequence[Target]) -> tuple[Target, ...]:
    """Each target once: two spellings of one identifier are one."""
    first: dict[str, Target] = {}
    for target in targets:
        first.setdefault(canonical(target), target)
    return tuple(first.values())


def _correction(pair: Pair, byline: str | None, known: Sequence[str]) -> Correction:
    """The pair, as a correction of the credit only where the wrong value is one."""
    credit = pair.property is None and _is_credit(pair.wrong, byline, known)
    prop = Property.CREATOR_NAMES if credit else pair.property
    return Correction(prop, wrong=pair.wrong, right=pair.right)


def _is_credit(wrong: str | None, byline: str | None, known: Sequence[str]) -> bool:
    key = captions.normalise_name(wrong or "")
    if not key:
        return False
    if byline is not None and captions.normalise_name(byline) == key:
        return True
    if captions.agency_named(wrong or "") is not None or captions.is_placeholder(wrong or ""):
        return False
    named = [name for value in known for name in (value, *_creators(value))]
    return any(captions.normalise_name(name) == key for name in named)


def _creators(value: str) -> tuple[str, ...]:
    """The photographers that a credit value (``Bakr ALKASEM / AFP``) names."""
    return tuple(line.creator for line in captions.credit_lines(value) if line.creator)
