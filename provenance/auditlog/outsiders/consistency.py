"""Proofs that a later state of the log only adds to an earlier one: outsiders as witnesses.

Who keeps an old checkpoint (some 200 octets) and gets such a proof with a newer one knows that
nothing of what the old one covered was altered, removed or put in another order since.

Sources: RFC 6962 section 2.1.2 (consistency proofs), C2SP tlog-witness (body of the request
``add-checkpoint``, which is how the proof is written).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final

from provenance.auditlog import merkle
from provenance.auditlog.checkpoint import open_checkpoint
from provenance.auditlog.note import LARGEST_NOTE, Verifier, decode_base64
from provenance.errors import LogError
from provenance.model import Checkpoint

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")
_LONGEST_PROOF: Final = 63
_LARGEST: Final = LARGEST_NOTE + 16 * 1024


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of ``old`` records is the beginning of the one in the checkpoint.

    Attributes:
        old: how many records the earlier checkpoint covers.
        hashes: the proof, as RFC 6962 orders it.
        note: the later checkpoint, exactly as issued.
    """

    old: int
    hashes: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """Return the proof as C2SP writes it."""
        lines = [f"old {self.old}"]
        lines.extend(base64.b64encode(one).decode() for one in self.hashes)
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def parse(cls, text: str) -> ConsistencyProof:
        """Read a proof; nothing in it is checked yet.

        Raises:
            LogError: code ``proof-malformed``.
        """
        head, gap, note = text.partition("\n\n")
        first, *lines = head.split("\n", _LONGEST_PROOF + 2)
        old = _OLD.fullmatch(first)
        hashes = tuple(decode_base64(line) for line in lines)
        sound = tuple(one for one in hashes if one and len(one) == merkle.HASH_SIZE)
        if not gap or old is None or len(text) > _LARGEST:
            raise _malformed("its first line or its checkpoint is not there")
        if len(sound) != len(hashes) or len(sound) > _LONGEST_PROOF:
            raise _malformed("its lines are not a list of hashes")
        return cls(int(old[1]), sound, note)

    def verify(self, kept: Checkpoint, verifier: Verifier) -> Checkpoint:
        """Return the later checkpoint, once it is proved to prolong the one that was kept.

        Args:
            kept: the earlier checkpoint, its signature already checked.
            verifier: who must have signed the later one.

        Raises:
            LogError: code ``proof-wrong``, or as ``open_checkpoint``.
        """
        later = open_checkpoint(self.note, verifier)
        prolongs = merkle.verify_consistency(
            self.old, later.size, self.hashes, kept.root_hash, later.root_hash
        )
        if self.old != kept.size or kept.origin != later.origin or not prolongs:
            raise LogError(
                f"This proof does not show that the log {later.origin} of {later.size} records"
                f" begins with the {kept.size} records of the checkpoint that was kept.",
                code="proof-wrong",
                remedy="Ask for a proof that begins at exactly your checkpoint. If none can be"
                " given, the log was rewritten: keep both checkpoints, they prove it.",
            )
        return later


def _malformed(why: str) -> LogError:
    return LogError(
        f"Not a consistency proof as C2SP tlog-witness writes it: {why}.",
        code="proof-malformed",
        remedy="Use the file exactly as it was issued.",
    )
