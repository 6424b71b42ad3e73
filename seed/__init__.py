"""The demo: a made-up city committee, its two plans and a year and a half of its work, built through the actions."""
