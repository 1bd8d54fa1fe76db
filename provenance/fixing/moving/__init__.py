"""Withdrawn pictures: moved out of reach, given back, deleted on a named decision."""
