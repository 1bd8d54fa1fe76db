"""The reasons for and against a match: named, weighted, and told in a sentence."""

from provenance.matching.evidence.case import Case
from provenance.matching.evidence.gathering import gather
from provenance.matching.evidence.reasons import REASONS, Kind, Reason, kind_of

__all__ = ["REASONS", "Case", "Kind", "Reason", "gather", "kind_of"]
