"""Sentences with commands in them, as errors and remedies have them, for a page."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

from provenance.reporting.text import paragraphs

_QUOTED: Final = re.compile("`([^`\n]+)`")
_CODE: Final = Markup("<code>{}</code>")


def coded(text: str) -> Markup:
    """A sentence in which what stands between backticks is drawn as code.

    Hostile text is made safe to show and escaped, within backticks and without.
    """
    pieces = _QUOTED.split(paragraphs(text))  # every second one stood between backticks
    return Markup().join(_CODE.format(one) if at % 2 else one for at, one in enumerate(pieces))
