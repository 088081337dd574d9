"""What is remembered: checks, calls, tokens, audit. The only place that imports SQLAlchemy."""
