"""Values of the domain for the registry's tests: made by hand, and by hypothesis."""

from __future__ import annotations

import dataclasses
import types
import typing
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from provenance.model import (
    AssetRef,
    Confidence,
    Container,
    Decision,
    Edit,
    Evidence,
    Finding,
    Fixability,
    MetadataRecord,
    Notice,
    NoticeKind,
    Property,
    PropertyValue,
    Pubstatus,
    Rule,
    Severity,
    Status,
    Unreadable,
    Verdict,
)

NOW = "2026-11-22T12:00:00+00:00"
LATER = "2026-11-23T12:00:00+00:00"

# Every character, and what os.fsdecode makes of octets that are not UTF-8. High surrogates
# are left out: JSON cannot tell a pair of lone ones from the character they denote.
HOSTILE_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=("Cs",)),
        st.sampled_from("\\\x00\"'%_u/\ud7ff\ue000\U0010ffff\u202e"),
    ),
    max_size=12,
)
ANY_TEXT = st.text(st.characters(codec=None), max_size=12)


def instances(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotated type of the model; a dataclass inside itself stays shallow."""
    return _instances(kind, 0)


def _instances(kind: Any, depth: int) -> st.SearchStrategy[Any]:
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        parts = {f.name: _instances(hints[f.name], depth + 1) for f in dataclasses.fields(kind)}
        return st.builds(kind, **parts)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        (some,) = (one for one in inner if one is not types.NoneType)
        return st.none() | _instances(some, depth)
    if origin is tuple and inner[1:] == (...,):
        if depth > 3:
            return st.just(())
        return st.lists(_instances(inner[0], depth + 1), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(_instances(one, depth + 1) for one in inner))
    return {
        str: HOSTILE_TEXT,
        int: st.integers(0, 2**53),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
    }[kind]


def record(uri: str, *, version: str = "1-1", creator: str = "Aaref WATAD") -> MetadataRecord:
    return MetadataRecord(
        AssetRef(uri, 1000, version, path=uri.rsplit("/", 1)[-1]),
        "image/jpeg",
        digest="d" * 64,
        values=(PropertyValue(Property.CREATOR_NAMES, Container.IIM, (creator,), "IIM 2:80"),),
    )


def unreadable(uri: str, *, version: str = "1-1") -> Unreadable:
    return Unreadable(AssetRef(uri, 10, version), "broken", "it ends too early", "Fetch it again.")


def notice(notice_id: str = "n1", **changes: Any) -> Notice:
    base = Notice(
        notice_id, "AFP", NoticeKind.CORRECTION, Pubstatus.USABLE, "The byline should read"
    )
    return dataclasses.replace(base, **changes)


def finding(finding_id: str, uri: str, **changes: Any) -> Finding:
    base = Finding(
        finding_id,
        f"key-of-{finding_id}",
        Rule.ERRONEOUS_CREDIT,
        Severity.ERROR,
        Confidence.STRONG,
        Fixability.SAFE,
        Status.OPEN,
        uri,
        "the byline is wrong",
        "n1",
        (Evidence("identifier", 1.0, "AFP-1"),),
        (Edit(uri, Container.IIM, "IIM 2:80", Property.CREATOR_NAMES, "A", None),),
    )
    return dataclasses.replace(base, **changes)


def decision(key: str, verdict: Verdict = Verdict.WAIVE, **changes: Any) -> Decision:
    base = Decision(key, verdict, "anna.editor", NOW, "known and agreed")
    return dataclasses.replace(base, **changes)
