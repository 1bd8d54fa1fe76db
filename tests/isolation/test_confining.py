"""What a worker, and what it starts, may not do; and what it says of that itself."""

from __future__ import annotations

import os
import platform
import struct
import sys
from pathlib import Path

import pytest
from isolation_deeds import attempt

from provenance import isolation
from provenance.isolation import landlock, linux, mother, seccomp
from provenance.isolation.bounds import Limits
from provenance.isolation.confining import confine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux confines so far")


def has_landlock() -> bool:
    try:
        return linux.landlock_version() > 0
    except OSError:
        return False


@pytest.fixture
def victim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"precious")
    monkeypatch.setenv("EVIL_VICTIM", str(path))
    monkeypatch.setenv("EVIL_FOLDER", str(tmp_path / "made"))
    return path


def tried(what: str) -> str:
    (answer,) = isolation.run(attempt, [what], jobs=1)
    assert isinstance(answer, str)
    return answer


@pytest.mark.parametrize("what", ["own-folder", "read"])
def test_what_reading_needs_is_allowed(what: str, victim: Path) -> None:
    assert tried(what) == "done"


@pytest.mark.parametrize(
    "what",
    ["internet", "internet-6", "local-socket", "datagram", "netlink", "trace", "unshare", "chmod",
     "leave-group", "program-with-socket", "touch", "truncate", "type-into-terminal",
     "limit-others", "shared-memory", "message-queue", "set-priority", "signal-everybody",
     "signal-by-descriptor"],
)  # fmt: skip
def test_calls_that_no_parser_needs_are_refused(what: str, victim: Path) -> None:
    assert tried(what) == "EPERM"
    assert victim.stat().st_mode & 0o400


@pytest.mark.parametrize("what", ["write-beside", "remove", "overwrite"])
def test_nothing_is_written_but_in_its_own_folder(what: str, victim: Path) -> None:
    if not has_landlock():
        pytest.skip("this kernel has no Landlock")
    before = sorted(os.listdir(victim.parent))
    assert tried(what) == "EACCES"
    assert victim.read_bytes() == b"precious"
    assert sorted(os.listdir(victim.parent)) == before


@pytest.mark.parametrize(("what", "error"), [("huge-file", "EFBIG"), ("many-files", "EMFILE")])
def test_files_are_limited(what: str, error: str, victim: Path) -> None:
    assert tried(what) == error


def test_a_worker_knows_nothing_of_the_log_s_key(own_state: Path) -> None:
    # What is made after the processes for reading began is not in their memory.
    (answer,) = isolation.run(os.path.exists, [str(own_state / "no-such-key")], jobs=1)
    assert answer is False


def test_what_is_in_force_is_told() -> None:
    told = isolation.confinement()
    words = " / ".join(told.in_force)
    assert "1024 MiB of memory" in words
    assert "20 s of processor time" in words
    assert "no new privileges" in words
    assert "no network" in words
    assert bool(told.missing) is not has_landlock()


def in_a_fork(act: object) -> int:
    """Run something in a process of its own, for it cannot be undone; its exit status."""
    process = os.fork()
    if not process:
        try:
            act()  # type: ignore[operator]
            os._exit(0)
        except AssertionError:
            os._exit(1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_each_missing_layer_is_told_and_the_others_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(landlock.linux, "landlock_version", refuse)
    monkeypatch.setattr(linux, "filter_calls", refuse)
    monkeypatch.setattr(linux, "take_no_privileges", refuse)
    monkeypatch.setattr(linux, "leave_network", lambda: None)

    def act() -> None:
        told = confine(Limits(), str(tmp_path))
        assert len(told.in_force) == 2
        assert "a network namespace of its own" in told.in_force[1]
        assert len(told.missing) == 2
        assert all("Function not implemented" in one for one in told.missing)

    assert in_a_fork(act) == 0


def test_a_system_without_any_of_it_is_told_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    def act() -> None:
        told = confine(Limits(), str(tmp_path))
        assert told.missing == ("network and writing are not refused on this system",)
        assert "open files" in told.in_force[0]

    assert in_a_fork(act) == 0


# --- the filter --------------------------------------------------------------------------


def decided(program: bytes, architecture: int, number: int, argument: int = 0) -> int:
    """What the filter answers: its language, as the kernel reads it, in ten lines."""
    data = struct.pack("<iIQQQ", number, architecture, 0, argument, argument)
    held, at = 0, 0
    while True:
        code, yes, no, operand = struct.unpack_from("=HBBI", program, 8 * at)
        at += 1
        if code == 0x20:
            (held,) = struct.unpack_from("<I", data, operand)
        elif code == 0x06:
            return operand
        else:
            holds = {0x15: held == operand, 0x35: held >= operand, 0x45: held & operand}[code]
            at += yes if holds else no


ALLOW, EPERM, ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026
X86, ARM = 0xC000003E, 0xC00000B7


@pytest.mark.parametrize(
    ("machine", "architecture", "number", "argument", "answer"),
    [
        ("x86_64", X86, 0, 0, ALLOW),  # read
        ("x86_64", X86, 41, 0, EPERM),  # socket
        ("x86_64", X86, 101, 0, EPERM),  # ptrace
        ("x86_64", X86, 56, 0x01200011, ALLOW),  # clone, as fork
        ("x86_64", X86, 56, 0x10000011, EPERM),  # clone, with a user namespace
        ("x86_64", X86, 435, 0, ENOSYS),  # clone3
        ("x86_64", X86, 41 | 0x40000000, 0, EPERM),  # socket, x32
        ("x86_64", X86, 0 | 0x40000000, 0, EPERM),  # read, x32: its numbers are others
        ("x86_64", 0x40000003, 3, 0, EPERM),  # read, 32 bits
        ("x86_64", X86, 59, 0, ALLOW),  # execve: ExifTool is a program
        ("x86_64", X86, 16, 0x5401, ALLOW),  # ioctl, TCGETS
        ("x86_64", X86, 16, 0x5412, EPERM),  # ioctl, TIOCSTI: types into a terminal
        ("x86_64", X86, 16, 0xFFFF00005412, EPERM),  # the kernel looks at the lower half
        ("x86_64", X86, 16, 0x541C, EPERM),  # ioctl, TIOCLINUX
        ("x86_64", X86, 62, 4711, ALLOW),  # kill: a worker ends the ExifTool that it started
        ("x86_64", X86, 62, 0xFFFFFFFF, EPERM),  # kill, everybody
        ("x86_64", X86, 62, -4711 % (1 << 64), EPERM),  # kill, a group
        ("x86_64", X86, 302, 0, ALLOW),  # prlimit64, its own
        ("x86_64", X86, 302, 4711, EPERM),  # prlimit64, another's
        ("x86_64", X86, 76, 0, EPERM),  # truncate
        ("aarch64", ARM, 29, 0x5412, EPERM),  # ioctl
        ("aarch64", ARM, 129, 0xFFFFFFFF, EPERM),  # kill
        ("aarch64", ARM, 261, 1, EPERM),  # prlimit64
        ("aarch64", ARM, 63, 0, ALLOW),  # read
        ("aarch64", ARM, 198, 0, EPERM),  # socket
        ("aarch64", ARM, 41, 0, EPERM),  # pivot_root
        ("aarch64", ARM, 220, 0x20000000, EPERM),  # clone, with a namespace of processes
        ("aarch64", X86, 0, 0, EPERM),
    ],
)
def test_the_filter_answers_each_call(
    machine: str, architecture: int, number: int, argument: int, answer: int
) -> None:
    assert decided(seccomp.program(machine), architecture, number, argument) == answer


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of this machine")
def test_the_table_has_the_numbers_that_the_system_s_headers_have() -> None:
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    lines = [line.split() for line in header.read_text("utf-8").splitlines()]
    known = {one[1][5:]: int(one[2]) for one in lines if len(one) == 3 and one[1][:5] == "__NR_"}
    told = {name: numbers[0] for name, numbers in seccomp._REFUSED.items() if name in known}
    assert len(told) > 70
    assert told == {name: known[name] for name in told}


def test_a_machine_whose_numbers_are_not_known_has_no_filter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "sparc64")
    with pytest.raises(OSError, match="sparc64"):
        seccomp.confine()


def test_orders_do_not_show_the_environment() -> None:
    order = mother.Start(1, Limits(), "", (), {"PASSWORD": "secret"}, "/")
    assert "secret" not in repr(order)
