"""What a page's form says, read with limits; and the proof of a form's origin (CSRF).

A form's body is ``application/x-www-form-urlencoded``, parsed by ``urllib.parse``: the pages
have no file to upload, so no multipart parser, with all that such parsers have suffered from,
is let near a request.

Why the token is a form field: the page works without JavaScript, and a form without a script
can send neither JSON nor a header of its own. A field that only our pages know proves the same.
Requests with JSON carry the token as the header ``X-CSRF-Token``.

Sources: WHATWG URL section 5, "application/x-www-form-urlencoded"; OWASP "Cross-Site Request
Forgery Prevention", section "Token-Based Mitigation".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from provenance.errors import UsageError

CSRF_FIELD: Final = "csrf"
"""The hidden field of every form: ``<input type="hidden" name="csrf" value="{{ csrf }}">``."""
CSRF_HEADER: Final = "x-csrf-token"
"""The same proof, where the body is JSON."""

MOST_FIELDS: Final = 1_000
LONGEST: Final = 8_000
"""Characters of one field."""

VISIT: Final = "provenance.visit"
"""The key of the request's scope under which the gate leaves what it found out."""

_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in the order in which they came; without the CSRF token.

    Every text is sound Unicode without control characters other than tab and line feed; line
    ends are line feeds. It is what a person typed, or what somebody who has taken over the
    browser sent: ids in it are looked up, choices are held against what there is.
    """

    fields: tuple[tuple[str, str], ...] = ()

    def text(self, name: str, default: str = "", *, most: int = LONGEST) -> str:
        """The one value of a field, without space around it; ``default`` where it is absent.

        Raises:
            UsageError: it was given twice, or is longer than ``most`` characters.
        """
        values = self.all(name)
        if len(values) > 1:
            raise UsageError(
                f"The form says {name!r} twice.", remedy="Go back, load the page again, try again."
            )
        value = values[0].strip() if values else default
        if len(value) > most:
            raise UsageError(
                f"What stands in {name!r} has {len(value):,} characters; at most {most:,} will do.",
                remedy="Go back and shorten it.",
            )
        return value

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, such as those of boxes that were ticked."""
        return tuple(value for key, value in self.fields if key == name)

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """The value of a field that can only be one of a few.

        Raises:
            UsageError: it is none of them, or absent.
        """
        value = self.text(name)
        if value not in allowed:
            raise UsageError(
                f"The form does not say which {name!r} is meant.",
                remedy=f"Choose one of: {', '.join(sorted(allowed))}.",
            )
        return value

    def number(self, name: str, default: int, *, most: int) -> int:
        """A whole number from 0 to ``most``; ``default`` where it is absent or empty.

        Raises:
            UsageError: it is none.
        """
        value = self.text(name, most=20)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and int(value) <= most):
            raise UsageError(
                f"{name!r} has to be a whole number from 0 to {most:,}.",
                remedy="Go back and mend it.",
            )
        return int(value)


@dataclass(frozen=True, slots=True)
class Visit:
    """What the gate found out about a request that it let in.

    Attributes:
        csrf: the token that this session's forms carry.
        form: what the request's form says; None where it has none.
    """

    csrf: str
    form: Form | None = None


def parse(body: bytes) -> Form:
    """Read a form's body; the CSRF token still among its fields.

    Raises:
        UsageError: not sound UTF-8, too many fields, or a control character in one.
    """
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:  # a UnicodeError is one too
        raise UsageError(
            "What the form sent cannot be read as a form.",
            remedy="Go back, load the page again, try again.",
        ) from error
    return Form(tuple((_sound(key), _sound(value)) for key, value in fields))


def _sound(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if _STEERING.search(plain):
        raise UsageError(
            "A field of the form holds a control character.",
            remedy="Go back and type it anew instead of pasting it.",
        )
    return plain


def form(request: Request) -> Form:
    """The request's form: a dependency (``Depends(form)``), of routes that change something.

    Raises:
        UsageError: the request came without a form.
    """
    found = _visit(request).form
    if found is None:
        raise UsageError(
            "The request carries no form.", remedy="Use the buttons of the review page."
        )
    return found


def csrf(request: Request) -> str:
    """The token for the hidden field ``csrf`` of every form: a dependency."""
    return _visit(request).csrf


def _visit(request: Request) -> Visit:
    visit = request.scope[VISIT]
    assert isinstance(visit, Visit)
    return visit
