"""The words of letters in each language: months, subjects, the names of fields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from provenance.model import Property

MONTHS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "en": (
            "January", "February", "March", "April", "May", "June", "July", "August",
            "September", "October", "November", "December",
        ),
        "de": (
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
            "September", "Oktober", "November", "Dezember",
        ),
        "es": (
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
            "septiembre", "octubre", "noviembre", "diciembre",
        ),
        "fr": (
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
            "septembre", "octobre", "novembre", "décembre",
        ),
    }
)  # fmt: skip
DAYS: Final = {
    "en": "{0} {1} {2}",
    "de": "{0}.\N{NO-BREAK SPACE}{1} {2}",
    "es": "{0} de {1} de {2}",
}
SUBJECTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "correction": "Correction of a picture",
            "withdrawal": "Picture withdrawn, do not use",
            "restriction": "Restriction of a picture",
            "reminder": "Reminder",
        },
        "de": {
            "correction": "Bildberichtigung",
            "withdrawal": "Bild zurückgezogen, nicht verwenden",
            "restriction": "Nutzungseinschränkung für ein Bild",
            "reminder": "Erinnerung",
        },
        "es": {
            "correction": "Corrección de una imagen",
            "withdrawal": "Imagen retirada, no utilizar",
            "restriction": "Restricción de uso de una imagen",
            "reminder": "Recordatorio",
        },
        "fr": {
            "correction": "Correction d’une image",
            "withdrawal": "Image retirée, ne pas utiliser",
            "restriction": "Restriction d’utilisation d’une image",
            "reminder": "Rappel",
        },
    }
)
# The fields that notices correct; of others the standard's own name is given.
FIELDS: Final[Mapping[str, Mapping[Property, str]]] = MappingProxyType(
    {
        "en": {
            Property.CREATOR_NAMES: "Photographer",
            Property.CREDIT_LINE: "Credit line",
            Property.DESCRIPTION: "Caption",
            Property.HEADLINE: "Headline",
            Property.CITY: "City",
            Property.COUNTRY_NAME: "Country",
            Property.DATE_CREATED: "Date",
        },
        "de": {
            Property.CREATOR_NAMES: "Fotograf/in",
            Property.CREDIT_LINE: "Bildnachweis",
            Property.DESCRIPTION: "Bildunterschrift",
            Property.HEADLINE: "Überschrift",
            Property.CITY: "Ort",
            Property.COUNTRY_NAME: "Land",
            Property.DATE_CREATED: "Datum",
        },
        "es": {
            Property.CREATOR_NAMES: "Autor de la fotografía",
            Property.CREDIT_LINE: "Crédito",
            Property.DESCRIPTION: "Pie de foto",
            Property.HEADLINE: "Titular",
            Property.CITY: "Ciudad",
            Property.COUNTRY_NAME: "País",
            Property.DATE_CREATED: "Fecha",
        },
        "fr": {
            Property.CREATOR_NAMES: "Photographe",
            Property.CREDIT_LINE: "Crédit",
            Property.DESCRIPTION: "Légende",
            Property.HEADLINE: "Titre",
            Property.CITY: "Ville",
            Property.COUNTRY_NAME: "Pays",
            Property.DATE_CREATED: "Date",
        },
    }
)
# Before a colon; French sets a space there that must not break.
COLONS: Final = {"fr": "\N{NO-BREAK SPACE}: "}
