"""A mock clearinghouse over real HTTP: made-up members in three wire formats, and every fault a real one shows."""
