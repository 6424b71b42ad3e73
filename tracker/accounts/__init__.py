"""Users, the posts they hold, sign-in and sessions."""
