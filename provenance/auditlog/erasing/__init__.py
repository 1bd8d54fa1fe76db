"""Words taken out of the log for good; its records and proofs still hold."""
