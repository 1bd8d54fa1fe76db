"""The words by which agencies name the field they correct."""

from __future__ import annotations

import re

from provenance.model import Property

_WORDS: tuple[tuple[Property, str], ...] = (
    (Property.CREATOR_NAMES, (r"by-?lines?|photographers?(?:['’]s)?(?:\s+name)?|photo\s+credits?"
     r"|fotograf(?:en|in)?(?:name)?|bildautor(?:in)?|urheber(?:in)?|photographe|fot[óo]grafo")),
    (Property.CREDIT_LINE, r"credit(?:\s*lines?)?|bildnachweis|bildquelle|cr[ée]dito?s?"),
    (Property.SOURCE, r"source|quelle|fuente"),
    (Property.HEADLINE, r"headline|überschrift|titre|titular"),
    (Property.TITLE, r"object\s+name|title|slug(?:line)?"),
    (Property.DATE_CREATED, r"date(?:\s+(?:taken|created))?|aufnahmedatum|datum|fecha|year|jahr"),
    (Property.CITY, (r"city|town|dateline|place(?:\s+name)?|location|ortsname|ort|ville|lieu|ciudad"
     r"|lugar")),
    (Property.COUNTRY_NAME, r"country|land|pays|país"),
    (Property.PROVINCE_STATE, r"state|province|region|bundesland"),
    (Property.KEYWORDS, r"keywords?|stichw[oö]rter|schlagw[oö]rter|mots[- ]cl[ée]s"),
    (Property.DESCRIPTION, (r"captions?|cutline|bildtext|bildunterschrift|bildbeschreibung"
     r"|l[ée]gende|leyenda|pie\s+de\s+foto|identification|id|spelling|name|namen?|surname|age")),
)  # fmt: skip
_NAMED = tuple((prop, re.compile(rf"(?i)(?:{words})")) for prop, words in _WORDS)


def property_named(words: str) -> Property | None:
    """The property that a field's name, as a notice prints it, stands for; None where none is.

    The name of a person in the picture, or the spelling of one, is a matter of the
    description.
    """
    name = " ".join(words.split()).strip(" :.[]")
    return next((prop for prop, pattern in _NAMED if pattern.fullmatch(name)), None)
