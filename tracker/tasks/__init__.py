"""A measure or goal broken down, consulted on, given to units and issued."""
