"""Deadlines watched, the rungs before and after them, and the inbox."""
