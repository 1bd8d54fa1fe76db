"""News items in ninjs (IPTC, 1.x to 3.x) and in the dialects that descend from it.

Versions 1.x and 2.x write property names in lower case, 3.x in camel case; 1.x keeps
associations, renditions and alternative identifiers as objects, 2.x and later as arrays; 1.x
names roles in the property's name (``description_text``), later ones in a ``role``. No version
has a property for corrections: only ``pubstatus`` and the words of ``ednote`` speak of them
(``trustindicator`` links to policies). Superdesk's dialect adds ``guid``, ``state``,
``operation`` and ``correction_sequence``, which do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from provenance.errors import NoticeError
from provenance.model import ItemClass, Property, Pubstatus
from provenance.notices import html
from provenance.notices.wires import facts
from provenance.notices.wires.item import Item, Note
from provenance.notices.wires.strict_json import mapping, sequence, string, strings

FORMAT = "ninjs"
CLASSES = {
    "text": ItemClass.TEXT,
    "story": ItemClass.TEXT,
    "advisory": ItemClass.TEXT,
    "preformatted": ItemClass.TEXT,
    "picture": ItemClass.PICTURE,
    "photo": ItemClass.PICTURE,
    "image": ItemClass.PICTURE,
    "graphic": ItemClass.PICTURE,
    "audio": ItemClass.OTHER,
    "video": ItemClass.OTHER,
    "composite": ItemClass.OTHER,
    "package": ItemClass.OTHER,
    "planning": ItemClass.OTHER,
    "event": ItemClass.OTHER,
    "component": ItemClass.OTHER,
}
"""The item types of ninjs and its dialects, in lower case."""

# What is planned may be killed, or postponed: that is no word on a published item.
_PLANNED = frozenset(["event", "planning"])
_AGENDA = frozenset(["dates", "event_id"])
_TELLING = re.compile(
    r"(?:pubstatus|versioncreated|urgency|altids|standard|\$standard|renditions|associations"
    r"|headlines?|descriptions?|bod(?:y|ies)|genres?|subjects?|ednote)(?:_.{0,80})?"
)
_AP_URI = re.compile(r"ap\.org/media/v/content/([0-9a-f]{32})")
_AP_VERSIONED = re.compile(r"([0-9a-f]{32}):[0-9]+")
_HOST = re.compile(
    r"(?i)(?:https?://|tag:|urn:newsml:)(?:[a-z0-9-]{1,63}\.){0,4}?(?P<host>[a-z0-9-]{1,63}"
    r"(?:\.(?:com|co|net|org|gov))?\.[a-z]{2,6})(?=[/:,]|$)"
)
_MARKUP = re.compile(r"(?i)html|richtext|xml|nitf")
_TAG = re.compile(r"</?[a-z][^<>]{0,400}>")
_CAPTIONS = ("caption", "main", "text", "short", "long", "")
_CHANGING = frozenset(["etag", "transref"])
_IMAGE_NAME = re.compile(r"(?i).{1,250}\.(?:jpe?g|png|tiff?|webp|gif|heic|avif|jxl|psd|eps|svg)")
_SHORTEST_IDENTIFIER = 6
_LONGEST_ADDRESS = 1000
_RELATIONS = (
    "derivedfrom",
    "refersto",
    "evolvedfrom",
    "replacing",
    "rewrite_of",
    "rewritten_by",
    "original_id",
    "ingest_id",
)


@dataclass(frozen=True, slots=True)
class Read:
    """The items of one document, and what could not be understood in them."""

    items: tuple[Item, ...] = ()
    errors: tuple[NoticeError, ...] = ()


def is_item(document: Mapping[str, object]) -> bool:
    """Whether an object is a news item: an identity and a type or properties of ninjs.

    Schemas, vocabularies, templates and the agenda of a newsroom system, and the posts of a
    web content system, are none.
    """
    named = {key.lower(): value for key, value in document.items()}
    if "$schema" in named or isinstance(named.get("schema"), dict) or named.keys() >= _AGENDA:
        return False
    kind = named.get("type")
    if kind is not None and string(kind).lower() not in CLASSES:
        return False
    telling = sum(1 for key in named if _TELLING.fullmatch(key))
    if string(named.get("uri")) or string(named.get("guid")):
        return telling > 0
    return kind is not None and telling > 2 and "versioncreated" in named


def items(name: str, document: Mapping[str, object]) -> Read:
    """The item, then every item that it associates, each with its own status.

    Args:
        name: the file, for the errors.
        document: an object of which :func:`is_item` is true.

    Raises:
        NoticeError: a property stands twice, in two spellings and with two values.
    """
    waiting: list[tuple[Mapping[str, object], str | None]] = [(document, None)]
    found: list[Item] = []
    errors: list[NoticeError] = []
    while waiting:
        raw, sender = waiting.pop()
        fields = folded(name, raw)
        item = _item(name, fields, sender)
        found.append(item)
        if (problem := unknown_status(name, item, fields)) is not None:
            errors.append(problem)
        inner = [one for one in _associated(fields) if is_part(one)]
        waiting.extend((one, item.provider) for one in reversed(inner))
    return Read(tuple(found), tuple(errors))


def folded(name: str, document: Mapping[str, object]) -> dict[str, object]:
    """The properties by their names in lower case.

    Raises:
        NoticeError: two spellings of one name have two values.
    """
    fields: dict[str, object] = {}
    for key, value in document.items():
        low = key.lower()
        if low in fields and fields[low] != value:
            raise NoticeError(
                f"{name}: an item says two things of {low!r}, in two spellings.",
                code="json-refused",
                remedy="Ask the sender which of them counts.",
            )
        fields[low] = value
    return fields


def is_part(document: Mapping[str, object]) -> bool:
    """Whether an association is an item of its own."""
    kind = string(document.get("type")).lower()
    identity = any(string(document.get(key)) for key in ("uri", "guid", "_id"))
    return kind in CLASSES and (identity or "renditions" in document)


def _associated(fields: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    held = fields.get("associations")
    for one in held.values() if isinstance(held, dict) else sequence(held):
        if isinstance(one, dict):
            yield one


def _item(name: str, fields: Mapping[str, object], sender: str | None) -> Item:
    uri = string(fields.get("guid")) or string(fields.get("uri")) or string(fields.get("_id"))
    guid = identity(uri)
    provider = _provider(fields, uri) or sender
    return Item(
        format=FORMAT,
        guid=guid,
        # Superdesk keeps its own count; what its archive calls the version is the wire's.
        version=string(fields.get("_current_version")) or string(fields.get("version")),
        provider=provider,
        item_class=_class(fields),
        pubstatus=status(fields) or Pubstatus.USABLE,
        signals=tuple(_signals(fields)),
        notes=tuple(Note(words) for words in strings(fields.get("ednote"))),
        sent=facts.moment(string(fields.get("versioncreated"))),
        embargoed=_embargoed(fields),
        identifiers=facts.once(_identifiers(fields, provider, guid)),
        filenames=filenames(fields.get("renditions")),
        values=facts.collected(tuple(_values(name, fields))),
        related=tuple(_related(fields)),
        language=string(fields.get("language")),
    )


def identity(uri: str) -> str:
    """The identity of an item, the same in each of its versions.

    AP's addresses carry the version in their query, and Superdesk writes an AP item's
    identity as ``itemid:version``.
    """
    content = _AP_URI.search(uri)
    versioned = _AP_VERSIONED.fullmatch(uri)
    if content is not None:
        return content[1]
    return uri if versioned is None else versioned[1]


def _provider(fields: Mapping[str, object], uri: str) -> str | None:
    named = [string(fields.get("provider")), string(mapping(fields.get("provider")).get("name"))]
    named.append(string(fields.get("source")))
    for key in ("infosources", "infosource"):
        named += [string(mapping(one).get("name")) for one in sequence(fields.get(key))]
    named.append(string(fields.get("copyrightholder")))
    for written in named:
        if written and (known := facts.agency(written)) is not None:
            return known
    host = _HOST.match(uri[:_LONGEST_ADDRESS])
    return None if host is None else facts.agency(host["host"])


def _class(fields: Mapping[str, object]) -> ItemClass | None:
    kind = string(fields.get("type")).lower()
    has_body = any(key == "bodies" or key.startswith("body") for key in fields)
    if kind in {"composite", ""} and has_body:
        return ItemClass.TEXT
    return CLASSES.get(kind)


def _signals(fields: Mapping[str, object]) -> Iterator[str]:
    """What marks the item, each with its scheme."""
    if string(fields.get("pubstatus")).lower() == "embargoed":
        yield "pubstatus:embargoed"
    for key in ("signal", "signals"):
        yield from (one for one in strings(fields.get(key)) if ":" in one)
    planned = string(fields.get("type")).lower() in _PLANNED
    for key in () if planned else ("state", "operation", "correction_sequence", "editorialrole"):
        if value := string(fields.get(key)):
            yield f"{key}:{value}"
    for value in strings(fields.get("editorialtypes")):
        yield f"editorialtype:{value}"


def _embargoed(fields: Mapping[str, object]) -> str | None:
    schedule = mapping(fields.get("schedule_settings"))
    for value in (fields.get("embargoed"), schedule.get("utc_embargo"), fields.get("embargo")):
        if written := string(value):
            return facts.embargo(written)
    return None


def _identifiers(fields: Mapping[str, object], provider: str | None, guid: str) -> Iterator[str]:
    held = fields.get("altids")
    listed = [mapping(one) for one in sequence(held)]
    pairs = [(role, string(value)) for role, value in mapping(held).items()]
    pairs += [(string(one.get("role")), string(one.get("value"))) for one in listed]
    pairs += [(key, string(fields.get(key))) for key in ("uri", "usn", "ingest_id")]
    for role, value in pairs:
        written = friendly(role, value) if provider == "AP" else value
        if role.lower() in _CHANGING or identity(written) == guid:
            continue
        if len(written) >= _SHORTEST_IDENTIFIER and any(c.isdigit() for c in written):
            yield identity(written)


def friendly(role: str, value: str) -> str:
    """AP's friendly key as AP writes it in file names: ``AP`` and fourteen digits."""
    bare = role.lower() == "friendlykey" and value.isascii() and value.isdigit()
    return f"AP{value}" if bare and len(value) == 14 else value


def filenames(renditions: object) -> tuple[str, ...]:
    """The names of the image files among the renditions (an object or an array), each once."""
    held = renditions.values() if isinstance(renditions, dict) else sequence(renditions)
    names: list[str] = []
    for one in held:
        rendition = mapping(one)
        for key in ("originalfilename", "filename", "media", "href", "url"):
            name = facts.filename(string(rendition.get(key)))
            if name is not None and _IMAGE_NAME.fullmatch(name):
                names.append(name)
    return tuple(dict.fromkeys(names))


def _values(name: str, fields: Mapping[str, object]) -> Iterator[tuple[Property, str]]:
    maker = string(fields.get("byline")) or string(fields.get("by"))
    yield Property.CREATOR_NAMES, facts.byline(maker)
    yield from (
        (Property.CREDIT_LINE, string(fields.get("creditline")) or _role(fields, ["creditline"])),
        (Property.DESCRIPTION, unmarked(name, _description(fields))),
        (Property.HEADLINE, _headline(fields)),
        (Property.DATE_CREATED, string(fields.get("contentcreated"))),
        (Property.COPYRIGHT_NOTICE, string(fields.get("copyrightnotice"))),
        (Property.USAGE_TERMS, "\n".join(strings(fields.get("usageterms")))),
        *_place(fields),
    )


def _place(fields: Mapping[str, object]) -> Iterator[tuple[Property, str]]:
    """Where it was made: ``located``, or Superdesk's dateline; not what it is about."""
    made = mapping(mapping(fields.get("dateline")).get("located"))
    yield Property.CITY, string(fields.get("located")) or string(made.get("city"))
    yield Property.COUNTRY_NAME, string(made.get("country"))


def _headline(fields: Mapping[str, object]) -> str:
    single = string(fields.get("headline")) or string(fields.get("headline_main"))
    if single:
        return single
    told = [mapping(one) for one in sequence(fields.get("headlines"))]
    main = [one for one in told if string(one.get("role")).lower() in {"main", ""}]
    return next((string(one.get("value")) for one in (*main, *told)), "")


def _description(fields: Mapping[str, object]) -> str:
    """The caption: the plainest of the descriptions, else the words of a marked-up one."""
    return _role(fields, _CAPTIONS) or string(fields.get("caption"))


def _role(fields: Mapping[str, object], roles: list[str] | tuple[str, ...]) -> str:
    """The description of the first of these roles, by 1.x name or by later role."""
    plain: dict[str, str] = {}
    marked: dict[str, str] = {}
    for role, kind, words in _described(fields):
        (marked if _MARKUP.search(f"{role} {kind}") else plain).setdefault(role, words)
    for role in roles:
        if told := plain.get(role):
            return told
    keys = [key for role in roles for key in marked if key.startswith(role)]
    return marked[keys[0]] if keys else ""


def _described(fields: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """Every description: role, media type, words."""
    for one in sequence(fields.get("descriptions")):
        told = mapping(one)
        role = string(told.get("role")).lower()
        kind = string(told.get("contentType")) or string(told.get("contenttype"))
        yield role, kind, string(told.get("value"))
    for key, value in fields.items():
        if key == "description" or key.startswith("description_"):
            yield key.partition("_")[2], "", string(value)


def unmarked(name: str, words: str) -> str:
    """A caption's words where it came with tags; as it is where it came without.

    Raises:
        NoticeError: the markup is too large to be a caption's.
    """
    return html.words(words, name) if _TAG.search(words) else words


def _related(fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for one in _associated(fields):
        if part := string(one.get("guid")) or string(one.get("uri")):
            yield "association", identity(part)
    for relation in _RELATIONS:
        for named in related(fields.get(relation)):
            yield relation, identity(named)


def related(held: object) -> Iterator[str]:
    """The identities in a value that names items: by text, by object, or by an array of them."""
    for one in held if isinstance(held, list) else (held,):
        told = mapping(one)
        named = string(mapping(told.get("altids")).get("itemid")) or string(told.get("uri"))
        if value := string(one) or named or string(told.get("guid")):
            yield value


def status(fields: Mapping[str, object]) -> Pubstatus | None:
    """The status that a document names, in any spelling; None where it is none or unknown.

    AP has a fourth one, ``embargoed``: withheld, until the embargo ends.
    """
    written = string(fields.get("pubstatus"))
    held = Pubstatus.WITHHELD if written.casefold() == "embargoed" else None
    return held or facts.status(written)


def unknown_status(name: str, item: Item, fields: Mapping[str, object]) -> NoticeError | None:
    """What to tell of a status that no standard knows; None where it is known or not given."""
    written = fields.get("pubstatus")
    if written is None or status(fields) is not None:
        return None
    return NoticeError(
        f"{name}: item {item.guid or 'without a name'} has the pubstatus {str(written)[:40]!r},"
        " which no standard knows.",
        code="pubstatus-unknown",
        remedy="Ask the sender what it means; the item was read as usable.",
    )
