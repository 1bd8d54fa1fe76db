"""Which grammars there are, and the words without which each has nothing to say.

Each grammar is loaded when a text first holds one of its words: most texts hold none, and
patterns take their time to be compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from provenance.grammars.reading import Context, Reading

_Readings = Callable[[str], Iterable[Reading]]
_Notes = Callable[[str, Context], Iterable[Reading]]


@dataclass(frozen=True, slots=True)
class Grammar:
    """One grammar, loaded on first use.

    Attributes:
        name: of its module.
        cues: lower-case words, one of which is in every text that holds one of its sure forms.
        signs: the same for its notes; with none it has no notes, or is asked for them always.
        provider: the one agency whose notes it reads; None where it is not one's alone.
    """

    name: str
    cues: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    provider: str | None = None

    def readings(self, text: str) -> Iterable[Reading]:
        """Its forms that are sure in any text."""
        read: _Readings | None = getattr(self._module(), "readings", None)
        return () if read is None else read(text)

    def notes(self, text: str, context: Context) -> Iterable[Reading]:
        """Its notes in a message to clients; none where another agency sent it."""
        if self.provider is not None and context.provider not in {None, self.provider}:
            return ()
        if self.signs:
            folded = text.lower()
            if not any(sign in folded for sign in self.signs):
                return ()
        notes: _Notes | None = getattr(self._module(), "notes", None)
        return () if notes is None else notes(text, context)

    def _module(self) -> ModuleType:
        return import_module(f"provenance.grammars.agencies.{self.name}")


_ENGLISH = ("correct", "kill", "withdr", "please")
_ORDERED = (
    *_ENGLISH, "elim", "withh", "advisory", "clients", "editors", "subscribers", "must", "should",
)  # fmt: skip
_KYODO = ("訂正", "誤り", "取り消", "取消")

# Where two claim the same words, one that knows its agency speaks, else the earlier one.
AGENCIES: tuple[Grammar, ...] = (
    Grammar(
        "afp", ("erroneous", "mandatory", "cette", "obligatoir", "obligatorio"), provider="AFP"
    ),
    Grammar(
        "ap", ("correct", "retransmi", "eliminat", "kill", "withh", "advisory", "please"),
        _ORDERED, "AP",
    ),
    Grammar("reuters", ("refil", "advisory", *_ENGLISH), ("refil", "clarif", *_ORDERED), "Reuters"),
    Grammar("getty", ("amended", *_ENGLISH), ("amended", *_ORDERED), "Getty Images"),
    Grammar("pa", _ENGLISH, _ORDERED, "PA"),
    Grammar("cp", _ENGLISH, _ORDERED, "The Canadian Press"),
    Grammar(
        "afp_languages", (
            "erron", "errón", "errôn", "erro\u0301n", "erro\u0302n", "err?n", "err\ufffdn",
            "fehlerhaft",
        ), provider="AFP",
    ),
    Grammar("aap", ("pursuant", "takedown"), ("takedown",)),
    Grammar("epa", ("attention",), ("kill", "withdraw", "eliminat", "correct"), "EPA"),
    Grammar("kyodo", _KYODO, (
        *_KYODO, "修正", "差し替", "差替", "削除", "ではなく", "正しくは", "使用しない", "使用を",
        "→",
    )),
)  # fmt: skip
"""The grammars that have forms sure in any text."""

MESSAGES: tuple[Grammar, ...] = (
    Grammar("dpa", signs=(
        "richtig", "berichtig", "korrig", "gestrichen", "verwende", "zurückgezogen",
        "zurueckgezogen", "zur", "sperr", "schen", "entfern", "veröffentlich", "nutzen",
    )),
    Grammar("efe", provider="EFE", signs=(
        "anula", "correc", "corrig", "donde", "rogamos", "ruega", "errata", "rectific", "retira",
    )),
    Grammar("stt", signs=("korjas", "korjat", "korjau", "korjaa", "oikais", "po.", "kuva")),
    Grammar("deletions", signs=("caption", "under the")),
    Grammar("general"),
)  # fmt: skip
"""Those that only read messages to clients."""
