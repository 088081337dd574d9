"""A change of the rules on its way into force: what it changes, whether it is sound, and what it means."""
