"""Take from a worker what no parser needs, each layer where the system has it.

What could be put in force is told, and what could not; ``doctor`` shows both.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from provenance.isolation import landlock, linux, seccomp
from provenance.isolation.bounds import Limits

_MIB: Final = 1 << 20
_PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds the workers, in plain words.

    Attributes:
        in_force: each a phrase: ``no network (seccomp)``.
        missing: what this system does not give, each a phrase.
    """

    in_force: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def confine(limits: Limits, folder: str) -> Confinement:
    """Confine this process and all that it starts, for good.

    Args:
        limits: of memory, processor time, files.
        folder: the only one that it may write in.

    Returns:
        What is in force.
    """
    held: list[str] = []
    missing: list[str] = []

    def layer(put: Callable[[], str], without: str) -> None:
        try:
            held.append(put())
        except (OSError, ValueError, ImportError, AttributeError) as error:
            missing.append(f"{without} ({error})")

    layer(lambda: _limit(limits), "no limits of memory, processor time and files")
    if sys.platform != "linux":
        missing.append("network and writing are not refused on this system")
        return Confinement(tuple(held), tuple(missing))
    layer(_no_privileges, "programs it starts may gain rights")
    layer(lambda: _no_writing(folder), "writing elsewhere is not refused")
    layer(_no_network, "the network is not refused")
    return Confinement(tuple(held), tuple(missing))


def _limit(limits: Limits) -> str:
    import resource  # noqa: PLC0415 - not there on every system

    fixed = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: limits.written,
        resource.RLIMIT_NOFILE: limits.files,
    }
    space = address_space()
    for which, most in fixed.items():
        _, hard = resource.getrlimit(which)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (bound, bound))
    if space:
        allow_memory(space + limits.memory)
    allow_time(limits.processor)
    memory = f"{limits.memory // _MIB} MiB of memory, " if space else ""
    return (
        f"{memory}{limits.processor} s of processor time and {limits.seconds:g} s by the clock"
        f" for each task, {limits.files} open files"
    )


def allow_memory(octets: int) -> None:
    """Let this process take up so much address space."""
    import resource  # noqa: PLC0415 - not there on every system

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = octets if hard == resource.RLIM_INFINITY else min(octets, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def allow_time(seconds: int) -> None:
    """Let this process use so much more processor time, in whole seconds and up to one more."""
    import resource  # noqa: PLC0415 - not there on every system

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    latest = int(used.ru_utime + used.ru_stime) + 1 + seconds
    soft = latest if hard == resource.RLIM_INFINITY else min(latest, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def address_space() -> int:
    """Octets of address space that this process has taken up; 0 where that cannot be told."""
    return _pages()[0] * _PAGE


def resident() -> int:
    """Octets of memory that this process holds; 0 where that cannot be told."""
    return _pages()[1] * _PAGE


def _pages() -> tuple[int, int]:
    try:
        with open("/proc/self/statm", "rb") as file:
            whole, held, *_ = file.read().split()
    except OSError:
        return 0, 0  # told as a limit of memory that is not in force
    return int(whole), int(held)


def _no_privileges() -> str:
    linux.take_no_privileges()
    return "no new privileges"


def _no_writing(folder: str) -> str:
    version = landlock.confine(folder)
    return f"no writing but into a folder of its own (Landlock {version})"


def _no_network() -> str:
    try:
        seccomp.confine()
    except OSError:
        linux.leave_network()
        return "no network (a network namespace of its own)"
    return "no network, no memory of other processes, no mounts (seccomp)"
