"""Which form of the report is asked for, by option or by the file's name."""

from __future__ import annotations

from pathlib import Path

from provenance.errors import UsageError
from provenance.model import Form

_BY_NAME = {".htm": Form.HTML} | {f".{one.value}": one for one in Form}


def form_of(given: Form | None, output: Path | None, folder: Path | None) -> Form | None:
    """The form asked for; None for the folder with all of them.

    Raises:
        UsageError: nothing is asked for, both a folder and one file are, or the file's name
            does not tell its form.
    """
    if folder is not None:
        if given is not None or output is not None:
            raise UsageError(
                "A folder gets the report in every form; --format and -o make one file.",
                remedy="Leave out the folder, or leave out --format and -o.",
            )
        return None
    if given is not None:
        return given
    if output is None:
        raise UsageError(
            "Say where the report should go.",
            remedy="Name a folder, or one file: provenance report --format pdf -o report.pdf",
        )
    known = _BY_NAME.get(output.suffix.casefold())
    if known is None:
        raise UsageError(
            f"The name {output} does not tell which form of the report it should be.",
            remedy="Give --format html, pdf, xlsx, csv, json or sarif.",
        )
    return known
