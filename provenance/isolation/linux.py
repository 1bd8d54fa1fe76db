"""System calls of Linux that the standard library lacks: prctl, Landlock, unshare.

Each raises ``OSError`` where the kernel refuses or does not know it. Sources: Linux man-pages
prctl(2), PR_SET_PDEATHSIG(2const), landlock(7), unshare(2).
"""

from __future__ import annotations

import ctypes
import functools
import os
import struct
from typing import Final

_PDEATHSIG: Final = 1
_SECCOMP: Final = 22
_NO_NEW_PRIVS: Final = 38
_FILTER: Final = 2
_INSTRUCTION: Final = 8
# Since Linux 5.1 all architectures but alpha share one numbering of new calls.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_NEWUSER, _NEWNET = 0x10000000, 0x40000000


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _told(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer


def _prctl(option: int, one: int, two: int = 0) -> None:
    words = [ctypes.c_ulong(word) for word in (one, two, 0, 0)]
    _told(_libc().prctl(ctypes.c_int(option), *words))


def _syscall(number: int, *arguments: object) -> int:
    return _told(_libc().syscall(ctypes.c_long(number), *arguments))


def end_with_parent(number: int) -> None:
    """Have this process get a signal when the thread that forked it ends."""
    _prctl(_PDEATHSIG, number)


def take_no_privileges() -> None:
    """No program that this process starts gets more rights than it has, by set-uid or so."""
    _prctl(_NO_NEW_PRIVS, 1)


def filter_calls(program: bytes) -> None:
    """Put a filter on this process's system calls; ``program`` is ``struct sock_filter[]``."""
    held = ctypes.create_string_buffer(program, len(program))
    count = len(program) // _INSTRUCTION
    # struct sock_fprog: a short, then a pointer at its own alignment.
    described = ctypes.create_string_buffer(struct.pack("@HP", count, ctypes.addressof(held)))
    _prctl(_SECCOMP, _FILTER, ctypes.addressof(described))


def landlock_version() -> int:
    """Which version of Landlock the kernel has, from 1."""
    return _syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))


def make_ruleset(attributes: bytes) -> int:
    """A new set of Landlock rules; its descriptor."""
    size = ctypes.c_size_t(len(attributes))
    return _syscall(_CREATE_RULESET, attributes, size, ctypes.c_uint32(0))


def allow_beneath(ruleset: int, rights: int, folder: int) -> None:
    """Allow rights on a file, or on all at or below a folder, given by its descriptor."""
    rule = struct.pack("=Qi", rights, folder)
    kind, flags = ctypes.c_int(_PATH_BENEATH), ctypes.c_uint32(0)
    _syscall(_ADD_RULE, ctypes.c_int(ruleset), kind, rule, flags)


def restrict(ruleset: int) -> None:
    """Hold this process and all that it starts to the rules, for good."""
    _syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))


def leave_network() -> None:
    """Give this process a network of its own, in which there is nothing."""
    # Who is no superuser needs a user namespace for it; a superuser would lose rights in one.
    flags = _NEWNET if os.geteuid() == 0 else _NEWNET | _NEWUSER
    _told(_libc().unshare(ctypes.c_int(flags)))
