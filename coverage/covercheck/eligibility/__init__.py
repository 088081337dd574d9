"""What a payer's own systems say of one member on one day: asked through adapters, within a deadline."""
