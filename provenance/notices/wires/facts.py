"""Values that every wire format writes: moments, agencies, file names, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote

from provenance.captions import agency_named
from provenance.model import ItemClass, Property, Pubstatus
from provenance.wording import squeeze

_MOMENT = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?)?"
    r" ?(Z|[+-]\d{2}:?\d{2})?"
)
_LONGEST_NAME = 200
_OPEN_END = "9999-12-31T00:00:00Z"
# The hour of a day comes last at twelve hours west of Greenwich.
_LAST_ZONE = timezone(timedelta(hours=-12))

_STATUSES = {
    **dict.fromkeys(("usable", "published"), Pubstatus.USABLE),
    **dict.fromkeys(("withheld", "withhold", "hold", "onhold"), Pubstatus.WITHHELD),
    **dict.fromkeys(
        ("canceled", "cancelled", "killed", "kill", "withdrawn", "deleted", "recalled"),
        Pubstatus.CANCELED,
    ),
}

# What providers call themselves besides their printed names: domains (the host of a ``tag:`` or
# a ``urn:newsml:``), and codes of the IPTC's and their own vocabularies.
_CALLED = {
    "afp.com": "AFP",
    "ap.org": "AP",
    "apimages.com": "AP",
    "reuters.com": "Reuters",
    "thomsonreuters.com": "Reuters",
    "tr": "Reuters",
    "rtr": "Reuters",
    "rtrs": "Reuters",
    "gettyimages.com": "Getty Images",
    "gyi": "Getty Images",
    "dpa.com": "dpa",
    "dpa.de": "dpa",
    "picture-alliance.com": "picture alliance",
    "epa.eu": "EPA",
    "efe.es": "EFE",
    "efe.com": "EFE",
    "agencia efe": "EFE",
    "pressassociation.com": "PA",
    "pa.press.net": "PA",
    "pa.media": "PA",
    "ansa.it": "ANSA",
    "apa.at": "APA",
    "austria presse agentur": "APA",
    "belga.be": "Belga",
    "aap.com.au": "AAP",
    "australian associated press": "AAP",
    "thecanadianpress.com": "The Canadian Press",
    "cp": "The Canadian Press",
    "la presse canadienne": "The Canadian Press",
    "itar-tass.com": "TASS",
    "tass.ru": "TASS",
    "tass.com": "TASS",
    "kyodonews.jp": "Kyodo",
    "kyodo.co.jp": "Kyodo",
    "xinhuanet.com": "Xinhua",
    "aa.com.tr": "Anadolu",
    "keystone-sda.ch": "Keystone",
    "anp.nl": "ANP",
    "ntb.no": "NTB",
    "tt.se": "TT",
    "lehtikuva.fi": "Lehtikuva",
    "ritzau.dk": "Ritzau",
    "stt.fi": "STT",
    "sda-ats.ch": "Keystone-SDA",
    "ats": "Keystone-SDA",
    "yna.co.kr": "Yonhap",
    "jiji.com": "Jiji Press",
    "zumapress.com": "ZUMA Press",
    "imago-images.de": "imago",
    "alamy.com": "Alamy",
    "shutterstock.com": "Shutterstock",
    "bloomberg.com": "Bloomberg",
}
_LEGAL = re.compile(
    r",?\s(?:Inc|LLC|Ltd|Limited|plc|GmbH|AG|S\.?A|S\.?p\.?A|Pty Ltd|All rights reserved)\.?$",
    re.IGNORECASE,
)
_FILE = re.compile(r"[^/\\?#\x00-\x1f]{1,250}\.([A-Za-z][A-Za-z0-9]{1,4})")
_NO_PICTURE = frozenset({"xml", "htm", "html", "txt", "json", "php", "asp", "aspx", "jsp", "com"})
_BY = re.compile(r"(?i:by)\s+(?=\S)")
_PLACES = {
    "city": Property.CITY,
    "statprov": Property.PROVINCE_STATE,
    "country": Property.COUNTRY_NAME,
}


def moment(value: str, *, late: bool = False) -> str | None:
    """A moment as RFC 3339, out of ISO 8601 in its basic, extended or spaced form.

    Without a zone UTC is meant; or, if ``late``, the latest zone on Earth, so that no
    embargo ends before it ends somewhere.

    Returns:
        None where the value is no moment.
    """
    match = _MOMENT.fullmatch(squeeze(value)[:64])
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    zone = match[7]
    try:
        if zone is None:
            tz: timezone = _LAST_ZONE if late else UTC
        elif zone == "Z":
            tz = UTC
        else:
            ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
            tz = timezone(-ahead if zone[0] == "-" else ahead)
        found = datetime(year, month, day, hour, minute, second, tzinfo=tz)
    except ValueError:
        return None
    written = found.isoformat()
    return written.removesuffix("+00:00") + "Z" if written.endswith("+00:00") else written


def embargo(value: str) -> str | None:
    """The end of an embargo (RFC 3339); one that stands open ends with the year 9999.

    An embargo whose end cannot be read is open too: it is never lifted by a misprint.
    """
    return moment(value, late=True) or _OPEN_END


def later(first: str | None, second: str | None) -> bool:
    """Whether the first of two RFC 3339 moments is the later one; never where one is missing."""
    if first is None or second is None:
        return False
    return datetime.fromisoformat(first) > datetime.fromisoformat(second)


def status(code: str) -> Pubstatus | None:
    """A publishing status by its code; None where the code is not known."""
    return _STATUSES.get(squeeze(code).casefold())


def provider(said: Iterable[str]) -> str | None:
    """The agency that these codes, names and domains name, by its canonical short name.

    Args:
        said: what the item says of it, the most telling first.

    Returns:
        The first one known, else the first one as printed; None where nothing is said that
        can be a name.
    """
    values = [value for value in map(squeeze, said) if 0 < len(value) <= _LONGEST_NAME]
    known = (agency(value) for value in values)
    return next((name for name in known if name is not None), values[0] if values else None)


def agency(value: str) -> str | None:
    """The canonical short name of an agency, by its printed name, a code or a domain."""
    value = squeeze(value[:_LONGEST_NAME])
    bare = _LEGAL.sub("", value).rstrip(".")
    for form in (value, bare, bare.upper()):
        found = agency_named(form)
        if found is not None:
            return found
    host = re.sub(r"^(?:https?://)?(?:www\.)?", "", bare.casefold())
    return _CALLED.get(host.partition("/")[0].rstrip("/")) or _CALLED.get(bare.casefold())


def filename(href: str) -> str | None:
    """The name of the file behind a reference, without folders, query or escapes.

    Returns:
        None where the reference does not end in a name with an ending, or is a page.
    """
    path = href.strip().partition("?")[0].partition("#")[0]
    name = unquote(re.split(r"[/\\]", path)[-1]).strip()
    match = _FILE.fullmatch(name)
    return name if match is not None and match[1].lower() not in _NO_PICTURE else None


def byline(value: str) -> str:
    """A byline without the word "By" before it."""
    return _BY.sub("", squeeze(value), count=1) if _BY.match(squeeze(value)) else squeeze(value)


def place(kind: str) -> Property | None:
    """Which property a place of this kind is: ``city``, ``statprov`` or ``country``."""
    return _PLACES.get(kind.casefold())


def collected(
    values: Sequence[tuple[Property, str]],
) -> tuple[tuple[Property, str], ...]:
    """The values that say something, each once, in order, white space squeezed."""
    squeezed = ((prop, squeeze(value)) for prop, value in values)
    return tuple(dict.fromkeys(pair for pair in squeezed if pair[1]))


def once(values: Iterable[str | None]) -> tuple[str, ...]:
    """The values that say something, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


def item_class(code: str) -> ItemClass | None:
    """The kind of an item by its nature: ``picture``, ``text``; any other word is other."""
    word = squeeze(code).casefold()
    if not word:
        return None
    if word in {"picture", "photo", "photograph", "image", "still"} or word.startswith("image/"):
        return ItemClass.PICTURE
    return ItemClass.TEXT if word == "text" or word.startswith("text/") else ItemClass.OTHER
