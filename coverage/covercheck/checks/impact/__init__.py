"""What other rules would do to answers that were really given."""
