"""Plans: read out of documents, checked, kept in their own words, amended."""
