"""What an attacker, a careless clerk or a broken file may send. A finding that is still open is a strict xfail: the
mend takes the mark away."""
