"""What a request asks of the queue, and the addresses of its pages."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, TypeVar
from urllib.parse import parse_qs, quote, urlencode

from fastapi import Depends, Request

from provenance.errors import UsageError
from provenance.model import Rule, Severity
from provenance.pipeline.reviewing import Query
from provenance.registry import View
from provenance.web.surroundings import Scope, scope

Choice = TypeVar("Choice", bound=StrEnum)

_LONGEST = 200
NAMES = ("view", "rule", "severity", "notice", "agency", "text", "after", "before")


def asked(request: Request, limits: Annotated[Scope, Depends(scope)]) -> Query:
    """The queue that the address of a page names, within what the server reviews: a dependency.

    Raises:
        UsageError: a word that is none of its choices, or a text that is too long.
    """
    return _query({name: request.query_params.get(name, "") for name in NAMES}, limits)


def of_form(words: str, limits: Scope) -> Query:
    """The queue that a form was sent from, out of its hidden field.

    Raises:
        UsageError: as ``asked``.
    """
    try:
        given = parse_qs(words, max_num_fields=len(NAMES) * 2, errors="strict") if words else {}
    except ValueError as error:  # a UnicodeError is one too
        raise UsageError(
            "The form does not say from which queue it came.",
            remedy="Go back, load the page again, try again.",
        ) from error
    return _query({name: given.get(name, [""])[0] for name in NAMES}, limits)


def digest_of(plan: object) -> str:
    """The same for two plans of the same parts: what a page showed is what is carried out."""
    return sha256(repr(plan).encode("utf-8", "surrogatepass")).hexdigest()


def plain(text: str, name: str) -> str:
    """A word of an address as it is, where it is one that a person can have meant.

    Raises:
        UsageError: it is too long, or holds a control character.
    """
    if len(text) > _LONGEST:
        raise UsageError(f"What stands in {name!r} is too long.", remedy="Write fewer words.")
    if any(unicodedata.category(one) in {"Cc", "Cs"} for one in text):
        raise UsageError(
            f"What stands in {name!r} holds a control character.",
            remedy="Type it anew instead of pasting it.",
        )
    return text


def _query(given: dict[str, str], limits: Scope) -> Query:
    for name, value in given.items():
        plain(value, name)
    return Query(
        view=_choice(View, given["view"], "view") or View.TODO,
        rule=_choice(Rule, given["rule"], "rule"),
        severity=_choice(Severity, given["severity"], "severity"),
        notice_id=limits.notice_id or given["notice"] or None,
        agency=given["agency"] or None,
        text=given["text"].strip(),
        roots=limits.uris,
        after=given["after"],
        before=given["before"],
    )


def _choice(kind: type[Choice], word: str, name: str) -> Choice | None:
    if not word:
        return None
    try:
        return kind(word)
    except ValueError as error:
        raise UsageError(
            f"There is no {name} {word[:40]!r}.",
            remedy=f"It is one of: {', '.join(one.value for one in kind)}.",
        ) from error


def words_of(query: Query) -> str:
    """The query as it stands in an address, behind the question mark; cursors are left out."""
    told = {
        "view": "" if query.view is View.TODO else query.view.value,
        "rule": query.rule.value if query.rule else "",
        "severity": query.severity.value if query.severity else "",
        "notice": query.notice_id or "",
        "agency": query.agency or "",
        "text": query.text,
    }
    return urlencode({name: value for name, value in told.items() if value})


def queue_url(query: Query, **changes: object) -> str:
    """The address of the queue; ``changes`` are fields of the query, cursors among them."""
    changed = replace(query, after="", before="")
    changed = replace(changed, **changes)  # type: ignore[arg-type]
    cursors = {"after": changed.after, "before": changed.before}
    more = urlencode({name: value for name, value in cursors.items() if value})
    return _joined("/", words_of(changed), more)


def case_url(finding_id: str, query: Query, *, done: str = "") -> str:
    """The address of a case within its queue; ``done`` names the finding just decided about."""
    more = urlencode({"done": done}) if done else ""
    return _joined(f"/case/{quote(finding_id, safe='')}", words_of(query), more)


def notice_url(notice_id: str) -> str:
    """The address of a notice."""
    return f"/notice/{quote(notice_id, safe='')}"


def _joined(path: str, *parts: str) -> str:
    words = "&".join(part for part in parts if part)
    return f"{path}?{words}" if words else path
