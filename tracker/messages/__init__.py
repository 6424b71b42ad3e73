"""The outbox and its ledger: what is said to whom, once, and how it left. Knows ids and addresses only."""
