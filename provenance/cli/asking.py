"""A conversation in a terminal, or with a script: letters to choose from, and lines of words."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rich.text import Text

from provenance.cli import console, tables
from provenance.reporting.text import one_line, printable

BACK: Final = "-"
"""The answer with which a person goes back to the letters."""
_LONGEST: Final = 40_000


class Letter(StrEnum):
    """What a person can answer."""

    APPLY = "a"
    SKIP = "s"
    REJECT = "r"
    HOLD = "h"
    WAIVE = "w"
    EDIT = "e"
    UNDO = "u"
    NOTICE = "n"
    MORE = "m"
    ABORT = "b"
    HELP = "?"


_NAMES: Final = {
    Letter.APPLY: "[A]pply",
    Letter.SKIP: "[S]kip",
    Letter.REJECT: "[R]eject",
    Letter.HOLD: "[H]old",
    Letter.WAIVE: "[W]aive",
    Letter.EDIT: "[E]dit value",
    Letter.UNDO: "[U]ndo last",
    Letter.NOTICE: "all of this [N]otice",
    Letter.MORE: "[M]ore",
    Letter.ABORT: "a[B]ort",
    Letter.HELP: "?",
}
_HELP: Final = {
    Letter.APPLY: "The correction is right: accept it. Files are written at the end, on your word.",
    Letter.SKIP: "Leave it as it is and go on; so does Enter.",
    Letter.REJECT: "It is not so. It comes back only if what it rests on changes.",
    Letter.HOLD: "Not yet: leave it waiting, with your reason.",
    Letter.WAIVE: "It is so, and it may stay: for good, or until a day.",
    Letter.EDIT: "Accept, with another value than the proposed one.",
    Letter.UNDO: "Take back what you last decided here, and look at it again.",
    Letter.NOTICE: "Accept all of this notice that needs no closer look; you are asked once more.",
    Letter.MORE: "The whole notice, all evidence, every copy, what was decided and done.",
    Letter.ABORT: "End here. What you decided stands; the rest waits.",
}


class Ended(Exception):  # noqa: N818 - no error: the person, or the script, has no more to say
    """There is no more input."""


class Back(Exception):  # noqa: N818 - no error: the person thought better of it
    """The question was left without an answer; nothing was decided."""


@dataclass(slots=True)
class Conversation:
    """Questions and answers.

    Attributes:
        color: whether colours may be shown.
        puzzled: it ended because a script gave an answer that makes no sense.
    """

    color: bool
    puzzled: bool = False

    def letter(self, possible: Sequence[Letter], told: Mapping[Letter, str] = _NAMES) -> Letter:
        """The letter that the person chooses; a bare Enter skips.

        Args:
            possible: what can be answered.
            told: other names for some letters.

        Raises:
            Ended: there is no answer any more.
        """
        names = ", ".join(told.get(one, _NAMES[one]) for one in possible)
        while True:
            said = self.line(f"{names} ").strip().casefold()
            if not said:
                return Letter.SKIP
            chosen = next(
                (one for one in possible if said == one.value or said == _word(one)), None
            )
            if chosen is Letter.HELP:
                self._help(possible)
            elif chosen is not None:
                return chosen
            else:
                self.ask_again(f"“{one_line(said[:40])}” is none of them; ? explains them.")

    def _help(self, possible: Sequence[Letter]) -> None:
        rows = [(f"  {_NAMES[one]}", _HELP[one]) for one in possible if one in _HELP]
        tables.show([tables.plain(rows)], None, color=self.color)

    def text(self, prompt: str, *, offered: str = "") -> str:
        """One line of words; empty where the person just went on.

        Raises:
            Back: the person does not want to say.
        """
        while True:
            said = self.line(prompt, offered=offered).strip()
            if said == BACK:
                raise Back
            if printable(said) == said and len(said) <= _LONGEST:
                return said
            self.ask_again("That holds what nobody can read, or is too long; type it anew.")

    def line(self, prompt: str, *, offered: str = "") -> str:
        """The next line of input.

        Raises:
            Ended: there is none.
        """
        if sys.stdin is None or sys.stdin.closed:
            raise Ended
        at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        try:
            if at_terminal:
                return _typed(printable(prompt), offered)
            console.write(printable(prompt), None)
            said = sys.stdin.readline()
        except EOFError as error:
            console.write("\n", None)
            raise Ended from error
        except UnicodeDecodeError as error:
            self.say("The input is not UTF-8.")
            self.puzzled = True
            raise Ended from error
        console.write("\n", None)
        if not said:
            raise Ended
        return said

    def ask_again(self, words: str) -> None:
        """Say why an answer will not do; a person is asked again.

        Raises:
            Ended: there is no person, but a script.
        """
        self.say(words)
        self.require_person()

    def require_person(self) -> None:
        """End the conversation where a script answers, before its lines slip to other questions.

        Raises:
            Ended: there is no person.
        """
        if sys.stdin is None or not sys.stdin.isatty():
            self.puzzled = True
            raise Ended

    def say(self, words: str) -> None:
        """Tell the person something, on lines of its own."""
        tables.show([Text(printable(words))], None, color=self.color)


def _word(letter: Letter) -> str:
    """The whole word that a letter stands for."""
    return letter.name.casefold()


def _typed(prompt: str, offered: str) -> str:
    """A line typed at a terminal, with a value to begin from where there is one.

    Only a value that is what it looks like is put before the cursor.
    """
    try:
        import readline  # noqa: PLC0415 - not on every system
    except ImportError:
        return input(prompt)
    if not offered or printable(offered) != offered:
        return input(prompt)
    readline.set_startup_hook(lambda: readline.insert_text(offered))
    try:
        return input(prompt)
    finally:
        readline.set_startup_hook(None)
