"""Lights, circulars, and what the committee says about the year."""
