"""The audit log: what was done, provable to an outsider.

One RFC 6962 Merkle tree per registry, its rows in the registry's database, its signed
checkpoints outside. It proves what the holder of the key recorded, and that nothing recorded
was altered, removed or reordered since a checkpoint that somebody kept. It does not prove that
what was recorded is true.
"""

from provenance.auditlog.history import Entry, entries, log_size
from provenance.auditlog.keys import state_dir
from provenance.auditlog.log import PROGRAM, AuditLog
from provenance.auditlog.outsiders.evidence import About, export
from provenance.auditlog.outsiders.proof import prove
from provenance.auditlog.problems import Problem
from provenance.auditlog.record import ACTS
from provenance.auditlog.verification import Verification, verify

__all__ = [
    "ACTS",
    "PROGRAM",
    "About",
    "AuditLog",
    "Entry",
    "Problem",
    "Verification",
    "entries",
    "export",
    "log_size",
    "prove",
    "state_dir",
    "verify",
]
