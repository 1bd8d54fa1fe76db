"""A plan as a file: a frozen wire form with a version, a digest and strict reading.

A plan file is read as hostile: it names files to be written. An unknown key might be a
condition that this program would ignore, so it is refused, as are duplicate keys, paths
that are not plain and absolute, and a content that does not match its digest.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from provenance.errors import UsageError
from provenance.fixing.plan import HeldFinding, Plan, PlanItem, PlannedFile
from provenance.model import Container, Edit, Property

SCHEMA_VERSION = 1
_MAX_OCTETS = 256 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PLAN_ID = re.compile(r"[0-9a-f]{32}")
_T = TypeVar("_T")


def plan_digest(plan: Plan) -> str:
    """SHA-256 (hex) over the plan's canonical form: what an audit record cites."""
    return _digest(_document(plan))


def dump_plan(plan: Plan) -> bytes:
    """The plan as UTF-8 JSON for ``load_plan``."""
    document = _document(plan)
    document["digest"] = _digest(document)
    return (json.dumps(document, indent=1) + "\n").encode("ascii")


def load_plan(data: bytes, *, source: str = "plan") -> Plan:
    """Read a plan file.

    Args:
        data: the file's content.
        source: its name, for messages.

    Raises:
        UsageError: not a plan, made by a newer program, damaged or tampered with; the
            message names the place in the file.
    """
    if len(data) > _MAX_OCTETS:
        raise _bad(source, "it is too large to be a plan")
    try:
        found = json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise _bad(source, f"it is not plain JSON ({error})") from error
    reader = _Reader(source)
    version = found.get("schemaVersion") if isinstance(found, dict) else None
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise UsageError(
            f"{source}: schemaVersion is {version!r}, this program reads {SCHEMA_VERSION}.",
            code="plan-version",
            remedy="Make the plan again with this program.",
        )
    plan = reader.plan(found)
    if found["digest"] != plan_digest(plan):
        raise UsageError(
            f"{source}: the plan does not match its digest: it was damaged or edited.",
            code="plan-digest",
            remedy="Make the plan again and apply it unchanged.",
        )
    return plan


def _document(plan: Plan) -> dict[str, Any]:
    return {
        "schemaVersion": SCHEMA_VERSION,
        "planId": plan.plan_id,
        "created": plan.created,
        "agent": plan.agent,
        "items": [_item(item) for item in plan.items],
        "held": [
            {"findingId": one.finding_id, "uri": one.uri, "path": one.path, "reason": one.reason}
            for one in plan.held
        ],
    }


def _item(item: PlanItem) -> dict[str, Any]:
    return {
        "uri": item.uri,
        "path": item.path,
        "files": [
            {
                "uri": file.uri,
                "path": file.path,
                "expectedSha256": file.expected_sha256,
                "edits": [
                    {
                        "container": edit.container.value,
                        "locator": edit.locator,
                        "property": edit.property.value,
                        "before": edit.before,
                        "after": edit.after,
                    }
                    for edit in file.edits
                ],
            }
            for file in item.files
        ],
        "findingIds": list(item.finding_ids),
        "noticeIds": list(item.notice_ids),
        "decisions": list(item.decisions),
        "authority": item.authority,
    }


def _digest(document: Mapping[str, Any]) -> str:
    # ASCII output: paths that are not UTF-8 hold lone surrogates, which have no octets.
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _bad(source: str, why: str) -> UsageError:
    return UsageError(
        f"{source}: this is not a plan that can be applied: {why}.",
        code="bad-plan",
        remedy="Make the plan again with `provenance fix --plan FILE`.",
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class _Reader:
    """Reads a plan's document; every refusal names the place."""

    def __init__(self, source: str) -> None:
        self._source = source

    def plan(self, found: Any) -> Plan:
        """The whole document."""
        keys = {"schemaVersion", "planId", "created", "agent", "items", "held", "digest"}
        self._keys(found, keys, "the plan")
        plan_id = self._text(found["planId"], "planId")
        if not _PLAN_ID.fullmatch(plan_id):
            raise _bad(self._source, "planId is not 32 hexadecimal digits")
        plan = Plan(
            plan_id,
            self._text(found["created"], "created"),
            self._text(found["agent"], "agent"),
            self._each(found["items"], "items", self._item),
            self._each(found["held"], "held", self._held),
        )
        self._each_file_once(plan)
        return plan

    def _item(self, found: Any, place: str) -> PlanItem:
        names = {"uri", "path", "files", "findingIds", "noticeIds", "decisions", "authority"}
        self._keys(found, names, place)
        item = PlanItem(
            self._path(found["uri"], f"{place}.uri"),
            self._name(found["path"], f"{place}.path"),
            self._each(found["files"], f"{place}.files", self._file),
            self._each(found["findingIds"], f"{place}.findingIds", self._text),
            self._each(found["noticeIds"], f"{place}.noticeIds", self._text),
            self._each(found["decisions"], f"{place}.decisions", self._text),
            self._text(found["authority"], f"{place}.authority"),
        )
        if not item.files:
            raise _bad(self._source, f"{place} names no file")
        return item

    def _file(self, found: Any, place: str) -> PlannedFile:
        self._keys(found, {"uri", "path", "expectedSha256", "edits"}, place)
        uri = self._path(found["uri"], f"{place}.uri")
        digest = self._text(found["expectedSha256"], f"{place}.expectedSha256")
        if not _SHA256.fullmatch(digest):
            raise _bad(self._source, f"{place}.expectedSha256 is not a SHA-256 in hexadecimal")
        edits = self._each(found["edits"], f"{place}.edits", self._edit_of(uri))
        if not edits:
            raise _bad(self._source, f"{place} has no edits")
        return PlannedFile(uri, self._name(found["path"], f"{place}.path"), digest, edits)

    def _edit_of(self, uri: str) -> Callable[[Any, str], Edit]:
        def edit(found: Any, place: str) -> Edit:
            self._keys(found, {"container", "locator", "property", "before", "after"}, place)
            after = found["after"]
            return Edit(
                uri,
                self._one_of(Container, found["container"], f"{place}.container"),
                self._text(found["locator"], f"{place}.locator"),
                self._one_of(Property, found["property"], f"{place}.property"),
                self._text(found["before"], f"{place}.before"),
                None if after is None else self._text(after, f"{place}.after"),
            )

        return edit

    def _held(self, found: Any, place: str) -> HeldFinding:
        self._keys(found, {"findingId", "uri", "path", "reason"}, place)
        return HeldFinding(
            self._text(found["findingId"], f"{place}.findingId"),
            self._name(found["uri"], f"{place}.uri"),
            self._name(found["path"], f"{place}.path"),
            self._name(found["reason"], f"{place}.reason"),
        )

    def _each_file_once(self, plan: Plan) -> None:
        uris = [file.uri for item in plan.items for file in item.files]
        if len(uris) != len(set(uris)):
            raise _bad(self._source, "a file is edited by two items")

    def _keys(self, found: Any, names: set[str], place: str) -> None:
        if not isinstance(found, dict):
            raise _bad(self._source, f"{place} is not an object")
        if found.keys() != names:
            wrong = sorted(found.keys() ^ names)
            raise _bad(self._source, f"{place} lacks or should not have {', '.join(wrong)!r}")

    def _each(self, found: Any, place: str, read: Callable[[Any, str], _T]) -> tuple[_T, ...]:
        if not isinstance(found, list):
            raise _bad(self._source, f"{place} is not a list")
        return tuple(read(one, f"{place}[{at}]") for at, one in enumerate(found))

    def _name(self, found: Any, place: str) -> str:
        """A text that may hold the stand-ins for octets that are not UTF-8."""
        if not isinstance(found, str):
            raise _bad(self._source, f"{place} is not a text")
        return found

    def _text(self, found: Any, place: str) -> str:
        text = self._name(found, place)
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise _bad(self._source, f"{place} holds a lone surrogate")
        return text

    def _path(self, found: Any, place: str) -> str:
        uri = self._name(found, place)
        plain = uri.startswith("/") and os.path.normpath(uri) == uri and "\0" not in uri
        if not plain or uri in {"/", "//"} or uri.startswith("//"):
            raise _bad(self._source, f"{place} is not a plain absolute path")
        try:
            os.fsencode(uri)
        except UnicodeEncodeError as error:
            raise _bad(self._source, f"{place} is no file name") from error
        return uri

    def _one_of(self, kind: Callable[[str], _T], found: Any, place: str) -> _T:
        try:
            return kind(self._text(found, place))
        except ValueError as error:
            raise _bad(self._source, f"{place} is not one of the known words") from error
