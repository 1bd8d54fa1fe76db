"""What other rooms hand over to be written out, by its shape: reporting knows none of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from provenance.model import Caption, FixOutcome


class Problem(Protocol):
    """A file that could not be used: what storage, notices and fixing report."""

    @property
    def path(self) -> str:
        """The path as the user gave it."""

    @property
    def code(self) -> str:
        """A stable machine word."""

    @property
    def message(self) -> str:
        """What happened, for a person."""

    @property
    def remedy(self) -> str:
        """What the person can do; may be empty."""


class SeenCaption(Protocol):
    """A caption found in a carrier, with how often and under which notices."""

    @property
    def caption(self) -> Caption:
        """The caption as first seen."""

    @property
    def occurrences(self) -> int:
        """How often it was seen."""

    @property
    def notice_ids(self) -> tuple[str, ...]:
        """The notices bound to it."""


class Settled(Protocol):
    """What became of one file of a plan."""

    @property
    def path(self) -> str:
        """The path as the user gave it."""

    @property
    def result(self) -> FixOutcome:
        """Applied, held, conflict or failed."""

    @property
    def finding_ids(self) -> tuple[str, ...]:
        """The findings that the file's edits answer."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know although it went well."""


class Recovered(Protocol):
    """What was done about one file that an interrupted run had begun with."""

    @property
    def uri(self) -> str:
        """The file, absolute."""

    @property
    def act(self) -> str:
        """What the run was about: a fix, an undo, a move."""

    @property
    def state(self) -> str:
        """How it ended: commit, abort or conflict; ``intent`` where it is still open."""

    @property
    def reason(self) -> str:
        """Why, for a person; may be empty."""

    @property
    def kept(self) -> str:
        """Path of bytes that stay for a person to look at; empty where there are none."""

    @property
    def run_id(self) -> str:
        """The interrupted run."""


class Verified(Protocol):
    """The verdict on the audit log."""

    @property
    def ok(self) -> bool:
        """No problem found."""

    @property
    def size(self) -> int:
        """Number of entries."""

    @property
    def root_hash(self) -> bytes | str:
        """RFC 6962 root, raw or hex."""

    @property
    def problems(self) -> Sequence[LogProblem]:
        """What is wrong, located where it can be."""

    @property
    def proved(self) -> Sequence[str]:
        """What the check showed, in sentences; empty where something is wrong."""

    @property
    def not_proved(self) -> Sequence[str]:
        """What it did not show, or cannot."""


class LogProblem(Protocol):
    """One thing wrong with the audit log."""

    @property
    def index(self) -> int | None:
        """The entry it concerns, if one can be named."""

    @property
    def code(self) -> str:
        """A stable machine word."""

    @property
    def message(self) -> str:
        """What is wrong, for a person."""
