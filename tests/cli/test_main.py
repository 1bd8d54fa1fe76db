"""The program's beginning: what holds for every command."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest
from desk_material import program

from provenance import cli

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str | None]]:
    """What the commands would find in the environment."""
    seen: list[dict[str, str | None]] = []
    for name in THREADS:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(cli, "app", lambda: seen.append({n: os.environ.get(n) for n in THREADS}))
    return seen


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_closed_stream_is_no_crash(number: int) -> None:
    """And no file that is opened later gets its number; what cannot be told is an error."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {number}>&-', "sh", *program("config")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == (3 if number == 1 else 0)
    assert ("cannot be written" in done.stderr) == (number == 1)
    assert bool(done.stdout) == (number != 1)


def _main() -> None:
    former = signal.getsignal(signal.SIGTERM)
    try:
        cli.main()
    finally:
        signal.signal(signal.SIGTERM, former)


def test_each_worker_computes_in_one_thread(begun: list[dict[str, str | None]]) -> None:
    _main()
    assert begun == [dict.fromkeys(THREADS, "1")]


def test_whoever_set_the_threads_is_heard(
    begun: list[dict[str, str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    _main()
    assert begun == [{**dict.fromkeys(THREADS, "1"), "OMP_NUM_THREADS": "3"}]
