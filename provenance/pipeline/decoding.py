"""The unit of looking: decode a batch of pictures, or lay pictures on one another.

Picklable, no database, failures as values. Worker processes import this module; nothing else
does before there is a picture to decode, for it brings numpy along.
"""

from __future__ import annotations

from collections.abc import Sequence

from provenance.errors import PictureError, StorageError
from provenance.model import Likeness, LikenessKind
from provenance.pipeline.sitters import Compared, Comparison, Parts, Seen, Sitter
from provenance.pixels.compare import compare
from provenance.pixels.crops import crops
from provenance.pixels.decode import EDGE, Luminance, luminance
from provenance.pixels.variants import look
from provenance.storage import LocalStore

# Shorter side at which pictures are compared: the longer one has 320 pixels or more.
_EDGE = 216
_Shown = Luminance | StorageError | None
_UNTOLD = Likeness(LikenessKind.UNSURE, 1.0, 0.0)


def look_batch(store: LocalStore, batch: Sequence[Sitter]) -> list[Seen]:
    """Look at the first file of each picture; it is read once."""
    return [_look(store, one) for one in batch]


def _look(store: LocalStore, sitter: Sitter) -> Seen:
    try:
        return Seen(sitter, look(store.get(sitter.refs[0]), sitter.basis))
    except PictureError as error:
        return Seen(sitter, failure=str(error))
    except StorageError as error:
        return Seen(sitter, trouble=(error.code, error.message, error.remedy))


def cut_batch(store: LocalStore, batch: Sequence[Sitter]) -> list[Parts]:
    """Hash the parts of each picture."""
    return [_cut(store, one) for one in batch]


def _cut(store: LocalStore, sitter: Sitter) -> Parts:
    seen = _shown(store, sitter, EDGE)
    if isinstance(seen, StorageError):
        return Parts(sitter.basis, trouble=(seen.code, seen.message, seen.remedy))
    return Parts(sitter.basis, b"" if seen is None else crops(seen))


def compare_batch(store: LocalStore, asked: Comparison) -> list[Compared]:
    """Compare the one with each of the others; it is decoded once for all of them."""
    one = _shown(store, asked.one)
    return [_compare(store, (asked.one.basis, one), other) for other in asked.others]


def _compare(store: LocalStore, one: tuple[str, _Shown], sitter: Sitter) -> Compared:
    basis, seen = one
    other = _shown(store, sitter) if not isinstance(seen, StorageError) else seen
    for shown in (seen, other):
        if isinstance(shown, StorageError):
            trouble = (shown.code, shown.message, shown.remedy)
            return Compared(basis, sitter.basis, trouble=trouble)
    if isinstance(seen, Luminance) and isinstance(other, Luminance):
        return Compared(basis, sitter.basis, compare(seen, other))
    # What cannot be decoded now will not be decoded next time: its data are the same.
    return Compared(basis, sitter.basis, _UNTOLD)


def _shown(store: LocalStore, sitter: Sitter, edge: int = _EDGE) -> _Shown:
    """The picture, from the first of its files that can be had; None if it cannot be decoded."""
    trouble: StorageError | None = None
    for ref in sitter.refs:
        try:
            return luminance(store.get(ref), edge)
        except StorageError as error:
            trouble = trouble or error
        except PictureError:
            # The hash's row keeps the reason; the other files hold the same picture data.
            return None
    return trouble
