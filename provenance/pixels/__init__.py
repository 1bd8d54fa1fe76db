"""Pictures as pixels: decoded small, hashed by how they look, compared with one another.

Reads bytes that it is given and nothing else; knows no metadata. Everything it decodes is
hostile.
"""

from provenance.pixels.compare import compare
from provenance.pixels.crops import crops
from provenance.pixels.decode import Luminance, luminance
from provenance.pixels.pdq import hash_of, look
from provenance.pixels.variants import variants

__all__ = ["Luminance", "compare", "crops", "hash_of", "look", "luminance", "variants"]
