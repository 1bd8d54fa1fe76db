"""For outsiders: proofs, consistency, evidence, and the program that checks it."""
