"""ExifTool, given the help without which it misses what is there.

- *IIM is decoded per 1:90* also where 1:90 stands behind the text, which ExifTool does not
  heed; where no 1:90 is, as UTF-8 if it is UTF-8 and else as Windows-1252, as no standard
  says what such text is: ``-charset iptc=utf8`` and ``forms.text``.
- Files whose blocks it does not find are read from a copy: see ``repairs``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from conformance import exiftool_side
from conformance.exiftool_side import Record
from conformance.repairs import repaired

_UTF_8: Final = ("-charset", "iptc=utf8")


def records(exiftool: str, unaided: Mapping[Path, Record]) -> dict[Path, Record]:
    """What ExifTool prints of the files that need help, by their own paths.

    Args:
        exiftool: the program.
        unaided: what it prints of every file without help.

    Raises:
        ExifToolError: as ``exiftool_side.records``.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked: dict[Path, Path] = {}
        for number, (path, record) in enumerate(unaided.items()):
            copy = repaired(path.read_bytes())
            if copy is not None:
                place = Path(folder) / f"{number}{path.suffix}"
                place.write_bytes(copy)
                asked[place] = path
            elif exiftool_side.may_be_utf8(record):
                asked[path] = path
        found = exiftool_side.records(exiftool, list(asked), _UTF_8)
        return {path: found[place] for place, path in asked.items()}
