"""Copies of everything, proof that they can be restored, and the way from one database to another."""
