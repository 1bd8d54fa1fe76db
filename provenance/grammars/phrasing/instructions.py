"""What a notice asks of its reader: the duties, and whether a replacement comes.

AFP's, AP's, PA's, Reuters' and AAP's words are known from published notices; what is here of
German, Spanish, Italian and Portuguese is how such a request is put in those languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from provenance.grammars.phrasing.phrases import sentences
from provenance.grammars.reading import REPLACEMENT
from provenance.model import Duty, Instruction, Replacement
from provenance.wording import squeeze

_E = "(?:e\u0301|é|è|e|E\u0301|É|\\?|\ufffd|Ã.)"
_O = "(?:ö|oe|o\u0308|o|\\?|\ufffd|Ã.)"
_REMOVE = re.compile(
    r"(?i)\b(?:remov(?:e|al|ed|ing)|delet(?:e|ion|ed|ing)|eliminat(?:e|ed|ion|ing)|purged?"
    r"|tak(?:e|en|ing)\s{1,4}(?:\w{1,12}\s{1,4}){0,2}down|disabled?|discard|unpublish|destroy|(?:kill|pull)(?=\s{1,4}(?:it|this|th[eo]se|the|all|any|from)\b)"
    r"|expunge|retire[zr]|retrait|supprim(?:e[zr]|ons)|suppression|efface[zr]|enleve[zr]|d.{1,2}publie[zr]"
    rf"|entfern(?:en|t|ung)|l{_O}sch(?:en|t|ung)|gel{_O}scht|herunternehmen|depublizieren"
    r"|elimin(?:ar|en|e|ado|ada|em|are|azione)|retir(?:ar|en|em|e)|borr(?:ar|en)|suprim(?:ir|an)"
    r"|rimuov(?:ere|ete|ano)|cancell(?:are|ate)|ritirare|remov(?:er|am|a)|apag(?:ar|uem)|exclu(?:ir|am))\b"
)
_TAKE_DOWN = re.compile(
    r"(?i)\b(?:tak(?:e|en|ing)\s{1,4}(?:\w{1,12}\s{1,4}){0,2}down|unpublish|d.{1,2}publie[zr]|depublizieren"
    r"|herunternehmen|offline\s{1,4}nehmen)\b"
)
_ONLINE = re.compile(
    r"(?i)\b(?:on-?\s?line|platforms?|social(?:\s{1,4}media)?|web-?\s?sites?|web|internet|apps?"
    r"|any\s{1,4}media\s{1,4}you\s{1,4}publish|digital\s{1,4}(?:services|editions|products)"
    r"|en\s{1,4}ligne|sites?|plate-?formes|r.{1,3}seaux\s{1,4}sociaux"
    r"|online-?\w{0,20}|web(?:seiten?|auftritt\w{0,3}|angebot\w{0,3})|plattformen|portalen?"
    r"|en\s{1,4}l.{1,2}nea|sitios|p.{1,2}ginas|plataformas|redes\s{1,4}soci\w{2,4}"
    r"|siti|piattaforme|redes\s{1,4}sociais)\b"
)
_STORED = re.compile(
    r"(?i)\b(?:servers?|(?:\w{1,20}\s{1,4})?systems?|archives?|archiving|data-?\s?bases?|librar(?:y|ies)"
    r"|storage|repositor(?:y|ies)|serveurs?|syst.{1,3}mes?|bases?\s{1,4}de\s{1,4}(?:donn.{1,2}es|datos|dados)"
    r"|servern?|systemen?|archiv(?:en|s)?|bildarchiv\w{0,3}|datenbank(?:en)?|datenbest.{1,2}nden?"
    r"|servidor(?:es)?|sistemas?|archivos?|sistemi|archivi(?:o)?|banche\s{1,4}dati|arquivos?"
    r"|bancos?\s{1,4}de\s{1,4}dados)\b"
)
_OTHERS = re.compile(
    r"(?i)\b(?:third[\s-]{1,4}part(?:y|ies)|sub-?\s?(?:licensees?|clients?|subscribers?)|your\s{1,4}(?:\w{1,20}\s{1,4})?"
    r"(?:clients?|subscribers?|customers?|partners?|recipients?)|(?:clients?|partners?|subscribers?)\s{1,4}to\s{1,4}whom"
    r"|anyone\s{1,4}to\s{1,4}whom|tiers|tierces?|vos\s{1,4}(?:clients|partenaires|abonn.{1,2}s)|partenaires"
    r"|dritten?|ihre[nr]?\s{1,4}(?:kunden|abnehmern?|partnern?|weiterverwertern?)|terceros|sus\s{1,4}(?:clientes|abonados|socios)"
    r"|terzi|vostri\s{1,4}clienti|terceiros|seus\s{1,4}clientes)\b"
)
_ENSURE = re.compile(
    r"(?i)\b(?:same\s{1,4}actions?|ensure|inform|notif(?:y|ied)|advise|tell|told|alert|pass(?:\s{1,4}\w{1,12}){0,3}\s{1,4}(?:on|along)"
    r"|forward|assure[zr]?|veille[zr]|informe[zr]|pr.{1,2}ven(?:ir|ez)|avis(?:er|ez)|transmett(?:re|ez)|r.{1,2}percut(?:er|ez)|fassent"
    r"|sicherstellen|sicherzustellen|stellen\s{1,4}sie|sorgen|informieren|unterrichten|weiterleiten|weiterzugeben"
    r"|aseg.{1,2}r(?:ar|ense|ese|en)|asegurarse|inform(?:ar|en|em|are|ate)|notifi(?:car|quen|quem|care)|avis(?:ar|en|em|are|ate)"
    r"|garant\w{2,6}|assicur\w{2,6}|certifi\w{2,8})\b"
)
_INDIRECT = re.compile(r"(?i)\bindirect\s{1,4}possession\b")
_NOT_ASKED = re.compile(
    r"(?i)\b(?:ha(?:s|ve|d)(?:\s{1,3}been)?|was|were|not|n[o']t|never|no\s{1,3}need\s{1,3}to|ne\s{1,3}pas|nicht|kein(?:e|en)?|non|sin|senza|sem)\s{1,3}$"
)
_Places = tuple[int | None, int | None, int | None, int | None, int | None]
_ASKED = (Duty.REMOVE_ONLINE, Duty.DELETE_SERVERS, Duty.INFORM_THIRD_PARTIES)
_ANNOUNCED, _EXCLUDED = 3, 4
_NEAR = 240
_LOOK_BACK = 24
_LONGEST_WORDS = 600
_LONGEST_NOTICE = 100_000

_VERSION = (
    r"(?:version|picture|photo|photograph|image|story|caption|item|file|copy|fassung|bild|foto|aufnahme"
    r"|versi.{1,2}n|imagen|fotograf.{1,2}a|immagine|versione|vers.{1,2}o|imagem)"
)
_COMING = re.compile(
    rf"(?i)\b(?:corrected|new|replacement|substitute|amended|alternative|revised)\s{{1,4}}(?:\w{{1,16}}\s{{1,4}})?{_VERSION}s?\b"
    rf"[^.]{{0,60}}?\b(?:(?:will|shall)\s{{1,4}}(?!not\b)|shortly|follow(?:s|ing)?\b|immediately)"
    rf"|\b(?:will|shall|is|are)\s{{1,4}}(?:shortly\s{{1,4}}|being\s{{1,4}}|be\s{{1,4}}){{1,2}}"
    r"(?:replaced|re-?sent|re-?transmitted|re-?issued|re-?filed|re-?placed)\b"
    r"|\breplacement\s{1,4}(?:will\s{1,4}(?!not\b)|to\s{1,4}(?:follow|come)|follows|shortly)"
    rf"|\b(?:nouvelle\s{{1,4}}(?:version|photo|image)|version\s{{1,4}}corrig{_E}e)\b[^.]{{0,60}}?\b(?:suivra|suit|sera|vous|va|prochainement)\b"
    rf"|\bsera\s{{1,4}}(?:prochainement\s{{1,4}})?(?:remplac{_E}e?|retransmise|renvoy{_E}e)\b"
    rf"|\b(?:ersatz|neue\s{{1,4}}{_VERSION}|neufassung|(?:korrigierte|berichtigte)\s{{1,4}}{_VERSION}|ersatzbild|berichtigung)"
    r"\s{1,4}(?:folgt|wird|kommt|in\s{1,4}k.{1,2}rze)\b|\bwird\s{1,4}(?:in\s{1,4}k.{1,2}rze\s{1,4})?(?:durch\b[^.]{1,60}\s)?(?:ersetzt|neu\s{1,4}gesendet)\b"
    rf"|\b(?:nueva|nova|nuova)\s{{1,4}}{_VERSION}\b[^.]{{0,60}}?\b(?:seguir\w{{1,2}}|ser\w{{1,2}}|enviar\w{{1,3}}|en\s{{1,4}}breve|em\s{{1,4}}breve|a\s{{1,4}}breve|seguir.{{1,2}})"
    rf"|\b{_VERSION}\s{{1,4}}(?:corregida|corretta|corrigida)\b[^.]{{0,60}}?\b(?:seguir\w{{1,2}}|ser\w{{1,2}}|enviar\w{{1,3}}|en\s{{1,4}}breve|em\s{{1,4}}breve|a\s{{1,4}}breve)"
)
_NO_OTHER = re.compile(
    rf"(?i)\bno\s{{1,4}}(?:other|alternative|replacement|substitute|corrected|new)\s{{1,4}}(?:{_VERSION})s?\b|\bno\s{{1,4}}(?:replacement|substitute)\b"
    r"|\breplacement\b[^.]{0,60}?\b(?:not\s{1,4}be|no\s{1,4}longer)\s{1,4}(?:issued|sent|available|provided|transmitted)"
    r"|\bwill\s{1,4}not\s{1,4}be\s{1,4}(?:replaced|re-?sent|re-?issued|re-?transmitted)\b"
    rf"|\baucune\s{{1,4}}(?:autre|nouvelle)\s{{1,4}}(?:version|image|photo)|\bne\s{{1,4}}sera\s{{1,4}}pas\s{{1,4}}remplac{_E}"
    rf"|\bkeine\s{{1,4}}(?:andere|neue|korrigierte)\s{{1,4}}{_VERSION}|\bkein(?:en)?\s{{1,4}}ersatz\b|\bwird\s{{1,4}}nicht\s{{1,4}}(?:ersetzt|neu\s{{1,4}}gesendet)\b"
    rf"|\bno\s{{1,4}}(?:hay|habr.{{1,2}}|existe|se\s{{1,4}}enviar.{{1,2}})\s{{1,4}}(?:otra|nueva)\s{{1,4}}{_VERSION}|\bno\s{{1,4}}ser.{{1,2}}\s{{1,4}}(?:sustituida|reemplazada)"
    rf"|\bnessun'?a?\s{{0,4}}(?:altra|nuova)\s{{1,4}}{_VERSION}|\bnon\s{{1,4}}sar.{{1,2}}\s{{1,4}}sostituita"
    rf"|\bn.{{1,2}}o\s{{1,4}}(?:h.{{1,2}}|haver.{{1,2}}|existe)\s{{1,4}}(?:outra|nova)\s{{1,4}}{_VERSION}|\bn.{{1,2}}o\s{{1,4}}ser.{{1,2}}\s{{1,4}}substitu.{{1,2}}da"
)


def instructions(text: str) -> tuple[Instruction, ...]:
    """What a notice asks for and what it says of a replacement, each with its words.

    The words are the whole sentence that asks. A duty that no word names is not assumed.
    Of a longer text than any notice is, the first hundred thousand characters are read.
    """
    spoken = _spoken(text[:_LONGEST_NOTICE])
    found = [
        Instruction(duty, _clause(sentence, at))
        for index, duty in enumerate(_ASKED)
        for sentence, at in _first(spoken, index)
    ]
    for index in (_EXCLUDED, _ANNOUNCED):
        said = next(_first(spoken, index), None)
        if said is not None:
            found.append(Instruction(REPLACEMENT, _clause(*said)))
            break
    return tuple(found)


def replacement(text: str) -> Replacement:
    """Whether the words of a notice announce, or exclude, another version.

    A template that still says both says neither.
    """
    text = text[:_LONGEST_NOTICE]
    said = [_said(one) for one in _spoken(text)]
    announced = any(one[_ANNOUNCED] is not None for one in said)
    excluded = any(one[_EXCLUDED] is not None for one in said)
    if announced == excluded or _either(text):
        return Replacement.UNKNOWN
    return Replacement.NONE if excluded else Replacement.COMING


_EITHER = re.compile(
    r"(?i)\bwill\s{1,4}be\s{1,4}\w{1,12}(?:\s{1,4}\w{1,12})?\s{0,4}(?:/|\bor\b)\s{0,4}will\s{1,4}not\s{1,4}be\b"
)


def _either(words: str) -> bool:
    """Whether AAP's template stands there as it is before anyone filled it in."""
    return _EITHER.search(words) is not None


@lru_cache(maxsize=2)  # A notice is asked for its duties, then for a replacement.
def _spoken(text: str) -> tuple[str, ...]:
    return tuple(text[a:b] for a, b in sentences(text))


def _first(spoken: Sequence[str], index: int) -> Iterator[tuple[str, int]]:
    for sentence in spoken:
        at = _said(sentence)[index]
        if at is not None:
            yield sentence, at
            return


def _said(sentence: str) -> _Places:
    """Where a sentence asks for each duty, announces another version, and excludes one."""
    return _remembered(sentence) if len(sentence) <= _LONGEST_WORDS else _places(sentence)


def _places(sentence: str) -> _Places:
    announced, excluded = _COMING.search(sentence), _NO_OTHER.search(sentence)
    # "No replacement will follow" excludes what its last words would announce.
    if announced and excluded and excluded.start() < announced.start() < excluded.end():
        announced = None
    return (
        _asks_removal(sentence),
        _asks_deletion(sentence),
        _asks_informing(sentence),
        None if announced is None else announced.start(),
        None if excluded is None else excluded.start(),
    )


# Notices of one form say the same sentences.
_remembered = lru_cache(maxsize=1024)(_places)


def _asks_removal(sentence: str) -> int | None:
    down = _TAKE_DOWN.search(sentence)
    if down is not None and not _is_not_asked(sentence, down.start()):
        return down.start()
    return _near(sentence, _REMOVE, _ONLINE)


def _asks_deletion(sentence: str) -> int | None:
    return _near(sentence, _REMOVE, _STORED)


def _asks_informing(sentence: str) -> int | None:
    indirect = _INDIRECT.search(sentence)
    return indirect.start() if indirect is not None else _near(sentence, _ENSURE, _OTHERS)


def _near(sentence: str, verb: re.Pattern[str], thing: re.Pattern[str]) -> int | None:
    """Where the sentence asks to do something with a thing that it names near by."""
    things = iter(thing.finditer(sentence))
    last = next(things, None)
    if last is None:
        return None
    earlier = -_NEAR - 1
    for match in verb.finditer(sentence):
        while last is not None and last.start() < match.end():
            earlier = last.end()
            last = next(things, None)
        ahead = last is not None and last.start() - match.end() <= _NEAR
        behind = match.start() - earlier <= _NEAR
        if (ahead or behind) and not _is_not_asked(sentence, match.start()):
            return match.start()
    return None


def _is_not_asked(sentence: str, at: int) -> bool:
    return _NOT_ASKED.search(sentence[max(0, at - _LOOK_BACK) : at]) is not None


def _clause(sentence: str, at: int) -> str:
    """The sentence, squeezed; of one without an end, the part around what it asks."""
    if len(sentence) > _LONGEST_WORDS:
        start = max(0, at - _LONGEST_WORDS // 4)
        sentence = sentence[start : start + _LONGEST_WORDS]
    return squeeze(sentence)
