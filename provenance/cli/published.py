"""Pages on the command line: fetch those given by address, propose what would mend them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from provenance.cli.common import OK, OPEN, Desk
from provenance.errors import StorageError, UsageError

if TYPE_CHECKING:
    from provenance.pipeline import Session
    from provenance.pipeline.published import AtHand


def at_hand(desk: Desk, given: Sequence[str], *, fetch: bool) -> AtHand:
    """The paths to audit, with the pages among them that are given by address fetched.

    Raises:
        UsageError: a page is given by address, and nobody has allowed fetching.
        StorageError: nothing was given but addresses, and none could be fetched.
    """
    from provenance.auditlog import state_dir  # noqa: PLC0415 - start-up stays quick
    from provenance.pipeline import published  # noqa: PLC0415
    from provenance.pipeline.session import utc_now  # noqa: PLC0415
    from provenance.storage.web import Web, is_url  # noqa: PLC0415

    addresses = [one for one in given if is_url(one)]
    if addresses and not (fetch or desk.config.flag("web.fetch")):
        raise UsageError(
            f"{addresses[0]} is on the network, and nothing is fetched unless you say so.",
            code="fetch-not-allowed",
            remedy="Give --fetch, or set `fetch = true` under [web] in provenance.toml.",
        )
    if not addresses:
        return published.AtHand(tuple(given))
    found = published.at_hand(given, state_dir() / published.FETCHED, Web(), utc_now())
    if not found.paths:
        problem = found.problems[0]
        raise StorageError(problem.message, code=problem.code, remedy=problem.remedy)
    return found


def propose(desk: Desk, session: Session, findings: Sequence[str], patch: Path) -> int:
    """Write what would mend the pages as a patch file; nothing else is written."""
    from provenance.cli import console  # noqa: PLC0415
    from provenance.pipeline import patching  # noqa: PLC0415
    from provenance.reporting import wording  # noqa: PLC0415

    made = patching.propose(session, findings)
    if made.text:
        patching.save(made.text, patch)
        words = (
            f"{patch} mends {wording.count(made.places, 'place')} of "
            f"{wording.count(made.pages, 'page')}. Nothing was changed."
        )
        console.say(f"{words} Apply it in {made.folder} with: {made.command(patch)}",
                    color=desk.color)  # fmt: skip
    for one in made.left:
        console.say(f"Left to you: {one.path}, {one.locator}: {one.reason}", color=desk.color)
    if not made.text and not made.left:
        console.say("No page needs mending.", color=desk.color)
    return OPEN if made.text or made.left else OK
