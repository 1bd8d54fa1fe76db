"""Orders to take a picture out of use, as any sender may put them.

Read in messages to clients only, with low confidence. A restriction ("may no longer be used
after 30 May", "not without ...") is no withdrawal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from provenance import identifiers
from provenance.grammars import frame as frames
from provenance.grammars.phrasing.instructions import instructions, replacement
from provenance.grammars.phrasing.phrases import Span
from provenance.grammars.reading import Context, Reading
from provenance.model import Confidence, ItemClass, NoticeKind, Pubstatus

_S = r"\s{1,4}"
_MORE = rf"(?:[^\W\d_]{{1,16}}{_S}){{0,4}}?"
_E = "(?:é|e\u0301|è|e|Ã.|\\?|\ufffd)"
_O = "(?:ö|oe|o\u0308|Ã.|o|\\?|\ufffd)"
_EN = r"(?:photo(?:graph)?s?|pictures?|images?|frames?|stor(?:y|ies)|items?)"
_FR = r"(?:photos?|photographies?|images?|clich.{1,2}s?)"
_DE = r"(?:fotos?|bild(?:er)?|aufnahmen?)"
_ES = r"(?:fotos?|fotograf.{1,2}as?|im.{1,2}gen(?:es)?)"
_IT = r"(?:foto(?:grafi[ae])?|immagin[ei])"
_PT = r"(?:fotos?|fotografias?|imagem|imagens)"
_THIS = rf"(?:this|these|the|all|above|following|attached|our|any){_S}"
_ORDERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (language, re.compile(rf"(?i)(?:{pattern})"))
    for language, pattern in (
        ("en", (
            rf"(?:(?:(?<![^\W_]\s)|(?<=\band\s))\b(?:please|kindly)|\b(?:you|clients|subscribers"
            rf"|editors|users){_S}must"
            rf"|\byou{_S}are{_S}(?:asked|requested|required){_S}to|\bwe{_S}(?:ask"
            rf"|request){_S}(?:that{_S})?you(?:{_S}to)?){_S}{_MORE}"
            rf"(?:kill|remove|delete|withdraw|discard|take{_S}down|destroy|(?:do{_S}not|don['’]t"
            rf"|stop){_S}us(?:e|ing)|disregard){_S}{_THIS}{_MORE}{_EN}\b"
            rf"|\b{_THIS}{_MORE}{_EN}\b[^.]{{0,120}}?\b(?:must|may|can"
            rf"|should){_S}(?:no{_S}longer{_S}be{_S}used|not{_S}be{_S}used{_S}any\s{{0,2}}more)\b"
            rf"|\b{_THIS}{_MORE}{_EN}\b[^.]{{0,120}}?\b(?:is"
            rf"|are){_S}no{_S}longer{_S}to{_S}be{_S}used\b"
            rf"|(?<![^\W_]\s)\bplease{_S}(?:immediately{_S})?(?:kill|remove|delete){_S}(?:it"
            rf"|them){_S}from{_S}(?:all{_S})?your\b"
        )),
        ("fr", (
            rf"\b(?:ne{_S}plus|ne{_S}pas){_S}(?:utiliser|diffuser|publier|exploiter){_S}(?:cette"
            rf"|ces|la|les){_S}{_MORE}{_FR}\b"
            rf"|\b(?:cette|ces|la|les){_S}{_MORE}{_FR}\b[^.]{{0,120}}?\bne{_S}(?:doi(?:t|vent)"
            rf"|peu(?:t|vent)){_S}plus{_S}{_E}tre{_S}(?:utilis|diffus|publi|exploit)"
            rf"|\b(?:veuillez|merci{_S}de|pri{_E}re{_S}de){_S}{_MORE}(?:supprimer|retirer"
            rf"|effacer|d{_E}truire){_S}(?:cette|ces|la|les){_S}{_MORE}{_FR}\b"
            rf"|\b(?:supprimez|retirez|effacez){_S}(?:cette|ces|la|les){_S}{_MORE}{_FR}\b"
        )),
        ("de", (
            rf"\bbitte{_S}(?:l{_O}schen|entfernen|sperren){_S}sie{_S}{_MORE}{_DE}\b"
            rf"|\bbitte\b[^.]{{0,80}}?\b{_DE}\b[^.]{{0,80}}?\b(?:nicht{_S}(?:mehr"
            rf"|weiter){_S}(?:zu{_S})?(?:verwenden|nutzen|ver{_O}ffentlichen)|l{_O}schen"
            rf"|entfernen|sperren)\b"
            rf"|\b(?:das|die|dieses|diese){_S}{_MORE}{_DE}\b[^.]{{0,80}}?\b(?:d.{{1,2}}rf(?:en)?"
            rf"|darf|ist|sind)\b[^.]{{0,40}}?\bnicht{_S}(?:mehr|weiter){_S}(?:zu{_S}verwenden"
            rf"|verwendet{_S}werden|genutzt{_S}werden|ver{_O}ffentlicht{_S}werden)\b"
        )),
        ("es", (
            rf"\b(?:rogamos|se{_S}ruega|les?{_S}pedimos|pedimos|solicitamos"
            rf"|por{_S}favor){_S}{_MORE}(?:elimin|retir|borr|anul|no{_S}utili|no{_S}us"
            rf"|no{_S}public)\w{{1,6}}{_S}{_MORE}{_ES}\b"
            rf"|\bno{_S}(?:utilizar|usar|publicar|difundir){_S}(?:m.{{1,2}}s{_S})?(?:esta|estas"
            rf"|la|las){_S}{_MORE}{_ES}\b"
        )),
        ("it", (
            rf"\b(?:si{_S}prega{_S}di|vi{_S}preghiamo{_S}di"
            rf"|preghiamo{_S}di){_S}{_MORE}(?:eliminare|rimuovere|cancellare|ritirare"
            rf"|non{_S}utilizzare|non{_S}usare|non{_S}pubblicare){_S}{_MORE}{_IT}\b"
            rf"|\bnon{_S}(?:utilizzare|usare|pubblicare){_S}(?:pi.{{1,2}}{_S})?(?:questa|queste"
            rf"|la|le){_S}{_MORE}{_IT}\b"
        )),
        ("pt", (
            rf"\b(?:favor|pedimos|solicitamos|por{_S}favor,?){_S}{_MORE}(?:elimin|remov|apagu?"
            rf"|exclu|retir|n.{{1,2}}o{_S}(?:utiliz|us|publi[cq]))\w{{1,6}}{_S}{_MORE}{_PT}\b"
        )),
        ("nl", (rf"\b(?:gelieve|verzoeke|wij{_S}verzoeken{_S}u){_S}[^.]{{0,60}}?\b(?:foto['’]?s?"
        rf"|beeld(?:en)?)\b[^.]{{0,60}}?\b(?:te{_S})?(?:verwijderen"
        rf"|niet{_S}meer{_S}te{_S}gebruiken)\b")),
        ("sv", (rf"\b(?:v.{{1,2}}nligen|var{_S}god){_S}(?:radera|ta{_S}bort"
        rf"|anv.{{1,2}}nd{_S}inte){_S}{_MORE}(?:bild(?:en|erna)?|foto(?:t|n)?)\b")),
    )
)  # fmt: skip
_UNDER_CONDITION = re.compile(
    r"(?i)\b(?:after|beyond|without|outside|until|unless|except|for\s{1,4}(?:commercial"
    r"|advertising|more\s{1,4}than)|longer\s{1,4}than|prior\s{1,4}to|before"
    r"|apr.{1,2}s\s{1,4}le|sans|sauf|hors|au-del.|nach\s{1,4}(?:dem|ablauf)|ohne|au(?:ß|ss)er"
    r"|bis\s{1,4}zum|sin|salvo|despu.{1,2}s\s{1,4}de|a\s{1,4}partir"
    r"|senza|dopo|sem|depois|zonder|utan|in\s{1,4}(?:advertis|the\s{1,4}(?:us|uk|usa)\b))"
)
# "Please disregard the kill of photo ...": the contrary of an order to kill it.
_LIFTED = re.compile(
    r"(?i)\bdisregard\b[^.]{0,60}?\b(?:kill|withdrawal|elimination|notice|advisory|correction)\b"
    r"|\b(?:kill|withdrawal|elimination)\b[^.]{0,40}?\b(?:lifted|cancell?ed|rescinded|revoked)\b"
    r"|\b(?:may|can)\s{1,4}(?:again\s{1,4})?be\s{1,4}used\s{1,4}(?:again|normally)\b"
)
_TEXT = re.compile(r"(?i)\b(?:stor(?:y|ies)|items?)\b")
_PICTURE = re.compile(
    rf"(?i)\b(?:photo\w{{0,8}}|pictures?|images?|frames?|{_FR}|{_DE}|{_ES}|{_IT}|{_PT}"
    rf"|beeld(?:en)?|bild(?:en|erna)?)\b"
)
_LONGEST_SENTENCE = 1_000


def orders(text: str, spans: Sequence[Span], context: Context) -> Iterator[Reading]:
    """The order to clients that a message holds, if any; its sentences are one notice."""
    ordered = [(span, language) for span in spans if (language := _ordered(text, span))]
    if not ordered:
        return
    (start, _), language = ordered[0]
    end = ordered[-1][0][1]
    words = text[start:end]
    said = frames.own_words(text, start, end)
    yield Reading(
        form="general.withdrawal",
        frame=frames.frame(text, start, end, complete=True),
        provider=context.provider,
        kind=NoticeKind.WITHDRAWAL,
        pubstatus=Pubstatus.CANCELED,
        identifiers=identifiers.find(words),
        instructions=instructions(said),
        replacement=replacement(said),
        language=language,
        confidence=Confidence.LOW,
        item_class=_item_class(words),
    )


def _ordered(text: str, span: Span) -> str | None:
    """The language of the order that this sentence is."""
    start, end = span
    if end - start > _LONGEST_SENTENCE:
        return None
    sentence = text[start:end]
    if _LIFTED.search(sentence) is not None:
        return None
    if (
        _PICTURE.search(sentence) is None
        and _TEXT.search(sentence) is None
        and "your" not in sentence.lower()
    ):
        return None
    found = next((language for language, pattern in _ORDERS if pattern.search(sentence)), None)
    if found is None or _UNDER_CONDITION.search(sentence):
        return None
    return found


def _item_class(words: str) -> ItemClass | None:
    picture, text = _PICTURE.search(words) is not None, _TEXT.search(words) is not None
    if picture == text:
        return None
    return ItemClass.PICTURE if picture else ItemClass.TEXT
