"""The review page: list findings, show before and after, record a decision; nothing else."""
