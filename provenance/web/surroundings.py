"""What a request works with: a session on the one registry, the person, the pictures.

Seams for the pages (dependencies of FastAPI: ``Annotated[Session, Depends(session)]``):

- ``session(request)``: a ``pipeline.Session`` as the commands have it. Of a GET it cannot write.
- ``person(request)``: on whose word things are done.
- ``scope(request)``: which findings the person asked to review.
- ``picture_url(request, uri, edge)``: the address of a small picture.
- ``forms.form(request)``, ``forms.csrf(request)``: what was sent, and the token of our forms.

Routes are plain functions (``def``, not ``async def``): they run in threads, so that a slow one
holds up no other. Requests that may write come one at a time (the gate sees to it), so two
clicks cannot cross; those that read do not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from fastapi import Request

from provenance.errors import RegistryError, UsageError
from provenance.model import Finding
from provenance.pipeline.reaching import is_below
from provenance.pipeline.session import Session, local_day
from provenance.registry import Registry, Transaction
from provenance.web.pictures import Pictures


@dataclass(frozen=True, slots=True)
class Scope:
    """What the person asked to review; empty means everything.

    Attributes:
        uris: only pictures that are, or lie below, these absolute paths.
        notice_id: only what this notice asks for; whole, as the registry has it.
    """

    uris: tuple[str, ...] = ()
    notice_id: str | None = None

    def holds(self, one: Finding) -> bool:
        """Whether a finding is of what is to be reviewed."""
        return is_below(one.uri, self.uris) and self.has_notice(one.notice_id)

    def has_notice(self, notice_id: str | None) -> bool:
        """Whether a notice, given whole, is of what is to be reviewed."""
        return self.notice_id is None or self.notice_id == notice_id

    @property
    def words(self) -> str:
        """What is reviewed, where that is not everything; for a person."""
        if not self.uris:
            return "the notice under review"
        return "the folder under review" if len(self.uris) == 1 else "the folders under review"

    def refusal(self, what: str) -> UsageError:
        """The error that something lies outside; ``what`` begins the sentence."""
        return UsageError(
            f"{what} lies outside {self.words}.",
            code="outside-review",
            remedy="Nothing was done. To go on with it, end this page and start"
            " `provenance review` without a limit.",
        )


def _nobody(text: str) -> None:
    del text


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the whole server has; one for all requests and threads.

    Attributes:
        session: of the command; its registry stays open as long as the server runs.
        pictures: where small pictures come from.
        scope: what is to be reviewed.
        tell: says something to the person at the terminal.
        log: is told of each answer; None where nobody wants to know.
        quarantine: the folder where withdrawn pictures go; absolute.
    """

    session: Session
    pictures: Pictures
    scope: Scope = field(default_factory=Scope)
    tell: Callable[[str], None] = _nobody
    log: Callable[[str], None] | None = None
    quarantine: str = ""


class ReadingRegistry(Registry):
    """A registry that a request may only read: a GET changes nothing, whatever its route does."""

    def __init__(self, whole: Registry) -> None:
        self._engine = whole._engine  # noqa: SLF001 - one engine, and one transaction a thread
        self._mine = whole._mine  # noqa: SLF001

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Refuse.

        Raises:
            RegistryError: code ``registry-read-only``, always.
        """
        raise RegistryError(
            "A page that only shows something was asked to write.",
            code="registry-read-only",
            remedy="This is a fault of the program: please report it.",
        )
        yield  # type: ignore[unreachable]  # makes this a generator, as the promise wants


def surroundings(request: Request) -> Surroundings:
    """The server's surroundings: a dependency."""
    found = request.app.state.surroundings
    assert isinstance(found, Surroundings)
    return found


def session(request: Request) -> Session:
    """The session of this request, with today's date: a dependency."""
    whole = surroundings(request).session
    today = replace(whole, policy=replace(whole.policy, today=local_day()))
    if request.method == "POST":
        return today
    return replace(today, registry=ReadingRegistry(whole.registry))


def person(request: Request) -> str:
    """The person who started the server, on whose word everything here is done: a dependency."""
    return surroundings(request).session.agent


def scope(request: Request) -> Scope:
    """What is to be reviewed: a dependency."""
    return surroundings(request).scope


def quarantine_folder(request: Request) -> str:
    """Where withdrawn pictures go: a dependency.

    Raises:
        UsageError: the server was started without such a folder.
    """
    folder = surroundings(request).quarantine
    if not folder:
        raise UsageError(
            "This server has no folder for quarantine.",
            remedy="Use `provenance quarantine NOTICE` in a terminal.",
        )
    return folder


def picture_url(request: Request, uri: str, edge: int) -> str:
    """The address of a small picture of a file, for ``<img src>``.

    Args:
        request: the one that is answered.
        uri: the file's, as the registry has it.
        edge: 160, 320 or 1280 pixels.
    """
    return surroundings(request).pictures.url(uri, edge)
