"""What a change of the rules means: told in words, and shown by a question whose answer differs."""
