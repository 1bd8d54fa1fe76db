"""The agencies and the roles that stand in credit lines, with their printed spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPELLINGS: dict[str, tuple[str, ...]] = {
    "AFP": ("AFP PHOTOS", "AFP PHOTO",
            "AFP Photo", "AFP-Photo", "AFP-Services", "AFP-JIJI", "AFP-Jiji",
            "AFP",
            "Agence France-Presse", "AGENCE FRANCE-PRESSE", "Agence France Presse"),
    "Getty Images": ("GETTY IMAGES NORTH AMERICA", "GETTY IMAGES EUROPE", "GETTY IMAGES ASIAPAC",
                     "GETTY IMAGES SOUTH AMERICA", "GETTY IMAGES AFRICA",
                     "GETTY IMAGES", "Getty Images", "Getty images",
                     "GettyImages", "Getty", "GETTY",
                     "WireImage", "FilmMagic"),
    "AP": ("AP Photo", "AP Foto", "AP PHOTO", "AP Images", "The Associated Press",
           "ASSOCIATED PRESS", "Associated Press", "AP"),
    "Reuters": ("Thomson Reuters", "REUTERS", "Reuters", "RETUERS", "Retuers", "retuers",
                "REUETRS", "Reuetrs", "reuetrs"),
    "EPA": ("EPA-EFE", "EPA Images", "EPA", "epa"),
    "dpa": ("dpa-Zentralbild", "dpa-Bildfunk", "dpa-pool", "dpa-tmn", "dpa", "DPA",
            "Deutsche Presse-Agentur"),
    "PA": ("PA Wire", "PA Images", "PA Archive", "PA Media", "PA Photos", "PA Graphics",
           "PA WIRE", "Press Association Images", "Press Association", "PA"),
    "picture alliance": ("picture alliance", "picture-alliance", "Picture Alliance",
                         "Picture-Alliance"),
    "Xinhua": ("Xinhua News Agency", "Xinhua", "XINHUA"),
    "Anadolu": ("Anadolu Agency", "Anadolu Ajans\u0131", "Anadolu Images", "ANADOLU AGENCY",
                "Anadolu", "ANADOLU"),
    "TASS": ("ITAR-TASS", "TASS"),
    "Sputnik": ("Sputnik", "SPUTNIK", "RIA Novosti"),
    "Kyodo": ("Kyodo News", "Kyodo", "KYODO"),
    "Jiji Press": ("JIJI PRESS", "Jiji Press"),
    "Yonhap": ("YONHAP", "Yonhap"),
    "ANSA": ("ANSA",),
    "EFE": ("EFE",),
    "APA": ("APA-PictureDesk", "APA"),
    "Keystone": ("KEYSTONE", "Keystone"),
    "ANP": ("ANP",),
    "Belga": ("BELGA", "Belga"),
    "DHA": ("DHA",),
    "AAP": ("AAP Image", "AAP"),
    "The Canadian Press": ("THE CANADIAN PRESS", "The Canadian Press", "CANADIAN PRESS"),
    "USA TODAY Sports": ("USA TODAY Sports", "USA TODAY NETWORK", "USA TODAY"),
    "Shutterstock": ("REX Features", "REX/Shutterstock", "Shutterstock", "SHUTTERSTOCK", "REX"),
    "Alamy": ("Alamy Live News", "Alamy Stock Photo", "Alamy", "ALAMY"),
    "NurPhoto": ("NurPhoto", "NURPHOTO"),
    "ZUMA Press": ("ZUMA Press Wire", "ZUMA Press", "ZUMA Wire", "ZUMA"),
    "imago": ("IMAGO Images", "imago images", "imago-images", "IMAGO", "imago", "Imago"),
    # Suppliers of imago and picture alliance whose names look like persons' names in a chain.
    "DeFodi Images": ("DeFodi Images", "DeFodi"),
    "Eibner-Pressefoto": ("Eibner-Pressefoto", "Eibner"),
    "HMB-Media": ("HMB-Media", "HMB Media"),
    "nordphoto": ("Nordphoto", "NORDPHOTO"),
    "Pemax": ("Pemax",),
    "PIC ONE": ("PIC ONE",),
    "Westend61": ("Westend61",),
    "SIPA": ("Sipa USA", "SIPA USA", "SIPA", "Sipa"),
    "Abaca": ("ABACAPRESS", "ABACA"),
    "Hans Lucas": ("Hans Lucas",),
    "Business Wire": ("Business Wire", "BUSINESS WIRE"),
    "PR Newswire": ("PR Newswire", "PRNewswire", "PR NEWSWIRE"),
    "Bloomberg": ("Bloomberg",),
    "NTB": ("NTB Scanpix", "NTB"),
    "TT": ("TT News Agency", "TT NEWS AGENCY"),
    "Lehtikuva": ("LEHTIKUVA", "Lehtikuva"),
    "Ritzau Scanpix": ("Ritzau Scanpix",),
}  # fmt: skip

# Names that mean an agency inside a credit only; in prose they are other words.
_INSIDE = {"TT": "TT", "SID": "SID", "TNS": "TNS", "sid": "SID", "empics": "PA", "abaca": "Abaca",
           "imageBROKER": "imageBROKER", "EPA Pool": "EPA", "AFP Forum": "AFP"}  # fmt: skip

_ROLES: dict[str, tuple[str, ...]] = {
    "pool": ("POOL", "Pool"),
    "handout": ("HANDOUT", "Handout", "HO", "Handout Photo"),
    "file": ("FILE PHOTO", "File Photo", "File", "FILE", "Archivo", "Archiv", "ARCHIVO"),
    "stringer": ("STRINGER", "Stringer", "STR"),
}

_CANONICAL = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings}
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words}


def tree(words: Iterable[str]) -> str:
    """The pattern of any of the words that decides letter by letter, longest first.

    A line break may stand for the space inside a name.
    """
    branches: dict[str, list[str]] = {}
    ends = False
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
        else:
            ends = True
    if not branches:
        return ""
    made = [_letter(first) + tree(rest) for first, rest in sorted(branches.items())]
    if len(made) == 1 and not ends:
        return made[0]
    return f"(?:{'|'.join(made)})" + ("?" if ends else "")


def _letter(letter: str) -> str:
    return r"\s" if letter == " " else re.escape(letter)


AGENCY = rf"(?:{tree(sorted(_CANONICAL))})(?!\w)"
"""Pattern of any spelling of any agency, longest first, ending at a word's end."""

ROLE = rf"(?:{tree(sorted(_ROLE_OF))})(?![\w])"
"""Pattern of a word that tells how the picture came, not who took it."""


FIRST_WORDS = frozenset(re.split(r"[^A-Za-z]", spelling)[0] for spelling in _CANONICAL)
"""The word that each spelling of an agency begins with."""


def agency_named(element: str) -> str | None:
    """Canonical short name of the agency that this whole element of a credit line is."""
    key = " ".join(element.split()).rstrip(".")
    return (
        _CANONICAL.get(key) or _INSIDE.get(key) or _CANONICAL.get(key.removesuffix(" for").strip())
    )


def role_named(element: str) -> str | None:
    """``handout``, ``pool``, ``file`` or ``stringer`` where the whole element is such a word."""
    return _ROLE_OF.get(" ".join(element.split()).rstrip("."))
