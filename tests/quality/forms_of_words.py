"""The agencies' forms as templates, and the damage that systems do to them."""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from dataclasses import dataclass

from notice_material import TAIL


@dataclass(frozen=True, slots=True)
class Template:
    """One form of words: ``{R}`` and ``{W}`` stand for the right and the wrong value.

    Attributes:
        name: of the form.
        words: ``{RR}`` and ``{WW}`` are the values in capitals.
        caption: it stands in a caption of an archive.
        silent: the damages under which it may give nothing, as no mark is left that says where
            a value ends. What it gives must still be what went in.
    """

    name: str
    words: str
    caption: bool = False
    silent: frozenset[str] = frozenset()

    def filled(self, right: str, wrong: str) -> str:
        """The notice with these values."""
        shouted = self.words.replace("{RR}", right.upper()).replace("{WW}", wrong.upper())
        return shouted.replace("{R}", right).replace("{W}", wrong)


TEMPLATES = (
    Template(
        "afp.brackets",
        "The erroneous mention[s] appearing in the metadata of this photo by {W} has been modified in"
        " AFP systems in the following manner: [{R}] instead of [{W}]. " + TAIL,
        caption=True,
    ),
    Template(
        "ap.corrects-to",
        "Fans wait for tickets, Monday, March 4, 2024, in Tulsa, Okla. (AP Photo/{R}) CORRECTS BYLINE TO {R}, NOT {W}",
        caption=True,
        # A caption may go on in the next line: a break inside the last value looks like its end.
        silent=frozenset({"line_breaks"}),
    ),
    Template("ap.version", "This version corrects the name of the photographer to {R}, not {W}."),
    Template(
        "reuters.from-to",
        "REFILE - CORRECTING BYLINE FROM {WW} TO {RR} People walk in Gori, Georgia March 4, 2024. REUTERS/{R}",
        caption=True,
        # The prefix ends where the capitals do: in a caption in capitals it ends nowhere.
        silent=frozenset({"upper"}),
    ),
    Template(
        "dpa.statt", "Berichtigung: Beim Fotografen muss es richtig heißen: {R} (statt: {W})."
    ),
    Template(
        "dpa.richtig-ist", "In einer früheren Version hieß der Fotograf {W}. Richtig ist {R}."
    ),
    Template("efe.dice", "CORRECCIÓN: en el crédito, donde dice {W} debe decir {R}. EFE"),
    Template("stt.ei", "Uutistoimisto korjasi tietojaan: kuvaaja on {R}, ei {W}."),
    Template("general.not", "Correction: the photographer is {R}, not {W}."),
    Template(
        "general.instead",
        "Please credit {R} instead of {W} for this picture. This corrects the byline.",
    ),
    Template("general.au-lieu", "Rectificatif : le photographe est {R} au lieu de {W}."),
    Template("general.statt", "Korrektur: Der Fotograf ist {R} statt {W}."),
    Template("general.y-no", "Corrección: el fotógrafo es {R} y no {W}."),
)


def _between_words(text: str, chance: random.Random, joints: tuple[str, ...]) -> str:
    return "".join(
        chance.choice(joints) if char == " " and chance.random() < 0.3 else char for char in text
    )


def line_breaks(text: str, chance: random.Random) -> str:
    """Hard line breaks and doubled spaces, as mail programs and CMSs make them."""
    return _between_words(text, chance, ("\n", "\r\n", "  "))


def hard_spaces(text: str, chance: random.Random) -> str:
    """Spaces that do not break."""
    return _between_words(text, chance, ("\u00a0",))


def lost_quotes(text: str, chance: random.Random) -> str:
    """The whole notice in quotes that became question marks."""
    del chance
    return f"?{text}?"


def curly_quotes(text: str, chance: random.Random) -> str:
    """The whole notice in typographic quotes."""
    del chance
    return f"“{text}”"


def mojibake_quotes(text: str, chance: random.Random) -> str:
    """Typographic quotes read in a wrong charset."""
    return chance.choice((f"â€œ{text}â€\x9d", f"¡°{text}¡±"))


def entities(text: str, chance: random.Random) -> str:
    """As HTML source: marks and some spaces as entities."""
    escaped = html.escape(text)
    return _between_words(escaped, chance, ("&nbsp;",))


def upper(text: str, chance: random.Random) -> str:
    """In capitals."""
    del chance
    return text.upper()


def unharmed(text: str, chance: random.Random) -> str:
    """As sent."""
    del chance
    return text


DAMAGE: tuple[Callable[[str, random.Random], str], ...] = (
    unharmed,
    line_breaks,
    hard_spaces,
    lost_quotes,
    curly_quotes,
    mojibake_quotes,
    entities,
    upper,
)
