"""Patterns of the words that limit a picture's use; ``restrictions`` reads them.

White space inside a form may be up to three characters of any kind. Every pattern is of
bounded width.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from provenance.captions.places import CODE, PLACE, PLACES
from provenance.model import Limit


@dataclass(frozen=True, slots=True)
class Form:
    """One form of words.

    Attributes:
        limit: what it sets.
        cues: lower-case words, one of which is in every text that holds it.
        pattern: its words; ``where`` names the places, where it has any.
        clause: prose may hold these words too: they count as a clause of their own only.
    """

    limit: Limit
    cues: tuple[str, ...]
    pattern: re.Pattern[str]
    clause: bool


def _loose(pattern: str) -> str:
    """The pattern with room for a line break or a doubled space at each of its spaces."""
    return pattern.replace(" ", r"\s{1,3}").replace("~", r"\s{0,3}")


def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(_loose(pattern), re.IGNORECASE)


_PICTURE = "(?:images?|pictures?|photos?|photographs?|videos?|clips?|footage|graphics?|material)"
_SURE = (
    (
        Limit.THIRD_PARTY,
        ("third",),
        (
            rf"\b(?:(?:this|these) (?:\w{{1,20}} )?{_PICTURE} )?(?:(?:has|have) been|was|were)"
            r" (?:supplied|provided|distributed|released|obtained) (?:by|from) a"
            r" third(?: |-)part(?:y|ies)(?: organi[sz]ation)?\b"
        ),
    ),
    (
        Limit.THIRD_PARTY,
        ("tercer",),
        (
            r"\b(?:est[ae]s? (?:imagen|imágenes|fotos?|fotografías?) )?(?:fue|fueron|ha sido)"
            r" (?:proporcionad|facilitad|suministrad|entregad)[oa]s? por"
            r" (?:un )?tercer[oa]s?(?: partes?)?\b"
        ),
    ),
    (
        Limit.THIRD_PARTY,
        ("tiers", "tierce"),
        r"\b(?:cette (?:image|photo) )?a été fournie par (?:un tiers|une tierce partie)\b",
    ),
    (
        Limit.EDITORIAL_ONLY,
        ("editorial",),
        (
            r"\b(?:restricted to editorial use(?: only)?|(?:for )?(?:strictly )?editorial use only"
            r"|(?:for )?editorial purposes only|uso editorial (?:solamente|exclusivo)"
            r"|s[oó]lo (?:per |para )?uso editoriale?)\b"
        ),
    ),
    (
        Limit.EDITORIAL_ONLY,
        ("redaktionell",),
        (
            r"\b(?:nur|ausschlie(?:ß|ss)lich) (?:zur|zu|für(?: die)?) redaktionelle[nr]?"
            r" (?:verwendung|nutzung|zwecken?|berichterstattung)\b"
        ),
    ),
    (
        Limit.EDITORIAL_ONLY,
        ("éditorial", "rédactionnel"),
        (
            r"\b(?:usage (?:éditorial|rédactionnel) (?:uniquement|seulement|exclusivement)"
            r"|réservée? à un usage (?:éditorial|rédactionnel))\b"
        ),
    ),
    (
        Limit.MANDATORY_CREDIT,
        ("nennung",),
        (
            r"\bnur (?:mit|bei) (?:vollständiger )?nennung\b"
            r"(?:~:~[^()\n]{1,120}| des vorstehenden credits)?"
        ),
    ),
    (Limit.NO_RESALE, ("notforresale",), r"\bnotforresale\b"),
    (
        Limit.ONE_TIME_USE,
        ("einmalig",),
        r"\b(?:nur )?(?:zur?|zum) einmalige[rn] (?:verwendung|nutzung|abdruck)\b",
    ),
    (Limit.NO_CROP, ("crop",), r"\b(?:(?:must|may) not|cannot|not to) be cropped\b"),
)
_CLAUSES = (
    (
        Limit.NO_RESALE,
        ("sale",),
        (
            r"(?:(?:no|not for) re-?sales?|(?:no|(?-i:NOT FOR)) (?:third party |commercial "
            r"|editorial |book |commercial or (?:editorial|book) )?sales?)"
            r"(?: (?:in|to) (?P<where>@PLACES@))?"
        ),
    ),
    (
        Limit.NO_RESALE,
        ("revent", "ventas", "weiterverk"),
        (
            r"no (?:reventas?|ventas)|prohibida (?:su )?reventa|pas de revente|revente interdite"
            r"|keine weiterverkäufe?"
        ),
    ),
    (
        Limit.NO_ARCHIVE,
        ("archiv",),
        (
            r"(?:no|not (?:for|to be)) archiv(?:es?|ing|al|ed|os?)(?: use)?|archives out"
            r"|pas d['’?]~archives?|keine archivierung|nicht archivieren"
        ),
    ),
    (Limit.ONE_TIME_USE, ("use",), r"(?:one~-?~time|single) use(?: only)?"),
    (Limit.ONE_TIME_USE, ("usage unique",), r"usage unique"),
    (
        Limit.NO_MOBILE,
        ("mobile",),
        (
            r"(?:no|not for) (?:use on )?mobile"
            r"(?: (?:push alerts?|phones?|use|devices?|alerts?|services?))?"
            r"(?:~/~downloads?)?"
        ),
    ),
    (Limit.NO_CROP, ("crop",), r"no crop(?:s|ping)?|do not crop"),
    (Limit.THIRD_PARTY, ("handout",), rf"handout(?: {_PICTURE})?"),
    (
        Limit.TERRITORY,
        ("use", "rights", "available", "publi"),
        (
            r"(?:no (?:use|rights|publication)|not (?:for use|available|to be (?:used|published)))"
            r"(?: in)? (?P<where>@PLACES@)"
        ),
    ),
    (
        Limit.OTHER,
        ("marketing", "advertising", "commercial"),
        (
            r"(?:no|not for(?: sale for)?) (?:marketing|advertising|commercial use)"
            r"(?: (?:or|and|no) (?:marketing|advertising))?(?: campaigns?)?"
        ),
    ),
    (
        Limit.OTHER,
        ("internet", "online", "web", "tv", "television", "mag", "tabloid", "newspaper", "books"),
        (
            r"no (?:internet|online|web|tv|television|magazines?|mags|tabloids?|newspapers|books?)"
            r"(?: use)?|(?:internet|online|tv|magazines|mags|tabloids|newspapers|books) out"
        ),
    ),
)

FORMS = tuple(
    Form(limit, cues, _any_case(pattern), clause=False) for limit, cues, pattern in _SURE
) + tuple(
    Form(
        limit,
        cues,
        re.compile(
            rf"(?<![\w-])(?:{_loose(pattern).replace('@PLACES@', PLACES)})(?!\w)", re.IGNORECASE
        ),
        clause=True,
    )
    for limit, cues, pattern in _CLAUSES
)
"""The forms that have no date and no credit in them."""

_LISTED = rf"(?:(?i:{PLACE})|{CODE})"
OUT = re.compile(
    rf"(?<![\w-])(?=[^\W\d_])(?P<where>{_LISTED}(?:(?:\s?[,/&]\s?|\s(?:AND|and)\s){_LISTED}){{0,12}})"
    rf"\s{{1,3}}(?:OUT|Out)(?!\w)"
)
"""``AUSTRIA, SWITZERLAND OUT``: in upper case, for "Germany out in the group stage" is prose."""

CODES = re.compile(
    rf"(?<![\w-])(?=\w)(?P<code>SALESOUT|NARCH|EUO|3TP|(?P<where>{CODE}|(?i:{PLACE}))OUT)(?!\w)"
)
"""Reuters' codes for special instructions."""

CODE_LIMITS = {
    "SALESOUT": Limit.NO_RESALE,
    "NARCH": Limit.NO_ARCHIVE,
    "EUO": Limit.EDITORIAL_ONLY,
    "3TP": Limit.THIRD_PARTY,
}
SHORT_CODES = frozenset({"EUO", "3TP"})
"""Codes that may mean something else: they count beside another code, or alone."""

EMBARGO = _any_case(
    r"\b(?:(?:strict(?:ly)?|under|press|media|sous) )?embargo(?:ed|e)?~"
    r"(?:(?:for|from) (?:release|publication|use) )?"
    r"(?:until\b|till\b|to\b|jusqu['’?]?~(?:au|à)\b|hasta(?: el)?\b|fino al?\b|bis\b|:)"
    r"|\b(?:gesperrt|sperrfrist)\b(?:~:| (?:bis|endet|der meldung bis)\b|(?=\s\d))"
    r"|\b(?:not (?:for (?:publication|release|use)|to be (?:published|released|used))"
    r"|no (?:use|publication)) (?:before|until|prior to)\b"
    r"|\bembargad[oa]s? hasta(?: el)?\b|\bno publicar antes del?\b|\bà ne pas publier avant\b"
)
"""What announces an embargo's day."""

BARE_EMBARGO = re.compile(r"\b(?:(?:STRICT(?:LY)?|UNDER)\s{1,3}EMBARGO(?:ED)?|EMBARGOED)\b")
"""An embargo without a day: in upper case only."""

NUMBERS = {"seven": 7, "ten": 10, "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90}
_COUNT = rf"(?P<n>\d{{1,4}}|{'|'.join(NUMBERS)})(?: ?\(\d{{1,4}}\))?"
_UNIT = "(?P<unit>days?|hours?|weeks?|tagen?|stunden|wochen|jours|heures|días|horas)"
_SENT = (
    r"(?:from|of|after|following) (?:the )?(?:(?:time|date|day) of )?(?:first )?"
    r"(?:transmission|distribution|release|receipt|publication|delivery)"
)
_SPAN = _loose(rf"{_COUNT}(?: |-){_UNIT}".replace(" ?", "~"))
DAYS = tuple(
    re.compile(_loose(before) + _SPAN + _loose(behind), re.IGNORECASE)
    for before, behind in (
        (
            (
                r"\b(?:(?:to|may only|can only|may|can|must|must only) be |only )?"
                r"(?:use[ds]?|usage|valid|available|access|licen[cs]e|nutzung|verwendung)~:?~"
                r"(?:(?:is|are|allowed|permitted|limited|available|only|for use|nur) ){0,4}"
                r"(?:(?:for|within|up to|to|für|innerhalb(?: von)?) )(?:only |a |the |next ){0,2}"
            ),
            rf"(?P<sent> {_SENT})?\b",
        ),
        (r"(?<![\w.,-])", rf"(?P<sent> {_SENT})\b"),
        (r"(?<![\w.,-])", r"(?P<sent> use only)\b"),
    )
)
"""For how many days a picture may be used; ``sent`` is what only agencies say."""

LAST_DAY = _any_case(
    rf"\b(?P<picture>(?:this|these|the) {_PICTURE} )?"
    r"(?:(?:not|no)(?: (?:to be|for|be))?(?: (?:use|used|usage|valid|available|published"
    r"|publication))? after"
    r"|(?:usage|use|rights|licen[cs]e|permission|validity)(?: rights)? (?:ends?|expires?|until|till"
    r"|limited to|by)(?: on)?"
    r"|(?:(?:may|must|can) (?:only )?be|only be|to be) used (?:only )?(?:until|till|up to)"
    r"|(?:must|may|can) not be used after"
    r"|(?:available|valid) (?:for use )?(?:until|till)"
    r"|expir(?:es|y(?: date)?|ation(?: date)?)(?: on)?~:?~"
    r"|(?:nutzung|verwendung|veröffentlichung) nur bis(?: zum)?)(?=[\s:\d])"
)
"""What announces the last day of use."""

MANDATORY = _any_case(
    r"\bmandatory credit(?: line)?\b~:?|\bcredit (?:is )?mandatory\b"
    r"|\b(?:crédito|credito|mention|crédit) (?:obligatorio|obligatoire)\b~:?"
)
QUOTED_CREDIT = re.compile(r"\s{0,3}[\"“”'‘?«][^\"“”‘«»\n?]{1,120}[\"“”'’»?]")
NAMED_CREDIT = re.compile(r"\s{0,3}[^\n.;()]{1,120}")
