"""A picture's family as one self-contained page: a tree of thumbnails with the ties between."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from provenance.model import Notice
from provenance.reporting import wording
from provenance.reporting.family import STATES, Family, Member, MemberState, Standing
from provenance.reporting.page import html
from provenance.reporting.report import Stamp
from provenance.reporting.thumbnails import EDGE, Thumbnail, Thumbnails

MOST_DRAWN = 120

_SETTLED = {MemberState.CLEAN, MemberState.GONE, MemberState.QUARANTINED}
_LARGEST = 600
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class FamilyReport:
    """What the page shows.

    Attributes:
        family: the picture in all its forms.
        notices: those that the picture has findings of, each with how it stands.
        stamp: when, by whom and by what the page was made.
    """

    family: Family
    notices: Sequence[tuple[Notice, Standing]]
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Node:
    """One member as the page draws it.

    Attributes:
        member: who it is.
        depth: how far below the first one; what is deeper than the page is wide stays there.
        tie: why it hangs there; empty for the first one.
        others: the further reasons, each with the file it ties to.
        state: in words.
        facts: type, size and so on, in one line.
        asked: the page was asked for this one.
        opens: others hang below it.
        closes: so many lists end behind it.
        alt: what to say in the picture's place.
    """

    member: Member
    depth: int
    tie: str
    others: tuple[str, ...]
    state: str
    facts: str
    asked: bool
    alt: str
    opens: bool = False
    closes: int = 0


def render(report: FamilyReport, thumbnails: Thumbnails, *, most: int = MOST_DRAWN) -> str:
    """Draw the family as an HTML document, encodable as UTF-8.

    As the compliance report it loads nothing and runs nothing, and every value is escaped.

    Args:
        report: what to show.
        thumbnails: where the pictures come from.
        most: how many pictures are drawn, first ones first.
    """
    style = html.stylesheet("report.css", "family.css")
    nodes = _nested(tuple(_nodes(report.family)))
    left = iter(range(most))

    def draw(member: Member, edge: int) -> Thumbnail:
        if member.state is MemberState.GONE:
            return Thumbnail(reason="The file is no longer there.")
        if member.state is MemberState.QUARANTINED:
            return Thumbnail(reason="The picture is withdrawn and in quarantine.")
        if next(left, None) is None:
            return Thumbnail(reason="Not drawn, to keep this page small.")
        return thumbnails.of(member.ref, edge)

    return (
        html.environment()
        .get_template("family.html.j2")
        .render(
            report=report,
            title=_title(report.family),
            figures=_figures(report.family),
            nodes=nodes,
            notices=[(one, stand, wording.essences(one)) for one, stand in report.notices],
            draw=draw,
            style=Markup(style),  # noqa: S704 - our own files, shipped with the package
            style_hash=html.csp_hash(style),
            edges={"first": _LARGEST, "other": EDGE},
        )
        .lstrip()
    )


def _nodes(family: Family) -> Iterator[Node]:
    """The members in the order in which they are drawn: each before those below it."""
    below: dict[str, list[Member]] = {}
    for member in family.members:
        below.setdefault(member.parent, []).append(member)
    names = {one.uri: posixpath.basename(one.path) for one in family.members}
    depths = {"": -1}
    waiting = below.get("", [])[::-1]
    while waiting:
        one = waiting.pop()
        depths[one.uri] = depths[one.parent] + 1
        asked = one.uri == family.asked
        yield _node(one, names, min(depths[one.uri], _DEEPEST), asked=asked)
        waiting += below.get(one.uri, [])[::-1]


def _nested(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes with the lists that begin and end behind each."""
    depths = [*(node.depth for node in nodes[1:]), 0]
    return tuple(
        replace(node, opens=after > node.depth, closes=max(node.depth - after, 0))
        for node, after in zip(nodes, depths, strict=True)
    )


def _node(one: Member, names: Mapping[str, str], depth: int, *, asked: bool) -> Node:
    first = one.tie
    others = tuple(f"{tie.words}: {names[tie.other]}" for tie in one.ties if tie != first)
    width, height = one.size
    facts = [one.media_type.partition("/")[2].upper(), wording.size(one.ref.size)]
    if width and height:
        facts.insert(1, f"{width:,} × {height:,}")
    return Node(
        member=one,
        depth=depth,
        tie=first.words if first is not None else "",
        others=others if first is not None else (),
        state=one.away or STATES[one.state],
        facts=", ".join(fact for fact in facts if fact),
        asked=asked,
        alt=f"{posixpath.basename(one.path)}, {STATES[one.state]}",
    )


def _title(family: Family) -> str:
    number = len(family.members)
    if number == 1:
        return "One picture, no other copy known"
    unsettled = sum(one.state not in _SETTLED for one in family.members if one.sure)
    copies = wording.count(number, "file") + (" and more" if family.more else "")
    if not unsettled:
        return f"One picture in {copies}, every proven copy clean"
    return f"One picture in {copies}, {unsettled:,} not clean"


def _figures(family: Family) -> tuple[tuple[str, int], ...]:
    sure = sum(one.sure for one in family.members)
    return (
        ("Files", len(family.members)),
        ("Proven", sure),
        ("Possible", len(family.members) - sure),
        *((STATES[state].capitalize(), number) for state, number in family.states),
    )
