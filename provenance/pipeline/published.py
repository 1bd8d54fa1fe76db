"""Pages by their address: fetched, kept as they were seen, audited like files.

What was seen is evidence: the octets are kept as they came, with what the server said of
them beside them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from provenance.errors import StorageError
from provenance.pipeline.auditing import Audited
from provenance.pipeline.carriers import Problem
from provenance.pipeline.reading import answer_path
from provenance.storage.web import Fetched, Web, is_url

_UNUSUAL = re.compile(r"[^\w.-]+", re.ASCII)
_LONGEST_NAME = 60
FETCHED = "pages"
"""The folder within the state folder that keeps fetched pages."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """What a user gave to be audited, with the pages among it fetched.

    Attributes:
        paths: files and folders.
        urls: the address of each fetched page, by its absolute path.
        problems: what could not be fetched.
    """

    paths: tuple[str, ...]
    urls: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def named(self, audited: Audited) -> Audited:
        """What an audit says, with the address of each page in place of its file."""
        paths = {uri: self.urls.get(uri, path) for uri, path in audited.paths.items()}
        return replace(audited, paths=paths, problems=(*audited.problems, *self.problems))


def at_hand(given: Sequence[str], folder: Path, web: Web, now: str) -> AtHand:
    """Fetch the pages that are given by address.

    Args:
        given: paths and addresses.
        folder: where fetched pages are kept.
        web: where from.
        now: RFC 3339, for the record.
    """
    paths: list[str] = []
    urls: dict[str, str] = {}
    problems: list[Problem] = []
    for one in given:
        if not is_url(one):
            paths.append(one)
            continue
        try:
            kept = keep(web.fetch(one), folder, now)
        except StorageError as error:
            problems.append(Problem(one, error.code, error.message, error.remedy))
            continue
        paths.append(kept)
        urls[os.path.abspath(kept)] = one
    return AtHand(tuple(paths), urls, tuple(problems))


def keep(page: Fetched, folder: Path, now: str) -> str:
    """Write a page as it came, and beside it what the server said of it.

    One address has one file: what is fetched again takes its place.

    Returns:
        The page's path.

    Raises:
        StorageError: it cannot be written.
    """
    split = urlsplit(page.url)
    ending = _UNUSUAL.sub("-", split.path.rstrip("/").rpartition("/")[2])[:_LONGEST_NAME]
    stem = f"{hashlib.sha256(page.url.encode()).hexdigest()[:16]}-{ending or 'page'}"
    is_feed = "xml" in page.media_type and "xhtml" not in page.media_type
    place = folder / _UNUSUAL.sub("-", split.hostname or "")
    path = str(place / f"{stem}{'.rss' if is_feed else '.html'}")
    answer = {
        "url": page.url,
        "finalUrl": page.final_url,
        "fetched": now,
        "mediaType": page.media_type,
        "charset": page.charset,
        "sha256": hashlib.sha256(page.data).hexdigest(),
        "addresses": list(page.addresses),
    }
    try:
        place.mkdir(parents=True, exist_ok=True)
        _put(answer_path(path), json.dumps(answer, indent=1).encode())
        _put(path, page.data)
    except OSError as error:
        raise StorageError(
            f"{page.url} could not be kept in {place}: {error.strerror}.",
            code="state-unwritable",
            remedy="Give your account write permission there, or set PROVENANCE_STATE.",
        ) from error
    return path


def _put(path: str, data: bytes) -> None:
    """Write a file whole or not at all."""
    half = f"{path}.half"
    with open(half, "wb") as file:
        file.write(data)
    os.replace(half, path)
