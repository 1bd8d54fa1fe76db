"""The one ExifTool process of this process: started at first need, ended with it."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from provenance.metadata.exiftool.answer import MOST_OUTPUT, PATIENCE, Answer, ExifToolError
from provenance.metadata.exiftool.program import INSTALL, program

if TYPE_CHECKING:
    from provenance.metadata.exiftool.process import StayOpen

_ONE_AT_A_TIME: Final = threading.Lock()


class _Held:
    """The process, by which program and in which process it was started, and who ends it."""

    process: StayOpen | None = None
    started: tuple[str, int] = ("", 0)
    ended_with: int = 0


def ask(
    params: Sequence[str], *, patience: float = PATIENCE, most: int = MOST_OUTPUT
) -> tuple[Answer, str]:
    """Have ExifTool do one command; where it died, once more with a new process.

    Args:
        params: the arguments of the command.
        patience: seconds that it may take.
        most: octets that it may put out.

    Returns:
        The answer, and ExifTool's version.

    Raises:
        ExifToolError: as ``StayOpen.exchange``, and ``exiftool-missing``.
    """
    with _ONE_AT_A_TIME:
        try:
            return _asked(params, patience, most)
        except ExifToolError as error:
            if error.code != "exiftool-died":
                raise
            return _asked(params, patience, most)


def _asked(params: Sequence[str], patience: float, most: int) -> tuple[Answer, str]:
    process = _process()
    return process.exchange(params, patience=patience, most=most), process.release


def _process() -> StayOpen:
    """The running process, or a new one."""
    # Most runs never meet a file for ExifTool: they are spared these imports.
    from multiprocessing.util import Finalize  # noqa: PLC0415

    from provenance.metadata.exiftool.process import StayOpen  # noqa: PLC0415

    path = program()
    if path is None:
        raise ExifToolError("ExifTool is not installed.", code="exiftool-missing", remedy=INSTALL)
    wanted = (path, os.getpid())
    held = _Held.process
    if held is not None and (_Held.started != wanted or not held.running):
        held.terminate()
        held = None
    if held is None:
        held = StayOpen(path)
        _Held.process, _Held.started = held, wanted
        if _Held.ended_with != os.getpid():
            # Runs at the end of a pool's worker too, where atexit does not.
            Finalize(None, close, exitpriority=0)
            _Held.ended_with = os.getpid()
    return held


def close() -> None:
    """End the process, if there is one; the next ``ask`` starts another."""
    held, _Held.process = _Held.process, None
    if held is not None:
        held.terminate()
