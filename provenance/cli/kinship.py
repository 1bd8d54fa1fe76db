"""A picture's family as a tree of text."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from provenance.reporting import wording
from provenance.reporting.family import STATES, Family, Member, MemberState, Tie, counted
from provenance.reporting.text import one_line

_STYLES = {
    MemberState.CLEAN: "green",
    MemberState.OPEN: "red",
    MemberState.HELD: "yellow",
    MemberState.UNREADABLE: "red",
    MemberState.OFFLINE: "yellow",
    MemberState.NOT_LOOKED_AT: "yellow",
    MemberState.QUARANTINED: "green",
    MemberState.GONE: "dim",
}


def tree(family: Family) -> list[RenderableType]:
    """The members, each below the one that ties it to the family, and the sums."""
    parts: list[RenderableType] = []
    branches: dict[str, Tree] = {}
    for one in family.members:
        label = _label(family, one)
        above = branches.get(one.parent)
        if above is None:
            branches[one.uri] = Tree(label, guide_style="dim")
            parts.append(branches[one.uri])
        else:
            branches[one.uri] = above.add(label)
    return [*parts, _sums(family)]


def _label(family: Family, one: Member) -> Text:
    label = Text()
    if one.tie is not None:
        label.append(f"{one_line(one.tie.words)}: ", style="cyan" if one.sure else "dim italic")
    label.append(one_line(one.path), style="bold" if one.uri == family.asked else "")
    label.append(f"  {one_line(one.away) or STATES[one.state]}", style=_STYLES[one.state])
    if one.size[0]:
        label.append(f"  {one.size[0]} × {one.size[1]}", style="dim")
    if one.credit:
        label.append(f"\n{one_line(one.credit)}")
    elif one.media_type:
        label.append("\nnames nobody", style="red")
    for tie in _others(one):
        label.append(f"\nalso {one_line(tie.words)}", style="dim")
    for place in one.publications:
        label.append(f"\npublished: {one_line(place)}", style="dim")
    return label


def _others(one: Member) -> list[Tie]:
    """The further reasons to belong to the member above; those to others are in the JSON."""
    shown = {one.tie.kind} if one.tie is not None else set()
    found: list[Tie] = []
    for tie in one.ties:
        if tie.other == one.parent and tie.kind not in shown:
            shown.add(tie.kind)
            found.append(tie)
    return found


def _sums(family: Family) -> Text:
    states = counted(one.state for one in family.members)
    text = Text(f"{wording.count(len(family.members), 'file')}: {states}.", style="bold")
    if family.more:
        text.append(" There are more than are listed.", style="yellow")
    return text
