"""Work on untrusted bytes in processes of their own.

Whatever a file, a notice or a page does to the parser that reads it, the program that asked
goes on: a task comes back as its result or as ``Died``.
"""

from provenance.isolation.pool import Died, default_jobs, prepare, run

__all__ = ["Died", "default_jobs", "prepare", "run"]
