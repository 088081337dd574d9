"""Calls and letters as evidence: what was recorded, how far it can be trusted and for how long, and what it changes in an answer."""
