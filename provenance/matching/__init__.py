"""Which asset is the picture that a notice speaks of, with every reason named.

Pure functions: no database, no clock. Identity first; a name alone proves nothing.
"""

from provenance.matching.desk import desk_captions, desk_identifiers
from provenance.matching.embedded import embedded_notices
from provenance.matching.evidence.look import apart
from provenance.matching.items import item_keys, item_of
from provenance.matching.keys import (
    Key,
    basis,
    creator_names,
    identity_keys,
    keys,
    picture_identifiers,
)
from provenance.matching.match import match
from provenance.matching.picture import Picture, anchored, identified, picture_of
from provenance.matching.rivals import contenders, rivals

__all__ = [
    "Key",
    "Picture",
    "anchored",
    "apart",
    "basis",
    "contenders",
    "creator_names",
    "desk_captions",
    "desk_identifiers",
    "embedded_notices",
    "identified",
    "identity_keys",
    "item_keys",
    "item_of",
    "keys",
    "match",
    "picture_identifiers",
    "picture_of",
    "rivals",
]
