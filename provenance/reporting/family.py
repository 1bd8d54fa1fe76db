"""A picture's family as a value: its copies and renditions, why each belongs, how each stands.

Every form in which a family is shown (a tree of text, JSON, a page) is drawn from this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from provenance.model import AssetRef


class TieKind(StrEnum):
    """Why two assets are taken for one picture; the strongest first."""

    FILE = "file"
    IMAGE = "image-digest"
    SCAN = "scan-digest"
    IDENTIFIER = "identifier"
    SAME = "picture-same"
    CROP = "picture-crop"
    MIRRORED = "picture-mirrored"
    DESK = "desk-record"
    LOOK = "picture-hash"
    UNSURE = "picture-unsure"
    LINEAGE = "lineage"


SURE: Final = frozenset(
    {
        TieKind.FILE,
        TieKind.IMAGE,
        TieKind.SCAN,
        TieKind.IDENTIFIER,
        TieKind.SAME,
        TieKind.CROP,
        TieKind.MIRRORED,
    }
)
"""Ties that prove one picture: only these are followed to further assets."""

WORDS: Final = {
    TieKind.FILE: "the very same file",
    TieKind.IMAGE: "the same file but for its metadata",
    TieKind.SCAN: "the same picture data",
    TieKind.IDENTIFIER: "the same identifier",
    TieKind.SAME: "the same picture, compared",
    TieKind.CROP: "a crop, compared",
    TieKind.MIRRORED: "the same picture mirrored, compared",
    TieKind.DESK: "named by the desk's records",
    TieKind.LOOK: "looks alike, not compared",
    TieKind.UNSURE: "looks alike, compared without a sure answer",
    TieKind.LINEAGE: "shares an edit history",
}


class MemberState(StrEnum):
    """How a member stands; ``clean``, ``in-quarantine`` and ``gone`` leave nothing to do."""

    CLEAN = "clean"
    OPEN = "open"
    HELD = "held"
    UNREADABLE = "unreadable"
    OFFLINE = "offline"
    NOT_LOOKED_AT = "not-looked-at"
    QUARANTINED = "in-quarantine"
    GONE = "gone"


STATES: Final = {
    MemberState.CLEAN: "clean",
    MemberState.OPEN: "open findings",
    MemberState.HELD: "waits for a person",
    MemberState.UNREADABLE: "unreadable",
    MemberState.OFFLINE: "out of reach",
    MemberState.NOT_LOOKED_AT: "not looked at",
    MemberState.QUARANTINED: "in quarantine",
    MemberState.GONE: "no longer there",
}


_COUNTED: Final = {
    MemberState.CLEAN: "clean",
    MemberState.OPEN: "with open findings",
    MemberState.HELD: "waiting for a person",
    MemberState.UNREADABLE: "unreadable",
    MemberState.OFFLINE: "out of reach",
    MemberState.NOT_LOOKED_AT: "not looked at",
    MemberState.QUARANTINED: "in quarantine",
    MemberState.GONE: "no longer there",
}


def counted(states: Iterable[MemberState]) -> str:
    """How many are in which state: ``2 clean, 1 waiting for a person``."""
    tally = Counter(states)
    return ", ".join(f"{tally[one]:,} {_COUNTED[one]}" for one in MemberState if tally[one])


@dataclass(frozen=True, slots=True)
class Tie:
    """One reason why an asset belongs to the family.

    Attributes:
        kind: which reason.
        other: uri of the member it ties to.
        detail: the identifier, the bits that differ, the desk's record; may be empty.
    """

    kind: TieKind
    other: str
    detail: str = ""

    @property
    def words(self) -> str:
        """The reason for a person."""
        return f"{WORDS[self.kind]} ({self.detail})" if self.detail else WORDS[self.kind]

    @property
    def is_sure(self) -> bool:
        """Whether it proves one picture."""
        return self.kind in SURE


@dataclass(frozen=True, slots=True)
class Member:
    """One asset of a family.

    Attributes:
        uri: the asset.
        path: for a person.
        ref: to draw it by.
        ties: why it belongs, the strongest first; empty where it is alone.
        sure: whether it is proven to be the picture.
        state: how it stands.
        parent: uri of the member below which it is drawn; empty for the first one.
        media_type: empty where it could not be read.
        size: width and height in pixels; 0 where nobody looked.
        creators: the photographers that its speaking container names.
        credit_line: as it stands there.
        findings: what is open or held: id, rule and status.
        publications: where the desk's records say that it was published.
        away: since when and on whose word it is in quarantine, or when it was deleted there.
    """

    uri: str
    path: str
    ref: AssetRef
    ties: tuple[Tie, ...] = ()
    sure: bool = True
    state: MemberState = MemberState.CLEAN
    parent: str = ""
    media_type: str = ""
    size: tuple[int, int] = (0, 0)
    creators: tuple[str, ...] = ()
    credit_line: str = ""
    findings: tuple[tuple[str, str, str], ...] = ()
    publications: tuple[str, ...] = ()
    away: str = ""

    @property
    def credit(self) -> str:
        """The credit that stands in it, as a credit line prints it; empty where none does."""
        named = ", ".join(self.creators)
        line = self.credit_line
        if named and named.casefold() in line.casefold():
            return line
        return " / ".join(part for part in (named, line) if part)

    @property
    def tie(self) -> Tie | None:
        """The strongest tie to the member below which it is drawn."""
        return next((one for one in self.ties if one.other == self.parent), None)


@dataclass(frozen=True, slots=True)
class Family:
    """One picture in all its forms.

    Attributes:
        asked: uri of the asset that was asked for.
        members: the best first; each behind the one below which it is drawn.
        more: there are more members than are listed.
    """

    asked: str
    members: tuple[Member, ...]
    more: bool = False

    @property
    def states(self) -> Iterator[tuple[MemberState, int]]:
        """How many members stand how, in the order of the states."""
        tally = Counter(one.state for one in self.members)
        return ((state, tally[state]) for state in MemberState if tally[state])


class NoticeStanding(StrEnum):
    """Whether a notice has been complied with wherever its picture is held."""

    OPEN = "open"
    CLOSED = "closed"
    NOTHING_FOUND = "nothing-found"
    RETRACTED = "retracted"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a notice stands in the whole registry: closed only when every member is clean.

    Attributes:
        state: whether anything is left to do.
        total: members that are held.
        clean: of these, so many are clean.
        gone: members that are no longer there; they do not count.
        unclean: path and state of each that is not clean, as far as they are listed.
        more: there are more members than were looked at, so that nothing is closed.
        quarantined: members that were moved into quarantine; they do not count either.
        settled: every other member, by path: clean, in quarantine or no longer there.
    """

    state: NoticeStanding
    total: int = 0
    clean: int = 0
    gone: int = 0
    unclean: tuple[tuple[str, MemberState], ...] = ()
    more: bool = False
    quarantined: int = 0
    settled: tuple[tuple[AssetRef, MemberState], ...] = ()

    @property
    def words(self) -> str:
        """As one sentence, without its stop; empty where there is nothing to tell."""
        told = []
        if self.total:
            copies = "copy" if self.total == 1 else "copies"
            told.append(f"{self.clean:,} of {self.total:,} {copies} clean")
        told.append(counted(state for _, state in self.unclean))
        told.append(counted([MemberState.QUARANTINED] * self.quarantined))
        return "; ".join(part for part in told if part)


_NOT_TO_BE_HAD: Final = {MemberState.GONE, MemberState.QUARANTINED, MemberState.UNREADABLE}


def best_first(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Members in the order in which a person would choose among them.

    Proven ones, then those that are credited, then the most pixels, then the largest file.
    """
    return tuple(
        sorted(
            members,
            key=lambda one: (
                not one.sure,
                one.state in _NOT_TO_BE_HAD,
                not one.credit,
                -one.size[0] * one.size[1],
                -one.ref.size,
                one.path,
                one.uri,
            ),
        )
    )
