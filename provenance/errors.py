"""Every exception the package raises, under one base.

An exception means that the call could not do its work. The expected failure of
one file in a run is a value instead (``Unreadable``, ``Failed``), so that one
bad file never stops a scan.
"""

from __future__ import annotations


class ProvenanceError(Exception):
    """Base of all our errors: a stable code, a message for a person, a remedy.

    Args:
        message: what happened, naming the file or the object it happened to.
        code: a stable machine word; defaults to the class's own ``code``.
        remedy: what the person can do now; empty where nothing can be said.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UsageError(ProvenanceError):
    """The command line or the configuration does not make sense (exit code 2)."""

    code = "usage"


class UnreadableError(ProvenanceError):
    """A file's content cannot be read as what it is; nothing was changed."""

    code = "unreadable"


class RewriteRefusedError(ProvenanceError):
    """An edit cannot be made without risking a byte it must not touch; nothing was changed."""

    code = "rewrite-refused"


class StorageError(ProvenanceError):
    """The file system or object store did not do what was asked."""

    code = "storage"


class ConflictError(StorageError):
    """The file is not the one that was looked at: somebody else changed it."""

    code = "conflict"


class PictureError(ProvenanceError):
    """A picture's pixels cannot be decoded, or not safely; its metadata may be readable."""

    code = "picture"


class NoticeError(ProvenanceError):
    """A notice or its carrier cannot be read safely."""

    code = "notice"


class RegistryError(ProvenanceError):
    """The registry cannot be opened, migrated, or trusted."""

    code = "registry"


class LogError(ProvenanceError):
    """The audit log cannot be appended to or does not verify (exit code 4)."""

    code = "log"
