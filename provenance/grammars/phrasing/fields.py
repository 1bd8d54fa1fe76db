"""The words by which agencies name the field they correct.

English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish and Finnish. A word
list and no pattern: a name is looked up whole, so that nothing in it can be searched twice.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from provenance.model import Property

_WORDS: tuple[tuple[Property, str], ...] = (
    (Property.CREATOR_NAMES, (
        "byline|by-line|by line|bylines|photographer|photographers|photographer name|creator"
        "|photographers name|photographer's name|photographers' name|author|photo by"
        "|fotograf|fotografin|fotografen|fotografenname|fotografennamen|bildautor|bildautorin"
        "|urheber|urheberin|urhebername|autorenzeile|name der fotografin"
        "|photographe|auteur|auteur de la photo|nom de l'auteur|signature"
        "|fotografo|fotografa|autor|autor de la foto|autoria|firma|autore|autrice|firma della foto"
        "|fotograaf|naam fotograaf|maker|fotografens namn|fotografnamn|bildbyline"
        "|kuvaaja|kuvaajan nimi|valokuvaaja|valokuvaajan nimi")),
    (Property.CREDIT_LINE, (
        "credit|credits|credit line|creditline|photo credit|photo credits|picture credit"
        "|image credit|photo credit line|agency|agency credit|bildnachweis|bildnachweise"
        "|fotonachweis|bildrechte|agentur|agenturname|credit photo|agence|credito|creditos"
        "|credito de la foto|credito fotografico|linea de credito|credito della foto|crediti"
        "|linha de credito|credito da foto|agencia|agenzia|fotocredit|bronvermelding"
        "|naamsvermelding"
        "|bildkredit|fotokredit|kuvatiedot|kuvan tiedot")),
    (Property.SOURCE, (
        "source|sources|photo source|quelle|bildquelle|quellenangabe|fuente|fonte|bron|kalla"
        "|bildkalla|lahde|kuvalahde")),
    (Property.COPYRIGHT_NOTICE, (
        "copyright|copyright notice|copyright line|urheberrecht|copyrightvermerk|droits d'auteur"
        "|derechos de autor|diritti d'autore|direitos autorais|auteursrecht|upphovsratt"
        "|tekijanoikeus")),
    (Property.CREATOR_JOBTITLE, "byline title|by-line title|photographer title|creator job title"),
    (Property.CAPTION_WRITER, (
        "caption writer|writer/editor|description writer|bildtextautor|redacteur de la legende")),
    (Property.HEADLINE, (
        "headline|headlines|uberschrift|schlagzeile|titelzeile|dachzeile|titel|titre|titulo|titular"
        "|encabezado|titolo|manchete|kop|rubrik|otsikko")),
    (Property.TITLE, "object name|title|slug|slugline|slug line|stichwortzeile"),
    (Property.DATE_CREATED, (
        "date|dates|date taken|date created|creation date|year|month|day|date of photo"
        "|aufnahmedatum|datum|jahr|jahreszahl|aufnahmetag|datumsangabe|date de prise de vue"
        "|date de la photo|annee|fecha|fecha de la foto|ano|data|data della foto|data da foto|anno"
        "|opnamedatum|jaar|ar|paivamaara|kuvauspaiva|vuosi|vuosiluku")),
    (Property.CITY, (
        "city|town|village|dateline|place|place name|placename|location|locations|location name"
        "|ort|ortes|ortsname|ortsnamen|ortsangabe|ortsmarke|spitzmarke|stadt|aufnahmeort|stadtname"
        "|ville|lieu|localite|lieu de prise de vue|ciudad|lugar|localidad|poblacion|citta|luogo"
        "|localita|cidade|local|stad|plaats|plaatsnaam|locatie|ortnamn|plats|kaupunki|paikka"
        "|paikkakunta|paikannimi")),
    (Property.SUBLOCATION, (
        "sublocation|sub-location|venue|stadium|venue name|street|veranstaltungsort|stadion"
        "|stadionname|spielstatte|stade|estadio|stadio|arena")),
    (Property.PROVINCE_STATE, (
        "state|province|region|county|state name|bundesland|provinz|kanton|departement|estado"
        "|provincia|regione|regiao|provincie|delstat|landskap|maakunta|osavaltio")),
    (Property.COUNTRY_NAME, (
        "country|country name|land|landes|staat|landername|landesname|pays|pais|paese|maa")),
    (Property.COUNTRY_CODE, "country code|iso country code|landercode|landerkennung|code pays"),
    (Property.KEYWORDS, (
        "keyword|keywords|tags|stichworter|schlagworter|stichwort|schlagwort|mots cles|mots-cles"
        "|palabras clave|parole chiave|palavras-chave|trefwoorden|nyckelord|avainsanat")),
    (Property.INSTRUCTIONS, (
        "special instructions|instructions|restrictions|editors note|editor's note"
        "|besondere hinweise|instrucciones|istruzioni|instrucoes")),
    (Property.USAGE_TERMS, (
        "usage terms|rights|usage|terms of use|usage rights|nutzungsrechte|nutzungsbedingungen"
        "|conditions d'utilisation|condiciones de uso")),
    (Property.JOBID, (
        "job id|transmission reference|original transmission reference|jobid|job identifier")),
    (Property.DESCRIPTION, (
        "caption|captions|caption information|caption info|caption text|cutline|description|id|ids"
        "|identification|identity|identities|spelling|spellings|misspelling|name|names|surname"
        "|surnames|last name|last names|first name|first names|family name|given name|full name"
        "|name spelling|age|ages|subject|subjects|person|people|player|players|player name|team"
        "|player's name|subject's name|subject name|person's name|rank|name and age"
        "|bildtext|bildunterschrift|bildbeschreibung|bildlegende|name|namen|vorname|nachname"
        "|familienname|namens|personenname|schreibweise|namensschreibweise|alter|altersangabe"
        "|person"
        "|spielername|legende|nom|noms|prenom|nom de famille|age|orthographe|personne|identite"
        "|leyenda|pie de foto|pie|nombre|nombres|apellido|apellidos|edad|grafia|persona"
        "|identidad|didascalia|nome|nomi|cognome|eta|legenda|nomes|sobrenome|idade|bijschrift"
        "|fotobijschrift|onderschrift|naam|namn|efternamn|fornamn|bildtexten|kuvateksti|nimi"
        "|sukunimi|etunimi|ika|personuppgift")),
)  # fmt: skip

# What stands before a field's name and says nothing of which field it is.
_LEADS = (
    "the", "a", "an", "its", "their", "his", "her", "der", "die", "das", "des", "dem", "den", "im",
    "le", "la", "les", "l'", "du", "de la", "de l'", "de", "del", "el", "los", "las", "il", "lo",
    "gli", "della", "dello", "dell'", "do", "da", "o", "het", "van de", "van het", "van den",
    "spelling of", "misspelling of", "correct spelling of", "type of", "spelling in", "in",
    "wrong", "incorrect", "erroneous", "mistaken", "misspelled", "misspelt", "corrected", "correct",
    "falsche", "falscher", "falsches", "falschen", "fehlerhafte", "korrekte", "richtige",
    "schreibweise", "schreibung", "orthographe", "ortografia", "grafia", "spelling",
)  # fmt: skip
_NAME_OF = (
    "name of", "names of", "surname of", "last name of", "first name of", "identity of",
    "identification of", "age of", "namen des", "namen der", "name des", "name der", "name von",
    "namens des", "namens der", "namens von", "vorname des", "vorname der", "nachname des",
    "nachname der", "alter des", "alter der", "nom de", "nom du", "nom des", "nom d'", "nombre de",
    "nombre del", "apellido de", "apellido del", "nome del", "nome della", "nome dello",
    "nome dell'", "nome di", "nome do", "nome da", "nome de", "naam van",
)  # fmt: skip
_TAILS = (
    "in caption", "in the caption", "in captions", "in the photo", "in the picture", "in photo",
    "in der bildunterschrift", "im bildtext", "dans la legende", "en el pie de foto", "field",
    "information", "info", "spelling", "name", "'s name",
)  # fmt: skip
_LONGEST = 120
_MOST_WORDS = 8
_MARKS = re.compile(r"[^\w'/-]+")


def _folded(words: str) -> str:
    """Lower case, without accents, marks and doubled spaces: ``Fotógrafo:`` is ``fotografo``."""
    apart = unicodedata.normalize("NFD", words.casefold().replace("’", "'").replace("ß", "ss"))
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    return " ".join(_MARKS.sub(" ", bare).split())


_NAMED: dict[str, Property] = {}
for _property, _names in _WORDS:
    for _name in _names.split("|"):
        _NAMED.setdefault(_folded(_name), _property)


@lru_cache(maxsize=4096)
def property_named(words: str) -> Property | None:
    """The property that a field's name, as a notice prints it, stands for; None where none is.

    The name of a person in the picture, or the spelling of one, is a matter of the
    description; the name of the photographer is not.
    """
    if len(words) > _LONGEST:
        return None
    name = _folded(words)
    if not name or len(name.split()) > _MOST_WORDS:
        return None
    for _ in range(_MOST_WORDS):
        found = _NAMED.get(name)
        if found is not None:
            return found
        shorter = _shorter(name)
        if shorter is None:
            return _of_someone(name)
        name = shorter
    return None


def _shorter(name: str) -> str | None:
    for lead in _LEADS:
        rest = name.removeprefix(lead)
        if rest != name and (lead.endswith("'") or rest.startswith(" ")) and rest.strip():
            return rest.strip()
    for tail in _TAILS:
        rest = name.removesuffix(tail)
        if rest != name and (tail.startswith("'") or rest.endswith(" ")) and rest.strip():
            kept = rest.strip()
            return kept if tail not in {"name", "'s name"} or kept in _NAMED else None
    return None


def _of_someone(name: str) -> Property | None:
    """By whose name it is: the photographer's, a place's; anyone else is in the caption."""
    for lead in _NAME_OF:
        rest = name.removeprefix(lead)
        if rest != name and (lead.endswith("'") or rest.startswith(" ")) and rest.strip():
            whose = rest.strip()
            for _ in range(_MOST_WORDS):
                if whose in _NAMED:
                    return _NAMED[whose]
                shorter = _shorter(whose)
                if shorter is None:
                    break
                whose = shorter
            return Property.DESCRIPTION
    return None
