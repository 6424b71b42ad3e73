"""Rounds, each unit's report, its review, and what comes back next year."""
