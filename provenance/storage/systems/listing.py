"""A folder held while its names are listed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from provenance.storage.systems import current
from provenance.storage.systems.flags import READ_FOLDER, READ_FOLDER_ITSELF


@contextmanager
def held_for_listing(uri: str, *, follow: bool) -> Iterator[tuple[int | str, str]]:
    """Open a folder for ``os.scandir``.

    Args:
        uri: its absolute path.
        follow: follow a link that is the folder's own name.

    Yields:
        What ``os.scandir`` takes, and the device that the folder stands on. Where it takes
        no descriptor (Windows) the folder is held where it is, so that its path stays true.

    Raises:
        OSError: it cannot be opened.
    """
    if os.scandir not in os.supports_fd:
        above, name = (uri, "") if follow else os.path.split(uri)
        where = current().open_folder(above, name)
        try:
            yield uri, str(os.stat(uri).st_dev)
        finally:
            current().close_folder(where)
        return
    descriptor = os.open(uri, READ_FOLDER if follow else READ_FOLDER_ITSELF)
    try:
        yield descriptor, str(os.fstat(descriptor).st_dev)
    finally:
        os.close(descriptor)
