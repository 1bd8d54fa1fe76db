"""Domain values to compact JSON and back, exactly.

Documents are ASCII: every other character is a JSON escape, lone surrogates (from
file names that are not UTF-8, PEP 383) too, so that any database stores them. One
limit, JSON's own: a high surrogate directly followed by a low one comes back as the
character the pair denotes.

``RFC 8259`` for the wire; a document carries no version of its own, the schema
revision speaks for it.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from provenance.errors import RegistryError
from provenance.model import (
    AssetRef,
    Container,
    MetadataRecord,
    Property,
    PropertyValue,
    ReadWarning,
    ScanResult,
    Unreadable,
)

Value = TypeVar("Value")
Plain = Any
_dumps = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode
_decoded = json.JSONDecoder().raw_decode
_PROPERTIES = {prop.value: prop for prop in Property}
_CONTAINERS = {container.value: container for container in Container}
_DAMAGE = (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError)


def dump(value: object) -> str:
    """Write a frozen dataclass of the model as JSON; fields at their defaults are left out."""
    return _dumps(_encoder(cast("Any", type(value)))(value))


def load(kind: type[Value], text: str, what: str) -> Value:
    """Read what ``dump`` wrote.

    Args:
        kind: the dataclass.
        text: the stored document.
        what: the row, for the message.

    Raises:
        RegistryError: the document is damaged.
    """
    try:
        value: Value = _decoder(cast("Any", kind))(_parsed(text))
    except _DAMAGE as error:
        raise _damaged(what) from error
    return value


def dump_plain(value: Plain) -> str:
    """Write plain JSON data (dicts, lists, strings, integers)."""
    return _dumps(value)


def load_plain(text: str, what: str) -> Plain:
    """Read plain JSON data.

    Raises:
        RegistryError: the document is damaged.
    """
    try:
        return _parsed(text)
    except _DAMAGE as error:
        raise _damaged(what) from error


def _parsed(text: str) -> Plain:
    """JSON as ``_dumps`` writes it: nothing stands before it or after it."""
    value, end = _decoded(text)
    if end != len(text):
        raise ValueError("something stands behind the document")
    return value


def _damaged(what: str) -> RegistryError:
    return RegistryError(
        f"The registry's entry for {what} is damaged.",
        code="registry-damaged",
        remedy="Restore the registry from a backup, or scan the folder into a new one.",
    )


def dump_result(result: ScanResult) -> str:
    """Write what a scan result says beside its columns: values, warnings, sidecars.

    Positional and short: there are millions of these.
    """
    sidecars = [_encoder(AssetRef)(ref) for ref in result.ref.sidecars]
    if isinstance(result, Unreadable):
        return _dumps({"sidecars": sidecars} if sidecars else {})
    document: dict[str, Plain] = {
        "values": [
            (v.property, v.container, v.locator, v.values, v.uri)
            if v.uri
            else (v.property, v.container, v.locator, v.values)
            for v in result.values
        ]
    }
    if result.warnings:
        document["warnings"] = [(w.code, w.message) for w in result.warnings]
    if sidecars:
        document["sidecars"] = sidecars
    return _dumps(document)


def dump_error(result: ScanResult) -> str | None:
    """Write why an asset could not be read; None where it could."""
    if isinstance(result, MetadataRecord):
        return None
    return _dumps([result.error, result.reason, result.remedy])


def load_result(row: Any) -> ScanResult:
    """Read one asset's columns and document back into the scan result.

    Args:
        row: a row with the columns of the table ``asset``.

    Raises:
        RegistryError: the document is damaged.
    """
    try:
        document = _parsed(row.document)
        ref = AssetRef(
            uri=row.uri,
            size=row.size,
            version=row.version,
            sidecars=tuple(map(_decoder(AssetRef), document.get("sidecars", ()))),
            path=row.path,
        )
        if row.error is not None:
            return Unreadable(ref, *_three_texts(_parsed(row.error)))
        return _record(row, ref, document)
    except _DAMAGE as error:
        raise _damaged(repr(row.uri)) from error


def load_record(row: Any) -> MetadataRecord:
    """Read a former version of an asset back: columns of ``asset_version``, and the asset's name.

    Raises:
        RegistryError: the document is damaged.
    """
    try:
        document = _parsed(row.document)
        sidecars = tuple(map(_decoder(AssetRef), document.get("sidecars", ())))
        ref = AssetRef(row.uri, row.size, row.version, sidecars, row.path)
        return _record(row, ref, document)
    except _DAMAGE as error:
        raise _damaged(f"a former version of {row.uri!r}") from error


def _record(row: Any, ref: AssetRef, document: Plain) -> MetadataRecord:
    return MetadataRecord(
        ref=ref,
        media_type=row.media_type,
        digest=row.sha256,
        image_digest=row.image_digest,
        scan_digest=row.scan_digest,
        values=tuple(map(_property_value, document["values"])),
        warnings=tuple(ReadWarning(*pair) for pair in document.get("warnings", ())),
        content_credentials=row.content_credentials,
    )


def _three_texts(parts: Plain) -> tuple[str, str, str]:
    error, reason, remedy = parts
    return error, reason, remedy


def _property_value(parts: Plain) -> PropertyValue:
    prop, container, locator, values, *uri = parts
    return PropertyValue(
        _PROPERTIES[prop],
        _CONTAINERS[container],
        tuple(values),
        locator,
        uri[0] if uri else "",
    )


@cache
def _encoder(kind: Any) -> Callable[[Any], Plain]:
    """How values of one annotated type become plain JSON data; worked out once."""
    if is_dataclass(kind):
        return _dataclass_encoder(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: value.value
    if get_origin(kind) is tuple:
        return _tuple_codec(kind, _encoder, list)
    if _is_union(kind):
        inner = _encoder(_optional(kind))
        return lambda value: None if value is None else inner(value)
    return _same


@cache
def _decoder(kind: Any) -> Callable[[Plain], Any]:
    """The inverse of ``_encoder``; refuses data of another shape."""
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        # A look-up costs a third of what calling the class does.
        return {member.value: member for member in kind}.__getitem__
    if get_origin(kind) is tuple:
        return _tuple_codec(kind, _decoder, tuple)
    if _is_union(kind):
        inner = _decoder(_optional(kind))
        return lambda data: None if data is None else inner(data)
    return _scalar_decoder(kind)


def _same(value: Any) -> Any:
    return value


def _scalar_decoder(kind: type) -> Callable[[Plain], Any]:
    def decode(data: Plain) -> Any:
        if kind is float and type(data) is int:
            return float(data)
        if type(data) is not kind:
            raise TypeError(f"expected {kind.__name__}")
        return data

    return decode


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _optional(kind: Any) -> Any:
    """The ``T`` of ``T | None``; the model has no other unions inside stored values."""
    (inner,) = (part for part in get_args(kind) if part is not types.NoneType)
    return inner


def _tuple_codec(
    kind: Any, codec: Callable[[Any], Callable[[Any], Any]], build: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    parts = get_args(kind)
    if len(parts) == 2 and parts[1] is Ellipsis:
        one = codec(parts[0])
        return lambda items: build(map(one, items))
    each = tuple(codec(part) for part in parts)
    return lambda items: build(convert(item) for convert, item in zip(each, items, strict=True))


def _dataclass_encoder(kind: Any) -> Callable[[Any], Plain]:
    def encode(value: Any) -> Plain:
        data = {}
        for name, default, convert in _encoding_plan(kind):
            part = getattr(value, name)
            if default is MISSING or part != default:
                data[name] = convert(part)
        return data

    return encode


def _dataclass_decoder(kind: Any) -> Callable[[Plain], Any]:
    def decode(data: Plain) -> Any:
        plan = _decoding_plan(kind)
        made = {}
        for name, part in data.items():
            plain, convert = plan[name]
            made[name] = part if type(part) is plain else convert(part)
        return kind(**made)

    return decode


# The plans are worked out at the first value, not with the codec: a dataclass may hold itself.
@cache
def _encoding_plan(kind: Any) -> tuple[tuple[str, Any, Callable[[Any], Plain]], ...]:
    hints = get_type_hints(kind)
    return tuple((f.name, f.default, _encoder(hints[f.name])) for f in fields(kind))


@cache
def _decoding_plan(kind: Any) -> dict[str, tuple[Any, Callable[[Plain], Any]]]:
    """For each field the type that is taken as it comes, and how any other is read."""
    hints = get_type_hints(kind)
    return {f.name: (_as_it_comes(hints[f.name]), _decoder(hints[f.name])) for f in fields(kind)}


def _as_it_comes(kind: Any) -> Any:
    """The scalar type that JSON has itself; None where values must be made of what it has."""
    inner = _optional(kind) if _is_union(kind) else kind
    return inner if inner in (str, int, float, bool) else None
