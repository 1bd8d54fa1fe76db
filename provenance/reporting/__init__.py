"""Show what was found and done: one report value, and one module for each form it takes.

``build`` arranges facts into a ``ComplianceReport``; ``html``, ``wire`` (JSON) and ``csv``
draw it. ``text.printable`` makes hostile text safe for a terminal. Nothing here reads the
registry or changes a file, a row or a finding; the drawing modules are imported by name,
so that a command that prints a table does not load a template engine.
"""

from provenance.reporting.report import ComplianceReport, Facts, Stamp, build

__all__ = ["ComplianceReport", "Facts", "Stamp", "build"]
