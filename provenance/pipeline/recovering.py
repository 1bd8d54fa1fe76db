"""Recovery: what an interrupted run left open is settled before anything else is written."""

from __future__ import annotations

from provenance import fixing
from provenance.pipeline.remedying import desk_of
from provenance.pipeline.session import Session


def recover(session: Session) -> tuple[fixing.Settled, ...]:
    """Settle every fix and every move that an interrupted run left open.

    A command that writes does this before it plans: what is planned then rests on what the
    files say by now, and what was settled is told also where the command itself is refused.

    Raises:
        RegistryError, LogError: the registry or its log refused; nothing was lost.
        FsyncError: a folder could not be made durable; nothing more is touched, and what was
            not settled stays open.
        StorageError: the state folder cannot be written.
    """
    return fixing.recover_all(desk_of(session))
