"""Reading the audit trail as sentences."""
