"""Put hostile files through the metadata engine, in a process of its own, and measure.

Run by the tests, so that memory and time are the engine's; or by hand::

    python tests/fuzz/trial.py mutants png 10000 1
    python tests/fuzz/trial.py folder ~/pictures
    python tests/fuzz/trial.py attacks

Standard output is one JSON object. A mutant or a file that raises anything but ours, or takes
over five seconds of processor time, ends the run and is named on standard error; a mutant is kept in the
temporary folder. Of the attacks each has a process of its own, and the outcome of each is told.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "fixtures")]

from attacks import ATTACKS  # noqa: E402  (found by the path above)
from format_samples import samples  # noqa: E402  (found by the path above)
from hostile_material import mutations, suffer, survive  # noqa: E402  (found by the path above)

LONGEST = 5.0
"""Seconds of processor time that one file may take, whatever else the machine does."""

_WRITE_EVERY = 7
"""Odd, so that every sample is rewritten."""
_ADDRESS_SPACE = 2 << 30


def mutants(name: str, count: str, seed: str) -> dict[str, object]:
    """Seeded mutants of one format's samples; every seventh is rewritten as well."""
    found = mutations(samples(name), int(count), int(seed))
    named = ((f"{name}-{seed}-{number}", data) for number, data in enumerate(found))
    return _put_through(named, _WRITE_EVERY)


def folder(path: str) -> dict[str, object]:
    """Every file below a folder, read and rewritten."""
    return _put_through(_files(Path(path)), 1)


def attacks(*names: str) -> dict[str, object]:
    """Every attack, or those named: what it came to, and what it cost."""
    return {name: _apart(name) for name in names or ATTACKS}


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    for one in sorted(path.rglob("*")):
        if one.is_file():
            yield str(one), one.read_bytes()


def _put_through(files: Iterable[tuple[str, bytes]], write_every: int) -> dict[str, object]:
    signal.signal(signal.SIGPROF, _too_long)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for number, (name, data) in enumerate(files):
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            outcomes[survive(data, write=number % write_every == 0)] += 1
        except BaseException:
            kept = Path(tempfile.gettempdir(), "mutant-" + name.replace("/", "_"))
            kept.write_bytes(data)
            sys.stderr.write(f"{name} is kept as {kept}\n")
            raise
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        slowest = max(slowest, time.process_time() - began)
    peak = _own_peak()
    return {"outcomes": outcomes, "slowest": round(slowest, 4), "peak": round(peak, 1)}


def _own_peak() -> float:
    """The most memory that this program has held, in MiB.

    Where Linux tells it: ``ru_maxrss`` counts what the process held before it became this
    program, which is the memory of the tests that started it.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _too_long(_number: int, _frame: FrameType | None) -> None:
    message = f"one file took over {LONGEST} s of processor time"
    raise TimeoutError(message)


def _apart(name: str) -> dict[str, object]:
    """One attack in a process of its own; its exception is told as its outcome."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as out:
            json.dump(_suffered(name), out)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        said = told.read()
    _pid, status, used = os.wait4(child, 0)
    report = json.loads(said) if said else {"raised": f"the process ended with {status}"}
    return {**report, "peak": round(used.ru_maxrss / 1024, 1)}


def _suffered(name: str) -> dict[str, object]:
    # What takes far more memory than it may ends here, and not the machine.
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    signal.signal(signal.SIGPROF, _too_long)
    data = ATTACKS[name].make()
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told: dict[str, object] = {"octets": len(data), "base": round(base, 1)}
    began = time.process_time()
    try:
        told.update(suffer(data, lambda: signal.setitimer(signal.ITIMER_PROF, LONGEST)))
    except BaseException as error:  # noqa: BLE001 (an attack that succeeds is an outcome)
        told["raised"] = f"{type(error).__name__}: {error}"[:200]
    signal.setitimer(signal.ITIMER_PROF, 0)
    told.setdefault("slowest", round(time.process_time() - began, 3))
    return told


if __name__ == "__main__":
    # What we leave to ExifTool is told as a refusal, whether it is installed or not.
    os.environ.update(PATH="", PROVENANCE_EXIFTOOL="")
    runs = {"mutants": mutants, "folder": folder, "attacks": attacks}
    sys.stdout.write(json.dumps(runs[sys.argv[1]](*sys.argv[2:])) + "\n")
