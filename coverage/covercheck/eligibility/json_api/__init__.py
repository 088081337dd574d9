"""Eligibility answers as JSON of clearinghouses, each vendor's field names in a table of its own."""
