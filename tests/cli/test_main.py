"""The program's beginning: what holds for every command."""

from __future__ import annotations

import os
import signal

import pytest

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
