"""Who a message comes from and what its heading announces.

Neither proves anything: a From field can be forged, a subject may say anything. They only
choose how the message is read.
"""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)\s{0,8}>?\s{0,8}$")
_DOMAINS = {
    "afp.com": "AFP",
    "ap.org": "AP",
    "reuters.com": "Reuters",
    "thomsonreuters.com": "Reuters",
    "dpa.com": "dpa",
    "gettyimages.com": "Getty Images",
    "epa.eu": "EPA",
    "pa.media": "PA",
    "aap.com.au": "AAP",
    "thecanadianpress.com": "The Canadian Press",
    "efe.com": "EFE",
}

_ENGLISH = (
    # What a blast or a team does in a headline announces nothing.
    r"correct(?:ion|ions|ed|ive|ives|ing|s)?|corrigend(?:um|a)|errat(?:um|a)|refile"
    r"|(?:mandatory|picture|photo|image|caption|story)[\s-]{0,3}(?:kill|elimination)"
    r"|(?-i:KILL|ELIMINATION|ELIMINATE|RECALL)|kill\s{0,3}(?:notice|notification)"
    r"|withdraw(?:al|n)|withheld|retract(?:ed|ion)|take-?\s?down\s{1,3}notice"
    r"|clarif(?:ies|ied|ication)"
)
_FRENCH = (
    r"rectificat(?:if|ifs|ion|ions)|rectifi[ée]e?s?|corrig[ée]e?s?|retrait|retir[ée]e?s?"
    r"|annul(?:ation|[ée]e?s?)|effacement"
)
_GERMAN = (
    r"berichtigung(?:en)?|berichtigt|korrektur(?:en)?|korrigiert|zur(?:ü|ue)ckziehung"
    r"|zur(?:ü|ue)ckgezogen|r(?:ü|ue)ckruf|r(?:ü|ue)ckzug|l(?:ö|oe)schung|sperrung|gesperrt"
)
_ROMANCE = (
    r"correcci[óo]n(?:es)?|corrige|corregid[oa]s?|rectifica(?:ci[óo]n|r)?|anulaci[óo]n"
    r"|anulad[oa]s?|anula|borrado|retirad[oa]s?"
    r"|corre[çc](?:ão|ao|ões|oes)|corrigid[oa]s?|anula(?:ção|cao)|apagamento|retirar"
    r"|rettifica|correzion[ei]|corretto|annullamento|annullat[oa]|ritir(?:o|at[oa])"
)
_NORTHERN = (
    r"correctie|rectificatie|intrekking|ingetrokken|rettelse|rettet|rättelse|korrigering"
    r"|tilbaketrukket|tilbagekaldt|korjaus|oikaisu|poisto"
)
_OTHERS = r"d[üu]zeltme|sprostowanie|korekta|исправление|поправка|аннулирован[оие]?"
_WORDS = f"{_ENGLISH}|{_FRENCH}|{_GERMAN}|{_ROMANCE}|{_NORTHERN}|{_OTHERS}"
# Japanese and Arabic put no space between a word and what belongs to it.
_UNSPACED = "訂正|削除|差し替え|取り消し|更正|تصحيح"
_SIGNAL = re.compile(rf"(?i)(?<!\w)(?:{_WORDS})(?!\w)|{_UNSPACED}")
_LONGEST_HEADING = 2000


def provider(sender: str) -> str | None:
    """The agency whose own domain a From field names, by its canonical short name.

    Args:
        sender: the field's value; the address is what stands last in it.
    """
    found = _ADDRESS.search(sender[-400:])
    if found is None:
        return None
    labels = found[1].lower().split(".")
    for start in range(len(labels) - 1):
        agency = _DOMAINS.get(".".join(labels[start:]))
        if agency is not None:
            return agency
    return None


def signalled(heading: str) -> bool:
    """Whether a subject or a keyword line announces a correction or a withdrawal."""
    return _SIGNAL.search(heading[:_LONGEST_HEADING]) is not None
