"""What every writing command does first: settle what interrupted runs left open."""

from __future__ import annotations

from provenance.fixing.desk import Desk
from provenance.fixing.moving.recovery import RecoveredMove, recover_moves
from provenance.fixing.recovery import Recovered, recover

Settled = Recovered | RecoveredMove
"""What was done about one file of an interrupted run."""


def recover_all(desk: Desk) -> tuple[Settled, ...]:
    """Settle every fix and every move that an interrupted run left open.

    Raises:
        RegistryError, LogError: the registry or its log refused; nothing was lost.
        FsyncError: a folder could not be made durable; nothing more is touched, and what was
            not settled stays open.
        StorageError: the state folder cannot be written.
    """
    return (*recover(desk), *recover_moves(desk))
