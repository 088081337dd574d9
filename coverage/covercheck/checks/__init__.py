"""One check from question to answer, and the call prompt."""
