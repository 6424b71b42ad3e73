"""`python -m tracker.cli`: what the launcher of a checkout calls."""

from tracker.cli import main

main()
