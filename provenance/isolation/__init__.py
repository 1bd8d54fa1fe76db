"""Work on untrusted bytes in processes of their own.

Whatever a file, a notice or a page does to the parser that reads it, the program that asked
goes on: a task comes back as its result or as ``Died``. The processes have limits of memory,
processor time and files, no network, and cannot write but into a folder of their own.
"""

from __future__ import annotations

from provenance.isolation.bounds import Died, Limits, WorkerError
from provenance.isolation.confining import Confinement
from provenance.isolation.pool import (
    Pool,
    confinement,
    default_jobs,
    prepare,
    run,
    run_batches,
)

__all__ = [
    "Confinement",
    "Died",
    "Limits",
    "Pool",
    "WorkerError",
    "confinement",
    "default_jobs",
    "prepare",
    "run",
    "run_batches",
]
