"""Rules that come into force by being published: drafts, approval, releases, and every instance that follows them."""
