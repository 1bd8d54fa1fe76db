"""JSON as RFC 8259 and I-JSON (RFC 7493) want it, and nothing that readers disagree about.

Duplicate names, NaN, lone surrogates and numbers beyond a double mean different things to
different readers: a status that one of them reads as canceled and another as usable must not
be read at all. UTF-16 and UTF-32 are refused, too: RFC 8259 section 8.1 demands UTF-8 between
systems, and a wire that sends anything else is damaged more often than meant.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from provenance.errors import NoticeError

_LARGEST = 10_000_000
_DEEPEST = 64
_LONGEST_NUMBER = 64
_LARGEST_INTEGER = 2**63 - 1
_OTHER_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A string always matches, an unended one to the end of the text: no quote is tried twice.
_TOKEN = re.compile(
    r'(?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+"?)|(?P<open>[\[{])|(?P<close>[\]}])'
    r"|(?P<bare>[A-Za-z0-9+.\-]++)",
    re.DOTALL,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAYBE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_AFTER_NAME = re.compile(r"[ \t\r\n]*+:")


class _RefusedError(ValueError):
    """A value that JSON's grammar allows, or a name that stands twice; says what it is."""


def loads(name: str, data: bytes) -> object:
    """The value of a JSON file; objects are dicts, arrays lists.

    Args:
        name: the file, for the errors.
        data: UTF-8, with or without a byte order mark.

    Raises:
        NoticeError: the file is too large (``notice-too-large``), too deep (``notice-limit``),
            or no JSON that every reader reads alike (``json-refused``); with line and column.
    """
    return _parsed(name, decode(name, data))


def decode(name: str, data: bytes) -> str:
    """The text of a JSON file, without its byte order mark.

    Raises:
        NoticeError: the file is too large, or is not UTF-8.
    """
    if len(data) > _LARGEST:
        raise NoticeError(
            f"{name} has {len(data):,} bytes; JSON of up to {_LARGEST:,} is read.",
            code="notice-too-large",
            remedy="Split the file, or save the item that the notice is about.",
        )
    if data.startswith(_OTHER_MARKS) or b"\x00" in data[:4]:
        raise _refused(
            f"{name} is JSON in UTF-16 or UTF-32.", "Save it as UTF-8 (RFC 8259, section 8.1)."
        )
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused(
            f"{name} is not UTF-8: octet {error.start:,} ({data[error.start]:#04x}).",
            "Ask the sender for the file as it was made, in UTF-8.",
        ) from error


def _parsed(name: str, text: str) -> object:
    if text.count("[") + text.count("{") > _DEEPEST:
        _check_depth(name, text)
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_real,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise _refused(
            f"{name} is no JSON: {error.msg}, line {error.lineno}, column {error.colno}.",
            "Ask the sender for the whole file.",
        ) from error
    except _RefusedError as error:
        at = _place_of(text)
        raise _refused(
            f"{name} is refused: {error}{f', {_place(text, at)}' if at is not None else ''}.",
            "Ask the sender for the file without it.",
        ) from error
    if _MAYBE_SURROGATE.search(text):
        _check_surrogates(name, text)
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise _RefusedError(f"the name {twice[:80]!r} stands twice in one object")
    return made


def _integer(written: str) -> int:
    value = int(written) if len(written) <= _LONGEST_NUMBER else _LARGEST_INTEGER + 1
    if abs(value) > _LARGEST_INTEGER:
        raise _RefusedError(f"the number {written[:24]}… has more than 64 bits")
    return value


def _real(written: str) -> float:
    value = float(written)
    if value in {float("inf"), float("-inf")}:
        raise _RefusedError(f"the number {written[:24]} is beyond every range")
    return value


def _constant(written: str) -> object:
    raise _RefusedError(f"{written} is no JSON value")


def _check_depth(name: str, text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if depth > _DEEPEST:
            raise NoticeError(
                f"{name} is nested more than {_DEEPEST} deep, {_place(text, token.start())}.",
                code="notice-limit",
                remedy="Save the item that the notice is about.",
            )


def _check_surrogates(name: str, text: str) -> None:
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "text" and _MAYBE_SURROGATE.search(token[0]):
            lone = _SURROGATE.search(json.loads(token[0]))
            if lone is not None:
                raise _refused(
                    f"{name} holds half a character (U+{ord(lone[0]):04X}),"
                    f" {_place(text, token.start())}.",
                    "Ask the sender for the file as it was made.",
                )


def _place_of(text: str) -> int | None:
    """Where the first value stands that the hooks refuse; only asked for when one did."""
    names: list[set[str]] = []
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "open":
            names.append(set())
        elif token.lastgroup == "close" and names:
            names.pop()
        elif token.lastgroup == "bare" and _is_refused(token[0]):
            return token.start()
        elif token.lastgroup == "text" and names and _AFTER_NAME.match(text, token.end()):
            key = json.loads(token[0])
            if key in names[-1]:
                return token.start()
            names[-1].add(key)
    return None


def _is_refused(bare: str) -> bool:
    if bare in {"true", "false", "null"}:
        return False
    if bare in {"NaN", "Infinity", "-Infinity"}:
        return True
    try:
        (_integer if bare.lstrip("-").isdigit() else _real)(bare)
    except ValueError:
        return True
    return False


def _place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f"line {line}, column {at - text.rfind(chr(10), 0, at)}"


def _refused(message: str, remedy: str) -> NoticeError:
    return NoticeError(message, code="json-refused", remedy=remedy)


def string(value: object) -> str:
    """The value where it is a text, trimmed; a whole number as its digits; else empty."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def mapping(value: object) -> Mapping[str, object]:
    """The value where it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[object]:
    """The value where it is an array; else an empty one."""
    return value if isinstance(value, list) else ()


def strings(value: object) -> Iterator[str]:
    """The texts of a value that is a text or an array of texts, none of them empty."""
    for one in value if isinstance(value, list) else (value,):
        if words := string(one):
            yield words
