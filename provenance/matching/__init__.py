"""Which asset is the picture that a notice speaks of, with every reason named.

Pure functions: no database, no clock. Identity first; a name alone proves nothing.
"""

from provenance.matching.items import item_keys, item_of
from provenance.matching.keys import (
    Key,
    creator_names,
    identity_keys,
    keys,
    picture_identifiers,
)
from provenance.matching.match import match
from provenance.matching.picture import Picture, embedded_notices, picture_of

__all__ = [
    "Key",
    "Picture",
    "creator_names",
    "embedded_notices",
    "identity_keys",
    "item_keys",
    "item_of",
    "keys",
    "match",
    "picture_identifiers",
    "picture_of",
]
