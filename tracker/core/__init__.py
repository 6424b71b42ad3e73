"""The floor. Time, permission, transition, audit and transaction are done once, here; core knows no room."""
