"""Audit and correct picture credits after an agency's correction notice.

The rooms and their floors are described in ``docs/architecture.md``.
"""

__version__ = "0.1.0"
