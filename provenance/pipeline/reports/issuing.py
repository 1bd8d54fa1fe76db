"""Write files that are given out into a folder of the user's choice."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from provenance.errors import StorageError
from provenance.storage.folder import Folder
from provenance.storage.publish import publish


def require_folder(folder: Path) -> None:
    """Make a folder where there is none.

    Raises:
        StorageError: it cannot be made, or is a file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, reason_of(error)) from error


def issue(contents: Mapping[str, bytes], folder: Path) -> tuple[Path, ...]:
    """Write each file whole under its name, durable on return; what had the name is replaced.

    Args:
        contents: by file name.
        folder: made where it is not there.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        put_into(contents, folder)
    except (OSError, StorageError) as error:
        raise _unwritable(folder, reason_of(error)) from error
    return tuple(folder / name for name in contents)


def put_into(contents: Mapping[str, bytes], folder: Path) -> None:
    """As ``issue``, for a caller that says in its own words what could not be written.

    Raises:
        StorageError, OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with Folder.open(os.path.abspath(folder), (os.path.abspath(folder),)) as opened:
        for name, content in contents.items():
            publish(opened, name, content)


def reason_of(error: OSError | StorageError) -> str:
    """Why something could not be written, as a sentence."""
    return error.message if isinstance(error, StorageError) else f"{error.strerror}."


def _unwritable(folder: Path, why: str) -> StorageError:
    return StorageError(
        f"The folder {folder} cannot be written: {why}",
        code="folder-unwritable",
        remedy="Name another one with --out.",
    )
