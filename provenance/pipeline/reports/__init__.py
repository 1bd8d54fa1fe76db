"""Reports and statements: gathered, written, logged, and checked against the log."""
