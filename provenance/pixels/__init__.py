"""Pictures as pixels: decoded small, hashed by how they look, compared with one another.

Reads bytes that it is given and nothing else; knows no metadata. Everything it decodes is
hostile.
"""
