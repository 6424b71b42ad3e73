"""A copy of everything as one file: sealed or open, the same for every database, whole or not at all."""
