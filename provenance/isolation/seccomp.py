"""Refuse a worker the system calls that no parser needs: network, other processes, the kernel.

A filter in the kernel's own small language looks at the number of each call (and at an argument of
a few) and answers ``EPERM`` to those in the table; ExifTool, which a worker starts,
inherits it. It cannot be taken off again. Sources: Linux ``seccomp(2)``, ``linux/filter.h``,
``linux/audit.h``; numbers from ``asm/unistd_64.h`` (x86_64) and ``asm-generic/unistd.h``
(aarch64, riscv64).
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Mapping
from typing import Final

from provenance.isolation import linux

_X86: Final = "x86_64"
_ARCHITECTURES: Final = {_X86: 0xC000003E, "aarch64": 0xC00000B7, "riscv64": 0xC00000F3}

# Each call with its number on x86_64 and in the generic table; None where there is none.
_REFUSED: Final[Mapping[str, tuple[int | None, int | None]]] = {
    # The network, and any other conversation but the one that the worker was born with.
    "socket": (41, 198), "socketpair": (53, 199), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "connect": (42, 203), "accept4": (288, 242),
    # Other processes' memory, limits and descriptors.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "migrate_pages": (256, 238), "move_pages": (279, 239),
    # Memory, queues and semaphores that processes share by a key or a name.
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190),
    "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186),
    "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    # Signals but for those to a process or thread by its number, and who comes first.
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274),
    # A way out of the worker's group, by which it is ended with all that it started.
    "setpgid": (109, 154), "setsid": (112, 157),
    # Mounts, roots, namespaces.
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "open_by_handle_at": (304, 265),
    # Keys, programs in the kernel, rings, counters, faults: large and rarely needed parts of it.
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "bpf": (321, 280),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "fanotify_init": (300, 262),
    "memfd_secret": (447, 447), "personality": (135, 92), "uselib": (134, None),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "lookup_dcookie": (212, 18),
    # The machine itself.
    "reboot": (169, 142), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "syslog": (103, 116),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "clock_adjtime": (305, 266), "sethostname": (170, 161), "setdomainname": (171, 162),
    "iopl": (172, None), "ioperm": (173, None), "vhangup": (153, 58), "modify_ldt": (154, None),
    # Landlock guards no times; before its third version no lengths by path either.
    "truncate": (76, 45), "utimensat": (280, 88), "futimesat": (261, None), "utime": (132, None),
    "utimes": (235, None),
    # Who it is, and what belongs to whom. (Landlock does not guard modes, owners, attributes.)
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "setxattrat": (463, 463), "removexattrat": (466, 466), "file_setattr": (469, 469),
    "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143),
    "setresuid": (117, 147), "setresgid": (119, 149), "setfsuid": (122, 151),
    "setfsgid": (123, 152), "setgroups": (116, 159), "capset": (126, 91),
    "mknod": (133, None), "mknodat": (259, 33),
}  # fmt: skip
_CLONE: Final = (56, 220)
_CLONE3: Final = (435, 435)
_IOCTL: Final = (16, 29)
_KILL: Final = (62, 129)
_PRLIMIT: Final = (302, 261)

# TIOCSTI and TIOCLINUX put words into a terminal, as if its user had typed them.
_TYPING: Final = (0x5412, 0x541C)
_NEGATIVE: Final = 0x80000000

# CLONE_NEWTIME is left out: in clone it is a part of the signal's number.
_NEW_NAMESPACES: Final = 0x7E020000

# struct seccomp_data, little-endian; of an argument its lower half.
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24
_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_IS: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_IS_AT_LEAST: Final = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_HAS_ANY: Final = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_ANSWER: Final = 0x06  # BPF_RET | BPF_K
_ALLOW: Final = 0x7FFF0000
_ERROR: Final = 0x00050000
_REFUSE: Final = _ERROR | errno.EPERM
_UNKNOWN: Final = _ERROR | errno.ENOSYS
# Calls of the x32 form of x86_64 are the others with this bit set.
_X32: Final = 0x40000000


_Line = tuple[int, int, int, int]
"""An instruction: code, where to go on if it holds and if not, operand."""


def refused() -> tuple[str, ...]:
    """The names of the calls that are refused."""
    return tuple(_REFUSED)


def program(machine: str) -> bytes:
    """The filter, as ``struct sock_filter[]``.

    Args:
        machine: as ``platform.machine()`` names it.

    Raises:
        KeyError: its numbers are not known.
    """
    architecture = _ARCHITECTURES[machine]
    column = 0 if machine == _X86 else 1
    numbers = sorted({found for one in _REFUSED.values() if (found := one[column]) is not None})
    lines: list[_Line] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        # Of another architecture (32 bits): its numbers mean other calls.
        (_IS, 1, 0, architecture),
        (_ANSWER, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if column == 0:
        lines += [(_IS_AT_LEAST, 0, 1, _X32), (_ANSWER, 0, 0, _REFUSE)]
    for number in numbers:
        lines += [(_IS, 0, 1, number), (_ANSWER, 0, 0, _REFUSE)]
    lines += [
        # Its flags stand in memory, where a filter cannot look; the C library then uses clone.
        (_IS, 0, 1, _CLONE3[column]),
        (_ANSWER, 0, 0, _UNKNOWN),
        *_by_argument(_CLONE[column], _FIRST_ARGUMENT, (_HAS_ANY, 0, 1, _NEW_NAMESPACES)),
        # Everybody, or a group by its number.
        *_by_argument(_KILL[column], _FIRST_ARGUMENT, (_HAS_ANY, 0, 1, _NEGATIVE)),
        # The limits of another process.
        *_by_argument(_PRLIMIT[column], _FIRST_ARGUMENT, (_IS, 1, 0, 0)),
    ]
    for typing in _TYPING:
        lines += _by_argument(_IOCTL[column], _SECOND_ARGUMENT, (_IS, 0, 1, typing))
    lines.append((_ANSWER, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def _by_argument(number: int, argument: int, refused: _Line) -> list[_Line]:
    """Refuse a call for one of its arguments; ``refused`` goes on where it is to be refused."""
    return [
        (_LOAD, 0, 0, _NUMBER),
        (_IS, 0, 3, number),
        (_LOAD, 0, 0, argument),
        refused,
        (_ANSWER, 0, 0, _REFUSE),
    ]


def confine() -> None:
    """Refuse the calls to this process and all that it starts, for good.

    Raises:
        OSError: the system has no such filter, or not for this machine.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"the system calls of {machine} are not known")
    linux.filter_calls(program(machine))
