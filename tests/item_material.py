"""Invented wire items: as values, and as the JSON that agencies send."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices.wires.item import Item, Note

CAPTION = "Boats lie on the river in Lyon on May 2, 2023. (Photo by Ana DUPOND / AFP)"


def item(
    *words: str, signals: Sequence[str] = (), roles: Sequence[str] = (), **changes: Any
) -> Item:
    """A picture of dpa's with these notes; the roles are those of the first notes."""
    given = {
        "format": "newsml-g2",
        "guid": "urn:newsml:dpa.com:20090101:230502-99-530001",
        "version": "2",
        "provider": "dpa",
        "item_class": ItemClass.PICTURE,
        "pubstatus": Pubstatus.USABLE,
        "sent": "2023-05-02T10:00:00+02:00",
        "values": ((Property.DESCRIPTION, CAPTION), (Property.HEADLINE, "Boote in Lyon")),
        "language": "de",
    } | changes
    padded = (*roles, *("" for _ in words))
    notes = tuple(Note(one, role) for one, role in zip(words, padded, strict=False))
    return Item(signals=tuple(signals), notes=notes, **given)


def ninjs(**changes: Any) -> dict[str, Any]:
    """A picture in ninjs 1.x."""
    return {
        "uri": "http://pictures.example/items/20230502-0815",
        "type": "picture",
        "version": "1.0.1",
        "versioncreated": "2023-05-02T08:00:00Z",
        "pubstatus": "usable",
        "byline": "Ana Dupond",
        "headline": "Boats in Lyon",
        "description_text": CAPTION,
        "language": "en",
        "copyrightnotice": "Copyright 2023 Example Pictures",
        "usageterms": "Editorial use only",
        "located": "Lyon",
        "altids": {"ingest": "PIX-20230502-0815", "etag": "abc123456"},
        "renditions": {
            "main": {
                "href": "https://cdn.example/img/20230502-0815-big.jpg?sig=1",
                "mimetype": "image/jpeg",
            },
            "view": {"href": "https://cdn.example/baseImage.jpg", "mimetype": "image/jpeg"},
        },
    } | changes


def ninjs_3(**changes: Any) -> dict[str, Any]:
    """The same picture in ninjs 3.x."""
    return {
        "uri": "http://pictures.example/items/20230502-0815",
        "type": "picture",
        "version": "1.0.1",
        "versionCreated": "2023-05-02T08:00:00Z",
        "pubStatus": "usable",
        "by": "Ana Dupond",
        "headlines": [
            {"role": "alternative", "value": "On the river"},
            {"role": "main", "value": "Boats in Lyon"},
        ],
        "descriptions": [
            {"role": "richtext", "contentType": "application/xhtml+xml", "value": "<p>x</p>"},
            {"role": "caption", "contentType": "text/plain", "value": CAPTION},
            {"role": "creditline", "value": "Ana Dupond/Example"},
        ],
        "language": "en",
        "copyrightNotice": "Copyright 2023 Example Pictures",
        "usageTerms": "Editorial use only",
        "located": "Lyon",
        "altIds": [
            {"role": "ingest", "value": "PIX-20230502-0815"},
            {"role": "etag", "value": "abc123456"},
        ],
        "renditions": [
            {"name": "main", "href": "https://cdn.example/img/20230502-0815-big.jpg?sig=1"},
            {"name": "view", "href": "https://cdn.example/baseImage.jpg"},
        ],
    } | changes


AP_ID = "0123456789abcdef0123456789abcdef"


def ap_media(**changes: Any) -> dict[str, Any]:
    """A picture of the AP Media API, without its envelope."""
    return {
        "uri": f"https://api.ap.org/media/v/content/{AP_ID}?qt=abc&et=0a1aza3c0",
        "altids": {
            "itemid": AP_ID,
            "etag": f"{AP_ID}_0a1aza3c0",
            "friendlykey": "23122419843308",
            "referenceid": "23122419843308",
            "transref": "LYON101",
        },
        "version": 0,
        "type": "picture",
        "versioncreated": "2023-05-02T08:00:00Z",
        "pubstatus": "usable",
        "ednote": "FRANCE OUT",
        "headline": "France Boats",
        "language": "en",
        "photographer": {"code": "stf", "title": "STAFF", "name": "Ana Dupond"},
        "datelinelocation": {"city": "Lyon", "countryname": "FRANCE"},
        "description_caption": "Boats lie on the river in Lyon, Tuesday, May 2, 2023."
        " (AP Photo/Ana Dupond)",
        "description_creditline": "ASSOCIATED PRESS",
        "copyrightnotice": "Copyright 2023 The Associated Press",
        "usageterms": ["Editorial use only.", "No archive."],
        "provider": "AP",
        "renditions": {
            "main": {"originalfilename": "AP23122419843308.jpg", "href": "https://a.b.c/download"}
        },
    } | changes


DPA_URN = "urn:newsml:dpa.com:20090101:230502-99-530001"


def digitalwire(**changes: Any) -> dict[str, Any]:
    """A picture in dpa-digitalwires."""
    rendition = {"mimetype": "image/jpeg", "url": f"https://cdn.example/r/{DPA_URN}-v1.jpeg?e=1"}
    return {
        "format": "digitalwires@0.9.1",
        "type": "composite",
        "urn": DPA_URN,
        "version_created": "2023-05-02T10:00:00+02:00",
        "version": 4,
        "pubstatus": "usable",
        "signal": None,
        "embargoed": None,
        "content_created": "2023-05-01",
        "language": "de",
        "headline": "Boote in Lyon",
        "byline": None,
        "article_html": None,
        "creditline": "Ana Dupond/AP/dpa",
        "copyrightnotice": None,
        "usageterms": "Nutzung nur nach vertraglicher Vereinbarung",
        "ednotes": [],
        "descriptions": [{"role": "drol:caption", "description": "Boote liegen in Lyon."}],
        "associations": [
            {"type": "image", "urn": DPA_URN, "version": 1, "renditions": [rendition]}
        ],
        "categories": [
            {"type": "dnltype:creator", "name": "Ana Dupond", "qcode": "dpaaccno:A1"},
            {
                "type": "dnltype:locationcreated",
                "name": "Lyon",
                "geojson": {"properties": {"locality": "Lyon", "country": "Frankreich"}},
            },
            {"type": "dnltype:provider", "name": "dpa", "qcode": "dnlprov:dpa"},
        ],
    } | changes


def ednote(words: str, role: str | None = None) -> dict[str, Any]:
    """One of dpa's notes."""
    return {
        "role": None if role is None else f"dpaednoterole:{role}",
        "ednote": words,
        "is_publishable": False,
    }


def encoded(value: object) -> bytes:
    """JSON as a wire sends it."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
