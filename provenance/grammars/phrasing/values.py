"""The values in an English correction: which of the two is right belongs to the words.

``to R, not W`` · ``from W to R`` · ``to R from W`` · ``is R, not W`` · ``R instead of W`` ·
``W should read R``. A sentence that can be cut in two ways gives no value: it is left over.
The ``to``, ``from`` and ``instead of`` forms are the agencies'; the rest is common usage.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from provenance.grammars.phrasing import edges
from provenance.grammars.phrasing.edges import is_name
from provenance.grammars.phrasing.fields import property_named
from provenance.grammars.reading import Pair
from provenance.model import Property
from provenance.wording import squeeze

ADDITION = re.compile(
    r"(?:[.;,:]|\s-|\s–|\s(?:and|AND))?\s{1,4}(?:ADDS?|ADDING|UPDATES?|UPDATING|RESTORES|Adds"
    r"|Updates|Restores)\s"
)
"""Where a statement goes over to what is new and was not wrong."""

PARTICLES = edges.PARTICLES | {"et", "und", "of", "the", "and"}

_DETERMINERS = frozenset(("the", "a", "an", "his", "her", "their", "its", "in", "at", "on"))
_LONGEST_VALUE = 200
_LONGEST_STATEMENT = 1_000
_LONGEST_FIELD = 120
_MOST_CLAUSES = 10
_MOST_LINKS = 6
_MOST_NAME_WORDS = 8
_MOST_FIELD_WORDS = 6

_QUOTED = re.compile(
    r"“[^“”]{1,160}”|«[^«»]{1,160}»|\"[^\"]{1,160}\"|(?<!\w)['‘][^'‘’]{1,160}['’](?!\w)"
    r"|(?<!\w)\?[^?]{1,160}\?(?!\w)|\[[^\[\]]{1,160}\]"
)
_CLAUSE = re.compile(r"(?i);\s{0,3}|[,.]?\s(?:and\s)?(?:also\s)?correct(?:s|ing)\s")
_AND = re.compile(r"(?i),?\sand\s")
_JOINED_FIELDS = re.compile(r"(?i),\s(?:and\s)?|\sand\s")
_PLACE_IN_TEXT = re.compile(
    r"(?i),?\s(?:in|on|of)\s(?:the\s)?(?:original\s|previous\s|photo\s)?"
    r"(?:captions?|metadata|(?:paragraphs?|pars?|grafs?)\s\d{1,2}|(?:\d{1,2}(?:st|nd|rd|th)|first"
    r"|second|third|fourth|fifth|last|final)\s(?:paragraph|par|graf|sentence|reference))\.?$"
)
_ARTICLE = re.compile(r"(?i)^(?:that|the|an?|its|his|her|their)\s")
_AFTERTHOUGHT = re.compile(r",\s[a-zà-öø-ÿ]")
_OF = re.compile(r"(?i)\s(?:of|in|for)\s")
# A field's name of another language may be the beginning of a value: "Land Rover".
_FIELD_WORD = re.compile(
    r"(?i)(?:by-?line|photographer(?:['’]s)?(?:\sname)?|(?:photo\s)?credit(?:\sline)?|source|headline"
    r"|title|slug|date|year|city|town|location|place|country|state|province|region|keywords?"
    r"|captions?|cutline|name|surname|spelling|id|identification|age)"
)
_FACT = re.compile(
    r"(?i)(?:types?|kind|model|number|score|rank|position|nationality|party|team|club|event|time"
    r"|hour|day|month|role|job|gender|sex|species|breed|venue|building|street|river|language)"
)
_NO_FIELD = re.compile(
    r"(?i)\b(?:references?|relation|response|respect|regard|access|attributed|due|prior|next"
    r"|visits?"
    r"|trip|route|road|way|return|according|close|related|belonging|similar|attacks?)$"
)
_NO_VALUE = re.compile(
    r"(?i)(?:remove|delete|add|fix|clarify|include|change|drop|conform|make|correct|restore|insert"
    r"|omit)\b"
)
_SAYING = re.compile(r"(?i)^(?:show|reflect|say|read|note|state)\s(?:that\s)?")
_LABEL = re.compile(r"^(?P<name>[^:]{1,40}):\s(?=\S)")
_PAIRED = {"“": "”", "«": "»", '"': '"', "'": "'", "‘": "’", "?": "?", "[": "]"}
_CLOSING = ("”", "»", '"', "’", "?", "\ufffd")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(.])(?:[^\W\d_]|Jr|Sr|St|Ste|Mr|Mrs|Ms|Dr|Gen|Col|Maj|Capt|Lt|Sgt|Gov|Sen|Rep|Rev|Inc"
    r"|Co|Ltd|Corp|No|Mt|Ft|vs|Jan|Feb|Aug|Sept|Oct|Nov|Dec|JR|SR|ST|MR|MRS|MS|DR|INC|LTD|NOV|OCT"
    r"|DEC|JAN|FEB|AUG|SEPT|GEN|COL|GOV|SEN|REP|CO|NO)\.$"
)


def _link(*, shouted: bool) -> re.Pattern[str]:
    """The words between values; in an upper-case statement a small "to" belongs to a value."""
    against = r"(?P<against>,\s?(?i:not)\b|,?\s?\b(?i:instead\sof|rather\sthan)\b"
    against += r"|\bNOT\b)" if shouted else ")"
    rest = (
        r"(?P<should>\bSHOULD\s(?:HAVE\s)?(?:READ|SAY|SAID)\b)"
        r"|(?P<shouldbe>\bSHOULD\s(?:HAVE\s)?(?:BE|BEEN)\b)|(?P<is>\b(?:IS|ARE|WAS|WERE)\b)"
        r"|(?P<from>\bFROM\b)|(?P<to>\bTO\b)"
    )
    return re.compile(f"{against}|{rest}" if shouted else f"{against}|(?i:{rest})")


_SHOUTED, _SPOKEN = _link(shouted=True), _link(shouted=False)


@dataclass(frozen=True, slots=True)
class Values:
    """What a statement gives.

    Attributes:
        pairs: one for each corrected value; a field named without values is a pair of none.
        unparsed: the clauses that give no sure value, joined by " … ".
    """

    pairs: tuple[Pair, ...]
    unparsed: str


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause cut at its links; ``parts`` has one element more than ``kinds``."""

    kinds: tuple[str, ...]
    parts: tuple[str, ...]


def values(statement: str, *, shouted: bool) -> Values:
    """The pairs of what stands behind "corrects".

    Args:
        statement: ``the spelling of the region to Tuva, not Tyva``.
        shouted: the statement's verb was upper case, so that its links are.
    """
    plain = squeeze(html.unescape(statement))[:_LONGEST_STATEMENT]
    addition = ADDITION.search(plain)
    plain = plain if addition is None else plain[: addition.start()]
    pairs: list[Pair] = []
    odd: list[str] = []
    link = _SHOUTED if shouted and not plain[:1].islower() else _SPOKEN
    for clause in _clauses(plain.strip(" ,;:-–—"), link):
        found = _read(clause, link)
        if found is None:
            odd.append(clause)
        pairs += found or ()
    return Values(tuple(pairs), " … ".join(odd))


def named(phrase: str) -> Property | None:
    """The property that a phrase such as ``spelling of last name`` is about, or None.

    The part behind "of" says more than the part before it; a date or a place of
    something is not the picture's.
    """
    words = _bare(phrase)
    whole = property_named(words)
    if whole is not None or not words:
        return whole
    first, *others = _OF.split(words, maxsplit=4)
    for part in reversed(others):
        prop = property_named(_bare(part))
        if prop is not None:
            return prop
    prop = property_named(_bare(first))
    if others and prop not in {Property.DESCRIPTION, Property.CREATOR_NAMES}:
        prop = None
    if prop is None and len(words) < len(squeeze(phrase)) and phrase.lower().endswith("caption"):
        return Property.DESCRIPTION
    return prop


def name_like(value: str) -> bool:
    """Whether every word is written as in a name or a date, and they are few."""
    words = value.split()
    return 0 < len(words) <= _MOST_NAME_WORDS and all(
        is_name(bare) or bare in PARTICLES or not bare
        for bare in (word.strip("\"“”«»'‘’?(),.-") for word in words)
    )


def ends_sentence(text: str, dot: int) -> bool:
    """Whether the dot at this offset ends a sentence, and not an initial or a short form."""
    return _ABBREVIATED.search(text, max(0, dot - 8), dot + 1) is None


def _bare(phrase: str) -> str:
    words = _PLACE_IN_TEXT.sub("", squeeze(phrase).strip(" :,;.-–"))
    return _ARTICLE.sub("", words)


def _clauses(plain: str, link: re.Pattern[str]) -> Iterator[str]:
    mask = _masked(plain)
    cuts = [(0, 0), *(joint.span() for joint in _CLAUSE.finditer(mask))]
    for joint in _AND.finditer(mask):
        behind = link.search(mask, joint.end())
        head = link.search(mask, 0, joint.start())
        if head and behind and named(plain[joint.end() : behind.start()][-_LONGEST_FIELD:]):
            cuts.append(joint.span())
    cuts = sorted(cuts)[:_MOST_CLAUSES]
    stops = [start for start, _ in cuts[1:]] + [len(plain)]
    for (_, begin), stop in zip(cuts, stops, strict=True):
        if clause := plain[begin:stop].strip(" ,;:"):
            yield clause


def _masked(plain: str) -> str:
    """The text with quoted words blotted out, of the same length."""
    return _QUOTED.sub(lambda match: match[0][0] + "x" * (len(match[0]) - 2) + match[0][-1], plain)


def _read(clause: str, link: re.Pattern[str]) -> tuple[Pair, ...] | None:
    """The pairs of one clause; None where it has values that cannot be told for sure."""
    clause = _PLACE_IN_TEXT.sub("", clause) if link.search(_masked(clause)) else clause
    cut = _cut(clause, link)
    if cut.kinds[:1] == ("to",):
        behind = clause[clause.index(cut.parts[0]) + len(cut.parts[0]) :].lstrip()[2:].lstrip()
        if _NO_VALUE.match(behind) or _NO_FIELD.search(cut.parts[0]):
            return None if "against" in cut.kinds else ()
        saying = _SAYING.match(behind)
        cut = cut if saying is None else _cut(behind[saying.end() :], link)
    reader = _READERS.get(cut.kinds)
    return None if reader is None else reader(cut.parts)


def _cut(clause: str, link: re.Pattern[str]) -> _Clause:
    mask = _masked(clause)
    kinds: list[str] = []
    parts: list[str] = []
    at = 0
    for found in link.finditer(mask):
        if len(kinds) == _MOST_LINKS:
            break
        kinds.append(found.lastgroup or "")
        parts.append(clause[at : found.start()].strip())
        at = found.end()
    return _Clause(tuple(kinds), (*parts, clause[at:].strip()))


def _known(phrase: str) -> bool:
    words = _bare(phrase)
    return named(phrase) is not None or any(
        _FACT.fullmatch(part) for part in (words, _OF.split(words, maxsplit=1)[0])
    )


def _from_to(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    field, wrong, right = parts
    return _pair(named(field), right, wrong) if _known(field) else None


def _to_from(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    field, right, wrong = parts
    return _pair(named(field), right, wrong) if _known(field) else None


def _to_not(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    field, right, wrong = parts
    return _pair(named(field), right, wrong)


def _to(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    return _pair(named(parts[0]), parts[1], None) if _known(parts[0]) else None


def _from(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    return _pair(named(parts[0]), None, parts[1]) if _known(parts[0]) else None


def _being(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    """``the name is R, not W``; of other subjects ("a man is seen, not ...") what is parallel."""
    subject, right, wrong = parts
    if named(subject) is None and not _parallel(right, _value(wrong)):
        return None
    return _pair(named(subject), right, wrong)


def _parallel(one: str, other: str) -> bool:
    """Whether two values can stand for each other: names, or a few words behind one article."""
    if name_like(one) and name_like(other):
        return True
    words, others = one.lower().split(), other.lower().split()
    few = 1 < len(words) <= _MOST_FIELD_WORDS and 1 < len(others) <= _MOST_FIELD_WORDS
    return few and words[0] == others[0] and words[0] in _DETERMINERS


def _pair(prop: Property | None, right: str | None, wrong: str | None) -> tuple[Pair, ...] | None:
    """One pair; None where a value that the form has is empty, too long, or the other one."""
    given = [value for value in (right, wrong) if value is not None]
    clean = [_value(value) for value in given]
    if not all(clean) or any(len(value) > _LONGEST_VALUE for value in clean):
        return None
    if any(_AFTERTHOUGHT.search(value) for value in clean):
        return None
    if len(clean) == 2 and clean[0] == clean[1]:
        return None
    if any(_FIELD_WORD.fullmatch(value) for value in clean):
        return None
    told = iter(clean)
    return (
        Pair(
            right=None if right is None else next(told),
            wrong=None if wrong is None else next(told),
            property=prop,
        ),
    )


def _value(words: str) -> str:
    value = words.strip(" ,;:")
    # A quote around the whole notice closes behind its last value.
    if value.endswith(_CLOSING) and value[:1] not in _PAIRED:
        opening = [one for one, other in _PAIRED.items() if other == value[-1]]
        if not any(one in value[:-1] for one in opening):
            value = value[:-1].rstrip(" ,;:")
    if value.endswith(".") and ends_sentence(value, len(value) - 1):
        value = value[:-1].rstrip()
    close = _PAIRED.get(value[:1])
    if close is not None and len(value) > 2 and value.endswith(close):
        inner = value[1:-1].strip()
        value = inner.rstrip(",") if close not in inner else value
    return value.strip()


def _should_read(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    return _should(*parts, be=False)


def _should_be(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    return _should(*parts, be=True)


def _should(claim: str, right: str, *, be: bool) -> tuple[Pair, ...] | None:
    """``W should read R``; a field's name in place of W says no wrong value."""
    label = _LABEL.match(claim)
    prop = None if label is None else named(label["name"])
    if label is not None:
        claim = claim[label.end() :]
    if prop is None and _known(claim):
        return _pair(named(claim), right, None)
    field, value = _leading_field(claim)
    prop = prop or field
    quoted = _PAIRED.get(value[:1]) == value[-1:]
    literal = quoted or not be or (name_like(value) and not claim.isupper())
    if not literal or _OF.match(f" {value} ") or _known(value):
        return None if literal else _pair(prop, right, None)
    return _pair(prop, right, value)


def _leading_field(words: str) -> tuple[Property | None, str]:
    """The field's name that the words begin with, if they do, and the words behind it."""
    plain = _ARTICLE.sub("", words)
    pieces = plain.split(" ")
    for count in (3, 2, 1):
        name = " ".join(pieces[:count])
        prop = property_named(name) if len(pieces) > count else None
        if prop is not None and _FIELD_WORD.fullmatch(name):
            return prop, " ".join(pieces[count:])
    return None, words


def _against(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    """``R instead of W``, with or without the field's name before R."""
    left, wrong = parts
    label = _LABEL.match(left)
    if label is not None:
        return _pair(named(label["name"]), left[label.end() :], wrong)
    prop, right = _leading_field(left)
    if _OF.match(f" {right} ") or not (name_like(right) and name_like(wrong)):
        return None
    return None if right.lower().startswith("that ") else _pair(prop, right, wrong)


def _fields_alone(parts: tuple[str, ...]) -> tuple[Pair, ...] | None:
    """Fields that are named without values; a fact in a few words gives no pair and no riddle."""
    (clause,) = parts
    fields = _JOINED_FIELDS.split(clause)[:_MOST_CLAUSES]
    found = [prop for prop in dict.fromkeys(named(field) for field in fields) if prop is not None]
    if not found and not clause.isupper() and len(clause.split()) > _MOST_FIELD_WORDS:
        return None
    return tuple(Pair(None, None, prop) for prop in found)


_READERS: dict[tuple[str, ...], Callable[[tuple[str, ...]], tuple[Pair, ...] | None]] = {
    (): _fields_alone,
    ("from", "to"): _from_to,
    ("to", "from"): _to_from,
    ("to", "against"): _to_not,
    ("is", "against"): _being,
    ("should", "against"): _being,
    ("shouldbe", "against"): _being,
    ("should",): _should_read,
    ("shouldbe",): _should_be,
    ("against",): _against,
    ("to",): _to,
    ("from",): _from,
}
