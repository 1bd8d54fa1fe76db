"""Where nothing can be forked, a crash is an answer all the same."""

from __future__ import annotations

from functools import partial

import pytest
from isolation_deeds import divide, evil, evil_batch, fail_at, power

from provenance import isolation
from provenance.errors import StorageError
from provenance.isolation import Died, Limits, pool
from provenance.isolation.elsewhere import PlainWorkers


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_workers", PlainWorkers)


def test_order_errors_and_crashes_are_as_anywhere() -> None:
    with isolation.Pool(2, Limits()) as workers:
        assert list(workers.run(partial(power, 2), range(20))) == [(n, n * n) for n in range(20)]
        done = list(workers.run(evil, ["a", "segfault", "b"]))
        assert done[::2] == ["a", "b"]
        assert isinstance(done[1], Died)
        (batch,) = workers.run_batches(evil_batch, [["a", "exit", "b"]])
        assert [type(one) for one in batch] == [str, Died, str]
        with pytest.raises(StorageError, match="number 3"):
            list(workers.run(partial(fail_at, 3), range(9)))
        with pytest.raises(isolation.WorkerError, match="ZeroDivisionError"):
            list(workers.run(divide, [0]))
