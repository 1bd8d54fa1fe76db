"""A desk that gave a wrongly credited picture out, before the agency's notice came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from desk_material import CODE, LIFE, NEWSROOM, NOTICE, NOTICES, tiny

from provenance import registry
from provenance.model import Notice
from provenance.pipeline import Session, audit, scan
from provenance.pipeline.parties.delivering import Told, deliver
from provenance.pipeline.parties.third_parties import third_parties
from provenance.reporting.third_parties import PartyState, ThirdParty

RADIO, COURIER, PHARE = "Radio Northwind", "Morning Courier", "Éditions du Phare"
MAIL = "desk@northwind.example.org"
DAY = "2024-12-05"


def tree_of(tmp_path: Path) -> Path:
    """Two copies of the picture of a notice, and another picture."""
    folder = tmp_path / "tree"
    (folder / "web").mkdir(parents=True)
    original = (NEWSROOM / LIFE / f"{CODE}.jpg").read_bytes()
    (folder / f"{CODE}.jpg").write_bytes(original)
    (folder / "web" / "copy.jpg").write_bytes(original)
    (folder / "other.jpg").write_bytes(tiny(code="000_2222222", shade=7))
    return folder


def give(session: Session, path: Path, *names: str, day: str = DAY, contact: str = MAIL) -> None:
    """Record deliveries of one file."""
    for name in names:
        deliver(session, str(path), Told(name, day, contact))


def held_against(session: Session, tree: Path) -> Notice:
    """Audit the folder with the notice; give the notice."""
    scan(session, [str(tree)])
    audit(session, [str(tree)], [str(NOTICES / NOTICE)])
    return the_notice(session)


def the_notice(session: Session) -> Notice:
    """The only notice."""
    with session.registry.read() as tx:
        (one,) = registry.notices(tx, active_only=False)
    return one


def parties(session: Session, today: str = "") -> tuple[ThirdParty, ...]:
    """The third parties of the only notice, on a day."""
    policy = replace(session.policy, today=today or session.policy.today)
    with session.registry.read() as tx:
        (one,) = registry.notices(tx, active_only=False)
        return third_parties(tx, one, policy)


def states(session: Session, today: str = "") -> dict[str, PartyState]:
    """Each third party's state."""
    return {one.recipient: one.state for one in parties(session, today)}


def on(session: Session, day: str) -> Session:
    """The same session on another day."""
    clock: Callable[[], str] = lambda: f"{day}T12:00:00.000Z"  # noqa: E731
    return replace(session, clock=clock, policy=replace(session.policy, today=day))
