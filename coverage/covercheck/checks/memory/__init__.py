"""From answers to records and back: what is kept of a check, what is remembered of its member, and the same answer again."""
