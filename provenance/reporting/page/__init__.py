"""The report as one self-contained page, and what its templates draw."""
