"""Committees in a tree, their units, and who is inside whom."""
