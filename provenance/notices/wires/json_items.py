"""JSON from a wire, whatever its format: recognised by its content, never by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from provenance.errors import NoticeError
from provenance.notices.carrier import ParsedCarrier
from provenance.notices.wires import ap_media, digitalwires, ninjs, strict_json
from provenance.notices.wires.item import Item
from provenance.notices.wires.items import carried
from provenance.notices.wires.ninjs import Read

# Where two could claim one object, the one that demands more comes first.
_FORMATS: tuple[
    tuple[Callable[[Mapping[str, object]], bool], Callable[[str, Mapping[str, object]], Read]], ...
] = (
    (digitalwires.is_item, digitalwires.items),
    (ap_media.is_item, ap_media.items),
    (ninjs.is_item, ninjs.items),
)
# Envelopes: AP ``data.items[].item``, newsroom interfaces ``_items``, dpa ``entries``.
_ENVELOPES = ("data", "item", "items", "_items", "entries")
_MOST_ITEMS = 10_000
_DEEPEST_ENVELOPE = 6


def parse(name: str, data: bytes) -> ParsedCarrier:
    """The items of a JSON file, and the notices that some of them are.

    Reads ninjs 1.x to 3.x, Superdesk's dialect of it, items of the AP Media API,
    dpa-digitalwires, and lists and envelopes of any of these. An entry of a list that is none
    of them is named in ``errors``, and so is an item with a status that is unknown.

    Args:
        name: the file, as shown to people.
        data: its content.

    Raises:
        NoticeError: it is no JSON that every reader reads alike, it holds too much, or it
            holds no news item of a known format (``carrier-unknown``).
    """
    value = strict_json.loads(name, data)
    found: list[Item] = []
    errors: list[NoticeError] = []
    unknown: list[str] = []
    for where, document in _documents(value):
        read = _read(name, document)
        if read is None:
            unknown.append(where)
            continue
        found += read.items
        errors += read.errors
        if len(found) > _MOST_ITEMS:
            raise NoticeError(
                f"{name} holds more than {_MOST_ITEMS:,} items.",
                code="notice-limit",
                remedy="Split the file.",
            )
    if not found:
        raise _unknown(name)
    if unknown:
        errors.append(_left_out(name, unknown))
    carrier = carried(found, source=name, text=strict_json.decode(name, data))
    return ParsedCarrier(carrier.notices, carrier.captions, tuple(errors), carrier.items)


def _read(name: str, document: object) -> Read | None:
    if isinstance(document, dict):
        for is_item, items in _FORMATS:
            if is_item(document):
                return items(name, document)
    return None


def _documents(value: object) -> Iterator[tuple[str, object]]:
    """What may be an item, with its place: the value itself, else what its envelopes hold."""
    waiting: list[tuple[str, object, int]] = [("$", value, 0)]
    while waiting:
        where, one, depth = waiting.pop()
        inner = [] if depth > _DEEPEST_ENVELOPE or _is_item(one) else list(_inside(where, one))
        if inner:
            waiting.extend((place, held, depth + 1) for place, held in reversed(inner))
        else:
            yield where, one


def _is_item(value: object) -> bool:
    return isinstance(value, dict) and any(is_item(value) for is_item, _ in _FORMATS)


def _inside(where: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, list):
        yield from ((f"{where}[{index}]", one) for index, one in enumerate(value))
    elif isinstance(value, dict):
        for key in _ENVELOPES:
            if isinstance(value.get(key), dict | list) and value[key]:
                yield f"{where}.{key}", value[key]


def _unknown(name: str) -> NoticeError:
    return NoticeError(
        f"{name} is JSON, but no news item in ninjs, AP Media API or dpa-digitalwires.",
        code="carrier-unknown",
        remedy="Save the notice's words as a text file.",
    )


def _left_out(name: str, unknown: list[str]) -> NoticeError:
    shown = ", ".join(unknown[:3]) + (" …" if len(unknown) > 3 else "")
    return NoticeError(
        f"{name}: {len(unknown):,} entries are no news items of a known format ({shown}).",
        code="carrier-unknown",
        remedy="Look at them; the other entries were read.",
    )
