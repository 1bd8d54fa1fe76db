"""Logs that ended: kept as a file, followed by another one, read back and checked."""
