"""Proofs: real processes live through a simulated year. The suite runs them small, `make proof` at full size."""
